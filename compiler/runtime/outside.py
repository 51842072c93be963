"""The controls outside the program: pre-delay before it, and the way between dry and wet after it.

A pre-delay that moves fades from the old place in its ring to the new one; where it moves again meanwhile,
that fade ends first. The wet gain goes in a straight line to where it is set. Both sample by sample.
"""

from compiler.ir.nodes import Array
from compiler.runtime.compile import kernel

WANTED, PLACE, GOAL, FADED = range(4)
"""Fields of `delays`: samples of pre-delay that are set; heard now; faded to; samples of the fade so far."""

SET, WET = range(2)
"""Fields of `levels`: the wet gain that is set, and the one heard now."""


@kernel
def pre_delay(
    x: Array, pool: Array, inputs: int, ring: Array, delays: Array, fade: int, now: int, n: int
) -> None:
    """Fill n samples of the channels from `inputs` on with `x` [channels, block], delayed.

    `ring` [channels, size], size a power of two and above the longest delay; `fade` in samples.
    """
    size = ring.shape[1]
    for t in range(n):
        if delays[PLACE] == delays[GOAL]:
            delays[GOAL], delays[FADED] = delays[WANTED], 0
        place, goal = now + t - delays[PLACE], now + t - delays[GOAL]
        part = delays[FADED] / fade
        for c in range(x.shape[0]):
            ring[c, (now + t) & (size - 1)] = x[c, t]
            old = ring[c, place & (size - 1)]
            pool[inputs + c, t] = old + part * (ring[c, goal & (size - 1)] - old)
        if delays[PLACE] != delays[GOAL]:
            delays[FADED] += 1
            if delays[FADED] >= fade:
                delays[PLACE] = delays[GOAL]


@kernel
def dry_wet(x: Array, pool: Array, outputs: int, routing: Array, levels: Array, step: float, n: int) -> None:
    """Let y = wet y + (1 - wet) routing x in n samples of the channels y from `outputs` on.

    `routing` [outputs, inputs]; the wet gain moves by at most `step` a sample.
    """
    if levels[WET] == 1.0 and levels[SET] == 1.0:
        return
    for t in range(n):
        levels[WET] += max(-step, min(step, levels[SET] - levels[WET]))
        wet = levels[WET]
        for o in range(routing.shape[0]):
            dry = 0.0
            for i in range(routing.shape[1]):
                dry += routing[o, i] * x[i, t]
            pool[outputs + o, t] = wet * pool[outputs + o, t] + (1.0 - wet) * dry
