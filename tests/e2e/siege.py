"""A siege: adversaries are entered while the instrument plays one steady sound, looked at after each."""

import contextlib
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from prompt_toolkit.utils import get_cwidth

from plaud_live.engine.link import Client
from tests.e2e.adversaries import HARMLESS, INTERRUPTED, REFUSED, REOPENED, Adversary
from tests.e2e.stage import Terminal, instrument
from tests.processes import PATIENCE

SETTING = "clock.quant = 0; drone.z = A.hum; drone.temperature = 0; drone.gain = .7; drone.play(over=0)"
COLUMNS = 80
HEADER_BYTES, FRAME_BYTES = 80, 8
CONTROL_SECONDS = 3.0
WINDOW_SECONDS = 0.1
POLL_SECONDS = 0.02
MOST_SECONDS = {REFUSED: 2.5, HARMLESS: 2.5, INTERRUPTED: 2.5, REOPENED: 5.0}
MOST_ROWS = 2
PATIENCE_SECONDS = {REFUSED: 8.0, INTERRUPTED: 8.0, HARMLESS: 8.0, REOPENED: 20.0}
TOO_LONG = 1000
"""Characters of an entry whose echo fills more than the screen."""


@dataclass
class Outcome:
    """What came of one entry: seconds until its line was there, what was shown, and what was wrong."""

    adversary: Adversary
    seconds: float = math.inf
    shown: str = ""
    rows: int = 0
    wrong: list[str] = field(default_factory=list)
    start: float = 0.0
    end: float = 0.0
    missed: int = 0

    def faults(self, patience: float = 1.0) -> list[str]:
        """What was wrong; `patience`: how many times as long it may take on a busy machine."""
        kind = self.adversary.kind
        rows = [f"{self.rows} rows"] if kind == REFUSED and self.rows > MOST_ROWS else []
        late = [f"took {self.seconds:.1f} s"] if self.seconds > patience * MOST_SECONDS[kind] else []
        return self.wrong + rows + late

    def __str__(self) -> str:
        return f"{self.adversary.entry[:60]!r}: {'; '.join(self.faults())}; shown: {self.shown!r:.200}"


