"""What is malformed is refused with one line that names the path, and nothing is written."""

import copy
import json
import math
import re
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compiler.cli import main
from compiler.errors import BadValue
from compiler.hot_reload import HotReload

Config = dict[str, Any]
RATE = 48000
NFFT = 64


def good() -> Config:
    """Two lines in a loop with filters, between gains."""
    section = [0.5, 0.1, 0.0, 1.0, -0.3, 0.0]
    return {
        "schema_version": 1,
        "name": "hall",
        "sample_rate": 48000.0,
        "inputs": 2,
        "outputs": 2,
        "notes": [],
        "root": {
            "type": "series",
            "name": "reverb",
            "children": [
                {"type": "gain", "name": "input", "gains": [0.5, 0.5]},
                {
                    "type": "recursion",
                    "name": "loop",
                    "forward": {"type": "delay", "name": "lines", "samples": [101.0, 233.0]},
                    "feedback": {
                        "type": "series",
                        "name": "back",
                        "children": [
                            {"type": "gain", "name": "mixing", "gains": [[0.6, 0.8], [-0.8, 0.6]]},
                            {"type": "sos", "name": "absorption", "sections": [[section], [section]]},
                        ],
                    },
                },
                {"type": "fir", "name": "tone", "taps": [[1.0, 0.5], [1.0, -0.5]]},
            ],
        },
    }


def node(config: Config, path: str) -> Config:
    """The node at `path` below the root."""
    found = config["root"]
    for name in path.split("/")[1:]:
        children = found.get("children") or [found["forward"], found["feedback"]]
        found = next(child for child in children if child["name"] == name)
    return found


def put(path: str, **fields: object) -> Callable[[Config], None]:
    """Sets fields of the node at `path`; of the configuration itself for ''."""

    def change(config: Config) -> None:
        (node(config, path) if path else config).update(fields)

    return change


def drop(path: str, key: str) -> Callable[[Config], None]:
    """Removes a key."""

    def change(config: Config) -> None:
        del (node(config, path) if path else config)[key]

    return change


def deep(config: Config) -> None:
    inner = config["root"]
    for i in range(60):
        inner = {"type": "series", "name": f"s{i}", "children": [inner]}
    config["root"] = inner


MIXING = "reverb/loop/back/mixing"
ABSORPTION = "reverb/loop/back/absorption"
LINES = "reverb/loop/lines"
TYPES = "gain, delay, fir, sos, series, parallel, recursion"
NAME = "must be a string of printable characters"

