"""Pages on the terminal: no line is too wide, none of what they say is lost, and parts stay together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaud_live.control.maps import Map
from plaud_live.repl.fitting import fitted
from tests.repl.silent import Prompt

LONG = "nanoKONTROL Studio of the left hand"


def test_a_line_is_cut_before_a_part_that_does_not_fit() -> None:
    line = "drone.z2 ← f1 · cc(0, ch=1, device=nano) · pickup · 0.2 to 0.8"
    assert fitted(line, 50).split("\n") == [
        "drone.z2 ← f1 · cc(0, ch=1, device=nano) · pickup",
        "    · 0.2 to 0.8",
    ]
    assert fitted("  " + line, 30).split("\n")[1].startswith("      ")
    assert fitted(line, 79) == line


def test_a_list_is_cut_after_a_comma_and_a_text_at_a_space() -> None:
    assert fitted('midi.out("nano").note() ← 60, gate=sq(1), 100 a second', 50).split("\n")[1] == (
        "    100 a second"
    )
    assert fitted("one two three four five six", 20) == "one two three four\n    five six"


def test_what_has_no_spaces_is_cut_all_the_same() -> None:
    assert fitted("x" * 100, 40).split("\n") == ["x" * 40, "    " + "x" * 36, "    " + "x" * 24]


@given(st.text(alphabet="ab· \n", max_size=400), st.integers(20, 80))
def test_no_line_is_too_wide_and_nothing_but_spaces_is_lost(text: str, width: int) -> None:
    shown = fitted(text, width)
    assert all(len(line) <= width for line in shown.split("\n"))
    assert "".join(shown.split()) == "".join(text.split())


@pytest.mark.parametrize("columns", [80, 100, 200])
def test_lists_fit_the_terminal_and_say_all(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plaud_live.repl.evaluate.columns", lambda: columns - 1)
    prompt = Prompt()
    control = f"midi/cc0/ch1/{LONG.replace(' ', '-')}"
    prompt.performance.submit((Map("drone", "z2", control, "f1", "pickup", 0.25, 0.75, 2.0, 0.125),), "learn")
    signal = "(lfo(16)*.3 + .2*drift(8) + .1*saw(4).quant(4)).range(.2, .7).slew(1/4)"
    prompt.accept(f'osc.out("192.168.100.200:57120", "/a/rather/long/address", {signal})')
    prompt.accept('midi.out("nano").note("60 <64 67> 72 _ [48 52 55 59]", gate=sq(1), vel=lfo(8), ch=2)')
    for typed in ("maps()", "maps", "osc.out()", "midi.out()", 'midi.out("nano")', "who()"):
        shown = prompt.accept(typed)
        assert max(map(len, shown.split("\n"))) < columns, typed
    assert "curve 2 · slew 0.125" in prompt.accept("maps()")
    assert "60 a second" in prompt.accept("osc.out()").replace("\n   ", "")
    if columns == 200:
        assert "\n" not in prompt.accept("maps()")
