"""Writes a model for the watched plugin: checked first, whole, in an order that never misleads.

Four files, each written beside its place and renamed into it, in this order: `NAME.json` (the IR),
`NAME.cert.json`, `NAME.params.json` (coefficients by path), `NAME.dsp`. A new generation of the same
structure digest leaves `NAME.dsp` alone: the plugin takes the values from `NAME.params.json`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from compiler.backend.faust import model_to_faust, structure_and_values
from compiler.errors import CompilerError, ConfigError
from compiler.files import read_object, write_together
from compiler.gates import Controls, Judgement, judged, may_publish
from compiler.ir.json import to_json
from compiler.ir.nodes import Model
from compiler.pipeline import prepare
from compiler.playable import KNOBS, Playable

PARAMS_SCHEMA_VERSION = 2
STATUS_ENDING = ".dsp.status.json"
"""Where the plugin answers."""

Stamp: TypeAlias = tuple[int, int, int]
"""Time of change in ns, size in bytes, inode: a file that somebody else wrote has another."""


@dataclass(frozen=True)
class Update:
    """What became of a model that was to be published.

    `state` is "published", "unchanged" (it is what lies there already), "refused" (the last good one stays)
    or "waiting" (it is checked, and published if it is good, unless a newer one comes before).
    """

    state: Literal["published", "unchanged", "refused", "waiting"]
    reason: str = ""
    """Why it was refused, or a warning."""
    verdict: str | None = None
    """The certificate's; None if there is none, because it waits or was refused before."""
    generation: int = 0
    """The newest generation that lies there; 0 for none."""
    recompiles: bool = False
    """Whether the structure is new, so that the plugin compiles."""


class Publisher:
    """Writes into `path` (`….dsp`) and beside it. Not for several threads at once."""

    def __init__(self, path: Path, controls: Controls = None, follow_host_rate: bool = False) -> None:
        self.path = path
        self._controls = controls
        self._follow_host_rate = follow_host_rate
        self._text = ""
        self._digest = ""
        self._generation = 0
        self._counted = 0
        self._written: Stamp | None = None

    @property
    def generation(self) -> int:
        """The newest generation that was published from here; 0 for none."""
        return self._generation

    def publish(self, model: Model | Playable, force: bool = False) -> Update:
        """Check `model`, and write it as the next generation if it may be heard. Raises nothing.

        `force` publishes what could not be decided (indeterminate), nothing worse. One that is playable was
        judged before, with all knobs and at all rates: a publisher of anything else refuses it.
        """
        text = _line(to_json(model.model if isinstance(model, Playable) else model))
        if text == self._text and self._is_ours():
            return Update("unchanged", generation=self._generation)
        verdict = None
        try:
            judgement = self._judged(model)
            verdict = judgement.certificate.verdict
            warning = may_publish(judgement, force)
            recompiles = self._write(text, judgement)
        except CompilerError as error:
            return Update("refused", str(error), verdict, self._generation)
        return Update("published", warning, verdict, self._generation, recompiles)

    def beside(self, ending: str) -> Path:
        """The file of the same name with another ending."""
        return self.path.with_name(self.path.stem + ending)

    def _judged(self, model: Model | Playable) -> Judgement:
        if isinstance(model, Model):
            return judged(model, self._controls, self._follow_host_rate)
        ranges = isinstance(self._controls, Mapping)
        if ranges or set(self._controls or ()) != set(KNOBS) or not self._follow_host_rate:
            wants = f"controls={list(KNOBS)} and follow_host_rate"
            raise ConfigError(str(self.path), f"to publish what was judged before, it wants {wants}")
        return Judgement(prepare(model.model), model.plan, model.certificate)

    def _write(self, text: str, judgement: Judgement) -> bool:
        """Write the next generation; true if it compiles anew. Raises ConfigError if it cannot be written."""
        prepared, plan = judgement.prepared, judgement.plan
        # Counted even if it fails half way, and on from what others wrote: no generation comes twice, also
        # where the plugin has answered for one whose files were removed.
        self._counted = max(self._counted, self._lying(), self._generation_in(STATUS_ENDING)) + 1
        digest, values = structure_and_values(prepared, plan, self._follow_host_rate)
        params = {
            "schema_version": PARAMS_SCHEMA_VERSION,
            "structure": digest,
            "generation": self._counted,
            "values": values,
        }
        files = [
            (".json", text),
            (".cert.json", _line(judgement.certificate.to_json())),
            (".params.json", _line(params)),
        ]
        recompiles = digest != self._digest or not self._is_ours()
        if recompiles:
            dsp = model_to_faust(
                prepared,
                plan,
                follow_host_rate=self._follow_host_rate,
                live=True,
                generation=self._counted,
                digest=digest,
            )
            files.append((".dsp", dsp))
        self._text = ""  # until all is written: half a model is not what lies there already
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_together([(self.beside(ending), content) for ending, content in files])
        except OSError as error:
            raise ConfigError(str(self.path), f"cannot be written: {error.strerror}") from None
        self._text, self._digest, self._generation = text, digest, self._counted
        self._written = _stamp(self.path)
        return recompiles

    def _is_ours(self) -> bool:
        """Whether the files are those that were written from here last."""
        stamp = _stamp(self.path)
        return 0 < self._generation == self._lying() and stamp is not None and stamp == self._written

    def _lying(self) -> int:
        """The generation that lies there, whoever wrote it; 0 if none can be read."""
        return self._generation_in(".params.json")

    def _generation_in(self, ending: str) -> int:
        last = (read_object(self.beside(ending)) or {}).get("generation")
        return last if type(last) is int and last > 0 else 0


def _stamp(path: Path) -> Stamp | None:
    """None where there is no such file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, allow_nan=False) + "\n"
