"""The renderer with what is live and what steps: inputs, microphone, solo, gains that jump, held sources."""

import time
from pathlib import Path

import numpy as np
import pytest

from plaud_live.control.parameters import PRESENCE, ModelInfo
from plaud_live.control.state import Source
from plaud_live.control.transaction import Play, Set
from plaud_live.control.units import fader_to_gain, playable_to_raw
from plaud_live.engine.mix import BEND_SECONDS, GLIDE_SECONDS
from plaud_live.engine.models import Models
from plaud_live.engine.render import Renderer
from plaud_live.signals.graph import Array, Evaluation, Signal, signal
from plaud_live.signals.live import Live
from plaud_live.signals.oscillators import lfo, saw, sq
from plaud_live.signals.space import Reference
from plaud_live.signals.transitions import Transition
from tests.engine.stage import BEAT, RATE, Stage, Tone
from tests.models_for_tests import tiny_file
from tests.signals import level_db


@pytest.fixture
def tone(info: ModelInfo) -> tuple[Stage, Tone]:
    voice = Tone()
    stage = Stage({"drone": info}, {"drone": voice})
    stage.submit(Play("drone", 0.0, 0.0))
    return stage, voice


def drive(stage: Stage, parameter: str, value: Signal, name: str = "drone") -> None:
    """Let `value` drive a parameter at once, past what would be refused."""
    state = stage.conductor.state.with_sources({(name, parameter): Source(value)})
    stage.conductor.state = state
    stage.renderer.take(state)


def failing_after(beat: float, value: float = 0.25) -> Signal:
    """`value` until `beat`, not a number from there on."""
    return (beat - saw(1e9) * 1e9) ** 0.5 * 0.0 + value


class Slow(Signal):
    """0.4, after so many seconds of thought a frame."""

    def evaluate(self, at: Evaluation) -> Array:
        end = time.perf_counter() + 0.0045 * len(at.beats)
        while time.perf_counter() < end:
            pass
        return np.full(len(at.beats), 0.4)


def test_a_latent_follows_an_input_from_the_frame_after_it_came(
    tone: tuple[Stage, Tone], info: ModelInfo
) -> None:
    stage, voice = tone
    drive(stage, "z", Live("osc/x", 0))
    stage.play(10 * 256)
    voice.asked.clear()
    stage.renderer.inputs.write("osc/x", stage.conductor.state.tempo.beat(13 * 256 - 1), 0.25)
    stage.play(6 * 256)
    raw = np.array(voice.asked)[:, 0]
    expected = playable_to_raw(np.array([0.5] * 3 + [0.25] * 3), info.low[0], info.high[0])
    np.testing.assert_allclose(raw, expected)


