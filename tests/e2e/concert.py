"""A concert by several: a prompt, a controller, another program over OSC, a room; and what was kept of it."""

import contextlib
import json
import os
import shutil
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from compiler.playable import write_playable
from plaud_live import settings
from plaud_live.control.osc import bundle, encode, to_timetag
from plaud_live.engine.link import Client
from plaud_live.errors import SessionError
from plaud_live.model_file import read, write
from plaud_live.repl import editor_client
from tests.e2e.performance import OTHER_PROGRAM, moves, statements
from tests.e2e.rehearsal import Feed
from tests.jack import MidiPeer, message
from tests.models_for_tests import child_of
from tests.playing import Playing
from tests.processes import JackServer, wait_for
from tests.reverbs import network, write_near
from tests.signals import noise

FILE = Path(__file__).with_name("concert.txt")
REFUSED = "! "
"""What lines begin with that the prompt refuses."""

CONTROLLER = "nanoKONTROL2"
PROGRAMS = ("jackd", "jack-play", "jack_lsp", "jack_connect")
START_SECONDS = 240.0
WAIT_SECONDS = 60.0
ROOM_SECONDS = 8.0
TICKS = 24
"""Of a MIDI clock, to the beat."""


def missing_programs() -> list[str]:
    """Programs that a concert needs and this machine lacks."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


def programme() -> list[str]:
    """What is played, in order."""
    return statements(FILE)


class Concert:
    """The instrument in JACK, and all who play it. A statement takes `pace` seconds at least."""

    def __init__(self, folder: Path, jack: JackServer, pace: float) -> None:
        self._jack, self._pace = jack, pace
        self._feeds: list[Feed] = []
        self._osc = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        models = folder / "home" / "models"
        models.mkdir(parents=True)
        write(child_of(read(settings.built_in_model()), "rust", 0.05), models / "rust.plaud")
        write_near(folder / "home" / "reverbs" / "near.json")
        write_playable(folder / "home" / "reverbs" / "small.json", network(2, 0.8))
        self._sound = folder / "room.wav"
        write_room(self._sound)
        self.playing = Playing(
            folder,
            engine="plaud_live.engine.process",
            prompt="plaud_live.repl.main",
            sink=None,
            osc_port=0,
            environment={**jack.environment, "PLAUD_MIDI_API": "jack", "PLAUD_MIDI_CONNECT": "nano"},
        )
        try:
            wait_for(self._is_open, "the prompt is open", START_SECONDS)
            wait_for(lambda: self.playing.instance.get("writer"), "the writer runs", WAIT_SECONDS)
            self._hands = MidiPeer(CONTROLLER, jack)
            wait_for(self._is_plugged_in, f"{CONTROLLER} is found", WAIT_SECONDS)
        except BaseException:
            self.playing.close()
            raise

    def play(self, *statements: str) -> None:
        """All of these, one after the other."""
        for statement in statements:
            begun = time.monotonic()
            if statement.startswith(OTHER_PROGRAM):
                self._other(statement.removeprefix(OTHER_PROGRAM))
            else:
                self.enter(statement.removeprefix(REFUSED), accepted=not statement.startswith(REFUSED))
            time.sleep(max(0.0, begun + self._pace - time.monotonic()))

    def enter(self, text: str, accepted: bool = True) -> str:
        """Enter something at the prompt; returns what is shown of it."""
        answer = editor_client.send(text, self.playing.run_dir / editor_client.SOCKET_NAME, WAIT_SECONDS)
        assert bool(answer.get("ok")) == accepted, (text, answer)
        return str(answer.get("shown"))

    def beats(self, count: float) -> None:
        """Let so many beats pass."""
        end = self._beat() + count
        wait_for(lambda: self._beat() >= end, f"{count} beats pass", WAIT_SECONDS)

    def kill_engine(self) -> None:
        """Kill the engine that sounds, once another is warm; returns when that one plays."""
        wait_for(lambda: self.playing.instance.get("standby"), "a standby is warm", START_SECONDS)
        engine = int(self.playing.instance["engine"])
        os.kill(engine, signal.SIGKILL)
        self.playing.wait_changed("engine", engine)
        wait_for(lambda: self._beat() > 0.0, "the other engine answers", WAIT_SECONDS)

    @property
    def session(self) -> Path:
        """The folder of the session."""
        (record,) = self.playing.home.glob("sessions/*/events.jsonl")
        return record.parent

    def close(self) -> None:
        """End everything."""
        for feed in self._feeds:
            feed.close()
        self._hands.close()
        self._osc.close()
        self.playing.close()

    def _other(self, line: str) -> None:
        """What somebody else does."""
        match line.split():
            case ["nano", *_]:
                self._nano(line.removeprefix("nano "))
            case ["osc", address, value]:
                self._send(encode(f"/plaud/{address}", value if value.isidentifier() else float(value)))
            case ["bundle", seconds, *pairs]:
                sent = [encode(f"/plaud/{a}", float(v)) for a, v in zip(pairs[::2], pairs[1::2], strict=True)]
                self._send(bundle(sent, to_timetag(time.time() + float(seconds))))
            case ["stream", seconds, address]:
                end = time.monotonic() + float(seconds)
                while (left := end - time.monotonic()) > 0.0:
                    self._send(encode(f"/plaud/{address}", 0.5 + 0.4 * np.sin(9.0 * left)))
                    time.sleep(0.005)
            case ["room"]:
                self._feeds.append(Feed(self._jack, self._sound))
            case ["beats", count]:
                self.beats(float(count))
            case ["kill", "engine"]:
                self.kill_engine()
            case _:
                raise AssertionError(f"nobody can do this: {line}")

    def _nano(self, line: str) -> None:
        """A hand on the controller."""
        match line.split():
            case ["cc", *_]:
                for data in moves(f"$ nano {line}"):
                    self._hands.send(data)
            case ["high", control, value]:
                number, both = int(control), int(value)
                parts = ((number, both >> 7), (number + 32, both & 127))
                self._hands.send(*(message("control_change", control=c, value=v) for c, v in parts))
            case ["bend", value]:
                self._hands.send(message("pitchwheel", pitch=int(value)))
            case ["press", note, velocity]:
                self._hands.send(message("note_on", note=int(note), velocity=int(velocity)))
            case ["lift", note]:
                self._hands.send(message("note_off", note=int(note)))
            case ["clock", bpm, seconds]:
                begun, period = time.monotonic(), 60.0 / float(bpm) / TICKS
                for tick in range(round(float(seconds) / period)):
                    time.sleep(max(0.0, begun + tick * period - time.monotonic()))
                    self._hands.send(message("clock"))
            case _:
                raise AssertionError(f"no hand can do this: {line}")

    def _send(self, packet: bytes) -> None:
        self._osc.sendto(packet, ("127.0.0.1", self.playing.instance["osc_port"]))

    def _beat(self) -> float:
        return float(self._ask("status").get("beat", 0.0))

    def _ask(self, do: str, **data: str) -> dict[str, object]:
        """An engine's answer; nothing while there is none."""
        try:
            client: Client = self.playing.client()
        except SessionError:
            return {}
        with contextlib.closing(client), contextlib.suppress(SessionError):
            return dict(client.request(do, **data))
        return {}

    def _is_open(self) -> bool:
        return (self.playing.run_dir / editor_client.SOCKET_NAME).exists()

    def _is_plugged_in(self) -> bool:
        devices = self._ask("midi", what="devices").get("devices") or []
        return any(each["stem"] == CONTROLLER and each["connected"] for each in devices)


