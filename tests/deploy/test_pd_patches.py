"""Patches for Pure Data, in a real Pd: they open whole, and what is sent reaches the model.

nn~ is not there, or a stand-in takes its place.
"""

import re
import socket
from pathlib import Path

import pytest

from plaud_live.control.osc import encode
from plaud_live.deploy.description import PD_BUFFER, Description
from plaud_live.deploy.patches.panel import panel
from tests.clients.programs import PdClient
from tests.deploy.models import LARGE, MODELS, PLAUD, SMALL
from tests.deploy.pd_runner import LOUD, last, play, run, set_of, write

ROOT = Path(__file__).resolve().parent.parent.parent
MISSING = re.compile(
    r"(error: |verbose\(\d\): )?( ?nn~ \S+\.ts (decode|encode|forward) 512|\.\.\. couldn't create)"
)


def test_every_patch_that_is_kept_opens_whole() -> None:
    """Without nn~ Pd says so, and nothing else; the help patch has four of them."""
    for path in sorted((ROOT / "pd").glob("*.pd")):
        said = run(path, sent=["pd dsp 1", "pd quit"])
        assert [line for line in said if not MISSING.fullmatch(line)] == [], path.name
        missing = sum("couldn't create" in line for line in said)
        assert missing == {"plaud.pd": 1, "plaud-help.pd": 4}.get(path.name, 0)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_with_nn_there_is_nothing_to_say(model: Description, tmp_path: Path) -> None:
    folder = write(model, tmp_path)
    said = run(folder / f"{model.name}-help.pd", sent=["pd dsp 1", "pd quit"], rate=model.sample_rate)
    assert [line for line in said if not line.startswith(("decode: ", "encode: ", "forward: "))] == []
    assert set_of(said, "encode") == set_of(said, "forward") == [f"bufsize {PD_BUFFER}"]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_all_stands_at_its_beginning_when_the_patch_opens(model: Description, tmp_path: Path) -> None:
    said, shown = play(model, tmp_path, (50, "nn-look bang")), panel(model)
    attributes = [f"set {control.key} {control.start:g}" for control in shown.attributes]
    assert set_of(said) == [f"bufsize {PD_BUFFER}", *attributes]
    for place, control in enumerate(shown.latents):
        assert last(said, f"decode-z{place}") == [pytest.approx(control.start)]


def test_messages_names_and_aliases_move_the_same_latents(tmp_path: Path) -> None:
    said = play(
        PLAUD,
        tmp_path,
        (10, "to z0 0.125"),
        (10, "to noisy 0.25"),
        (10, "plaud-plaud-loud 0.375"),
        (10, "plaud-plaud-z3 1.25"),
        (10, "plaud-plaud z4 -0.5"),
        (60, "nn-look bang"),
    )
    wanted = (0.125, 0.25, 0.375, 1.25, -0.5)
    assert [last(said, f"decode-z{place}")[0] for place in range(5)] == pytest.approx(wanted)
    assert last(said, "decode-z5") == [pytest.approx(panel(PLAUD).latents[5].start)]


def test_several_latents_at_once_and_home_again(tmp_path: Path) -> None:
    moments = [(10, "to z 0.1 0.9 0.7"), (60, "nn-look bang"), (70, "to home"), (120, "nn-look bang")]
    said = play(PLAUD, tmp_path, *moments)
    seen = [[float(line.split()[1]) for line in said if line.startswith(f"decode-z{i}: ")] for i in range(4)]
    starts = [control.start for control in panel(PLAUD).latents]
    assert [values[0] for values in seen] == pytest.approx([0.1, 0.9, 0.7, starts[3]])
    assert [values[1] for values in seen] == pytest.approx(starts[:4])


def test_a_latent_takes_as_long_as_the_ramp_says(tmp_path: Path) -> None:
    """Pd's `line~` starts at a block of 64 samples."""
    moments = [(10, "to ramp 1000"), (60, "to z0 0"), (1100, "to z0 1"), (1350, "nn-look bang")]
    assert last(play(PLAUD, tmp_path, *moments), "decode-z0") == [pytest.approx(0.25, abs=0.004)]


def test_a_signal_is_added_to_its_latent(tmp_path: Path) -> None:
    said = play(PLAUD, tmp_path, (10, "to z0 0.5"), (10, "lfo 0.25"), (60, "nn-look bang"))
    assert last(said, "decode-z0") == [pytest.approx(0.75)]
    assert last(said, "decode-z1") == [pytest.approx(panel(PLAUD).latents[1].start)]


