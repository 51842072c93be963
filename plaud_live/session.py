"""A session: wires and starts everything that plays, and reaches what plays from another terminal."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from plaud_live import settings
from plaud_live.engine.instance import SOCKET_NAME, read_instance
from plaud_live.engine.link import Client
from plaud_live.errors import SessionError
from plaud_live.recording.sessions import DATE_LETTERS, named
from plaud_live.settings import PlayOptions

if TYPE_CHECKING:
    from plaud_live.engine.supervisor import Resumed

PANIC_SECONDS = 1.0
OSC_PANIC = b"/plaud/panic\0\0\0\0,\0\0\0"


def play(options: PlayOptions) -> int:
    """Open the instrument and stay until it is closed. Returns the exit code.

    Raises SettingsError, SessionError or DeviceError, each one line.
    """
    settings.find_model(options.model)
    if options.patch is not None and not os.path.isfile(options.patch):
        raise SessionError(f"--patch {options.patch}: no such file")
    from plaud_live.engine.supervisor import Supervisor

    options, resumed = resume(options)
    return Supervisor(options, settings.run_dir(), settings.home() / "sessions", resumed).run()


def resume(options: PlayOptions) -> "tuple[PlayOptions, Resumed | None]":
    """The session that is to go on, if there is one of that name, and options that fit it.

    Raises SessionError where it is at another sample rate than was asked for, or its record is damaged.
    """
    from plaud_live.engine.supervisor import Resumed

    folder = None if options.new or options.session is None else named(options.session)
    if folder is None:
        return options, None
    command = [sys.executable, "-m", "plaud_live.recording.resume", str(folder)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode:
        said = (found.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise SessionError(f"--session {options.session}: cannot go on: {said} — --new begins another")
    stand = json.loads(found.stdout)
    rate = stand["sample_rate"]
    if rate is not None and options.sample_rate not in (None, rate):
        raise SessionError(
            f"--session {options.session}: it is at {rate} Hz, not {options.sample_rate} — leave out"
            " --sample-rate, or begin another with --new"
        )
    for line in stand["lost"]:
        print(f"{folder.name}: not as it was: {line}", file=sys.stderr)
    name = folder.name[DATE_LETTERS:] or options.session
    rate = options.sample_rate if rate is None else rate
    resumed = Resumed(folder, stand["state"], stand["sample"], tuple(stand["made"]), stand["ended"])
    return replace(options, session=name, sample_rate=rate), resumed


def panic() -> int:
    """Silence the running instrument: by its socket, else by OSC. Returns 0, or 2 when nothing plays here."""
    run_dir = settings.run_dir()
    try:
        client = Client(run_dir / SOCKET_NAME, PANIC_SECONDS)
        try:
            client.request("panic")
        finally:
            client.close()
    except SessionError as error:
        port = read_instance(run_dir).get("osc_port")
        if not port:
            print(f"nothing is playing here: {error}", file=sys.stderr)
            return 2
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(OSC_PANIC, ("127.0.0.1", port))
        print(f"asked for silence on OSC port {port}: the engine's socket does not answer")
        return 0
    print("silence")
    return 0
