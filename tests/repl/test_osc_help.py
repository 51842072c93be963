"""Help and completion on the OSC namespace, typed."""

import pytest

from plaud_live.repl.completion import complete
from tests.repl.silent import Prompt


def test_the_word_has_a_line_for_everything_that_can_be_sent(prompt: Prompt) -> None:
    shown = prompt.accept("help(osc)")
    assert shown.startswith("osc(name, size=1)")
    for said in (
        "/plaud/  status  version",
        "scene/morph first second x over? at?",
        "/plaud/inst/drone/  play",
    ):
        assert said in shown
    assert "gain  pan" in shown and max(map(len, shown.split("\n"))) <= 79
    assert prompt.accept('help("addresses")') == shown


def test_an_address_has_its_arguments_with_ranges_and_names(prompt: Prompt) -> None:
    gain = prompt.accept('help("/plaud/inst/drone/gain")').replace("\n    ", " ").split("\n")
    assert gain[0].startswith("/plaud/inst/drone/gain gain (fader) over? (beats) at? (beats)  0 is off")
    assert gain[1].split() == ["gain", "number", "in", "fader,", "0", "to", "1"]
    assert gain[-1] == "  read it with /plaud/get /plaud/inst/drone/gain"
    assert "text: bell" in prompt.accept('help("/plaud/inst/drone/anchor")')
    assert "answers beat bpm" in prompt.accept('help("/plaud/clock/beat")')


def test_how_several_begin_lists_them(prompt: Prompt) -> None:
    lines = prompt.accept('help("/plaud/scene/")').split("\n")
    assert len([line for line in lines if not line.startswith(" ")]) == 3


@pytest.mark.parametrize("typed", ["/plaud/hsuh", "/plaud/inst/drone/gian"])
def test_what_is_no_address_suggests_one(prompt: Prompt, typed: str) -> None:
    said = prompt.refuse(f'help("{typed}")')
    assert said.startswith(f"help: no address '{typed}' — did you mean '/plaud/")


def test_addresses_complete_within_quotes(prompt: Prompt) -> None:
    found = complete('help("/plaud/sc', prompt.performance, prompt.namespace)
    assert [c.text for c in found] == ["/plaud/scene/save", "/plaud/scene/recall", "/plaud/scene/morph"]
    assert found[0].replaces == len("/plaud/sc") and found[0].meta
