"""The state as JSON text is the state as data, whatever of it was encoded before."""

import json
import weakref

from plaud_live.control.state import Source
from plaud_live.control.state_json import StateText
from plaud_live.control.transaction import Mark, Recall, Scene, Set
from plaud_live.signals.data import to_data
from plaud_live.signals.graph import Signal
from plaud_live.signals.noise import drift
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.patterns import pat
from tests.control.player import Player


def test_the_text_is_that_of_the_data() -> None:
    player, text = Player(), StateText()
    for change in (
        Set("drone", "z0", lfo(4) + drift(3)),
        Set("drone", "gain", pat("0 .5 [1 .2]*2"), text='drone.gain = "é\\n"'),
        Scene("dark"),
        Mark("drone", "here"),
        Set("drone", "z0", lfo(5)),
        Mark("drone", "here"),
        Recall("dark"),
        Mark("drone", "there"),
    ):
        player.do(change)
        state = player.conductor.state
        assert json.loads(text.encode(state)) == json.loads(json.dumps(state.to_data()))


def test_it_keeps_what_the_last_state_had_and_no_more() -> None:
    """Signals are large: those of a state that is gone must go with it."""
    text, state = StateText(), Player().conductor.state
    gone: list[weakref.ref[Signal]] = []
    for n in range(20):
        moving = lfo(2 + n)
        gone.append(weakref.ref(moving))
        state = state.with_sources({("drone", "pan"): Source(moving)})
        text.encode(state)
    del moving
    to_data.cache_clear()
    assert [each() is None for each in gone] == [True] * 19 + [False]
