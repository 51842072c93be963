"""Notes by what is heard: pitch in cents, onsets at their sample, no clicks, every block size alike."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.conductor import Conductor
from plaud_live.control.keys import EndKeys, Keys, PlayNote
from plaud_live.control.transaction import Load, Play, Quant, Set, Tempo, Transaction
from plaud_live.engine.key_events import Bend, KeyEvent, Lift, Press
from plaud_live.engine.key_player import KeyPlayer
from plaud_live.engine.models import Models
from plaud_live.engine.parts import Frames, Part
from plaud_live.engine.render import Renderer
from plaud_live.model_file import write
from plaud_live.signals.live import Live
from plaud_live.signals.picked import Picked
from plaud_live.signals.space import Vector
from tests.models_for_tests import tiny_model

RATE = 44100
BEAT = RATE  # at 60 beats a minute


def harmonic_file(folder: Path) -> Path:
    """A model of six harmonics that fall as 1/k, at a comfortable level, moved a little by its latents."""
    model = tiny_model("bow", harmonics=6, sines=0, noise_bands=0)
    last = "decoder.last.weight", "decoder.last.bias"
    bias = np.concatenate([[0.0, -0.5], -np.log(np.arange(1.0, 7.0))]).astype(np.float32)
    weights = {**model.weights, last[0]: np.float32(0.2) * model.weights[last[0]], last[1]: bias}
    path = folder / "bow.plaud"
    write(replace(model, weights=weights), path)
    return path


class Stage:
    """A harmonic model alone, played by keys, rendered in blocks of a size."""

    def __init__(self, folder: Path, block: int = 128, voices: int = 1, **keys: Any) -> None:
        path = str(harmonic_file(folder))
        self.block = block
        models = Models()
        info = models.load_info(path)
        self.conductor = Conductor(RATE, models.load_info)
        self.renderer = Renderer(RATE)
        self.submit(Load("drone", path), Tempo(60.0, at=0.0), Quant(0.0))
        self.renderer.install("drone", info, models.make_voice(info, RATE, "drone"))
        self.play(BEAT)
        self.submit(Keys("drone", voices=voices, **keys))
        self.renderer.seat("drone", [models.make_voice(info, RATE, f"drone/{i}") for i in range(1, voices)])

    @property
    def now(self) -> int:
        return self.renderer.position

    def submit(self, *changes: Any) -> None:
        self.conductor.submit(Transaction(tuple(changes)), self.renderer.position)
        self.renderer.take(self.conductor.state)

    def hear(self, *events: KeyEvent) -> None:
        for event in events:
            self.renderer.slots["drone"].keys.hear(event)

    def play(self, samples: int) -> np.ndarray:
        """What follows, one channel [n], without the limiter's delay."""
        out = np.zeros((samples, 2), dtype=np.float32)
        for start in range(0, samples, self.block):
            self.renderer.render(out[start : start + self.block])
        return out[:, 0]


def key(number: float, channel: int = 1) -> tuple[str, int, float, float]:
    return ("piano", channel, number, 0.0)


def press(sample: int, number: float, velocity: float = 0.8, channel: int = 1) -> Press:
    return Press(sample, key(number, channel), velocity)


def lift(sample: int, number: float, channel: int = 1) -> Lift:
    return Lift(sample, key(number, channel))


def cents(sound: np.ndarray, wanted_hz: float) -> float:
    """How far the strongest peak within a tone of a frequency lies from it, in cents."""
    window = np.hanning(len(sound))
    spectrum = np.abs(np.fft.rfft(sound * window, 8 * len(sound)))
    hz = np.fft.rfftfreq(8 * len(sound), 1 / RATE)
    near = np.flatnonzero(np.abs(np.log2(np.maximum(hz, 1e-9) / wanted_hz)) < 1 / 6)
    best = near[np.argmax(spectrum[near])]
    a, b, c = np.log(spectrum[best - 1 : best + 2])
    found = (best + 0.5 * (a - c) / (a - 2 * b + c)) * hz[1]
    return float(1200 * np.log2(found / wanted_hz))


