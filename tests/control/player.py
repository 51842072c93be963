"""A conductor that is driven by changes and beats, through JSON as a client would, and heard at beats."""

import json
from typing import Any

import numpy as np

from plaud_live.control.conductor import Conductor
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.transaction import Load, Set, Transaction
from plaud_live.errors import PlaudError
from plaud_live.signals.graph import Constant, Evaluation, Signal

RATE = 46000  # at 92 beats a minute, 30000 samples a beat
BEAT = 30000


def model(name: str, **changes: Any) -> ModelInfo:
    fields: dict[str, Any] = {
        "name": name,
        "path": f"/models/{name}.plaud",
        "digest": f"digest_of_{name}",
        "lineage": f"digest_of_{name}",
        "low": (-2.0, -1.0, 0.0),
        "high": (2.0, 1.0, 4.0),
        "home": (0.5, 0.5, 0.5),
        "names": ("", "bright", ""),
        "sines": 96,
        "harmonics": 0,
        "noise_bands": 384,
        "smoothing": 4,
        "max_smoothing": 64,
        "anchors": {"bell": (2.0, -1.0, 1.0), "rust": (-2.0, 1.0, 3.0)},
    }
    return ModelInfo(**{**fields, **changes})


def load_info(name: str) -> ModelInfo:
    if name == "gone":
        raise PlaudError("no model 'gone'")
    return model(name, anchors={"ice": (0.0, 0.0, 0.0)}) if name == "other" else model(name)


class Player:
    """A conductor that is driven by texts and beats, through JSON as a client would."""

    def __init__(self) -> None:
        self.conductor = Conductor(RATE, load_info)
        self.do(Load("drone", "default"))

    def do(self, *changes: Any, at: float = 0.0, text: str = "", **more: Any) -> Any:
        transaction = Transaction(changes, text or str(changes), **more)
        data = json.loads(json.dumps(transaction.to_data()))
        return self.conductor.submit(Transaction.from_data(data), round(at * BEAT))

    def set(self, name: str, signal: Signal | float, at: float = 0.0, **more: Any) -> Any:
        source = signal if isinstance(signal, Signal) else Constant(signal)
        text = more.pop("text", f"drone.{name} = …")
        return self.do(Set("drone", name, source, text=text, **more), at=at, text=text)

    def hear(self, parameter: str, beats: Any, instrument: str = "drone") -> np.ndarray:
        state = self.conductor.state
        at = Evaluation(np.atleast_1d(np.asarray(beats, dtype=float)), state.lookup)
        value = at.value(state.instruments[instrument].sources[parameter].signal)
        return value
