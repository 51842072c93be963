"""The engine as a process, started by the real supervisor: requests, OSC, loading, death, the end."""

import os
import signal as signals
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from plaud_live import __version__, model_file
from plaud_live.control.osc import OscMessage, encode, parse
from plaud_live.control.transaction import Load, Mark, Play, Set, Transaction
from plaud_live.engine import render
from plaud_live.engine.link import Client
from plaud_live.errors import ModelFileError, ParameterError, SessionError, SignalError
from plaud_live.signals.graph import signal
from plaud_live.signals.live import Live
from plaud_live.signals.oscillators import lfo
from plaud_live.synths import warm
from tests.models_for_tests import tiny_file
from tests.playing import Playing
from tests.processes import PATIENCE, wait_for

pytestmark = pytest.mark.slow

ENGINE = "plaud_live.engine.process"
START_SECONDS = 120.0


class Performer:
    """A prompt's connection and an OSC client, to an instrument that writes a WAV file."""

    def __init__(self, folder: Path, **options: Any) -> None:
        models = folder / "home" / "models"
        models.mkdir(parents=True)
        tiny_file(models)
        tiny_file(models, "large", decoder_size=128, sines=128, noise_bands=1000)
        self.wav = folder / "out.wav"
        self.events: list[dict[str, Any]] = []
        self.osc = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.osc.settimeout(PATIENCE)
        self.playing = Playing(folder, engine=ENGINE, sink=str(self.wav), model="tiny", **options)
        try:
            wait_for(lambda: self.playing.instance.get("prompt"), "the instrument plays", START_SECONDS)
            self.client = self.playing.client()
        except BaseException:
            self.playing.close()
            raise
        self.client.on_event = self.events.append

    def submit(self, *changes: Any) -> dict[str, Any]:
        return self.client.request("submit", transaction=Transaction(changes, "typed").to_data())

    def status(self) -> dict[str, Any]:
        return self.client.request("status")

    def send(self, address: str, *arguments: Any) -> None:
        self.osc.sendto(
            encode("/plaud/" + address, *arguments), ("127.0.0.1", self.playing.instance["osc_port"])
        )

    def ask(self, address: str, *arguments: Any) -> OscMessage:
        self.send(address, *arguments)
        answer = parse(self.osc.recv(8192))
        assert isinstance(answer, OscMessage)
        return answer

    def peak(self, name: str = "drone") -> float:
        return float(self.status()["instruments"][name]["peak"])

    def close(self) -> None:
        self.client.close()
        self.osc.close()
        self.playing.close()


@pytest.fixture(scope="module", autouse=True)
def kernels() -> None:
    """Compiled once, here, where nobody waits for a socket."""
    warm.warm()
    render.warm()


@pytest.fixture(scope="module")
def performer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Performer]:
    made = Performer(tmp_path_factory.mktemp("process"), osc_port=0)
    yield made
    made.close()


@pytest.fixture
def drone(performer: Performer) -> Performer:
    """A performer whose instrument sounds."""
    performer.submit(Load("drone", "tiny"), Play("drone", 0.0, 0.0))
    wait_for(lambda: performer.peak() > 0.001, "the drone is heard")
    return performer


def test_the_greeting_says_what_is_there(performer: Performer) -> None:
    greeting = performer.client.request("hello")
    assert greeting["version"] == __version__ and greeting["model"] == "tiny"
    assert greeting["osc_port"] == performer.playing.instance["osc_port"]
    assert greeting["pid"] == performer.playing.instance["engine"]


def test_errors_come_back_as_what_they_are(drone: Performer, tmp_path: Path) -> None:
    bad = tmp_path / "bad.plaud"
    bad.write_text("no model")
    with pytest.raises(ModelFileError, match="not a model file"):
        drone.submit(Load("other", str(bad)))
    with pytest.raises(ParameterError, match="did you mean 'gain'"):
        drone.submit(Set("drone", "gane", signal(0.5)))
    with pytest.raises(SessionError, match="frobnicate"):
        drone.client.request("frobnicate")


def test_osc_moves_what_prompts_and_supervisor_are_told(drone: Performer) -> None:
    assert drone.ask("ping", 7) == OscMessage("/plaud/pong", (7,))
    drone.send("inst/drone/z0", 0.125)
    drone.ask("sync", 1)
    wait_for(lambda: drone.status()["instruments"]["drone"]["z"][0] == 0.125, "the latent gets there")

    def told() -> bool:
        states = [event["state"] for event in drone.events if event["event"] == "state"]
        loaded = [state["instruments"]["drone"] for state in states if "drone" in state["instruments"]]
        return any("0.125" in instrument["sources"]["z"] for instrument in loaded)

    wait_for(told, "prompts are told")
    wait_for(
        lambda: any(e["by"] == "osc" and "z0" in str(e["data"]) for e in drone.playing.events),
        "it is recorded",
    )


def test_a_latent_changes_the_sound(drone: Performer) -> None:
    """Different places in latent space, different levels: read from the meter, which follows the voice."""
    found = set()
    for place in (0.0, 1.0):
        drone.submit(*(Set("drone", f"z{i}", signal(place), 0.0, 0.0) for i in range(4)))
        start = drone.status()["position"]
        wait_for(lambda begun=start: drone.status()["position"] > begun + 2 * 44100, "two seconds pass")
        found.add(round(drone.status()["instruments"]["drone"]["rms"], 4))
    assert len(found) == 2


