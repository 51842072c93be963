"""The prompt's sign of life: a line of JSON four times a second, into a pipe that the supervisor listens to.

`{"running": TEXT or null, "loops": [NAMES]}` says what runs, so that the supervisor can tell what a prompt
that falls silent or dies was doing. Code that holds the interpreter in C silences it; after 2.5 s
the supervisor ends the prompt and opens another. `{"leaving": true}` is the last line of one that ends by
itself, `{"memory": true}` what is left to say when there is no memory for more.
"""

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable, Sequence

FD_NAME = "PLAUD_HEARTBEAT_FD"
BEAT_SECONDS = 0.25
MOST_TEXT = 200
MOST_LOOPS = 8
MOST_NAME = 32
"""So much fits into a line that a pipe takes whole, PIPE_BUF bytes, even if every letter is escaped."""

_LEAVING = b'{"leaving": true}\n'
_MEMORY = b'{"memory": true}\n'
_ALIVE = b"{}\n"


class Heartbeat:
    """Beats from a thread of its own; `running` gives the entry that runs, `loops` the names of all loops.

    Without a pipe in the environment there is nobody to hear it, and nothing happens.
    """

    def __init__(self, running: Callable[[], str | None], loops: Callable[[], Sequence[str]]) -> None:
        self._running, self._loops = running, loops
        self._ended = False
        given = os.environ.pop(FD_NAME, "")
        self._fd = int(given) if given.isdigit() else None
        if self._fd is not None:
            os.set_inheritable(self._fd, False)
            os.set_blocking(self._fd, False)
            threading.Thread(target=self._run, name="plaud-heartbeat", daemon=True).start()

    def beat(self) -> None:
        """Say it now: whatever is about to run may be the last that this process does."""
        try:
            line = self._line()
        except MemoryError:
            line = _MEMORY
        except Exception:  # what runs cannot be said just now; that something does still can
            line = _ALIVE
        self._write(line)

    def out_of_memory(self, text: str) -> None:
        """Say that this process ends now, since the entry `text` has left no memory for the next."""
        self._ended = True
        self._write(json.dumps({"running": text[:MOST_TEXT], "memory": True}).encode() + b"\n")

    def close(self) -> None:
        """Say that this process ends by itself: silence is no reason to end it from now on."""
        self._ended = True
        self._write(_LEAVING)

    def _run(self) -> None:
        while not self._ended:
            self.beat()
            time.sleep(BEAT_SECONDS)

    def _line(self) -> bytes:
        running = self._running()
        loops = [name[:MOST_NAME] for name in self._loops()[:MOST_LOOPS]]
        return json.dumps({"running": running and running[:MOST_TEXT], "loops": loops}).encode() + b"\n"

    def _write(self, line: bytes) -> None:
        if self._fd is not None:
            with contextlib.suppress(OSError):  # a full pipe has news enough; a closed one has no reader
                os.write(self._fd, line)
