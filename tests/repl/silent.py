"""An engine without sound for the prompt's tests: the real conductor, its clock moved by hand."""

from collections.abc import Callable
from typing import Any

from plaud_live.control.conductor import Conductor
from plaud_live.control.parameters import ModelInfo, ReverbInfo
from plaud_live.control.reverbs import with_reverb
from plaud_live.control.transaction import Transaction
from plaud_live.errors import ModelFileError
from plaud_live.repl.evaluate import Evaluator
from plaud_live.repl.namespace import Namespace
from plaud_live.repl.performance import Performance

SAMPLE_RATE = 44100


def model_info(name: str, latents: int = 4) -> ModelInfo:
    """A model with two anchors and its second latent called `bright`."""
    return ModelInfo(
        name=name,
        path=f"/models/{name}.plaud",
        digest=name,
        lineage=name,
        low=(-2.0,) * latents,
        high=(2.0,) * latents,
        home=(0.5,) * latents,
        names=("", "bright", *[""] * (latents - 2)),
        sines=96,
        harmonics=0,
        noise_bands=384,
        smoothing=4,
        max_smoothing=64,
        anchors={"bell": (1.0,) * latents, "rust": (-1.0,) * latents},
    )


HALL = ReverbInfo("default", "/reverbs/default.json", "ab" * 32, 2.2, 0.1, 10.0)


def load_info(model: str) -> ModelInfo:
    """Two models: `default` and `small`, by their names or files."""
    model = model.removeprefix("/models/").removesuffix(".plaud")
    if model not in ("default", "small"):
        raise ModelFileError(f"no model {model!r} — have default, small")
    return model_info(model, 4 if model == "default" else 2)


class SilentEngine:
    """Answers the requests of a prompt as the engine does, at `position`, without a sound."""

    def __init__(self) -> None:
        self.conductor = Conductor(SAMPLE_RATE, load_info)
        self.conductor.state = with_reverb(self.conductor.state, HALL, 0.0)
        self.position = 0
        self.asked: list[str] = []
        self.entries: list[dict[str, Any]] = []
        self.samples: list[dict[str, Any]] = []
        self.learnt: list[dict[str, Any]] = []
        self.heard: dict[str, dict[str, Any]] = {}
        self.jobs: list[dict[str, Any]] = []
        self.pushes: list[dict[str, Any]] = []
        self.pushed: dict[str, Any] = {"outcome": "played", "text": "live is generation 1"}
        self.kept: list[dict[str, Any]] = []
        """The session's models."""
        self.shown: dict[str, Any] = {}
        """What the snapshot has besides position and beat."""
        self.on_event: Callable[[dict[str, Any]], None] | None = None

    def request(self, do: str, **data: Any) -> dict[str, Any]:
        self.asked.append(do)
        match do:
            case "hello" | "status":
                return {"state": self.conductor.to_data()}
            case "submit":
                outcome = self.conductor.submit(Transaction.from_data(data["transaction"]), self.position)
            case "panic" | "undo" | "redo":
                outcome = getattr(self.conductor, do)(self.position)
            case "entry":
                self.entries.append(data)
                return {"beat": self.conductor.state.tempo.beat(self.position), "sample": self.position}
            case "samples":
                self.samples.append(data)
                return {}
            case "midi":
                return {"devices": [], "on": False}
            case "heard":
                return self.heard.get(data["name"], {"values": None, "whose": ""})
            case "learn":
                self.learnt.append(data)
                return {"text": "learn: move a knob" if data.get("targets") else ""}
            case "fit":
                self.jobs.append({**data, "instrument": "verb", "name": "default_2", "stage": "starting"})
                return {"job": self.jobs[-1]}
            case "train":
                self.jobs.append({**data, "name": data["name"] or "default_2", "stage": "starting"})
                return {"job": self.jobs[-1]}
            case "train_stop":
                return {"job": self.jobs.pop()}
            case "push":
                self.pushes.append(data)
                return dict(self.pushed)
            case "push_stop":
                return {"name": "live" if self.pushes else None}
            case "playing":
                return {"path": HALL.path, "name": HALL.name}
            case "models":
                return {"models": self.kept}
            case "training":
                return {"jobs": self.jobs}
            case _:
                raise ValueError(do)
        told = {"beat": outcome.beat, "message": outcome.message, "sample": outcome.sample}
        return {**told, "state": self.conductor.to_data()}

    def snapshot(self) -> dict[str, Any]:
        beat = self.conductor.state.tempo.beat(self.position)
        return {"position": self.position, "beat": beat, **self.shown}


class Typist:
    """Enters lines by `evaluator`, behind which is `engine`."""

    engine: Any
    evaluator: Evaluator

    def accept(self, text: str) -> str:
        """What is shown for an entry that must be accepted."""
        result = self.evaluator.evaluate(text)
        assert result.accepted, result.shown
        return result.shown

    def refuse(self, text: str) -> str:
        """The line for an entry that must be refused and must change nothing."""
        before = self.engine.conductor.to_data()
        result = self.evaluator.evaluate(text)
        assert not result.accepted
        assert self.engine.conductor.to_data() == before
        return result.shown


class Prompt(Typist):
    """An evaluator with everything behind it, `drone` loaded with a model, or with none."""

    def __init__(self, model: str = "default") -> None:
        self.engine = SilentEngine()
        self.performance = Performance(self.engine, self.engine.snapshot)
        self.said: list[str] = []
        self.performance.on_message = self.said.append
        self.performance.refresh()
        self.namespace = Namespace(self.performance)
        self.evaluator = Evaluator(self.performance, self.namespace)
        if model:
            self.accept(f'drone = load("{model}")')

    def source(self, parameter: str) -> str:
        """The text of what drives a parameter, once all transitions have ended."""
        rows = self.accept("who()").split("\n")
        found = [row.split(None, 1)[1] for row in rows if row.split()[0] == parameter]
        return found[0] if found else ""
