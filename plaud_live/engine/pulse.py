"""The supervisor's ear at the prompt's heartbeat: what the prompt runs, and whether it has fallen silent.

`repl.heartbeat` writes the lines. Silence is counted in looks, not in seconds: while a laptop sleeps nobody
looks, and a prompt that could not beat either is not taken for one that hangs.
"""

import json
import os

FD_NAME = "PLAUD_HEARTBEAT_FD"
LOOK_SECONDS = 0.25
MOST_SILENT_LOOKS = 10
"""Ended after 2.5 s: with the time to open another, the performer waits for less than 5."""

RECEIVE_BYTES = 1 << 16
MOST_TEXT = 60


class Pulse:
    """One prompt's heartbeat. `fd` is the end that the prompt inherits; `close` when the prompt is gone."""

    def __init__(self) -> None:
        self._read, self.fd = os.pipe()
        os.set_blocking(self._read, False)
        self._rest = b""
        self._silent = 0
        self.heard = False
        """It has given a sign of life."""
        self.leaving = False
        """It has said that it ends by itself."""
        self.running = ""
        self.loops: tuple[str, ...] = ()
        self.out_of_memory = False

    def inherited(self) -> None:
        """The prompt has its end: forget ours, so that it is closed when the prompt ends."""
        os.close(self.fd)

    def look(self) -> bool:
        """Hear what has come since the last look. True: silent for so long that the prompt hangs."""
        if self.hear():
            self._silent = 0
        elif self.heard and not self.leaving:  # nor may it close the pipe, and hang unheard
            self._silent += 1
        return self._silent >= MOST_SILENT_LOOKS

    def hear(self) -> bool:
        """Take all lines that have come; False if there were none."""
        came = False
        while True:
            try:
                data = os.read(self._read, RECEIVE_BYTES)
            except BlockingIOError:
                return came
            if not data:
                return came
            *lines, self._rest = (self._rest + data).split(b"\n")
            self._rest = self._rest[-RECEIVE_BYTES:]
            came = self.heard = True
            for line in lines:
                self._take(line)

    def circumstances(self) -> str:
        """What ran, and which loops ended with it: ` while it ran 2**2**99; its loops ended: wander`."""
        text = f" while it ran {self.running}" if self.running else ""
        return text + (f"; its loops ended: {', '.join(self.loops)}" if self.loops else "")

    def close(self) -> None:
        """Hear the last lines and stop listening."""
        self.hear()
        os.close(self._read)

    def _take(self, line: bytes) -> None:
        try:
            said = json.loads(line)
        except ValueError:
            return  # user code wrote into the pipe
        if not isinstance(said, dict):
            return
        self.leaving |= said.get("leaving") is True
        self.out_of_memory = said.get("memory") is True
        if "running" in said:
            self.running = _short(said["running"])
        if isinstance(said.get("loops"), list):
            self.loops = tuple(filter(None, map(_short, said["loops"])))


def _short(text: object) -> str:
    """The first line of a text, safe to print; '' for what is none."""
    if not isinstance(text, str) or not text.strip():
        return ""
    first, *others = text.strip().splitlines()
    line = "".join(letter for letter in first if letter.isprintable())
    return f"{line[:MOST_TEXT]} …" if others or len(line) > MOST_TEXT else line
