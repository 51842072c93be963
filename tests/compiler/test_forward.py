"""What was read, simulated sample by sample, against impulses that FLAMO's forward plays in its own type."""

from typing import Any

import numpy as np
import pytest

from tests.compiler import models, parts
from tests.compiler.simulation import impulse_responses

LENGTH = 8192


def _played(model: Any, decay_db: float) -> np.ndarray:
    """FLAMO's impulse responses [outputs, inputs, LENGTH], by the transform of `decay_db` around the core."""
    import torch
    from flamo.processor import dsp, system

    core = model.get_core()
    core.set_nfft(LENGTH)
    core.set_alias_decay_db(decay_db)
    kind = core.param.dtype
    shell = system.Shell(
        core,
        dsp.FFTAntiAlias(LENGTH, alias_decay_db=decay_db, dtype=kind),
        dsp.iFFTAntiAlias(LENGTH, alias_decay_db=decay_db, dtype=kind),
    )
    inputs = core.input_channels
    impulses = torch.zeros((inputs, LENGTH, inputs), dtype=kind)
    impulses[torch.arange(inputs), 0, torch.arange(inputs)] = 1.0
    with torch.no_grad():
        return np.moveaxis(shell(impulses).numpy(), (0, 1, 2), (1, 2, 0))


@pytest.mark.parametrize("decay_db", [0.0, 30.0])
@pytest.mark.parametrize("kind", ["float64", "float32"])
@pytest.mark.parametrize(
    "name",
    [
        "scattering_matrix",
        "velvet_matrix",
        "fir_matrix",
        "fir_parallel",
        "accurate_geq_single",
        "accurate_geq_parallel",
    ],
)
def test_flamos_forward_plays_what_was_read(
    name: str, kind: str, decay_db: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    from compiler.frontend.read import read_model

    monkeypatch.setattr(parts, "PRECISION", kind)
    model, rate = models.build(name)
    wanted = _played(model, decay_db)
    found = impulse_responses(read_model(model, rate).root, 600)
    wanted = wanted[..., :600]
    error = np.sqrt(np.sum((found - wanted) ** 2) / np.sum(wanted**2))
    assert error < (1e-7 if kind == "float64" else 1e-4)
