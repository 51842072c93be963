"""What `plaud-live reverb fit`, `match`, `report` and `export` do: read, work, tell what came of it."""

import argparse
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from compiler.decay import decay_of
from compiler.errors import CompilerError
from compiler.ir.json import from_json
from compiler.ir.nodes import Model
from compiler.playable import KNOBS
from plaud_live.errors import PlaudError, SettingsError
from plaud_live.reverb.decay_fit import TOTAL, fit_decay
from plaud_live.reverb.files import read_reverb
from plaud_live.reverb.matching import Guess, Judged, Wish, judged, match, responses, wish_of
from plaud_live.reverb.measuring import measure
from plaud_live.reverb.networks import Network
from plaud_live.reverb.nodes import model_of, network_of, response_of
from plaud_live.reverb.recording import Recording, read_recording
from plaud_live.reverb.state import State
from plaud_live.reverb.worker import Fitted, Teller, fit, stoppable
from plaud_live.settings import find_reverb

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST_MATCH = 3600.0
_MOST_STEPS = 100000
PLUGINS = ("vst3", "lv2", "clap")
_BETTER = 0.998
_PATIENCE = 20


def run_fit(args: argparse.Namespace) -> int:
    """Give a reverb another decay, a smoother sound, or both."""
    with _told(args) as tell:
        name, out = checked_name(args.name), checked_folder(args.out)
        t60 = asked_t60(args.t60 or [])
        if not t60 and not args.colorless:
            raise SettingsError("reverb fit: wants --t60 SECONDS, --t60 HZ:SECONDS or --colorless")
        if not 1 <= args.steps <= _MOST_STEPS:
            raise SettingsError(f"--steps {args.steps}: wants 1 to {_MOST_STEPS}")
        path = find_reverb(args.start)
        network = replace(network_of(read_reverb(path), str(path)), name=name)
        tell.begin("measuring the reverb")
        with stoppable() as stop:
            fitted = fit(_fitted_states(network, t60, args), out / f"{name}.json", tell, stop)
        _tell_fitted(tell, fitted, name, described_decay(fitted.network))
    return 0


def run_match(args: argparse.Namespace) -> int:
    """Match a reverb to a recorded room."""
    with _told(args) as tell:
        name, out = checked_name(args.name), checked_folder(args.out)
        if not 1.0 <= args.seconds <= _LONGEST_MATCH:
            raise SettingsError(f"--seconds {args.seconds:g}: wants 1 to {_LONGEST_MATCH:g} s")
        if args.start is not None:
            start = find_reverb(args.start)
            network_of(read_reverb(start), str(start))
        tell.begin("measuring the room")
        recording = read_recording(args.recording.expanduser())
        for note in recording.notes:
            tell.event("message", text=f"{args.recording.name}: {note}")
        wish = wish_of(recording)
        with stoppable() as stop:
            fitted = fit(
                _matched_states(recording, wish, name, args.seconds), out / f"{name}.json", tell, stop
            )
        _tell_fitted(tell, fitted, name, described_match(fitted.network, wish), recording)
    return 0


def asked_t60(words: list[str]) -> dict[float, float]:
    """`3.5` for all frequencies, `1000:3.5` for an octave. Raises SettingsError."""
    found: dict[float, float] = {}
    for word in words:
        centre, _, seconds = word.rpartition(":")
        try:
            found[float(centre) if centre else TOTAL] = float(seconds)
        except ValueError:
            raise SettingsError(f"--t60 {word}: wants SECONDS or HZ:SECONDS") from None
    return found


def checked_name(name: str) -> str:
    """A name that can be a file's. Raises SettingsError."""
    if not _NAME.fullmatch(name):
        raise SettingsError(f"--name {name!r}: wants 1 to 64 letters, digits, - and _")
    return name


def checked_folder(out: Path) -> Path:
    """The folder `out`, which is made. Raises SettingsError."""
    folder = out.expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"{folder}: cannot be made: {(error.strerror or str(error)).lower()}") from None
    return folder


def described_decay(network: Network) -> str:
    """How a network decays, in a line."""
    found = response_of(network, 15.0)
    room = measure(found, network.sample_rate)
    octaves = ", ".join(f"{band.centre_hz:g} Hz {band.t60:.2f}" for band in room.bands[1:8])
    return f"decays by 60 dB in {decay_of(found, network.sample_rate).t60():.2f} s ({octaves})"


