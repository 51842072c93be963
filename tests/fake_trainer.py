"""A trainer for tests of its keeper: reports as `plaud-live train` does, and does what its name says.

`quick_…` is done at once, `crash_…` dies twice and then is done, `doomed_…` dies always, `bad_…` is refused,
`told_…` has something to say first, `slow_…` trains until SIGTERM comes and is saved then.
"""

import os
import signal
import sys
import threading
from pathlib import Path

from plaud_live.training.progress import Reporter, Status


def main(words: list[str]) -> int:
    def value(flag: str) -> str:
        return words[words.index(flag) + 1]

    name, folder = value("--model-name"), Path(value("--out"))
    runs = folder / f"{name}.runs"
    count = len(runs.read_text()) if runs.exists() else 0
    runs.write_text("x" * (count + 1))
    (folder / f"{name}.words").write_text(" ".join([*words, f"nice {os.nice(0)}"]))
    reporter = Reporter(int(value("--report-fd")))
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    reporter.status(Status("training", 0.25 * (count + 1), 10, 2.31, 480.0))
    kind = name.split("_")[0]
    if kind == "told":
        reporter.event("message", text="the parent has no memory")
    if kind == "doomed" or (kind == "crash" and count < 2):
        print("out of cheese", file=sys.stderr, flush=True)
        return 7
    if kind == "bad":
        reporter.event("failed", text="too short: 3.0 s of audio in all")
        return 2
    if kind == "slow":
        while not stopped.wait(0.01):
            pass
    path = str(folder / f"{name}.plaud")
    reporter.event(
        "trained", path=path, name=name, digest="d" * 64, report="r.png", text=f"{name}: new 2 → 1",
        stopped=stopped.is_set(),
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
