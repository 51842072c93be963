"""Everything that a signal may do, done once: so that nothing is imported or set up while sound is due."""

import numpy as np

from plaud_live.signals.envelopes import env
from plaud_live.signals.graph import Evaluation, Signal
from plaud_live.signals.live import Live
from plaud_live.signals.noise import drift, walk
from plaud_live.signals.oscillators import lfo, saw, sq, tri
from plaud_live.signals.patterns import pat
from plaud_live.signals.picked import Picked
from plaud_live.signals.sequences import seq
from plaud_live.signals.space import Column, Layer, Reference, Vector, set_column
from plaud_live.signals.spark import Peek
from plaud_live.signals.trajectories import LOOP, Frames, Trajectory
from plaud_live.signals.transitions import Transition, to


def every_kind() -> Signal:
    """A signal of two latents in which every kind of node occurs, but anchors, which have no place yet."""
    linked = Reference("x", "y", None)
    moving = lfo(4) * tri(3) + saw(2) - sq(1) / 2 + drift(4) % 1 + walk(1) ** 2 + Live("osc/x", 0) + linked
    played = pat("0 [1 .5]*2 <.2 .3> _ .7?.4 1(3,8)", glide=0.1) + seq(0, lfo(2), every=1) + env([0, 1, 0])
    played = played + Picked((linked, played), saw(1))
    shaped = Peek((moving + played).clip(0, 1).quant(8).delay(1).hold(0.5).slew(0.25), 16.0)
    place = set_column(Vector((0.2, 0.8)), 0, 2, shaped)
    gone = Trajectory(Frames("", np.zeros((3, 2))), "", 0.0, 4.0, LOOP)
    return Transition(Layer("+= 0", place, place + Column(place, 1) + gone), to(place, 4), 0.5, 1.0)


def warm() -> None:
    """Evaluate all of it, before, within and after a transition."""
    for beats in (np.array([0.0]), np.linspace(0.0, 16.0, 129)):
        Evaluation(beats, lambda address: lfo(8), thorough=True).value(every_kind())
