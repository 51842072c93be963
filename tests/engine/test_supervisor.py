"""The supervisor, with processes that are killed, hang and crash: sound and state go on, nothing is left."""

import os
import signal
import socket
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from plaud_live import session
from plaud_live.engine.engines import SOON_SECONDS
from plaud_live.engine.instance import read_instance
from tests.playing import Playing
from tests.processes import PATIENCE, jack_server, wait_for

Start = Callable[..., Playing]

pytestmark = pytest.mark.slow


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts instruments that are ended with the test."""
    started: list[Playing] = []

    def start_one(**options: Any) -> Playing:
        started.append(Playing(tmp_path, **options))
        return started[-1]

    yield start_one
    for playing in reversed(started):  # two may share a run folder
        playing.close()


def test_leaving_the_prompt_ends_everything(start: Start) -> None:
    playing = start()
    playing.wait_playing()
    playing.type("exit")
    assert playing.wait_ended() == 0
    assert playing.files_left() == ["lock"]
    end = playing.events[-1]
    assert end["kind"] == "end"
    assert end["data"]["error"] is None
    assert end["data"]["missed"] >= 0


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signals_end_everything(start: Start, signum: signal.Signals) -> None:
    playing = start()
    playing.wait_playing()
    playing.process.send_signal(signum)
    assert playing.wait_ended() == 0
    assert playing.files_left() == ["lock"]


def test_end_of_input_ends_everything(start: Start) -> None:
    playing = start()
    playing.wait_playing()
    playing.type("hello")
    assert playing.process.stdin is not None
    playing.process.stdin.close()
    playing.process.stdin = None
    assert playing.wait_ended() == 0
    assert "> hello" in playing.output


def test_killed_supervisor_leaves_no_process_and_the_next_one_starts(start: Start) -> None:
    playing = start()
    playing.wait_playing()
    playing.process.kill()
    playing.wait_ended()
    assert "instance.json" in playing.files_left()
    assert read_instance(playing.run_dir) == {}
    again = start(run_dir=playing.run_dir)
    again.wait_instance("the new one plays", "osc_port", pid=again.process.pid)


def test_shared_memory_has_no_name(start: Start) -> None:
    before = set(os.listdir("/dev/shm")) if Path("/dev/shm").is_dir() else set()
    playing = start()
    now = playing.wait_playing()
    for name in ("engine", "standby", "sink"):
        descriptors = Path(f"/proc/{now[name]}/fd")
        if descriptors.is_dir():
            shared = [os.readlink(fd) for fd in descriptors.iterdir() if "plaud-ring" in os.readlink(fd)]
            assert shared
            assert all("(deleted)" in target for target in shared)
    after = set(os.listdir("/dev/shm")) if Path("/dev/shm").is_dir() else set()
    assert not [name for name in after - before if "plaud-ring" in name or "plaud-snapshot" in name]


def test_killed_engine_is_replaced_with_its_state(start: Start) -> None:
    playing = start()
    now = playing.wait_playing()
    client = playing.client()
    client.request("submit", data="a chord")
    os.kill(now["engine"], signal.SIGKILL)
    playing.wait_changed("engine", now["engine"])
    answer = client.request("hello")
    assert answer["pid"] == now["standby"]
    assert answer["state"] == {"data": "a chord"}
    standby = playing.wait_changed("standby", now["standby"])
    os.kill(now["standby"], signal.SIGKILL)
    playing.wait_changed("engine", now["standby"])
    answer = client.request("hello")
    assert (answer["pid"], answer["state"]) == (standby, {"data": "a chord"})
    client.close()
    assert playing.instance["prompt"] == now["prompt"]
    wait_for(
        lambda: [e for e in playing.events if e["kind"] == "engine died"][1:], "both deaths are recorded"
    )
    assert "submit" in [event["kind"] for event in playing.events]


def test_killed_standby_is_warmed_again(start: Start) -> None:
    playing = start()
    now = playing.wait_playing()
    os.kill(now["standby"], signal.SIGKILL)
    playing.wait_changed("standby", now["standby"])
    assert playing.instance["engine"] == now["engine"]


def test_engine_that_hangs_is_replaced(start: Start) -> None:
    playing = start()
    now = playing.wait_playing()
    client = playing.client()
    client.request("hang")
    assert playing.wait_changed("engine", now["engine"]) == now["standby"]
    client.close()
    assert "engine hangs" in [event["kind"] for event in playing.events]


def test_state_that_kills_engines_is_given_up(start: Start) -> None:
    playing = start()
    now = playing.wait_playing()
    client = playing.client()
    client.request("submit", data="poison")
    os.kill(now["engine"], signal.SIGKILL)
    wait_for(lambda: [e for e in playing.events if e["kind"] == "engine died"][2:], "three engines die")
    wait_for(lambda: client.connected, "an engine answers")
    assert client.request("hello")["state"] is None
    client.close()
    assert any("starts empty" in str(event["data"]) for event in playing.events)


def test_after_a_state_that_kills_engines_comes_the_last_one_that_they_lived_with(start: Start) -> None:
    playing = start()
    now = playing.wait_playing()
    client = playing.client()
    client.request("submit", data="a chord")
    time.sleep(SOON_SECONDS + 0.5)
    client.request("submit", data="poison")
    os.kill(now["engine"], signal.SIGKILL)
    wait_for(lambda: [e for e in playing.events if e["kind"] == "engine died"][2:], "three engines die")
    wait_for(lambda: client.connected, "an engine answers")
    assert client.request("hello")["state"] == {"data": "a chord"}
    assert any("what played before" in str(event["data"]) for event in playing.events)
    os.kill(client.request("hello")["pid"], signal.SIGKILL)
    wait_for(lambda: [e for e in playing.events if e["kind"] == "engine died"][3:], "it dies, too")
    wait_for(lambda: any("starts empty" in str(event["data"]) for event in playing.events), "it is said")
    client.close()


def test_engine_that_never_starts_is_one_line(start: Start) -> None:
    playing = start(engine="plaud_live.engine.nothing")
    assert playing.wait_ended() == 2
    assert "the engine does not start" in playing.output
    assert "No module named" in playing.output
    assert "Traceback" not in playing.output


def test_only_an_engine_that_is_awaited_takes_the_processor_from_others(start: Start) -> None:
    """One that warms up beside the sound is in nobody's way; where nothing sounds every second counts."""

    def is_awaited(pid: int) -> bool:
        return "--awaited" in Path(f"/proc/{pid}/cmdline").read_text().split("\0")

    playing = start()
    now = playing.wait_playing()
    assert is_awaited(now["engine"]) and not is_awaited(now["standby"])
    os.kill(now["standby"], signal.SIGKILL)
    os.kill(now["engine"], signal.SIGKILL)
    wait_for(
        lambda: playing.instance.get("engine") not in (None, now["engine"], now["standby"]), "another engine"
    )
    assert is_awaited(playing.instance["engine"])


