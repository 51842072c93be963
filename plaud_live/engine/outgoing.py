"""What leaves the engine while it sounds, and the clock that it follows: put together, as chores."""

from typing import Any

from plaud_live.engine.access import Access
from plaud_live.engine.chores import Chores
from plaud_live.engine.desk import Desk
from plaud_live.engine.feedback import Feedback
from plaud_live.engine.midi_clock import ClockFollower, ClockSender
from plaud_live.engine.midi_out import Devices, MidiOut
from plaud_live.engine.osc_out import OscOut
from plaud_live.engine.outputs import Outputs

PANIC = "panic"


class Outgoing:
    """Outputs, feedback to controllers, the clock that is sent and the one that is followed."""

    def __init__(self, desk: Desk, chores: Chores, access: Access) -> None:
        devices = Devices(desk.midi)
        self._osc = OscOut(access.permits, desk.tell)
        self._outputs = Outputs(
            lambda: desk.state,
            desk.inputs,
            desk.times,
            lambda: desk.latency_seconds,
            self._osc,
            MidiOut(devices, desk.tell),
            desk.tell,
        )
        sender = ClockSender(lambda: desk.state, desk.times, devices)
        self._follower = ClockFollower(lambda: desk.state, desk.times, desk.submit, desk.tell)
        feedback = Feedback(
            lambda: desk.state, lambda: desk.beat, desk.inputs, devices, desk.controls.profiles.piece_of
        )
        for chore in (self._outputs, sender, self._follower, feedback):
            chores.add(chore)
        desk.midi.listeners += [self._follower.hear, feedback.hear]
        desk.on_event.append(self._happened)
        desk.extras["outputs"] = self._shown
        desk.extras["leader"] = self._follower.to_data

    def close(self) -> None:
        """Give the socket back."""
        self._osc.close()

    def _happened(self, kind: str, where: str, text: str) -> None:
        if kind == PANIC:
            self._outputs.silence()

    def _shown(self) -> dict[str, Any]:
        return self._outputs.to_data()
