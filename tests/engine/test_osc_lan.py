"""A whole instrument with `--lan`: who is heard, what wants the token, where it is found, and how it ends."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from plaud_live.control.osc import OscMessage, encode, parse
from plaud_live.engine import render
from plaud_live.engine.access import LAN, TOKEN, TOKEN_LENGTH, own_address
from plaud_live.engine.doctor import check_osc_port
from plaud_live.synths import warm
from tests.playing import Playing
from tests.processes import PATIENCE, wait_for

OURS = own_address()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(OURS.startswith("127."), reason="this machine has no network"),
]


class Far:
    """A client at this machine's address on its network."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((OURS, 0))
        self._socket.settimeout(PATIENCE)
        self._to = (OURS, port)

    def ask(self, address: str, *values: float | str) -> tuple[object, ...]:
        self._socket.sendto(encode(f"/plaud/{address}", *values), self._to)
        answer = parse(self._socket.recv(8192))
        assert isinstance(answer, OscMessage)
        return answer.address, *answer.arguments

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def playing(tmp_path: Path) -> Iterator[Playing]:
    warm.warm()
    render.warm()
    made = Playing(tmp_path, engine="plaud_live.engine.process", osc_port=0, lan=f"{OURS}/32")
    yield made
    made.close()


def test_the_network_plays_and_only_with_the_token_ends_it(
    playing: Playing, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for(lambda: playing.instance.get("prompt"), "the instrument plays", 120.0)
    there = playing.instance
    assert there[LAN] == f"{OURS}/32" and len(there[TOKEN]) == TOKEN_LENGTH
    assert f"token {there[TOKEN]}" in playing.output, "it is said at the start"
    monkeypatch.setenv("PLAUD_RUN_DIR", str(playing.run_dir))
    assert any(there[TOKEN] in finding.text for finding in check_osc_port()), "doctor shows it"
    assert there[TOKEN] not in json.dumps(playing.events), "and no record keeps it"

    far = Far(there["osc_port"])
    assert far.ask("ping", 7) == ("/plaud/pong", 7)
    assert far.ask("quit")[:3] == ("/plaud/fail", "/plaud/quit", 403)
    assert far.ask("auth", "wrong-token")[2] == 403
    assert far.ask("auth", there[TOKEN]) == ("/plaud/done", "/plaud/auth")
    assert far.ask("quit") == ("/plaud/done", "/plaud/quit")
    far.close()
    assert playing.wait_ended() == 0


def test_what_is_no_network_is_said_in_a_line(tmp_path: Path) -> None:
    playing = Playing(tmp_path, lan="everybody")
    assert playing.process.wait(PATIENCE) == 2
    assert playing.output.strip().startswith("--lan everybody: wants addresses or networks")
    playing.close()
