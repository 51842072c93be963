"""Blocks from editors: run as entries, answered in JSON, whatever a client sends or leaves out."""

import json
import socket
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from plaud_live.errors import SessionError
from plaud_live.repl import editor
from plaud_live.repl.desk import Desk
from plaud_live.repl.editor import listening, typed
from plaud_live.repl.editor_client import MAX_BYTES, SOCKET_NAME, send
from tests.repl.silent import SilentEngine

PATIENCE = 20.0
"""Seconds; only a failure waits so long."""


class Stage:
    """A prompt without a screen that editors reach at `path`; `lines` is what it showed."""

    def __init__(self, folder: Path) -> None:
        self.engine = SilentEngine()
        self.lines: list[str] = []
        self.desk = Desk(self.engine, self.engine.snapshot, self.lines.append)
        self.desk.enter('drone = load("default")', remember=False).result(PATIENCE)
        self.lines.clear()
        self.path = folder / SOCKET_NAME
        self.closing = ExitStack()
        self.closing.enter_context(listening(self.desk, self.path))

    def raw(self, *pieces: bytes, end: bool = True) -> list[Any]:
        """Every answer to `pieces`, sent as they are; `end` closes the sending side after them."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(PATIENCE)
            client.connect(str(self.path))
            for piece in pieces:
                client.sendall(piece)
            if end:
                client.shutdown(socket.SHUT_WR)
            with client.makefile("rb") as answers:
                return [json.loads(line) for line in answers]

    def close(self) -> None:
        self.closing.close()
        self.desk.close()


@pytest.fixture
def stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory() as folder:  # short: the path of a socket has little room
        made = Stage(Path(folder))
        yield made
        made.close()


def source(stage: Stage, parameter: str) -> str:
    return stage.engine.conductor.state.instruments["drone"].sources[parameter].text


def test_a_block_runs_as_an_entry_and_is_shown_above_the_prompt(stage: Stage) -> None:
    stage.engine.position = 44100  # beat 1.53 at 92 bpm
    answer = send("drone.gain = .5\n6*7\n", stage.path)
    assert answer == {"ok": True, "shown": "42", "beat": 2.0}
    assert source(stage, "gain") == "0.5"
    assert stage.lines == ["editor> drone.gain = .5\n      . 6*7", "42"]


def test_what_is_wrong_is_one_line_and_changes_nothing(stage: Stage) -> None:
    before = stage.engine.conductor.to_data()
    answer = send("drone.gain = .5\ndrone.brigth = .3\n", stage.path)
    assert answer == {
        "ok": False,
        "shown": "line 2: drone has no 'brigth' — did you mean 'bright'?",
        "beat": None,
    }
    assert stage.engine.conductor.to_data() == before


def test_a_change_that_the_dry_run_refuses_is_named_by_its_line(stage: Stage) -> None:
    answer = send("drone.gain = .5\ndrone.pan = A.bell\ndrone.z0 = .5\n", stage.path)
    assert answer["shown"] == "line 2: drone.pan has 4 dims, wants 1 — kept the old one"
    assert source(stage, "gain") == ""


def test_nothing_launched_has_no_beat(stage: Stage) -> None:
    assert send("1 + 1", stage.path) == {"ok": True, "shown": "2", "beat": None}


def test_a_block_ends_where_the_sender_closes(stage: Stage) -> None:
    assert stage.raw("x = 'ü'".encode(), b"; ", b"x + x") == [{"ok": True, "shown": "'üü'", "beat": None}]


def test_framed_blocks_follow_one_another_on_one_connection(stage: Stage) -> None:
    second = "'ü' + str(x)".encode()
    pieces = b"# plaud 5\nx = 7# plaud %d\r\n%b" % (len(second), second)
    one_by_one = [pieces[i : i + 1] for i in range(len(pieces))]
    for sent in ([pieces], one_by_one):
        assert [a["shown"] for a in stage.raw(*sent)] == ["", "'ü7'"]


def test_a_client_may_stay_connected_between_blocks(stage: Stage) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(PATIENCE)
        client.connect(str(stage.path))
        with client.makefile("rb") as answers:
            for number in range(3):
                client.sendall(b"# plaud 5\n%d + 1" % number)
                assert json.loads(answers.readline())["shown"] == str(number + 1)


def test_a_comment_that_looks_like_a_frame_is_a_block(stage: Stage) -> None:
    assert stage.raw(b"# plaud is here\n6*7")[0]["shown"] == "42"
    assert stage.raw(b"# plaud 12") == [{"ok": True, "shown": "", "beat": None}]
    assert stage.raw(b"# pl")[0]["ok"]


BAD_BLOCKS = {
    "not text": (b"x = '\xff\xfe'", "byte 5 is not UTF-8"),
    "breaks off": (b"# plaud 50\nx = 3", "a block of 50 bytes ended after 5"),
    "framed and huge": (b"# plaud 999999999\n", "a block of 1000000 kB — wants at most 100"),
    "huge": (b"x = 3\n" * 50_000, "a block of 300 kB — wants at most 100"),
    "null bytes": (b"x = 3\0\0", "null bytes"),
}


@pytest.mark.parametrize("name", BAD_BLOCKS)
def test_a_bad_block_is_answered_in_a_line_and_the_next_one_runs(stage: Stage, name: str) -> None:
    block, line = BAD_BLOCKS[name]
    (answer,) = stage.raw(block)
    assert (answer["ok"], answer["beat"]) == (False, None)
    assert line in answer["shown"]
    assert send("1 + 1", stage.path)["shown"] == "2"


def test_a_block_without_an_end_is_refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editor, "STALLED_SECONDS", 0.05)
    assert "the block has no end" in stage.raw(b"drone.gain = .5", end=False)[0]["shown"]
    assert "the block has no end" in stage.raw(b"# plaud 50\ndrone", end=False)[0]["shown"]
    assert source(stage, "gain") == ""


def test_a_client_that_hangs_up_leaves_the_prompt_as_it_is(stage: Stage) -> None:
    for sent in (b"", b"# plau", b"# plaud 50\nx"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.connect(str(stage.path))
            client.sendall(sent)
    assert send("1 + 1", stage.path)["shown"] == "2"


def test_several_clients_at_once_each_get_their_own_answer(stage: Stage) -> None:
    answers: dict[int, Any] = {}

    def client(number: int) -> None:
        answers[number] = send(f"drone.z0 = {number}/100; {number}*2", stage.path)["shown"]

    threads = [threading.Thread(target=client, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert answers == {n: str(2 * n) for n in range(8)}


def test_too_many_clients_are_told_so(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editor, "MAX_CLIENTS", 1)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as first:
        first.settimeout(PATIENCE)
        first.connect(str(stage.path))
        first.sendall(b"# plaud 1\n1")
        assert json.loads(first.recv(1000))["shown"] == "1"
        assert "connected already" in stage.raw(end=False)[0]["shown"]


def test_the_socket_is_the_performers_alone_and_is_removed(stage: Stage) -> None:
    assert stat.S_IMODE(stage.path.stat().st_mode) == 0o600
    stage.closing.close()
    assert not stage.path.exists()
    with pytest.raises(SessionError, match=r"no prompt at .* — start plaud-live"):
        send("1", stage.path)


def test_a_prompt_takes_the_place_of_one_that_was_killed(stage: Stage) -> None:
    second = Desk(stage.engine, stage.engine.snapshot, lambda line: None)
    with listening(second, stage.path):
        assert send("1 + 1", stage.path)["shown"] == "2"
    second.close()


def test_a_folder_that_refuses_is_one_line(stage: Stage) -> None:
    stage.lines.clear()
    with listening(stage.desk, stage.path.parent / "nowhere" / SOCKET_NAME):
        assert stage.desk.enter("1 + 1").result(PATIENCE).accepted
    assert len(stage.lines) == 2
    assert "editors cannot reach this prompt" in stage.lines[0]


def test_the_client_says_what_is_wrong(stage: Stage) -> None:
    with pytest.raises(SessionError, match="a block of 100 kB — wants at most 100"):
        send("x" * (MAX_BYTES + 1), stage.path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as mute:
        mute.bind(str(stage.path.parent / "mute"))
        mute.listen()
        with pytest.raises(SessionError, match=r"no answer from the prompt in 0\.05 s"):
            send("1", stage.path.parent / "mute", 0.05)
        closing = threading.Thread(target=lambda: [mute.accept()[0].close() for _ in range(2)])
        closing.start()
        with pytest.raises(SessionError, match=r"closed before it answered|Connection reset"):
            send("1", stage.path.parent / "mute")
        closing.join(PATIENCE)


def test_a_typed_block_is_shown_in_a_few_harmless_lines() -> None:
    assert typed("for n in 1, 2:\n    print(n)\n\n") == "editor> for n in 1, 2:\n      .     print(n)"
    assert typed("\x1b[2Jx = 3") == "editor> \N{REPLACEMENT CHARACTER}[2Jx = 3"
    assert typed("\n".join(f"x = {n}" for n in range(50))).split("\n")[-1] == "      . … 42 more lines"
    assert typed("  \n") == "editor> (nothing)"
    assert max(len(line) for line in typed("y" * 10_000).split("\n")) < 500
