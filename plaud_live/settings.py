"""Settings of a session, presets, and the folders that plaud-live uses."""

import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from plaud_live.errors import SettingsError, nearest

PRESETS: dict[str, tuple[int, int]] = {"low": (64, 4), "live": (128, 3), "safe": (256, 3)}
"""Preset name to (block size in samples, blocks in the ring)."""

BLOCK_SIZES = range(16, 4097)
OSC_PORT = 9100
WEB_PORT = 9180
DEFAULT_REVERB = "default"
DEFAULT_MODEL = "default"
MOST_OUTPUTS = 64
"""Of a sound card, that are looked at."""

_PUSH_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class PlayOptions:
    """How an instrument is opened.

    `device` is a name or number of the sound card's list, None for the system's default; `sink` replaces
    the sound card: `null` discards, a path ending in .wav writes. `sample_rate` in Hz, None for the
    device's own. `block_size` in samples and `blocks` in the ring override the preset. `lan`: who may reach
    OSC and the web surface besides this machine, None for nobody, "" for private networks, else addresses
    and networks with commas between. `web` is the port of the surface for browsers, None: it is opened when
    somebody asks for it. A `session` of this name goes on, unless a `new` one is to begin. `phones` is the
    first of two outputs, counted from 1, that are the headphones; 0: there are none.
    """

    model: str = DEFAULT_MODEL
    device: str | None = None
    preset: str = "live"
    block_size: int | None = None
    blocks: int | None = None
    sample_rate: int | None = None
    patch: str | None = None
    plain: bool = False
    osc_port: int = OSC_PORT
    session: str | None = None
    new: bool = False
    sink: str | None = None
    lan: str | None = None
    web: int | None = None
    phones: int = 0

    def __post_init__(self) -> None:
        if self.preset not in PRESETS:
            raise SettingsError(f"--preset {self.preset}: no such preset — have {', '.join(PRESETS)}")
        if self.block_size is not None and self.block_size not in BLOCK_SIZES:
            raise SettingsError(
                f"--block {self.block_size}: wants {BLOCK_SIZES.start} to {BLOCK_SIZES.stop - 1} samples"
            )
        if self.blocks is not None and not 2 <= self.blocks <= 64:
            raise SettingsError(f"--blocks {self.blocks}: wants 2 to 64")
        if self.sample_rate is not None and not 8000 <= self.sample_rate <= 192000:
            raise SettingsError(f"--sample-rate {self.sample_rate}: wants 8000 to 192000 Hz")
        if not 0 <= self.osc_port <= 65535:
            raise SettingsError(f"--osc-port {self.osc_port}: wants 0 to 65535")
        if self.phones and not 3 <= self.phones <= MOST_OUTPUTS - 1:
            raise SettingsError(f"--phones {self.phones}: wants an output from 3 on, to {MOST_OUTPUTS - 1}")
        if self.web is not None and not 0 <= self.web <= 65535:
            raise SettingsError(f"--web {self.web}: wants a port, 0 to 65535")

    @property
    def block(self) -> int:
        """Samples per block."""
        return self.block_size or PRESETS[self.preset][0]

    @property
    def ring_blocks(self) -> int:
        """Blocks that the ring holds."""
        return self.blocks or PRESETS[self.preset][1]


def home() -> Path:
    """PLAUD_HOME, the folder of sessions/, models/ and faust/live/.

    It is the checkout when run from one, else ~/plaud-live.
    """
    if chosen := os.environ.get("PLAUD_HOME"):
        return Path(chosen).expanduser()
    checkout = Path(__file__).resolve().parent.parent
    if (checkout / "pyproject.toml").exists() and (checkout / "patches").is_dir():
        return checkout
    return Path.home() / "plaud-live"


