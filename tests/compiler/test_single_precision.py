"""FLAMO computes sections in torch's default type: the compiler reads what it plays, and says so."""

from collections.abc import Iterator

import numpy as np
import pytest

from compiler.ir.response import response
from tests.compiler import models
from tests.compiler.oracle import error_db, responses


@pytest.fixture
def in_float64() -> Iterator[None]:
    import torch

    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def _off_db() -> float:
    from compiler.frontend.read import read_model

    model, rate = models.build("peq_svf")
    points, wanted = responses(model)
    return error_db(response(read_model(model, rate).root, points), wanted)


def test_a_parametric_equaliser_is_read_as_flamo_plays_it_in_float32() -> None:
    assert _off_db() < -150.0


@pytest.mark.usefixtures("in_float64")
def test_and_in_float64() -> None:
    assert _off_db() < -150.0


def test_how_far_the_two_are_apart_is_noted() -> None:
    """The size that is told is that of the difference at the points where FLAMO itself is asked."""
    import torch

    from compiler.frontend.read import read_model

    model, rate = models.build("peq_svf")
    (note,) = read_model(model, rate).notes
    assert note.startswith("reverb: the sections of PEQ are in float32")
    assert "torch.set_default_dtype(torch.float64)" in note
    told = float(note.split("plays them: ")[1].split(" dB")[0])
    _, played = responses(model)
    torch.set_default_dtype(torch.float64)
    try:
        other, _ = models.build("peq_svf")
        other.get_core().assign_value(model.get_core().param.detach())
        _, exact = responses(other)
        assert read_model(model, rate).notes == ()
    finally:
        torch.set_default_dtype(torch.float32)
    found = 20.0 * np.log10(np.abs(played - exact).max() / np.abs(exact).max())
    assert told == pytest.approx(found, abs=6.0)  # between the points, it may be more


@pytest.mark.slow
def test_verify_compares_with_what_flamo_plays() -> None:
    from compiler.verify import verify

    report = verify(*models.build("peq_svf"), tool="cyfaust")
    assert report.passed, str(report)


@pytest.mark.slow
@pytest.mark.usefixtures("in_float64")
def test_verify_compares_with_what_flamo_plays_in_float64() -> None:
    from compiler.verify import verify

    report = verify(*models.build("peq_svf"), tool="cyfaust")
    assert report.passed, str(report)
