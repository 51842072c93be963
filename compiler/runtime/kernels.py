"""What each operation does to the channels of a block: one kernel each, compiled by Numba.

`pool` [channels, block] holds the channels, time along the fast axis, so that sums, matrices, taps and
convolutions run in vector lanes over time. All work on the samples [at, at + n) of the block; `now` is the
place of sample `at` since the start. Layouts are those of `compiler.passes.program`; coefficients come as
arrays of their own. Sections have a file of their own.

Sums are taken in the same order whatever n is: the division into blocks changes no sample.
"""

from compiler.ir.nodes import Array
from compiler.runtime.compile import inlined, kernel

TINY = 1e-60
"""Magnitudes below (-1200 dB) become 0 in whatever lasts: denormal numbers are slow, and there forever."""

HUGE = 1e30
"""Magnitudes above (600 dB) count as not finite."""


@kernel
def clear(pool: Array, target: int, count: int, at: int, n: int) -> None:
    """Silence."""
    for c in range(count):
        y = pool[target + c, at : at + n]
        for t in range(n):
            y[t] = 0.0


@kernel
def add(pool: Array, target: int, count: int, sources: Array, at: int, n: int) -> None:
    """Let `count` channels from `target` on be the sum of those from each of `sources` on."""
    if sources.size == 0:
        clear(pool, target, count, at, n)
    for c in range(count):
        y = pool[target + c, at : at + n]
        for k in range(sources.size):
            x = pool[sources[k] + c, at : at + n]
            if k == 0:
                for t in range(n):
                    y[t] = x[t]
            else:
                for t in range(n):
                    y[t] += x[t]


@kernel
def scale(pool: Array, target: int, source: int, gains: Array, at: int, n: int) -> None:
    """Let target[c] = gains[c] source[c]."""
    for c in range(gains.size):
        g = gains[c]
        x = pool[source + c, at : at + n]
        y = pool[target + c, at : at + n]
        for t in range(n):
            y[t] = g * x[t]


@inlined
def add_one(y: Array, x: Array, a: float, n: int) -> None:
    """Add a x to y, n samples."""
    for t in range(n):
        y[t] += a * x[t]


@inlined
def add_four(y: Array, x0: Array, x1: Array, x2: Array, x3: Array, h: Array, k: int, n: int) -> None:
    """Add the sum of h[k + i] x_i to y, n samples."""
    a, b, c, d = h[k], h[k + 1], h[k + 2], h[k + 3]
    for t in range(n):
        y[t] = y[t] + a * x0[t] + b * x1[t] + c * x2[t] + d * x3[t]


@inlined
def add_four_to_two(
    y: Array, z: Array, x0: Array, x1: Array, x2: Array, x3: Array, h: Array, g: Array, k: int, n: int
) -> None:
    """`add_four` to y by h and to z by g: each sample is fetched once for both."""
    a, b, c, d = h[k], h[k + 1], h[k + 2], h[k + 3]
    e, f, i, j = g[k], g[k + 1], g[k + 2], g[k + 3]
    for t in range(n):
        p, q, r, s = x0[t], x1[t], x2[t], x3[t]
        u = y[t] + a * p + b * q + c * r + d * s
        v = z[t] + e * p + f * q + i * r + j * s
        y[t], z[t] = u, v


@kernel
def dense(pool: Array, targets: Array, sources: Array, matrix: Array, at: int, n: int) -> None:
    """Let channels `targets` be `matrix` [targets, sources] times channels `sources`."""
    outputs, inputs = matrix.shape
    o = 0
    while o < outputs:
        pair = o + 1 < outputs
        y, z = pool[targets[o], at : at + n], pool[targets[o + pair], at : at + n]
        h, g = matrix[o], matrix[o + pair]
        for t in range(n):
            y[t] = 0.0
            z[t] = 0.0
        i = 0
        while i + 4 <= inputs:
            x0, x1 = pool[sources[i], at : at + n], pool[sources[i + 1], at : at + n]
            x2, x3 = pool[sources[i + 2], at : at + n], pool[sources[i + 3], at : at + n]
            if pair:
                add_four_to_two(y, z, x0, x1, x2, x3, h, g, i, n)
            else:
                add_four(y, x0, x1, x2, x3, h, i, n)
            i += 4
        while i < inputs:
            x0 = pool[sources[i], at : at + n]
            add_one(y, x0, h[i], n)
            if pair:
                add_one(z, x0, g[i], n)
            i += 1
        o += 2


@kernel
def sparse(pool: Array, targets: Array, sources: Array, rows: Array, gains: Array, at: int, n: int) -> None:
    """Let targets[o] be the sum over k in rows[o] .. rows[o + 1] of gains[k] times channel sources[k]."""
    for o in range(targets.size):
        y = pool[targets[o], at : at + n]
        if rows[o] == rows[o + 1]:
            for t in range(n):
                y[t] = 0.0
        for k in range(rows[o], rows[o + 1]):
            g = gains[k]
            x = pool[sources[k], at : at + n]
            if k == rows[o]:
                for t in range(n):
                    y[t] = g * x[t]
            else:
                for t in range(n):
                    y[t] += g * x[t]