def test_attributes_are_set_whole_where_only_whole_numbers_make_sense(tmp_path: Path) -> None:
    sent = ("to sines 11.5", "plaud-plaud-noise_gain 0.5", "to freeze 1", "to bufsize 256", "to bufsize 1e9")
    said = set_of(play(PLAUD, tmp_path, *((10 * place, words) for place, words in enumerate(sent, 1))))
    assert said[-5:] == ["set sines 12", "set noise_gain 0.5", "set freeze 1", "bufsize 256", "bufsize 65536"]


def test_the_output_has_a_gain_and_never_leaves_full_scale(tmp_path: Path) -> None:
    moments = [(10, "to gain 0.125"), (100, "nn-look bang"), (110, "to gain 1"), (200, "nn-look bang")]
    said = play(LARGE, tmp_path, *moments)
    for channel in range(2):
        soft, loud = (float(line.split()[1]) for line in said if line.startswith(f"out-{channel}: "))
        assert soft == pytest.approx(0.125 * (LOUD + channel)) and loud == 1.0


def test_two_of_them_go_their_own_ways_and_hear_their_name_together(tmp_path: Path) -> None:
    """A second object, whose port is its argument, in a patch of its own."""
    other = tmp_path / "other.pd"
    other.write_text("#N canvas 0 0 400 300 12;\n#X obj 10 10 plaud 9321;\n")
    moments = [(10, "to z0 0.125"), (20, "plaud-plaud-z1 0.875"), (70, "nn-look bang")]
    said = play(PLAUD, tmp_path, *moments, beside=[other])
    first, second = ({line for line in said if line.startswith(f"decode-z{i}: ")} for i in range(2))
    assert len(first) == 2 and second == {"decode-z1: 0.875"}


def test_the_console_tells_once_a_second_of_names_that_are_not_known(tmp_path: Path) -> None:
    moments = [(10, "to z9 0.5"), (20, "to z9 0.6"), (900, "to z9 0.7"), (1100, "to brigth 0.5")]
    said = [line for line in play(PLAUD, tmp_path, *moments) if line.startswith("plaud")]
    assert said == ["plaud has no: z9 0.5", "plaud has no: brigth 0.5"]


@pytest.mark.parametrize(("rate", "lines"), [(44100, 0), (48000, 1)])
def test_another_sample_rate_is_told_in_the_console(rate: int, lines: int, tmp_path: Path) -> None:
    said = [line for line in play(PLAUD, tmp_path, (50, "pd dsp 1"), rate=rate) if line.startswith("plaud: ")]
    assert len(said) == lines
    assert all(f"Pd runs at {rate} Hz but plaud.ts is for 44100" in line for line in said)


def test_osc_reaches_the_model(tmp_path: Path) -> None:
    """With its name and without, at another port than the usual."""
    folder = write(PLAUD, tmp_path)
    (folder / "looks.pd").write_text(
        "#N canvas 0 0 400 300 12;\n#X obj 9 9 loadbang;\n#X obj 9 40 metro 30;\n"
        "#X msg 9 70 \\; nn-look bang;\n#X connect 0 0 1 0;\n#X connect 1 0 2 0;\n"
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind(("127.0.0.1", 0))
        port = out.getsockname()[1]
    pd = PdClient([folder / "plaud.pd", folder / "looks.pd"], [f"plaud-plaud-port {port}", "pd dsp 1"])
    try:
        pd.wait_said(f"decode-z0: {panel(PLAUD).latents[0].start:g}")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            for address, *values in (
                ("/plaud/bright", 0.125),
                ("/z1", 1),
                ("/plaud/z7", 0.875),
                ("/sines", 7.0),
                ("/plaud/noise_gain", 0.25),
            ):
                out.sendto(encode(address, *values), ("127.0.0.1", port))
        for line in ("z0: 0.125", "z1: 1", "z7: 0.875"):
            pd.wait_said(f"decode-{line}")
        for line in ("set sines 7", "set noise_gain 0.25"):
            pd.wait_said(f"decode: {line}")
        assert not [line for line in pd.said() if not line.startswith("decode")]
    finally:
        pd.close()


def test_the_smallest_model_is_played_too(tmp_path: Path) -> None:
    said = play(SMALL, tmp_path, (10, "to z 0.75"), (60, "nn-look bang"))
    assert last(said, "decode-z0") == [0.75] and last(said, "out-0") == [1.0]
