"""Cascades of second-order sections, four side by side.

A section, y[t] = b0 x[t] + b1 x[t - 1] + b2 x[t - 2] - a1 y[t - 1] - a2 y[t - 2], is taken in two steps. The
sum over x knows all samples and runs in vector lanes over time. The sum over y waits for the sample before:
four cascades at a time keep the processor busy meanwhile. States are signals (direct form I), so that
coefficients may move while it plays.
"""

from compiler.ir.nodes import Array
from compiler.runtime.compile import inlined, kernel
from compiler.runtime.kernels import flushed


@kernel
def cascade(
    pool: Array,
    target: int,
    outputs: Array,
    source: int,
    channels: Array,
    coefficients: Array,
    state: Array,
    work: Array,
    at: int,
    n: int,
) -> None:
    """Add to target[outputs[k]] what cascade k makes of source[channels[k]].

    `coefficients` [sections, 5, lanes], `state` [sections + 1, 2, lanes], the last two samples of every
    signal; `work` at least 8 n + 8. Where fewer than four lanes are left, the last one runs more than once.
    """
    lanes, sections = outputs.size, coefficients.shape[0]
    rows = work[: 4 * (n + 2)].reshape(4, n + 2)  # each with the two samples before
    sums = work[4 * (n + 2) : 8 * n + 8].reshape(4, n)
    for k in range(0, lanes, 4):
        last = lanes - 1
        k0, k1, k2, k3 = k, min(k + 1, last), min(k + 2, last), min(k + 3, last)
        for j in range(4):
            x = pool[source + channels[min(k + j, last)], at : at + n]
            row = rows[j, 2:]
            for t in range(n):
                row[t] = x[t]
        for s in range(sections):
            for j in range(4):
                over_inputs(rows[j], sums[j], coefficients, state, s, min(k + j, last), n)
            for j in range(min(4, lanes - k)):
                state[s, 0, k + j], state[s, 1, k + j] = flushed(rows[j, n + 1]), flushed(rows[j, n])
            over_outputs(rows, sums, coefficients, state, s, k0, k1, k2, k3, n)
        for j in range(min(4, lanes - k)):
            y = pool[target + outputs[k + j], at : at + n]
            row = rows[j, 2:]
            for t in range(n):
                y[t] += row[t]
            state[sections, 1, k + j] = flushed(row[n - 2]) if n > 1 else state[sections, 0, k + j]
            state[sections, 0, k + j] = flushed(row[n - 1])


@inlined
def over_inputs(row: Array, sums: Array, coefficients: Array, state: Array, s: int, k: int, n: int) -> None:
    """Fill `sums` [n] with b0 x[t] + b1 x[t - 1] + b2 x[t - 2] of section s, lane k; x is `row` from 2 on."""
    b0, b1, b2 = coefficients[s, 0, k], coefficients[s, 1, k], coefficients[s, 2, k]
    row[1], row[0] = state[s, 0, k], state[s, 1, k]
    for t in range(n):
        sums[t] = b0 * row[t + 2] + b1 * row[t + 1] + b2 * row[t]


@inlined
def over_outputs(
    rows: Array,
    sums: Array,
    coefficients: Array,
    state: Array,
    s: int,
    k0: int,
    k1: int,
    k2: int,
    k3: int,
    n: int,
) -> None:
    """Put y[t] = sums[t] - a1 y[t - 1] - a2 y[t - 2] of four lanes into `rows` [4, n + 2] from 2 on.

    Its samples before are state[s + 1].
    """
    a0, a1, a2, a3 = (
        coefficients[s, 3, k0],
        coefficients[s, 3, k1],
        coefficients[s, 3, k2],
        coefficients[s, 3, k3],
    )
    c0, c1, c2, c3 = (
        coefficients[s, 4, k0],
        coefficients[s, 4, k1],
        coefficients[s, 4, k2],
        coefficients[s, 4, k3],
    )
    p = s + 1
    u0, u1, u2, u3 = state[p, 0, k0], state[p, 0, k1], state[p, 0, k2], state[p, 0, k3]
    v0, v1, v2, v3 = state[p, 1, k0], state[p, 1, k1], state[p, 1, k2], state[p, 1, k3]
    for t in range(n):
        y0 = (sums[0, t] - c0 * v0) - a0 * u0
        y1 = (sums[1, t] - c1 * v1) - a1 * u1
        y2 = (sums[2, t] - c2 * v2) - a2 * u2
        y3 = (sums[3, t] - c3 * v3) - a3 * u3
        v0, v1, v2, v3, u0, u1, u2, u3 = u0, u1, u2, u3, y0, y1, y2, y3
        rows[0, t + 2], rows[1, t + 2], rows[2, t + 2], rows[3, t + 2] = y0, y1, y2, y3
