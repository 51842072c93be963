"""The lessons of a model that is trained on: naive, replay, continual, and fresh."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch

from plaud_live.errors import TrainingError
from plaud_live.model_file import Anchor, PlaudModel
from plaud_live.models.files import from_model
from plaud_live.models.latent import calibrate
from plaud_live.models.plaud import PlaudNet
from plaud_live.training.anchors import make_anchors
from plaud_live.training.checkpoint import Progress
from plaud_live.training.continual import drift
from plaud_live.training.continual.alignment import align, find_alignment
from plaud_live.training.continual.comparison import Comparison
from plaud_live.training.continual.memory import Memory, Place
from plaud_live.training.continual.parent import Parent, open_parent
from plaud_live.training.continual.picture import draw_comparison
from plaud_live.training.continual.positions import Positions
from plaud_live.training.continual.remembering import Older
from plaud_live.training.dataset import Dataset
from plaud_live.training.encoding import encode_recordings, stretches
from plaud_live.training.evaluation.reconstruction import WINDOW_SECONDS
from plaud_live.training.lesson import Lesson, Naming, Settled
from plaud_live.training.options import TrainOptions
from plaud_live.training.regularisers.distillation import Distillation
from plaud_live.training.regularisers.encoder_anchor import EncoderAnchor
from plaud_live.training.regularisers.regulariser import Regulariser
from plaud_live.training.tied import measure_ties

NEW_ANCHORS = 8
_OLD = 1 << 43  # part of keys, far from all steps
_MEASURED_WINDOWS = 32
_SHOWN_WINDOWS = 2


class Child(Lesson):
    """What all have in common: a parent, whose ranges, names and anchors stay, and a report beside it."""

    rehearses: ClassVar[bool] = False
    """Whether a share of the crops is of what the parent remembers."""

    def __init__(
        self, options: TrainOptions, dataset: Dataset, naming: Naming | None, parent: Parent
    ) -> None:
        super().__init__(options, dataset, naming)
        self.model, self.memory, self.held = parent.model, parent.memory, parent.held
        self.net = parent.net()
        self.parent = parent.model.digest
        self.widths = np.array(self.model.latents.high) - np.array(self.model.latents.low)

    @property
    def identity(self) -> dict[str, str]:
        """Which parent, and how."""
        return {"how": self.options.how, "parent": self.parent}

    @property
    def summary(self) -> dict[str, Any]:
        """How it was made of which, and the first of its lineage, whose anchors all share."""
        model = self.model
        lineage = model.training.get("lineage") or model.parent or model.digest
        return {"how": self.options.how, "parent_name": model.name, "lineage": lineage}

    @property
    def licences(self) -> tuple[str, ...]:
        """The parent's too: it has learnt from that."""
        return (self.model.licence, *super().licences)

    def crops(self, samples: int, count: int, key: tuple[int, ...]) -> np.ndarray:
        """New sound first, then what is rehearsed."""
        old = self.rehearsed(count)
        new = self.dataset.crops(samples, count - old, key)
        return np.concatenate([new, self._remembered(samples, old, key)]) if old else new

    def rehearsed(self, count: int) -> int:
        """How many of so many crops are rehearsed."""
        if not self.rehearses or self.memory is None or not len(self.memory.passages):
            return 0
        return min(count - 1, max(1, round(self.options.replay * count)))

    def windows(self, count: int) -> np.ndarray:
        """Of new sound, and as much of the old that was held out, if that is rehearsed."""
        old = self.held_out[: count // 2] if self.rehearses else self.held_out[:0]
        samples = round(WINDOW_SECONDS * self.dataset.sample_rate)
        new = self.dataset.windows(samples, count - len(old))
        return np.concatenate([new, old]) if len(old) else new

    @property
    def held_out(self) -> np.ndarray:
        """What of the old sound nobody was trained on, [n, channels, samples]."""
        config = self.model.config
        nothing = np.zeros((0, config.channels, 0), np.float32)
        return nothing if self.memory is None else self.memory.held_out

    def new_windows(self) -> np.ndarray:
        """Windows [n, channels, samples] of new sound that is held out."""
        return self.dataset.windows(round(WINDOW_SECONDS * self.dataset.sample_rate), _MEASURED_WINDOWS)

    def older(self, net: PlaudNet) -> Older | None:
        """The parent's memory, encoded again."""
        if self.memory is None:
            return None
        return Older(self.memory, _encode(net, self.memory), self.memory.latents)

    def report(self, net: PlaudNet, model: PlaudModel, progress: Progress, folder: Path) -> str:
        """Measure both on new and old sound and at the anchors; write JSON and picture."""
        delay, windows = self.options.delay_samples, self.new_windows()
        raw = {anchor.name: anchor.raw for anchor in model.anchors}
        places = {place.name: (place.raw, raw.get(place.name, place.raw)) for place in self.held}
        drifts = drift.anchor_drift(self.net, net, places)
        memory = self.memory
        comparison = Comparison(
            parent=self.model.name,
            parent_digest=self.parent,
            child=model.name,
            child_digest=model.digest,
            how=self.options.how,
            minutes=progress.seconds / 60.0,
            steps=progress.step,
            new_before=drift.loss(self.net, windows, delay),
            new_after=drift.loss(net, windows, delay),
            old_before=drift.loss(self.net, self.held_out, delay),
            old_after=drift.loss(net, self.held_out, delay),
            anchors=tuple((each.name, each.db) for each in drifts),
            anchor_frames_db=float(np.mean([each.frames_db for each in drifts])) if drifts else np.nan,
            latents=()
            if memory is None
            else tuple(map(float, drift.latent_drift(self.net, net, memory.passages, self.widths))),
            cost=drift.cost(model.config) / drift.cost(self.model.config),
        )
        comparison.write(folder)
        shown = np.concatenate(windows[:_SHOWN_WINDOWS], axis=1)
        sounds = [("new sound, held out", shown), (self.model.name, self._play(self.net, shown))]
        sounds.append((model.name, self._play(net, shown)))
        pictured = [(title, sound.mean(axis=0)) for title, sound in sounds]
        draw_comparison(folder / "report.png", comparison, pictured, drifts, model.config.sample_rate)
        return comparison.line()

    @torch.no_grad()
    def _play(self, net: PlaudNet, sound: np.ndarray) -> np.ndarray:
        made = net(torch.from_numpy(sound)[None])[0][0, :, self.options.delay_samples :]
        return made.numpy()

    def _remembered(self, samples: int, count: int, key: tuple[int, ...]) -> np.ndarray:
        """Crops [count, channels, samples] of the parent's passages, silent after one that is shorter."""
        passages = self._passages
        generator = np.random.default_rng((*key, _OLD))
        which = generator.integers(len(passages), size=count)
        starts = (generator.random(count) * max(1, passages.shape[2] - samples + 1)).astype(int)
        out = np.zeros((count, passages.shape[1], samples), np.float32)
        for row, index, start in zip(out, which, starts, strict=True):
            sound = passages[index, :, start : start + samples]
            row[:, : sound.shape[1]] = sound
        return out

    @cached_property
    def _passages(self) -> np.ndarray:
        return np.zeros((0, 1, 0), np.float32) if self.memory is None else self.memory.passages


class Naive(Child):
    """Trains on the new sound alone: the parent's weights are no more than where it begins."""

    def begin(self, net: PlaudNet) -> None:
        """The parent's weights, its norm too, which stays."""
        net.load_state_dict(self.net.state_dict())

    def settle(self, net: PlaudNet) -> Settled:
        """The parent's ranges, names and anchors, as they are, and new anchors of the new sound."""
        ties = measure_ties(net, self.options.attributes, self.new_windows())
        encoded = encode_recordings(net, self.dataset)
        anchors = self.model.anchors
        new = make_anchors(encoded, self.widths, NEW_ANCHORS, self.naming.names, beside=anchors)
        return Settled(self.model.latents, (*anchors, *new), tuple(ties), tuple(encoded))


class Replay(Naive):
    """Rehearses what the parent remembers among the new sound, and is asked nothing else."""

    rehearses = True


class Continual(Replay):
    """Rehearses, and is held to the parent: its decoder at known positions, its encoder on old sound."""

    def regularisers(self) -> Sequence[Regulariser]:
        """Distillation, and the anchor of the encoder where there is old sound."""
        remembered = None if self.memory is None else torch.from_numpy(self.memory.latents)
        positions = Positions(self.model.latents, self.held, remembered)
        parent = from_model(self.model)  # of its own: it goes where the child is trained
        parts: list[Regulariser] = [Distillation(self.options, parent, positions)]
        if old := self.rehearsed(self.options.batch_size):
            parts.append(EncoderAnchor(self.options, parent, list(self.widths), old))
        return parts


class Fresh(Child):
    """Trains anew on new sound and what the parent remembers, and is turned to the parent's latents then."""

    rehearses = True

    def settle(self, net: PlaudNet) -> Settled:
        """Align the latents with the parent's, whose ranges and names they take.

        An anchor whose sound is remembered is where the child hears that sound; the others stay.
        """
        memory = _required(self.memory, self.model, self.options.how)
        tied = [latent for latent, _ in self.options.attributes]
        rows = [_encode(each, memory).reshape(-1, len(self.widths)) for each in (self.net, net)]
        align(net, find_alignment(rows[0], rows[1], tied))
        ties = measure_ties(net, self.options.attributes, self.new_windows())
        old = (torch.from_numpy(passage)[None] for passage in memory.passages)
        new = (torch.from_numpy(audio)[None] for audio in stretches(self.dataset))
        ours, theirs = calibrate(net, (*old, *new)), self.model.latents
        space = replace(ours, low=theirs.low, high=theirs.high, names=theirs.names)
        encoded = encode_recordings(net, self.dataset)
        places = {place.anchor: i for i, place in enumerate(memory.places)}
        means = _encode(net, memory)
        anchors = tuple(
            self._heard_again(anchor, means[places[anchor.name]], memory.places[places[anchor.name]])
            if anchor.name in places
            else anchor
            for anchor in self.model.anchors
        )
        new_anchors = make_anchors(encoded, self.widths, NEW_ANCHORS, self.naming.names, beside=anchors)
        return Settled(space, (*anchors, *new_anchors), tuple(ties), tuple(encoded))

    def older(self, net: PlaudNet) -> Older | None:
        """The parent's passages; its trajectories as the child hears them, for they are the child's own
        now."""
        older = super().older(net)
        return None if older is None else replace(older, latents=older.means.astype(np.float32))

    def _heard_again(self, anchor: Anchor, means: np.ndarray, place: Place) -> Anchor:
        rate = self.model.config.frame_rate
        edges = (anchor.start_seconds - place.start_seconds, anchor.end_seconds - place.start_seconds)
        first, last = (round(edge * rate) for edge in edges)
        raw = means[max(0, first) : max(first + 1, last)].mean(axis=0)
        return replace(anchor, raw=tuple(float(v) for v in raw))


LESSONS: Mapping[str, type[Child]] = {
    "continual": Continual, "naive": Naive, "replay": Replay, "fresh": Fresh,
}  # fmt: skip


def make_lesson(options: TrainOptions, dataset: Dataset, naming: Naming | None = None) -> Lesson:
    """The lesson that `options` ask for. Raises ModelFileError, DatasetError or TrainingError."""
    if options.parent is None:
        return Lesson(options, dataset, naming)
    parent = open_parent(options.parent, options.remember, options.positions)
    if options.how in ("replay", "fresh"):
        _required(parent.memory, parent.model, options.how)
    return LESSONS[options.how](options, dataset, naming, parent)


def _required(memory: Memory | None, model: PlaudModel, how: str) -> Memory:
    """`memory`, which there has to be. Raises TrainingError if there is none."""
    if memory is None or not len(memory.passages):
        raise TrainingError(
            f"--how {how}: {model.name} has no memory of its old material — give that with --remember FOLDER"
        )
    return memory


@torch.no_grad()
def _encode(net: PlaudNet, memory: Memory) -> np.ndarray:
    """Means [n, frames, latents] of the passages."""
    means: np.ndarray = net.encode(torch.from_numpy(memory.passages))[0].numpy()
    return means
