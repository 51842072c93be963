"""Profiles of controllers: that those which come with plaud-live are whole, and which device is which."""

from itertools import pairwise
from pathlib import Path

import pytest

from plaud_live import settings
from plaud_live.control.profiles import FOLDER, Piece, Profiles, load_profiles, read_profile
from plaud_live.errors import SettingsError
from plaud_live.signals.live import is_live_name
from plaud_live.signals.midi_names import MidiName

FILES = sorted((settings.data_dir() / FOLDER).glob("*.toml"))


@pytest.fixture(scope="module")
def profiles() -> Profiles:
    return load_profiles([settings.data_dir() / FOLDER])


def test_at_least_ten_controllers_are_known(profiles: Profiles) -> None:
    assert not profiles.problems
    assert len(profiles.all) == len(FILES) >= 10


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_profile_says_where_it_is_from_and_no_two_of_its_controls_are_one(path: Path) -> None:
    assert "Source: " in path.read_text()
    profile = read_profile(path)
    sent = [(piece.control, piece.channel) for piece in profile.pieces]
    assert len(set(sent)) == len(sent)
    for piece in profile.pieces:
        assert is_live_name(MidiName(piece.control, piece.channel, profile.name).live)
        assert profile.named[piece.name] is piece


KNOWN = [  # how devices show themselves, and one of their controls
    ("nanoKONTROL2", "f1", "cc0", 1),
    ("nanoKONTROL2#2", "f8", "cc7", 1),
    ("nanoKONTROL", "f1", "cc2", 1),
    ("Launch Control XL", "f1", "cc77", 9),
    ("Launch Control XL 2", "a1", "cc13", 9),
    ("Launch Control", "a1", "cc21", 9),
    ("MIDI Mix", "master", "cc62", 1),
    ("APC40 mkII", "f3", "cc7", 3),
    ("APC40 mkII", "tempo", "cc13-rel1", 1),
    ("BCF2000", "f1", "cc81", 1),
    ("BCR2000", "k8", "cc8", 1),
    ("X-TOUCH MINI", "f1", "cc9", 11),
    ("X-TOUCH COMPACT", "f9", "cc9", 1),
    ("Midi Fighter Twister", "k64", "cc63", 1),
    ("Launchkey Mini MK3", "k1", "cc21", 1),
    ("MPK mini 3", "p1", "key36", 10),
    ("LPD8", "k8", "cc8", 1),
    ("Arturia MiniLab mkII", "k1", "cc112", 1),
    ("Arturia BeatStep", "big", "cc7", 1),
    ("16n", "f16", "cc47", 1),
]


@pytest.mark.parametrize(("device", "name", "control", "channel"), KNOWN)
def test_a_device_is_known_by_the_beginning_of_its_name(
    profiles: Profiles, device: str, name: str, control: str, channel: int
) -> None:
    live = profiles.control(name, [device])
    assert live == MidiName(control, channel, device).live
    piece = profiles.piece_of(live)
    assert piece is not None
    assert piece.name == name
    assert profiles.piece(device, control.partition("-")[0], channel) is piece


def test_an_unknown_device_has_no_names(profiles: Profiles) -> None:
    assert profiles.of("Some Synth") is None
    assert profiles.piece("Some Synth", "cc21", 1) is None
    assert profiles.control("f1", ["Some Synth"]) is None
    assert profiles.names(["Some Synth"]) == {}


def test_names_of_what_is_connected_the_first_device_first(profiles: Profiles) -> None:
    names = profiles.names(["X-TOUCH MINI", "nanoKONTROL2"])
    assert names["f1"] == "fader of X-TOUCH MINI"
    assert names["f3"] == "fader of nanoKONTROL2"


def test_feedback_goes_where_the_manual_says(profiles: Profiles) -> None:
    compact, bcf = profiles.of("X-TOUCH COMPACT"), profiles.of("BCF2000")
    assert compact is not None and bcf is not None
    ring = compact.named["k1"].feedback
    assert ring is not None and (ring.control, ring.low, ring.high) == ("cc26", 1, 13)
    motor = bcf.named["f1"].feedback
    assert motor is not None and (motor.control, motor.channel, motor.high) == ("cc81", 1, 127)
    nano = profiles.of("nanoKONTROL2")
    assert nano is not None and nano.named["f1"].feedback is None


def test_the_performers_own_profile_comes_first(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'name = "mine"\ndevices = ["nanoKONTROL2"]\n[controls]\nx = { kind = "knob", cc = [0, 1] }\n'
    )
    (tmp_path / "broken.toml").write_text("name = ")
    found = load_profiles([tmp_path, settings.data_dir() / FOLDER])
    assert found.control("x2", ["nanoKONTROL2"]) == "midi/cc1/ch1/nanoKONTROL2"
    assert len(found.problems) == 1
    assert "broken.toml" in found.problems[0]
    assert "\n" not in found.problems[0]


BAD = [
    ("devices = []\n[controls]\n", "name"),
    ('name = "a"\ndevices = "a"\n[controls]\n', "devices"),
    ('name = "a"\ndevices = ["a"]\n', "[controls]"),
    ('name = "a"\ndevices = ["a"]\nport = 1\n[controls]\n', "port"),
    ('name = "a"\ndevices = ["a"]\nchannel = 17\n[controls]\nf = {kind = "fader", cc = 1}\n', "1 to 16"),
]
ROWS = [
    ('f = {kind = "slider", cc = 1}', "kind"),
    ('f = {kind = "fader"}', "cc or note"),
    ('f = {kind = "fader", cc = 128}', "0 to 127"),
    ('f = {kind = "fader", cc = "5-1"}', "0 to 127"),
    ('f = {kind = "fader", cc = 1, ccs = 2}', "ccs"),
    ('f = {kind = "fader", cc = [1, 2]}\nf1 = {kind = "fader", cc = 3}', "f1 is there twice"),
    ('f = {kind = "encoder", cc = 1, relative = 4}', "relative"),
    ('f = {kind = "fader", cc = [1, 2], feedback = {cc = 1}}', "as many"),
    ('"f 1" = {kind = "fader", cc = 1}', "letters"),
]


@pytest.mark.parametrize(
    ("text", "says"), [*BAD, *((f'name = "a"\ndevices = ["a"]\n[controls]\n{row}\n', s) for row, s in ROWS)]
)
def test_what_is_no_profile_says_why(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as error:
        read_profile(path)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_numbers_in_a_row_count_up(profiles: Profiles) -> None:
    twister = profiles.of("Midi Fighter Twister")
    assert twister is not None
    knobs = [piece for piece in twister.pieces if piece.kind == "encoder"]
    assert len(knobs) == 64
    assert all(_number(b) == _number(a) + 1 for a, b in pairwise(knobs))


def _number(piece: Piece) -> int:
    return int(piece.control.removeprefix("cc"))
