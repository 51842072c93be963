"""A small plugin for tests of pushing: it watches a file, as the real one does, and says what it is told."""

import json
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from compiler.files import write_whole


class StandIn:
    """Answers for every new generation beside `dsp` while it is open; `error`: what it says of them."""

    def __init__(self, dsp: Path, error: str = "") -> None:
        self.dsp, self.error = dsp, error
        self.seen: list[int] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()

    def answer(self, generation: int) -> None:
        """Write what the plugin writes."""
        told: dict[str, Any] = {"schema_version": 1, "state": "error" if self.error else "ok"}
        told |= {"generation": generation, "backend": "interpreter", "compile_ms": 12.4, "error": self.error}
        write_whole(answer_of(self.dsp), json.dumps(told))

    def _watch(self) -> None:
        while not self._end.wait(0.002):
            generation = generation_of(self.dsp)
            if generation and self.dsp.is_file() and generation not in self.seen[-1:]:
                self.seen.append(generation)
                self.answer(generation)


def generation_of(dsp: Path) -> int:
    """What lies there; 0 for nothing."""
    try:
        return int(json.loads(dsp.with_suffix(".params.json").read_text())["generation"])
    except (OSError, ValueError):
        return 0


def answer_of(dsp: Path) -> Path:
    """Where the plugin answers."""
    return dsp.with_name(f"{dsp.name}.status.json")
