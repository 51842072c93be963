"""What a renderer was told, written down and told again to another: the same sound to the bit."""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plaud_live.cli import main
from plaud_live.control.conductor import Conductor
from plaud_live.control.keys import Keys
from plaud_live.control.transaction import Load, Play, Quant, Set, Swap, Transaction
from plaud_live.engine.key_events import Bend, Lift, Press
from plaud_live.engine.models import Models
from plaud_live.engine.render import Renderer
from plaud_live.engine.store import Store
from plaud_live.engine.taken import Taken
from plaud_live.errors import PlaudError, SessionError
from plaud_live.recording.arguments import seconds_of
from plaud_live.recording.replay import Replay
from plaud_live.recording.sessions import find_session, sample_rate
from plaud_live.recording.spool import MIX, Spool
from plaud_live.signals.graph import Signal
from plaud_live.signals.graph import signal as constant
from plaud_live.signals.live import Live
from plaud_live.signals.oscillators import lfo
from tests.models_for_tests import child_file, tiny_file
from tests.signals import noise

RATE = 44100


class Session:
    """An engine without its processes: a conductor, a renderer, and the record of both in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        (folder / "session.toml").write_text(f"sample_rate = {float(RATE)}\n")
        self.models = Models(Store(folder))
        self.heard: list[np.ndarray] = []
        self.conductor = Conductor(RATE, self.models.load_info)
        self.dice = np.random.default_rng(1)
        self.begin(0)

    def begin(self, position: int, state: dict[str, Any] | None = None) -> None:
        """Another engine, with a state if one was there before."""
        self.renderer = Renderer(RATE, position)
        self.conductor.held = self.held
        self.taken = Taken(self.renderer, self.record)
        self.record({"kind": "engine", "sample": position, "data": {}})
        self.taken.start(state, self.renderer.control_inputs.latest())
        if state is not None:
            self.conductor.restore(state)
            for name, instrument in self.conductor.state.instruments.items():
                voice = self.models.make_voice(instrument.info, RATE, name)
                self.renderer.install(name, instrument.info, voice)
            self.renderer.take(self.conductor.state)

    def held(self) -> Any:
        values = self.renderer.held_values()
        self.taken.held(self.conductor.state.revision + 1, values)
        return values

    def record(self, event: Any) -> None:
        kept = {name: event.get(name) for name in ("sample", "kind", "by", "text", "data")}
        with (self.folder / "events.jsonl").open("a") as file:
            file.write(json.dumps(kept) + "\n")

    def load(self, path: Path) -> None:
        info = self.models.load_info(str(path))
        self.models.keep(info)
        self.renderer.install("drone", info, self.models.make_voice(info, RATE, "drone"))
        self.do(Quant(0.0), Load("drone", str(path), info.digest), Play("drone", 0.0, 0.0))

    def swap(self, path: Path, over: float) -> None:
        info = self.models.load_info(str(path))
        self.models.keep(info)
        self.renderer.engage("drone", info, [self.models.make_voice(info, RATE, "drone")])
        self.do(Swap("drone", str(path), over, digest=info.digest))

    def set(self, name: str, value: Signal) -> None:
        self.do(Set("drone", name, value, 0.0))

    def do(self, *changes: Any) -> None:
        transaction = Transaction(changes, "it")
        outcome = self.conductor.submit(transaction, self.renderer.position)
        data = transaction.to_data()
        self.record({"kind": "submit", "sample": outcome.sample, "text": transaction.text, "data": data})
        self.renderer.take(self.conductor.state)

    def panic(self) -> None:
        self.renderer.panic()
        outcome = self.conductor.panic(self.renderer.position)
        self.record({"kind": "panic", "sample": outcome.sample})
        self.renderer.take(self.conductor.state)

    def osc(self, name: str, value: float) -> None:
        beat = self.conductor.state.tempo.beat(self.renderer.position)
        self.renderer.control_inputs.write(f"osc/{name}", beat, value)

    def play(self, samples: int, heard: np.ndarray | None = None) -> None:
        """In blocks of any size, as an engine that is now late and now early."""
        done = 0
        while done < samples:
            count = min(samples - done, int(self.dice.integers(1, 700)))
            out = np.zeros((count, 2), np.float32)
            self.renderer.render(out, None if heard is None else heard[done : done + count])
            self.heard.append(out)
            done += count

    def replay(self) -> Replay:
        self.taken.flush()
        self.record({"kind": "end", "sample": self.renderer.position})
        return Replay(self.folder, RATE)

    def check(self, *said: str) -> None:
        """What is heard is what was heard, and not nothing; and this is said, a line each."""
        replay = self.replay()
        again = np.concatenate([piece.mix for piece in replay.pieces()])
        first = np.concatenate(self.heard)
        assert np.abs(first[-2000:]).max() > 1e-4
        assert np.array_equal(again, first)
        assert replay.said == list(said)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    made = Session(tmp_path / "sessions" / "2026-11-22_1930_test")
    made.load(tiny_file(tmp_path, "tiny", harmonics=6))
    made.set("z0", lfo(1.5))
    made.play(5000)
    return made


def test_controllers_are_heard_at_the_same_samples(session: Session) -> None:
    session.set("gain", Live("osc/x", 0))
    session.set("pan", Live("osc/y", 0))
    for step in range(40):
        session.osc("x", 0.5 + 0.01 * step)
        session.osc("y", 0.5 - 0.01 * step)
        session.play(311)
    session.check()


def test_keys_sound_again(session: Session) -> None:
    session.do(Keys("drone", voices=2, release=0.05))
    info = session.conductor.state.instruments["drone"].info
    session.renderer.seat("drone", [session.models.make_voice(info, RATE, "drone/2")], info.digest)
    at = session.renderer.position
    for i, pitch in enumerate((57.0, 64.0, 69.0)):
        session.renderer.key("drone", Press(at + 3000 * i, ("nano", 1, pitch, 0.0), 0.8))
        session.renderer.key("drone", Bend(at + 3000 * i + 700, ("nano", 1), 0.5, 2.0))
    session.renderer.key("drone", Lift(at + 7000, ("nano", 1, 57.0, 0.0)))
    session.play(12_000)
    session.check()


def test_what_the_microphone_heard_is_in_the_record(session: Session) -> None:
    session.set("gain", Live("mic/loud", 0))
    sound = 0.3 * noise(2 * 20_000, 3).reshape(-1, 2).astype(np.float32)
    session.play(20_000, sound * np.linspace(0.0, 1.0, 20_000, dtype=np.float32)[:, None])
    session.check()


def test_a_swap_crosses_over_at_the_same_samples(session: Session, tmp_path: Path) -> None:
    session.swap(child_file(tmp_path / "tiny.plaud", "child", change=0.1), 0.5)
    session.play(40_000)
    assert session.conductor.state.instruments["drone"].info.name == "child"
    session.check()


class Alone:
    """What one instrument adds to the mix, kept as it is rendered."""

    def __init__(self) -> None:
        self.heard: list[np.ndarray] = []
        self.sound = np.zeros((0, 2), np.float32)

    def begin(self, position: int, count: int) -> None:
        self.sound = np.zeros((count, 2), np.float32)
        self.heard.append(self.sound)

    def stem(self, name: str, voicing: Any = None) -> "Alone":
        return self

    def end(self) -> None: ...

    def write_frames(self, *frames: Any) -> None: ...


def test_panic_and_what_comes_after_it(session: Session) -> None:
    alone = session.renderer.capture = Alone()
    session.panic()
    session.play(3000)
    session.do(Play("drone", 0.25, 0.0))
    session.play(30_000)
    session.check()
    part = np.concatenate([piece.parts["drone"] for piece in session.replay().pieces(start=5000)])
    assert np.array_equal(part, np.concatenate(alone.heard))


def test_the_microphone_is_heard_while_a_panic_fades(session: Session) -> None:
    session.set("gain", Live("mic/loud", 0))
    sound = 0.5 * noise(2 * 12_000, 3).reshape(-1, 2).astype(np.float32)
    sound *= np.linspace(0.1, 1.0, 12_000, dtype=np.float32)[:, None]
    session.play(8000, sound[:8000])
    session.panic()
    session.play(4000, sound[8000:])
    session.do(Play("drone", 0.0, 0.0))
    session.play(12_000, sound)
    session.check()


def test_what_was_not_finite_is_held_and_left_from_where_it_was_held(session: Session) -> None:
    session.set("z1", constant(0.2) / Live("osc/x", 0))
    session.osc("x", 0.25)
    session.play(3000)
    session.osc("x", 0.0)
    session.play(3000)
    assert session.renderer.held()
    session.do(Set("drone", "z1", constant(0.1), 0.5))
    session.play(20_000)
    session.check()


def test_what_was_too_slow_is_held_though_the_machine_is_faster_now(session: Session) -> None:
    session.set("z1", lfo(0.5))
    session.play(2000)
    slot = session.renderer.slots["drone"]
    (part,) = slot.parts.values()
    place, tempo = part.sources._place, session.conductor.state.tempo
    session.renderer._hold(place, "too slow", tempo.beat(session.renderer.position))  # which latent is it?
    session.play(500)
    session.renderer._hold(place.latents()["z1"], "too slow", tempo.beat(session.renderer.position))
    session.play(20_000)
    assert session.renderer.held()
    session.check()


def test_an_engine_that_came_after_another_goes_on_with_its_state(session: Session) -> None:
    session.taken.flush()
    session.begin(session.renderer.position, session.conductor.to_data())
    session.set("z1", constant(0.9))
    session.play(20_000)
    session.check("an engine died at 0.1 s: what it did last it could not tell")


def test_nothing_sounds_from_a_power_cut_until_the_session_goes_on(session: Session) -> None:
    session.play(7000)
    cut = session.renderer.position
    session.taken.flush()
    session.record({"kind": "resumed", "data": {"ended": cut}})
    session.record({"kind": "sink", "sample": cut + 30_000, "data": {}})
    session.begin(cut + 30_000, session.conductor.to_data())
    session.play(20_000)
    session.check()
    pieces = list(session.replay().pieces())
    assert cut + 30_000 in [piece.start for piece in pieces] and pieces[-1].start > cut + 40_000


def test_a_session_that_was_cut_off_is_rendered_as_far_as_it_was_captured(session: Session) -> None:
    session.taken.flush()
    session.play(20_000)
    spool = Spool(session.folder / "capture")
    spool.write(MIX, 0, np.concatenate(session.heard))
    spool.close()
    again = np.concatenate([piece.mix for piece in Replay(session.folder, RATE).pieces()])
    assert np.array_equal(again, np.concatenate(session.heard))


def test_what_could_not_be_rendered_is_silent_again(session: Session) -> None:
    session.renderer.lose(session.renderer.position + 300)
    session.heard.append(np.zeros((300, 2), np.float32))
    session.set("z1", constant(0.9))
    session.play(20_000)
    session.check("300 samples at 5000 could not be rendered then, and are silence")


def test_a_part_alone_and_a_piece_of_it(session: Session) -> None:
    session.play(20_000)
    whole = np.concatenate(session.heard)
    pieces = list(session.replay().pieces(start=7777, stop=15_000))
    assert pieces[0].start == 7777
    assert np.array_equal(np.concatenate([piece.mix for piece in pieces]), whole[7777:15_000])
    part = np.concatenate([piece.parts["drone"] for piece in pieces])
    delay = session.renderer.limiter.latency
    heard = whole[7777 + delay : 15_000]
    assert np.corrcoef(part[: len(heard)].ravel(), heard.ravel())[0, 1] > 0.999


def test_a_model_that_is_gone_is_said_by_its_digest(session: Session) -> None:
    (model,) = (session.folder / "models").glob("*.plaud")
    model.unlink()
    replay, missing = session.replay(), rf"model tiny \({model.name[:6]}\) is not in the session's folder"
    replay.check(0)
    for attempt in (lambda: replay.check(1), lambda: list(replay.pieces())):
        with pytest.raises(PlaudError, match=missing):
            attempt()


@pytest.mark.parametrize(
    "row", [["write", 0, "osc/x", 1.0, [None]], ["grid", 0, "fn/x", 0, 1.0, "no"], ["play", 0]]
)
def test_a_damaged_row_is_an_error_in_a_line(session: Session, row: list[Any]) -> None:
    session.record({"kind": "taken", "sample": 0, "data": [row]})
    replay = session.replay()
    if row[0] == "play":
        assert list(replay.pieces()) and replay.said == ["'play' at 0 is unknown to this plaud-live"]
    else:
        with pytest.raises(PlaudError, match=f"sample 0: the record is damaged|{row[2]}"):
            list(replay.pieces())


def test_what_the_record_had_no_room_for_is_told(session: Session) -> None:
    session.record({"kind": "end", "sample": 5000, "data": {"underruns": 0, "not_recorded": 7}})
    line = "7 events of other programs are missing: the record had no room for them"
    assert session.replay().said == [line]


def test_a_torn_line_is_told(session: Session) -> None:
    session.taken.flush()
    with (session.folder / "events.jsonl").open("a") as file:
        file.write('{"sample": 5000, "ki\n')
    assert session.replay().said == ["line 5 of the record is torn: what it had is missing"]


def test_a_record_of_something_else_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "events.jsonl").write_text('{"kind": "submit"}\nnonsense\n[1]\n')
    assert main(["replay", str(tmp_path)]) == 2
    assert "session.toml: not the settings of a session" in capsys.readouterr().err
    with pytest.raises(SessionError, match="no record of what was rendered"):
        Replay(tmp_path, RATE)


def test_files_are_written_once_with_the_stems_beside_them(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session.play(10_000)
    session.replay()
    words = ["replay", str(session.folder), "--out", str(tmp_path / "out.wav"), "--stems", "--at", "0:00.1"]
    assert main(words) == 0
    assert {each.name for each in tmp_path.glob("*.wav")} == {"out.wav", "out.drone.wav"}
    assert main(words) == 2
    assert "out.wav: is there already — give another --out" in capsys.readouterr().err
    assert main([*words[:-1], "17:00"]) == 2
    assert "--at 1020: 2026-11-22_1930_test has 0 s" in capsys.readouterr().err


def test_sessions_are_found_by_name(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    assert find_session("test") == find_session(session.folder.name) == session.folder
    assert find_session(str(session.folder)) == session.folder and sample_rate(session.folder) == RATE
    with pytest.raises(SessionError, match=r"no session 'tset' .* did you mean 'test'"):
        find_session("tset")
    with pytest.raises(SessionError, match="the last one is 2026-11-22_1930_test"):
        find_session("something")


@pytest.mark.parametrize(("text", "seconds"), [("90", 90.0), ("1:30", 90.0), ("1:00:00.5", 3600.5)])
def test_times(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "a", "1:-1", "1:2:3:4", "inf", "nan"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="wants seconds"):
        seconds_of(text)