def described_match(network: Network, wish: Wish) -> str:
    """How near a network is to a room, in a line."""
    early, late = responses(network, wish.seconds)
    found: Judged = judged(early + late, wish)
    return (
        f"T60 within {100.0 * float(np.abs(found.t60).max()):.1f} % in {len(found.t60)} octaves, "
        f"C50 off by {found.c50:+.1f} dB, C80 by {found.c80:+.1f} dB"
    )


def _fitted_states(network: Network, t60: dict[float, float], args: argparse.Namespace) -> Iterator[State]:
    """First the decay, then the colour."""
    if t60:
        for state in fit_decay(network, t60):
            yield state
            network = state.network
    if args.colorless:
        from plaud_live.reverb.colorless import train_colorless

        yield from train_colorless(network, args.steps)


def _matched_states(recording: Recording, wish: Wish, name: str, seconds: float) -> Iterator[State]:
    """First by measuring, in a few seconds, then by training, for as long as it helps."""
    begun = time.monotonic()

    def share() -> float:
        return (time.monotonic() - begun) / seconds

    best: tuple[Guess, Judged] | None = None
    for step, (guess, found) in enumerate(match(recording, wish, name), 1):
        if best is None or found.loss < best[1].loss:
            best = guess, found
        yield State(guess.network, found.loss, "matching", min(1.0, share()), step, 0)
        if share() >= 1.0:
            return
    if best is None:
        return
    from plaud_live.reverb.refining import refine

    least, since = best[1].loss, 0
    for state in refine(recording, wish, *best, share):
        yield state
        since = 0 if state.loss < _BETTER * least else since + 1
        least = min(least, state.loss)
        if since >= _PATIENCE:
            return


def run_report(args: argparse.Namespace) -> int:
    """Draw a reverb, beside a room if one is given."""
    from plaud_live.reverb.report import draw_report

    path = find_reverb(args.model)
    model = model_in(path)
    recording = read_recording(args.target.expanduser()) if args.target is not None else None
    out = args.out.expanduser() if args.out is not None else Path(f"{path.stem}.png")
    print(draw_report(model, out, recording))
    return 0


def run_export(args: argparse.Namespace) -> int:
    """Build plugins of a reverb."""
    from compiler.export import export_plugin

    path = find_reverb(args.model)
    model_in(path)
    name = args.name if args.name is not None else path.stem
    formats = args.format or PLUGINS
    follows = "juce" not in formats
    made = export_plugin(
        read_reverb(path), args.out.expanduser(), name, KNOBS, formats, follow_host_rate=follows
    )
    for warning in made.warnings:
        print(warning)
    print(f"{made.folder}: {', '.join(made.plugins)}, {made.verdict}")
    return 0


def model_in(path: Path) -> Model:
    """The model in a file, of any build, with two outputs. Raises SettingsError."""
    try:
        return from_json(read_reverb(path))
    except CompilerError as error:
        raise SettingsError(f"{path}: is no reverb: {error}") from None


def _picture(tell: Teller, fitted: Fitted, recording: Recording | None) -> Path | None:
    """A picture of what was fitted, beside it; none if it was stopped, or cannot be drawn."""
    if fitted.stopped:
        return None
    from plaud_live.reverb.report import draw_report

    try:
        return draw_report(model_of(fitted.network), fitted.path.with_suffix(".png"), recording)
    except (PlaudError, CompilerError, ImportError) as error:
        tell.event("message", text=f"no picture: {error}")
        return None


def _tell_fitted(
    tell: Teller, fitted: Fitted, name: str, text: str, recording: Recording | None = None
) -> None:
    picture = _picture(tell, fitted, recording)
    tell.event(
        "fitted",
        path=str(fitted.path),
        name=name,
        digest=fitted.digest,
        text=f"{name}: {'stopped: ' if fitted.stopped else ''}{text}",
        report=str(picture) if picture is not None else None,
        stopped=fitted.stopped,
    )


@contextmanager
def _told(args: argparse.Namespace) -> Iterator[Teller]:
    """Whoever started it is told why it failed, too."""
    tell = Teller(args.report_fd)
    try:
        yield tell
    except (PlaudError, CompilerError) as error:
        tell.event("failed", text=str(error))
        raise
    finally:
        tell.close()
