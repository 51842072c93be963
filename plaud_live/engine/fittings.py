"""What the trainer is asked to do for the reverb: fit it to a decay, or match it to a room."""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plaud_live.control.parameters import VERB
from plaud_live.errors import ParameterError

HOWS = ("fit", "match")
T60_RANGE = (0.05, 60.0)
OCTAVES_HZ = (20.0, 20000.0)
MOST_STEPS = 100_000
MOST_SECONDS = 3600.0

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NUMBER = re.compile(r"_\d+$")


@dataclass(frozen=True)
class Fitting:
    """Fit a child of the reverb in the file `parent`, whose digest is `digest`.

    `t60`: seconds by octave in Hz, 0 for all of them. `sources`: the recording that is matched, in `seconds`.
    """

    parent: str
    digest: str
    how: str
    t60: tuple[tuple[float, float], ...] = ()
    colorless: bool = False
    steps: int = 0
    sources: tuple[str, ...] = ()
    seconds: float = 0.0
    name: str = ""

    instrument = VERB

    @property
    def minutes(self) -> float:
        """How long it may take, where that is known."""
        return self.seconds / 60.0

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Fitting":
        """From JSON. Raises ParameterError for what cannot be asked."""
        how, name = data.get("how"), data.get("name")
        if name is not None and not (isinstance(name, str) and _NAME.fullmatch(name)):
            raise ParameterError(f"{VERB}.{how}: name={name!r:.70}: wants 1 to 64 letters, digits, _ or -")
        common = str(data["parent"]), str(data["digest"]), str(how)
        if how == "fit":
            t60, colorless = _decay(data.get("t60")), bool(data.get("colorless"))
            if not t60 and not colorless:
                raise ParameterError(
                    f"{VERB}.fit(): wants t60=3.5, or t60={{125: 4, 1000: 3}}, or colorless=True"
                )
            steps = _whole("fit(steps", data.get("steps") or 0, MOST_STEPS)
            return cls(*common, t60, colorless, steps, name=name or "")
        if how == "match":
            source = data.get("recording")
            if not isinstance(source, str) or not Path(source).is_file():
                raise ParameterError(f"{VERB}.match({source!r:.60}): there is no such recording")
            seconds = _number("match(secs", data.get("seconds") or 0.0, 0.0, MOST_SECONDS)
            return cls(*common, sources=(source,), seconds=seconds, name=name or "")
        raise ParameterError(f"{VERB}: how={how!r:.40}: have {', '.join(HOWS)}")

    def command(self, name: str, out: Path) -> list[str]:
        """Words of `plaud-live` that make the reverb `name` in the folder `out`."""
        words = ["reverb", self.how, "--from", self.parent, "--name", name, "--out", str(out)]
        for hz, seconds in self.t60:
            words += ["--t60", f"{hz:g}:{seconds:g}" if hz else f"{seconds:g}"]
        words += ["--colorless"] if self.colorless else []
        words += ["--steps", str(self.steps)] if self.steps else []
        words += ["--seconds", f"{self.seconds:g}"] if self.seconds else []
        return [*words, *self.sources]

    def named(self, model: str, out: Path, taken: Collection[str] = ()) -> str:
        """What it will be called, of a reverb called `model`: its own name, or the next that is free.

        `taken` are names of which there are no files yet.
        """
        if self.name:
            return self.name
        base, number = _NUMBER.sub("", model)[:60], 2
        while f"{base}_{number}" in taken or (out / f"{base}_{number}.json").exists():
            number += 1
        return f"{base}_{number}"


def _decay(value: object) -> tuple[tuple[float, float], ...]:
    """`3.5`, or `{125: 4, 1000: 3}` (keys may be text, as in JSON)."""
    if value is None:
        return ()
    bands = value if isinstance(value, Mapping) else {0.0: value}
    found = []
    for hz, seconds in bands.items():
        at = _number("fit(t60", hz, 0.0, OCTAVES_HZ[1])
        if at and at < OCTAVES_HZ[0]:
            raise ParameterError(f"{VERB}.fit(t60={{{hz}: …}}): wants octaves from {OCTAVES_HZ[0]:g} Hz on")
        found.append((at, _number("fit(t60", seconds, *T60_RANGE, unit=" s")))
    return tuple(found)


def _number(what: str, value: object, low: float, high: float, unit: str = "") -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not low <= number <= high:
        raise ParameterError(f"{VERB}.{what}={value!r:.40}): wants {low:g} to {high:g}{unit}")
    return number


def _whole(what: str, value: object, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ParameterError(f"{VERB}.{what}={value!r:.40}): wants a whole number from 1 to {most}")
    return value
