"""What is malformed is refused with one line that names the path, and nothing is written."""

import copy
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compiler.cli import main

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
