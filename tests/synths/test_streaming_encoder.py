"""The streaming encoder against whole-file mathematics."""

import numpy as np
import pytest
import soxr

from plaud_live.synths.encoder import StreamingEncoder
from tests.signals import noise, sine
from tests.synths.reference import TINY, encode, random_model

MODEL = random_model()
SOUND = (noise(9000, seed=2, gain=0.3) * np.linspace(0, 1, 9000) + sine(9000, 330.0, gain=0.2)).astype(
    np.float32
)


def push(encoder: StreamingEncoder, sound: np.ndarray, size: int) -> np.ndarray:
    return np.concatenate([encoder.push(sound[at : at + size]) for at in range(0, len(sound), size)])


def test_is_the_models_mathematics() -> None:
    np.testing.assert_allclose(
        StreamingEncoder(MODEL, 44100).push(SOUND), encode(MODEL, SOUND.astype(np.float64)), atol=1e-10
    )


@pytest.mark.parametrize("sample_rate", [44100, 48000])
@pytest.mark.parametrize("size", [1, 17, 64, 100, 2048])
def test_any_block_size_gives_the_same_bits(sample_rate: int, size: int) -> None:
    sound = SOUND[: 10 * size + 1000]
    whole = StreamingEncoder(MODEL, sample_rate).push(sound)
    np.testing.assert_array_equal(push(StreamingEncoder(MODEL, sample_rate), sound, size), whole)


def test_another_rate_hears_the_same_sound_a_little_later() -> None:
    seconds = 1.0
    at_48000 = sine(int(48000 * seconds), 700.0, 48000.0, gain=0.5)
    means = push(StreamingEncoder(MODEL, 48000), at_48000.astype(np.float32), 128)
    resampled = soxr.resample(at_48000, 48000, 44100, quality="HQ")
    expected = encode(MODEL, resampled)
    late = len(expected) - len(means)
    assert 0 < late * TINY.hop_size / 44100 < 0.02
    np.testing.assert_allclose(means[50:], expected[50 : len(means)], atol=1e-4)


def test_reset_forgets() -> None:
    encoder = StreamingEncoder(MODEL, 48000)
    first = encoder.push(SOUND)
    encoder.push(SOUND[:77])
    encoder.reset()
    np.testing.assert_array_equal(encoder.push(SOUND), first)


def test_refuses_stereo() -> None:
    with pytest.raises(ValueError, match="wants"):
        StreamingEncoder(MODEL, 44100).push(np.zeros((64, 2), np.float32))
