"""The toolbar: three lines that fit, whatever the snapshot holds."""

import pytest
from prompt_toolkit.utils import get_cwidth

from plaud_live.control.transaction import (
    Hush,
    Mark,
    Morph,
    Play,
    Quant,
    Recall,
    Scene,
    Set,
    Solo,
    Tempo,
)
from plaud_live.repl.notices import describe
from plaud_live.repl.toolbar import bar, cells, latent_bars, meter, status, toolbar
from plaud_live.signals.graph import Constant
from tests.repl.silent import SAMPLE_RATE, Prompt

DRONE = {"peak": 0.5, "rms": 0.1, "z": [0.0, 0.5, 1.0, -0.4, 1.4], "text": "A.glass → A.bell", "held": []}
SNAPSHOT = {
    "bpm": 92.0,
    "beat": 17.34,
    "cpu_avg": 0.234,
    "xruns": 0,
    "late": 3,
    "latency_ms": 11.6,
    "device": "no sound card",
    "instruments": {"drone": DRONE},
}


def test_the_lines_of_a_playing_instrument() -> None:
    assert toolbar(SNAPSHOT, "⟶ drone.z→bell in 2.3b").split("\n") == [
        " ⟶ drone.z→bell in 2.3b",
        " 92.0 ♩ 17.3 · cpu 23% · xr 0 · late 3 · 12 ms · no sound card",
        " drone ▇▅ z ▁▄█▁█ A.glass → A.bell",
    ]


def test_how_far_a_training_is_stands_before_the_device() -> None:
    job = {"instrument": "drone", "name": "x_2", "stage": "training", "done": 0.414, "loss": 2.312}
    for changes, shown in (
        ({"left_seconds": 470.0}, "train drone 41% L 2.31 8m"),
        ({"left_seconds": 61.0}, "train drone 41% L 2.31 61s"),
        ({"loss": None}, "train drone 41%"),
        ({"stage": "stopping"}, "train drone 41% L 2.31 stopping"),
        ({"stage": "waiting"}, "train drone waiting"),
    ):
        line = toolbar({**SNAPSHOT, "train": [{**job, **changes}, job]}, width=120).split("\n")[1]
        assert line.startswith(f" 92.0 ♩ 17.3 · cpu 23% · xr 0 · late 3 · 12 ms · {shown}")


def test_whose_clock_is_followed_stands_beside_the_beat() -> None:
    led = {**SNAPSHOT, "leader": {"device": "Digitakt", "jitter_ms": 0.3}}
    assert toolbar(led).split("\n")[1].startswith(" 92.0 ♩ 17.3 · clock of Digitakt · cpu")
    assert toolbar({**SNAPSHOT, "leader": None}) == toolbar(SNAPSHOT)


def test_the_leaders_tempo_stands_there_while_ours_catches_up() -> None:
    leader = {"device": "Digitakt", "bpm": 92.1, "locked": True}
    assert "clock of Digitakt · cpu" in toolbar({**SNAPSHOT, "leader": leader})
    assert "clock of Digitakt, 80.0 · cpu" in toolbar({**SNAPSHOT, "leader": {**leader, "bpm": 80.0}})
    assert "80" not in toolbar({**SNAPSHOT, "leader": {**leader, "bpm": 80.0, "locked": False}})


def test_places_of_a_knob_are_shown_as_far_as_a_hand_can_turn_it() -> None:
    drone = {**DRONE, "text": "z2 0.992126 gain 0.5 pan 1.00004"}
    assert toolbar({**SNAPSHOT, "instruments": {"drone": drone}}).endswith("z2 0.992 gain 0.5 pan 1")


def test_what_is_held_is_said_first_when_space_is_short() -> None:
    held = {"drone": {**DRONE, "held": ["z2"]}}
    assert toolbar({**SNAPSHOT, "instruments": held}).split("\n")[2].endswith("A.bell · ⚠ drone.z2 held")
    assert "⚠ drone.z2 held" in toolbar({**SNAPSHOT, "instruments": held}, width=30)


def test_a_long_notice_keeps_the_key_at_its_end() -> None:
    line = toolbar(SNAPSHOT, f"✓ {'x' * 100} (F8 undo)", width=80).split("\n")[0]
    assert line.endswith("x… (F8 undo)")
    assert len(line) == 80


def test_instruments_that_do_not_fit_are_counted() -> None:
    many = {f"voice{n}": DRONE for n in range(9)}
    assert toolbar({**SNAPSHOT, "instruments": many}).split("\n")[2].endswith("+8 more")


