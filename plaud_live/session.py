"""A session: wires and starts everything that plays, and reaches what plays from another terminal."""

import os
import socket
import sys

from plaud_live import settings
from plaud_live.engine.instance import SOCKET_NAME, read_instance
from plaud_live.engine.link import Client
from plaud_live.errors import SessionError
from plaud_live.settings import PlayOptions

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

    return Supervisor(options, settings.run_dir(), settings.home() / "sessions").run()


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
