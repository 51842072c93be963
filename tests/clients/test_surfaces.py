"""What every control of every surface sends, sent to the running instrument: it takes all of it, silently."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.clients.conftest import Ear, Instrument
from tests.surfaces.readers import LAYOUT, Sent, read_max, read_open_stage_control, read_touchosc

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
FILES: dict[str, Callable[[], Iterable[Sent]]] = {
    "max": lambda: read_max((ROOT / "max" / "osc-control.maxpat").read_text()),
    "open-stage-control": lambda: read_open_stage_control(
        (ROOT / "surfaces" / "open-stage-control.json").read_text()
    ),
    "touchosc": lambda: read_touchosc((ROOT / "surfaces" / "touchosc.tosc").read_bytes()),
}


@pytest.mark.parametrize("program", FILES)
def test_every_message_is_taken(program: str, instrument: Instrument, ear: Ear) -> None:
    """At both ends of each fader; then every fader is where it was sent last.

    Panic comes when all else is done, as it drops what waits.
    """
    controls = [sent for sent in FILES[program]() if sent.address != "/plaud/notify"]
    first, last = ("/plaud/scene/save",), ("/plaud/panic",)
    for arguments in ("low", "high"):
        for sent in sorted(controls, key=lambda sent: (sent.address in last, sent.address not in first)):
            if sent.address in last:
                ear.settle()
            ear.send(sent.address, *getattr(sent, arguments))
    ear.settle()
    failed = [m.arguments for m in ear.listen() if m.address == "/plaud/fail"]
    assert [fail for fail in failed if fail[0] not in ("/plaud/undo", "/plaud/redo")] == []

    faders = {sent.address: sent.high for sent in controls if sent.address in _faders()}
    assert set(faders) == _faders()
    for address, high in faders.items():
        ear.send(address, *high)
    for address, (value,) in faders.items():
        assert isinstance(value, int | float)
        instrument.wait_value(address, value)


def _faders() -> set[str]:
    return {fader.address for fader in LAYOUT.faders}
