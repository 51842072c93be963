"""Any tree played sample by sample in plain NumPy, by the definition of its nodes and none of the passes.

At each sample every node is an affine function of its input, y = D x + s: D is what passes it at once, s
what its state gives. A loop y = F (x + B y) is then a set of linear equations. It has one solution where no
cycle is without delay (D_F D_B is nilpotent); any other is refused, as a machine cannot play it.
Slow: for hundreds of samples, not more. Delays must be whole numbers.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compiler.ir.nodes import Delay, Fir, Gain, Node, Parallel, Recursion, Series, Sos

Array = NDArray[np.float64]


def simulate(node: Node, signal: ArrayLike) -> Array:
    """What `node`, at rest before, makes of `signal` [samples, inputs]: [samples, outputs]."""
    player = _player(node)
    rows = [player.advance(row) for row in np.asarray(signal, dtype=np.float64)]
    return np.array(rows).reshape(-1, node.outputs)


def impulse_responses(node: Node, samples: int) -> Array:
    """The first `samples` of what each input makes at each output, [outputs, inputs, samples]."""
    responses = np.zeros((node.outputs, node.inputs, samples))
    for channel in range(node.inputs):
        signal = np.zeros((samples, node.inputs))
        signal[0, channel] = 1.0
        responses[:, channel] = simulate(node, signal).T
    return responses


class _Player:
    """`now` [outputs, inputs] is D; `offset()` is s before the sample; `advance` plays it."""

    now: Array

    def offset(self) -> Array:
        raise NotImplementedError

    def advance(self, x: Array) -> Array:
        raise NotImplementedError


class _Taps(_Player):
    """Gains, delays and taps: `taps` [outputs, inputs, length] over the inputs of the last samples."""

    def __init__(self, taps: Array) -> None:
        self.now = taps[:, :, 0]
        self.outputs, self.inputs, self.samples = np.nonzero(taps[:, :, 1:])
        self.gains = taps[:, :, 1:][self.outputs, self.inputs, self.samples]
        self.past = np.zeros((max(1, taps.shape[2] - 1), taps.shape[1]))
        self.at = 0  # where the latest sample lies in `past`

    def offset(self) -> Array:
        heard = self.past[(self.at - self.samples) % len(self.past), self.inputs]
        return np.bincount(self.outputs, self.gains * heard, minlength=len(self.now))

    def advance(self, x: Array) -> Array:
        y = self.now @ x + self.offset()
        self.at = (self.at + 1) % len(self.past)
        self.past[self.at] = x
        return y


class _Cascade(_Player):
    """Sections one after another, on entries [outputs, inputs], summed over inputs at the end."""

    def __init__(self, sections: Array) -> None:
        normal = sections / sections[..., 3:4]
        self.b, self.a = normal[..., :3], normal[..., 3:]
        self.x = np.zeros((*sections.shape[:3], 2))
        self.y = np.zeros((*sections.shape[:3], 2))
        self.now = self.b[..., 0].prod(axis=-1)

    def _pass(self, x: Array, keep: bool) -> Array:
        signal = np.broadcast_to(x, self.now.shape)
        for at in range(self.b.shape[2]):
            b, a = self.b[:, :, at], self.a[:, :, at]
            past = (b[..., 1:] * self.x[:, :, at]).sum(-1) - (a[..., 1:] * self.y[:, :, at]).sum(-1)
            result = b[..., 0] * signal + past
            if keep:
                self.x[:, :, at] = np.stack([signal, self.x[:, :, at, 0]], axis=-1)
                self.y[:, :, at] = np.stack([result, self.y[:, :, at, 0]], axis=-1)
            signal = result
        return signal.sum(axis=1)

    def offset(self) -> Array:
        return self._pass(np.zeros(self.now.shape[1]), keep=False)

    def advance(self, x: Array) -> Array:
        return self._pass(x, keep=True)


class _Series(_Player):
    def __init__(self, players: list[_Player]) -> None:
        self.players = players
        self.now = players[0].now
        for player in players[1:]:
            self.now = player.now @ self.now

    def offset(self) -> Array:
        signal = self.players[0].offset()
        for player in self.players[1:]:
            signal = player.now @ signal + player.offset()
        return signal

    def advance(self, x: Array) -> Array:
        for player in self.players:
            x = player.advance(x)
        return x


class _Parallel(_Player):
    def __init__(self, players: list[_Player], is_sum: bool) -> None:
        self.players, self.is_sum = players, is_sum
        self.now = self._joined([player.now for player in players])

    def _joined(self, parts: list[Array]) -> Array:
        return np.sum(parts, axis=0) if self.is_sum else np.concatenate(parts)

    def offset(self) -> Array:
        return self._joined([player.offset() for player in self.players])

    def advance(self, x: Array) -> Array:
        return self._joined([player.advance(x) for player in self.players])


class _Loop(_Player):
    def __init__(self, name: str, forward: _Player, feedback: _Player) -> None:
        self.forward, self.feedback = forward, feedback
        around = forward.now @ feedback.now
        if np.linalg.matrix_power(abs(around), len(around)).any():
            raise ValueError(f"{name}: a cycle without a delay")
        self.solution = np.linalg.inv(np.eye(len(around)) - around)
        self.now = self.solution @ forward.now

    def offset(self) -> Array:
        return self.solution @ (self.forward.offset() + self.forward.now @ self.feedback.offset())

    def advance(self, x: Array) -> Array:
        fed_back = self.feedback.offset()
        y = self.now @ x + self.solution @ (self.forward.offset() + self.forward.now @ fed_back)
        result = self.forward.advance(x + fed_back + self.feedback.now @ y)
        self.feedback.advance(y)
        return result


def _player(node: Node) -> _Player:
    match node:
        case Gain():
            return _Taps(_full(node.gains, 1)[..., np.newaxis])
        case Delay():
            if (node.samples != np.floor(node.samples)).any():
                raise ValueError(f"{node.name}: fractional delays cannot be simulated")
            samples = node.samples.astype(int)[..., np.newaxis]
            taps = np.zeros((*node.samples.shape, samples.max() + 1))
            gains = np.ones(node.samples.shape) if node.gains is None else node.gains
            np.put_along_axis(taps, samples, gains[..., np.newaxis], axis=-1)
            return _Taps(_full(taps, 2))
        case Fir():
            return _Taps(_full(node.taps, 2))
        case Sos():
            return _Cascade(_full(node.sections, 3, [0.0, 0.0, 0.0, 1.0, 0.0, 0.0]))
        case Series():
            return _Series([_player(child) for child in node.children])
        case Parallel():
            return _Parallel([_player(child) for child in node.children], node.is_sum)
        case Recursion():
            return _Loop(node.name, _player(node.forward), _player(node.feedback))


def _full(entries: Array, dimensions_if_diagonal: int, nothing: ArrayLike = 0.0) -> Array:
    """A leaf's array [outputs, inputs, ...], with `nothing` off the diagonal of a diagonal one."""
    if entries.ndim != dimensions_if_diagonal:
        return entries
    channels = np.arange(len(entries))
    full = np.empty((len(entries), *entries.shape))
    full[...] = nothing
    full[channels, channels] = entries
    return full