@pytest.mark.parametrize(
    ("number", "tuning"), [(69, 440.0), (45, 440.0), (84, 440.0), (57, 432.0), (60.5, 440.0)]
)
def test_a_key_sounds_at_its_pitch(tmp_path: Path, number: float, tuning: float) -> None:
    stage = Stage(tmp_path, tuning=tuning)
    stage.hear(press(stage.now + 100, number))
    stage.play(RATE // 2)
    assert abs(cents(stage.play(RATE), tuning * 2 ** ((number - 69) / 12))) < 0.5


@pytest.mark.parametrize("place", [0, 1, 100, 255])
def test_a_note_begins_at_its_sample_and_at_its_pitch(tmp_path: Path, place: int) -> None:
    """Wherever in a frame; and what is first heard has the pitch already, not that of the note before."""
    stage = Stage(tmp_path, attack=0.001, release=0.005)
    stage.hear(press(stage.now, 40), lift(stage.now + 4000, 40))
    stage.play(256 * 100)
    start = -(-stage.now // 256) * 256 + place
    latency = stage.renderer.limiter.latency
    stage.hear(press(start, 76))
    first = stage.now - latency
    out = stage.play(8192)
    rest = np.abs(out[: start - first]).max()
    begins = int(np.flatnonzero(np.abs(out) > 10 * rest + 1e-7)[0])
    assert 0 <= begins + first - start <= 2  # in its first sample the envelope is at a thousandth
    assert abs(cents(out[begins : begins + 2048], 440 * 2 ** ((76 - 69) / 12))) < 5.0


@pytest.mark.parametrize("voices", [1, 3])
def test_the_same_bits_for_every_block_size(tmp_path: Path, voices: int) -> None:
    """Live and typed notes, glides, bends, notes taken away from others, in blocks of 1 to 1024."""
    dice = np.random.default_rng(3)
    events: list[KeyEvent] = []
    for number in dice.integers(40, 90, 40):
        start = int(BEAT + dice.integers(0, BEAT))
        events += [press(start, int(number)), lift(start + int(dice.integers(200, 9000)), int(number))]
        events.append(Bend(start + 77, ("piano", 1), float(dice.uniform(-1, 1))))
    events.sort(key=lambda event: event.sample)

    def performance(block: int) -> np.ndarray:
        stage = Stage(tmp_path, block, voices, glide=0.1, decay=0.05, sustain=0.5)
        stage.hear(*events)
        stage.submit(PlayNote("drone", 60, 0.7, 0.37, 0.29), PlayNote("drone", 64, 0.7, 0.5, 0.41))
        parts = [stage.play(30000)]
        stage.submit(EndKeys("drone"))
        return np.concatenate([*parts, stage.play(10000)])

    expected = performance(128)
    assert np.abs(expected).max() > 0.01
    for block in (1000, 64, 1):
        np.testing.assert_array_equal(performance(block), expected)


def test_loudness_is_the_square_of_the_velocity(tmp_path: Path) -> None:
    levels = []
    for velocity in (1.0, 0.5, 0.25):
        stage = Stage(tmp_path)
        stage.hear(press(stage.now, 60, velocity))
        stage.play(RATE // 2)
        levels.append(np.sqrt(np.mean(stage.play(RATE // 2) ** 2)))
    steps = 20 * np.log10(np.array(levels[:-1]) / levels[1:])
    np.testing.assert_allclose(steps, 40 * np.log10(2), atol=0.1)


def test_a_note_that_is_let_go_falls_to_nothing_in_its_release(tmp_path: Path) -> None:
    stage = Stage(tmp_path, release=0.1)
    stage.hear(press(stage.now, 69), lift(stage.now + RATE // 2, 69))
    stage.play(RATE // 2 + stage.renderer.limiter.latency)
    falling = stage.play(round(0.1 * RATE))
    quarters = [np.abs(part).max() for part in np.array_split(falling, 4)]
    assert all(a > 2 * b for a, b in pairwise(quarters))
    assert np.abs(stage.play(RATE)[200:]).max() < 1e-4  # what the filter of the mix that removes DC still has


def pitch_track(sound: np.ndarray, low: float, high: float) -> np.ndarray:
    """Hz of the strongest peak in pieces of 1024 samples."""
    pieces = sound[: len(sound) // 1024 * 1024].reshape(-1, 1024) * np.hanning(1024)
    spectrum = np.abs(np.fft.rfft(pieces, 16384, axis=1))
    hz = np.fft.rfftfreq(16384, 1 / RATE)
    inside = (hz > low) & (hz < high)
    return np.asarray(hz[inside][np.argmax(spectrum[:, inside], axis=1)])


def test_the_end_of_a_note_survives_states_that_follow_at_once(tmp_path: Path) -> None:
    """Two notes end before anything is rendered: the second state has forgotten the first of them."""
    stage = Stage(tmp_path, voices=2, release=0.05)
    for number in (57.0, 63.0):
        stage.submit(PlayNote("drone", number, 0.8, None))
    assert np.abs(stage.play(BEAT // 2)).max() > 1e-4
    for number in (57.0, 63.0):
        stage.submit(PlayNote("drone", number, 0.0, None))
    assert np.abs(stage.play(BEAT)[BEAT // 2 :]).max() < 1e-6


def test_legato_glides_in_straight_semitones_and_goes_back(tmp_path: Path) -> None:
    stage = Stage(tmp_path, glide=0.5)
    at = stage.now
    stage.hear(press(at, 60), press(at + RATE, 72), lift(at + 2 * RATE, 72), lift(at + 3 * RATE, 60))
    track = pitch_track(stage.play(3 * RATE), 200.0, 600.0)
    semitones = 69 + 12 * np.log2(track / 440)
    times = (np.arange(len(track)) + 0.5) * 1024 / RATE
    wanted = np.interp(times, [0, 1, 1.5, 2, 2.5, 3], [60, 60, 72, 72, 60, 60])
    heard = times > 0.1
    assert np.abs(semitones - wanted)[heard].max() < 0.3  # pieces are 23 ms, in which a glide goes 0.6


def test_notes_that_do_not_touch_do_not_glide(tmp_path: Path) -> None:
    stage = Stage(tmp_path, glide=0.5, release=0.01)
    at = stage.now
    stage.hear(press(at, 60), lift(at + RATE // 2, 60), press(at + RATE, 72))
    stage.play(RATE + 2000)
    assert abs(cents(stage.play(4096), 523.25)) < 3.0


def test_a_chord_has_all_its_notes(tmp_path: Path) -> None:
    stage = Stage(tmp_path, voices=4)
    stage.hear(*(press(stage.now + 10 * i, n) for i, n in enumerate((57, 61, 64, 68))))
    stage.play(RATE // 2)
    out = stage.play(RATE)
    for number in (57, 61, 64, 68):
        assert abs(cents(out, 440 * 2 ** ((number - 69) / 12))) < 2.0, number


def test_a_bend_bends_the_notes_of_its_channel_alone(tmp_path: Path) -> None:
    stage = Stage(tmp_path, voices=2, bend_range=4.0)
    stage.hear(press(stage.now, 57, 0.8, 1), press(stage.now, 69, 0.8, 2))
    stage.hear(Bend(stage.now + 1000, ("piano", 2), 0.5), Bend(stage.now + 1000, ("other", 1), 1.0))
    stage.play(RATE // 2)
    out = stage.play(RATE)
    assert abs(cents(out, 220.0)) < 1.0
    assert abs(cents(out, 440 * 2 ** (2 / 12))) < 1.0


def clicks_db(sound: np.ndarray) -> float:
    """The most that sounds above 9 kHz in any 6 ms, against the loudest 6 ms as a whole.

    A click is as wide as the spectrum; of the notes that are played here nothing lies there.
    """
    pieces = np.lib.stride_tricks.sliding_window_view(sound, 256)[::64] * np.blackman(256)
    power = np.abs(np.fft.rfft(pieces, axis=1)) ** 2
    high = np.fft.rfftfreq(256, 1 / RATE) > 9000.0
    return float(10 * np.log10(power[:, high].sum(axis=1).max() / power.sum(axis=1).max()))


@pytest.mark.parametrize(("voices", "seconds", "most_db"), [(1, None, -75), (2, None, -70), (2, 0.0, -40)])
def test_nothing_clicks(tmp_path: Path, voices: int, seconds: float | None, most_db: float) -> None:
    """Stolen, repeated, legato and ended notes, keys that end: as they are set first, and as short as can be.

    A note that is merely cut off is what this can see.
    """
    times = {} if seconds is None else {"attack": seconds, "release": seconds}
    stage = Stage(tmp_path, voices=voices, glide=0.0, **times)
    for i, number in enumerate((50, 53, 52, 50, 51, 53, 50)):
        stage.hear(press(stage.now + 1000 + 3000 * i + 17 * i, number, 1.0))
    for i, number in enumerate((53, 52, 50, 51)):
        stage.hear(lift(stage.now + 24000 + 2000 * i, number))
    busy = stage.play(RATE)
    assert clicks_db(busy) < most_db
    cut = busy.copy()
    cut[np.argmax(np.abs(busy[8000:9000])) + 8000 :] = 0.0
    assert clicks_db(cut) > -33.0
    stage.hear(press(stage.now, 50))
    busy = stage.play(RATE // 4)
    stage.submit(EndKeys("drone"))
    assert clicks_db(np.concatenate([busy, stage.play(RATE)])) < most_db


def test_a_drone_gives_way_to_keys_and_comes_back(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.submit(EndKeys("drone"))
    stage.submit(Play("drone", 0.1, 0.0))
    stage.play(RATE)
    level = np.abs(stage.play(RATE)).max()
    stage.submit(Keys("drone"))
    stage.play(RATE)
    assert np.abs(stage.play(RATE)).max() < 1e-3 * level
    stage.submit(EndKeys("drone"))
    stage.play(RATE)
    assert np.abs(stage.play(RATE)).max() == pytest.approx(level, rel=0.05)


def test_what_began_to_play_for_keys_is_silent_when_they_end(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.hear(press(stage.now, 60))
    assert np.abs(stage.play(RATE)).max() > 0.01
    stage.submit(EndKeys("drone"))
    stage.play(RATE // 4)
    assert np.abs(stage.play(RATE)).max() < 1e-4
    assert stage.renderer.slots["drone"].asleep


@pytest.mark.parametrize("block", [1, 128, 1000])
def test_keys_lead_from_place_to_place_at_the_next_frame(tmp_path: Path, block: int) -> None:
    stage = Stage(tmp_path, block, steps=2, gated=False)
    places = Vector((0.0, 0.1, 0.2, 0.3)), Vector((0.9, 0.8, 0.7, 0.6))
    stage.submit(Play("drone", 0.0, 0.0), Set("drone", "z", Picked(places, Live("keys/drone", 0)), 0.0, 0.0))
    stage.play(4096)
    start = stage.now
    stage.hear(press(start + 1000, 61), lift(start + 1100, 61), press(start + 5000, 64))
    stage.play(8000)
    slot = stage.renderer.slots["drone"]
    samples, values = slot.frames_since(start)
    wanted = np.where((samples >= start + 1000) & (samples < start + 5000), 0.9, 0.0)
    low, high = slot.info.low[0], slot.info.high[0]
    np.testing.assert_allclose((values[:, 0] - low) / (high - low), wanted, atol=1e-12)


def test_a_pitch_latent_follows_the_key_where_there_are_no_harmonics(tmp_path: Path) -> None:
    model = tiny_model("voice")
    model = replace(model, latents=replace(model.latents, names=("pitch", "", "", "")))
    path = tmp_path / "voice.plaud"
    write(model, path)
    info = Models().load_info(str(path))
    heard: list[np.ndarray] = []

    class Voice:
        hop = 256

        def frames_in(self, count: int) -> int:
            return count // 256

        def render(
            self, asked: np.ndarray, controls: np.ndarray, out: np.ndarray, heard_: bool = True
        ) -> None:
            heard.extend(asked[:, 0])

        def reset(self, position: int) -> None:
            return

        def retune(self, f0: float) -> None:
            return

    part = Part(info, [Voice()])
    player = KeyPlayer("drone", part, RATE, 1024)
    player.take(Keys("drone", low=40, high=60), (), TempoMap(RATE), 0)
    player.hear(press(256, 45))
    player.hear(Bend(512, ("piano", 1), 1.0))
    player.listen(0, 768, TempoMap(RATE))
    asked = Frames(part, np.full((3, 4), 7.0), np.zeros((3, 10)))
    player.render(0, [asked], (), np.zeros(768, np.float32))
    low, high = info.low[0], info.high[0]
    np.testing.assert_allclose(heard, [7.0, low + 0.25 * (high - low), low + 0.35 * (high - low)])
