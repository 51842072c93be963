"""A small prompt for tests of the supervisor: echoes lines, leaves on `exit` or at the end of input.

`crash` ends it while nothing runs, `vanish` by what was entered and without a word, `hang` lets it do
nothing any more, not even beat.
"""

import os
import signal
import sys

from plaud_live.repl.heartbeat import Heartbeat


def main() -> int:
    running: list[str] = []
    heartbeat = Heartbeat(lambda: running[-1] if running else None, lambda: ["wander"])
    print(f"prompt {os.getpid()} {' '.join(sys.argv[1:])}", flush=True)
    status = _read(running, heartbeat)
    if status == 0:
        heartbeat.close()
    return status


def _read(running: list[str], heartbeat: Heartbeat) -> int:
    for line in iter(sys.stdin.readline, ""):
        running.append(line)
        heartbeat.beat()
        if line.strip() == "exit":
            return 0
        if line.strip() == "crash":
            running.clear()
            heartbeat.beat()
            return 3
        if line.strip() == "vanish":
            os._exit(0)
        if line.strip() == "hang":
            os.kill(os.getpid(), signal.SIGSTOP)
        print(f"> {line.strip()}", flush=True)
        running.clear()
    return 0


if __name__ == "__main__":
    sys.exit(main())
