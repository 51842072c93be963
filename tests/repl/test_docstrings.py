"""Every word has a docstring with units and an example, and every example does what it says, with sound.

The examples are typed one after the other at a prompt over the offline engine, which plays after each.
"""

import doctest
import inspect
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.engine.offline import OfflineEngine
from plaud_live.repl import pages
from plaud_live.repl.evaluate import Evaluator
from plaud_live.repl.instrument import Instrument
from plaud_live.repl.namespace import Namespace
from plaud_live.repl.outputs import MidiOut, OscWord
from plaud_live.repl.patch_watch import PatchWatch
from plaud_live.repl.performance import Performance
from plaud_live.repl.scenes import Scenes
from plaud_live.repl.take_latents import TakeLatents
from plaud_live.repl.takes import Rec, Take
from plaud_live.repl.verb import Verb
from plaud_live.repl.words import Clock
from plaud_live.settings import built_in_model
from plaud_live.signals.graph import Signal
from tests.models_for_tests import child_file
from tests.repl.silent import Prompt
from tests.signals import noise

ROOT = Path(__file__).resolve().parents[2]
IN_BEATS = {"beats", "over", "at", "every", "cycle", "glide", "times"}
OTHER_UNITS = {"phase": "0..1", "seconds": "seconds", "count": "how many", "step": "0..1", "levels": "0..1"}
OTHER_UNITS |= {"rate": "a second", "ch": "1 to 16", "key": "0 to 127", "vel": "0..1", "gate": "0..1"}
ELSEWHERE = ("drone.back", "drone.models")
"""Words whose examples want an instrument that has played another model."""


def everything() -> dict[str, object]:
    """What has a docstring that a performer may ask for, by the name that it has at the prompt."""
    namespace = Prompt().namespace
    found = {word: namespace.names[word] for word in sorted(namespace.words) if word != "quit"}
    found |= {f".{name}": getattr(Signal, name) for name in pages.SIGNAL_METHODS}
    words = ("play", "stop", "mark", "save_anchors", "swap", "audition", "back", "models", "export")
    found |= {f"drone.{name}": getattr(Instrument, name) for name in words}
    found |= {
        "drone": Instrument,
        "verb": Verb,
        "verb.load": Verb.load,
        "verb.fit": Verb.fit,
        "verb.push": Verb.push,
        "verb.export": Verb.export,
        "verb.match": Verb.match,
        "drone.raw": Instrument.raw,
        "drone.train": Instrument.train,
        "clock.tap": Clock.tap,
    }
    found |= {f"midi.out.{name}": each for name, each in vars(MidiOut).items() if not name.startswith("_")}
    found |= {f"take.{name}": getattr(Take, name) for name in ("play", "stop", "tag", "delete")}
    found |= {"take.z": Take.z, "take.z.loop": TakeLatents.loop}
    found |= {"take": Take, "rec.start": Rec.start, "rec.stop": Rec.stop}
    return found | {"scene.morph": Scenes.morph, "osc.out": OscWord.out}


EVERYTHING = everything()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PLAUD_HOME with models, of which two are children of a third, a recording and scripts."""
    folder = tmp_path_factory.mktemp("home")
    parent = folder / "models" / "before.plaud"
    parent.parent.mkdir()
    shutil.copy(built_in_model(), parent)
    child_file(parent, "rust")
    child_file(parent, "moss", seed=8)
    soundfile.write(folder / "knock.wav", 0.3 * noise(2 * 44100, seed=1), 44100)
    (folder / "recordings").mkdir()
    shutil.copytree(ROOT / "patches", folder / "patches")
    return folder


@pytest.fixture
def evaluator(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Evaluator]:
    """A prompt with `drone`, the built-in model, playing, and a PLAUD_HOME of its own."""
    shutil.copytree(files, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    engine = OfflineEngine()
    performance = Performance(engine, engine.snapshot)
    made = Evaluator(performance, Namespace(performance, on_leave=lambda: None))
    watch = PatchWatch(lambda path: None, lambda line: None)
    made.namespace.run.watch_with(watch)
    assert made.evaluate('drone = load("default"); drone.play(over=0)').accepted
    engine.render(0.05)
    if any(word in request.node.name for word in ELSEWHERE):
        _have_been_elsewhere(made)
    yield made
    watch.close()
    performance.close()


def _have_been_elsewhere(evaluator: Evaluator) -> None:
    """`drone` has played another model before."""
    for line in ('drone.swap("moss", over=0)', 'drone.swap("default", over=0)'):
        assert evaluator.evaluate(line).accepted
        evaluator.performance.engine.render(0.7)


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_examples_run_and_sound(name: str, evaluator: Evaluator) -> None:
    found = doctest.DocTestParser().get_examples(inspect.getdoc(EVERYTHING[name]) or "")
    assert found, f"{name} has no example"
    assert len(found) == len(pages.examples(EVERYTHING[name]))
    engine = evaluator.performance.engine
    for example in found:
        result = evaluator.evaluate(example.source)
        assert result.accepted, f"{example.source}: {result.shown}"
        if example.want:
            assert result.shown == example.want.rstrip("\n")
        assert np.isfinite(engine.render(0.1)).all()
        assert engine.renderer.held() == {}


@pytest.mark.parametrize("name", EVERYTHING)
def test_parameters_have_units_and_the_page_fits(name: str) -> None:
    text = inspect.getdoc(EVERYTHING[name]) or ""
    if callable(EVERYTHING[name]):
        for parameter in inspect.signature(EVERYTHING[name]).parameters:
            unit = "beat" if parameter in IN_BEATS else OTHER_UNITS.get(parameter, "")
            assert unit in text, f"{name}: in what is {parameter}?"
    lines = pages.page(EVERYTHING[name], name).split("\n")
    assert len(lines) < 20  # all of it, and not cut
    assert max(map(len, lines)) <= pages.WIDTH
    assert pages.first_line(EVERYTHING[name]).endswith((".", "`."))


def test_an_example_is_shown_as_it_is_typed() -> None:
    page = pages.page(EVERYTHING["lfo"], "lfo").split("\n")
    assert page[0] == "lfo(beats=4, phase=0)"
    assert "    drone.z0 = lfo(16)" in page


def test_what_the_readme_says_to_type_sounds(evaluator: Evaluator) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## The first minute")[2].partition("## Patches")[0]
    blocks = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    table = [line for line in section.split("\n") if line.startswith("| ")]
    codes = [code for line in table for code in re.findall(r"`([^`]+)`", line.rpartition(" | ")[2])]
    typed = [code for code in codes if re.match(r"[a-zA-Z\"]", code) and "…" not in code]
    assert len(blocks) == 2
    assert len(typed) > 30
    evaluator.evaluate('other = load("default")')
    for text in [*blocks, *(code for code in typed if code not in ("shape=", "osc") and "knock" not in code)]:
        result = evaluator.evaluate(text)
        assert result.accepted, f"{text}: {result.shown}"
        evaluator.performance.engine.render(0.05)
