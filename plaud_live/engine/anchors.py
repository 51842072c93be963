"""Anchors from sound, and into model files. Both take time: the engine's loader does them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from plaud_live import model_file, settings
from plaud_live.control.apply import instrument_of
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.state import Heard, State
from plaud_live.engine.models import Models, info_of
from plaud_live.errors import ModelFileError, SessionError, SettingsError, SignalError
from plaud_live.model_file import Anchor, PlaudModel
from plaud_live.signals.graph import Array
from plaud_live.synths.encoder import StreamingEncoder

MOST_SECONDS = 60.0
EDGE_SECONDS = 0.05
"""Read on both sides of a span: a resampler needs a few milliseconds before it is exact."""

SILENT = 0.01
"""Frames 40 dB below the loudest of a span are no part of what it sounds like."""

INAUDIBLE = 1e-5
_BLOCK = 1 << 16
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

Raw = tuple[float, ...]


@dataclass(frozen=True)
class Span:
    """From `start` to `end` of the sound file at `path`, in seconds; None: to its end."""

    path: str
    start: float = 0.0
    end: float | None = None

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Span":
        """From a request. Raises SignalError for anything that is no span."""
        path, start, end = data.get("path"), data.get("start") or 0.0, data.get("end")
        if not isinstance(path, str) or not path:
            raise SignalError(f"encode: {path!r:.60} is no sound file")
        for time in (start, 0.0 if end is None else end):
            if isinstance(time, bool) or not isinstance(time, int | float) or not 0.0 <= time < 1e9:
                raise SignalError(f"{path}: {time!r:.40} wants to be a time in seconds")
        span = cls(path, float(start), None if end is None else float(end))
        if span.end is not None and span.end <= span.start:
            raise SignalError(f"{span}: ends before it begins")
        return span

    def __str__(self) -> str:
        end = "the end" if self.end is None else f"{self.end:g}"
        return f"{self.path} [{self.start:g}:{end} s]"


def encode_span(model: PlaudModel, span: Span) -> Raw:
    """The place of a span in raw latents: the median of its frames that are not silent.

    Raises SignalError that names the file and the span: no sound file, silent, too short, or not all in it.
    """
    config = model.config
    sound, first, last = _read(span, config.sample_rate, _lead_samples(model))
    if last - first < config.hop_size:
        raise SignalError(f"{span}: wants at least a frame, {config.hop_size / config.sample_rate:.3f} s")
    means = StreamingEncoder(model, config.sample_rate).push(sound.astype(np.float32))
    ends = (1 + np.arange(len(means))) * config.hop_size
    energy = np.concatenate([[0.0], np.cumsum(sound * sound)])
    begins = np.maximum(ends - config.mel_window, 0)
    level = np.sqrt((energy[ends] - energy[begins]) / config.mel_window)
    chosen = (ends > first) & (ends <= last)
    whole = chosen & (begins >= first)  # frames that hear nothing else
    chosen = whole if whole.any() else chosen
    loudest = level[chosen].max()
    if loudest < INAUDIBLE:
        raise SignalError(f"{span}: silent — there is no place to mark")
    place = np.median(means[chosen & (level >= SILENT * loudest)], axis=0)
    return tuple(place.tolist())


def heard_anew(
    old: PlaudModel, new: PlaudModel, sounds: Mapping[str, Heard]
) -> tuple[dict[str, Raw], list[str]]:
    """Where another model's encoder places sounds, and lines about those that it cannot be asked about.

    Nothing where both hear alike.
    """
    alike = all(
        key in new.weights and np.array_equal(weight, new.weights[key])
        for key, weight in old.weights.items()
        if key.startswith("encoder.")
    )
    places: dict[str, Raw] = {}
    problems: list[str] = []
    for name, span in {} if alike else sounds.items():
        try:
            places[name] = encode_span(new, Span(*span))
        except SignalError as error:
            problems.append(f"A.{name} stays where it was: {error}")
    return places, problems


@dataclass(frozen=True)
class Saved:
    """What a model file is now that anchors were saved in it, and the digests of what it was."""

    info: ModelInfo
    was: frozenset[str]
    message: str


def save_anchors(models: Models, state: State, instrument: str, name: str | None) -> Saved:
    """Write the anchors that `instrument` knows into a model file, whole or not at all.

    It is the file that the instrument plays or, with `name`, PLAUD_HOME/models/NAME.plaud, made if it is not
    there. Raises SettingsError for one that must not be written, ModelFileError or SessionError for one that
    cannot be.
    """
    info = instrument_of(state, instrument).info
    path = _target(info, name)
    model = models.model(info)
    there = model_file.read(path) if path.is_file() else None
    if there is not None and not _same_voice(there, model):
        what = "another model" if name is not None else f"not what {instrument} plays any more"
        raise ModelFileError(f'{path}: is {what} — save_anchors("another_name")')
    known = state.anchors_of(info)
    base = there or replace(model, name=name or model.name)
    anchors = _merged(base.anchors if there else model.anchors, known)
    training = {**base.training, "lineage": info.lineage}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        saved = model_file.write(replace(base, anchors=anchors, training=training), path)
    except OSError as error:
        raise SessionError(f"{path}: {error.strerror or error} — the anchors are not saved") from None
    count = f"{len(anchors)} anchor{'s' if len(anchors) != 1 else ''}"
    return Saved(info_of(saved, path), frozenset((base.digest, info.digest)), f"{count} in {path}")


def _target(info: ModelInfo, name: str | None) -> Path:
    built_in = settings.built_in_models()
    if name is None:
        if Path(info.path).resolve() in {path.resolve() for path in built_in.values()}:
            raise SettingsError(f'{info.name!r} is built in and stays as it is — save_anchors("a_name")')
        return Path(info.path)
    if not _NAME.fullmatch(name):
        raise SettingsError(f"save_anchors({name!r:.80}): wants 1 to 64 letters, digits, _ or -")
    if name in built_in:
        raise SettingsError(f"{name!r} is a built-in model's name — take another")
    return settings.home() / "models" / f"{name}.plaud"


def _same_voice(one: PlaudModel, other: PlaudModel) -> bool:
    return one.config == other.config and all(
        np.array_equal(weight, other.weights[key]) for key, weight in one.weights.items()
    )


def _merged(old: tuple[Anchor, ...], known: Mapping[str, Raw]) -> tuple[Anchor, ...]:
    """Anchors of a file, in their order and with their sources where they stayed, and the new ones."""
    merged = {anchor.name: anchor for anchor in old}
    for name, raw in known.items():
        if name not in merged or merged[name].raw != tuple(raw):
            merged[name] = Anchor(name, tuple(raw))
    return tuple(merged.values())


def _lead_samples(model: PlaudModel) -> int:
    """How much sound before a frame has a say in it."""
    config = model.config
    return config.mel_window + 2 * sum(config.encoder_dilations) * config.hop_size


def _read(span: Span, sample_rate: int, lead: int) -> tuple[Array, int, int]:
    """Mono sound [n] at `sample_rate` that begins `lead` samples before the span, if there are so many.

    Returns with it the first sample of the span and the one after its last.
    """
    path = Path(span.path).expanduser()
    if not path.is_file():
        raise SignalError(f"{span}: {'not a file' if path.exists() else 'no such file'}")
    try:
        with soundfile.SoundFile(path) as file:
            rate, seconds = file.samplerate, file.frames / file.samplerate
            end = seconds if span.end is None else span.end
            if not span.start < end <= seconds + 0.5 / rate:
                raise SignalError(f"{span}: the file is {seconds:.3f} s long")
            if end - span.start > MOST_SECONDS:
                raise SignalError(f"{span}: an anchor is one place, wants at most {MOST_SECONDS:g} s")
            begin = max(0, round((span.start - EDGE_SECONDS) * rate) - -(-lead * rate // sample_rate))
            stop = min(file.frames, round((end + EDGE_SECONDS) * rate))
            file.seek(begin)
            blocks = file.blocks(_BLOCK, frames=stop - begin, dtype="float32", always_2d=True)
            sound = np.concatenate([block.mean(axis=1, dtype=np.float64) for block in blocks])
    except soundfile.LibsndfileError as error:
        reason = error.error_string.removeprefix("Error : ").strip().rstrip(".")
        raise SignalError(f"{span}: {reason.lower()}") from None
    except (OSError, RuntimeError, ValueError) as error:
        raise SignalError(f"{span}: {error}") from None
    if not np.isfinite(sound).all():
        raise SignalError(f"{span}: holds values that are not finite")
    if rate != sample_rate:
        sound = soxr.resample(sound, rate, sample_rate, quality="VHQ")
    first = round(span.start * sample_rate - begin * sample_rate / rate)
    last = round(end * sample_rate - begin * sample_rate / rate)
    return sound, first, min(last, len(sound))
