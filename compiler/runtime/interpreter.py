"""Runs a table of operations over a block, without a line of Python in between.

An instruction is a run of integers in `code`: its number, the place of the next one, then its fields, as
`compiler.runtime.table` writes them; coefficients stand in `numbers`, at the places that the fields name.
"""

import numpy as np

from compiler.ir.nodes import Array
from compiler.runtime.compile import kernel
from compiler.runtime.kernels import (
    add,
    clear,
    convolve,
    dense,
    hadamard,
    householder,
    scale,
    sparse,
    taps,
    write,
)
from compiler.runtime.sections import cascade

LOOP, END, ADD, SCALE, DENSE, SPARSE, HADAMARD, HOUSEHOLDER, WRITE, TAPS, CONVOLVE, CASCADE = range(12)


@kernel
def run(
    code: Array, numbers: Array, frames: Array, state: Array, pool: Array, work: Array, now: int, n: int
) -> bool:
    """Play the samples [0, n) of the block, which are `now` and so on; gives whether all lines stayed finite.

    `frames` [depth, 4] keeps start, stop, chunk and body of the loops that are under way.
    """
    finite = True
    at, depth, pc = np.int64(0), 0, 0  # were `at` a literal, Numba would compile every kernel twice
    while pc < code.size:
        op, follow = code[pc], code[pc + 1]
        f = code[pc + 2 : follow]
        if op == LOOP:
            frames[depth, 0], frames[depth, 1], frames[depth, 2], frames[depth, 3] = at, at + n, f[0], follow
            depth += 1
            n = min(f[0], n)
        elif op == END:
            start, stop, chunk = frames[depth - 1, 0], frames[depth - 1, 1], frames[depth - 1, 2]
            at += n
            if at < stop:
                n = min(chunk, stop - at)
                follow = frames[depth - 1, 3]
            else:
                at, n = start, stop - start
                depth -= 1
        elif op == ADD:
            add(pool, f[0], f[1], f[2:], at, n)
        elif op == SCALE:
            scale(pool, f[0], f[1], numbers[f[2] : f[2] + f[3]], at, n)
        elif op == DENSE:
            outputs, inputs, place = f[0], f[1], f[2]
            targets, sources = f[3 : 3 + outputs], f[3 + outputs : 3 + outputs + inputs]
            matrix = numbers[place : place + outputs * inputs].reshape(outputs, inputs)
            dense(pool, targets, sources, matrix, at, n)
        elif op == SPARSE:
            outputs, entries, place = f[0], f[1], f[2]
            targets, rows, sources = (
                f[3 : 3 + outputs],
                f[3 + outputs : 4 + 2 * outputs],
                f[4 + 2 * outputs :],
            )
            sparse(pool, targets, sources, rows, numbers[place : place + entries], at, n)
        elif op == HADAMARD:
            count, place = f[0], f[1]
            before, after = numbers[place : place + count], numbers[place + count : place + 2 * count]
            targets, sources, order = f[2 : 2 + count], f[2 + count : 2 + 2 * count], f[2 + 2 * count :]
            hadamard(pool, targets, sources, order, before, after, work, at, n)
        elif op == HOUSEHOLDER:
            count, place = f[0], f[1]
            right, left = numbers[place : place + count], numbers[place + count : place + 2 * count + 1]
            householder(pool, f[2 : 2 + count], f[2 + count :], left, right, work, at, n)
        elif op == WRITE:
            finite &= write(pool, f[0], f[1], state, f[2], f[3], now + at, at, n)
        elif op == TAPS:
            outputs, entries = f[1], f[2]
            rows = f[6 : 7 + outputs]
            channels = f[7 + outputs : 7 + outputs + entries]
            delays = f[7 + outputs + entries : 7 + outputs + 2 * entries]
            gains = numbers[f[5] : f[5] + entries]
            taps(pool, f[0], state, f[3], f[4], rows, channels, delays, gains, now + at, at, n)
        elif op == CONVOLVE:
            pairs, length = f[2], f[3]
            responses = numbers[f[7] : f[7] + pairs * length].reshape(pairs, length)
            outputs, channels = f[8 : 8 + pairs], f[8 + pairs : 8 + 2 * pairs]
            clear(pool, f[0], f[1], at, n)
            convolve(pool, f[0], outputs, state, f[4], f[5], channels, f[6], responses, work, now + at, at, n)
        elif op == CASCADE:
            lanes, sections = f[3], f[4]
            coefficients = numbers[f[5] : f[5] + sections * 5 * lanes].reshape(sections, 5, lanes)
            memory = state[f[6] : f[6] + (sections + 1) * 2 * lanes].reshape(sections + 1, 2, lanes)
            outputs, channels = f[7 : 7 + lanes], f[7 + lanes : 7 + 2 * lanes]
            clear(pool, f[0], f[1], at, n)
            cascade(pool, f[0], outputs, f[2], channels, coefficients, memory, work, at, n)
        pc = follow
    return finite
