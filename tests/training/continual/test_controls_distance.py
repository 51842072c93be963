"""The distance of controls: a decibel is a decibel, and what is not heard does not count."""

from dataclasses import replace

import pytest
import torch

from plaud_live.models.noise_bands import NoiseControls
from plaud_live.models.sinusoidal import SineControls
from plaud_live.training.continual.controls_distance import controls_distance

SHAPE = (2, 5, 8)


def controls() -> dict[str, object]:
    frequency = torch.linspace(100.0, 4000.0, 8).expand(SHAPE)
    return {
        "sines": SineControls(frequency, torch.full(SHAPE, 0.1)),
        "noise_bands": NoiseControls(torch.full(SHAPE, 0.02)),
    }


def distance(made: dict[str, object]) -> list[float]:
    return controls_distance(controls(), made).tolist()


def test_the_same_are_not_apart() -> None:
    assert distance(controls()) == [0.0, 0.0]


def test_six_decibels_of_everything_are_six_decibels() -> None:
    made = {key: replace(block, amplitude=2.0 * block.amplitude) for key, block in controls().items()}  # type: ignore[attr-defined]
    assert distance(made) == pytest.approx([6.02 - 0.25] * 2, abs=0.1)  # smooth L1 takes half its bend off


def test_a_semitone_counts_six_decibels_of_the_partials() -> None:
    made = controls()
    sines = made["sines"]
    made["sines"] = replace(sines, frequency_hz=2.0 ** (1.0 / 12.0) * sines.frequency_hz)  # type: ignore[attr-defined]
    assert distance(made) == pytest.approx(
        [0.5 * (24.0 - 0.05)] * 2, abs=0.1
    )  # half of what is heard is noise


def test_what_is_far_below_the_rest_does_not_count() -> None:
    quiet, louder = torch.full(SHAPE, 1e-6), torch.full(SHAPE, 1e-5)
    given, made = controls(), controls()
    given["noise_bands"], made["noise_bands"] = NoiseControls(quiet), NoiseControls(louder)
    faint = float(controls_distance(given, made)[0])
    made["noise_bands"] = NoiseControls(torch.full(SHAPE, 0.1))
    assert faint < 0.3
    assert float(controls_distance(given, made)[0]) > 20.0  # noise where there was none is heard


def test_each_crop_has_its_own() -> None:
    made = controls()
    noises = made["noise_bands"]
    made["noise_bands"] = NoiseControls(noises.amplitude * torch.tensor([1.0, 4.0])[:, None, None])  # type: ignore[attr-defined]
    first, second = distance(made)
    assert first == 0.0
    assert second > 3.0
