"""Training speed, and the loss on sound that was never trained on against wall time, on a fixed dataset.

The dataset: 27 recordings of Debian's package sonic-pi-samples, mono, 44.1 kHz, 16 bit; the first 80 % of
each are trained on (139 s), the last 20 % are the test (35 s, in 17 windows of two seconds). The measure is
the median over windows of auraloss's default multi-resolution STFT loss. Seconds are by the clock: they
count validation and checkpoints too.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import soundfile
from machine import describe

from plaud_live.training.arguments import share_processor
from plaud_live.training.options import TrainOptions
from plaud_live.training.prepare import prepare

SAMPLES = Path("/usr/share/sonic-pi/samples")
# fmt: off
RECORDINGS = [
    "ambi_dark_woosh", "ambi_drone", "ambi_glass_hum", "ambi_glass_rub", "ambi_haunted_hum",
    "ambi_lunar_land", "ambi_piano", "ambi_sauna", "bass_thick_c", "bass_trance_c",
    "bass_voxy_c", "guit_e_fifths", "guit_e_slide", "guit_em9", "guit_harmonics",
    "loop_3d_printer", "loop_amen_full", "loop_compus", "loop_drone_g_97", "loop_garzul",
    "loop_mika", "loop_safari", "loop_tabla", "loop_weirdo", "misc_cineboom",
    "tabla_ghe6", "vinyl_hiss",
]
# fmt: on
TRAINING_SHARE = 0.8
GOAL_AUDIO_SECONDS = 15.0
PROTOTYPE_LOSS = 1.99


def make_dataset(samples: Path, folder: Path) -> None:
    """Cut each recording into folder/train and folder/test."""
    for part in ("train", "test"):
        (folder / part).mkdir()
    for name in RECORDINGS:
        sound, rate = soundfile.read(samples / f"{name}.flac", dtype="float32", always_2d=True)
        cut = round(TRAINING_SHARE * len(sound))
        for part, piece in (("train", sound[:cut]), ("test", sound[cut:])):
            soundfile.write(folder / part / f"{name}.wav", piece.mean(axis=1), rate, subtype="PCM_16")


def main() -> int:
    """Print the table."""
    share_processor()
    from plaud_live.training.checkpoint import LAST, load_checkpoint
    from plaud_live.training.evaluate import evaluate_model
    from plaud_live.training.trainer import train

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="of training (%(default)g)")
    parser.add_argument("--threads", type=int, default=2, help="of the processor (%(default)s)")
    parser.add_argument("--samples", type=Path, default=SAMPLES, help="their folder (%(default)s)")
    args = parser.parse_args()
    if not args.samples.is_dir():
        print(f"{args.samples}: not there — install Debian's package sonic-pi-samples, or give --samples")
        return 0
    print(describe("torch", "auraloss"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_dataset(args.samples, folder)
        prepare(folder / "train", folder / "dataset")
        options = TrainOptions(
            dataset=folder / "dataset",
            name="bench",
            out=folder / "models",
            minutes=args.minutes,
            threads=args.threads,
            accelerator="cpu",
            held_out=0.05,
            progress=sys.stderr.isatty(),
        )
        begun = time.process_time()
        train(options)
        busy = time.process_time() - begun
        progress = load_checkpoint(options.folder / LAST).progress
        config = options.config
        print(
            f"decoder {config.decoder_size}, {config.sines} sines, {config.noise_bands} noise bands, "
            f"hop {config.hop_size}, {args.threads} threads"
        )
        print(f"{'seconds':>8}{'audio-s':>9}{'training':>10}{'held out':>10}   multi-resolution STFT")
        for record in progress.history:
            print(
                f"{record['seconds']:8.0f}{record['audio_seconds']:9.0f}"
                f"{record['train_stft']:10.3f}{record['stft']:10.3f}"
            )
        rate = progress.audio_seconds / progress.seconds
        print(f"speed: {rate:.1f} audio-seconds a second (goal: {GOAL_AUDIO_SECONDS:g} or more)")
        print(f"processor time: {1000.0 * busy / progress.audio_seconds:.0f} ms a second of audio")
        print(f"test set after {args.minutes:g} minutes (the prototype reached {PROTOTYPE_LOSS} after 5):")
        print(evaluate_model(options.model_path, folder / "test").table())
    return 0


if __name__ == "__main__":
    sys.exit(main())
