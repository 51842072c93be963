"""A conductor and a renderer with a voice that hides nothing."""

from collections.abc import Callable

import numpy as np

from plaud_live.control.conductor import Conductor
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.transaction import Load, Set, Transaction
from plaud_live.engine.render import Renderer
from plaud_live.signals.graph import Signal, signal

RATE = 44100
BEAT = round(RATE * 60 / 92)


class Tone:
    """A voice with nothing hidden: a sine whose amplitude is the first raw latent of the last frame."""

    hop = 256

    def __init__(self, hz: float = 220.0) -> None:
        self.hz, self.position, self.amplitude = hz, 0, 0.0
        self.resets: list[int] = []
        self.asked: list[np.ndarray] = []
        self.controls: list[np.ndarray] = []
        self.poison: Callable[[int, np.ndarray], None] = lambda position, out: None

    def frames_in(self, count: int) -> int:
        return -(-(self.position + count) // self.hop) + (-self.position // self.hop)

    def reset(self, position: int) -> None:
        self.position = position
        self.resets.append(position)

    def render(self, asked: np.ndarray, controls: np.ndarray, out: np.ndarray) -> None:
        assert len(asked) == len(controls) == self.frames_in(len(out))
        self.asked.extend(asked.copy())
        self.controls.extend(controls.copy())
        n = np.arange(self.position, self.position + len(out))
        out[:] = 0.25 * np.sin(2.0 * np.pi * self.hz * n / RATE)
        self.poison(self.position, out)
        self.position += len(out)


class Stage:
    """A conductor and a renderer, wired as the engine wires them."""

    def __init__(self, infos: dict[str, ModelInfo], voices: dict[str, object]) -> None:
        self.conductor = Conductor(RATE, infos.__getitem__)
        self.renderer = Renderer(RATE)
        self.conductor.held = self.renderer.held_values
        self.submit(*(Load(name, name) for name in infos))
        for name, voice in voices.items():
            self.renderer.install(name, infos[name], voice)  # type: ignore[arg-type]

    def submit(self, *changes: object) -> None:
        self.conductor.submit(Transaction(tuple(changes)), self.renderer.position)  # type: ignore[arg-type]
        self.renderer.take(self.conductor.state)

    def set(self, name: str, parameter: str, value: object, over: float = 0.0) -> None:
        self.submit(Set(name, parameter, value if isinstance(value, Signal) else signal(value), over, 0.0))

    def play(self, samples: int, block: int = 128) -> np.ndarray:
        out = np.zeros((samples, 2), dtype=np.float32)
        for start in range(0, samples, block):
            self.renderer.render(out[start : start + block])
        return out


def steady(stage: Stage) -> np.ndarray:
    """A second of what sounds once everything has settled."""
    stage.play(RATE // 2)
    return stage.play(RATE)
