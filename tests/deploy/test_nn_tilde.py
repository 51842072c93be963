"""The exported module in Pd's real nn~: the WAV that Pd writes is what Python's blocks give, to 1e-6.

Selected where PLAUD_NN_TILDE names the folder of the external.
"""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from plaud_live.deploy import checks
from plaud_live.deploy.description import PD_BUFFER, Description
from plaud_live.model_file import PlaudModel
from plaud_live.surfaces.pd_file import Canvas
from tests.deploy.modules import in_blocks, load, offer, saved
from tests.test_two_hands import forgetting_model

pytestmark = pytest.mark.slow

RATE = 44100
SECONDS = 3.0
TICK = 64
LATENCY = 2 * PD_BUFFER - TICK
"""A buffer is filled, and computed while the next is: what comes of a sample is heard two buffers later, but
in the tick that fills a buffer what was computed goes out already."""


@pytest.fixture(scope="module")
def model() -> PlaudModel:
    return forgetting_model("stereo", seed=3)


@pytest.fixture(scope="module")
def described(model: PlaudModel) -> Description:
    return offer(model, RATE)


@pytest.fixture(scope="module")
def module(model: PlaudModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(model, RATE, tmp_path_factory.mktemp("nn"))


def player(described: Description, name: str, module: Path, folder: Path, said: list[str]) -> Path:
    """A patch that plays in.wav through `name` of the module into out.wav, from the first tick on."""
    method, patch = described.method(name), Canvas(900, 600)
    begin = patch.obj(10, 10, "loadbang")
    order = patch.obj(10, 40, "t", *"b" * (4 + len(said)))
    patch.wire(begin, order)
    tables = [f"in{i}" for i in range(len(method.inputs))]
    for i, table in enumerate(tables):
        patch.obj(400, 10 + 20 * i, "table", table)
    steps = 3 + len(said)
    read = patch.msg(10, 80, "read", "-resize", str(folder / "in.wav"), *tables)
    patch.connect(order, steps, read, 0)
    patch.wire(read, patch.obj(10, 110, "soundfiler"))
    nn = patch.obj(10, 300, "nn~", str(module), name, PD_BUFFER)
    for i, message in enumerate(said):
        sent = patch.msg(500, 200 + 20 * i, *message.split())
        patch.connect(order, steps - 1 - i, sent, 0)
        patch.wire(sent, nn)
    kept = [f"out{i}" for i in range(len(method.outputs))]
    for i, table in enumerate(tables):
        played = patch.obj(10 + 80 * i, 250, "tabplay~", table)
        patch.connect(order, 1, played, 0)
        patch.connect(played, 0, nn, i)
    for i, table in enumerate(kept):
        patch.obj(500, 10 + 20 * i, "table", table, SECONDS * RATE)
        out = patch.obj(10 + 80 * i, 400, "tabwrite~", table)
        patch.connect(order, 2, out, 0)
        patch.connect(nn, i, out, 0)
    patch.connect(order, 0, patch.box("msg", 600, 80, r"\; pd dsp 1"), 0)
    over = patch.obj(700, 40, "t", "b", "b", "b", "b")
    patch.wire(begin, patch.obj(700, 10, "delay", 1000 * SECONDS + 100), over)
    patch.connect(over, 3, patch.box("msg", 700, 80, r"\; pd dsp 0"), 0)
    joined = patch.msg(700, 110, "bufsize", PD_BUFFER)
    patch.connect(over, 2, joined, 0)
    patch.wire(joined, nn)
    written = patch.msg(700, 140, "write", "-bytes", "4", str(folder / "out.wav"), *kept)
    patch.connect(over, 1, written, 0)
    patch.wire(written, patch.obj(700, 170, "soundfiler"))
    patch.connect(over, 0, patch.box("msg", 700, 200, r"\; pd quit"), 0)
    path = folder / "player.pd"
    path.write_text(patch.lines + "\n")
    return path


def in_pd(
    described: Description, name: str, module: Path, folder: Path, sent: torch.Tensor, *said: str
) -> np.ndarray:
    """What Pd wrote, float32 [outlets, samples]."""
    method = described.method(name)
    held = sent[0].repeat_interleave(method.in_ratio, dim=1).numpy()
    soundfile.write(folder / "in.wav", held.T, RATE, subtype="FLOAT")
    patch = player(described, name, module, folder, list(said))
    words = ["pd", "-nogui", "-noaudio", "-nomidi", "-stderr", "-batch", "-r", str(RATE)]
    words += ["-path", os.environ["PLAUD_NN_TILDE"], "-open", str(patch)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0 and "error" not in done.stderr.lower(), done.stderr
    return np.asarray(soundfile.read(folder / "out.wav", dtype="float32", always_2d=True)[0]).T


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("decode", ()),
        ("encode", ()),
        ("forward", ()),
        ("decode", ("set noise_bands 3", "set sines_gain 0.25", "set smoothing 5")),
        ("decode", ("set temperature 0.5", "set harmonics 1")),
    ],
)
def test_pd_plays_what_python_does(
    described: Description, module: Path, tmp_path: Path, name: str, said: tuple[str, ...]
) -> None:
    method = described.method(name)
    samples = round(SECONDS * RATE) // 4096 * 4096 - 4096
    sent = checks.signal(method, samples, RATE)
    heard = in_pd(described, name, module, tmp_path, sent, *said)
    loaded = load(module)
    for message in said:
        _, attribute, value = message.split()
        kind = next(a.kind for a in described.attributes if a.name == attribute)
        getattr(loaded, f"set_{attribute}")(int(value) if kind == "int" else float(value))
    with torch.inference_mode():
        played = in_blocks(getattr(loaded, name), sent, [PD_BUFFER // method.in_ratio])
    wanted = played.repeat_interleave(method.out_ratio, dim=2)[0].numpy()
    assert np.abs(wanted).max() > 0.01
    compared = samples - LATENCY
    assert not heard[:, :LATENCY].any()
    assert np.abs(heard[:, LATENCY : LATENCY + compared] - wanted[:, :compared]).max() < 1e-6
