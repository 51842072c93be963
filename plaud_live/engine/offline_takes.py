"""Takes where nothing is written: what was typed while it played can be rendered all the same."""

from collections.abc import Mapping
from typing import Any

from plaud_live.control.state import State
from plaud_live.errors import ParameterError, SessionError

WORDS = frozenset(("keep", "rec_start", "rec_stop", "tag", "delete", "cut"))


class OfflineTakes:
    """Answers as a live engine does, with takes that have no files."""

    def __init__(self) -> None:
        self.all: list[dict[str, Any]] = []
        self._recording: dict[str, Any] | None = None

    def answer(self, do: str, data: Mapping[str, Any], state: State, now: int) -> dict[str, Any]:
        """The take that a request of WORDS is about. Raises ParameterError."""
        match do:
            case "keep":
                start = round(state.tempo.sample(state.tempo.beat(now) - float(data.get("beats", 0.0))))
                return {"take": self._made("keep", data, state, start, now)}
            case "rec_start":
                if self._recording is None:
                    self._recording = self._made("rec", data, state, now, now)
                return {"take": self._recording}
            case "rec_stop":
                if self._recording is None:
                    raise ParameterError("nothing is being recorded — rec.start() begins")
                info, self._recording = self._recording, None
                self.all.remove(info)
                return {"take": self._made("rec", info, state, info["start"], now)}
            case "tag" | "delete" | "cut":
                info = self.find(data.get("number"))
                info["binned"] = info["binned"] or do == "delete"
                info["tags"] = list(dict.fromkeys([*info["tags"], *filter(None, [data.get("tag")])]))
                return {"take": info}
            case _:
                raise SessionError(f"{do!r} is no request about takes")

    def find(self, number: object) -> dict[str, Any]:
        """A take. Raises ParameterError where there is none."""
        for info in self.all:
            if info["number"] == number:
                return info
        raise ParameterError(f"there is no take {number}")

    def _made(
        self, kind: str, data: Mapping[str, Any], state: State, start: int, stop: int
    ) -> dict[str, Any]:
        number = int(data.get("number") or len(self.all) + 1)
        tempo = state.tempo
        info = {
            "number": number,
            "name": data.get("name") or "take",
            "kind": kind,
            "id": f"offline-{number}",
            "stop_id": "",
            "start": start,
            "samples": stop - start,
            "sample_rate": tempo.sample_rate,
            "bits": 32,
            "beats": tempo.beat(stop) - tempo.beat(start),
            "tracks": ["mix"],
            "gaps": [],
            "tags": [],
            "binned": False,
            "path": "",
        }
        self.all.append(info)
        return info
