"""The IR as JSON: every number comes back exactly, and every malformed value is refused with its path."""

import copy
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings

from compiler.errors import ArityError, BadValue, CompilerError, ConfigError
from compiler.ir.json import LARGEST_DEPTH, from_json, place, to_json
from compiler.ir.nodes import Delay, Fir, Gain, Model, Parallel, Recursion, Series, Sos, Source, walk
from compiler.ir.validate import schema, validate
from tests.compiler.graphs import models


def reverb() -> Model:
    """A loop of two lines beside a wire, with every type of node."""
    random = np.random.default_rng(7)
    absorption = Sos("absorption", random.normal(size=(2, 3, 6)))
    loop = Recursion(
        "loop",
        Delay(
            "lines",
            np.array([101.0, 233.25]),
            source=Source("parallelDelay", {"unit": 100}, {"param": np.ones(2)}),
        ),
        Series("back", (Gain("mixing", random.normal(size=(2, 2))), absorption)),
    )
    wet = Series(
        "wet",
        (
            Gain("in", random.normal(size=(2, 1))),
            loop,
            Fir("out", random.normal(size=(1, 2, 5))),
            Delay("late", np.array([[7.0]]), np.array([[1 / 3]])),
        ),
    )
    dry = Gain("dry", np.array([[0.1]]))
    return Model(
        "reverb", 48000.0, Parallel("both", (wet, dry)), Source("Shell", {"nfft": 65536}), ("velvet frozen",)
    )


def test_every_number_comes_back_exactly() -> None:
    before = reverb()
    text = json.dumps(to_json(before), allow_nan=False)
    config = json.loads(text)
    after = from_json(config)
    assert json.dumps(to_json(after)) == text
    for (path, one), (other_path, other) in zip(walk(before.root), walk(after.root), strict=True):
        assert path == other_path
        assert type(one) is type(other)
        for key in ("gains", "samples", "taps", "sections"):
            if getattr(one, key, None) is not None:
                np.testing.assert_array_equal(getattr(one, key), getattr(other, key), strict=True)
    validate(config)


@given(models(fractional=True))
@settings(max_examples=40, derandomize=True, deadline=None)
def test_any_model_comes_back(model: Model) -> None:
    text = json.dumps(to_json(model), allow_nan=False)
    validate(json.loads(text))
    assert json.dumps(to_json(from_json(json.loads(text)))) == text


