"""Names of MIDI inputs: what is typed is what is shown, and a device is found by how its name begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaud_live.signals.live import is_live_name, live_text, unheard
from plaud_live.signals.midi_names import MPE_FIELDS, NOTE_FIELDS, MidiName, device_fits, lasts, parse

CONTROLS = st.one_of(
    st.integers(0, 127).map("cc{}".format),
    st.integers(0, 31).map("cc{}-14".format),
    st.tuples(st.integers(0, 127), st.integers(1, 3)).map(lambda pair: "cc{}-rel{}".format(*pair)),
    st.integers(0, 16382).map("nrpn{}".format),
    st.integers(0, 16382).map("rpn{}".format),
    st.sampled_from(["bend", "touch", *NOTE_FIELDS, *(f"{field}-low" for field in NOTE_FIELDS)]),
    st.integers(0, 127).map("touch{}".format),
    st.integers(0, 127).map("key{}".format),
    st.tuples(st.integers(0, 3), st.sampled_from(MPE_FIELDS)).map(lambda pair: "mpe{}-{}".format(*pair)),
)
DEVICES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,20}(#[2-9])?", fullmatch=True).filter(
    lambda name: not name.startswith("ch") and not name.partition("#")[0].endswith("-")
)


@given(CONTROLS, st.integers(0, 16), DEVICES | st.just(""))
def test_a_name_has_the_parts_that_it_was_made_of(control: str, channel: int, device: str) -> None:
    made = MidiName(control, channel, device)
    assert is_live_name(made.live)
    assert parse(made.live) == made


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("midi/cc21", "cc(21)"),
        ("midi/cc21-14/ch2/nano.2", 'cc(21, bits=14, ch=2, device="nano#2")'),
        ("midi/cc16-rel3", "cc(16, rel=3)"),
        ("midi/nrpn1234/ch1", "nrpn(1234, ch=1)"),
        ("midi/bend", "bend()"),
        ("midi/touch60", "touch(60)"),
        ("midi/pitch/ch3", "note(ch=3).pitch"),
        ("midi/gate-low", "note.low.gate"),
        ("midi/mpe2-slide", "note.mpe[2].slide"),
        ("midi/key36/ch10", "note(ch=10)[36]"),
    ],
)
def test_a_name_is_shown_as_it_is_typed(name: str, typed: str) -> None:
    assert live_text(name) == typed


@pytest.mark.parametrize(
    "name",
    ["midi/cc128", "midi/cc32-14", "midi/nrpn16383", "midi/touch200", "midi/mpe4-pitch", "midi/cc1/ch17/x"],
)
def test_what_midi_does_not_have_has_no_name(name: str) -> None:
    assert parse(name) is None


def test_what_was_never_heard_is_in_the_middle_or_at_rest() -> None:
    assert unheard("midi/cc21") == unheard("midi/nrpn7/ch2") == unheard("midi/mpe0-slide") == 0.5
    assert unheard("midi/bend") == unheard("midi/touch60") == unheard("midi/gate-low") == 0.0
    assert unheard("midi/number") == 60.0
    assert unheard("midi/pitch") == 60 / 127
    assert unheard("osc/x") == 0.5


def test_knobs_last_and_keys_do_not() -> None:
    assert lasts("midi/cc21/nano")
    assert lasts("midi/nrpn3")
    assert not any(map(lasts, ("midi/gate", "midi/bend", "midi/touch", "midi/mpe0-gate", "osc/cc")))


@pytest.mark.parametrize(
    ("wanted", "stem", "fits"),
    [
        ("nano", "nanoKONTROL2", True),
        ("KONTROL", "nanoKONTROL2", True),
        ("trol", "nanoKONTROL2", False),
        ("nano", "nanoKONTROL2#2", True),
        ("nanokontrol2", "nanoKONTROL2", True),
        ("nanokontrol2", "nanoKONTROL2#2", False),
        ("nano#2", "nanoKONTROL2#2", True),
        ("nano#2", "nanoKONTROL2", False),
        ("nano#1", "nanoKONTROL2", True),
        ("launch control", "Launch Control XL", True),
        ("xl", "Launch Control XL", True),
        ("Launch-Control-XL", "Launch Control XL", True),
        ("MPK", "nanoKONTROL2", False),
    ],
)
def test_a_device_is_meant_by_the_beginning_of_a_word(wanted: str, stem: str, fits: bool) -> None:
    assert device_fits(wanted, stem) is fits
