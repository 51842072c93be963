"""The ring: played in order as written; an engine that stops is faded out, one that returns is faded in."""

import numpy as np
import pytest

from plaud_live.engine.ring import CHANNELS, INPUT_BLOCKS, EngineEnd, FloatArray, Ring, RingFds, SinkEnd
from plaud_live.errors import SessionError

BLOCK, BLOCKS = 32, 3


@pytest.fixture
def ring() -> Ring:
    return Ring.create(BLOCK, BLOCKS)


def sine(start: int, count: int, period: float = 50.0) -> FloatArray:
    """[count, 2]: one side the negative of the other."""
    wave = np.sin(2 * np.pi * np.arange(start, start + count) / period).astype(np.float32)
    return np.stack([wave, -wave], axis=1)


def fill(engine: EngineEnd) -> None:
    while engine.room:
        engine.write(sine(engine.position, BLOCK))


def play(sink: SinkEnd, blocks: int) -> FloatArray:
    out = np.full((blocks * BLOCK, CHANNELS), np.nan, np.float32)
    for block in np.split(out, blocks):
        sink.play(block)
    return out


def test_silence_until_the_ring_is_full_then_every_sample_in_order(ring: Ring) -> None:
    engine, sink = EngineEnd(ring), SinkEnd(ring)
    engine.write(sine(0, BLOCK))
    assert not play(sink, 2).any()
    fill(engine)
    heard = []
    for _ in range(10):
        heard.append(play(sink, 1))
        fill(engine)
    out = np.concatenate(heard)
    np.testing.assert_array_equal(out[BLOCK:], sine(BLOCK, 9 * BLOCK))
    assert ring.get("underruns") == 0
    assert ring.get("missed") == 2 * BLOCK
    assert ring.get("read") == 10 * BLOCK


def test_engine_that_stops_is_faded_out_and_counted_once(ring: Ring) -> None:
    engine, sink = EngineEnd(ring), SinkEnd(ring)
    fill(engine)
    out = play(sink, 6)
    first, second, last = np.split(out[: 3 * BLOCK], 3)
    np.testing.assert_array_equal(second, sine(BLOCK, BLOCK))
    expected = sine(2 * BLOCK, BLOCK)
    gain = last[:, 0] / expected[:, 0]
    assert np.all(np.diff(gain) < 0)
    assert gain[0] > 0.99
    assert gain[-1] < 0.01
    assert np.all(np.abs(first) <= np.abs(sine(0, BLOCK)) + 1e-7)
    assert not out[3 * BLOCK :].any()
    assert ring.get("underruns") == 1


@pytest.mark.parametrize("restart_after", [0, 1, 5])
def test_no_click_when_an_engine_dies_and_another_goes_on(ring: Ring, restart_after: int) -> None:
    """The curvature of what is heard stays within that of the sine plus that of the raised cosine itself."""
    engine, sink = EngineEnd(ring), SinkEnd(ring)
    fill(engine)
    heard = [play(sink, 3 + restart_after)]
    replacement = EngineEnd(ring)
    assert replacement.position == 3 * BLOCK
    for _ in range(6):
        fill(replacement)
        heard.append(play(sink, 1))
    out = np.concatenate([np.zeros((BLOCK, CHANNELS)), *heard]).astype(np.float64)
    curvature = np.abs(np.diff(out, 2, axis=0)).max()
    slope = 2 * np.pi / 50.0
    fade_slope = (
        np.pi / 2 / (BLOCK + 1)
    )  # of a raised cosine over BLOCK + 1 samples: pi/2 x, curvature twice its square
    assert curvature <= slope**2 + 2 * slope * fade_slope + 2 * fade_slope**2
    assert np.abs(out[-BLOCK:]).max() > 0.9


def test_after_a_dry_ring_sound_waits_until_it_is_full(ring: Ring) -> None:
    engine, sink = EngineEnd(ring), SinkEnd(ring)
    fill(engine)
    play(sink, 4)
    engine.write(sine(0, BLOCK))
    engine.write(sine(0, BLOCK))
    assert not play(sink, 1).any()
    fill(engine)
    assert play(sink, 1).any()


