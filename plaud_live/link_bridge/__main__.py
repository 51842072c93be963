"""Keep the instrument and an Ableton Link session together: `python -m plaud_live.link_bridge`.

aalink, the extra `link`, is licensed under the GPL 3. It is loaded here, in a process of its own, and
nowhere else; the two talk OSC.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable
from typing import Any

from plaud_live.control.following import phase_error
from plaud_live.errors import PlaudError, SessionError
from plaud_live.link_bridge.engine_clock import EngineClock
from plaud_live.link_bridge.phase import Reading, Steering

STEP_SECONDS = 0.5
AWAY_SECONDS = 2.0


def main(arguments: list[str] | None = None) -> int:
    """Run until Ctrl-C. Exit code 2 with one line where it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m plaud_live.link_bridge", description=__doc__)
    parser.add_argument("--port", type=int, default=9100, help="OSC port of the instrument (default 9100)")
    parser.add_argument("--quantum", type=float, default=4.0, help="beats of a bar (default 4)")
    options = parser.parse_args(arguments)
    try:
        asyncio.run(follow_session(options.port, options.quantum, _say))
    except KeyboardInterrupt:
        return 0
    except PlaudError as error:
        sys.stderr.write(f"plaud-live: {error}\n")
        return 2
    return 0


async def follow_session(port: int, quantum: float, say: Callable[[str], None]) -> None:
    """Steer until cancelled. Raises SessionError without aalink, or without an instrument to begin with."""
    if quantum <= 0.0:
        raise SessionError(f"--quantum {quantum:g}: wants more than 0 beats")
    make_link = _load_aalink()
    clock = EngineClock(port)
    try:
        first = await clock.read()
        link = make_link(first.bpm)
        link.quantum = quantum
        link.enabled = True
        say(f"Link: {first.bpm:.1f} bpm, bars of {quantum:g} beats")
        await _steer(link, clock, Steering(quantum), say)
    finally:
        clock.close()


async def _steer(link: Any, clock: EngineClock, steering: Steering, say: Callable[[str], None]) -> None:
    peers = -1
    while True:
        try:
            heard_after = await clock.latency_seconds()
            engine = await clock.read()
        except SessionError as error:  # it is being replaced
            say(str(error))
            await asyncio.sleep(AWAY_SECONDS)
            continue
        beat = engine.beat_at(time.monotonic() - heard_after)
        reading = Reading(beat, engine.bpm, link.beat, link.tempo, link.num_peers)
        if reading.peers != peers:
            peers = reading.peers
            apart = phase_error(reading.session_beat, reading.engine_beat, steering.quantum)
            say(f"Link: {peers} others, {reading.session_bpm:.1f} bpm, {apart:+.2f} beats apart")
        todo = steering.decide(reading)
        if todo.engine_bpm is not None:
            clock.follow(todo.engine_bpm)
        if todo.session_bpm is not None:
            link.tempo = todo.session_bpm
        if todo.session_beat is not None:
            link.request_beat(todo.session_beat)
        await asyncio.sleep(STEP_SECONDS)


def _load_aalink() -> Callable[..., Any]:
    try:
        from aalink import Link
    except ImportError as error:
        raise SessionError(f"Ableton Link needs aalink ({error}) — pip install 'plaud-live[link]'") from error
    made: Callable[..., Any] = Link
    return made


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