def test_an_accepted_entry_is_told_and_recorded(drone: Performer) -> None:
    answer = drone.client.request("entry", text="run('a.py')", files={"a.py": "drone.z1 = .5"})
    wait_for(lambda: any(e["event"] == "entry" for e in drone.events), "prompts are told")
    (told,) = (event for event in drone.events if event["event"] == "entry")
    assert (told["text"], told["by"], told["beat"]) == ("run('a.py')", "prompt", answer["beat"])
    (folder,) = drone.playing.home.glob("sessions/*")
    history = folder / "code" / "history.py"
    wait_for(lambda: history.exists() and "drone.z1 = .5" in history.read_text(), "the history has it")
    assert f"sample {answer['sample']}" in history.read_text()
    assert '"bell"' in (folder / "anchors.json").read_text()


def test_a_function_that_is_sampled_ahead_moves_a_latent(drone: Performer) -> None:
    first = int(drone.status()["beat"] * 64)
    drone.client.request("samples", name="fn/1", first=first, step=1 / 64, values=[0.875] * 2000)
    drone.submit(Set("drone", "z2", Live("fn/1", 0), 0.0, 0.0))
    begun = drone.status()["position"]
    wait_for(lambda: drone.status()["instruments"]["drone"]["z"][2] == 0.875, "it is followed")
    wait_for(lambda: drone.status()["position"] > begun + 1024, "frames are there")
    frames = drone.client.request("control_frames", instrument="drone", since=begun)
    assert frames["names"][:5] == ["z0", "z1", "z2", "z3", "sines"]
    assert np.all(np.diff(frames["samples"]) == 256) and frames["samples"][0] >= begun


def test_places_of_sounds_and_anchors_in_files_are_the_loaders_work(drone: Performer, tmp_path: Path) -> None:
    sound = tmp_path / "sound.wav"
    soundfile.write(sound, 0.1 * np.random.default_rng(1).normal(size=44100), 44100)
    raw = drone.client.request("encode", instrument="drone", path=str(sound), start=0.1, end=0.9)["raw"]
    assert len(raw) == 4 and np.isfinite(raw).all()
    with pytest.raises(SignalError, match=r"sound\.wav \[0:9 s\]"):
        drone.client.request("encode", instrument="drone", path=str(sound), start=0, end=9)
    drone.submit(Mark("drone", "noise", tuple(raw)))
    wait_for(lambda: bool(drone.playing.instance.get("standby")), "a standby is there", START_SECONDS)
    answer = drone.client.request("save_anchors", instrument="drone", name=None)
    assert "noise" in answer["state"]["instruments"]["drone"]["info"]["anchors"]
    assert [anchor.name for anchor in model_file.read(answer["path"]).anchors][-1] == "noise"
    assert drone.peak() > 0.0  # the next test kills the engine: its standby loads the file as it is now


def test_osc_panic_is_silence_and_undo_brings_it_back(drone: Performer) -> None:
    drone.send("panic")
    wait_for(lambda: drone.status()["peak"] < 1e-4, "silence")
    drone.client.request("undo")
    wait_for(lambda: drone.peak() > 0.001, "the drone is back")


def test_others_are_served_while_a_model_is_loaded(drone: Performer) -> None:
    """Five seconds of work for the loader; questions that come later are answered before it is done."""
    answered = threading.Event()
    results: list[Any] = []

    def load() -> None:
        client = Client(drone.playing.run_dir / "engine.sock", 60.0)
        transaction = Transaction((Load("big", "large"),), "big").to_data()
        results.append(client.request("submit", transaction=transaction))
        answered.set()
        client.close()

    loading = threading.Thread(target=load)
    loading.start()
    asked = 0
    while not answered.is_set():
        before = drone.status()["position"]
        drone.ask("ping", asked)
        asked += 1
        assert before > 0
    loading.join()
    assert asked > 5
    assert "1000 noise bands" in results[0]["message"]
    assert "big" in drone.status()["instruments"]


def test_a_killed_engine_is_replaced_and_plays_on(drone: Performer) -> None:
    drone.submit(Set("drone", "z1", lfo(3), 0.0, 0.0))
    wait_for(lambda: bool(drone.playing.instance.get("standby")), "a standby is there", START_SECONDS)
    before, old = drone.status(), drone.playing.instance["engine"]
    os.kill(old, signals.SIGKILL)
    drone.playing.wait_changed("engine", old)

    def back() -> bool:
        try:
            return bool(drone.status()["pid"] != old)
        except SessionError:
            return False

    wait_for(back, "the new engine answers")
    after = drone.status()
    assert after["position"] > before["position"]
    assert after["instruments"].keys() == before["instruments"].keys()
    wait_for(lambda: drone.peak() > 0.001, "it sounds")
    assert drone.ask("ping", 3) == OscMessage("/plaud/pong", (3,))


def test_the_end_leaves_nothing_and_the_file_ends_in_silence(drone: Performer) -> None:
    drone.playing.type("exit")
    assert drone.playing.wait_ended() == 0
    assert drone.playing.files_left() == ["lock"]
    sound, rate = soundfile.read(drone.wav)
    assert rate == 44100 and np.abs(sound).max() > 0.001
    assert np.abs(sound[-64:]).max() < 1e-3


def test_a_port_in_use_gives_the_next_and_the_prompt_is_told(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        performer = Performer(tmp_path, osc_port=port)
        try:
            assert performer.playing.instance["osc_port"] > port
            performer.client.request("hello")
            wanted = f"OSC port {port} is in use"
            wait_for(lambda: any(wanted in str(e.get("text")) for e in performer.events), "it is said")
            assert performer.ask("ping", 1) == OscMessage("/plaud/pong", (1,))
        finally:
            performer.close()