CONFIGS: dict[str, tuple[Callable[[Config], None], str]] = {
    "other version": (put("", schema_version=2), "schema_version is 2: this compiler reads 1"),
    "no version": (
        drop("", "schema_version"),
        "schema_version is missing or null: this compiler reads 1",
    ),
    "true as version": (put("", schema_version=True), "schema_version is True: this compiler reads 1"),
    "no name": (drop("", "name"), f"name is missing or null: {NAME}"),
    "empty name": (put("", name=" "), f"name is ' ': {NAME}"),
    "newline in name": (put("", name="a\nb"), f"name is 'a\\nb': {NAME}"),
    "no root": (drop("", "root"), "hall: the configuration without root"),
    "unknown key": (put("", author="me"), "hall: the configuration with 'author': there is no such key"),
    "rate as text": (
        put("", sample_rate="48 kHz"),
        "hall: sample_rate is '48 kHz': must be a number of Hz",
    ),
    "rate in kHz": (
        put("", sample_rate=48.0),
        "hall: sample rate 48.0: must be a number of Hz from 1000 to 1000000",
    ),
    "rate that no audio has": (
        put("", sample_rate=1e300),
        "hall: sample rate 1e+300: must be a number of Hz from 1000 to 1000000",
    ),
    "rate of zero": (
        put("", sample_rate=0),
        "hall: sample rate 0.0: must be a number of Hz from 1000 to 1000000",
    ),
    "negative rate": (
        put("", sample_rate=-44100.0),
        "hall: sample rate -44100.0: must be a number of Hz from 1000 to 1000000",
    ),
    "NaN as rate": (
        put("", sample_rate=math.nan),
        "hall: sample rate nan: must be a number of Hz from 1000 to 1000000",
    ),
    "notes as text": (put("", notes="hello"), "hall: notes must be a list of strings"),
    "wrong inputs": (put("", inputs=3), "reverb: has 2 inputs, but the configuration says 3"),
    "wrong outputs": (put("", outputs=1), "reverb: has 2 outputs, but the configuration says 1"),
    "fraction of inputs": (put("", inputs=2.0), "hall: inputs is 2.0: must be a whole number"),
    "root as list": (put("", root=[]), "root: a node is a list: must be an object"),
    "unknown type": (put(LINES, type="chorus"), f"{LINES}: type is 'chorus': must be one of {TYPES}"),
    "no type": (drop(LINES, "type"), f"{LINES}: type is missing or null: must be one of {TYPES}"),
    "nameless node": (drop(LINES, "name"), f"reverb/loop/forward: name is missing or null: {NAME}"),
    "key of another type": (
        put(MIXING, samples=[1.0, 2.0]),
        f"{MIXING}: a gain with 'samples': there is no such key",
    ),
    "no gains": (drop(MIXING, "gains"), f"{MIXING}: a gain without gains"),
    "no feedback": (drop("reverb/loop", "feedback"), "reverb/loop: a recursion without feedback"),
    "null as feedback": (
        put("reverb/loop", feedback=None),
        "reverb/loop/feedback: a node is missing or null: must be an object",
    ),
    "NaN among gains": (
        put(MIXING, gains=[[0.6, 0.8], [-0.8, math.nan]]),
        f"{MIXING}: gains[1][1] is not finite",
    ),
    "infinite delay": (put(LINES, samples=[math.inf, 233.0]), f"{LINES}: samples[0] is not finite"),
    "gain beyond doubles": (
        put("reverb/input", gains=[10**400, 0.5]),
        "reverb/input: gains has a number that is too large for a double",
    ),
    "negative delay": (
        put(LINES, samples=[101.0, -1.0]),
        f"{LINES}: a delay of -1 samples: must be 0 or more",
    ),
    "text among gains": (
        put("reverb/input", gains=[0.5, "loud"]),
        "reverb/input: gains[1] is 'loud': must be a number",
    ),
    "true among gains": (
        put("reverb/input", gains=[0.5, True]),
        "reverb/input: gains[1] is True: must be a number",
    ),
    "ragged matrix": (
        put(MIXING, gains=[[0.6, 0.8], [-0.8]]),
        f"{MIXING}: gains[1] has shape [1], but gains[0] has [2]",
    ),
    "gains as number": (
        put("reverb/input", gains=0.5),
        "reverb/input: gains have 0 dimensions: must be 1 or 2",
    ),
    "no lines": (put(LINES, samples=[]), f"{LINES}: samples are empty, shape (0,)"),
    "gains of too few lines": (
        put(LINES, gains=[0.9]),
        f"{LINES}: gains (1,) and samples (2,) differ in shape",
    ),
    "section of five": (
        put(ABSORPTION, sections=[[[1.0, 0.0, 0.0, 1.0, 0.0]], [[1.0, 0.0, 0.0, 1.0, 0.0]]]),
        f"{ABSORPTION}: a section has 5 coefficients: must be 6",
    ),
    "section without a0": (
        put(ABSORPTION, sections=[[[1.0, 0.0, 0.0, 0.0, 0.0, 0.0]]] * 2),
        f"{ABSORPTION}: a section with a0 = 0: must not be 0",
    ),
    "filters of three channels": (
        put(ABSORPTION, sections=[[[1.0, 0.0, 0.0, 1.0, 0.0, 0.0]]] * 3),
        f"{ABSORPTION}: takes 3 channels, but mixing before it gives 2",
    ),
    "taps of one dimension": (
        put("reverb/tone", taps=[1.0, 0.5]),
        "reverb/tone: taps have 1 dimensions: must be 2 or 3",
    ),
    "matrix of wrong size": (
        put(MIXING, gains=[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
        "reverb/loop/back: takes 3 channels, but the forward path gives 2",
    ),
    "children as object": (
        put("reverb", children={}),
        "reverb: children are an object: must be a list of nodes",
    ),
    "series of nothing": (put("reverb", children=[]), "reverb: a series of nothing: needs a child"),
    "child as number": (
        put("reverb", children=[7]),
        "reverb/children[0]: a node is 7: must be an object",
    ),
    "parallel without sum": (
        put("reverb/loop", type="parallel"),
        "reverb/loop: a parallel without children",
    ),
    "source as text": (
        put(LINES, source="parallelDelay"),
        f"{LINES}: source is 'parallelDelay': must be an object",
    ),
    "source of no kind": (put(LINES, source={}), f"{LINES}: source without kind"),
    "raw with NaN": (
        put(LINES, source={"kind": "parallelDelay", "raw": {"param": [math.nan]}}),
        f"{LINES}: source.raw.param[0] is not finite",
    ),
    "nested without end": (
        deep,
        "/".join(f"s{i}" for i in range(59, 11, -1)) + ": nested deeper than 48 nodes",
    ),
    "loop without delay": (
        put(LINES, samples=[0.0, 233.0]),
        "reverb/loop: no delay in the cycle reverb/loop/lines → reverb/loop/back, channels 0 → 0:"
        " every channel needs one sample or more",
    ),
}


def malformed(case: str) -> Config:
    config = copy.deepcopy(good())
    CONFIGS[case][0](config)
    return config


def compile_file(text: str, folder: Path, *more: str) -> int:
    """Exit code of `python -m compiler` on a file with `text`; nothing may be left if it is 2."""
    source, out = folder / "model.json", folder / "out" / "hall.dsp"
    source.write_text(text)
    code = main([str(source), "-o", str(out), *more])
    if code == 2:
        assert sorted(folder.rglob("*")) == [source]
    return code


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    shown = capsys.readouterr()
    assert shown.out == ""
    return shown.err


def test_there_are_at_least_forty_cases():
    assert len(CONFIGS) >= 40


def test_the_unchanged_configuration_compiles(tmp_path):
    assert compile_file(json.dumps(good()), tmp_path) == 0
    assert (tmp_path / "out" / "hall.dsp").is_file()
    assert (tmp_path / "out" / "hall.cert.json").is_file()


@pytest.mark.parametrize("case", CONFIGS)
def test_a_malformed_configuration_is_one_line_and_nothing_written(case, tmp_path, capsys):
    assert compile_file(json.dumps(malformed(case)), tmp_path) == 2
    assert complaint(capsys) == CONFIGS[case][1] + "\n"


def gain(**settings: Any) -> Any:
    from flamo.processor import dsp

    return dsp.Gain(**{"size": (2, 2), "nfft": NFFT, "device": "cpu", **settings})


def lines(*seconds: float) -> Any:
    from flamo.processor import dsp

    made = dsp.parallelDelay(size=(2,), max_len=10, nfft=NFFT, isint=True, unit=1, fs=RATE, device="cpu")
    return with_values(made, *seconds)


def lowpass(fs: int) -> Any:
    from flamo.processor import dsp

    return dsp.parallelBiquad(size=(2,), n_sections=1, filter_type="lowpass", nfft=NFFT, fs=fs, device="cpu")


def transform(function: Callable[[Any], Any]) -> Any:
    from flamo.processor import dsp

    return dsp.Transform(function, device="cpu")


def fft() -> Any:
    from flamo.processor import dsp

    return dsp.FFT(NFFT)


def shell(core: Any, input_layer: Any = None) -> Any:
    from flamo.processor import dsp, system

    return system.Shell(
        core=core,
        input_layer=fft() if input_layer is None else input_layer,
        output_layer=dsp.iFFT(NFFT),
    )


def around(module: Any) -> Any:
    """A Shell with `module`, named odd, between two gains."""
    from flamo.processor import system

    module.device = gain().device  # FLAMO's Series compares them
    return shell(system.Series(OrderedDict(before=gain(), odd=module, after=gain())))


def in_loop(forward: Any, back: Any) -> Any:
    from flamo.processor import system

    return shell(system.Series(OrderedDict(loop=system.Recursion(fF=forward, fB=back))))


def with_values(module: Any, *values: float) -> Any:
    import torch

    module.assign_value(torch.tensor(values).reshape(module.param.shape))
    return module


def with_forward(module: Any, forward: Callable[[Any], Any]) -> Any:
    module.forward = forward
    return module


def tanh() -> Any:
    from torch import nn

    return nn.Tanh()


def wires() -> Any:
    from torch import nn

    return nn.Sequential(nn.Identity())


def raising(parameters: Any) -> Any:
    raise ValueError("no such map\nfor you")


NO_DELAY = (
    "hall/loop: no delay in the cycle hall/loop/feedforward → hall/loop/feedback,"
    " channels 0 → 0: every channel needs one sample or more"
)

MODELS: dict[str, tuple[Callable[[], Any], str]] = {
    "no module": (lambda: [1.0], "hall: a model is a torch module, not list"),
    "complex map": (
        lambda: around(gain(map=lambda x: 1j * x)),
        "hall/odd: gains are complex: must be real",
    ),
    "map to NaN": (
        lambda: around(gain(map=lambda x: x / 0.0 * 0.0)),
        "hall/odd: gains[0, 0] is nan: must be finite",
    ),
    "map that raises": (
        lambda: around(gain(map=raising)),
        "hall/odd: Gain cannot be asked: no such map",
    ),
    "NaN": (
        lambda: around(with_values(gain(), 1.0, math.nan, 0.0, 1.0)),
        "hall/odd: gains[0, 1] is nan: must be finite",
    ),
    "infinity": (
        lambda: around(with_values(gain(), 1.0, 0.0, 0.0, math.inf)),
        "hall/odd: gains[1, 1] is infinite: must be finite",
    ),
    "negative delay": (
        lambda: around(lines(-48 / RATE, 5 / RATE)),
        "hall/odd: a delay of -48 samples: must be 0 or more",
    ),
    "nonlinear transform": (
        lambda: around(transform(lambda x: x * abs(x))),
        "hall/odd: Transform is not linear and time-invariant",
    ),
    "offset": (
        lambda: around(transform(lambda x: x + 1.0)),
        "hall/odd: Transform is not linear and time-invariant",
    ),
    "nonlinear input layer": (
        lambda: shell(gain(), transform(abs)),
        "hall/input: Transform is not linear and time-invariant;"
        " set_inputLayer(FFT) and set_outputLayer(iFFT) leave it out",
    ),
    "FFT within the model": (
        lambda: around(fft()),
        "hall/odd: FFT within the model: only around the core of a Shell",
    ),
    "overridden and nonlinear": (
        lambda: around(with_forward(gain(), abs)),
        "hall/odd: what FLAMO makes of this Gain is not what its coefficients say; "
        "Gain is not linear and time-invariant",
    ),
    "module of torch": (lambda: around(tanh()), "hall/odd: Tanh is not linear and time-invariant"),
    "module of another rate": (
        lambda: around(lowpass(44100)),
        "hall/odd: made for fs = 44100 Hz, but the model is compiled for 48000 Hz",
    ),
    "loop of gains": (lambda: in_loop(gain(), gain()), NO_DELAY),
    "loop with a delay of nothing": (lambda: in_loop(lines(0.0, 5 / RATE), gain()), NO_DELAY),
    "wire of unknown width": (
        wires,
        "hall/0: Identity: how many channels it has cannot be told",
    ),
}


@pytest.mark.parametrize("case", MODELS)
def test_a_malformed_model_is_one_line_and_nothing_published(case, tmp_path):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    live = HotReload(tmp_path / "live.dsp", fs=RATE, name="hall")
    update = live.update(MODELS[case][0]())
    assert (update.state, update.reason) == ("refused", MODELS[case][1])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("rate", "shown"),
    [(0, "0"), (-1.0, "-1.0"), (math.nan, "nan"), (True, "True"), ("48 kHz", "'48 kHz'"), (None, "None")],
)
def test_a_rate_that_is_none_is_one_line(rate, shown):
    pytest.importorskip("flamo")
    from compiler.frontend.read import flamo_to_json

    with pytest.raises(
        BadValue, match=f"^hall: sample rate {re.escape(shown)}: must be a number of Hz from 1000 to 1000000$"
    ):
        flamo_to_json(gain(), rate, "hall")


CONTROLS = {
    "unknown": (
        "wetness",
        "no control wetness: there are t60, damping, freeze, pre_delay, dry_wet",
    ),
    "range the wrong way round": (
        "dry_wet=1:0",
        "dry_wet: a range from 1 to 0: must ascend within 0 to 1",
    ),
    "t60 of nothing": ("t60=0:1", "t60: a range from 0 to 1: must ascend within 0.001 to 1000"),
}


@pytest.mark.parametrize("case", CONTROLS)
def test_a_malformed_control_is_one_line_and_nothing_written(case, tmp_path, capsys):
    word, expected = CONTROLS[case]
    assert compile_file(json.dumps(good()), tmp_path, "--control", word) == 2
    assert complaint(capsys) == expected + "\n"
