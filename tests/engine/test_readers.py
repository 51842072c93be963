"""Who reads which live inputs."""

from dataclasses import replace

import pytest

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.parameters import default_sources
from plaud_live.control.state import InstrumentState, Source, State
from plaud_live.engine import readers
from plaud_live.engine.readers import Readers
from plaud_live.signals.graph import Signal, signal
from plaud_live.signals.live import Live
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.space import Reference, Vector, set_column
from tests.engine.osc_peer import INFO


def state(**driven: Signal) -> State:
    sources = {**default_sources(INFO), **driven}
    drone = InstrumentState("drone", INFO, {name: Source(each) for name, each in sources.items()})
    return State(TempoMap(44100), {"drone": drone, "pad": replace(drone, name="pad", sources={})})


def test_inputs_are_found_wherever_they_lie_in_a_source() -> None:
    gain = (Live("osc/x", 0) * lfo(2) + Live("fn/a", 0)).slew(1)
    assert Readers().find(state(gain=gain, pan=lfo(1))) == {"drone": {"gain": {"osc/x", "fn/a"}}}


def test_a_latent_that_was_set_alone_is_named_alone() -> None:
    z = set_column(Vector((0.5, 0.5)), 1, 2, Live("fn/a", 0))
    assert Readers().find(state(z=z)) == {"drone": {"z1": {"fn/a"}}}
    assert Readers().find(state(z=Live("mic/z/d", 2))) == {"drone": {"z": {"mic/z/d"}}}


def test_what_is_followed_reads_for_itself() -> None:
    follower = Reference("pad", "gain", None)
    assert Readers().find(state(gain=follower)) == {}


def test_a_signal_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Signal] = []
    walk = readers.walk
    monkeypatch.setattr(readers, "walk", lambda root: looked.append(root) or walk(root))
    first = state(gain=Live("osc/x", 0))
    finder = Readers()
    finder.find(first)
    before = len(looked)
    again = first.with_sources({("drone", "pan"): Source(signal(0.1))})
    assert finder.find(again) == {"drone": {"gain": {"osc/x"}}}
    assert len(looked) == before + 1


def test_a_signal_that_is_too_deep_to_look_through_does_not_stop_the_rest() -> None:
    deep = lfo(1)
    for _ in range(200):
        deep = deep + 0.001
    assert Readers().find(state(gain=deep, pan=Live("osc/x", 0))) == {"drone": {"pan": {"osc/x"}}}