@dataclass(frozen=True)
class Kept:
    """A take: the files of its tracks without the input, and the engine samples that it has."""

    tracks: dict[str, Path]
    start: int
    stop: int


def kept(session: Path, name: str) -> Kept:
    """A take of a session, by its name; it has all of its samples."""
    (sidecar,) = session.glob(f"takes/[0-9]*_{name}.jsonl")
    with sidecar.open() as file:
        info = json.loads(file.readline())
    assert not info["gaps"], name
    tracks = {track: sidecar.with_name(path) for track, path in info["files"].items() if track != "input"}
    return Kept(tracks, info["start"], info["start"] + info["samples"])


def differences(take: Kept, mix: Path) -> dict[str, list[int]]:
    """Engine samples at which tracks of a take are not what was rendered to `mix` and the parts beside it."""
    found: dict[str, list[int]] = {}
    for track, path in take.tracks.items():
        ours = sound(path)
        theirs = sound(mix if track == "mix" else mix.with_suffix(f".{track}.wav"))[take.start : take.stop]
        assert len(theirs) == len(ours) and np.abs(ours).max() > 1e-3, track
        wrong = np.flatnonzero((ours != theirs).any(axis=1))
        if len(wrong):
            found[track] = (take.start + wrong).tolist()
    return found


def starts(session: Path) -> list[int]:
    """The samples at which engines began."""
    with (session / "events.jsonl").open() as file:
        events = [json.loads(line) for line in file]
    return [row[1] for e in events if e["kind"] == "taken" for row in e["data"] if row[0] == "start"]


def sound(path: Path) -> np.ndarray:
    """A sound file, [n, channels]."""
    return np.asarray(soundfile.read(path, dtype="float32", always_2d=True)[0])


def write_room(path: Path, rate: int = 44100) -> None:
    """Somebody who hums, louder and softer, and knocks."""
    n = np.arange(round(ROOM_SECONDS * rate))
    hum = sum(np.sin(2 * np.pi * 110.0 * k * n / rate) / k for k in range(1, 8))
    knocks = noise(len(n), 5) * np.exp(-((n % (rate // 3)) / (0.02 * rate)))
    soundfile.write(path, 0.1 * hum * (1.0 + np.sin(4.0 * n / rate)) + 0.3 * knocks, rate, subtype="FLOAT")
