"""FLAMO in float64 against compiled FAUST, for the whole catalogue: every class, and odd topologies.

In double precision the error is below -150 dB for all. In single precision it is below -120 dB for all too:
rounding to 24 bits leaves -144 dB of each operation, and sections keep their poles (see faust_filters), which
in direct form cost 60 dB at 31 Hz. Fractional delays are off by what `prepare` reports, and by no more.
"""

import numpy as np
import pytest

from compiler import verify as verification
from compiler.backend.faust import model_to_faust
from compiler.verify import verify
from tests.compiler import models

CYFAUST = [name for name in models.MODELS if name not in {"gfdn_accurate_geq"}]  # 30 s when interpreted
COMMAND = [
    "fdn_hadamard",
    "fdn_two_inputs_three_outputs",
    "fdn_with_absorption_geq",
    "gfdn_accurate_geq",
    "loop_that_is_not_square_and_delayed_behind",
]
SINGLE = [
    "comb",
    "delay_matrix",
    "fdn_lossless",
    "fdn_with_absorption_geq",
    "fdn_with_peq",
    "geq_parallel",
    "peq_svf",
    "scattering_matrix",
    "svf_lowpass_matrix",
    "two_networks_in_parallel",
]


def test_the_catalogue_has_what_was_promised() -> None:
    assert len(models.MODELS) >= 60


@pytest.mark.slow
@pytest.mark.parametrize("name", CYFAUST)
def test_compiled_faust_is_flamo(name: str) -> None:
    model, rate = models.build(name)
    report = verify(model, rate, name, tool="cyfaust")
    assert report.passed, str(report)
    assert report.tolerance_db == -150.0
    if name not in models.FRACTIONAL:
        assert report.allowed_db == -150.0


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMAND)
def test_debians_faust_is_flamo(name: str) -> None:
    model, rate = models.build(name)
    report = verify(model, rate, name, tool="faust", samples=1 << 15)
    assert report.passed, str(report)
    assert report.allowed_db == -150.0
    assert report.tool.startswith("faust ")


@pytest.mark.slow
@pytest.mark.parametrize("name", SINGLE)
def test_in_single_precision_too(name: str) -> None:
    model, rate = models.build(name)
    report = verify(model, rate, name, tool="cyfaust", double=False)
    assert report.passed, str(report)
    assert report.allowed_db == -120.0


@pytest.mark.slow
def test_each_path_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A coefficient that is off by 1e-6 in one of six paths is found, and where it is."""
    model, rate = models.build("gain_matrix")
    assert verify(model, rate, tool="cyfaust").passed
    monkeypatch.setattr(verification, "model_to_faust", lambda prepared: _louder(model_to_faust(prepared)))
    report = verify(model, rate, "matrix", tool="cyfaust")
    assert not report.passed
    worst = np.unravel_index(report.path_errors_db.argmax(), report.path_errors_db.shape)
    assert worst[0] == report.path_errors_db.shape[0] - 1
    assert report.path_errors_db[worst] == pytest.approx(-120.0, abs=0.1)
    assert f"to output {worst[0]}" in str(report)
    assert "NOT EQUAL" in str(report)


def _louder(text: str) -> str:
    """The last output of `text` 1e-6 too loud."""
    before, process = text.split("process = ")
    name = process.split(";")[0]
    return f"{before}process = {name} : par(i, outputs({name}) - 1, _), *(1.000001);\n"
