"""Pastes of any length, as a terminal sends them: in pieces."""

from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

from plaud_live.repl.guard import MAX_CHARACTERS
from plaud_live.repl.keys import MOST_KEPT, Pastes

START, END = "\x1b[200~", "\x1b[201~"


def keys_of(text: str, piece: int = 1024) -> list[KeyPress]:
    """The keys that a text makes, read in pieces."""
    keys: list[KeyPress] = []
    parser = Pastes(keys.append)
    for start in range(0, len(text), piece):
        parser.feed(text[start : start + piece])
    return keys


def test_a_paste_arrives_whole_however_it_is_cut() -> None:
    text = "drone.z0 = .3\n" * 50
    for piece in (1, 2, 3, 5, 7, 1000):
        keys = keys_of(f"a{START}{text}{END}b", piece)
        assert [key.key for key in keys] == ["a", Keys.BracketedPaste, "b"]
        assert keys[1].data == text


def test_the_longest_paste_that_may_be_entered_is_whole() -> None:
    text = "".join(chr(97 + i % 26) for i in range(MAX_CHARACTERS))
    assert keys_of(f"{START}{text}{END}")[0].data == text


def test_of_a_longer_one_so_much_is_kept_that_it_is_refused() -> None:
    for piece in (1021, 1024, 4093):
        keys = keys_of(f"{START}{'y' * 1_500_000}{END}b", piece)
        assert [key.key for key in keys] == [Keys.BracketedPaste, "b"]
        assert MAX_CHARACTERS < len(keys[0].data) <= MOST_KEPT + 10_000
