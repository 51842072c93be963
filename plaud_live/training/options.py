"""What a training run is asked to do. No torch: the command line builds one of these."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from plaud_live.errors import SettingsError
from plaud_live.features.attributes import find_attribute
from plaud_live.model_file import ModelConfig
from plaud_live.training.augmentation import Augmentation
from plaud_live.training.losses import check_losses

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SHORTEST_WINDOW = 16
PRECISIONS = ("32-true", "bf16-mixed", "16-mixed")
ACCELERATORS = ("auto", "cpu", "cuda", "mps")
STFT_WEIGHTINGS = ("none", "a")
HOWS = ("continual", "naive", "replay", "fresh")


@dataclass(frozen=True)
class TrainOptions:
    """Settings of one training run.

    `minutes` of training time or `steps`, whichever comes first; at least one is given. `crop_seconds` is
    the length of a training example. The weights that are kept are a mean over steps, which lies the share
    `averaging` of the run behind. `delay`, in frames, is how much later than its input the sound may come:
    the encoder hears a moment in full when its window is past it. `beta` weighs the KL divergence, reached
    after the share `warmup` of the run (of each of `kl_cycles`); `free_bits` is the divergence of a latent,
    in nats a frame, that costs nothing. `held_out` is the share of the audio that is never trained on.
    `losses` pairs names of the registry with weights; the settings of one begin with its name
    (expected_stft has those of stft): `stft_windows` in samples, `stft_weighting` none or a (as the ear
    hears), `stft_convergence` the weight of its first term beside the log distance; `clap_weights` a folder
    or a name in the local cache, `clap_text` what to sound like; `m2l_weights` a file. `attributes` pairs
    latents with what each is tied to; `attribute_weight` weighs that it follows what is heard,
    `response_weight` that the sound follows it.
    `augmentation` None varies crops where there is little to train on. `sample_rate` and `channels` are what
    the dataset must have; None takes the dataset's.

    A child is trained from the model file `parent`, `how` is one of HOWS, and `remember` a prepared dataset
    of old sound for a parent that has no memory, `positions` a file of places that are held as the anchors
    are. Of its crops the share `replay` is old sound; `distillation` weighs, a dB, that its decoder plays
    what the parent's plays, `encoder_anchor`, a range, that its encoder puts old sound where the parent's
    does.
    """

    dataset: Path
    name: str
    out: Path
    config: ModelConfig = field(default_factory=ModelConfig)
    minutes: float | None = 30.0
    steps: int | None = None
    batch_size: int = 12
    crop_seconds: float = 0.5
    learning_rate: float = 2e-3
    averaging: float = 0.05
    delay: int = 2
    beta: float = 0.002
    warmup: float = 0.2
    free_bits: float = 1.0
    kl_cycles: int = 1
    attribute_weight: float = 3.0
    response_weight: float = 0.5
    held_out: float = 0.1
    validate_every_seconds: float = 30.0
    threads: int | None = None
    devices: int = 1
    accelerator: str = "auto"
    precision: str = "32-true"
    seed: int = 1
    fresh: bool = False
    resume: bool = False
    progress: bool = True
    sample_rate: int | None = None
    channels: int | None = None
    stft_windows: tuple[int, ...] = (240, 600, 1200, 2400)
    stft_weighting: str = "none"
    stft_convergence: float = 1.0
    clap_weights: str | None = None
    clap_text: str | None = None
    m2l_weights: str | None = None
    losses: tuple[tuple[str, float], ...] = (("expected_stft", 1.0),)
    attributes: tuple[tuple[int, str], ...] = ()
    augmentation: Augmentation | None = None
    parent: Path | None = None
    how: str = "continual"
    remember: Path | None = None
    positions: Path | None = None
    replay: float = 0.5
    distillation: float = 0.3
    encoder_anchor: float = 5.0

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise SettingsError(f"--model-name {self.name!r}: wants 1 to 64 letters, digits, _ or -")
        if self.minutes is None and self.steps is None:
            raise SettingsError("training wants an end: give --minutes or --steps")
        _at_least("--minutes", self.minutes, 0.0, strictly=True)
        _at_least("--steps", self.steps, 1)
        _at_least("--batch-size", self.batch_size, 1)
        _at_least("--learning-rate", self.learning_rate, 0.0, strictly=True)
        _at_least("--beta", self.beta, 0.0)
        _at_least("--free-bits", self.free_bits, 0.0)
        _at_least("--kl-cycles", self.kl_cycles, 1)
        _at_least("--attribute-weight", self.attribute_weight, 0.0)
        _at_least("--response-weight", self.response_weight, 0.0)
        if not 0.0 <= self.averaging <= 0.5:
            raise SettingsError(f"--averaging {self.averaging:g}: a share of the run, wants 0 to 0.5")
        if not 0 <= self.delay <= 16:
            raise SettingsError(f"--delay {self.delay}: frames, wants 0 to 16")
        _at_least("--threads", self.threads, 1)
        _at_least("--devices", self.devices, 1)
        _at_least("--validate-every", self.validate_every_seconds, 0.0)
        if not 0.25 <= self.crop_seconds <= 60.0:
            raise SettingsError(f"--crop-seconds {self.crop_seconds:g}: wants 0.25 to 60 s")
        if not 0.0 <= self.warmup <= 1.0:
            raise SettingsError(f"--warmup {self.warmup:g}: a share of the run, wants 0 to 1")
        if not 0.01 <= self.held_out <= 0.5:
            raise SettingsError(f"--held-out {self.held_out:g}: a share of the audio, wants 0.01 to 0.5")
        if self.precision not in PRECISIONS:
            raise SettingsError(f"--precision {self.precision}: have {', '.join(PRECISIONS)}")
        if self.accelerator not in ACCELERATORS:
            raise SettingsError(f"--accelerator {self.accelerator}: have {', '.join(ACCELERATORS)}")
        self._check_losses()
        self._check_attributes()
        _at_least("--distillation", self.distillation, 0.0)
        _at_least("--encoder-anchor", self.encoder_anchor, 0.0)
        if not 0.0 < self.replay < 1.0:
            raise SettingsError(
                f"--replay {self.replay:g}: a share of the crops, wants more than 0, less than 1"
            )
        if self.how not in HOWS:
            raise SettingsError(f"--how {self.how}: have {', '.join(HOWS)}")
        if self.parent is not None and self.how != "naive" and self.batch_size < 2:
            raise SettingsError(f"--batch-size {self.batch_size}: --how {self.how} wants at least 2")
        if self.fresh and self.resume:
            raise SettingsError("--fresh starts over and --resume goes on: give one of them")

    def _check_losses(self) -> None:
        """Losses that there are, with settings that belong to one of them."""
        check_losses(self.losses)
        windows, room = self.stft_windows, self.crop_samples - self.delay_samples
        if not windows or min(windows) < _SHORTEST_WINDOW or max(windows) > room:
            raise SettingsError(
                f"--stft-windows {' '.join(map(str, windows))}: samples, wants {_SHORTEST_WINDOW} to {room}, "
                "what is compared of a crop"
            )
        if self.stft_weighting not in STFT_WEIGHTINGS:
            raise SettingsError(f"--stft-weighting {self.stft_weighting}: have {', '.join(STFT_WEIGHTINGS)}")
        _at_least("--stft-convergence", self.stft_convergence, 0.0)
        names = {name for name, _ in self.losses}
        if "clap_text" in names and not (self.clap_text or "").strip():
            raise SettingsError('--loss clap_text: wants what to sound like, --clap-text "rusty bells"')
        for option, value, users in (
            ("--clap-text", self.clap_text, ("clap_text",)),
            ("--clap-weights", self.clap_weights, ("clap", "clap_text")),
            ("--m2l-weights", self.m2l_weights, ("m2l",)),
        ):
            if value is not None and not names.intersection(users):
                raise SettingsError(f"{option}: no loss uses it; give --loss {users[0]}:0.1 too")

    def _check_attributes(self) -> None:
        """Attributes that there are, each tied to a latent of its own."""
        latents, names = zip(*self.attributes, strict=True) if self.attributes else ((), ())
        for latent, name in self.attributes:
            where = f"--attribute z{latent}:{name}"
            try:
                find_attribute(name)
            except SettingsError as error:
                raise SettingsError(f"{where}: {error}") from None
            if not 0 <= latent < self.config.latent_size:
                raise SettingsError(
                    f"{where}: latents are z0 to z{self.config.latent_size - 1}; more by --latent-size"
                )
            if latents.count(latent) > 1:
                raise SettingsError(f"{where}: z{latent} is tied twice")
            if names.count(name) > 1:
                raise SettingsError(f"{where}: {name} is tied to two latents")

    @property
    def delay_samples(self) -> int:
        """Samples that the sound may come after what it was made from."""
        return self.delay * self.config.hop_size

    @property
    def folder(self) -> Path:
        """Where checkpoints, history and report of this run are."""
        return self.out / f"{self.name}.training"

    @property
    def model_path(self) -> Path:
        """The model file that the run makes."""
        return self.out / f"{self.name}.plaud"

    @property
    def crop_samples(self) -> int:
        """Samples of a training example: whole hops."""
        hop = self.config.hop_size
        return max(1, round(self.crop_seconds * self.config.sample_rate / hop)) * hop


def _at_least(option: str, value: float | None, low: float, strictly: bool = False) -> None:
    """Raise SettingsError unless `value` is None or not below (or, `strictly`, above) `low`."""
    if value is None or (value > low if strictly else value >= low):
        return
    raise SettingsError(f"{option} {value:g}: wants {'more than' if strictly else 'at least'} {low:g}")
