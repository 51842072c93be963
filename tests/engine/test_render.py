"""The renderer by what is heard: equal bits for all block sizes, gains, fades, holds, guards."""

from pathlib import Path

import numpy as np
import pytest

from plaud_live.control.conductor import Conductor
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.state import Source
from plaud_live.control.transaction import Load, Play, Quant, Set, Stop, Tempo, Transaction
from plaud_live.control.units import fader_to_gain, playable_to_raw
from plaud_live.engine.models import Models
from plaud_live.engine.render import Renderer
from plaud_live.signals.graph import signal
from plaud_live.signals.noise import drift
from plaud_live.signals.oscillators import lfo, saw, sq
from plaud_live.signals.space import Anchor, Reference, Vector, set_column
from plaud_live.signals.transitions import to
from tests.engine.stage import BEAT, RATE, Stage, Tone, steady
from tests.models_for_tests import tiny_file
from tests.signals import level_db


def test_the_same_bits_for_every_block_size(tmp_path: Path) -> None:
    """Two real voices, moving sources, launches in the future, a tempo change, stop and play again."""
    models = Models()
    path = str(tiny_file(tmp_path))
    other = str(tiny_file(tmp_path, "other", seed=3, hop_size=128, harmonics=8))

    def performance(block: int, tidy: int) -> np.ndarray:
        infos = {"a": models.load_info(path), "b": models.load_info(other)}
        voices = {name: models.make_voice(each, RATE, name) for name, each in infos.items()}
        stage = Stage(infos, voices)
        stage.submit(Play("a", 1.0, 0.0), Play("b", None, 1.0), Set("a", "z0", lfo(2), 1.0, 0.0))
        stage.submit(
            Set("b", "z", Anchor("bell") * 0.5 + drift(1), 2.0, 1.0),
            Set("b", "temperature", signal(0.4), None, 0.0),
        )
        stage.submit(Set("a", "gain", lfo(1).range(0.4, 0.9)), Set("b", "pan", Reference("a", "gain", None)))
        parts = []
        for step in range(12):
            match step:
                case 3:
                    stage.submit(Tempo(140.0, 1.0), Set("a", "sines", signal(5), 0.0, 0.0))
                case 5:
                    stage.submit(Stop("a", 0.5, 0.0), Set("b", "noise_gain", sq(1 / 2)))
                case 8:
                    stage.submit(Play("a", 0.25, 0.0), Set("a", "z", to(Anchor("rust"), 1), None, 1.0))
            for start in range(0, 5000, 5000 // tidy):
                parts.append(stage.play(min(5000 // tidy, 5000 - start), block))
                if stage.conductor.settle(stage.renderer.position):
                    stage.renderer.take(stage.conductor.state)
        return np.concatenate(parts)

    whole = performance(5000, 1)
    assert level_db(whole) > -50.0 and np.isfinite(whole).all()
    for block, tidy in ((64, 1), (23, 2), (1000, 4), (333, 5)):
        assert np.array_equal(performance(block, tidy), whole), f"block {block}"


def test_a_loaded_instrument_is_silent_until_it_plays_and_after_it_stops(tone: tuple[Stage, Tone]) -> None:
    stage, _ = tone
    assert np.all(stage.play(RATE // 2) == 0.0)
    stage.submit(Play("drone", 0.0, 0.0))
    assert level_db(steady(stage)) == pytest.approx(level_db(np.array([0.25])) - 6.0, abs=0.1)
    stage.submit(Stop("drone", 1.0, 0.0))
    stage.play(BEAT + RATE)
    assert np.abs(stage.play(1000)).max() < 1e-7


@pytest.mark.parametrize("position", [0.0, 0.3, 0.75, 1.0])
def test_gain_is_a_fader(tone: tuple[Stage, Tone], position: float) -> None:
    stage, _ = tone
    stage.submit(Play("drone", 0.0, 0.0))
    stage.set("drone", "gain", position)
    heard = np.abs(steady(stage)).max()
    assert heard == pytest.approx(0.25 * np.sqrt(0.5) * float(fader_to_gain(position)), rel=1e-3, abs=1e-9)


@pytest.mark.parametrize(
    ("pan", "left", "right"), [(0.0, 1.0, 0.0), (0.5, np.sqrt(0.5), np.sqrt(0.5)), (1.0, 0.0, 1.0)]
)
def test_pan_keeps_the_power(tone: tuple[Stage, Tone], pan: float, left: float, right: float) -> None:
    stage, _ = tone
    stage.submit(Play("drone", 0.0, 0.0))
    stage.set("drone", "pan", pan)
    heard = np.abs(steady(stage)).max(axis=0)
    np.testing.assert_allclose(heard, [0.25 * left, 0.25 * right], rtol=1e-3, atol=1e-9)


def test_a_moving_gain_is_followed_at_every_sample(tone: tuple[Stage, Tone]) -> None:
    stage, voice = tone
    voice.hz = 4000.0  # the DC guard turns its phase by a thousandth
    stage.submit(Play("drone", 0.0, 0.0))
    stage.set("drone", "gain", lfo(1))
    stage.play(BEAT)
    start = stage.renderer.position
    out = stage.play(BEAT)[:, 0]
    n = np.arange(start, start + BEAT) - stage.renderer.limiter.latency
    beats = n * 92 / 60 / RATE
    fader = 0.5 - 0.5 * np.cos(2 * np.pi * beats)
    expected = 0.25 * np.sqrt(0.5) * fader_to_gain(fader) * np.sin(2 * np.pi * 4000.0 * n / RATE)
    assert level_db(out - expected) < -70.0


def test_no_launch_clicks(tone: tuple[Stage, Tone]) -> None:
    """Play, gain, pan and stop by the default glide of 50 ms add no step to the tone's own slope."""
    stage, _ = tone
    parts = [stage.play(1000)]
    for change in (
        Play("drone", None, 0.0),
        Set("drone", "gain", signal(1.0), None, 0.0),
        Set("drone", "pan", signal(1.0), None, 0.0),
        Stop("drone", None, 0.0),
    ):
        stage.submit(change)
        parts.append(stage.play(5000))
    out = np.concatenate(parts).astype(np.float64)
    slope = 0.25 * 2.0 * 2.0 * np.pi * 220.0 / RATE
    ramp = 0.25 * 2.0 * 0.5 * np.pi / (0.05 * RATE)
    assert np.abs(out).max() > 0.2
    assert np.abs(np.diff(out, axis=0)).max() <= slope + ramp


def test_latents_arrive_in_raw_units_at_their_frames(tone: tuple[Stage, Tone], info: ModelInfo) -> None:
    stage, voice = tone
    stage.submit(Play("drone", 0.0, 0.0))
    stage.set("drone", "z", Vector((0.0, 1.0, 0.25, 9.0)))
    stage.set("drone", "z1", lfo(4))
    stage.play(256)
    voice.asked.clear()
    first = stage.renderer.position // 256
    stage.play(2560, 100)
    asked = np.array(voice.asked)
    beats = np.arange(first, first + 10) * 256 * 92 / 60 / RATE
    swing = 0.5 - 0.5 * np.cos(2 * np.pi * beats / 4)
    low, high = np.array(info.low), np.array(info.high)
    expected = np.stack([np.full(10, 0.0), swing, np.full(10, 0.25), np.full(10, 1.5)], axis=1)  # not 9
    np.testing.assert_allclose(asked, playable_to_raw(expected, low, high), atol=1e-12)


def test_controls_arrive_in_the_units_of_the_voice(tone: tuple[Stage, Tone]) -> None:
    stage, voice = tone
    stage.submit(Play("drone", 0.0, 0.0))
    wanted = {"sines": 3, "noise_gain": 0.3, "temperature": 0.2, "smoothing": 5, "freeze": 1}
    for parameter, value in wanted.items():
        stage.set("drone", parameter, value)
    stage.set("drone", "sine_gain", lfo(2))
    stage.play(BEAT)
    np.testing.assert_allclose(
        np.delete(voice.controls[-1], [1, 3, 4]), [3, 16, float(fader_to_gain(0.3)), 0.2, 5, 1, 0]
    )
    gains = np.array(voice.controls)[:, 3]
    beats = np.arange(len(gains)) * 256 * 92 / 60 / RATE
    np.testing.assert_allclose(gains[1:], fader_to_gain(0.5 - 0.5 * np.cos(np.pi * beats))[1:], atol=1e-9)


def test_a_source_that_fails_is_held_at_its_last_value_and_the_others_go_on(tone: tuple[Stage, Tone]) -> None:
    stage, voice = tone
    stage.submit(Play("drone", 0.0, 0.0))
    ramp = stage.conductor.state.tempo.beat(20 * 256)
    falls_apart = (ramp - saw(1e6) * 1e6) ** 0.5  # the root of what is negative after `ramp` beats
    state = stage.conductor.state
    place = state.instruments["drone"].sources["z"].signal
    moving = set_column(set_column(place, 0, 4, lfo(1)), 2, 4, falls_apart)
    stage.renderer.take(state.with_sources({("drone", "z"): Source(moving)}))
    stage.play(60 * 256)
    asked = np.array(voice.asked)
    assert np.isfinite(asked).all()
    assert len(set(asked[:20, 2])) == 20
    assert len(set(asked[20:, 2])) == 1
    assert len(set(asked[20:, 0])) == 40
    assert stage.renderer.held() == {"drone": {"z2": "not finite"}}
    events = list(stage.renderer.events)
    assert [(e.kind, e.instrument, e.parameter) for e in events] == [("held", "drone", "z2")]
    stage.renderer.take(state)
    stage.play(256)
    assert stage.renderer.held() == {}


def test_what_takes_the_place_of_a_held_source_comes_from_its_value(tone: tuple[Stage, Tone]) -> None:
    """`drone.z2` divides by a gain that is turned down; then a long way to another place is launched."""
    stage, voice = tone
    stage.submit(Play("drone", 0.0, 0.0), Quant(0.0))
    stage.set("drone", "gain", 0.5)
    stage.set("drone", "z2", 0.4 / Reference("drone", "gain", None))
    stage.play(RATE // 2)
    stage.set("drone", "gain", 0.0)
    stage.play(RATE // 2)
    held = stage.renderer.held_values()
    assert list(held) == [("drone", "z2")]
    assert held["drone", "z2"] == pytest.approx(0.8)
    stage.set("drone", "z2", 0.2, over=3.0)
    voice.asked.clear()
    stage.play(RATE)
    playable = stage.renderer.slots["drone"].sources.playable
    assert stage.renderer.held() == {}
    way = np.array(voice.asked)[:, 2]
    assert np.all(np.diff(way) < 0.0)  # on its way, all of the time
    assert 0.2 < playable[2] < held["drone", "z2"]


def test_an_exception_holds_and_is_told_once(tone: tuple[Stage, Tone]) -> None:
    stage, _ = tone
    stage.submit(Play("drone", 0.0, 0.0))
    stage.set("drone", "gain", 0.5)
    before = steady(stage)
    state = stage.conductor.state
    stage.renderer.take(state.with_sources({("drone", "gain"): Source(Reference("nobody", "gain", None))}))
    stage.play(20 * 128)
    after = stage.play(RATE)
    assert np.abs(after).max() == pytest.approx(np.abs(before).max(), rel=1e-3)
    assert [e.parameter for e in stage.renderer.events] == ["gain"]
    assert "nobody.gain" in stage.renderer.events[0].line


@pytest.mark.parametrize("failure", ["nan", "inf", "raises"])
def test_a_voice_that_breaks_is_reset_and_the_others_go_on(info: ModelInfo, failure: str) -> None:
    good, bad = Tone(220.0), Tone(330.0)

    def poison(position: int, out: np.ndarray) -> None:
        if position == 128 * 40:
            if failure == "raises":
                raise ZeroDivisionError("a bug")
            out[50] = float(failure)

    def heard(poisoned: bool) -> tuple[np.ndarray, Stage]:
        voices = {"good": Tone(220.0), "bad": Tone(330.0)}
        if poisoned:
            voices["bad"].poison = poison
        stage = Stage({"good": info, "bad": info}, voices)
        stage.submit(Play("good", 0.0, 0.0), Play("bad", 0.0, 0.0))
        out = stage.play(RATE)
        if poisoned:
            assert voices["bad"].resets[-1] == 128 * 41
        return out, stage

    clean, _ = heard(False)
    out, stage = heard(True)
    assert np.isfinite(out).all()
    assert [(e.kind, e.instrument) for e in stage.renderer.events] == [("nan", "bad")]
    slope = 0.25 * np.sqrt(0.5) * 2 * np.pi * (220 + 330) / RATE
    fade = 0.25 * np.sqrt(0.5) * 2.0 / (0.005 * RATE)
    assert np.abs(np.diff(out.astype(np.float64), axis=0)).max() <= slope + fade
    late = slice(3 * RATE // 4, None)  # the DC guard remembers for a moment
    assert level_db(out[late] - clean[late]) < -100.0
    assert good.position == bad.position == 0


def test_a_voice_sleeps_while_it_is_silent_and_wakes_in_time(tone: tuple[Stage, Tone]) -> None:
    stage, voice = tone
    stage.play(RATE // 2)
    assert voice.position < 2048
    stage.submit(Play("drone", 1.0, 2.0))  # at the next multiple of two beats
    beat = stage.conductor.state.tempo.sample(2.0)
    stage.play(round(beat) - stage.renderer.position + RATE)
    wake = voice.resets[-1]
    assert beat - 1024 <= wake <= beat
    assert voice.position == stage.renderer.position


def test_a_frozen_voice_never_sleeps(tone: tuple[Stage, Tone]) -> None:
    stage, voice = tone
    stage.submit(Play("drone", 0.0, 0.0), Set("drone", "freeze", signal(1.0), 0.0, 0.0))
    stage.play(5000)
    stage.submit(Stop("drone", 0.0, 0.0))
    stage.play(RATE)
    assert voice.position == stage.renderer.position


def test_replacing_a_voice_crossfades(tone: tuple[Stage, Tone], info: ModelInfo) -> None:
    stage, _ = tone
    stage.submit(Play("drone", 0.0, 0.0))
    stage.play(5000)
    stage.renderer.install("drone", info, Tone(440.0))
    out = stage.play(5000)[:, 0].astype(np.float64)
    slope = 0.25 * np.sqrt(0.5) * 2 * np.pi * 440.0 / RATE
    assert np.abs(np.diff(out)).max() <= slope * 1.05
    spectrum = np.abs(np.fft.rfft(out[2000:] * np.hanning(3000)))
    assert np.argmax(spectrum) * RATE / 3000 == pytest.approx(440.0, abs=RATE / 3000)


def test_a_voice_may_come_before_its_state_and_leaves_with_it(
    tone: tuple[Stage, Tone], info: ModelInfo
) -> None:
    """The renderer may begin a block between `install` and `take`."""
    stage, _ = tone
    stage.submit(Play("drone", 0.0, 0.0))
    without = stage.conductor.state
    loaded = Stage({"drone": info, "late": info}, {})
    loaded.submit(Play("late", 0.0, 0.0))
    late = Tone(550.0)
    stage.renderer.install("late", info, late)
    stage.play(1000)
    assert late.position == stage.renderer.position
    stage.renderer.take(loaded.conductor.state)
    stage.play(1000)
    assert list(stage.renderer.slots) == ["drone", "late"]
    assert level_db(stage.play(RATE)) > -30.0
    stage.renderer.take(without)
    stage.play(RATE // 2)
    assert list(stage.renderer.slots) == ["drone"]
    before = late.position
    stage.play(1000)
    assert late.position == before


def test_the_first_voice_may_come_blocks_before_the_first_state(info: ModelInfo) -> None:
    renderer, voice = Renderer(RATE), Tone()
    renderer.install("drone", info, voice)  # type: ignore[arg-type]
    renderer.render(np.zeros((128, 2), np.float32))
    conductor = Conductor(RATE, lambda name: info)
    conductor.submit(Transaction((Load("drone", "drone"), Play("drone", 0.0, 0.0))), 128)
    renderer.take(conductor.state)
    out = np.zeros((256, 2), np.float32)
    renderer.render(out)
    assert voice.position == renderer.position and not renderer.events
    assert np.abs(out).max() > 1e-4


def test_meters_read_what_is_heard(tone: tuple[Stage, Tone]) -> None:
    stage, _ = tone
    stage.submit(Play("drone", 0.0, 0.0))
    stage.play(3 * RATE)
    expected = 0.25 * np.sqrt(0.5)
    assert stage.renderer.slots["drone"].meter.peak == pytest.approx(expected, rel=0.01)
    assert stage.renderer.meter.peak == pytest.approx(expected, rel=0.01)
    assert stage.renderer.meter.rms == pytest.approx(expected * np.sqrt(0.5), rel=0.01)