def test_what_is_read_cannot_be_written_to() -> None:
    model = from_json(to_json(reverb()))
    lines = dict(walk(model.root))["both/wet/loop/lines"]
    assert isinstance(lines, Delay)
    assert lines.source is not None
    for array in (lines.samples, lines.source.raw["param"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


def test_a_large_matrix_of_filters_is_validated_at_once() -> None:
    taps = np.random.default_rng(1).normal(size=(8, 8, 2000))
    config = to_json(Model("big", 48000.0, Fir("taps", taps)))
    validate(config)
    np.testing.assert_array_equal(from_json(config).root.taps, taps)  # type: ignore[union-attr]


def test_a_place_has_the_names_of_its_nodes() -> None:
    config = to_json(reverb())
    keys = ["root", "children", 0, "children", 1, "feedback", "children", 0, "gains", 1, 0]
    assert place(config, keys) == ("both/wet/loop/back/mixing", "gains[1][0]")
    assert place(config, ["sample_rate"]) == ("", "sample_rate")


WET, LOOP = "both/wet", "both/wet/loop"
IN_WET = ["root", "children", 0, "children"]
LINES = [*IN_WET, 1, "forward", "samples"]
SECTIONS = [*IN_WET, 1, "feedback", "children", 1, "sections"]
HUGE = 10**400

# What is put where, and which error with which path must come: (keys, value, error, path, words).
MALFORMED = {
    "no version": (["schema_version"], None, ConfigError, "", "schema_version"),
    "a later version": (["schema_version"], 2, ConfigError, "", "this compiler reads 1"),
    "true is not one": (["schema_version"], True, ConfigError, "", "schema_version"),
    "a number for a name": (["name"], 5, ConfigError, "", "name is 5"),
    "a name of two lines": (["root", "name"], "a\nb", ConfigError, "root", "printable"),
    "an empty name": (["root", "children", 0, "name"], " ", ConfigError, "both/children[0]", "name"),
    "a rate in words": (["sample_rate"], "48 kHz", ConfigError, "reverb", "number of Hz"),
    "a rate of zero": (["sample_rate"], 0, BadValue, "reverb", "from 1000 to 1000000"),
    "a rate beyond doubles": (["sample_rate"], HUGE, BadValue, "reverb", "too large"),
    "a rate that is no number": (["sample_rate"], math.nan, BadValue, "reverb", "from 1000 to 1000000"),
    "too many inputs": (["inputs"], 2, ArityError, "both", "has 1 inputs"),
    "half an output": (["outputs"], 1.5, ConfigError, "reverb", "whole number"),
    "notes as a string": (["notes"], "none", ConfigError, "reverb", "list of strings"),
    "an unknown key": (["colour"], "red", ConfigError, "reverb", "colour"),
    "a root that is a list": (["root"], [], ConfigError, "root", "must be an object"),
    "an unknown type": (["root", "type"], "reverb", ConfigError, "both", "must be one of gain"),
    "a type that is a list": (["root", "type"], ["gain"], ConfigError, "both", "must be one of gain"),
    "no type": (["root", "children", 1, "type"], None, ConfigError, "both/dry", "type is missing"),
    "an unknown key of a node": (["root", "children", 1, "gain"], 1, ConfigError, "both/dry", "'gain'"),
    "children that are a node": (["root", "children"], {}, ConfigError, "both", "list of nodes"),
    "no children": (["root", "children"], [], ArityError, "both", "needs a child"),
    "a child that is null": (["root", "children", 1], None, ConfigError, "both/children[1]", "object"),
    "a sum that is a number": (["root", "is_sum"], 1, ConfigError, "both", "true or false"),
    "gains that are null": (["root", "children", 1, "gains"], None, ConfigError, "both/dry", "number"),
    "gains in words": (["root", "children", 1, "gains"], [["one"]], ConfigError, "both/dry", "gains[0][0]"),
    "a true gain": (["root", "children", 1, "gains"], [[True]], ConfigError, "both/dry", "gains[0][0]"),
    "a number for gains": (["root", "children", 1, "gains"], 0.1, ArityError, "both/dry", "0 dimensions"),
    "gains as an object": (["root", "children", 1, "gains"], {}, ConfigError, "both/dry", "an object"),
    "empty gains": (["root", "children", 1, "gains"], [], ArityError, "both/dry", "empty"),
    "infinite gain": (["root", "children", 1, "gains"], [[math.inf]], BadValue, "both/dry", "gains[0][0]"),
    "a gain beyond doubles": (["root", "children", 1, "gains"], [[HUGE]], BadValue, "both/dry", "too large"),
    "rows of unequal length": (
        [*IN_WET, 0, "gains"], [[1.0], [1.0, 2.0]], ArityError, f"{WET}/in", "gains[1]"
    ),
    "rows and numbers mixed": (
        [*IN_WET, 0, "gains"], [[1.0], 2.0], ArityError, f"{WET}/in", "gains[1]"
    ),
    "too many gains": (
        [*IN_WET, 0, "gains"], [[1.0]] * 3, ArityError, LOOP, "takes 2 channels"
    ),
    "gains eight deep": (
        ["root", "children", 1, "gains"], [[[[[[[[[1.0]]]]]]]]], ConfigError, "both/dry", "deeper than 8"
    ),
    "a negative delay": (
        LINES, [3, -1], BadValue, f"{LOOP}/lines", "-1"
    ),
    "a delay that is no number": (
        [*LINES, 1], math.nan, BadValue, f"{LOOP}/lines", "[1]"
    ),
    "gains that do not fit the delays": (
        [*IN_WET, 3, "gains"], [1.0], ArityError, f"{WET}/late", "differ"
    ),
    "a loop that does not close": (
        LINES, [3.0], ArityError, f"{LOOP}/back", "takes 2"
    ),
    "no feedback": ([*IN_WET, 1, "feedback"], 0, ConfigError, f"{LOOP}/feedback", "object"),
    "a section of five": (
        SECTIONS,
        [[[1.0] * 5]] * 2, ArityError, f"{LOOP}/back/absorption", "must be 6",
    ),
    "a section with a0 = 0": (
        [*SECTIONS, 1, 2, 3],
        0, BadValue, f"{LOOP}/back/absorption", "a0",
    ),
    "taps of one dimension": (
        [*IN_WET, 2, "taps"], [1.0], ArityError, f"{WET}/out", "1 dimensions"
    ),
    "a source that is a string": (["source"], "Shell", ConfigError, "reverb", "source"),
    "a kind that is a number": (["source", "kind"], 1, ConfigError, "reverb", "kind"),
    "arguments that are a list": (["source", "arguments"], [], ConfigError, "reverb", "arguments"),
    "raw words": (
        [*IN_WET, 1, "forward", "source", "raw", "param", 0],
        "x", ConfigError, f"{LOOP}/lines", "source.raw.param[0]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_values_are_refused_with_their_path(case: str) -> None:
    keys, value, kind, path, words = MALFORMED[case]
    config = copy.deepcopy(to_json(reverb()))
    inner = config
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    with pytest.raises(CompilerError) as caught:
        from_json(config)
    assert type(caught.value) is kind
    assert caught.value.path == path
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("keys", "value", "words"),
    [
        (["root", "type"], "reverb", "both: type: must be one of gain"),
        (["root", "children", 1, "gains"], [["one"]], "both/dry: gains: must be numbers"),
        (["root", "children", 1, "gain"], 1, "both/dry: Additional properties"),
        (["root", "children"], [], "both: children"),
        (["root", "is_sum"], 1, "both: is_sum: must be true or false"),
        (["root", "children", 0, "children", 1, "feedback"], 0, "both/wet/loop: feedback: must be a node"),
        (["sample_rate"], "48 kHz", "sample_rate: must be a number of Hz"),
        (["sample_rate"], 1e-3, "sample_rate: 0.001 is less than the minimum of 1000"),
        (["inputs"], 0, "inputs: 0 is less than the minimum"),
        (["schema_version"], 2, "schema_version: 1 was expected"),
        (["source"], [], "source: must be the FLAMO module"),
    ],
)
def test_the_published_schema_refuses_them_too(keys: list[str | int], value: object, words: str) -> None:
    config = copy.deepcopy(to_json(reverb()))
    inner = config
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    with pytest.raises(ConfigError) as caught:
        validate(config)
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("key", ["schema_version", "name", "sample_rate", "inputs", "outputs", "root"])
def test_nothing_that_is_needed_may_be_missing(key: str) -> None:
    config = to_json(reverb())
    del config[key]
    for check in (from_json, validate):
        with pytest.raises(ConfigError, match=key):
            check(config)


@pytest.mark.parametrize("config", [None, [], "reverb", 1.0, {1: 2}])
def test_what_is_no_object_is_refused(config: object) -> None:
    with pytest.raises(ConfigError):
        from_json(config)  # type: ignore[arg-type]
    with pytest.raises(ConfigError):
        validate(config)  # type: ignore[arg-type]


def test_depth_has_a_limit_below_pythons() -> None:
    node = to_json(reverb())["root"]
    deep = node
    for _ in range(LARGEST_DEPTH - 5):
        deep = {"type": "series", "name": "s", "children": [deep]}
    config = {**to_json(reverb()), "root": deep}
    validate(config)
    from_json(config)
    for _ in range(400):
        deep = {"type": "series", "name": "s", "children": [deep]}
    config["root"] = deep
    for check in (from_json, validate):
        with pytest.raises(ConfigError, match="nested deeper"):
            check(config)


ODD: tuple[object, ...] = (
    None, True, 0, -1, 1.5, math.nan, math.inf, HUGE, 10**5000, "x", "", "a\nb", [], [[]], {},
    {"type": "gain"}, [1, "a"], [None], [True], 1e308, "series", (1, 2), b"x", {1: 2}, float,
)  # fmt: skip


def places(config: object, keys: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """All places within `config`, as keys from its top."""
    inner: list[tuple[str | int, object]] = []
    if isinstance(config, dict):
        inner = list(config.items())
    elif isinstance(config, list):
        inner = list(enumerate(config))
    found = [(*keys, key) for key, _ in inner]
    return found + [place for key, value in inner for place in places(value, (*keys, key))]


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_changed_nothing_but_our_errors_comes(seed: int) -> None:
    random = np.random.default_rng(seed)
    for _ in range(100):
        config = copy.deepcopy(to_json(reverb()))
        for _ in range(random.integers(1, 4)):
            keys = places(config)
            *above, key = keys[random.integers(len(keys))] if keys else ("root",)
            inner = config
            for part in above:
                inner = inner[part]
            if random.random() < 0.2 and key in inner:
                del inner[key]
            else:
                inner[key] = ODD[random.integers(len(ODD))]
        for check in (from_json, validate):
            try:
                check(config)
            except CompilerError as error:
                assert "\n" not in str(error)
                assert len(str(error)) < 300


def test_the_schema_is_itself_valid() -> None:
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(schema())
