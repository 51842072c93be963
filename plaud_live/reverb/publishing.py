"""Publishes reverbs for the watched plugin in a process of its own, and says what the plugin answers.

A child of the supervisor, `python -m plaud_live.reverb.publishing --channel FD [--kept FOLDER]`, without
torch, Numba and scipy:
    to it    {"do": "publish", "id": ID, "name": NAME, "file": PATH, "path": PATH, "digest": D}
             the configuration with this digest, at `path` or among those that are kept, into `file` (….dsp)
    from it  {"event": "published", "id": ID, "outcome": WORD, "text": LINE, "generation": N, "verdict": WORD,
              "recompiles": BOOL, "compile_ms": X, "backend": WORD, "warning": LINE}
             "outcome": "played"; "error": the plugin says why not; "silent": no plugin answers so far;
             "refused": nothing was published. After "silent" it may come once more, with "late": true
"""

import argparse
import logging
import selectors
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from compiler.errors import CompilerError
from compiler.hot_reload import HotReload, PluginStatus, Update
from compiler.playable import KNOBS, Playable, read_playable
from plaud_live.engine.link import Channel, Message

ANSWER_SECONDS = 3.0
"""How long a plugin may take to compile what is published, before it is said that none answers so far."""

LATE_SECONDS = 30.0
"""How long it is listened to after that: it gives up itself then."""

LOOK_SECONDS, LATE_LOOK_SECONDS = 0.004, 0.05

NOTHING = {
    "generation": 0,
    "verdict": "",
    "recompiles": False,
    "compile_ms": 0.0,
    "backend": "",
    "warning": "",
    "late": False,
}


@dataclass(frozen=True)
class Waiting:
    """A generation that is published, and for which the plugin has not answered."""

    order: Message
    live: HotReload
    update: Update
    verdict: str
    until: float
    is_late: bool = False


class Publishing:
    """Carries out orders, and answers each by `tell`: at once, or when it has looked at what the plugin says.

    `kept`: the folder of configurations by digest, if there is one.
    """

    def __init__(
        self,
        kept: Path | None,
        tell: Callable[[Message], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kept, self._tell, self._clock = kept, tell, clock
        self._files: dict[str, HotReload] = {}
        self._waiting: list[Waiting] = []

    @property
    def pause(self) -> float | None:
        """Seconds until `look` is to be called; None where nothing waits."""
        if not self._waiting:
            return None
        return LATE_LOOK_SECONDS if all(each.is_late for each in self._waiting) else LOOK_SECONDS

    def publish(self, order: Message) -> None:
        """Carry out an order."""
        try:
            made = self._read(str(order.get("digest")), str(order.get("path")))
            live = self._file(str(order.get("file")))
        except (CompilerError, OSError) as error:
            self._refuse(order, str(error))
            return
        update = live.update(made)
        if update.state == "waiting":
            update = live.close() or update
        if update.state == "refused":
            self._refuse(order, update.reason, update)
            return
        waiting = Waiting(order, live, update, made.certificate.verdict, self._clock() + ANSWER_SECONDS)
        self._waiting.append(waiting)
        self.look()

    def look(self) -> None:
        """Answer for what the plugin has said something about, or has not for too long."""
        waiting, self._waiting = self._waiting, []
        answers: dict[Path, PluginStatus | None] = {}
        for each in waiting:
            if each.live.path not in answers:
                answers[each.live.path] = each.live.status()
            status = answers[each.live.path]
            if status is not None and status.generation >= each.update.generation:
                if not each.is_late or status.generation == each.update.generation:
                    self._answer(each, status)
            elif self._clock() >= each.until:
                if not each.is_late:
                    self._answer(each, None)
                    self._waiting.append(replace(each, until=each.until + LATE_SECONDS, is_late=True))
            else:
                self._waiting.append(each)

    def _read(self, digest: str, path: str) -> Playable:
        """The configuration with this digest. Raises CompilerError."""
        places = [Path(path)] if self._kept is None else [self._kept / f"{digest}.json", Path(path)]
        for place in places:
            if place.is_file():
                made = read_playable(place)
                if made.digest == digest:
                    return made
        raise CompilerError(path, "is gone, or another one by now")

    def _file(self, file: str) -> HotReload:
        """What publishes into `file`. Raises ConfigError."""
        if file not in self._files:
            self._files[file] = HotReload(file, controls=KNOBS, follow_host_rate=True, interval_seconds=0.0)
        return self._files[file]

    def _refuse(self, order: Message, reason: str, update: Update | None = None) -> None:
        told = {} if update is None else {"generation": update.generation, "verdict": update.verdict or ""}
        self._say(order, "refused", f"{order.get('name')} is not published: {reason}", **told)

    def _answer(self, each: Waiting, status: PluginStatus | None) -> None:
        """Say what the plugin has said, None for nothing."""
        update, generation = each.update, each.update.generation
        told: Message = {"generation": generation, "verdict": each.verdict, "recompiles": update.recompiles}
        told |= {"warning": update.reason, "late": each.is_late}
        published = f"{each.order.get('name')} is generation {generation}, {each.verdict}"
        if status is None:
            self._say(each.order, "silent", f"{published}: {_silence(each.live)}", **told)
            return
        told |= {"backend": status.backend, "compile_ms": status.compile_ms}
        if status.generation == generation and status.state != "ok":
            what = f"the plugin says: {status.error or status.state}"
            self._say(each.order, "error", f"{published}: {what}", **told)
        else:
            self._say(each.order, "played", f"{published}: {_played(update, status)}", **told)

    def _say(self, order: Message, outcome: str, text: str, **told: Any) -> None:
        line = " ".join(text.split())
        message = {"event": "published", "id": order.get("id"), "outcome": outcome, "text": line}
        self._tell(message | NOTHING | told)


def _silence(live: HotReload) -> str:
    """Why nothing is known of the plugin."""
    answer = live.path.with_name(f"{live.path.name}.status.json")
    if answer.is_file() and live.status() is None:
        return f"what the plugin says in {shown(answer)} cannot be read"
    return f"no plugin answers so far at {shown(live.path)}"


def _played(update: Update, status: PluginStatus) -> str:
    """How the plugin has come to play it."""
    if status.generation > update.generation:
        return f"the plugin plays generation {status.generation} by now"
    if update.state == "unchanged":
        return f"the plugin plays it already ({status.backend})"
    if update.recompiles:
        return f"compiled in {status.compile_ms:.0f} ms ({status.backend})"
    return f"new values alone ({status.backend})"


def shown(path: Path) -> str:
    """A path for the performer, from the home folder on."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)


def serve(channel: Channel, publishing: Publishing) -> None:
    """Carry out orders until the other side is gone."""
    with selectors.DefaultSelector() as selector:
        selector.register(channel, selectors.EVENT_READ)
        while not channel.closed:
            if selector.select(publishing.pause):
                for order in channel.receive():
                    publishing.publish(order)
            publishing.look()
            channel.flush()


def main(arguments: list[str] | None = None) -> int:
    """Publish for the supervisor at the other end of the channel. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="plaud_live.reverb.publishing", description=__doc__)
    parser.add_argument("--channel", type=int, required=True)
    parser.add_argument("--kept", type=Path)
    args = parser.parse_args(arguments)
    logging.getLogger("compiler").addHandler(logging.NullHandler())  # what it warns of is answered
    channel = Channel.from_fd(args.channel)
    serve(channel, Publishing(args.kept, channel.send))
    return 0


if __name__ == "__main__":
    sys.exit(main())
