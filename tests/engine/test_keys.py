"""Notes by what is heard: pitch in cents, onsets at their sample, no clicks, every block size alike."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plaud_live.control.conductor import Conductor
from plaud_live.control.keys import EndKeys, Keys, PlayNote
from plaud_live.control.transaction import Load, Quant, Tempo, Transaction
from plaud_live.engine.key_events import Bend, KeyEvent, Lift, Press
from plaud_live.engine.models import Models
from plaud_live.engine.render import Renderer
from tests.models_for_tests import tiny_file

RATE = 44100
BEAT = RATE  # at 60 beats a minute


class Stage:
    """A harmonic model alone, played by keys, rendered in blocks of a size."""

    def __init__(self, folder: Path, block: int = 128, voices: int = 1, **keys: Any) -> None:
        path = str(tiny_file(folder, harmonics=6, sines=0, noise_bands=0))
        self.block = block
        models = Models()
        info = models.load_info(path)
        self.conductor = Conductor(RATE, models.load_info)
        self.renderer = Renderer(RATE)
        self.submit(Load("drone", path), Tempo(60.0, at=0.0), Quant(0.0))
        self.renderer.install("drone", info, models.make_voice(info, RATE, "drone"))
        self.play(BEAT)
        self.submit(Keys("drone", voices=voices, **keys))
        self.renderer.seat("drone", [models.make_voice(info, RATE, f"drone/{i}") for i in range(1, voices)])

    @property
    def now(self) -> int:
        return self.renderer.position

    def submit(self, *changes: Any) -> None:
        self.conductor.submit(Transaction(tuple(changes)), self.renderer.position)
        self.renderer.take(self.conductor.state)

    def hear(self, *events: KeyEvent) -> None:
        for event in events:
            self.renderer.slots["drone"].keys.hear(event)

    def play(self, samples: int) -> np.ndarray:
        """What follows, one channel [n], without the limiter's delay."""
        out = np.zeros((samples, 2), dtype=np.float32)
        for start in range(0, samples, self.block):
            self.renderer.render(out[start : start + self.block])
        return out[:, 0]


def key(number: float, channel: int = 1) -> tuple[str, int, float, float]:
    return ("piano", channel, number, 0.0)


def press(sample: int, number: float, velocity: float = 0.8, channel: int = 1) -> Press:
    return Press(sample, key(number, channel), velocity)


def lift(sample: int, number: float, channel: int = 1) -> Lift:
    return Lift(sample, key(number, channel))


def cents(sound: np.ndarray, wanted_hz: float) -> float:
    """How far the strongest peak near a frequency lies from it, in cents."""
    window = np.hanning(len(sound))
    spectrum = np.abs(np.fft.rfft(sound * window, 8 * len(sound)))
    hz = np.fft.rfftfreq(8 * len(sound), 1 / RATE)
    near = np.flatnonzero(np.abs(np.log2(np.maximum(hz, 1e-9) / wanted_hz)) < 0.4)
    best = near[np.argmax(spectrum[near])]
    a, b, c = np.log(spectrum[best - 1 : best + 2])
    found = (best + 0.5 * (a - c) / (a - 2 * b + c)) * hz[1]
    return float(1200 * np.log2(found / wanted_hz))


@pytest.mark.parametrize(
    ("number", "tuning"), [(69, 440.0), (45, 440.0), (84, 440.0), (57, 432.0), (60.5, 440.0)]
)
def test_a_key_sounds_at_its_pitch(tmp_path: Path, number: float, tuning: float) -> None:
    stage = Stage(tmp_path, tuning=tuning)
    stage.hear(press(stage.now + 100, number))
    stage.play(RATE // 2)
    assert abs(cents(stage.play(RATE), tuning * 2 ** ((number - 69) / 12))) < 0.5
