"""Scripts: finding, reading and running `patches/*.py`."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from plaud_live.errors import ParameterError, TransactionError
from plaud_live.repl.guard import Entry
from plaud_live.repl.patch_watch import PatchWatch
from plaud_live.repl.performance import Performance
from plaud_live.settings import home

METHODS = {"stop": "watch no script any longer: run.stop()"}
MAX_PATH = 1000
MAX_RUNS = 8
"""How deep scripts may run scripts."""


def find_patch(path: str | Path) -> Path:
    """The script that `path` means: itself, or in PLAUD_HOME or its patches/. Raises ParameterError."""
    given = Path(path).expanduser()
    if len(str(path)) > MAX_PATH:
        raise ParameterError(f"no script {str(path)!r:.40}: too long a name")
    for candidate in (given, home() / given, home() / "patches" / given):
        if candidate.is_file():
            return candidate.resolve()
    have = ", ".join(p.name for p in sorted((home() / "patches").glob("*.py")))
    raise ParameterError(f"no script {str(path)!r}{' — have ' + have if have else ''}")


def read_patch(file: Path) -> str:
    """The text of a script. Raises ParameterError."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise ParameterError(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ParameterError(f"{file}: not a text file") from None


class Run:
    """Play a script, and again at every save, until `run.stop()` or `hush()`. `run` says what is watched.

    A name alone is looked for in patches/ too. A save launches as a whole at the next quant; one that is
    wrong changes nothing and says why.

    >>> run("01_hello.py")
    >>> run.stop()
    """

    __name__ = "run"
    __slots__ = ("_deep", "_execute", "_parse", "_performance", "_watch")

    def __init__(
        self,
        performance: Performance,
        parse: Callable[[str, str], Entry],
        execute: Callable[[Entry], object],
    ) -> None:
        self._performance = performance
        self._parse = parse
        self._execute = execute
        self._watch: PatchWatch | None = None
        self._deep = 0
        performance.silenced.append(self._end)

    def watch_with(self, watch: PatchWatch) -> None:
        """Have the scripts that are run from now on watched."""
        self._watch = watch

    def __call__(self, path: object) -> None:
        """Play the script at `path`, within the entry that runs."""
        if not isinstance(path, str | Path):
            raise ParameterError(f"run({path!r:.40}): wants a file's name in quotes")
        if self._deep >= MAX_RUNS:
            raise TransactionError(f"run: scripts run scripts {MAX_RUNS} deep — nothing changed")
        file = find_patch(path)
        self._watch_file(file)
        text = read_patch(file)
        entry = self._parsed(text, file)
        self._performance.ran(str(path), text)
        self._deep += 1
        try:
            self._execute(entry)
        finally:
            self._deep -= 1

    def stop(self) -> None:
        """Watch no script any longer; what it launched goes on."""
        if not self._end("run.stop()"):
            raise ParameterError(
                'run.stop(): no script is watched — run("01_hello.py") plays and watches one'
            )

    def __repr__(self) -> str:
        files = self._watch.files if self._watch is not None else []
        return (
            f"run: {', '.join(f.name for f in files)} plays at every save"
            if files
            else "run: no script is watched"
        )

    def _parsed(self, text: str, file: Path) -> Entry:
        try:
            return self._parse(text, str(file))
        except TransactionError as error:
            line = str(error)
            raise TransactionError(f"{file.name}{' ' if line.startswith('line ') else ': '}{line}") from None

    def _watch_file(self, file: Path) -> None:
        """Watch a script from before it is read, whether or not it is right; and still if it calls `hush`."""
        self._watched(file)
        self._performance.afterwards(partial(self._watched, file))

    def _watched(self, file: Path) -> None:
        if self._watch is not None and self._watch.add(file):
            self._performance.on_message(f"{file.name} plays again at every save; run.stop() ends that")

    def _end(self, word: str) -> bool:
        """End all watching and say that `word` did it; False where there was none."""
        files = self._watch.stop() if self._watch is not None else []
        if files:
            self._performance.on_message(f"{word} ended watching {', '.join(f.name for f in files)}")
        return bool(files)
