"""What this machine can do, what it lacks, and how to get it: `plaud-live doctor`."""

import importlib.metadata
import importlib.util
import json
import os
import platform
import resource
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from plaud_live import settings
from plaud_live.engine import devices, realtime
from plaud_live.engine.access import LAN, Access
from plaud_live.engine.child import environment
from plaud_live.engine.instance import read_instance
from plaud_live.engine.snapshot import shared_file
from plaud_live.errors import DeviceError

OK, NOTE, PROBLEM = "ok", "note", "problem"

PACKAGES = ("numpy", "numba", "sounddevice", "prompt_toolkit", "safetensors", "soundfile", "soxr")
EXTRAS = {"torch": "training", "rtmidi": "MIDI", "flamo": "reverbs"}
MIN_PYTHON = (3, 11)
LITTLE_MEMORY_BYTES = 64 << 20
MIDI_SECONDS = 10.0
"""For opening all ports: a driver may hang."""

REAL_TIME_REMEDY = (
    "add yourself to the group audio (`sudo usermod -aG audio $USER`) and put `@audio - rtprio 95` and"
    " `@audio - memlock unlimited` into /etc/security/limits.d/audio.conf, then log in again;"
    " Debian: `sudo dpkg-reconfigure -p high jackd2` does both"
)


@dataclass(frozen=True)
class Finding:
    """A line of the report: `state` is ok, note (playable) or problem (not playable)."""

    state: str
    what: str
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        remedy = f"\n           → {self.remedy}" if self.remedy else ""
        return f"{self.state:8s} {self.what}: {self.text}{remedy}"


def doctor(device: str | None = None) -> int:
    """Print the report; `device`: the sound card that is meant. Returns 0 when one can play, else 1."""
    findings = [finding for check in checks(device) for finding in check()]
    for finding in findings:
        print(finding)
    problems = sum(finding.state == PROBLEM for finding in findings)
    print(f"{problems} problem{'s' * (problems != 1)}" if problems else "ready to play")
    return 1 if problems else 0


def checks(device: str | None) -> list[Callable[[], Iterator[Finding]]]:
    """All that is looked at, in the order of the report."""
    return [
        check_python,
        check_packages,
        lambda: check_sound(device),
        check_real_time,
        check_memory_lock,
        check_shared_memory,
        check_folders,
        check_osc_port,
        check_midi,
        check_terminal,
    ]


def check_python() -> Iterator[Finding]:
    """The interpreter's version."""
    text = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info >= MIN_PYTHON:
        yield Finding(OK, "Python", text)
    else:
        yield Finding(PROBLEM, "Python", text, "install Python 3.11 or newer")


def check_packages() -> Iterator[Finding]:
    """What playing needs, and what it can do without."""
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        yield Finding(
            PROBLEM, "packages", f"missing {', '.join(missing)}", f"pip install {' '.join(missing)}"
        )
    else:
        numba, numpy = importlib.metadata.version("numba"), importlib.metadata.version("numpy")
        yield Finding(OK, "packages", f"numba {numba}, numpy {numpy}")
    without = [f"{use} ({name})" for name, use in EXTRAS.items() if importlib.util.find_spec(name) is None]
    if without:
        yield Finding(
            NOTE, "packages", f"no {', '.join(without)}", "`pip install plaud-live[all]` brings all"
        )


def check_sound(device: str | None) -> Iterator[Finding]:
    """PortAudio, its host APIs and sound cards, and the one that would be played."""
    try:
        sounddevice = devices.load()
        found = devices.devices()
    except DeviceError as error:
        text, _, remedy = str(error).partition(" — ")
        yield Finding(NOTE, "sound", f"{text}; the instrument runs without sound, on a clock", remedy)
        return
    host_apis = sorted({entry.host_api for entry in found})
    version = sounddevice.get_portaudio_version()[1].split(",")[0]
    yield Finding(OK, "sound", f"{version}; {', '.join(host_apis) or 'no host API in use'}")
    for entry in found:
        yield Finding(
            OK, "card", f"{entry}: {entry.outputs} out, {entry.inputs} in, {entry.sample_rate:g} Hz"
        )
    try:
        yield Finding(OK, "playing to", str(devices.find(device)))
    except DeviceError as error:
        remedy = "connect one, or start JACK or PipeWire; until then the instrument runs on a clock"
        yield Finding(NOTE if device is None else PROBLEM, "playing to", str(error), remedy)


