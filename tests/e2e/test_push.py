"""A session pushes its reverb to a plugin that watches: what plays goes on, whatever becomes of the push."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from plaud_live import settings
from plaud_live.control.osc import OscMessage, encode, parse
from plaud_live.repl import editor_client
from tests.playing import Playing
from tests.processes import wait_for
from tests.pushing import StandIn, generation_of

pytestmark = pytest.mark.slow

SECONDS = 240.0


class Stage:
    """An instrument on a clock, its prompt, and the file that a plugin watches."""

    def __init__(self, folder: Path) -> None:
        self.dsp = folder / "plugin" / "live.dsp"
        environment = {"PLAUD_DSP": str(self.dsp), "HOME": str(folder / "home")}
        self.playing = Playing(
            folder, engine="plaud_live.engine.process", prompt="plaud_live.repl.main", osc_port=0,
            environment=environment, block_size=256, blocks=8,
        )  # fmt: skip
        self._socket = self.playing.run_dir / editor_client.SOCKET_NAME
        wait_for(self._socket.exists, "the prompt is open", SECONDS)
        self.client = self.playing.client()

    def enter(self, text: str) -> str:
        """What the prompt shows, on one line."""
        answer = editor_client.send(text, self._socket, 60.0)
        return " ".join(str(answer.get("shown")).split())

    def osc(self, address: str) -> OscMessage:
        """What is answered."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(20.0)
            sock.sendto(encode(address), ("127.0.0.1", self.playing.instance["osc_port"]))
            told = parse(sock.recv(8192))
        assert isinstance(told, OscMessage)
        return told

    @property
    def pushed(self) -> int:
        """The generation that came of following, 0 for none."""
        return int((self.client.request("status")["push"] or {}).get("generation") or 0)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    (tmp_path / "home").mkdir()
    made = Stage(tmp_path)
    try:
        made.enter('drone = load("default"); drone.play(over=0); verb.mix = .4')
        yield made
    finally:
        made.playing.close()


def test_what_plays_is_pushed_and_the_sound_goes_on(stage: Stage) -> None:
    enter, dsp = stage.enter, stage.dsp
    shown = enter("verb.push()")
    assert shown.startswith("live is generation 1, ")
    assert "no plugin answers so far at" in shown
    built_in = settings.find_reverb(settings.DEFAULT_REVERB)
    assert json.loads(dsp.with_name("live.json").read_text()) == json.loads(built_in.read_text())
    with StandIn(dsp) as plugin:
        wait_for(lambda: plugin.seen, "the plugin has come")
        assert enter("verb.push()").endswith("the plugin plays it already (interpreter)")
        assert enter("verb.push(every=.1)").endswith("; what plays next follows")
        enter('verb.load("small_room", at=0)')
        wait_for(lambda: stage.pushed == 2, "it follows")
        assert enter("verb.push.stop()") == "nothing more is pushed to live"
        plugin.error = "no memory"
        enter('verb.load("default", at=0)')
        assert enter("verb.push()").endswith("the plugin says: no memory")
        plugin.error = ""
        os.kill(stage.playing.instance["publisher"], signal.SIGKILL)
        wait_for(lambda: stage.playing.instance["publisher"] is None, "its death is noted")
        enter('verb.load("small_room", at=0)')
        told = stage.osc("/plaud/verb/push")
        assert (told.address, told.arguments[:2]) == ("/plaud/done", ("/plaud/verb/push", 4))
        assert generation_of(dsp) == 4
        assert "wants 1 to 64 letters" in enter('verb.push("../elsewhere")')
    home = stage.playing.home
    (home / ".plaud-live").write_text("no folder")
    assert "cannot be written" in enter('verb.push("other")')
    assert stage.client.request("status")["instruments"]["drone"]["peak"] > 0.0
    events = stage.playing.events
    assert [event["data"]["outcome"] for event in events if event["kind"] == "push"][:2] == [
        "silent",
        "played",
    ]
    assert [event["data"] for event in events if event["kind"] == "publisher died"] == ["signal 9"]
