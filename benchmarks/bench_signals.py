"""What evaluating signals costs per block, by graph and by kind of node.

Graphs of nine nodes over eight latents, as the engine evaluates them: a new `Evaluation` for each block, at
the control frames that begin in it (hop 256). The goal is at most 80 µs for each graph. Blocks are timed by
the clock in turns of many blocks: the best turn says what the graph costs, the median what it took here.
"""

import argparse
import time
from statistics import median

import numpy as np
from machine import describe

from plaud_live.signals.envelopes import env
from plaud_live.signals.graph import Array, Evaluation, Inputs, Signal, signal
from plaud_live.signals.live import Live
from plaud_live.signals.noise import drift
from plaud_live.signals.noise import walk as random_walk
from plaud_live.signals.oscillators import lfo, saw, sq, tri
from plaud_live.signals.patterns import Pattern, pat
from plaud_live.signals.sequences import seq
from plaud_live.signals.space import Columns, Vector
from plaud_live.signals.transitions import Transition
from plaud_live.signals.traversal import walk

HOP, RATE, BEATS_A_SECOND, LATENTS = 256, 44100, 92 / 60, 8
BLOCKS = (128, 256, 512, 2048)
GOAL_US, GOAL_BLOCK, GOAL_NODES = 80.0, 512, 9
TURNS, BLOCKS_A_TURN = 15, 100

BELL, RUST, GLASS = (
    Vector(tuple(np.random.default_rng(i).uniform(0, 1, LATENTS).tolist()), name)
    for i, name in enumerate(("bell", "rust", "glass"))
)


class Fader(Inputs):
    """An input that holds still, as cheap as can be: what is measured is the node."""

    def read(self, name: str, beats: Array) -> Array:
        """The same for every beat."""
        return np.full(len(beats), 0.3)


def of_names(text: str, **keywords: float) -> Signal:
    """A pattern whose names have their places."""
    found = pat(text, **keywords)
    places = {"bell": BELL, "rust": RUST, "glass": GLASS}
    named = [name for name in ("bell", "rust", "glass") if name in text]
    if not isinstance(found, Pattern) or len(named) != len(found.places):
        raise ValueError(text)
    return Pattern(found.text, found.cycle, found.glide, found.seed, tuple(places[name] for name in named))


def graphs() -> dict[str, Signal]:
    """Graphs of nine nodes (children and constants counted), each over all latents."""
    each = tuple(shape(beats) for beats in (3, 5) for shape in (lfo, drift, tri, saw))
    return {
        "A.bell*.5 + .2*lfo(16) + .1": BELL * 0.5 + 0.2 * lfo(16) + 0.1,
        "z0 … z7, a mover each": Columns(BELL, LATENTS, tuple(range(8)), each),
        "between two transitions": Transition(
            Transition(BELL, RUST * lfo(8), 0.0, 900.0), GLASS.to(RUST, 0.5), 0.0, 900.0
        ),
        '"bell <rust glass>", glide=1, + .1*walk(1).slew(1)': of_names("bell <rust glass>", glide=1)
        + 0.1 * random_walk(1).slew(1),
        "seq(bell, rust, glass, glide=2) + .1*sq(4).slew(1)": seq(BELL, RUST, GLASS, glide=2)
        + 0.1 * sq(4).slew(1),
        "bell.to(rust, osc) + .1*drift(8)": BELL.to(RUST, Live("osc/x", 0)) + 0.1 * drift(8),
    }


def kinds() -> dict[str, Signal]:
    """One mover of each kind."""
    return {
        "number": signal(0.5),
        "anchor": BELL,
        "lfo(4)": lfo(4),
        "sq(4)": sq(4),
        "drift(4)": drift(4),
        "walk(1)": random_walk(1),
        "walk(1, .01)": random_walk(1, 0.01),
        "env, 4 levels": env([0, 1, 0.3, 0], [0.1, 1, 2], every=4),
        '"0 .5 [1 .2]*2"': pat("0 .5 [1 .2]*2"),
        '"0? .5? [1 .2]*2"': pat("0? .5? [1 .2]*2"),
        '"bell <rust glass>", glide=1': of_names("bell <rust glass>", glide=1),
        "seq of 3 anchors": seq(BELL, RUST, GLASS),
        "seq of 3 anchors, glide=4": seq(BELL, RUST, GLASS, glide=4),
        "lfo(4).slew(1)": lfo(4).slew(1),
        "(A.bell*lfo(4)).slew(1)": (BELL * lfo(4)).slew(1),
        "lfo(4).slew(1).slew(1/3)": lfo(4).slew(1).slew(1 / 3),
        "lfo(4).hold(1)": lfo(4).hold(1),
        "lfo(4).delay(1)": lfo(4).delay(1),
        "osc": Live("osc/x", 0),
    }


def blocks_of(size: int) -> list[Array]:
    """The beats of the control frames of consecutive blocks, those without a frame left out."""
    found = []
    for start in range(0, 4 * size * BLOCKS_A_TURN * HOP // min(size, HOP), size):
        frames = np.arange(-(-start // HOP) * HOP, start + size, HOP, dtype=np.float64)
        if len(frames) and len(found) < BLOCKS_A_TURN:
            found.append(100.0 + frames * (BEATS_A_SECOND / RATE))
    return found


def cost(node: Signal, size: int) -> tuple[float, float]:
    """µs a block: best and median of the turns."""
    blocks, inputs, taken = blocks_of(size), Fader(), []
    for _ in range(TURNS + 1):  # the first warms up
        begin = time.perf_counter()
        for beats in blocks:
            Evaluation(beats, inputs=inputs).value(node)
        taken.append((time.perf_counter() - begin) / len(blocks) * 1e6)
    return min(taken[1:]), median(taken[1:])


def main() -> int:
    """Print the tables; 1 if a graph costs more than the goal."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    print(describe("numpy"))
    worst = 0.0
    for title, table in (("graphs of nine nodes", graphs()), ("kinds", kinds())):
        print(f"\n{title + ', µs a block (best / median)':52}" + "".join(f"{b:>15}" for b in BLOCKS))
        for name, node in table.items():
            costs = {size: cost(node, size) for size in BLOCKS}
            nodes = sum(1 for _ in walk(node))
            print(f"{name:46} {nodes:5}" + "".join(f"{b:8.1f} /{m:5.0f}" for b, m in costs.values()))
            if nodes >= GOAL_NODES:
                worst = max(worst, costs[GOAL_BLOCK][0])
    print(f"\nthe dearest graph at {GOAL_BLOCK}: {worst:.1f} µs a block (goal: at most {GOAL_US:.0f})")
    return int(worst > GOAL_US)


if __name__ == "__main__":
    raise SystemExit(main())
