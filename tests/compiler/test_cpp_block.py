"""The block back end: its classes, compiled by g++, equal the direct simulation and the compiled FAUST."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from numpy.typing import NDArray

from compiler.backend.cpp_block import model_to_cpp
from compiler.backend.faust import model_to_faust
from compiler.controls import ControlPlan, plan_controls
from compiler.errors import BadValue
from compiler.ir.nodes import Delay, Fir, Gain, Model, Node, Recursion, Series, Sos
from compiler.passes.forms import sylvester
from compiler.pipeline import Prepared, prepare
from compiler.toolchain import faust_cli
from tests.compiler.block_host import Host, compile_host
from tests.compiler.graphs import models
from tests.compiler.rooms import ROOMS
from tests.compiler.simulation import impulse_responses, simulate
from tests.compiler.test_faust_controls import splatter_db
from tests.compiler.test_schedule import TREES

pytestmark = pytest.mark.skipif(shutil.which("g++") is None, reason="needs g++")

ARCHITECTURE = Path("/usr/share/faust/matlabplot.cpp")
RANDOM = np.random.default_rng(8)
BLOCKS = ("64", "1,37,256")
DOUBLE_DB = -240.0
"""Rounding to double, amplified some thousand times by three sections with poles at z = 1 - 1e-4."""
FLOAT_DB = -125.0
LOW_PEAK = [1.0003, -1.9998, 0.9995, 1.0, -1.9998, 0.99981]
"""A peak of 9 dB at 20 Hz: its poles are 1e-4 from z = 1."""


def orthogonal(size: int) -> NDArray[np.float64]:
    return np.linalg.qr(RANDOM.normal(size=(size, size)))[0]


def shelves(lines: int, sections: int = 1) -> Sos:
    values = np.tile([0.9, -0.3, 0.1, 1.0, -0.4, 0.1], (lines, sections, 1))
    return Sos(
        "shelves", values * (1.0 - 0.01 * np.arange(lines)[:, np.newaxis, np.newaxis] * [1, 1, 1, 0, 0, 0])
    )


def network(mixing: Node, lines: int, delays: NDArray[np.float64], *filters: Node) -> Model:
    back = Series("back", (mixing, *filters, Gain("decay", np.full(lines, 0.9))))
    parts = (
        Gain("in", RANDOM.normal(size=(lines, 2))),
        Recursion("loop", Delay("delays", delays), back),
        Gain("out", RANDOM.normal(size=(2, lines)) / lines),
    )
    return Model(f"network_{lines}", 48000.0, Series("root", parts))


def lengths(lines: int, shortest: int = 70) -> NDArray[np.float64]:
    return shortest + 7.0 * np.arange(lines)


HOUSEHOLDER = np.eye(9) - 2.0 / 9.0
PERMUTED = np.array([-1.0, 1.0, 1.0, -1.0])[:, np.newaxis] * sylvester(4)[[2, 0, 3, 1]] / 2.0
BLOCKED = np.block([[orthogonal(3), np.zeros((3, 2))], [np.zeros((2, 3)), orthogonal(2)]])
NETWORKS = [
    *(network(Gain("dense", orthogonal(lines)), lines, lengths(lines)) for lines in (1, 3, 8, 13, 17)),
    *(
        network(Gain("hadamard", sylvester(lines) / np.sqrt(lines)), lines, lengths(lines))
        for lines in (2, 16, 64)
    ),
    network(Gain("turned", PERMUTED), 4, lengths(4)),
    network(Gain("householder", HOUSEHOLDER), 9, lengths(9)),
    network(Gain("blocks", BLOCKED), 5, lengths(5)),
    network(Gain("wires", np.roll(np.eye(6), 1, axis=0) * -1.0), 6, lengths(6)),
    network(Gain("sparse", np.eye(6) * 0.5 + np.eye(6, k=1) * 0.4), 6, lengths(6)),
    network(Gain("dense", orthogonal(5)), 5, lengths(5, shortest=23)),
    network(Gain("dense", orthogonal(5)), 5, lengths(5, shortest=1)),
    network(Gain("dense", orthogonal(20)), 20, lengths(20), shelves(20)),
    network(Gain("dense", orthogonal(3)), 3, lengths(3), shelves(3, sections=5)),
    network(Fir("scattering", 0.4 * RANDOM.normal(size=(3, 3, 20)) / 20), 3, lengths(3)),
    network(Sos("mixed", np.tile([0.1, 0.05, 0.0, 1.0, -0.3, 0.1], (3, 3, 2, 1))), 3, lengths(3)),
    Model("peak", 48000.0, Sos("peak", np.array([[LOW_PEAK] * 3]))),
]


def error_db(found: NDArray[np.float64], wanted: NDArray[np.float64]) -> float:
    energy = ((found - wanted) ** 2).sum() / max((wanted**2).sum(), 1e-300)
    return float(10.0 * np.log10(energy + 1e-40))


def header(model: Model, number: int, plan: ControlPlan | None = None) -> str:
    return model_to_cpp(Prepared(model), plan, class_name=f"plugin{number}")


def check(host: Host, number: int, root: Node, most_db: float, samples: int = 300) -> None:
    wanted = impulse_responses(root, samples)
    for blocks in BLOCKS:
        found = host.impulse_responses(number, root.inputs, samples, blocks=blocks)
        assert error_db(found, wanted) < most_db, (number, blocks)


def drawn() -> list[Model]:
    """Models of every kind of node, the same in each run."""
    found: list[Model] = []

    @settings(
        max_examples=12,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(models())
    def draw(model: Model) -> None:
        found.append(model)

    draw()
    return found


@pytest.mark.parametrize(("real", "most_db"), [("double", DOUBLE_DB), ("float", FLOAT_DB)])
def test_networks_equal_the_simulation(tmp_path: Path, real: str, most_db: float) -> None:
    host = compile_host(tmp_path, [header(model, number) for number, model in enumerate(NETWORKS)], real)
    for number, model in enumerate(NETWORKS):
        check(host, number, model.root, most_db)


def test_odd_topologies_equal_the_simulation(tmp_path: Path) -> None:
    roots = [*TREES.values(), *(prepare(model).model.root for model in drawn())]
    host = compile_host(tmp_path, [header(Model("m", 48000.0, root), n) for n, root in enumerate(roots)])
    for number, root in enumerate(roots):
        check(host, number, root, DOUBLE_DB, samples=150)


@pytest.mark.parametrize("flags", ["-march=native -ffast-math", "-DBLOCK_PLAIN"])
def test_the_machines_own_vectors_and_none_give_the_same(tmp_path: Path, flags: str) -> None:
    chosen = [NETWORKS[number] for number in (4, 7, 9, 13, 15)]
    headers = [header(model, number) for number, model in enumerate(chosen)]
    host = compile_host(tmp_path, headers, "float", ["-O2", *flags.split()])
    for number, model in enumerate(chosen):
        check(host, number, model.root, FLOAT_DB)


def test_equals_the_compiled_faust(tmp_path: Path) -> None:
    if shutil.which("faust") is None:
        pytest.skip("needs faust")
    prepared = prepare(NETWORKS[15])
    text = model_to_faust(prepared)
    for real, most_db in (("double", -150.0), ("float", -120.0)):
        host = compile_host(tmp_path, [model_to_cpp(prepared, class_name="plugin0")], real)
        wanted = faust_cli.impulse_responses(text, 4000, 2, 2, 48000.0, double=real == "double")
        assert error_db(host.impulse_responses(0, 2, 4000), wanted) < most_db


@pytest.mark.skipif(not ARCHITECTURE.exists(), reason="needs Debian's faust")
def test_drops_into_an_architecture_of_faust(tmp_path: Path) -> None:
    prepared = prepare(NETWORKS[2])
    text = ARCHITECTURE.read_text(encoding="utf-8").replace("<<includeIntrinsic>>", "")
    (tmp_path / "plot.cpp").write_text(
        text.replace("<<includeclass>>", model_to_cpp(prepared)), encoding="utf-8"
    )
    subprocess.run(["g++", "-O1", "plot.cpp", "-o", "plot"], cwd=tmp_path, check=True, timeout=120)
    words = ["./plot", "-n", "600", "-r", "48000"]
    printed = subprocess.run(
        words, cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60
    ).stdout
    rows = [line.split(";")[0].split() for line in printed.splitlines() if re.match(r"^ -?\d", line)]
    both = np.zeros((600, 2))
    both[0] = 1.0  # the architecture gives all inputs an impulse
    assert error_db(np.array(rows, dtype=float), simulate(prepared.model.root, both)) < FLOAT_DB


def room_with(*controls: str) -> tuple[Prepared, ControlPlan]:
    prepared = prepare(ROOMS["coloured"])
    return prepared, plan_controls(prepared, controls)


def words(values: Mapping[str, float], sample: int = 0) -> list[str]:
    return [f"{sample}:{name}={value!r}" if sample else f"{name}={value!r}" for name, value in values.items()]


def test_controls_mean_what_their_plan_says(tmp_path: Path) -> None:
    prepared, plan = room_with("t60", "damping", "freeze", "pre_delay", "dry_wet")
    host = compile_host(tmp_path, [header(prepared.model, 0, plan), header(prepared.model, 1)])
    root, samples = prepared.model.root, 1500
    plain = host.impulse_responses(1, root.inputs, samples)
    for blocks in BLOCKS:
        neutral = host.impulse_responses(0, root.inputs, samples, blocks=blocks)
        np.testing.assert_array_equal(neutral, plain)
    for values in (
        {"t60": 0.3},
        {"t60": 9.0, "damping": 0.4},
        {"pre_delay": 3.0},
        {"freeze": 0.5},
        {"freeze": 0.7, "t60": 0.5, "damping": 0.6},
        {"dry_wet": 0.25, "pre_delay": 0.5},
        {"t60": 1.1, "damping": 1.0, "pre_delay": 1.0, "dry_wet": 0.0},
    ):
        wanted = impulse_responses(plan.apply(prepared.model, values).root, samples)
        found = host.impulse_responses(0, root.inputs, samples, *words(values), blocks="1,37,256")
        assert error_db(found, wanted) < -200.0, values


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("pre_delay", 0.0, 83.0),
        ("dry_wet", 1.0, 0.0),
        ("damping", 0.0, 1.0),
        ("t60", 8.0, 0.3),
        ("t60", 0.3, 8.0),
        ("freeze", 0.0, 1.0),
    ],
)
def test_a_knob_that_jumps_makes_no_click(
    tmp_path_factory: pytest.TempPathFactory, hosts: dict[str, Host], name: str, start: float, end: float
) -> None:
    if name not in hosts:
        prepared, plan = room_with(name)
        hosts[name] = compile_host(tmp_path_factory.mktemp(name), [header(prepared.model, 0, plan)])
    tone_hz, moved = 250.0, 30000
    sound = np.sin(2.0 * np.pi * tone_hz * np.arange(60000) / 48000.0)[:, np.newaxis]
    settings = [*words({name: start}), *words({name: end}, moved)]
    heard = hosts[name].play(0, sound, *settings)[:, 0]
    assert splatter_db(heard, moved, 48000.0, tone_hz) < -60.0


@pytest.fixture(scope="module")
def hosts() -> dict[str, Host]:
    return {}


def test_freeze_holds_what_sounds_and_lets_nothing_in(tmp_path: Path) -> None:
    prepared, plan = room_with("t60", "freeze")
    host = compile_host(tmp_path, [header(prepared.model, 0, plan)], "float")
    sound = RANDOM.normal(size=(60000, 1))
    sound[12000:40000] = 0.0
    heard = host.play(0, sound, "t60=0.5", "12000:freeze=1")
    energies = np.square(heard[18000:]).reshape(7, -1).mean(axis=1)
    assert 10.0 * np.log10(energies.max() / energies.min()) < 3.0


def test_what_dies_away_ends_as_zero_not_as_denormal_numbers(tmp_path: Path) -> None:
    comb = Recursion("comb", Delay("d", [64.0]), Gain("g", [0.3]))
    host = compile_host(tmp_path, [header(Model("comb", 48000.0, comb), 0)], "float", ["-O2"])
    heard = host.impulse_responses(0, 1, 9000).ravel()
    sounds = np.abs(heard[heard != 0.0])
    assert sounds.min() >= np.finfo(np.float32).tiny
    assert sounds.min() < 1e-36
    assert not heard[-1000:].any()


def test_float_samples_and_double_arithmetic(tmp_path: Path) -> None:
    host = compile_host(tmp_path, [header(NETWORKS[15], 0)], "float", ["-DBLOCK_REAL=double"])
    check(host, 0, NETWORKS[15].root, -140.0)


def test_text_is_ascii_self_contained_and_the_same_each_time() -> None:
    model = Model('Räume\\ "1"', 48000.0, NETWORKS[4].root)
    text = model_to_cpp(Prepared(model))
    assert text == model_to_cpp(Prepared(model))
    assert text.isascii()
    assert set(re.findall(r"#include (\S+)", text)) == {
        "<algorithm>",
        "<cmath>",
        "<cstdint>",
        "<xmmintrin.h>",
    }
    assert max(map(len, text.splitlines())) <= 140


def test_a_class_name_must_be_one() -> None:
    with pytest.raises(BadValue, match="class name 'my dsp'"):
        model_to_cpp(Prepared(NETWORKS[0]), class_name="my dsp")
