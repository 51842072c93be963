"""Anchors: where they are taken, and what they are called."""

import numpy as np
import pytest

from plaud_live.training.anchors import SPAN_SECONDS, Encoded, make_anchors, word

RATE = 100.0  # frames a second


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("ambi_glass_hum.flac", "ambi_glass_hum"),
        ("Field Recording 03 – river (take 2).wav", "field_river"),
        ("loop_tabla.flac", "tabla"),
        ("2024-11-03.wav", "a2024_11_03"),
        ("sub/dir/Bell.WAV", "bell"),
        ("a very long name that goes on and on.wav", "a_very_long_name"),
        ("éàü.wav", "sound"),
        ("Donaudampfschifffahrt.wav", "donaudampfschiff"),
    ],
)
def test_names_are_short_plain_words(source: str, name: str) -> None:
    assert word(source) == name


def test_an_anchor_lies_in_the_stable_part_of_what_is_loud() -> None:
    generator = np.random.default_rng(1)
    means = generator.normal(0.0, 1.0, (300, 2))
    means[100:160] = [2.0, -1.0]  # stable and loud
    means[200:300] = [0.0, 0.0]  # stable, but near silence
    level = np.full(300, 0.5)
    level[200:] = 0.001
    (anchor,) = make_anchors([Encoded("a.wav", means, level, RATE)], np.ones(2))
    assert anchor.raw == pytest.approx((2.0, -1.0))
    assert anchor.start_seconds >= 1.0
    assert anchor.end_seconds <= 1.6
    assert anchor.end_seconds - anchor.start_seconds == pytest.approx(SPAN_SECONDS)
    assert (anchor.name, anchor.source) == ("a", "a.wav")


def test_the_farthest_apart_come_first_and_equal_names_are_numbered() -> None:
    places = [(0.0, 0.0), (0.1, 0.0), (4.0, 0.0), (0.0, 3.0)]
    encoded = [Encoded(f"{i}/x.wav", np.tile(p, (60, 1)), np.ones(60), RATE) for i, p in enumerate(places)]
    anchors = make_anchors(encoded, np.ones(2), limit=3)
    assert len(anchors) == 3
    assert (
        min(float(np.hypot(*(np.subtract(a.raw, b.raw)))) for a in anchors for b in anchors if a is not b)
        > 2.9
    )
    assert {a.name for a in anchors} == {"x", "x2", "x3"}


def test_names_may_be_given_and_empty_recordings_make_none() -> None:
    encoded = [
        Encoded("a.wav", np.zeros((2, 1)), np.ones(2), RATE),
        Encoded("b.wav", np.zeros((0, 1)), np.zeros(0), RATE),
    ]
    assert [a.name for a in make_anchors(encoded, np.ones(1), names={"a.wav": "bell"})] == ["bell"]
    assert make_anchors(encoded[1:], np.ones(1)) == ()


def test_the_first_anchor_is_the_loudest_unless_one_is_named() -> None:
    encoded = [Encoded(f"{n}.wav", np.full((60, 1), float(n)), np.full(60, 0.1 * n), RATE) for n in (1, 3, 2)]
    assert make_anchors(encoded, np.ones(1))[0].name == "a3"
    assert make_anchors(encoded, np.ones(1), first="2.wav")[0].name == "a2"
