"""Play a patch into a file: the prompt's evaluator and the engine's renderer, on a sample clock.

The patch runs at beat 0; the same patch, model and sample rate give the same file, bit for bit.
"""

import math
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
from tqdm import tqdm

from plaud_live.engine.offline import OfflineEngine
from plaud_live.errors import SettingsError, TransactionError
from plaud_live.repl.evaluate import Evaluator, Result
from plaud_live.repl.namespace import Namespace
from plaud_live.repl.performance import Performance
from plaud_live.repl.scripts import find_patch, read_patch
from plaud_live.settings import BLOCK_SIZES

SUBTYPE = "PCM_24"
"""Of the WAV file. A float file would carry the time at which it was written, and differ each time."""

CHUNK_SECONDS = 0.25
"""Shorter than functions are sampled ahead."""


def render_patch(
    path: str | Path, seconds: float, out: str | Path, sample_rate: int = 44100, block_size: int = 128
) -> None:
    """Render `seconds` of the patch at `path` into the WAV file `out`, stereo, 24 bits.

    Shows a progress bar on a terminal. Raises a PlaudError for bad input or a patch that is refused, and
    OSError if the disk refuses; there is no file then.
    """
    out = Path(out)
    if not 0.0 < seconds <= 86400.0:
        raise SettingsError(f"--seconds {seconds:g}: wants more than 0, at most a day")
    if out.suffix.lower() != ".wav":
        raise SettingsError(f"--out {out}: wants a name that ends in .wav")
    if not out.parent.is_dir():
        raise SettingsError(f"--out {out}: there is no folder {out.parent}")
    if not 8000 <= sample_rate <= 192000:
        raise SettingsError(f"--sample-rate {sample_rate}: wants 8000 to 192000 Hz")
    if block_size not in BLOCK_SIZES:
        raise SettingsError(
            f"--block {block_size}: wants {BLOCK_SIZES.start} to {BLOCK_SIZES.stop - 1} samples"
        )
    engine = OfflineEngine(sample_rate, block_size)
    prompt = play(engine, path)
    try:
        with _replacing(out) as temporary:
            _write(prompt, seconds, temporary, str(out))
    finally:
        prompt.close()


class OfflinePrompt:
    """A prompt at an offline engine: entries run at its position, loops and functions in time with it.

    The same entries at the same samples give the same sound, bit for bit, as at the prompt of a live engine.
    """

    def __init__(self, engine: OfflineEngine, say: Callable[[str], None] = lambda text: None) -> None:
        self.engine = engine
        self.performance = Performance(engine, engine.snapshot)
        self.performance.on_message = say
        self.performance.refresh()
        self.namespace = Namespace(self.performance)
        self._evaluator = Evaluator(self.performance, self.namespace)

    def enter(self, text: str, filename: str = "") -> Result:
        """Run an entry, the text of the file `filename` if one is given."""
        return self._evaluator.evaluate(text, filename)

    def render(self, seconds: float) -> npt.NDArray[np.float32]:
        """The next `seconds` of sound, float32 [samples, 2]."""
        rate = self.engine.sample_rate
        remaining = round(seconds * rate)
        parts = [np.zeros((0, 2), dtype=np.float32)]
        while remaining > 0:
            self._catch_up()
            count = max(1, min(remaining, self._next() - self._position, round(CHUNK_SECONDS * rate)))
            parts.append(self.engine.render(count / rate))
            remaining -= count
        return np.concatenate(parts)

    def close(self) -> None:
        """End the threads."""
        self.performance.close()

    @property
    def _position(self) -> int:
        return self.performance.sample

    def _next(self) -> int:
        """The sample at which a loop is due next."""
        sample = self.performance.loops.next_sample(self.performance.state.tempo)
        return sys.maxsize if math.isinf(sample) else math.ceil(sample)

    def _catch_up(self) -> None:
        performance = self.performance
        while runs := performance.loops.due(self._position, performance.state.tempo):
            for run in runs:
                self._evaluator.play(run)
        if performance.sampler.wanted():
            self._evaluator.pump(self._position)


def play(engine: OfflineEngine, path: str | Path) -> OfflinePrompt:
    """Run the patch at `path` at the engine's position; the prompt goes on with its loops.

    Raises TransactionError with the patch's own line.
    """
    file = find_patch(path)
    prompt = OfflinePrompt(engine, lambda text: tqdm.write(text, file=sys.stderr))
    result = prompt.enter(read_patch(file), str(file))
    if not result.accepted:
        prompt.close()
        raise TransactionError(result.shown)
    return prompt


def _write(prompt: OfflinePrompt, seconds: float, path: str, name: str) -> None:
    rate = prompt.engine.sample_rate
    remaining = round(seconds * rate)
    bar = tqdm(
        total=seconds,
        desc=Path(name).name,
        unit="s",
        disable=None,
        bar_format="{l_bar}{bar}| {n:.0f}/{total:.0f} s",
    )
    with soundfile.SoundFile(path, "w", rate, 2, SUBTYPE, format="WAV") as file, bar:
        while remaining > 0:
            count = min(round(CHUNK_SECONDS * rate), remaining)
            file.write(prompt.render(count / rate))
            remaining -= count
            bar.update(count / rate)


@contextmanager
def _replacing(path: Path) -> Iterator[str]:
    """A temporary file beside `path` that takes its place at the end, or vanishes."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".wav")
    os.close(handle)
    try:
        yield temporary
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
