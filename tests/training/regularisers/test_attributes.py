"""The order of latents against its formula, and what it makes of an encoder."""

import pytest
import torch

from plaud_live.features.attributes import make_feature
from plaud_live.models.plaud import Output, PlaudNet
from plaud_live.training.regularisers.attributes import Attributes, disorder
from tests.training.conftest import RATE, TINY
from tests.training.regularisers.crops import material


def test_disorder_is_the_formula_over_all_pairs_but_ties() -> None:
    latent = torch.tensor([0.3, -0.2, 1.1, 0.0], dtype=torch.float64)
    attribute = torch.tensor([1.0, 2.0, 5.0, 1.04], dtype=torch.float64)
    total, pairs = 0.0, 0
    for i in range(4):
        for j in range(4):
            apart = attribute[i] - attribute[j]
            if abs(apart) > 0.05:
                total += float(abs(torch.tanh(latent[i] - latent[j]) - torch.tanh(apart)))
                pairs += 1
    assert pairs == 10  # one pair of six is a tie
    assert float(disorder(latent, attribute)) == pytest.approx(total / pairs)


def test_disorder_is_0_for_the_attribute_itself_and_2_upside_down() -> None:
    attribute = 10.0 * torch.arange(20.0)
    assert float(disorder(attribute - 3.0, attribute)) == 0.0
    assert float(disorder(-attribute, attribute)) > 2.0 - 1e-6


def test_there_is_no_disorder_without_pairs() -> None:
    latent = torch.randn(20, generator=torch.Generator().manual_seed(1)).requires_grad_()
    for empty in (disorder(latent, torch.zeros(20)), disorder(latent[:0], torch.zeros(0))):
        empty.backward()
        assert float(empty.detach()) == 0.0
    assert latent.grad is not None and float(latent.grad.abs().max()) == 0.0


def test_a_few_steps_tie_a_latent_to_each_attribute(options) -> None:  # type: ignore[no-untyped-def]
    torch.manual_seed(1)
    tied = ((0, "brightness"), (1, "loudness"))
    regulariser, net = Attributes(options(attributes=tied)), PlaudNet(TINY)
    audio = material()
    optimiser = torch.optim.Adam(net.encoder.parameters(), lr=5e-3)
    values = []
    for _ in range(40):
        mean, log_variance, _ = net.encoder(audio)
        value = regulariser(net, Output(audio, mean, log_variance, mean, {}), audio)
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
        values.append(float(value.detach()))
    assert min(values) >= 0.0 and max(values) <= 2.0
    assert values[-1] < 0.5 * values[0]
    means = net.encode(audio)[0].detach()
    for latent, name in tied:
        reading = make_feature(name, RATE, TINY.hop_size).measure(audio[:, 0])
        pair = torch.stack([means[..., latent][reading.known], reading.value[reading.known]])
        assert float(torch.corrcoef(pair)[0, 1]) > 0.8


def test_what_is_not_known_does_not_count(options) -> None:  # type: ignore[no-untyped-def]
    regulariser, net = Attributes(options(attributes=((0, "pitch"),))), PlaudNet(TINY)
    audio = 0.3 * torch.randn(2, 1, RATE // 2, generator=torch.Generator().manual_seed(3))
    value = regulariser(net, net.training_pass(audio), audio)
    value.backward()
    assert float(value.detach()) == 0.0  # noise has no pitch
