"""Where a child is held to its parent: at anchors, along what is remembered, within the ranges."""

import torch

from plaud_live.training.continual.positions import ANCHOR_SHARE, ANCHOR_WEIGHT, Positions
from tests.models_for_tests import tiny_model

MODEL = tiny_model()


def test_anchors_come_first_weigh_more_and_are_left_only_for_another() -> None:
    torch.manual_seed(1)
    latents, weights = Positions(MODEL.latents, MODEL.anchors).draw(200, 20)
    count = round(ANCHOR_SHARE * 200)
    assert weights.tolist() == [ANCHOR_WEIGHT] * count + [1.0] * (200 - count)
    anchors = torch.tensor([anchor.raw for anchor in MODEL.anchors])
    first, last = latents[:count, 0], latents[:count, -1]
    near = [(edge[:, None] - anchors).abs().amax(dim=2).amin(dim=1) for edge in (first, last)]
    assert float(torch.stack(near).max()) < 0.3  # jitter of 2 % of a range of about 2.5
    still = (last - first).abs().amax(dim=1) < 1e-6
    assert 0.7 < float(still.float().mean()) < 0.98  # a quarter sets out, and half of those come back


def test_the_rest_are_stretches_of_what_is_remembered() -> None:
    torch.manual_seed(2)
    remembered = torch.randn(7, 30, 4)
    latents, _ = Positions(MODEL.latents, (), remembered).draw(50, 20)
    for row in latents:
        assert any(torch.equal(row, each[:20]) for each in remembered)


def test_without_memory_they_lie_within_the_ranges() -> None:
    torch.manual_seed(3)
    space = MODEL.latents
    latents, weights = Positions(space, ()).draw(300, 10)
    assert latents.shape == (300, 10, 4)
    low, high = torch.tensor(space.low), torch.tensor(space.high)
    assert bool(((latents >= low - 1e-6) & (latents <= high + 1e-6)).all())
    places = (latents[:, 0] - low) / (high - low)
    assert float(places.amin()) < 0.05
    assert float(places.amax()) > 0.95
    assert weights.tolist() == [1.0] * 300
