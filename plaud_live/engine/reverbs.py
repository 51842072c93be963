"""Reverbs as the engine uses them: what control needs to know of a configuration, and runners that play it.

`reverbs/<digest>.json` in the session's folder, and its plan beside it, are copies: whatever was heard can be
heard again.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from compiler.errors import CompilerError, StructureChanged
from compiler.playable import KNOBS, Playable, plan_path, read_playable, write_plan
from compiler.runtime.runner import Runner
from plaud_live import settings
from plaud_live.control.parameters import ReverbInfo
from plaud_live.control.state import ReverbState
from plaud_live.engine.reverb import Room
from plaud_live.engine.slot import CHUNK
from plaud_live.engine.store import DIGEST, copied
from plaud_live.errors import ReverbError

KEPT = 8
CHANNELS = 2


class Reverbs:
    """Reads configurations and keeps the last few. Any one thread at a time may call it."""

    def __init__(self, session: Path | None = None) -> None:
        self._folder = None if session is None else session / "reverbs"
        self._known: OrderedDict[str, tuple[ReverbInfo, Playable]] = OrderedDict()  # by digest
        self._files: dict[tuple[str, int, int], str] = {}  # path, time of change, size: digest
        self._problem = ""

    def load_info(self, name: str) -> ReverbInfo:
        """What control needs of the reverb that `name` means: a path, a name, or a digest that was heard.

        Raises SettingsError if there is none, ReverbError if it cannot be used.
        """
        if DIGEST.fullmatch(name):
            return self._of(name)[0]
        path = settings.find_reverb(name)
        info, _ = self._read(path, path.stem)
        self._keep(info)
        return info

    def room(self, info: ReverbInfo, sample_rate: int, playing: Runner | None) -> Room:
        """A reverb that is ready to play; where `playing` is of its structure, as what that one moves to.

        Raises ReverbError if it cannot be used.
        """
        _, playable = self._of(info.digest, info)
        try:
            if playing is not None:
                try:
                    return Room(info, playing, playing.prepared(playable.model, playable.plan))
                except StructureChanged:
                    pass  # a runner of its own, then
            return Room(info, Runner(playable.model, sample_rate, CHUNK, KNOBS, plan=playable.plan))
        except CompilerError as error:
            raise ReverbError(f"{info.path}: {error}") from None

    def file_of(self, info: ReverbInfo) -> Path:
        """Where the configuration lies: with the session, or at its own place, where it may change."""
        kept = None if self._folder is None else self._folder / f"{info.digest}.json"
        return kept if kept is not None and kept.is_file() else Path(info.path)

    def take_problem(self) -> str:
        """What could not be written; '' for nothing."""
        problem, self._problem = self._problem, ""
        return problem

    def _of(self, digest: str, info: ReverbInfo | None = None) -> tuple[ReverbInfo, Playable]:
        """What is known by a digest, or else lies in the session, or at its own place."""
        found = self._known.get(digest)
        if found is not None:
            return found
        places = [] if self._folder is None else [self._folder / f"{digest}.json"]
        places += [] if info is None else [Path(info.path)]
        for place in places:
            if place.is_file():
                found = self._read(place, place.stem if info is None else info.name)
                if found[0].digest == digest:
                    return found
        raise ReverbError(f"reverb {digest[:6] if info is None else info.name}: its file is gone, or another")

    def _read(self, path: Path, name: str) -> tuple[ReverbInfo, Playable]:
        try:
            stat = path.stat()
            key = (str(path), stat.st_mtime_ns, stat.st_size)
            found = self._known.get(self._files.get(key, ""))
            if found is None:
                playable = read_playable(path)
                found = _info(playable, path, name), playable
                self._files[key] = playable.digest
                self._known[playable.digest] = found
                while len(self._known) > KEPT:
                    self._known.popitem(last=False)
            return found
        except OSError as error:
            raise ReverbError(f"{path}: {error.strerror or error}") from None
        except CompilerError as error:
            raise ReverbError(str(error)) from None

    def _keep(self, info: ReverbInfo) -> None:
        """Keep its files with the session; where they cannot be written, it plays all the same.

        With its plan, also where none lay beside it: whoever needs it next finds out nothing again.
        """
        if self._folder is None:
            return
        path, kept = Path(info.path), self._folder / f"{info.digest}.json"
        try:
            copied(path, kept)
            if hashlib.sha256(kept.read_bytes()).hexdigest() != info.digest:  # a newer one lies there already
                kept.unlink()
            elif not plan_path(kept).is_file():
                write_plan(kept, self._of(info.digest)[1])
        except (OSError, CompilerError) as error:
            why = getattr(error, "strerror", None) or error
            self._problem = f"reverbs are not kept with the session: {why}"


def _info(playable: Playable, path: Path, name: str) -> ReverbInfo:
    """Raises ReverbError for one that does not hear and give two channels, or has no decay."""
    root = playable.model.root
    if (root.inputs, root.outputs) != (CHANNELS, CHANNELS):
        wants = f"wants {CHANNELS} inputs and outputs, has {root.inputs} and {root.outputs}"
        raise ReverbError(f"{path}: {wants}")
    if missing := [knob for knob in KNOBS if knob not in playable.plan.names]:
        raise ReverbError(f"{path}: cannot have the knobs {', '.join(missing)}")
    t60 = playable.plan["t60"]
    return ReverbInfo(name, str(path), playable.digest, t60.neutral, t60.minimum, t60.maximum)


class Rooms:
    """Belongs to the control thread: whatever reverb the state wants is made ready beside the sound.

    `do` is `Loader.do`, or `at_once`; `furnish` gives it to the renderer; `say` shows a line.
    """

    def __init__(
        self,
        reverbs: Reverbs,
        sample_rate: int,
        do: Callable[..., None],
        furnish: Callable[[Room], None],
        say: Callable[[str], None],
    ) -> None:
        self._reverbs, self._rate = reverbs, sample_rate
        self.do, self._furnish, self._say = do, furnish, say
        self._wanted = ""
        self._playing: Runner | None = None  # belongs to whoever makes rooms

    def follow(self, reverb: ReverbState | None) -> None:
        """Have the model of a reverb made ready, unless it was the last one."""
        if reverb is None or reverb.info.digest == self._wanted:
            return
        info = reverb.info
        self._wanted = info.digest

        def failed(error: Exception) -> None:
            self._wanted = ""
            self._say(f"verb stays as it was: {error}")

        self.do(lambda: self._make(info), self._furnish, failed)

    def _make(self, info: ReverbInfo) -> Room:
        room = self._reverbs.room(info, self._rate, self._playing)
        self._playing = room.runner
        return room


def at_once(
    work: Callable[[], Room], done: Callable[[Room], None], failed: Callable[[Exception], None]
) -> None:
    """Like `Loader.do`, for where nothing sounds yet."""
    try:
        done(work())
    except ReverbError as error:
        failed(error)