@pytest.mark.parametrize("width", [1, 20, 40, 80, 200])
@pytest.mark.parametrize("notice", ["", "x" * 300, "日本語" * 40])
@pytest.mark.parametrize("snapshot", [None, {}, SNAPSHOT, {"instruments": {"a": {}}, "bpm": None}])
def test_three_lines_within_the_width(snapshot: dict[str, object] | None, notice: str, width: int) -> None:
    lines = toolbar(snapshot, notice, width).split("\n")
    assert len(lines) == 3
    assert all(get_cwidth(line) <= width for line in lines)


def test_ascii_terminals_lose_no_information() -> None:
    held = {"drone": {**DRONE, "held": ["z2"]}}
    text = toolbar({**SNAPSHOT, "instruments": held}, "⟶ x · ✓ y · loop ✗2", ascii_only=True)
    assert text.isascii()
    assert toolbar(None, "", ascii_only=True).isascii()
    assert "drone 75 z 14818" in text
    assert "drone.z2 held" in text


def test_meters_are_in_decibels() -> None:
    assert [meter(10 ** (db / 20)) for db in (-60, -50, -27, -0.1, 6)] == [" ", "▁", "▄", "▇", "█"]
    assert [bar(level) for level in (0.0, 0.01, 0.5, 1.0, float("nan"))] == [" ", "▁", "▄", "█", " "]
    assert latent_bars([float("nan"), 0.0]) == "?▁"


def test_status_is_the_toolbar_without_its_width() -> None:
    assert "A.glass → A.bell" in status(SNAPSHOT, "x" * 200)
    assert "away" in status(None)


@pytest.mark.parametrize("text", ["", " 92.0 ♩ 17.3 · ⚠ ● ▁▄█", "日本語", "e\u0301", "⟶ drone.z→bell"])
def test_cells_agree_with_prompt_toolkit(text: str) -> None:
    assert cells(text) == get_cwidth(text)


def test_the_first_line_tells_launches_and_failing_loops_before_the_rest() -> None:
    prompt = Prompt()
    prompt.accept("clock.bpm = 60; clock.quant = 4")
    prompt.accept("@every(8)\ndef wander(n): 1/0\n@every(3)\ndef b(n): pass")
    for run in prompt.performance.loops.due(0, prompt.performance.state.tempo):
        prompt.evaluator.play(run)
    prompt.engine.position = SAMPLE_RATE  # beat 1
    prompt.accept("drone.z = A.bell")
    prompt.accept("drone(pan=.5, at=16)")
    assert prompt.performance.line(1.7) == (
        "⟶ drone.z→bell in 2.3b · wander ✗1 ZeroDivisionError · ⟶ drone.pan→0.5 in 14.3b · b 1.3b (F8 undo)"
    )
    prompt.accept("undo()")
    assert "pan→" not in prompt.performance.line(1.7)
    assert prompt.performance.line(40.0) == "wander ✗1 ZeroDivisionError · b 0.0b"
    assert prompt.performance.line(None) == "wander ✗1 ZeroDivisionError · b"


def test_what_will_never_sound_is_not_announced() -> None:
    prompt = Prompt()
    prompt.accept("clock.bpm = 60; clock.quant = 0")
    prompt.engine.position = SAMPLE_RATE
    prompt.accept("drone(z0=.1, at=16)")
    prompt.accept("drone(z0=.2, gain=.5, at=16)")
    assert prompt.performance.line(1.0) == "⟶ drone.z0→0.2, drone.gain→0.5 in 15.0b (F8 undo)"
    prompt.accept("drone.z0 = .3")
    assert "drone.gain→0.5 in 15.0b" in prompt.performance.line(1.0)
    prompt.accept("drone(z=A.bell, gain=.6)")
    assert prompt.performance.line(1.0) == "✓ drone.z→bell, drone.gain→0.6 (F8 undo)"
    prompt.accept("drone(z0=.1, at=4)")
    prompt.accept("drone(z0=.9, at=16)")
    assert prompt.performance.line(1.0).startswith("⟶ drone.z0→0.1 in 3.0b · ⟶ drone.z0→0.9 in 15.0b")


def test_every_kind_of_launch_has_a_few_words() -> None:
    changes = (
        Set("drone", "z0", Constant(0.3), text="0.3"),
        Play("drone"),
        Mark("drone", "home"),
        Scene("dark"),
        Recall("dark"),
        Morph("dark", "open", Constant(0.5)),
        Solo(("drone",)),
        Solo(),
        Tempo(120.0, over=16.0),
        Quant(4.0),
        Hush(),
    )
    assert describe(changes) == (
        "drone.z0→0.3, drone.play, A.home, scene dark kept, scene dark, scene dark→open 0.5, solo drone, "
        "solo ends, 120 bpm over 16b, quant 4, hush"
    )
