"""The runner on every model of the catalogue, read from FLAMO, against the response of what was read."""

import numpy as np
import pytest

from compiler.ir.response import response
from compiler.pipeline import prepare
from compiler.runtime import Runner
from tests.compiler.models import MODELS, build

SAMPLES, BLOCK = 4096, 128


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_it_plays_what_was_read(name: str) -> None:
    from compiler.frontend.read import read_model

    model = read_model(*build(name), name)
    runner = Runner(model, block_size=BLOCK)
    impulse = np.zeros((SAMPLES, runner.inputs), np.float32)
    impulse[0, -1] = 1.0
    found = np.concatenate([runner.process(impulse[at : at + BLOCK]) for at in range(0, SAMPLES, BLOCK)])
    size = 2 * SAMPLES  # what follows is folded back onto the start, 1e-8 times as loud: see the radius
    radius = 10.0 ** (8.0 / size)
    points = radius * np.exp(2j * np.pi * np.arange(size // 2 + 1) / size)
    folded = np.fft.irfft(response(prepare(model).model.root, points)[:, :, -1], size, axis=0)
    expected = (folded * radius ** np.arange(size)[:, None])[:SAMPLES]
    error = np.square(found - expected).sum() / np.square(expected).sum()
    assert 10.0 * np.log10(error + 1e-30) < -135.0  # float32 outputs: -150 dB
