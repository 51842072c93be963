"""FAUST compiled by its command and by cyfaust: the same sound, and complaints in one line."""

import numpy as np
import pytest

from compiler.errors import BuildError, ToolMissing
from compiler.toolchain import cyfaust_host, faust_cli

TEXT = """
level = hslider("level[unit:dB]", 1.0, 0.0, 2.0, 0.01);
process(x1, x2) = level * x1 + 0.25 * x2', x2 : vgroup("inner", _, _), hslider("more", 0.5, 0, 1, 0.1) * x1;
"""
IMPULSES = np.array([[[1, 0], [0, 0.25]], [[0, 0], [1, 0]], [[0.5, 0], [0, 0]]])  # [outputs, inputs, samples]


@pytest.mark.parametrize("double", [True, False])
def test_impulse_responses_are_of_each_input_at_each_output(double: bool) -> None:
    for host in (faust_cli, cyfaust_host):
        found = host.impulse_responses(TEXT, 5, 2, 3, 48000.0, double)
        np.testing.assert_array_equal(found[..., :2], IMPULSES)
        np.testing.assert_array_equal(found[..., 2:], 0.0)


def test_controls_are_listed_set_and_moved() -> None:
    with faust_cli.build(TEXT, flags=("-O0",)) as program:
        controls = program.controls()
        level = next(name for name in controls if name.endswith("/level"))
        assert controls[level] == (1.0, 0.0, 2.0)
        found = program.impulse_responses(2, 48000.0, {level: 2.0})
        assert found[0, 0].tolist() == [2.0, 0.0]
        sound = program.process(np.ones((2, 200)), 48000.0, {(level, 100): 0.5, (level, 150): 0.0})
        folder = program.path.parent
    expected = np.repeat([1.0, 0.5, 0.0], [100, 50, 50]) + 0.25
    expected[0] -= 0.25
    np.testing.assert_array_equal(sound[0], expected)
    assert not folder.exists()


def test_cpu_time_is_measured() -> None:
    with faust_cli.build("process = + ~ *(0.9);", flags=("-O0",)) as program:
        assert 0.0 < program.nanoseconds(samples=20_000_000, runs=1) < 1e6


@pytest.mark.parametrize("host", [faust_cli, cyfaust_host])
def test_what_faust_refuses_is_said_in_one_line(host: object, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(BuildError, match="undefined symbol : nowhere") as raised:
        host.impulse_responses("process = nowhere;", 5, 1, 1, 48000.0)  # type: ignore[attr-defined]
    assert "\n" not in str(raised.value)
    with pytest.raises(BuildError, match="1 inputs and 1 outputs: 2 and 1 wanted"):
        host.impulse_responses("process = _;", 5, 2, 1, 48000.0)  # type: ignore[attr-defined]
    assert capfd.readouterr() == ("", "")


def test_a_missing_tool_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(ToolMissing, match=r"no faust here: apt-get install faust"):
        faust_cli.build("process = _;")
    with pytest.raises(ToolMissing, match=r"no g\+\+ or clang\+\+ or c\+\+ here"):
        faust_cli.cpp_compiler()
