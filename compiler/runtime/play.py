"""A block in, a block out: the interpreter between float32 [samples, channels] arrays, and its guards."""

import numpy as np

from compiler.ir.nodes import Array
from compiler.runtime.compile import kernel
from compiler.runtime.interpreter import run
from compiler.runtime.kernels import HUGE
from compiler.runtime.outside import dry_wet, pre_delay

QUIET = 1e-30
"""Outputs below (-600 dB) are 0: float32 has denormal numbers too."""

POSITION, DONE, LENGTH, RESETS, BAD_INPUTS = range(5)
"""Fields of `clock`: samples so far; how far coefficients moved, of how many samples; what went wrong."""


@kernel
def play(
    x: Array,
    out: Array,
    inputs: int,
    outputs: int,
    code: Array,
    numbers: Array,
    start: Array,
    goal: Array,
    clock: Array,
    frames: Array,
    state: Array,
    pool: Array,
    work: Array,
    dry: Array,
    ring: Array,
    delays: Array,
    routing: Array,
    levels: Array,
    fade: int,
    step: int,
) -> None:
    """Fill `out` [n, outputs] with what the program makes of `x` [n, inputs], n at most a block.

    `inputs` and `outputs` are their first channels. Samples of `x` that are not finite count as 0. Where
    anything that lasts, or the output, is not finite, the state is cleared and the stretch is silent.
    Coefficients that move do so every `step` samples. `dry` [inputs, block] is room for what came in; for
    `ring`, `delays`, `routing`, `levels` and `fade` see `compiler.runtime.outside`.
    """
    total = x.shape[0]
    done = np.int64(0)  # no literal: see `compiler.runtime.interpreter`
    while done < total:
        n = total - done
        if clock[DONE] < clock[LENGTH]:
            phase = clock[DONE] % step
            if phase == 0:
                glide(numbers, start, goal, min(clock[DONE] + step, clock[LENGTH]) / clock[LENGTH])
            n = min(n, step - phase)
            clock[DONE] += n
        now = clock[POSITION]
        clock[BAD_INPUTS] += take(x, dry, done, n)
        if ring.shape[1] > 0:
            pre_delay(dry, pool, inputs, ring, delays, fade, now, n)
        else:
            for c in range(x.shape[1]):
                for t in range(n):
                    pool[inputs + c, t] = dry[c, t]
        finite = run(code, numbers, frames, state, pool, work, now, n)
        if routing.shape[0] > 0:
            dry_wet(dry, pool, outputs, routing, levels, 1.0 / fade, n)
        finite &= give(pool, outputs, out, done, n)
        if not finite:
            for k in range(state.size):
                state[k] = 0.0
            for t in range(n):
                for c in range(out.shape[1]):
                    out[done + t, c] = 0.0
            clock[RESETS] += 1
        clock[POSITION] += n
        done += n


@kernel
def take(x: Array, dry: Array, done: int, n: int) -> int:
    """Fill `dry` [inputs, block] with n samples of `x` [samples, inputs]; gives how many were not finite."""
    bad = 0
    for c in range(x.shape[1]):
        for t in range(n):
            value = float(x[done + t, c])
            if not abs(value) <= HUGE:
                value = 0.0
                bad += 1
            dry[c, t] = value
    return bad


@kernel
def give(pool: Array, outputs: int, out: Array, done: int, n: int) -> bool:
    """Fill n samples of `out` [samples, outputs] from the channels; gives whether all were finite."""
    finite = True
    for c in range(out.shape[1]):
        for t in range(n):
            value = pool[outputs + c, t]
            magnitude = abs(value)
            if not magnitude <= HUGE:
                finite = False
            out[done + t, c] = value if magnitude > QUIET else 0.0
    return finite


@kernel
def glide(numbers: Array, start: Array, goal: Array, part: float) -> None:
    """Put the coefficients on the straight way from `start` (part 0) to `goal` (part 1)."""
    for k in range(numbers.size):
        numbers[k] = goal[k] if part >= 1.0 else start[k] + (goal[k] - start[k]) * part