def check_real_time() -> Iterator[Finding]:
    """Whether threads may run before all others."""
    got: list[str] = []
    thread = threading.Thread(target=lambda: got.append(realtime.raise_priority()))
    thread.start()
    thread.join()
    if "SCHED_FIFO" in got[0] or sys.platform != "linux":
        yield Finding(OK, "real time", got[0])
    else:
        limit = resource.getrlimit(resource.RLIMIT_RTPRIO)[0]
        text = f"not permitted (rtprio limit {limit}): a busy machine may be heard"
        yield Finding(NOTE, "real time", text, REAL_TIME_REMEDY)


def check_memory_lock() -> Iterator[Finding]:
    """Whether pages may be kept from being swapped out."""
    limit = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0]
    if limit == resource.RLIM_INFINITY or os.geteuid() == 0:
        yield Finding(OK, "memory", "may be locked")
    else:
        yield Finding(NOTE, "memory", f"may not be locked (limit {limit // 1024} kB)", REAL_TIME_REMEDY)


def check_shared_memory() -> Iterator[Finding]:
    """Whether processes can share memory, and where it lies."""
    where = "in memory" if sys.platform == "linux" else f"a nameless file in {tempfile.gettempdir()}"
    try:
        os.close(shared_file("plaud-doctor", 1 << 20))
    except OSError as error:
        yield Finding(PROBLEM, "shared memory", str(error), "set TMPDIR to a folder that can be written")
    else:
        yield Finding(OK, "shared memory", where)


def check_folders() -> Iterator[Finding]:
    """Where sessions are recorded, and where the running instrument is found."""
    for what, folder, knob in (
        ("sessions", settings.home() / "sessions", "PLAUD_HOME"),
        ("run folder", settings.run_dir(), "PLAUD_RUN_DIR"),
    ):
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        state = OK if existing.is_dir() and os.access(existing, os.W_OK) else NOTE
        if what == "run folder" and state != OK:
            state = PROBLEM
        remedy = "" if state == OK else f"set {knob} to a folder that can be written"
        yield Finding(state, what, f"{folder}{'' if state == OK else ' cannot be written'}", remedy)


def check_osc_port() -> Iterator[Finding]:
    """Whether the port is free."""
    port = settings.OSC_PORT
    if running := read_instance(settings.run_dir()):
        yield Finding(
            OK, "OSC", f"an instrument is playing: process {running['pid']}, port {running.get('osc_port')}"
        )
        if running.get(LAN):
            yield Finding(OK, "LAN", Access.from_environment(running).line(running.get("osc_port")))
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.bind(("127.0.0.1", port))
        except OSError as error:
            yield Finding(
                NOTE, "OSC", f"port {port}: {error.strerror}; the next free one is taken", "--osc-port"
            )
        else:
            yield Finding(OK, "OSC", f"UDP port {port} is free")


def check_midi() -> Iterator[Finding]:
    """MIDI systems, and what is plugged in: looked at by the process that would open it."""
    command = [sys.executable, "-m", "plaud_live.engine.midi_process", "--list"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=MIDI_SECONDS, env=environment()
        )
        found = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        yield Finding(NOTE, "MIDI", "its ports cannot be opened; the instrument runs without")
        return
    if "error" in found:
        text, _, remedy = str(found["error"]).removeprefix("no MIDI: ").partition(" — ")
        yield Finding(NOTE, "MIDI", f"none: {text}", remedy)
    elif not found["systems"]:
        yield Finding(
            NOTE, "MIDI", "none: neither ALSA's sequencer nor a JACK server is there", "modprobe snd-seq"
        )
    else:
        names = ", ".join(device["stem"] for device in found["devices"]) or "nothing plugged in"
        yield Finding(OK, "MIDI", f"{' and '.join(found['systems'])}: {names}")


def check_terminal() -> Iterator[Finding]:
    """Whether the prompt can draw."""
    term = os.environ.get("TERM", "")
    encoding = (sys.stdout.encoding or "").lower()
    if not sys.stdin.isatty() or term in ("", "dumb"):
        yield Finding(NOTE, "terminal", "none that can be drawn on: the prompt is a plain one")
    elif "utf" not in encoding:
        yield Finding(
            NOTE, "terminal", f"{term}, {encoding}: no UTF-8", "export LANG=C.UTF-8, or use --plain"
        )
    else:
        yield Finding(OK, "terminal", f"{term}, {encoding}")
