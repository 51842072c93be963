"""Commands that take minutes, run beside what plays: a line says what came of each."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence

from plaud_live.repl.performance import Performance


def in_background(performance: Performance, words: Sequence[str], who: str, what: str) -> None:
    """Run `plaud-live` with these words, of the lowest priority; show its last line.

    It is from `who` where all went well, and about `what` they typed where not. Ctrl-C at the prompt, and its
    end, leave the command alone.
    """
    nice = shutil.which("nice")
    polite = [nice, "-n", "19"] if nice else []
    command = [*polite, sys.executable, "-m", "plaud_live", *words]

    def work() -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=False, start_new_session=True)
        said = (done.stdout if done.returncode == 0 else done.stderr or done.stdout).strip().splitlines()
        last = said[-1].removeprefix("plaud-live: ") if said else f"exit status {done.returncode}"
        performance.on_message(f"{who}: {last}" if done.returncode == 0 else f"{what}: {last}")

    threading.Thread(target=work, name="plaud-export", daemon=True).start()