def test_killed_prompt_is_reopened_while_the_sound_goes_on(start: Start) -> None:
    playing = start(patch=None)
    now = playing.wait_playing()
    os.kill(now["prompt"], signal.SIGKILL)
    again = playing.wait_changed("prompt", now["prompt"])
    wait_for(
        lambda: f"prompt {again} --model default --plain --again" in playing.output, "the prompt says hello"
    )
    assert "the prompt died (SIGKILL: " in playing.output
    assert playing.instance["engine"] == now["engine"]
    playing.type("exit")
    assert playing.wait_ended() == 0


def test_prompt_that_hangs_is_reopened_and_says_what_it_did(start: Start) -> None:
    playing = start()
    now = playing.wait_playing()
    playing.type("hello")
    wait_for(lambda: "> hello" in playing.output, "the prompt answers")
    playing.type("hang")
    playing.wait_changed("prompt", now["prompt"])
    why = "the prompt hung while it ran hang; its loops ended: wander"
    wait_for(lambda: f"--again --why={why}" in playing.output, "the next one knows why")
    assert playing.instance["engine"] == now["engine"]
    assert why in [event["data"] for event in playing.events]


def test_ctrl_backslash_as_often_as_one_likes_opens_another_prompt(start: Start) -> None:
    playing = start()
    playing.wait_playing()
    for _ in range(7):
        prompt = playing.instance["prompt"]
        playing.process.send_signal(signal.SIGQUIT)
        playing.wait_changed("prompt", prompt)
    wait_for(lambda: "--why=the prompt was ended by Ctrl-\\" in playing.output, "it says so")
    assert playing.process.poll() is None


def test_prompt_that_never_stands_is_one_line(start: Start) -> None:
    playing = start(prompt="tests.no_such_prompt")
    assert playing.wait_ended() == 2
    assert "the prompt died 5 times" in playing.output


def test_prompt_that_is_killed_again_and_again_comes_back_each_time(start: Start) -> None:
    """The session goes on, whatever befalls the prompt: after five of them the next comes later, or at once
    by Ctrl-\\."""
    playing = start()
    now = playing.wait_playing()
    prompt = now["prompt"]
    for number in range(1, 6):
        wait_for(lambda prompt=prompt: f"prompt {prompt} " in playing.output, "it stands")
        os.kill(prompt, signal.SIGKILL)
        if number < 5:
            prompt = playing.wait_changed("prompt", prompt)
    wait_for(lambda: "is opened again in 5 s; the sound goes on" in playing.output, "it says so")
    playing.process.send_signal(signal.SIGQUIT)
    playing.wait_changed("prompt", prompt)
    playing.type("hello")
    wait_for(lambda: "> hello" in playing.output, "it answers")
    assert playing.instance["engine"] == now["engine"]
    playing.type("exit")
    assert playing.wait_ended() == 0


def test_ctrl_c_does_not_end_a_prompt_that_is_being_opened(start: Start) -> None:
    playing = start(terminal=True)
    prompt = playing.wait_playing()["prompt"]
    os.kill(prompt, signal.SIGKILL)
    again = playing.wait_changed("prompt", prompt)
    os.kill(again, signal.SIGINT)
    playing.type("exit")
    assert playing.wait_ended() == 0
    assert "SIGINT" not in playing.output and playing.instance.get("prompt", again) == again


