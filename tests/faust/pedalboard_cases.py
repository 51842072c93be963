"""The watched plugin's VST3 in pedalboard: it sounds as the compiled FAUST, and is never heard to change."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from compiler.hot_reload import HotReload
from tests.compiler.faust_player import play
from tests.compiler.hall import hall
from tests.faust.plugin import BROKEN, CLICK, RATE, REVERBS, break_file, compilers, push, residual
from tests.processes import wait_for

pedalboard = pytest.importorskip("pedalboard")
pytestmark = pytest.mark.slow

AMPLITUDE = 0.5
STEP = 2.0 * np.pi * 440.0 / RATE
BLOCK = 256
TOLERANCE = 1e-6
"""-120 dB of the largest sample."""


class Player:
    """A plugin that a sine goes through, block after block, for as long as something is waited for."""

    def __init__(self, plugins: Path) -> None:
        self.plugin = pedalboard.load_plugin(str(plugins / "plaud-live.vst3"))
        self._blocks: list[NDArray[np.float32]] = []
        self._position = 0

    def block(self) -> None:
        sine = AMPLITUDE * np.sin(STEP * (self._position + np.arange(BLOCK)))
        self._position += BLOCK
        sound = np.tile(sine.astype(np.float32), (2, 1))
        self._blocks.append(self.plugin.process(sound, RATE, buffer_size=BLOCK, reset=False))

    def until(self, condition: Callable[[], object], what: str) -> None:
        def is_so() -> bool:
            self.block()
            return bool(condition())

        wait_for(is_so, what)

    def run(self, seconds: float) -> None:
        for _ in range(int(seconds * RATE / BLOCK)):
            self.block()

    def heard(self, since: float = 0.0) -> NDArray[np.float32]:
        """[2, samples]"""
        return np.concatenate(self._blocks, axis=1)[:, int(since * RATE) :]

    def impulse_response(self, channel: int, samples: int = RATE, rate: int = RATE) -> NDArray[np.float64]:
        impulse = np.zeros((2, samples), np.float32)
        impulse[channel, 0] = 1.0
        return self.plugin.process(impulse, rate, reset=True).astype(np.float64)


@pytest.fixture
def player(plugins, dsp) -> Player:
    return Player(plugins)


def status(dsp: Path) -> dict[str, Any]:
    try:
        return json.loads(dsp.with_name("live.dsp.status.json").read_text())
    except FileNotFoundError:
        return {"state": None}


def write(player: Player, dsp: Path, text: str) -> None:
    """Write `text` in place while a sine plays, until it is heard alone."""
    before = status(dsp)
    dsp.write_text(text)
    player.until(lambda: status(dsp) != before and status(dsp)["state"] == "ok", "it is taken")
    player.run(0.1)


def loudness(player: Player) -> float:
    """Of the sine that goes through."""
    player.run(0.05)
    return float(np.abs(player.heard()[:, -BLOCK:]).max() / AMPLITUDE)


def assert_sounds_as(player: Player, text: str, moves: dict[str, float], rate: int = RATE) -> None:
    for channel in range(2):
        impulse = np.zeros((2, RATE))
        impulse[channel, 0] = 1.0
        inputs = impulse if "2 inputs" in text else impulse.mean(axis=0, keepdims=True)
        expected = play(text, inputs, rate, [(0, moves)] if moves else ())
        expected = expected if len(expected) == 2 else np.tile(expected, (2, 1))
        difference = np.abs(player.impulse_response(channel, rate=rate) - expected).max()
        assert difference < TOLERANCE * np.abs(expected).max()


def test_reverbs_and_broken_files_are_pushed_while_a_sine_plays(player, dsp):
    player.plugin.pre_delay_ms = 20.0
    player.plugin.dry_wet = 0.75
    with HotReload(dsp, RATE, controls=["t60", "pre_delay", "dry_wet"], interval_seconds=0.0) as live:
        player.run(0.1)
        assert np.array_equal(player.heard()[0], player.heard()[1])  # the input itself: there is no file
        assert np.abs(residual(player.heard(), STEP)).max() < 1e-6
        for config, (reason, content) in zip(REVERBS.values(), BROKEN.items(), strict=True):
            push(player, live, config)
            player.run(0.2)
            before = player.heard().shape[1]
            answer = break_file(player, live, content)
            assert (answer.state, reason in answer.error) == ("error", True), answer
            player.run(0.1)
            after = np.abs(player.heard()[:, before:])
            assert after.reshape(2, -1, BLOCK).max(axis=2).min() > 1e-3  # the old one sounds on
        push(player, live, hall())
        assert break_file(player, live, None).state == "missing"
        player.run(0.2)
        push(player, live, REVERBS["eight lines"])
    player.run(0.2)
    assert np.abs(residual(player.heard(), STEP)).max() < CLICK * AMPLITUDE
    assert player.plugin.pre_delay_ms == pytest.approx(20.0, abs=0.1)
    assert player.plugin.dry_wet == pytest.approx(0.75, abs=0.01)
    assert_sounds_as(player, dsp.read_text(), {"pre_delay": 20.0, "dry_wet": 0.75})


@pytest.mark.parametrize("name", ["eight lines", "mono"])
def test_an_impulse_response_is_that_of_the_compiled_faust(plugins, dsp, name):
    HotReload(dsp, RATE).update(REVERBS[name])
    player = Player(plugins)
    assert_sounds_as(player, dsp.read_text(), {})
    assert_sounds_as(player, dsp.read_text(), {}, rate=44100)
    assert status(dsp)["state"] == "ok"


def test_new_values_are_taken_and_nothing_is_compiled(player, dsp):
    live = HotReload(dsp, RATE, interval_seconds=0.0)
    assert push(player, live, hall(0.7)).compile_ms > 0.0
    text = dsp.read_bytes()
    assert push(player, live, hall(0.3)).compile_ms == 0.0
    assert dsp.read_bytes() == text
    player.run(0.1)
    assert_sounds_as(player, _text_of(hall(0.3), dsp.with_name("other.dsp")), {})


def test_new_values_that_cannot_be_read_change_nothing(player, dsp):
    live = HotReload(dsp, RATE)
    live.update(hall())
    player.run(0.1)
    before = player.impulse_response(0)
    params = dsp.with_name("live.params.json")
    for content in (params.read_text()[:-20], "[]", params.read_text().replace(": [", ": [NaN, ")):
        last = status(dsp)
        params.write_text(content)
        player.until(lambda last=last: status(dsp) != last or "params" in status(dsp)["error"], "it is said")
        assert status(dsp)["state"] == "error"
    assert np.array_equal(player.impulse_response(0), before)


def test_what_puts_out_no_numbers_later_gives_way_to_the_one_before(player, dsp):
    write(player, dsp, "process = *(0.5), *(0.25);")
    dsp.write_text('ba = library("basics.lib"); process = par(i, 2, *(log(48000 - ba.time)));')
    player.until(lambda: status(dsp)["state"] == "error", "it is muted")
    assert "plays again" in status(dsp)["error"]
    player.run(0.2)
    heard = player.heard()[:, -4 * BLOCK :]
    assert np.abs(heard).max(axis=1) == pytest.approx([0.5 * AMPLITUDE, 0.25 * AMPLITUDE], rel=1e-3)
    assert np.isfinite(player.heard()).all()


def test_a_file_that_takes_too_long_ends_for_a_newer_one(player, dsp):
    dsp.write_text("process = par(i, 100000, @(i)) :> _;")
    player.until(lambda: "R" in compilers().values(), "it is being compiled")
    write(player, dsp, "process = *(0.5), *(0.5);")
    assert np.abs(player.heard()[:, -BLOCK:]).max() == pytest.approx(0.5 * AMPLITUDE, rel=1e-2)


def test_a_program_of_ones_own_has_its_knobs_by_path(player, dsp):
    gain = 'g = vgroup("out", hslider("gain", 0.5, 0, 4, 0.01));'
    write(player, dsp, f"process = *(g), *(g) with {{ {gain} }};")
    assert loudness(player) == pytest.approx(0.5, rel=1e-2)
    player.plugin.knob_1 = 0.25  # of 0 to 4
    assert loudness(player) == pytest.approx(1.0, rel=1e-2)
    write(player, dsp, f'process = *(a * g), *(a * g) with {{ a = hslider("a", 0.5, 0, 1, 0.01); {gain} }};')
    assert loudness(player) == pytest.approx(0.5, rel=1e-2)
    player.plugin.knob_2 = 1.0
    assert loudness(player) == pytest.approx(1.0, rel=1e-2)
    assert player.plugin.knob_1 == pytest.approx(0.25, abs=0.01)


def test_channels_are_as_many_as_the_host_has(player, dsp):
    write(player, dsp, "process = _ <: *(0.25), *(0.5), *(0.25), *(0.5), *(0.25);")  # the mean of each side
    assert np.abs(player.heard()[:, -BLOCK:]).max(axis=1) == pytest.approx([0.125, 0.25], rel=1e-2)
    write(player, dsp, 'process = si.bus(6) :> *(0.25); si = library("signals.lib");')
    assert np.abs(player.heard()[:, -BLOCK:]).max(axis=1) == pytest.approx([0.75, 0.75], rel=1e-2)


def test_the_number_chooses_another_file_beside_it(player, dsp):
    write(player, dsp, "process = *(0.5), *(0.5);")
    dsp.with_name("live3.dsp").write_text("process = *(0.25), *(0.25);")
    player.plugin.file = 3
    player.until(dsp.with_name("live3.dsp.status.json").is_file, "the other one is read")
    player.run(0.1)
    assert loudness(player) == pytest.approx(0.25, rel=1e-2)


def test_two_that_watch_one_file_never_tear_their_answer(plugins, dsp):
    live = HotReload(dsp, RATE, interval_seconds=0.0)
    players = [Player(plugins), Player(plugins)]
    answers = []

    class Both:
        def until(self, condition: Callable[[], object], what: str) -> None:
            def is_so() -> bool:
                for player in players:
                    player.block()
                answers.append(status(dsp))
                return bool(condition())

            wait_for(is_so, what)

    for gain in (0.7, 0.6, 0.5, 0.4):
        push(Both(), live, hall(gain))
    assert {answer["state"] for answer in answers} <= {None, "missing", "ok"}
    Both().until(
        lambda: np.array_equal(*(player.heard()[:, -BLOCK:] for player in players)), "both sound alike"
    )
    for player in players:
        assert_sounds_as(player, _text_of(hall(0.4), dsp.with_name("other.dsp")), {})


def _text_of(config: dict[str, Any], path: Path) -> str:
    HotReload(path, RATE).update(config)
    return path.read_text()
