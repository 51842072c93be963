"""Frames of a stream: what they hold, and that pieces do not matter."""

import numpy as np
import pytest
import torch

from plaud_live.features.framing import Framing
from tests.pieces import pieces
from tests.signals import noise


def test_frame_ends_with_the_last_sample_of_its_hop() -> None:
    audio = torch.arange(1.0, 21.0).unsqueeze(0)
    frames, _ = Framing(window_size=8, hop_size=5)(audio)
    assert frames.shape == (1, 4, 8)
    for t in range(4):
        end = (t + 1) * 5
        expected = [float(max(0, n)) for n in range(end - 7, end + 1)]  # before sample 0 is silence
        assert frames[0, t].tolist() == expected


@pytest.mark.parametrize(("window", "hop"), [(1024, 256), (7, 7), (100, 33), (5, 1)])
@pytest.mark.parametrize("seed", range(3))
def test_any_pieces_give_the_same_frames(window: int, hop: int, seed: int) -> None:
    framing = Framing(window, hop)
    audio = torch.from_numpy(noise(2 * 5000, seed)).view(2, 5000)
    whole, rest = framing(audio)
    state, frames = None, []
    for piece in pieces(5000, seed, 3 * hop):
        part, state = framing(audio[:, piece], state)
        frames.append(part)
    assert torch.equal(torch.cat(frames, dim=1), whole)
    assert state is not None and torch.equal(state, rest)


def test_state_can_be_used_twice() -> None:
    framing = Framing(64, 16)
    audio = torch.from_numpy(noise(200)).view(1, 200)
    _, state = framing(audio[:, :90])
    first, _ = framing(audio[:, 90:], state)
    again, _ = framing(audio[:, 90:], state)
    assert torch.equal(first, again)


def test_hop_longer_than_the_window_is_refused() -> None:
    with pytest.raises(ValueError, match="hop_size 9"):
        Framing(8, 9)


def test_frames_are_views_of_the_sound() -> None:
    audio = torch.from_numpy(noise(4096)).view(1, 4096)
    frames, _ = Framing(512, 128)(audio)
    np.testing.assert_array_equal(frames[0, 10].numpy(), audio[0, 11 * 128 - 512 : 11 * 128].numpy())