def test_prompt_is_reopened_as_often_as_entries_end_it(start: Start) -> None:
    playing = start()
    prompt = playing.wait_playing()["prompt"]
    for _ in range(6):
        playing.type("vanish")
        prompt = playing.wait_changed("prompt", prompt)
    wait_for(lambda: "died (exit status 0) while it ran vanish" in playing.output, "it says so")
    assert playing.process.poll() is None


def test_terminal_is_put_back_after_a_killed_prompt(start: Start) -> None:
    playing = start(terminal=True)
    now = playing.wait_playing()
    assert playing.terminal is not None
    before = termios.tcgetattr(playing.terminal)
    raw = list(before)
    raw[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
    termios.tcsetattr(playing.terminal, termios.TCSANOW, raw)  # as a prompt does
    os.kill(now["prompt"], signal.SIGKILL)
    playing.wait_changed("prompt", now["prompt"])
    assert termios.tcgetattr(playing.terminal) == before
    playing.process.send_signal(signal.SIGINT)  # belongs to the prompt
    playing.process.send_signal(signal.SIGQUIT)  # asks for another prompt
    wait_for(lambda: playing.output.count("is opened again") == 2, "the prompt is opened again")
    assert playing.instance["engine"] == now["engine"]
    playing.type("exit")
    assert playing.wait_ended() == 0


def test_second_instance_is_one_line_that_names_the_first(start: Start) -> None:
    playing = start()
    playing.wait_playing()
    second = start(run_dir=playing.run_dir)
    assert second.process.wait(PATIENCE) == 2
    assert f"process {playing.process.pid}" in second.output
    assert "PLAUD_RUN_DIR" in second.output
    assert playing.process.poll() is None


def test_sink_that_dies_is_replaced_by_a_clock(start: Start) -> None:
    playing = start()
    now = playing.wait_playing()
    os.kill(now["sink"], signal.SIGKILL)
    playing.wait_changed("sink", now["sink"])
    assert playing.instance["engine"] == now["engine"]


def test_sink_that_hangs_is_replaced(start: Start) -> None:
    playing = start()
    now = playing.wait_playing()
    os.kill(now["sink"], signal.SIGSTOP)
    playing.wait_changed("sink", now["sink"])
    assert "sink hangs" in [event["kind"] for event in playing.events]


def test_no_sound_card_is_a_line_and_a_clock(start: Start) -> None:
    playing = start(sink=None, environment={"JACK_DEFAULT_SERVER": "none-such", "JACK_NO_START_SERVER": "1"})
    now = playing.wait_playing()
    assert now["device"] == "clock, no sound card"
    assert "no sound card found — playing without sound, on a clock; `plaud-live doctor`" in playing.output


def test_sound_card_that_does_not_exist_ends_with_a_line(start: Start) -> None:
    with jack_server():
        playing = start(sink=None, device="thunder")
        assert playing.wait_ended() == 2
    assert playing.output.strip() == (
        "--device thunder: no such sound card — have 0 system (JACK Audio Connection Kit)"
    )


def test_sound_card_that_vanishes_is_replaced_and_taken_back(start: Start) -> None:
    with jack_server() as jack:
        playing = start(sink=None)
        now = playing.wait_playing()
        assert "system" in now["device"]
        jack.kill()
        playing.wait_instance("a clock goes on", device="clock, no sound card")
        jack.start()
        playing.wait_instance("the card plays again", device=now["device"])
        assert playing.instance["engine"] == now["engine"]
    said = [event["data"] for event in playing.events if event["kind"] == "message"]
    assert any("going on without sound" in line for line in said)
    assert any("the sound card is back" in line for line in said)


def test_session_folder_that_cannot_be_written_is_said_once(start: Start, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where a folder should be")
    playing = start()
    playing.wait_playing()
    playing.type("exit")
    assert playing.wait_ended() == 0
    assert playing.output.count("this session is not recorded") == 1


def test_panic_reaches_the_engine(
    start: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    playing = start()
    playing.wait_playing()
    monkeypatch.setenv("PLAUD_RUN_DIR", str(playing.run_dir))
    assert session.panic() == 0
    assert capsys.readouterr().out == "silence\n"


def test_panic_falls_back_to_osc(
    start: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(PATIENCE)
        playing = start(osc_port=listener.getsockname()[1])
        playing.wait_playing()
        (playing.run_dir / "engine.sock").unlink()
        monkeypatch.setenv("PLAUD_RUN_DIR", str(playing.run_dir))
        assert session.panic() == 0
        assert listener.recv(100) == b"/plaud/panic\0\0\0\0,\0\0\0"
    assert "OSC port" in capsys.readouterr().out


def test_panic_without_an_instrument_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLAUD_RUN_DIR", str(tmp_path))
    assert session.panic() == 2
    assert "nothing is playing here" in capsys.readouterr().err