def test_a_function_that_starves_holds_and_is_told_once_and_goes_on(tone: tuple[Stage, Tone]) -> None:
    stage, _ = tone
    renderer = stage.renderer
    renderer.inputs.write_grid("fn/a", 0, 1 / 64, np.linspace(0.0, 1.0, 65))
    drive(stage, "gain", Live("fn/a", 0))
    stage.play(BEAT // 2)
    assert renderer.held() == {}
    stage.play(BEAT)
    assert renderer.held() == {"drone": {"gain": "fn starved"}}
    assert np.abs(stage.play(1000)).max() == pytest.approx(0.25 * np.sqrt(0.5) * 2.0, rel=0.01)
    renderer.inputs.write_grid("fn/a", 65, 1 / 64, np.full(640, 0.5))
    stage.play(256)
    assert renderer.held() == {}
    assert [(e.kind, e.parameter, e.reason) for e in renderer.events] == [("held", "gain", "fn starved")]


def test_the_microphone_is_heard_and_silence_without_one(tone: tuple[Stage, Tone], info: ModelInfo) -> None:
    stage, voice = tone
    drive(stage, "z", Live("mic/loud", 0))
    stage.play(4096)
    quiet = voice.asked[-1][0]
    n = np.arange(8192)
    heard = np.repeat(0.5 * np.sin(2 * np.pi * 1000.0 * n / RATE)[:, None], 2, axis=1).astype(np.float32)
    out = np.zeros((128, 2), dtype=np.float32)
    for start in range(0, len(heard), 128):
        stage.renderer.render(out, heard[start : start + 128])
    low, high = info.low[0], info.high[0]
    assert quiet == pytest.approx(low)
    assert voice.asked[-1][0] == pytest.approx(low + 0.849 * (high - low), abs=0.01)


def test_an_encoder_runs_only_while_somebody_reads_it(tmp_path: Path) -> None:
    models = Models()
    info = models.load_info(str(tiny_file(tmp_path)))
    stage = Stage({"drone": info}, {"drone": models.make_voice(info, RATE, "drone")})
    stage.submit(Play("drone", 0.0, 0.0))
    stage.play(4096)
    assert "mic/z" not in " ".join(stage.renderer.inputs.latest())
    stage.set("drone", "z", Live("mic/z", -1))
    stage.play(4096)
    ((name, place),) = [(k, v) for k, v in stage.renderer.inputs.latest().items() if k.startswith("mic/z")]
    assert len(place) == info.latent_size
    written = stage.renderer.inputs._points[name].written
    stage.set("drone", "z", signal(0.5))
    stage.play(4096)
    stage.conductor.settle(stage.renderer.position)
    stage.renderer.take(stage.conductor.state)
    stage.play(256)
    written = stage.renderer.inputs._points[name].written
    stage.play(4096)
    assert stage.renderer.inputs._points[name].written == written


def test_live_inputs_and_steps_sound_the_same_for_every_block_size(tmp_path: Path) -> None:
    models = Models()
    info = models.load_info(str(tiny_file(tmp_path)))
    rng = np.random.default_rng(0)
    heard = (0.3 * rng.standard_normal((24000, 2)) * np.linspace(0, 1, 24000)[:, None]).astype(np.float32)

    def performance(block: int) -> np.ndarray:
        stage = Stage({"a": info}, {"a": models.make_voice(info, RATE, "a")})
        stage.submit(Play("a", 0.0, 0.0), Set("a", "z", Live("mic/z", -1), 0.1, 0.0))
        drive(stage, "gain", sq(1 / 4) * Live("osc/x", 0).slew(1 / 8), "a")
        drive(stage, "pan", Live("mic/bright", 0), "a")
        drive(stage, PRESENCE, Transition(signal(1.0), sq(1 / 2), 0.2, 0.1), "a")
        drive(stage, "sine_gain", Live("mic/loud", 0), "a")
        out = np.zeros_like(heard)
        for step in range(6):
            stage.renderer.inputs.write("osc/x", stage.conductor.state.tempo.beat(step * 4000), step / 6)
            for start in range(step * 4000, (step + 1) * 4000, block):
                end = min(start + block, (step + 1) * 4000)
                stage.renderer.render(out[start:end], heard[start:end])
        return out

    whole = performance(4000)
    assert level_db(whole) > -60.0 and np.isfinite(whole).all()
    for block in (64, 100, 333):
        assert np.array_equal(performance(block), whole), f"block {block}"


@pytest.mark.parametrize("parameter", ["gain", "pan", "level", PRESENCE])
def test_what_steps_every_half_beat_does_not_click(tone: tuple[Stage, Tone], parameter: str) -> None:
    """No step in the sound beyond the tone's own slope and a ramp of GLIDE_SECONDS, and no corner in that."""
    stage, _ = tone
    stage.set("drone", "gain", 1.0)
    drive(stage, parameter, sq(1))
    out = stage.play(3 * BEAT)[:, 0].astype(np.float64)
    gain = 2.0 * (1.0 if parameter == "pan" else np.sqrt(0.5))
    angle, glide = 2.0 * np.pi * 220.0 / RATE, 1.0 / (GLIDE_SECONDS * RATE)
    assert np.abs(out).max() > 0.2
    assert np.abs(np.diff(out)).max() <= 0.25 * (gain * angle + glide)
    bend = glide / (BEND_SECONDS * RATE)
    assert np.abs(np.diff(out, 2)).max() <= 0.25 * (gain * angle**2 + 2.0 * glide * angle + bend)


def test_steps_of_a_gain_arrive_within_the_glide(tone: tuple[Stage, Tone]) -> None:
    stage, voice = tone
    voice.hz = 4000.0
    drive(stage, "gain", sq(2).range(0.3, 0.75))
    stage.play(BEAT + stage.renderer.limiter.latency - 500)
    out = np.abs(stage.play(1500)[:, 0])
    before, after = out[400:490].max(), out[510 + round((GLIDE_SECONDS + BEND_SECONDS) * RATE) :].max()
    loud, soft = (0.25 * np.sqrt(0.5) * float(fader_to_gain(x)) for x in (0.75, 0.3))
    assert sorted((before, after)) == pytest.approx(sorted((loud, soft)), rel=0.02)


def test_solo_multiplies_like_the_level_and_lets_voices_sleep(info: ModelInfo) -> None:
    voices = {"a": Tone(220.0), "b": Tone(330.0)}
    stage = Stage({"a": info, "b": info}, dict(voices))
    stage.submit(Play("a", 0.0, 0.0), Play("b", 0.0, 0.0))
    drive(stage, PRESENCE, signal(0.5), "a")
    drive(stage, PRESENCE, Transition(signal(1.0), signal(0.0), 0.5, 0.5), "b")
    stage.play(BEAT + 4096)
    assert np.abs(stage.play(RATE)).max() == pytest.approx(0.25 * np.sqrt(0.5) * 0.5, rel=0.01)
    slept = voices["b"].position
    stage.play(4096)
    assert voices["b"].position == slept and voices["a"].position == stage.renderer.position
    drive(stage, PRESENCE, signal(1.0), "b")
    stage.play(4096)
    assert voices["b"].position == stage.renderer.position


def test_the_frames_that_a_voice_was_asked_for_are_kept(tone: tuple[Stage, Tone]) -> None:
    stage, voice = tone
    stage.set("drone", "z0", lfo(1))
    stage.set("drone", "temperature", lfo(2))
    stage.play(20 * 256, 100)
    samples, values = stage.renderer.slots["drone"].frames_since(5 * 256)
    assert samples.tolist() == [i * 256 for i in range(5, 20)]
    np.testing.assert_array_equal(values, np.hstack([voice.asked, voice.controls])[-15:])


@pytest.mark.parametrize("failing", ["not a number", "an exception"])
@pytest.mark.parametrize("parameter", ["gain", "z"])
def test_what_replaces_a_held_source_fades_from_its_value(
    tone: tuple[Stage, Tone], info: ModelInfo, failing: str, parameter: str
) -> None:
    """Held at 0.25 from beat 1 on; another source, 0.75, from beat 2 to beat 6."""
    stage, voice = tone
    bad = failing_after(1.0) if failing == "not a number" else Reference("nobody", "gain", None)
    start = signal(0.25)
    drive(stage, parameter, start)
    stage.play(BEAT // 2)
    drive(stage, parameter, bad)
    stage.play(BEAT)
    name = "z0" if parameter == "z" else "gain"
    assert name in stage.renderer.held()["drone"]
    drive(stage, parameter, Transition(bad, signal(0.75), 2.0, 4.0, "linear"))
    stage.play(BEAT // 4)
    assert name in stage.renderer.held()["drone"]  # it has not begun
    stage.play(2 * BEAT + BEAT // 4)
    assert stage.renderer.held() == {}
    beat = stage.conductor.state.tempo.beat(stage.renderer.position)
    expected = 0.25 + 0.5 * (beat - 2.0) / 4.0
    if parameter == "z":
        low, high = info.low[0], info.high[0]
        assert voice.asked[-1][0] == pytest.approx(low + expected * (high - low), abs=0.01)
    else:
        heard = np.abs(stage.play(500)).max()
        assert heard == pytest.approx(0.25 * np.sqrt(0.5) * float(fader_to_gain(expected)), rel=0.02)
    stage.play(3 * BEAT)
    assert stage.renderer.held() == {}
    assert [e.parameter for e in stage.renderer.events if e.parameter == name] == [name]


def test_a_source_that_fails_on_its_way_out_does_not_stop_the_fade(tone: tuple[Stage, Tone]) -> None:
    """It fails at beat 2, in the middle of a fade from beat 1 to beat 3: no jump, and the fade arrives."""
    stage, voice = tone
    drive(stage, "temperature", Transition(failing_after(2.0, 0.2), signal(0.8), 1.0, 2.0, "linear"))
    stage.play(4 * BEAT)
    values = np.array(voice.controls)[:, 6]
    assert stage.renderer.held() == {} and not stage.renderer.events
    assert np.abs(np.diff(values)).max() < 2.0 * 0.6 / (2 * BEAT / 256)
    assert values[-1] == pytest.approx(0.8)


def test_what_fails_beyond_the_fade_is_held(tone: tuple[Stage, Tone]) -> None:
    stage, voice = tone
    drive(stage, "temperature", Transition(failing_after(1.5, 0.2), failing_after(2.0, 0.8), 1.0, 2.0))
    stage.play(4 * BEAT)
    values = np.array(voice.controls)[:, 6]
    assert np.isfinite(values).all()
    assert stage.renderer.held() == {"drone": {"temperature": "not finite"}}
    assert 0.2 < values[-1] < 0.8 and np.ptp(values[-100:]) == 0.0


@pytest.mark.parametrize("parameter", ["temperature", "z"])
def test_a_source_that_is_too_slow_is_held_only_where_the_cost_is_watched(
    info: ModelInfo, parameter: str
) -> None:
    for watched in (True, False):
        stage = Stage({"drone": info}, {"drone": Tone()})
        stage.renderer = Renderer(RATE, watch_cost=watched)
        stage.renderer.install("drone", info, Tone())
        stage.submit(Play("drone", 0.0, 0.0))
        drive(stage, parameter, Slow())
        stage.play(RATE // 3 if watched else RATE // 20)
        held = stage.renderer.held().get("drone", {})
        assert bool(held) == watched
        if watched:
            assert set(held) == {"temperature"} if parameter == "temperature" else {"z0", "z1", "z2", "z3"}
            assert all(reason.startswith("too slow") for reason in held.values())
            drive(stage, parameter, Transition(Slow(), signal(0.9), 0.0, 100.0))
            stage.play(RATE // 3)
            assert stage.renderer.held() == {}


def test_fast_tremolo_is_exact(tone: tuple[Stage, Tone]) -> None:
    """A slope that the glide allows is followed to the sample, not smoothed."""
    stage, voice = tone
    voice.hz = 4000.0
    drive(stage, "gain", lfo(1 / 8).range(0.4, 0.6))
    stage.play(BEAT)
    start = stage.renderer.position
    out = stage.play(BEAT)[:, 0]
    n = np.arange(start, start + BEAT) - stage.renderer.limiter.latency
    fader = 0.4 + 0.2 * (0.5 - 0.5 * np.cos(2 * np.pi * 8 * n * 92 / 60 / RATE))
    expected = 0.25 * np.sqrt(0.5) * fader_to_gain(fader) * np.sin(2 * np.pi * 4000.0 * n / RATE)
    assert level_db(out - expected) < -70.0
