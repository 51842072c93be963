"""The prompt's process: `python -m plaud_live.repl.main`, started and reopened by the supervisor.

Exit status 0 means that the performer leaves; anything else that the prompt is to be opened again, ENOMEM
that it had no memory left.
"""

import argparse
import asyncio
import builtins
import contextlib
import ctypes
import errno
import mmap
import os
import resource
import signal
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import NoReturn

from plaud_live.control.trajectories import TrajectoryFiles
from plaud_live.engine.instance import read_instance
from plaud_live.engine.link import Client
from plaud_live.engine.snapshot import Snapshot
from plaud_live.errors import PlaudError, TransactionError
from plaud_live.repl import editor_client, plain
from plaud_live.repl.desk import Desk
from plaud_live.repl.editor import listening
from plaud_live.repl.evaluate import Result
from plaud_live.repl.heartbeat import Heartbeat
from plaud_live.repl.history import AcceptedHistory
from plaud_live.repl.maps import resumed
from plaud_live.repl.messages import explain
from plaud_live.settings import DEFAULT_MODEL, home, run_dir
from plaud_live.signals.trajectories import look_in

SPARE_BYTES = 192 << 20
"""With less than this an entry leaves a prompt that cannot go on: another one is opened."""

SOCKET_NAME = "engine.sock"
_PR_SET_PDEATHSIG = 1
MEMORY_BYTES = 2 << 30
"""What an entry may use before it gets a MemoryError; the machine and the sound are not to suffer."""


def main(argv: Sequence[str] | None = None) -> int:
    """Open the prompt and stay until the performer leaves."""
    parser = argparse.ArgumentParser(prog="plaud_live.repl.main")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--why", default="")
    parser.add_argument("--patch")
    options = parser.parse_args(argv)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit_memory()
    _end_forks_with_us()
    if session := read_instance(run_dir()).get("session"):
        look_in(TrajectoryFiles(Path(session)).read)
    try:
        client = Client(run_dir() / SOCKET_NAME)
    except PlaudError as error:
        print(f"plaud-live: {error}", file=sys.stderr)
        return 2
    history = AcceptedHistory(home() / "sessions" / "history.jsonl")
    snapshot = _snapshot()
    desk = Desk(
        client,
        lambda: snapshot.read() if snapshot is not None and client.connected else None,
        plain.write,
        history,
    )
    loops = desk.performance.loops
    heartbeat = Heartbeat(lambda: desk.running, lambda: [loop.name for loop in loops.all()])
    desk.on_start(heartbeat.beat)
    desk.on_done = lambda text: None if _has_room() else _make_room(heartbeat, text)
    interactive = sys.stdin.isatty()
    try:
        if options.plain or not interactive or os.environ.get("TERM", "dumb") == "dumb":
            plain.cancel_on_interrupt(desk)
            _capture_prints(desk)
            if (patch := _open(desk, options)) is not None:
                plain.wait(desk, patch)
            with listening(desk, run_dir() / editor_client.SOCKET_NAME):
                plain.run(desk, interactive)
        else:
            _draw(desk, options)
    except MemoryError:
        return errno.ENOMEM
    finally:
        heartbeat.close()
        desk.close()
        client.close()
    return 0


def _draw(desk: Desk, options: argparse.Namespace) -> None:
    from plaud_live.repl.prompt import Screen, above_the_prompt

    signal.signal(signal.SIGINT, lambda number, frame: desk.cancel())
    with above_the_prompt() as stream:
        desk.messages.write = lambda line: print(line, file=stream)
        _capture_prints(desk)
        screen = Screen(desk)
        _open(desk, options)
        with listening(desk, run_dir() / editor_client.SOCKET_NAME):
            asyncio.run(screen.run())


def _open(desk: Desk, options: argparse.Namespace) -> "Future[Result] | None":
    """Load the first instrument, or find what sounds; say what there is; start the patch, if there is one."""
    desk.performance.refresh()
    fresh = not desk.performance.state.instruments
    if fresh and not options.again:
        desk.enter(f"drone = load({options.model!r})", remember=False).result()
        if before := resumed(read_instance(run_dir()).get("session")):
            desk.enter(f"maps.load({before!r})", remember=False).result()
    names = ", ".join(desk.performance.state.instruments) or "nothing yet"
    if options.again:
        if options.why:
            desk.messages.show(options.why)
        desk.messages.show(f"the prompt is open again; {names} as before")
    elif not fresh:
        desk.messages.show(f"here is {names}; who() says what moves it")
    device = (desk.performance.snapshot() or {}).get("device")
    desk.messages.show(f"sound: {device or 'none yet'}")
    if not options.again:
        desk.messages.show("type drone.play() then drone.z0 = lfo(8); help()")
    if desk.history.trouble:
        desk.messages.say(desk.history.trouble)
    return desk.enter(f"run({options.patch!r})", remember=False) if options.patch else None


def _capture_prints(desk: Desk) -> None:
    """Whatever is printed in this process appears above the prompt, and seldom enough to type below it."""
    sys.stdout = sys.stderr = desk.prints
    builtins.input = _no_input  # the prompt's own was bound before
    threading.excepthook = lambda failed: desk.messages.say(
        f"in a thread of your own: {explain(failed.exc_value or KeyboardInterrupt())}"
    )
    sys.unraisablehook = lambda failed: desk.messages.say(
        f"nobody caught: {explain(failed.exc_value or KeyboardInterrupt())}"
    )
    desk.namespace.interpreter.remember()


def _no_input(*args: object) -> NoReturn:
    raise TransactionError("input(): the keys are the prompt's — assign what you mean to a name")


def _snapshot() -> Snapshot | None:
    fd = os.environ.get("PLAUD_SNAPSHOT_FD", "")
    return Snapshot(int(fd)) if fd.isdigit() else None


def _end_forks_with_us() -> None:
    """Have a process that an entry forks off end with the prompt, as Linux allows."""
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        os.register_at_fork(after_in_child=lambda: prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0))


def _has_room() -> bool:
    """Whether there is memory for what comes next: threads and their stacks too."""
    try:
        mmap.mmap(-1, SPARE_BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close()
    except (OSError, MemoryError):
        return False
    return True


def _make_room(heartbeat: Heartbeat, text: str) -> NoReturn:
    heartbeat.out_of_memory(text)
    _end(errno.ENOMEM)


def _limit_memory() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MEMORY_BYTES, hard)
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    except (ValueError, OSError):
        return  # a system without this limit


def _end(status: int) -> NoReturn:
    """End the process: a thread that the performer left running holds nobody up."""
    for stream in (sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()  # type: ignore[union-attr]
    os._exit(status)


def _run() -> int:
    try:
        return main()
    except Exception as error:  # what an entry has broken: the next prompt has it whole
        print(f"plaud-live: the prompt failed: {explain(error)}", file=sys.__stderr__)
        return 1


if __name__ == "__main__":
    _end(_run())