class Siege:
    """One instrument, its prompt in `terminal`, its sound in the file `tape`."""

    def __init__(self, terminal: Terminal, home: Path, tape: Path) -> None:
        self.terminal = terminal
        self.outcomes: list[Outcome] = []
        self._tape = tape
        terminal.wait("help()")
        self._client = Client(home / "run" / "engine.sock", PATIENCE)
        begun = self.enter(Adversary(f"{SETTING}; 'set'*2", "setset", HARMLESS))
        assert not begun.wrong, self.terminal.screen()
        time.sleep(1.0)
        self._position = self._sample()
        self.control = (self.seconds, 0.0)
        time.sleep(CONTROL_SECONDS)
        self._frame = self._frames()[-1]
        self._state = self._look()
        self.control = (self.control[0], self.seconds)

    @property
    def seconds(self) -> float:
        """Seconds on the tape."""
        return max(0, self._tape.stat().st_size - HEADER_BYTES) / FRAME_BYTES / 44100

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    # One entry

    def clear(self) -> None:
        """An empty screen with the prompt at its top."""
        if not any(row.strip() == ">" for row in _rows(self.terminal)):
            self.terminal.key("C-c")  # a line that is left over
        for _ in range(20):
            self.terminal.key("C-l")
            deadline = time.monotonic() + 0.5
            while time.monotonic() < deadline:
                if _rows(self.terminal)[0].strip() == ">":
                    return
                time.sleep(POLL_SECONDS)
        pytest.fail(f"no empty prompt:\n{self.terminal.screen()}")

    def enter(self, adversary: Adversary, patience: float = 0.0) -> Outcome:
        """Enter it and wait for its line; then look at what it left."""
        outcome = Outcome(adversary)
        patience = patience or PATIENCE_SECONDS[adversary.kind]
        text = adversary.entry
        self.clear()
        self.terminal.paste(text)
        self._wait_typed(text)
        start = time.monotonic()
        self.terminal.key("Enter")
        while time.monotonic() - start < patience:
            shown = flat(self._answer(text, adversary.line))
            open_again = adversary.kind != REOPENED or "open again" in shown
            if adversary.line in shown and open_again and self._answered():
                outcome.seconds = time.monotonic() - start
                break
            time.sleep(POLL_SECONDS)
        else:
            outcome.wrong.append(f"no line with {adversary.line!r}")
        rows = [row for row in self._answer(text, adversary.line) if row.strip()]
        outcome.shown, outcome.rows = "\n".join(rows), len(rows)
        return outcome

    def _wait_typed(self, text: str) -> None:
        """Return once the end of the text is on the screen, or should be."""
        end = text.strip()[-12:].split()[-1]
        deadline = time.monotonic() + 0.5 + len(text) / 2e6
        while (end not in flat(_rows(self.terminal)) or len(text) > TOO_LONG) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)

    def _answered(self) -> bool:
        """Whether there is another prompt."""
        return any(row.strip() == ">" for row in _rows(self.terminal)[1:])

    def _answer(self, text: str, line: str) -> list[str]:
        """The rows between the entry and the next prompt."""
        rows = _rows(self.terminal)
        lines = text.split("\n")
        echo = sum(max(1, math.ceil((2 + get_cwidth(each)) / COLUMNS)) for each in lines)
        prompts = [n for n, row in enumerate(rows) if row.strip() == ">"]
        end = prompts[-1] if prompts else len(rows) - 3
        if echo >= end:
            echo = next((n for n, row in enumerate(rows) if line[:9] in row), end - 3)
        return rows[echo:end]

    def run(self, adversary: Adversary) -> Outcome:
        """Enter it, and hold everything that sounds against what it was."""
        before = self.seconds
        missed = self._missed()
        outcome = self.enter(adversary)
        outcome.start, outcome.end = before, self.seconds
        outcome.wrong += self.harm()
        outcome.missed = self._missed() - missed
        if "Traceback" in outcome.shown:
            outcome.wrong.append("shows a traceback")
        self.outcomes.append(outcome)
        return outcome

    def harm(self) -> list[str]:
        """What is not as it was: signals, held parameters, the frames that were heard since the last look."""
        wrong = []
        now = self._look()
        wrong += [f"{name} changed" for name in now if now[name] != self._state[name]]
        self._state = now
        frames = self._frames()
        if not len(frames) or not np.allclose(frames, self._frame, rtol=0.0, atol=1e-6):
            wrong.append("other control frames")
        return wrong

    def moves(self) -> bool:
        """Whether something else is heard than before."""
        self._position = self._sample()
        time.sleep(0.5)
        return not np.allclose(self._frames()[-1], self._frame, rtol=0.0, atol=1e-6)

    def _look(self) -> dict[str, Any]:
        state = self._client.request("hello")["state"]
        status = self._client.request("status")
        looked = {name: state[name] for name in ("instruments", "anchors", "scenes", "quant", "tempo")}
        looked["held"] = {name: each.get("held") for name, each in status["instruments"].items()}
        return looked

    def _missed(self) -> int:
        status = self._client.request("status")
        return int(status["xruns"]) + int(status["late"])

    def _sample(self) -> int:
        return int(self._client.request("status")["position"])

    def _frames(self) -> np.ndarray:
        """The control frames since the last call [f, fields]."""
        found: list[list[float]] = []
        more = True
        while more:
            answer = self._client.request("control_frames", instrument="drone", since=self._position)
            more = bool(answer.get("more")) and bool(answer["samples"])
            found += answer["values"]
            if answer["samples"]:
                self._position = int(answer["samples"][-1]) + 1
        return np.array(found)

    # The tape

    def check_tape(self) -> None:
        """Add to each outcome what is to be heard of it."""
        samples, rate = soundfile.read(self._tape, dtype="float64", always_2d=True)
        mono = samples[:, 0]
        start, end = (int(t * rate) for t in self.control)
        levels = levels_db(mono[start:end], rate)
        own = roughness(mono[start:end])
        low, high = levels.min() - 1.5, levels.max() + 1.5
        for outcome in self.outcomes:
            part = mono[int(outcome.start * rate) : int(outcome.end * rate)]
            if outcome.missed or len(part) < 2 * WINDOW_SECONDS * rate:
                continue
            heard = levels_db(part, rate)
            if heard.min() < low or heard.max() > high:
                outcome.wrong.append(
                    f"level {heard.min():.1f} to {heard.max():.1f} dB, was {low:.1f} to {high:.1f}"
                )
            if roughness(part) > 1.5 * own:
                outcome.wrong.append(f"a click: {roughness(part):.4f}, own {own:.4f}")


@contextlib.contextmanager
def siege(folder: Path) -> Iterator[Siege]:
    """The instrument in a terminal of 80 x 24, playing."""
    tape = folder / "tape.wav"
    with instrument(folder, None, ["--sink", str(tape), "--osc-port", "0"]) as terminal:
        made = Siege(terminal, folder, tape)
        try:
            yield made
        finally:
            made.close()


def levels_db(samples: np.ndarray, rate: int) -> np.ndarray:
    """Level of each window, in dB."""
    size = int(WINDOW_SECONDS * rate)
    windows = samples[: len(samples) // size * size].reshape(-1, size)
    return 20 * np.log10(np.sqrt((windows**2).mean(axis=1)) + 1e-12)


def roughness(samples: np.ndarray) -> float:
    """The largest second difference: what a click raises above the sound's own."""
    return float(np.abs(np.diff(samples, 2)).max())


def flat(rows: list[str]) -> str:
    """Rows as one line: a full one goes on in the next."""
    return " ".join("".join(row.ljust(COLUMNS) for row in rows).split())


def _rows(terminal: Terminal) -> list[str]:
    return terminal.screen().split("\n")
