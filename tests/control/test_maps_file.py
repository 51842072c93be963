"""maps.toml: what is written is what is read, and what is no such file says why."""

import pytest

from plaud_live.control.maps import Knob, Map
from plaud_live.control.maps_file import maps_text, read_maps
from plaud_live.control.takeover import SCALE
from plaud_live.errors import SettingsError

MAPS = {
    "drone.z2": Map("drone", "z2", "midi/cc0/ch1/nanoKONTROL2", "f1"),
    "drone.gain": Map("drone", "gain", "osc/td/x", "", SCALE, 1.0, 0.1, 2.5, 1 / 3),
}
KNOBS = {"cutoff": "midi/nrpn1234/ch16/Synth.2"}


def test_what_is_written_is_read() -> None:
    found = read_maps(maps_text(MAPS, KNOBS))
    assert [each for each in found if isinstance(each, Map)] == list(MAPS.values())
    assert [each for each in found if isinstance(each, Knob)] == [Knob(*item) for item in KNOBS.items()]
    assert read_maps(maps_text({}, {})) == ()


def test_a_performer_may_write_the_least() -> None:
    assert read_maps('version = 1\n[maps."drone.z2"]\ncontrol = "midi/cc21"\n') == (
        Map("drone", "z2", "midi/cc21"),
    )


BAD = [
    ("", "version None"),
    ("version = 2", "version 2"),
    ("version = 1\nmap = 1", "'map' is no entry"),
    ('version = 1\n[maps.drone]\ncontrol = "midi/cc1"', "'drone' is no parameter"),
    ('version = 1\n[maps."drone.z2"]\n', "wants text"),
    ('version = 1\n[maps."drone.z2"]\ncontrol = "midi/cc1"\nspeed = 1', "'speed' is no entry"),
    ('version = 1\n[maps."drone.z2"]\ncontrol = "midi/cc1"\nrange = [1]', "unpack"),
    ('version = 1\n[maps."drone.z2"]\ncontrol = "midi/cc1"\ncurve = "x"', "wants a number"),
    ("version = 1\n[knobs]\na = 1", "wants text"),
    ("version = 1\nmaps = 1", "maps"),
    ("version = ", "maps"),
]


@pytest.mark.parametrize(("text", "says"), BAD)
def test_what_is_no_such_file_says_why(text: str, says: str) -> None:
    with pytest.raises(SettingsError) as error:
        read_maps(text)
    assert says in str(error.value)
    assert "\n" not in str(error.value)