def run_dir() -> Path:
    """Folder of the running instance: its lock, control socket and ports. One instance a folder."""
    if chosen := os.environ.get("PLAUD_RUN_DIR"):
        return Path(chosen)
    base = os.environ.get("XDG_RUNTIME_DIR")
    if base and os.access(base, os.W_OK):
        return Path(base) / "plaud-live"
    return Path(tempfile.gettempdir()) / f"plaud-live-{os.getuid()}"


def data_dir() -> Path:
    """What ships with the package: the built-in models, presets, profiles of controllers."""
    return Path(__file__).resolve().parent / "data"


def config_dir() -> Path:
    """The performer's own files, in the platform's folder for them: `controllers/`."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "plaud-live"
    chosen = os.environ.get("XDG_CONFIG_HOME")
    return (Path(chosen) if chosen else Path.home() / ".config") / "plaud-live"


def built_in_models() -> dict[str, Path]:
    """The models that ship with the package, by name."""
    return {path.stem: path for path in sorted(data_dir().glob("*.plaud"))}


def built_in_model() -> Path:
    """The one of them that plays unless another is asked for."""
    return data_dir() / f"{DEFAULT_MODEL}.plaud"


def built_in_reverbs() -> dict[str, Path]:
    """The reverbs that ship with the package, by name."""
    return {path.stem: path for path in _configurations(data_dir() / "reverbs")}


def reverb_names() -> list[str]:
    """The reverbs of PLAUD_HOME and those that are built in. Raises OSError."""
    return sorted({*built_in_reverbs(), *(path.stem for path in _configurations(home() / "reverbs"))})


def _configurations(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.json")) if not path.name.endswith(".plan.json")]


def find_reverb(name: str) -> Path:
    """The configuration that `name` means: a path, a reverb in PLAUD_HOME/reverbs, or one that is built in.

    Raises SettingsError that says which is nearest, and lists what there is.
    """
    return _find("reverb", name, ".json", built_in_reverbs(), reverb_names)


def push_file(name: str) -> Path:
    """The file that a plugin watches, by the name that it has at the prompt.

    `live` is $PLAUD_DSP, else ~/.plaud-live/live.dsp; `live2` lies beside it, where the plugin with the file
    number 2 looks; others lie in ~/.plaud-live. Raises SettingsError.
    """
    if not _PUSH_NAME.fullmatch(name):
        raise SettingsError(f"push: name={name!r:.70}: wants 1 to 64 letters, digits, _ or -")
    usual = Path.home() / ".plaud-live" / "live.dsp"
    live = Path(os.environ.get("PLAUD_DSP") or usual).expanduser()
    if live.suffix != ".dsp":
        raise SettingsError(f"push: PLAUD_DSP is {live}: wants a file that ends in .dsp")
    number = name.removeprefix("live")
    if name.startswith("live") and (number == "" or (number.isascii() and number.isdigit())):
        return live.with_name(f"{live.stem}{number}.dsp")
    return usual.with_name(f"{name}.dsp")


def model_names() -> list[str]:
    """The models of PLAUD_HOME and those that are built in. Raises OSError."""
    found = {path.stem for path in (home() / "models").glob("*.plaud")}
    return sorted({*built_in_models(), *found})


def find_model(name: str) -> Path:
    """The file that `name` means: a path, a model in PLAUD_HOME/models, or one that is built in.

    Raises SettingsError that says which is nearest, and lists what there is.
    """
    return _find("model", name, ".plaud", built_in_models(), model_names)


def _find(
    what: str, name: str, suffix: str, built_in: Mapping[str, Path], names: Callable[[], list[str]]
) -> Path:
    """The file that `name` means: a path, one in the folder for such things, or one that is built in."""
    for candidate in (Path(name).expanduser(), home() / f"{what}s" / f"{name}{suffix}"):
        if candidate.is_file():
            return candidate.resolve()
    if name in built_in:
        return built_in[name]
    have = names()
    near = nearest(name, have)
    meant = f"did you mean {near!r}? " if near else ""
    raise SettingsError(
        f"no {what} {name!r} — {meant}have {', '.join(have)}, or give a path to a {suffix} file"
    )
