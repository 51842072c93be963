"""The voice against the model's mathematics written out, and against itself in other blocks."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from plaud_live import filterbank
from plaud_live.model_file import PlaudModel
from plaud_live.synths.voice import Voice, _render
from tests.signals import level_db
from tests.synths.reference import (
    TINY,
    Array,
    Reference,
    default_controls,
    moving_controls,
    moving_latents,
    random_model,
)

FRAMES = 300
MODEL = random_model()
LATENTS = moving_latents(TINY, FRAMES)
CONTROLS = moving_controls(TINY, FRAMES)


def play(voice: Voice, latents: Array, controls: Array, sizes: list[int]) -> Array:
    """Render blocks of `sizes` samples, the last again and again until all frames are used."""
    blocks, frame, block = [], 0, 0
    while True:
        size = sizes[min(block, len(sizes) - 1)]
        count = voice.frames_in(size)
        if frame + count > len(latents):
            return np.concatenate(blocks)
        out = np.full(size, np.nan, np.float32)
        voice.render(latents[frame : frame + count], controls[frame : frame + count], out)
        blocks.append(out)
        frame, block = frame + count, block + 1


@pytest.mark.parametrize("sample_rate", [44100, 48000, 22050])
@pytest.mark.parametrize(
    "blocks",
    [{}, {"harmonics": 0, "noise_bands": 0}, {"sines": 0, "noise_bands": 0}, {"sines": 0, "harmonics": 0}],
    ids=["all", "sines", "harmonics", "noise"],
)
def test_is_the_models_mathematics(sample_rate: int, blocks: dict[str, int]) -> None:
    config = replace(TINY, **blocks)
    model = random_model(config)
    controls = moving_controls(config, FRAMES)
    reference = Reference(model, sample_rate)
    expected = reference.render(LATENTS, controls)
    voice = Voice(model, sample_rate)
    assert voice.hop == filterbank.hop_samples(config, sample_rate)
    actual = play(voice, LATENTS, controls, [FRAMES * voice.hop])
    assert level_db(expected) > -40.0
    assert np.abs(actual - expected).max() < 1e-5  # float32 of a sum that peaks at about 10
    frame = voice.frame_controls()
    np.testing.assert_allclose(np.append(frame.sine_hz, frame.harmonic_hz), reference.hz[-1], rtol=1e-9)
    amplitudes = [frame.sine_amplitudes, frame.harmonic_amplitudes, frame.noise_amplitudes]
    np.testing.assert_allclose(np.concatenate(amplitudes), reference.level[-1], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("size", [1, 17, 64, 100, 128, 2048])
def test_any_block_size_gives_the_same_bits(size: int) -> None:
    whole = play(Voice(MODEL, 48000), LATENTS, CONTROLS, [70 * FRAMES])
    blocks = play(Voice(MODEL, 48000), LATENTS, CONTROLS, [size])
    assert len(blocks) > len(whole) - 70 - size
    np.testing.assert_array_equal(blocks, whole[: len(blocks)])


def test_irregular_blocks_give_the_same_bits() -> None:
    whole = play(Voice(MODEL, 44100), LATENTS, CONTROLS, [64 * FRAMES])
    sizes = np.random.default_rng(3).integers(0, 300, 1000).tolist()
    blocks = play(Voice(MODEL, 44100), LATENTS, CONTROLS, sizes)
    np.testing.assert_array_equal(blocks, whole[: len(blocks)])


@pytest.mark.parametrize("at", [64 * 50, 64 * 50 + 1, 64 * 51 - 1])
def test_goes_on_from_a_state(at: int) -> None:
    voice = Voice(MODEL, 44100, seed=5)
    done = voice.frames_in(at)
    voice.render(LATENTS[:done], CONTROLS[:done], np.zeros(at, np.float32))
    other = Voice(MODEL, 44100, seed=5, position=12345)
    other.set_state(voice.get_state())
    expected = play(voice, LATENTS[done:], CONTROLS[done:], [100])
    np.testing.assert_array_equal(play(other, LATENTS[done:], CONTROLS[done:], [100]), expected)


def test_a_state_is_a_copy_and_another_voices_state_is_refused() -> None:
    voice = Voice(MODEL, 44100)
    before = voice.get_state()
    voice.render(LATENTS[:1], CONTROLS[:1], np.zeros(10, np.float32))
    assert before["clock"][0] == 0 and voice.position == 10
    with pytest.raises(ValueError, match="phase is float64"):
        voice.set_state({**before, "phase": np.zeros(3)})
    with pytest.raises(ValueError, match="'hidden' is missing"):
        voice.set_state({name: array for name, array in before.items() if name != "hidden"})
    assert voice.position == 10


def test_made_within_a_frame_it_waits_for_the_next_and_rises_from_nothing() -> None:
    first = 1000
    voice = Voice(MODEL, 44100, position=first * 64 - 40)
    actual = play(voice, LATENTS, CONTROLS, [33])
    expected = Reference(MODEL, 44100).render(LATENTS, CONTROLS, first_frame=first)
    assert not actual[:40].any()
    assert np.abs(actual[40:] - expected[: len(actual) - 40]).max() < 1e-5


def test_after_a_day_it_is_as_exact_as_at_the_start() -> None:
    first = 24 * 3600 * 44100 // 64
    actual = play(Voice(MODEL, 44100, position=first * 64), LATENTS, CONTROLS, [128])
    expected = Reference(MODEL, 44100).render(LATENTS, CONTROLS, first_frame=first)
    assert np.abs(actual - expected[: len(actual)]).max() < 1e-5


def test_reset_is_a_new_voice() -> None:
    voice = Voice(MODEL, 44100)
    play(voice, LATENTS, CONTROLS, [77])
    voice.reset(640)
    np.testing.assert_array_equal(
        play(voice, LATENTS, CONTROLS, [77]), play(Voice(MODEL, 44100, position=640), LATENTS, CONTROLS, [77])
    )


def test_two_voices_in_two_threads_do_not_disturb_each_other() -> None:
    models = [random_model(seed=seed) for seed in (1, 2)]
    alone = [play(Voice(model, 44100), LATENTS, CONTROLS, [50]) for model in models]
    together: list[Array] = [np.zeros(0), np.zeros(0)]

    def run(index: int) -> None:
        together[index] = play(Voice(models[index], 44100), LATENTS, CONTROLS, [50])

    threads = [threading.Thread(target=run, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for index in range(2):
        np.testing.assert_array_equal(together[index], alone[index])


def test_one_compiled_kernel_serves_every_model_and_needs_no_gil() -> None:
    for config in (TINY, replace(TINY, noise_bands=0), replace(TINY, sines=0, harmonics=0, latent_size=1)):
        voice = Voice(random_model(config), 44100)
        voice.render(
            np.zeros((1, config.latent_size)), voice.default_controls()[None], np.zeros(5, np.float32)
        )
    assert len(_render.overloads) == 1
    assert _render.targetoptions["nogil"]


def test_refuses_what_does_not_fit() -> None:
    voice = Voice(MODEL, 44100)
    with pytest.raises(ValueError, match="want 2 frames, 3 latents, 10 controls"):
        voice.render(LATENTS[:1], CONTROLS[:1], np.zeros(65, np.float32))
    for out in (np.zeros(64), np.zeros((64, 1), np.float32), np.zeros(128, np.float32)[::2]):
        with pytest.raises(ValueError, match="contiguous, writable float32"):
            voice.render(LATENTS[:1], CONTROLS[:1], out)
    assert voice.position == 0


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_nothing_that_is_asked_for_can_crash_it(value: float) -> None:
    voice = Voice(MODEL, 44100)
    out = np.zeros(64 * 4, np.float32)
    for column in range(9):
        controls = default_controls(TINY, 4)
        controls[:, column] = value
        voice.render(LATENTS[:4], controls, out)
    voice.render(np.full((4, 3), value), default_controls(TINY, 4), out)
    voice.reset(0)
    fresh = play(Voice(MODEL, 44100), LATENTS, CONTROLS, [64])
    np.testing.assert_array_equal(play(voice, LATENTS, CONTROLS, [64]), fresh)


def test_nan_can_be_heard_by_the_engines_guard() -> None:
    config = replace(TINY, sines=0, harmonics=0)
    voice = Voice(random_model(config), 44100)
    out = np.zeros(128, np.float32)
    voice.render(np.full((2, 3), np.nan), default_controls(config, 2), out)
    assert np.isnan(out).any()


def test_a_count_that_drops_to_one_fades_without_a_click() -> None:
    model = _steady_model()
    config = model.config
    controls = default_controls(config, 200)
    controls[100:, 0] = 1
    sound = play(Voice(model, 44100), np.zeros((200, 1)), controls, [256])
    hz = np.fft.rfftfreq(4096, 1 / 44100)
    spectrum = np.abs(np.fft.rfft(sound[100 * 256 - 1024 :][:4096] * np.hanning(4096)))
    assert (
        spectrum[hz > 3000].max() < 1e-4 * spectrum.max()
    )  # partials end at 1 kHz; a click would reach beyond
    loud, one = sound[: 100 * 256], sound[110 * 256 :]
    assert level_db(loud) - level_db(one) == pytest.approx(10 * np.log10(8), abs=1.0)


def test_levels_foretell_the_rms() -> None:
    model = _steady_model()
    voice = Voice(model, 44100)
    sound = play(voice, np.zeros((200, 1)), default_controls(model.config, 200), [256])
    assert level_db(sound[256:]) == pytest.approx(20 * np.log10(voice.levels[0]), abs=0.5)
    assert voice.levels[1] == voice.levels[2] == 0.0


def test_the_network_falls_silent_without_denormals() -> None:
    weights = {name: np.zeros_like(array) for name, array in MODEL.weights.items()}
    voice = Voice(replace(MODEL, weights=weights), 44100)
    state = voice.get_state()
    state["hidden"][:] = 1.0  # decays by half a frame: below the smallest normal number after 1022
    voice.set_state(state)
    play(voice, np.zeros((2000, 3)), default_controls(TINY, 2000), [640])
    assert not voice.get_state()["hidden"].any()


def _steady_model() -> PlaudModel:
    """Eight partials of equal strength between 200 Hz and 1 kHz that do not move."""
    config = replace(
        TINY,
        latent_size=1,
        hop_size=256,
        sines=8,
        sine_low_hz=200.0,
        sine_high_hz=1000.0,
        harmonics=0,
        noise_bands=0,
    )
    model = random_model(config)
    weights = {name: np.zeros_like(array) for name, array in model.weights.items()}
    return replace(model, weights=weights)
