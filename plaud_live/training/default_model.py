"""Train the built-in model again: `python -m plaud_live.training.default_model`.

The material is two minutes of Debian's package sonic-pi-samples: recordings that its copyright file names
as CC0, checked each time against that file.
"""

import argparse
import re
import shutil
import sys
import tempfile
from pathlib import Path

from plaud_live.errors import DatasetError, PlaudError
from plaud_live.settings import DEFAULT_MODEL, built_in_model, home
from plaud_live.training.arguments import share_processor
from plaud_live.training.options import TrainOptions

SAMPLES = Path("/usr/share/sonic-pi/samples")
COPYRIGHT = Path("/usr/share/doc/sonic-pi-samples/copyright")
LICENCE = "CC0 1.0"

SOURCES = {
    # sustained
    "ambi_choir": "choir",
    "ambi_drone": "drone",
    "ambi_glass_hum": "hum",
    "ambi_glass_rub": "glass",
    "ambi_haunted_hum": "haunted",
    "ambi_lunar_land": "lunar",
    "ambi_piano": "piano",
    "bass_voxy_c": "vox",
    "bass_woodsy_c": "wood",
    "guit_e_fifths": "fifths",
    "guit_e_slide": "bottleneck",
    "guit_em9": "guitar",
    "guit_harmonics": "flageolet",
    # noisy
    "ambi_dark_woosh": "woosh",
    "ambi_swoosh": "swoosh",
    "drum_cymbal_hard": "cymbal",
    "drum_cymbal_open": "hat",
    "drum_roll": "snares",
    "drum_splash_hard": "splash",
    "misc_cineboom": "boom",
    "vinyl_hiss": "hiss",
    "vinyl_rewind": "rewind",
    # struck
    "elec_chime": "chime",
    "perc_bell": "bell",
    "perc_till": "coins",
    "tabla_ghe5": "bayan",
    "tabla_ghe6": "ghe",
    "tabla_na_o": "rim",
    "tabla_tun1": "tabla",
}
"""Recordings by name, and the anchor that each may become."""

FIRST = "guit_e_fifths"  # a chord that speaks on any loudspeaker
STEPS = 7000  # twenty minutes to half an hour on two cores
ANCHORS = 24  # of them are kept: those farthest apart in latent space


def cc0_recordings(copyright_file: Path) -> set[str]:
    """Names of the samples that a machine-readable Debian copyright file puts under CC0."""
    names: set[str] = set()
    for paragraph in re.split(r"\n\s*\n", copyright_file.read_text(encoding="utf-8")):
        fields = dict(re.findall(r"^([A-Za-z-]+):((?:.*(?:\n[ \t].*)*))", paragraph, flags=re.MULTILINE))
        if fields.get("License", "").strip().splitlines()[:1] == ["CC0"]:
            names |= {Path(p).stem for p in fields.get("Files", "").split() if p.startswith("etc/samples/")}
    return names


def gather(samples: Path, copyright_file: Path, folder: Path) -> None:
    """Link the chosen recordings into `folder`. Raises DatasetError if one is missing or not named as CC0."""
    if not samples.is_dir() or not copyright_file.is_file():
        raise DatasetError(
            f"{samples}: not there — install Debian's package sonic-pi-samples, or give --samples"
        )
    free = cc0_recordings(copyright_file)
    for name in SOURCES:
        if name not in free:
            raise DatasetError(f"{copyright_file}: does not name {name} as CC0; it may not be trained on")
        if not (samples / f"{name}.flac").is_file():
            raise DatasetError(f"{samples}/{name}.flac: missing")
        (folder / f"{name}.flac").symlink_to(samples / f"{name}.flac")


def make(args: argparse.Namespace) -> Path:
    """Prepare, train, and put the model where the package ships it."""
    share_processor()
    from plaud_live.training.finish import Naming
    from plaud_live.training.prepare import prepare
    from plaud_live.training.trainer import train

    dataset = args.work / f"{DEFAULT_MODEL}.training" / "dataset"
    with tempfile.TemporaryDirectory() as folder:
        gather(args.samples, args.copyright, Path(folder))
        prepare(Path(folder), dataset, licence=LICENCE)
    options = TrainOptions(
        dataset=dataset,
        name=DEFAULT_MODEL,
        out=args.work,
        steps=args.steps,
        minutes=args.minutes,
        threads=args.threads,
        fresh=args.fresh,
    )
    names = {f"{source}.flac": name for source, name in SOURCES.items()}
    naming = Naming(names, limit=ANCHORS, first=f"{FIRST}.flac")
    finished = train(options, naming)
    if finished is None:
        raise PlaudError("the built-in model is trained in one process")
    print(finished.evaluation.table())
    print(f"report  {finished.report}")
    if finished.interrupted:
        raise PlaudError("stopped and saved; the same command goes on, the built-in model is as it was")
    if finished.path.resolve() != args.target.resolve():
        shutil.copyfile(finished.path, args.target)
    return Path(args.target)


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="plaud_live.training.default_model", description=__doc__)
    add = parser.add_argument
    add("--steps", type=int, default=STEPS, metavar="N", help="train so many steps (%(default)s)")
    add("--minutes", type=float, metavar="MIN", help="or this long, if that is over sooner")
    add("--threads", type=int, default=2, metavar="N", help="processor threads (%(default)s)")
    add("--samples", type=Path, default=SAMPLES, metavar="DIR", help="folder of the recordings (%(default)s)")
    add("--copyright", type=Path, default=COPYRIGHT, metavar="FILE", help="its copyright file (%(default)s)")
    add(
        "--work",
        type=Path,
        default=home() / "models",
        metavar="DIR",
        help="checkpoints and report (%(default)s)",
    )
    add(
        "--target", type=Path, default=built_in_model(), metavar="FILE", help="model to replace (%(default)s)"
    )
    add("--fresh", action="store_true", help="start over instead of going on")
    try:
        print(f"model   {make(parser.parse_args())}")
    except PlaudError as error:
        print(f"default-model: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