def test_ring_holds_no_more_than_its_blocks(ring: Ring) -> None:
    engine = EngineEnd(ring)
    assert engine.room == BLOCKS
    fill(engine)
    with pytest.raises(ValueError, match="full"):
        engine.write(sine(0, BLOCK))


def test_an_engine_that_finished_leaves_no_underrun(ring: Ring) -> None:
    engine, sink = EngineEnd(ring), SinkEnd(ring)
    fill(engine)
    play(sink, 1)
    engine.finish()
    assert not engine.played
    play(sink, 1)
    assert engine.played
    play(sink, 5)
    assert ring.get("underruns") == 0
    EngineEnd(ring)
    assert ring.get("ended") == 0


def test_stopped_sink_fades_out_and_leaves_the_rest(ring: Ring) -> None:
    engine, sink = EngineEnd(ring), SinkEnd(ring)
    fill(engine)
    play(sink, 1)
    sink.stop()
    assert not sink.stopped
    faded = play(sink, 1)
    assert sink.stopped
    assert abs(faded[-1, 0]) < 0.02
    assert not play(sink, 2).any()
    assert ring.get("underruns") == 0
    fill(engine)
    successor = SinkEnd(ring)  # another sink on the same ring goes on with the next block, faded in
    np.testing.assert_array_equal(play(successor, 2)[BLOCK:], sine(3 * BLOCK, BLOCK))


def test_sink_wakes_the_engine_with_every_block(ring: Ring) -> None:
    engine, sink = EngineEnd(ring), SinkEnd(ring)
    fill(engine)
    assert not engine.wait(0.0)
    play(sink, 1)
    assert engine.wait(10.0)
    fill(engine)
    assert not engine.wait(0.0)


def test_sink_goes_on_when_nobody_reads_its_calls(ring: Ring) -> None:
    sink = SinkEnd(ring)
    play(sink, 70_000 // 1)  # a pipe holds 64 kB
    assert ring.get("missed") == 70_000 * BLOCK


def test_input_arrives_in_order_and_mono_on_both_sides(ring: Ring) -> None:
    engine, sink = EngineEnd(ring), SinkEnd(ring)
    got = np.zeros((BLOCK, CHANNELS), np.float32)
    assert not engine.read_input(got)
    for number in range(3 * INPUT_BLOCKS):
        sink.record(sine(number * BLOCK, BLOCK))
        assert engine.read_input(got)
        np.testing.assert_array_equal(got, sine(number * BLOCK, BLOCK))
    sink.record(sine(0, BLOCK)[:, :1])
    assert engine.read_input(got)
    np.testing.assert_array_equal(got[:, 0], got[:, 1])
    assert ring.get("input_dropped") == 0


def test_input_that_nobody_reads_is_dropped_and_counted(ring: Ring) -> None:
    engine, sink = EngineEnd(ring), SinkEnd(ring)
    for _ in range(INPUT_BLOCKS + 5):
        sink.record(sine(0, BLOCK))
    assert ring.get("input_dropped") == 5 * BLOCK
    got = np.zeros((BLOCK, CHANNELS), np.float32)
    assert engine.read_input(got)
    EngineEnd(ring)  # a new engine does not want the old one's input
    assert not engine.read_input(got)


def test_descriptors_travel_as_text(ring: Ring) -> None:
    other = Ring(RingFds.parse(str(ring.fds)))
    ring.set_stream(48000.0, 0.005)
    assert (other.block, other.blocks, other.sample_rate, other.latency_seconds) == (
        BLOCK,
        BLOCKS,
        48000.0,
        0.005,
    )
    for text in ("5,6", "a,b,c", ""):
        with pytest.raises(SessionError, match="--ring"):
            RingFds.parse(text)
    with pytest.raises(SessionError, match="no ring"):
        Ring(RingFds(ring.fds.wake_read, 0, 0))
