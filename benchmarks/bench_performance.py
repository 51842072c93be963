"""Whether a performance costs underruns: a hundred statements typed into a prompt, against nobody typing.

The instrument plays to JACK's dummy driver where that is installed, with a controller whose faders move, else
to a clock, without one. In the control runs it plays what the test performance (tests/e2e/performance.txt)
has come to by its middle, two voices that move with its loops and functions, and nobody types; in the others
the statements are typed on a terminal, one after another. Both last equally long and take turns, and halts of
a virtual machine are told apart, as in bench_underruns.py.
"""

import argparse
import contextlib
import itertools
import os
import pty
import shutil
import socket
import sys
import threading
import time
from typing import Any

from bench_underruns import Watch, report, total, turns
from instrument import ROOT, START_SECONDS, Instrument
from machine import describe

sys.path.insert(0, str(ROOT))
from plaud_live.control.osc import encode
from tests.e2e.performance import CONTROLLER, HAND, OTHER_PROGRAM, moves, statements
from tests.jack import MidiPeer
from tests.processes import JackServer, jack_server

MIDDLE = "clock.bpm = to(116, 16)"
"""The statement before which the control runs stop typing."""


class Terminal:
    """A terminal of 80 x 24 for a prompt; what is drawn on it is read and thrown away."""

    def __init__(self) -> None:
        self.ours, self.theirs = pty.openpty()
        threading.Thread(target=self._read, daemon=True).start()

    def type(self, statement: str) -> None:
        """Press the keys of a line and Enter; a block is pasted, and one that is indented ended twice."""
        block = "\n" in statement
        text = f"\x1b[200~{statement}\x1b[201~" if block else statement
        os.write(self.ours, text.encode() + b"\r")
        if block and statement.splitlines()[-1].startswith(" "):
            time.sleep(0.1)
            os.write(self.ours, b"\r")

    def _read(self) -> None:
        while True:
            try:
                drawn = os.read(self.ours, 1 << 16)
            except OSError:
                return
            if b"\x1b[6n" in drawn:  # a terminal says where its cursor is
                os.write(self.ours, b"\x1b[1;1R")


def run(typed: bool, pause: float, arguments: list[str], jack: JackServer | None) -> dict[str, Any]:
    """Play the performance, or as long without typing. Returns the ring's counters and what was entered."""
    terminal = Terminal()
    with (
        contextlib.closing(MidiPeer(CONTROLLER, jack)) if jack else contextlib.nullcontext() as hands,
        Instrument(*arguments, terminal=terminal.theirs) as instrument,
    ):
        events = next(instrument.home.glob("sessions/*/events.jsonl"))

        def enter(statement: str) -> None:
            before = events.read_text().count('"kind": "entry"')
            terminal.type(statement)
            instrument.wait(
                lambda: events.read_text().count('"kind": "entry"') > before, statement, START_SECONDS
            )

        def move(statement: str) -> None:
            for message in moves(statement) if hands else ():
                hands.send(message)

        if not typed:
            for statement in itertools.takewhile(lambda each: each != MIDDLE, statements()):
                if statement.startswith(HAND):
                    move(statement)
                elif not statement.startswith(OTHER_PROGRAM):
                    enter(statement)
        time.sleep(3.0)
        ring = instrument.ring()
        before = {name: ring.get(name) for name in ("underruns", "missed", "xruns", "read")}
        watch, entries = Watch(ring), 0
        where: dict[str, int] = {}
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for statement in statements():
                begun = time.monotonic()
                if typed and statement.startswith(HAND):
                    move(statement)
                elif typed and statement.startswith(OTHER_PROGRAM):
                    address, _, value = statement.split()[2:]
                    sock.sendto(encode(address, float(value)), ("127.0.0.1", instrument.instance["osc_port"]))
                elif typed:
                    enter(statement)
                    entries += 1
                time.sleep(max(0.0, begun + pause - time.monotonic()))
                underruns = ring.get("underruns") - before["underruns"] - sum(where.values())
                if underruns:
                    where[statement] = underruns
        result: dict[str, Any] = {name: ring.get(name) - before[name] for name in before}
        result |= {"entries": entries, "device": instrument.instance["device"]}
        result["ours"], result["halts"], result["longest"] = watch.close()
        result["played"] = result.pop("read") / ring.sample_rate
        for statement, count in where.items() if typed else ():
            print(f"{count} underruns after: {statement}", flush=True)
        terminal.type("exit()")
        time.sleep(0.5)
        os.write(terminal.ours, b"y\r")
    return result


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=2, help="control and typed runs (%(default)s of each)")
    parser.add_argument("--pause", type=float, default=0.5, help="between statements (%(default)g s)")
    parser.add_argument("--preset", default="live", help="low, live or safe (%(default)s)")
    parser.add_argument("--clock", action="store_true", help="play to a clock, also where there is JACK")
    args = parser.parse_args()
    if not sys.platform.startswith("linux"):
        print("needs Linux: the ring is read through /proc")
        return 0
    print(describe("numpy", "numba", "prompt_toolkit"))
    jack = not args.clock and all(map(shutil.which, ("jackd", "jack_lsp")))
    arguments = ["--preset", args.preset, *([] if jack else ["--sink", "null"])]
    os.environ |= {"PLAUD_MIDI_API": "jack", "PLAUD_MIDI_CONNECT": "nano"} if jack else {}
    rows: dict[str, list[dict[str, Any]]] = {"control": [], "typed": []}
    for name in turns(args.pairs, "typed"):
        with jack_server() if jack else contextlib.nullcontext() as server:
            rows[name].append(run(name == "typed", args.pause, arguments, server))
    results = {name: total(several) for name, several in rows.items()}
    print(f"preset {args.preset}, {args.pairs} runs each, device {results['typed']['device']}")
    report(results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
