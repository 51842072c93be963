"""What leaves the engine while it sounds, and the clock that it follows: put together, as chores."""

from typing import Any

from plaud_live.control.outputs import OscTarget, Output, target_of
from plaud_live.control.transaction import Transaction
from plaud_live.engine.access import Access
from plaud_live.engine.chores import Chores
from plaud_live.engine.desk import Desk
from plaud_live.engine.feedback import Feedback
from plaud_live.engine.midi_clock import ClockFollower, ClockSender
from plaud_live.engine.midi_out import Devices, MidiOut
from plaud_live.engine.osc_out import OscOut
from plaud_live.engine.outputs import Outputs
from plaud_live.errors import ParameterError

PANIC = "panic"


class Outgoing:
    """Outputs, feedback to controllers, the clock that is sent and the one that is followed."""

    def __init__(self, desk: Desk, chores: Chores, access: Access) -> None:
        self._permits = access.permits
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

    def check(self, transaction: Transaction) -> None:
        """Raise ParameterError where something would be sent to a machine that may not be sent to."""
        for change in transaction.changes:
            target = target_of(change.to) if isinstance(change, Output) else None
            if isinstance(target, OscTarget) and not (target.is_loopback or self._permits(target.host)):
                raise ParameterError(f"{target.typed}: {target.host} is another machine — play with --lan")

    def close(self) -> None:
        """Give the socket back."""
        self._osc.close()

    def _happened(self, kind: str, where: str, text: str) -> None:
        if kind == PANIC:
            self._outputs.silence()

    def _shown(self) -> dict[str, Any]:
        return self._outputs.to_data()
