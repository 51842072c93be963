"""The state as JSON text is the state as data, whatever of it was encoded before."""

import json

from plaud_live.control.state_json import encode_state
from plaud_live.control.transaction import Scene, Set
from plaud_live.signals.noise import drift
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.patterns import pat
from tests.control.player import Player


def test_the_text_is_that_of_the_data() -> None:
    player = Player()
    for change in (
        Set("drone", "z0", lfo(4) + drift(3)),
        Set("drone", "gain", pat("0 .5 [1 .2]*2"), text='drone.gain = "é\\n"'),
        Scene("dark"),
        Set("drone", "z0", lfo(5)),
    ):
        player.do(change)
        state = player.conductor.state
        assert json.loads(encode_state(state)) == json.loads(json.dumps(state.to_data()))
