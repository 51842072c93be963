"""The FLAMO model of a network is that network: for FLAMO, for the compiler that reads it, and trained."""

import numpy as np
import pytest

from compiler.ir.json import from_json, to_json
from compiler.ir.nodes import Delay, Gain, Model, Sos, walk
from compiler.runtime import Runner
from plaud_live.reverb.networks import MATRICES, Network, Taps, flat, make
from plaud_live.reverb.nodes import model_of, network_of, response_of
from tests.compiler.networks import error_db

RATE = 48000.0
SHORT = np.full(9, 0.06)
SAMPLES = 4096
"""In which a T60 of 0.06 s falls by 85 dB, five of them short of what is left out."""


def small(matrix: str) -> Network:
    early = Taps(np.array([0.0, 70.0, 155.0]), np.ones((3, 2)), np.array([[0.5, 0.0, -0.2], [0.0, 0.5, 0.3]]))
    sizes = {"shortest": 0.002, "longest": 0.006, "spread_seconds": 0.002, "scatter_seconds": 0.002}
    tiny = {"lines": 4, "taps": 5, "early": early, "seed": 2}
    return make("small", SHORT, matrix=matrix, **sizes, **tiny)  # type: ignore[arg-type]


def numbers(model: Model) -> list[np.ndarray]:
    fields = {Gain: "gains", Delay: "samples", Sos: "sections"}
    return [getattr(node, fields[type(node)]) for _, node in walk(model.root) if type(node) in fields]


@pytest.mark.parametrize("matrix", MATRICES)
def test_flamo_hears_what_the_runner_plays(matrix: str) -> None:
    import torch

    from plaud_live.reverb.flamo_model import build

    network = small(matrix)
    impulse = torch.zeros(2, SAMPLES, 2, dtype=torch.float64)
    impulse[:, 0] = torch.eye(2, dtype=torch.float64)
    with torch.no_grad():
        heard = build(network, SAMPLES)(impulse).numpy()
    played = response_of(network, SAMPLES / RATE)
    assert error_db(heard.transpose(2, 0, 1), played) < -80.0


def test_what_the_compiler_reads_is_what_is_written_without_flamo() -> None:
    from plaud_live.reverb.flamo_model import config_of

    network = small("orthogonal")
    config = config_of(network)
    read, written = from_json(config), model_of(network)
    assert [path for path, _ in walk(read.root)] == [path for path, _ in walk(written.root)]
    for one, other in zip(numbers(read), numbers(written), strict=True):
        assert np.allclose(one, other, rtol=0.0, atol=1e-12)
    Runner(to_json(written), block_size=64).update(config)
    assert np.allclose(network_of(config).mixing, network.mixing, atol=1e-12)


def test_what_was_trained_is_read_back() -> None:
    import torch

    from plaud_live.reverb.flamo_model import build, modules, trained

    network = small("householder")
    shell = build(network, 256)
    assert np.allclose(trained(network, shell).mixing, network.mixing, atol=1e-12)
    with torch.no_grad():
        modules(shell)["mixing_matrix"].param += 0.1 * torch.arange(4.0)[:, None]
        modules(shell)["scatter_mixing_1"].param += 0.3
    found = trained(network, shell)
    assert np.abs(found.mixing - network.mixing).max() > 0.01
    for matrix in (found.mixing, found.scatter[0].mixing):
        assert np.allclose(matrix @ matrix.T, np.eye(4), atol=1e-12)
    assert flat().shape == found.tone.shape
