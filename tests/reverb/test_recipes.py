"""The reverbs that come with the instrument: made by their recipes, as loud as their input, judged."""

import re
from pathlib import Path

import numpy as np
import pytest

import plaud_live
from compiler.playable import KNOBS, read_playable
from plaud_live.reverb.arguments import RECIPE_NAMES
from plaud_live.reverb.nodes import network_of, response_of
from plaud_live.reverb.recipes import RECIPES
from plaud_live.settings import built_in_reverbs, find_reverb
from tests.reverb.acoustics import t60_by_octave

ROOT = Path(plaud_live.__file__).resolve().parents[1]
MIDDLE_HZ = 1000.0
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
SECONDS = {"default": 2.5, "small_room": 0.4, "hall": 3.0, "impossible": 4.0}


def test_all_recipes_are_named_and_built_in() -> None:
    assert set(RECIPE_NAMES) == set(RECIPES) == set(SECONDS) == set(built_in_reverbs())


@pytest.mark.parametrize("name", RECIPE_NAMES)
def test_a_built_in_reverb_is_what_its_recipe_makes(name: str) -> None:
    playable = read_playable(find_reverb(name))
    assert playable.plan.names == KNOBS
    assert playable.certificate.double == "certified-stable" or "freeze" in playable.certificate.reason
    assert set(playable.certificate.sample_rates) >= {44100.0, 48000.0, 96000.0}
    kept, made = network_of(playable.model), RECIPES[name]()
    for field in ("delays", "mixing", "absorption", "outputs", "tone"):
        assert np.allclose(getattr(kept, field), getattr(made, field), atol=1e-9), field
    assert np.allclose(kept.diffusion.out, made.diffusion.out)


@pytest.mark.parametrize("name", RECIPE_NAMES)
def test_it_is_as_loud_as_its_input_and_as_long_as_it_says(name: str) -> None:
    seconds = SECONDS[name]
    longest = 20.0 if name == "impossible" else seconds
    found = response_of(RECIPES[name](), 1.1 * longest + 0.2)
    assert np.square(found).sum() / 2.0 == pytest.approx(1.0, rel=0.05)
    measured = t60_by_octave(found, 48000.0, (MIDDLE_HZ,))[0]
    assert measured == pytest.approx(seconds, rel=0.2)  # octaves beside it leak
    left, right = (found[channel].sum(axis=0) for channel in (0, 1))
    assert abs(np.corrcoef(left, right)[0, 1]) < 0.25


def test_the_impossible_one_decays_longer_the_higher() -> None:
    found = t60_by_octave(response_of(RECIPES["impossible"](), 8.0), 48000.0, (250.0, 1000.0, 4000.0))
    assert found[0] < 0.5 * found[1] < 0.3 * found[2]


@pytest.mark.slow
def test_the_faust_text_is_what_the_command_makes(tmp_path: Path) -> None:
    from plaud_live.reverb.making import make_faust

    make_faust("small_room", tmp_path)
    kept = ROOT / "faust" / "reverbs"
    made, known = (folder / "small_room.dsp" for folder in (tmp_path, kept))
    ours, theirs = made.read_text(), known.read_text()
    assert NUMBER.sub("#", ours).split() == NUMBER.sub("#", theirs).split()  # lines break elsewhere
    numbers = [np.array(NUMBER.findall(text), float) for text in (ours, theirs)]
    np.testing.assert_allclose(*numbers, rtol=1e-6, atol=1e-12)  # another processor rounds otherwise
    assert (tmp_path / "small_room.cert.json").is_file()
