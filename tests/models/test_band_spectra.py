"""Band spectra: the plain matrix product, without its zeros."""

import pytest
import torch

from plaud_live.model_file import ModelConfig
from plaud_live.models.band_spectra import extents, mixed, without_floor
from plaud_live.models.expectation import Windows, noise_spectra

WINDOWS = Windows(600, 1024, 256)


def banded() -> torch.Tensor:
    """[4, 90]: bands in the middle and at either end, and one that is silent."""
    spectra = torch.zeros(4, 90)
    generator = torch.Generator().manual_seed(1)
    for band, (first, last) in enumerate([(30, 41), (0, 5), (80, 90)]):
        spectra[band, first:last] = torch.rand(last - first, generator=generator) + 0.1
    return spectra


def test_extents_are_where_bands_are_heard() -> None:
    assert extents(banded()).tolist() == [[30, 41], [0, 5], [80, 90], [0, 0]]


def test_it_is_the_matrix_product_with_its_gradient() -> None:
    spectra, generator = banded(), torch.Generator().manual_seed(2)
    power, weights = torch.rand(70, 4, generator=generator), torch.rand(70, 90, generator=generator)
    found = []
    for dtype in (torch.float32, torch.float64):  # compiled is float32
        levels = power.to(dtype, copy=True).requires_grad_()
        made = mixed(levels, spectra.to(dtype), extents(spectra))
        (made * weights.to(dtype)).sum().backward()
        assert levels.grad is not None
        found.append((made.detach().float(), levels.grad.float()))
    for compiled, plain in zip(*found, strict=True):
        torch.testing.assert_close(compiled, plain)


def test_what_a_model_s_bands_lose_is_not_heard() -> None:
    whole = noise_spectra(ModelConfig(sines=0, noise_bands=96), WINDOWS)
    kept = without_floor(whole)
    where = extents(kept)
    assert float((whole - kept).sum(dim=1).max() / whole.sum(dim=1).min()) < 1e-4
    assert float((where[:, 1] - where[:, 0]).double().mean()) < 0.1 * WINDOWS.bins
    assert float(kept.sum()) == pytest.approx(float(whole.sum()), rel=1e-4)
