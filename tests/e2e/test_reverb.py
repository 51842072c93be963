"""The reverb in a whole instrument: fitted as it plays, by a trainer that is killed once; rendered again."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plaud_live.cli import main
from plaud_live.repl import editor_client
from tests.e2e.concert import differences, kept
from tests.playing import Playing
from tests.processes import wait_for

pytestmark = pytest.mark.slow

SECONDS = 240.0
"""For what is done at the lowest priority on a busy machine."""


class Stage:
    """An instrument on a clock, and its prompt."""

    def __init__(self, folder: Path) -> None:
        self.playing = Playing(
            folder, engine="plaud_live.engine.process", prompt="plaud_live.repl.main", osc_port=0
        )
        self._socket = self.playing.run_dir / editor_client.SOCKET_NAME
        wait_for(self._socket.exists, "the prompt is open", SECONDS)

    def enter(self, text: str) -> str:
        answer = editor_client.send(text, self._socket, 60.0)
        assert answer.get("ok"), (text, answer)
        return str(answer.get("shown"))

    def submitted(self) -> list[dict[str, Any]]:
        """What was launched for the reverb's model."""
        events = [each for each in self.playing.events if each["kind"] == "submit"]
        return [change for each in events for change in each["data"]["changes"] if change["do"] == "reverb"]

    def plays(self) -> bool:
        """Whether the engine has its first model: where no kernel is compiled yet that takes a while."""
        taken = [row for each in self.playing.events if each["kind"] == "taken" for row in each["data"]]
        return any(row[0] == "reverb" for row in taken)

    def said(self, words: str) -> bool:
        return any(words in str(each.get("text")) + str(each.get("data")) for each in self.playing.events)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    made = Stage(tmp_path_factory.mktemp("reverb"))
    try:
        made.enter('drone = load("default"); drone.play(over=0); drone.z0 = lfo(2)')
        wait_for(made.plays, "the reverb is in the engine", SECONDS)
        made.enter("verb(mix=.5, t60=3, over=0)")
        made.enter("verb.fit(t60=1.2)")
        trainer = int(made.playing.wait_instance("a trainer runs", "trainer")["trainer"])
        os.kill(trainer, signal.SIGKILL)
        wait_for(lambda: made.said("decays by 60 dB in"), "it is fitted", SECONDS)
        made.enter("undo()")
        made.enter('verb.load("default_2"); keep(4, "end")')
        yield made
    finally:
        made.playing.close()


def test_it_was_heard_as_it_changed_and_decays_as_was_asked(stage: Stage) -> None:
    assert stage.said("the trainer died") and stage.said("goes on")
    first, *others = [each["info"] for each in stage.submitted()]
    assert first["name"] == "default"
    assert others[-1]["name"] == "default_2" and others[-1]["t60"] == pytest.approx(1.2, rel=0.1)
    folder = next(stage.playing.home.glob("sessions/*/reverbs"))
    assert {each["digest"] for each in (first, *others)} <= {path.stem for path in folder.glob("*.json")}
    assert (stage.playing.home / "reverbs" / "default_2.png").stat().st_size > 10_000


def test_the_session_is_rendered_again_to_the_bit(stage: Stage, tmp_path: Path) -> None:
    stage.playing.process.send_signal(signal.SIGTERM)
    stage.playing.process.wait(60.0)
    (record,) = stage.playing.home.glob("sessions/*/events.jsonl")
    session = record.parent
    assert main(["replay", str(session), "--out", str(tmp_path / "again.wav"), "--stems"]) == 0
    take = kept(session, "end")
    assert take.tracks.keys() == {"mix", "drone", "verb"}
    assert differences(take, tmp_path / "again.wav") == {}
