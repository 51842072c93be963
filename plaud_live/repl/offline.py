"""Play a patch into a file: the prompt's evaluator and the engine's renderer, on a sample clock.

The patch runs at beat 0; the same patch, model and sample rate give the same file, bit for bit.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import soundfile
from tqdm import tqdm

from plaud_live.engine.offline import OfflineEngine
from plaud_live.errors import SettingsError, TransactionError
from plaud_live.repl.evaluate import Evaluator
from plaud_live.repl.namespace import Namespace
from plaud_live.repl.performance import Performance
from plaud_live.repl.scripts import find_patch, read_patch
from plaud_live.settings import BLOCK_SIZES

SUBTYPE = "PCM_24"
"""Of the WAV file. A float file would carry the time at which it was written, and differ each time."""

CHUNK_SECONDS = 0.5


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
    play(engine, path)
    with _replacing(out) as temporary:
        _write(engine, seconds, temporary, str(out))


def play(engine: OfflineEngine, path: str | Path) -> None:
    """Run the patch at `path` at the engine's position. Raises TransactionError with the patch's own line."""
    file = find_patch(path)
    performance = Performance(engine, engine.snapshot)
    performance.on_message = lambda text: tqdm.write(text, file=sys.stderr)
    try:
        result = Evaluator(performance, Namespace(performance)).evaluate(read_patch(file), str(file))
    finally:
        performance.close()
    if not result.accepted:
        raise TransactionError(result.shown)


def _write(engine: OfflineEngine, seconds: float, path: str, name: str) -> None:
    remaining = round(seconds * engine.sample_rate)
    chunk = round(CHUNK_SECONDS * engine.sample_rate)
    bar = tqdm(
        total=seconds,
        desc=Path(name).name,
        unit="s",
        disable=None,
        bar_format="{l_bar}{bar}| {n:.0f}/{total:.0f} s",
    )
    with soundfile.SoundFile(path, "w", engine.sample_rate, 2, SUBTYPE, format="WAV") as file, bar:
        while remaining > 0:
            count = min(chunk, remaining)
            file.write(engine.render(count / engine.sample_rate))
            remaining -= count
            bar.update(count / engine.sample_rate)


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
