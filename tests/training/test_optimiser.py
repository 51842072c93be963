"""The optimiser: Muon and Adam each on their parameters, and a state that goes on where it was."""

import copy

import pytest
import torch

from plaud_live.model_file import ModelConfig
from plaud_live.models.plaud import PlaudNet
from plaud_live.training.optimiser import BETAS, MUON_DECAY, MUON_RATE, MuonAdam

CONFIG = ModelConfig(sines=4, noise_bands=8, decoder_size=12, encoder_size=8)


def step(net: PlaudNet, optimiser: torch.optim.Optimizer, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    for parameter in net.parameters():
        parameter.grad = torch.randn(parameter.shape, generator=generator)
    optimiser.step()


@pytest.mark.parametrize("encoder", ["conv", "gru"])
def test_hidden_matrices_are_muons_and_all_else_adams(encoder: str) -> None:
    nets = []
    for _ in range(2):
        torch.manual_seed(1)
        nets.append(PlaudNet(ModelConfig(**vars(CONFIG) | {"encoder": encoder})))
    ours, plain = nets
    names = {id(p): name for name, p in ours.named_parameters()}
    hidden = {names[id(p)] for p in ours.hidden_matrices()}
    wanted = {f"decoder.{n}" for n in ("input.1.weight", "output.0.weight", "gru.weight_ih", "gru.weight_hh")}
    assert hidden == wanted | (
        {"encoder.gru.weight_ih", "encoder.gru.weight_hh"} if encoder == "gru" else set()
    )
    others = [p for name, p in plain.named_parameters() if name not in hidden]
    both = (
        torch.optim.Adam(others, 0.01, BETAS),
        torch.optim.Muon(plain.hidden_matrices(), MUON_RATE * 0.01, weight_decay=MUON_DECAY),
    )
    optimiser = MuonAdam(ours, 0.01)
    for seed in range(3):
        step(ours, optimiser, seed)
        for each in both:
            step(plain, each, seed)
    for a, b in zip(ours.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(a, b)


def test_a_state_goes_on_where_it_was() -> None:
    torch.manual_seed(1)
    net = PlaudNet(CONFIG)
    optimiser = MuonAdam(net, 0.01)
    step(net, optimiser, 1)
    again = PlaudNet(CONFIG)
    again.load_state_dict(net.state_dict())
    other = MuonAdam(again, 0.5)
    other.load_state_dict(copy.deepcopy(optimiser.state_dict()))
    assert [group["full"] for group in other.param_groups] == [0.01, MUON_RATE * 0.01]
    for group in (*optimiser.param_groups, *other.param_groups):
        group["lr"] = 0.1 * group["full"]  # as a schedule does
    step(net, optimiser, 2)
    step(again, other, 2)
    for a, b in zip(net.parameters(), again.parameters(), strict=True):
        torch.testing.assert_close(a, b)


def test_matrices_that_are_pulled_one_way_for_ever_grow_to_a_bound() -> None:
    """Muon's steps are as long however small the gradient is: without decay they would grow by 20 %."""
    torch.manual_seed(1)
    net = PlaudNet(CONFIG)
    optimiser = MuonAdam(net, 0.01)
    hidden = net.hidden_matrices()
    sizes = []
    for _ in range(2):
        for matrix in hidden:
            matrix.grad = torch.randn(matrix.shape, generator=torch.Generator().manual_seed(matrix.numel()))
        for _ in range(500 if not sizes else 100):
            optimiser.step()
        sizes.append([float(torch.linalg.matrix_norm(matrix.detach(), 2)) for matrix in hidden])
    for before, after in zip(*sizes, strict=True):
        assert before > 1.0 and after == pytest.approx(before, rel=0.02)
