"""Which voice plays which note, as a musician would have it."""

import pytest

from plaud_live.control.polyphony import Key, Polyphony, Release, Start


def key(number: int) -> Key:
    return ("piano", 1, float(number), 0.0)


def shown(voices: int, played: str) -> str:
    """What is ordered for a line of keys: `60` goes down, `-60` comes up; as `0:60`, legato `0~60`, `0:-`."""
    polyphony, said = Polyphony(voices), []
    for word in played.split():
        number = int(word.lstrip("-"))
        orders = polyphony.lift(key(number)) if word.startswith("-") else polyphony.press(key(number), 0.5)
        for order in orders:
            if isinstance(order, Start):
                said.append(f"{order.voice}{'~' if order.legato else ':'}{order.pitch:g}")
            else:
                said.append(f"{order.voice}:-")
    return " ".join(said)


@pytest.mark.parametrize(
    ("played", "ordered"),
    [
        ("60 -60 62 -62", "0:60 0:- 0:62 0:-"),
        ("60 62 -62 -60", "0:60 0~62 0~60 0:-"),
        ("60 62 -60 -62", "0:60 0~62 0:-"),
        ("60 62 64 -62 -64 -60", "0:60 0~62 0~64 0~60 0:-"),
        ("-60 60 -60", "0:60 0:-"),
    ],
)
def test_one_voice_plays_the_last_note_and_goes_back_to_those_still_held(played: str, ordered: str) -> None:
    assert shown(1, played) == ordered


@pytest.mark.parametrize(
    ("played", "ordered"),
    [
        ("60 62 64", "0:60 1:62 2:64"),
        ("60 -60 62 64", "0:60 0:- 1:62 2:64"),
        ("60 62 64 -62 -60 65 66", "0:60 1:62 2:64 1:- 0:- 1:65 0:66"),  # let go the longest ago first
        ("60 62 64 65 -60 -65", "0:60 1:62 2:64 0:65 0:-"),  # the oldest is taken, and ends with no sound
        ("60 60 -60", "0:60 0:60 0:-"),
    ],
)
def test_of_several_voices_the_one_let_go_the_longest_ago_is_taken(played: str, ordered: str) -> None:
    assert shown(3, played) == ordered


def test_all_are_let_go_at_once_and_voices_that_go_are_let_go() -> None:
    polyphony = Polyphony(4)
    for number in (60, 62, 64):
        list(polyphony.press(key(number), 0.5))
    assert list(polyphony.resize(2)) == [Release(2)]
    assert polyphony.voices == 2
    assert list(polyphony.lift(key(64))) == []
    assert list(polyphony.lift_all()) == [Release(0), Release(1)]
    assert list(polyphony.lift(key(60))) == [] and not polyphony.held


def test_voices_that_nobody_plays_go_first_then_those_pressed_first() -> None:
    polyphony = Polyphony(4)
    for number in (60, 62, 64, 65):
        list(polyphony.press(key(number), 0.5))
    list(polyphony.lift(key(62)))
    assert polyphony.sort() == [0, 3, 2, 1]
    assert list(polyphony.resize(3)) == []
    assert list(polyphony.resize(2)) == [Release(2)]
    assert list(polyphony.lift(key(65))) == [Release(1)]


def test_a_key_that_loses_its_voice_gets_one_that_is_free() -> None:
    polyphony = Polyphony(3)
    for number in (60, 62, 64):
        list(polyphony.press(key(number), 0.5))
    list(polyphony.lift(key(60)))
    assert list(polyphony.resize(1)) == [Release(1), Release(2), Start(0, key(62), 0.5)]


def test_keys_that_are_held_get_the_voices_that_come() -> None:
    polyphony = Polyphony(1)
    for number in (60, 62, 64):
        list(polyphony.press(key(number), 0.5))
    assert list(polyphony.resize(3)) == [Start(1, key(60), 0.5), Start(2, key(62), 0.5)]
