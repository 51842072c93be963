"""`take.z`: where the latents of an instrument went in a take, as a signal."""

from dataclasses import dataclass, replace
from typing import Any

from plaud_live.errors import ParameterError, SignalError
from plaud_live.repl.performance import Performance
from plaud_live.signals.graph import Array, Evaluation, Signal, Warp, positive
from plaud_live.signals.space import Column
from plaud_live.signals.trajectories import LOOP, WAIT, Trajectory, frames
from plaud_live.signals.traversal import rebuild, walk

MOST_KNOWN = 64


@dataclass(frozen=True, eq=False, repr=False)
class TakeLatents(Signal):
    """Where the latents went in a take: once, from its launch on, and then they stay.

    It is of the instrument that it is given to; `take.z["drone"]` of that one, `take.z[0]` one latent of it.

    >>> take = keep(8)
    >>> drone.z = take.z.loop()
    """

    performance: Performance
    number: int
    span: tuple[int, int]
    text: str
    instrument: str = ""
    index: int = -1
    mode: str = WAIT
    beats: float = 0.0

    def loop(self, beats: object = None) -> "TakeLatents":
        """Round and round, each moment at the same place of the beat as then; in `beats` beats, if given.

        >>> take = keep(8)
        >>> drone.z = take.z.loop()
        >>> drone.z = take.z.loop(beats=4) + .1*lfo(1)
        >>> drone.z0 = take.z[0].loop()
        """
        length = 0.0 if beats is None else positive(beats, f"{self.text}.loop")
        return replace(self, mode=LOOP, beats=length, text=f"{self.text}.loop()")

    def __getitem__(self, which: object) -> "TakeLatents":
        if isinstance(which, str):
            return replace(self, instrument=which, text=f"{self.text}[{which!r}]".replace("'", '"'))
        if isinstance(which, bool) or not isinstance(which, int) or which < 0:
            raise ParameterError(
                f'{self.text}[{which!r:.40}]: wants a latent or an instrument: [0], ["drone"]'
            )
        return replace(self, index=which, text=f"{self.text}[{which}]")

    def evaluate(self, at: Evaluation) -> Array:
        """It has frames only once it is known whose."""
        raise SignalError(f"{self.text} is of the instrument that it is given to: drone.z = {self.text}")

    def placed(self, name: str, size: int) -> Signal:
        """Its frames for an instrument of `size` latents. Raises a PlaudError where it has none that fit."""
        whose = self.instrument or name
        told = _asked(self.performance, self.number, self.span, whose)
        there = int(told["latents"])
        if self.index >= there:
            raise ParameterError(f"{self.text}: {whose} has z0 to z{there - 1}")
        if self.index < 0 and there != size:
            raise ParameterError(
                f"{self.text}: {whose} has {there} latents, {name} {size} — take.z[0] is one"
            )
        found = told["frames"]
        beat, beats = float(told["beat"]), float(told["beats"])
        made: Signal = Trajectory(found, self.text, beat, beats, self.mode)
        if self.index >= 0:
            made = Column(made, self.index)
        return Warp(made, beats / self.beats, 0.0) if self.beats and self.beats != beats else made


def placed(source: Signal, name: str, size: int) -> Signal:
    """A signal for an instrument of `size` latents: with the frames of the takes that it has in it.

    Raises a PlaudError where there are none, and where the signal is too large or too deep.
    """
    if not [node for node in walk(source) if isinstance(node, TakeLatents)]:
        return source
    return rebuild(source, lambda node: node.placed(name, size) if isinstance(node, TakeLatents) else None)


def _asked(performance: Performance, number: int, span: tuple[int, int], name: str) -> dict[str, Any]:
    """What the engine says of the frames of an instrument in a take, and the frames. Raises a PlaudError."""
    key = number, span, name
    told = performance.trajectories.get(key)
    if told is None:
        start, stop = span
        told = performance.request("trajectory", number=number, instrument=name, start=start, stop=stop)
        told["frames"] = found = frames(str(told["digest"]))
        if found.values is None:
            raise SignalError(f"take {number}: its frames are not in the session")
        performance.trajectories[key] = told
        while len(performance.trajectories) > MOST_KNOWN:
            del performance.trajectories[next(iter(performance.trajectories))]
    return told
