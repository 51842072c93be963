"""The offline engine answers as the live one does, and renders the same bits every time."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plaud_live.control.transaction import Load, Play, Set, Transaction
from plaud_live.engine.offline import OfflineEngine
from plaud_live.errors import ModelFileError, ParameterError, SessionError, TransactionError
from plaud_live.signals.graph import signal
from plaud_live.signals.oscillators import lfo
from tests.models_for_tests import tiny_file
from tests.signals import level_db


def submit(engine: OfflineEngine, *changes: Any) -> dict[str, Any]:
    return engine.request("submit", transaction=Transaction(changes, "test").to_data())


def performed(path: Path, block_size: int, seed: int = 0) -> tuple[np.ndarray, OfflineEngine]:
    engine = OfflineEngine(block_size=block_size, seed=seed)
    submit(engine, Load("drone", str(path)), Play("drone", 1.0, 0.0))
    submit(engine, Set("drone", "z0", lfo(2)), Set("drone", "temperature", signal(0.5)))
    first = engine.render(1.0)
    submit(engine, Set("drone", "gain", signal(0.5), 1.0))
    return np.concatenate([first, engine.render(1.0)]), engine


def test_a_performance_is_the_same_every_time_and_for_every_block_size(tmp_path: Path) -> None:
    path = tiny_file(tmp_path)
    sound, _ = performed(path, 128)
    assert sound.shape == (88200, 2) and sound.dtype == np.float32
    assert level_db(sound[44100:]) > -50.0
    assert np.array_equal(performed(path, 128)[0], sound)
    assert np.array_equal(performed(path, 1000)[0], sound)
    assert not np.array_equal(performed(path, 128, seed=1)[0], sound)  # the seed of temperature


def test_requests_answer_with_beat_message_and_state(tmp_path: Path) -> None:
    engine = OfflineEngine()
    answer = submit(engine, Load("drone", str(tiny_file(tmp_path))))
    assert "4 latents" in answer["message"]
    assert list(answer["state"]["instruments"]) == ["drone"]
    engine.render(0.5)
    answer = submit(engine, Set("drone", "z0", signal(0.2)))
    assert answer["beat"] == 1.0
    assert engine.request("hello")["state"] == answer["state"]
    assert engine.request("undo")["state"]["revision"] == answer["state"]["revision"] + 1
    assert engine.request("redo")["message"].startswith("redo")


def test_panic_is_silence_and_undo_brings_the_sound_back(tmp_path: Path) -> None:
    _, engine = performed(tiny_file(tmp_path), 128)
    engine.request("panic")
    assert np.all(engine.render(0.5)[441:] == 0.0)
    engine.request("undo")
    assert level_db(engine.render(2.0)[44100:]) > -50.0


def test_refusals_are_errors_and_change_nothing(tmp_path: Path) -> None:
    _, engine = performed(tiny_file(tmp_path), 128)
    before = engine.request("hello")["state"]
    broken = tmp_path / "broken.plaud"
    broken.write_bytes(b"not a model")
    with pytest.raises(ModelFileError):
        submit(engine, Load("other", str(broken)))
    with pytest.raises(ParameterError, match="did you mean"):
        submit(engine, Set("drone", "gane", signal(0.1)))
    with pytest.raises(TransactionError):
        engine.request("redo")
    with pytest.raises(SessionError, match="frobnicate"):
        engine.request("frobnicate")
    assert engine.request("hello")["state"] == before


def test_what_goes_wrong_while_sounding_is_told(tmp_path: Path) -> None:
    _, engine = performed(tiny_file(tmp_path), 128)
    told: list[dict[str, Any]] = []
    engine.on_event = told.append
    engine.renderer.slots["drone"].voice.render = None  # type: ignore[assignment]
    engine.render(0.01)
    assert told[0]["event"] == "message" and told[0]["text"].startswith("drone was silenced")
