"""Requests of prompts that the engine and its offline twin answer alike. `link` lists them all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from plaud_live.engine.render import Renderer
from plaud_live.errors import ParameterError, SessionError, SignalError, suggestion
from plaud_live.signals.graph import Array
from plaud_live.synths.controls import CONTROL_NAMES

MAX_TEXT = 400_000
"""Characters of an entry and of all scripts that it ran."""

MAX_NAME = 100
MAX_VALUES = 16384
MAX_NUMBERS = 25_000
"""Numbers in one answer: a message has a limit, and each may need 24 characters."""


class Grids(Protocol):
    """What takes the samples of a function: `engine.inputs.Inputs`."""

    def write_grid(self, name: str, first_index: int, step_beats: float, values: Array) -> None:
        """Values [n] or [n, d] at the beats `(first_index + i) * step_beats`."""


@dataclass(frozen=True)
class Entry:
    """What a performer entered and the prompt accepted.

    `file` is the script whose text it is ('' for typed text); `files` maps the scripts that it ran, as they
    were named, to their texts; `by` says who entered it. `began` is the engine sample that was now for it
    when it began, None where nobody knew; `launched` are the samples at which it launched something.
    """

    text: str
    by: str = "prompt"
    file: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    began: int | None = None
    launched: tuple[int, ...] = ()

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Entry":
        """From a request. Raises SessionError for anything that is no entry."""
        text, by, file = (data.get(k) or d for k, d in (("text", ""), ("by", "prompt"), ("file", "")))
        files = data.get("files") or {}
        if not isinstance(files, Mapping) or not all(
            isinstance(value, str) for value in (text, by, file, *files, *files.values())
        ):
            raise SessionError("entry: wants text, and the texts of files by their names")
        if len(text) + sum(len(name) + len(each) for name, each in files.items()) > MAX_TEXT:
            raise SessionError(f"entry: more than {MAX_TEXT} characters are not recorded")
        began, launched = data.get("began"), data.get("launched") or []
        if not isinstance(launched, list) or not all(isinstance(each, int) for each in launched):
            raise SessionError("entry: launched wants engine samples")
        if began is not None and not isinstance(began, int):
            raise SessionError("entry: began wants an engine sample")
        return cls(text, by[:MAX_NAME], file[:MAX_TEXT], dict(files), began, tuple(launched))

    def extras(self) -> dict[str, Any]:
        """What the record has of it besides its text."""
        when = {"began": self.began, "launched": list(self.launched)}
        return {"file": self.file or None, "files": dict(self.files), **when}


def take_samples(inputs: Grids, data: Mapping[str, Any]) -> dict[str, Any]:
    """`samples`: hand a function's values to the engine's inputs. Raises SignalError for bad ones."""
    name, first, step = data.get("name"), data.get("first"), data.get("step")
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
        raise SignalError(f"samples: {name!r:.40} names no input")
    if isinstance(first, bool) or not isinstance(first, int) or abs(first) > 1 << 53:
        raise SignalError(f"samples of {name}: first is {first!r:.40}, wants the number of a step")
    if isinstance(step, bool) or not isinstance(step, int | float) or not 1e-6 <= step <= 1e6:
        raise SignalError(f"samples of {name}: step is {step!r:.40}, wants beats")
    try:
        values = np.array(data.get("values"), dtype=np.float64)
    except (TypeError, ValueError):
        raise SignalError(f"samples of {name}: values are no list of numbers") from None
    if values.ndim not in (1, 2) or not 0 < values.size <= MAX_VALUES:
        raise SignalError(f"samples of {name}: wants 1 to {MAX_VALUES} values, [n] or [n, d]")
    if not np.isfinite(values).all():
        raise SignalError(f"samples of {name}: not finite")
    inputs.write_grid(name, first, float(step), values)
    return {"next": first + len(values)}


def control_frames(renderer: Renderer, data: Mapping[str, Any]) -> dict[str, Any]:
    """`control_frames`: what drove a voice, frame by frame. Raises ParameterError if it is not there.

    `samples` [f] are engine samples, `values` [f, d + 10] raw latents and controls, `names` their columns;
    Every `step`th frame, at most `most`; `more`: these are not all, ask again from the last sample + 1 on.
    """
    name, since = data.get("instrument"), data.get("since", 0)
    slot = renderer.slots.get(name) if isinstance(name, str) else None
    if slot is None:
        raise ParameterError(f"no instrument {name!r:.40}{suggestion(str(name), list(renderer.slots))}")
    if isinstance(since, bool) or not isinstance(since, int):
        raise ParameterError(f"control_frames: since is {since!r:.40}, wants an engine sample")
    step, most = data.get("step", 1), data.get("most", MAX_NUMBERS)
    for asked in (step, most):
        if isinstance(asked, bool) or not isinstance(asked, int) or asked < 1:
            raise ParameterError(f"control_frames: step and most are counts from 1 on, not {asked!r:.40}")
    samples, values = slot.frames_since(since)
    samples, values = samples[::step], values[::step]
    most = min(most, MAX_NUMBERS // (values.shape[1] + 1))
    latents = [f"z{i}" for i in range(values.shape[1] - len(CONTROL_NAMES))]
    return {
        "samples": samples[:most].tolist(),
        "values": values[:most].tolist(),
        "names": [*latents, *CONTROL_NAMES],
        "more": len(samples) > most,
    }