@kernel
def hadamard(
    pool: Array,
    targets: Array,
    sources: Array,
    order: Array,
    before: Array,
    after: Array,
    work: Array,
    at: int,
    n: int,
) -> None:
    """Let targets = diag(after) H[order] diag(before) sources, by butterflies; H is Sylvester's, of 1 and -1.

    `work` holds at least n values for each channel.
    """
    count = sources.size
    for c in range(count):
        g = before[c]
        x = pool[sources[c], at : at + n]
        y = work[c * n : (c + 1) * n]
        for t in range(n):
            y[t] = g * x[t]
    half = 1
    while half < count:
        for first in range(0, count, 2 * half):
            low = work[first * n : (first + half) * n]
            high = work[(first + half) * n : (first + 2 * half) * n]
            for t in range(half * n):
                a, b = low[t], high[t]
                low[t] = a + b
                high[t] = a - b
        half *= 2
    for c in range(count):
        g = after[c]
        x = work[order[c] * n : (order[c] + 1) * n]
        y = pool[targets[c], at : at + n]
        for t in range(n):
            y[t] = g * x[t]


@kernel
def householder(
    pool: Array, targets: Array, sources: Array, left: Array, right: Array, work: Array, at: int, n: int
) -> None:
    """Let targets = left[-1] sources + left (right . sources); `left` has one value more than `right`."""
    dot = work[:n]
    for t in range(n):
        dot[t] = 0.0
    for c in range(right.size):
        g = right[c]
        x = pool[sources[c], at : at + n]
        for t in range(n):
            dot[t] += g * x[t]
    gain = left[right.size]
    for c in range(right.size):
        g = left[c]
        x = pool[sources[c], at : at + n]
        y = pool[targets[c], at : at + n]
        for t in range(n):
            y[t] = gain * x[t] + g * dot[t]


@kernel
def write(
    pool: Array, source: int, count: int, state: Array, offset: int, size: int, now: int, at: int, n: int
) -> bool:
    """Put `count` channels into the rings at `offset`; gives whether all of it was finite."""
    place = now & (size - 1)
    first = min(n, size - place)
    worst = 0.0
    for c in range(count):
        x = pool[source + c, at : at + n]
        ring = state[offset + c * size : offset + (c + 1) * size]
        for t in range(n):
            worst = worst if abs(x[t]) <= HUGE else 1.0
        for t in range(first):
            ring[place + t] = flushed(x[t])
        for t in range(n - first):
            ring[t] = flushed(x[first + t])
    return worst == 0.0


@kernel
def taps(
    pool: Array,
    target: int,
    state: Array,
    offset: int,
    size: int,
    rows: Array,
    channels: Array,
    delays: Array,
    gains: Array,
    now: int,
    at: int,
    n: int,
) -> None:
    """Let target[o] = sum over k in rows[o] .. rows[o + 1] of gains[k] times channel channels[k], delayed."""
    for o in range(rows.size - 1):
        y = pool[target + o, at : at + n]
        if rows[o + 1] - rows[o] != 1:
            for t in range(n):
                y[t] = 0.0
        for k in range(rows[o], rows[o + 1]):
            g = gains[k]
            ring = state[offset + channels[k] * size : offset + (channels[k] + 1) * size]
            place = (now - delays[k]) & (size - 1)
            first = min(n, size - place)
            early, late = ring[place : place + first], ring[: n - first]
            if rows[o + 1] - rows[o] == 1:
                for t in range(first):
                    y[t] = g * early[t]
                for t in range(n - first):
                    y[first + t] = g * late[t]
            else:
                for t in range(first):
                    y[t] += g * early[t]
                for t in range(n - first):
                    y[first + t] += g * late[t]


@kernel
def convolve(
    pool: Array,
    target: int,
    outputs: Array,
    state: Array,
    offset: int,
    size: int,
    channels: Array,
    delay: int,
    responses: Array,
    work: Array,
    now: int,
    at: int,
    n: int,
) -> None:
    """Add to target[outputs[k]] the convolution of channels[k], delayed, with responses[k] [taps].

    `channels` ascend; the past of each is laid out straight in `work` once.
    """
    length = responses.shape[1]
    past = work[: length - 1 + n]
    k = 0
    while k < outputs.size:
        if k == 0 or channels[k] != channels[k - 1]:
            ring = state[offset + channels[k] * size : offset + (channels[k] + 1) * size]
            place = (now - delay - length + 1) & (size - 1)
            first = min(past.size, size - place)
            early, late = past[:first], past[first:]
            for t in range(early.size):
                early[t] = ring[place + t]
            for t in range(late.size):
                late[t] = ring[t]
        pair = k + 1 < outputs.size and channels[k + 1] == channels[k]
        y, z = pool[target + outputs[k], at : at + n], pool[target + outputs[k + pair], at : at + n]
        h, g = responses[k], responses[k + pair]
        j = 0
        while j + 4 <= length:
            last = length - 1 - j
            x0, x1 = past[last : last + n], past[last - 1 : last - 1 + n]
            x2, x3 = past[last - 2 : last - 2 + n], past[last - 3 : last - 3 + n]
            if pair:
                add_four_to_two(y, z, x0, x1, x2, x3, h, g, j, n)
            else:
                add_four(y, x0, x1, x2, x3, h, j, n)
            j += 4
        while j < length:
            x0 = past[length - 1 - j : length - 1 - j + n]
            add_one(y, x0, h[j], n)
            if pair:
                add_one(z, x0, g[j], n)
            j += 1
        k += 2 if pair else 1


@kernel
def flushed(value: float) -> float:
    """`value`, or 0 where it is tiny. NaN stays."""
    return 0.0 if abs(value) < TINY else value
