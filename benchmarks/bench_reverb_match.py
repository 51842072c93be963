"""How near `plaud-live reverb match` comes to rooms that nothing was tuned on: T60 by octave, C50 and C80.

Three rooms are simulated (tests/reverb/rooms.py): a living room in mono, a lecture hall in stereo, two
rooms with a door between them; `--with-pyroomacoustics` adds one by that package, `--room FILE` any
recording. Each is matched by the command itself, in a process with one thread, and what it wrote is played
by the block runner and measured by another hand (tests/reverb/acoustics.py). A picture of each is written
into OUT.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
from machine import describe

from compiler.decay import impulse_response
from compiler.ir.json import from_json
from plaud_live.reverb.recording import RATE, read_recording
from tests.reverb.acoustics import OCTAVES_HZ, clarity_db, t60_by_octave
from tests.reverb.rooms import Shoebox, coupled, heard_in

LIVING_ROOM = Shoebox(
    (6.1, 4.4, 2.7), (0.14, 0.2, 0.24, 0.3, 0.33, 0.36, 0.38), (1.4, 3.1, 1.2), ((4.6, 1.5, 1.3),), 1.2, 21
)
LECTURE_HALL = Shoebox(
    (15.0, 11.0, 4.5),
    (0.12, 0.14, 0.19, 0.22, 0.24, 0.27, 0.3),
    (2.5, 5.0, 1.6),
    ((10.0, 6.2, 1.3), (10.0, 6.4, 1.3)),
    2.5,
    22,
)
NEAR = np.array([0.5, 0.45, 0.4, 0.36, 0.33, 0.3, 0.26])
FAR = np.array([2.2, 2.1, 1.9, 1.7, 1.5, 1.2, 0.8])


def rooms(args: argparse.Namespace) -> Iterator[tuple[str, np.ndarray]]:
    """Names and responses [channels, samples] at 48 kHz, with a little noise, as recordings have."""
    rng = np.random.default_rng(7)
    made = {
        "living_room": heard_in(LIVING_ROOM),
        "lecture_hall": heard_in(LECTURE_HALL),
        "coupled_rooms": coupled(NEAR, FAR, 0.35, 3.0, 23),
    }
    if args.with_pyroomacoustics:
        made["pyroomacoustics"] = by_pyroomacoustics()
    for name, sound in made.items():
        sound = sound / np.abs(sound).max()
        waiting = np.concatenate([np.zeros((len(sound), 4800)), 0.8 * sound], axis=1)
        yield name, waiting + 1e-4 * rng.standard_normal(waiting.shape)


def by_pyroomacoustics() -> np.ndarray:
    """A shoebox by image sources and ray tracing, that package's."""
    import pyroomacoustics

    pyroomacoustics.random.seed(1)
    bands = {"coeffs": [0.16, 0.2, 0.24, 0.28, 0.32, 0.34], "center_freqs": [125, 250, 500, 1000, 2000, 4000]}
    room = pyroomacoustics.ShoeBox(
        [8.2, 5.9, 3.1],
        fs=int(RATE),
        materials=pyroomacoustics.Material(bands, 0.2),
        max_order=4,
        ray_tracing=True,
        air_absorption=True,
    )
    room.add_source([2.0, 1.7, 1.4])
    room.add_microphone([6.0, 4.1, 1.5])
    room.compute_rir()
    return np.array(room.rir[0][0])[None]


def match(path: Path, name: str, out: Path, seconds: float) -> tuple[float, float]:
    """Match by the command; gives the seconds until the first state was there, and until the end."""
    command = [sys.executable, "-m", "plaud_live", "reverb", "match", str(path), "--name", name]
    began = time.monotonic()
    work = subprocess.Popen([*command, "--out", str(out), "--seconds", f"{seconds:g}"], stdout=sys.stderr)
    first = 0.0
    while work.poll() is None:
        time.sleep(0.02)
        if not first and (out / f"{name}.json").exists():
            first = time.monotonic() - began
    if work.returncode:
        sys.exit(f"{name}: match failed")
    return first, time.monotonic() - began


def row(path: Path, name: str, out: Path, seconds: float) -> str:
    """A line of the table."""
    (out / f"{name}.json").unlink(missing_ok=True)
    first, whole = match(path, name, out, seconds)
    recording = read_recording(path)
    wanted = recording.responses[:, : recording.heard]
    model = from_json(json.loads((out / f"{name}.json").read_text()))
    found = impulse_response(model, wanted.shape[1])
    known = {band.centre_hz for band in recording.room.bands}
    octaves = tuple(hz for hz in OCTAVES_HZ if hz in known)
    errors = 100.0 * (t60_by_octave(found, RATE, octaves) / t60_by_octave(wanted, RATE, octaves) - 1.0)
    clarity = [clarity_db(found, RATE, at) - clarity_db(wanted, RATE, at) for at in (0.05, 0.08)]
    shown = " ".join(f"{error:+6.1f}" for error in errors)
    return f"{name:16} {shown:49} {clarity[0]:+6.2f} {clarity[1]:+6.2f} {first:7.1f} {whole:7.1f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--seconds", type=float, default=90.0, help="for each room (%(default)g)")
    add("--out", type=Path, help="folder of pictures and reverbs (a temporary one)")
    add("--room", type=Path, action="append", default=[], help="a recording to match, too")
    add("--with-pyroomacoustics", action="store_true", help="a room by that package, too")
    add("--only", help="of the simulated rooms this one alone")
    args = parser.parse_args()
    print(describe())
    octaves = " ".join(f"{hz:6g}" for hz in OCTAVES_HZ)
    print(f"{'':16} {'T60 off by %, at Hz':49} {'C50':>6} {'C80':>6} {'first':>7} {'whole':>7}")
    print(f"{'':16} {octaves:49} {'dB':>6} {'dB':>6} {'s':>7} {'s':>7}")
    with tempfile.TemporaryDirectory() as folder:
        out = args.out or Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        for name, sound in rooms(args):
            if args.only and name != args.only:
                continue
            path = Path(folder) / f"{name}.wav"
            soundfile.write(path, sound.T, int(RATE), subtype="PCM_24")
            print(row(path, name, out, args.seconds), flush=True)
        for path in args.room:
            print(row(path, path.stem.replace(" ", "_"), out, args.seconds), flush=True)


if __name__ == "__main__":
    main()
