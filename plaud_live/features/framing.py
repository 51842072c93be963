"""Causal framing: overlapping windows of a stream, any number of samples at a time.

Frame t reads samples [(t + 1) * hop_size - window_size, (t + 1) * hop_size); before sample 0 is silence. So a
frame is complete with the last sample of its hop, and nothing after it can change it.
"""

import torch
from torch import Tensor, nn


class Framing(nn.Module):
    """Cut audio into frames. The state is what the next frame needs of the past.

    Raises ValueError if `window_size` is shorter than `hop_size`.
    """

    def __init__(self, window_size: int, hop_size: int) -> None:
        super().__init__()
        if not 1 <= hop_size <= window_size:
            raise ValueError(f"hop_size {hop_size} wants to be 1 to window_size {window_size}")
        self.window_size = window_size
        self.hop_size = hop_size

    def forward(self, audio: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Frames [batch, frames, window_size] that `audio` [batch, samples] completes, and the state.

        The state [batch, samples] holds the overlap and, behind it, the samples of an unfinished hop.
        """
        overlap = self.window_size - self.hop_size
        if state is None:
            state = audio.new_zeros(audio.shape[0], overlap)
        stream = torch.cat([state, audio], dim=1)
        count = (stream.shape[1] - overlap) // self.hop_size
        tail = stream[:, count * self.hop_size :].clone()
        if count == 0:
            return stream.new_zeros(stream.shape[0], 0, self.window_size), tail
        used = stream[:, : overlap + count * self.hop_size]
        return used.unfold(1, self.window_size, self.hop_size), tail
