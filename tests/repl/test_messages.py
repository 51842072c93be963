"""Lines above the prompt: few, folded, one line each."""

import pytest

from plaud_live.errors import ParameterError
from plaud_live.repl.messages import MAX_CHARACTERS, Messages, Page, Prints, explain, one_line


class Screen:
    """Collects what is shown; its clock stands until moved."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.now = 0.0
        self.messages = Messages(self.lines.append, lambda: self.now)


def test_at_most_five_lines_a_second() -> None:
    screen = Screen()
    for n in range(15):
        screen.messages.say(f"line {n}")
    assert screen.lines == [f"line {n}" for n in range(5)]
    screen.now = 1.0
    screen.messages.flush()
    assert screen.lines == [f"line {n}" for n in range(10)]


def test_a_flood_is_cut_and_says_so() -> None:
    screen = Screen()
    for n in range(1000):
        screen.messages.say(f"line {n}")
    for second in range(1, 60):
        screen.now = float(second)
        screen.messages.flush()
    assert screen.lines[-1] == "… 985 more lines left out"
    assert len(screen.lines) == 16


def test_repeats_are_folded() -> None:
    screen = Screen()
    for _ in range(1000):
        screen.messages.say("hello")
    assert screen.lines == ["hello"]
    screen.messages.say("other")
    screen.now = 2.0
    screen.messages.flush()
    assert screen.lines == ["hello", "other", "hello  ×999"]


def test_an_answer_is_shown_whole_and_at_once() -> None:
    screen = Screen()
    for n in range(7):
        screen.messages.say(f"line {n}")
    screen.messages.show(Page("a\nb\n"))
    assert screen.lines == [*(f"line {n}" for n in range(5)), "a\nb"]
    screen.messages.forget()
    screen.now = 9.0
    screen.messages.flush()
    assert screen.lines[-1] == "a\nb"


def test_prints_arrive_as_lines() -> None:
    said: list[str] = []
    prints = Prints(said.append)
    print("one", "two", file=prints)
    print("no end", end="", file=prints)
    assert said == ["one two"]
    prints.flush()
    print("x" * 10_000_000, end="", file=prints)
    prints.flush()
    assert said[1] == "no end"
    assert len(said[2]) < 2000


@pytest.mark.parametrize("text", ["a\nb", "a\x1b[2Jb", "a\r\x07b", "é" * 100_000, "a\u202eb"])
def test_one_line_is_one_line_without_commands(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert len(line) <= MAX_CHARACTERS


def _raised(text: str) -> BaseException:
    try:
        exec(compile(text, "<test>", "exec"), {})
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def test_errors_are_one_line_that_helps() -> None:
    assert explain(_raised("drne.z0 = 3")) == "there is no 'drne'"
    assert explain(_raised("'a'.uper()")).endswith("'uper' — did you mean 'upper'?")
    assert explain(_raised("1/0")) == "ZeroDivisionError: division by zero"
    assert explain(_raised("raise KeyError")) == "KeyError"
    assert explain(ParameterError("drone has no 'x'")) == "drone has no 'x'"
    assert explain(_raised("def f(): f()\nf()")).startswith("it calls itself")
    assert explain(KeyboardInterrupt()) == "cancelled — nothing changed"
    line = explain(_raised("x = 1\ndrone.z0 = = 3"))
    assert line.startswith("invalid syntax — line 2, column 12, at: ")
    assert "= = 3" in line


def test_an_error_that_cannot_be_printed_is_still_explained() -> None:
    text = "class Bad(Exception):\n    def __str__(self): raise ValueError\nraise Bad"
    assert explain(_raised(text)) == "Bad"
    assert "\n" not in explain(_raised("raise ValueError('x\\n' * 100000)"))
