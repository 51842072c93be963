"""A keyboard in another process plays the instrument over JACK MIDI, and is heard at its pitch."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.control.keys import Keys
from plaud_live.control.transaction import Load
from plaud_live.engine import render
from plaud_live.errors import SessionError
from plaud_live.synths import warm
from tests.e2e.test_midi_jack import devices
from tests.engine.test_keys import cents, harmonic_file
from tests.engine.test_process import Performer
from tests.jack import MidiPeer, message
from tests.processes import jack_server, wait_for

pytestmark = pytest.mark.slow

SECOND = 44100


def voices(player: Performer) -> object:
    try:
        return player.status()["keys"]
    except SessionError:  # one engine gone and the next not there yet
        return None


def test_a_keyboard_over_jack_is_heard_at_its_pitch(tmp_path: Path) -> None:
    warm.warm()
    render.warm()
    with jack_server() as jack:
        player = Performer(
            tmp_path,
            osc_port=0,
            environment={**jack.environment, "PLAUD_MIDI_API": "jack", "PLAUD_MIDI_CONNECT": "piano"},
        )
        try:
            piano = MidiPeer("piano", jack)
            wait_for(lambda: "piano" in devices(player), "the keyboard is plugged in")
            player.submit(Load("drone", str(harmonic_file(tmp_path))), Keys("drone", voices=2))

            wait_for(lambda: voices(player) == {"drone": 2}, "both voices are seated")

            def passes(samples: int) -> None:
                end = player.status()["position"] + samples
                wait_for(lambda: player.status()["position"] > end, "time passes")

            for number in (69, 76):
                piano.send(message("note_on", note=number, velocity=100))
            wait_for(lambda: player.peak() > 0.01, "two notes are heard")
            passes(SECOND)
            for number in (69, 76):
                piano.send(message("note_off", note=number))
            wait_for(lambda: player.peak() < 1e-3, "the notes end")
            piano.send(message("note_on", note=57, velocity=100))
            wait_for(lambda: player.peak() > 0.01, "another note is heard")
            os.kill(player.playing.instance["engine"], signal.SIGKILL)
            wait_for(lambda: voices(player) == {"drone": 2}, "another engine has both voices")
            piano.send(message("note_on", note=60, velocity=100))
            wait_for(lambda: player.peak() > 0.01, "a note of the other engine is heard")
            piano.close()
            wait_for(lambda: player.peak() < 1e-3, "a keyboard that is gone lets its keys go")
        finally:
            player.close()
    sound, rate = soundfile.read(player.wav)
    begun = int(np.flatnonzero(np.abs(sound[:, 0]) > 0.01)[0])
    chord = sound[begun + SECOND // 4 : begun + SECOND, 0]
    assert rate == SECOND
    assert abs(cents(chord, 440.0)) < 1.0
    assert abs(cents(chord, 659.26)) < 1.0
