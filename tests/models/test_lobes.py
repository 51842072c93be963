"""Lobes: a partial between bins has the spectrum of an FFT, compiled or by torch, and its gradient."""

import numpy as np
import pytest
import torch

from plaud_live.models import lobes

SIZE = 240


@pytest.mark.parametrize("padding", [1, 2])
@pytest.mark.parametrize("position", [20.0, 20.31, 20.5, 61.77])
def test_a_partial_has_the_spectrum_of_a_sine(padding: int, position: float) -> None:
    fft = SIZE * padding
    n = np.arange(SIZE)
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * n / SIZE)
    sine = np.exp(2j * np.pi * position * n / fft)  # one side of the spectrum alone
    seen = np.abs(np.fft.fft(window * sine, fft))[: fft // 2 + 1] ** 2 / window.sum() ** 2
    made = lobes.spread(torch.ones(1, 1), torch.tensor([[position]]), fft // 2 + 1, padding)[0].numpy()
    heard = np.abs(np.arange(len(made)) - position) < lobes.REACH * padding
    np.testing.assert_allclose(made[heard], seen[heard], atol=2e-5)
    assert np.all(made[~heard] == 0.0)
    assert seen[~heard].max() < 10.0**-4.0  # what is left out: lobes 40 dB down


def partials() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    position = 130.0 * torch.rand(70, 24, generator=generator) - 0.5  # some beyond the first and the last bin
    return torch.rand(70, 24, generator=generator), position


def test_compiled_and_torch_agree_also_in_their_gradients() -> None:
    weights = torch.rand(70, 129, generator=torch.Generator().manual_seed(2))
    found = []
    for dtype in (torch.float32, torch.float64):  # compiled is float32
        power, position = (t.to(dtype).requires_grad_() for t in partials())
        made = lobes.spread(power, position, 129, 256 / SIZE)
        (made * weights.to(dtype)).sum().backward()
        found.append([t.float() for t in (made.detach(), power.grad, position.grad) if t is not None])
    for compiled, plain in zip(*found, strict=True):
        torch.testing.assert_close(compiled, plain, atol=3e-4, rtol=1e-3)


def test_the_gradient_leads_a_frequency_to_its_place() -> None:
    wanted = lobes.spread(torch.ones(1, 1), torch.tensor([[40.4]]), 129, 2.0)
    position = torch.tensor([[38.1]], requires_grad=True)
    optimiser = torch.optim.Adam([position], lr=0.05)
    for _ in range(300):
        optimiser.zero_grad()
        made = lobes.spread(torch.ones(1, 1), position, 129, 2.0)
        ((made + 1e-3).log() - (wanted + 1e-3).log()).abs().sum().backward()
        optimiser.step()
    assert float(position.detach()) == pytest.approx(40.4, abs=0.1)
