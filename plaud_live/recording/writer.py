"""The writer: copies what sounds from memory to disk, at most half a second behind, and makes takes of it.

`python -m plaud_live.recording.writer --channel FD --tracks FD --folder SESSION`, started by the supervisor,
nice to all others, and started again where it dies: what is in memory and on disk says how far it was.

    to the writer    {"id": ID, "do": "keep", "name": N, "start": A, "stop": B, ...}
                                                                cut a take of samples [A, B)
                     {"id": ID, "do": "start", "name": N, "start": A, "stop": null, ...}    record from A on
                     {"id": ID, "do": "stop", "stop": B, "beats": N}    end the recording
                     {"id": ID, "do": "tag", "number": N, "tag": T}
                     {"id": ID, "do": "delete", "number": N}    move to the bin
                     {"id": ID, "do": "cut", "number": N, "start": A, "stop": B}
                                                                its `path` is a file of samples [A, B)
                     {"do": "end"}                              write what is there, and end
    from the writer  {"event": "done", "id": ID, "take": INFO, "record": {...}}   `record` is for the session
                     {"event": "failed", "id": ID, "error": KIND, "text": TEXT}
                     {"event": "takes", "takes": [INFO, ...]}   at first, and whenever they have changed
                     {"event": "message", "text": TEXT}

The other fields of a keep and a start go into the take's sidecar. An order that comes twice is carried out
once.
"""

import argparse
import os
import select
import signal
import sys
import time
from pathlib import Path

from plaud_live.engine.link import Channel, Message
from plaud_live.engine.tracks import OPEN, Tracks
from plaud_live.errors import ParameterError, PlaudError, SessionError
from plaud_live.recording import spool as files
from plaud_live.recording.copier import Copier, is_full
from plaud_live.recording.old_captures import remove_old
from plaud_live.recording.recording import Recording
from plaud_live.recording.room import Room, Wanted
from plaud_live.recording.spool import Spool
from plaud_live.recording.takes import Info, Takes

SECONDS = 600.0
"""How far back takes can be cut."""

ROUND_SECONDS = 0.1
NICE = 5
TIDY_SECONDS = 5.0


class Writer:
    """Everything but its loop, which tests replace by calls of `work` and `obey`."""

    def __init__(
        self,
        tracks: Tracks,
        session: Path,
        channel: Channel,
        seconds: float = SECONDS,
        span: int = files.SPAN,
    ) -> None:
        """Take up what the writer before has left in the folder `session`. Raises OSError."""
        self._tracks, self._session, self._channel = tracks, session, channel
        self.spool = Spool(session / "capture", span)
        self.takes = Takes(session / "takes")
        self._room = Room(self.spool, seconds)
        self._copier = Copier(tracks, self.spool, self._room, self._wanted, self._say)
        self._stuck = False
        self._tidy_at = 0.0
        self.cutting: list[Recording] = []
        self.recording: Recording | None = None
        for order in self.takes.unfinished():
            try:
                recording = Recording(self.takes, self.spool, order)
            except (PlaudError, OSError, KeyError, TypeError) as error:
                self._say(f"a take that was not finished cannot be gone on with: {error}")
                self.takes.put_aside(order)
                continue
            if recording.start < tracks.get("first"):
                recording.order["stop"] = max(self.spool.end(tracks.get("first")), recording.position)
            if order["kind"] == "rec" and recording.stop is None:
                self.recording = recording
            else:
                self.cutting.append(recording)
        self._show_recording()
        self._tell_takes()

    @property
    def done(self) -> int:
        """The sample up to which all is on disk, or lost."""
        return self._copier.done

    @property
    def busy(self) -> bool:
        """Takes are being cut, and can be gone on with at once."""
        return not self._stuck and any(each.position < self.done for each in self.cutting)

    def work(self) -> None:
        """Copy what is new, and bring takes forward."""
        tracks = self._tracks
        self._stuck = False
        if not tracks.sample_rate:
            return
        tracks.set("alive_ns", time.monotonic_ns())
        self._copier.work()
        for recording in (*self.cutting, *([self.recording] if self.recording else ())):
            self._follow(recording)
        now = time.monotonic()
        if now >= self._tidy_at:
            self._tidy_at = now + TIDY_SECONDS
            self._room.tidy(self.done, tracks.sample_rate, self._wanted())
        if self._room.problem:
            self._say(self._room.problem)
            self._room.problem = ""

    def obey(self, order: Message) -> None:
        """Carry out an order, or begin to."""
        order_id = str(order.get("id", ""))
        try:
            self._obey(order, order_id)
        except PlaudError as error:
            self._fail(order_id, type(error).__name__, str(error))
        except OSError as error:
            self._fail(
                order_id, "SessionError", f"no take: {error.strerror} — make room on the disk, then again"
            )

    def end(self) -> None:
        """Write what is there, end the recording, and close everything."""
        self.work()
        if self.recording is not None:
            self._stop_recording(self.done, "", 0.0)
        for recording in list(self.cutting):
            while recording in self.cutting and recording.position < self.done and not self._stuck:
                self._follow(recording)
            if recording in self.cutting:
                self._follow(recording, last=True)
        self.spool.close()

    # Takes

    def _obey(self, order: Message, order_id: str) -> None:
        done = self.takes.done(order_id)
        going = [*self.cutting, *([self.recording] if self.recording else [])]
        match order.get("do"):
            case _ if done is not None:
                self._answer(order_id, done, {})
            case "keep" | "stop" if any(order_id in (g.order["id"], g.order["stop_id"]) for g in going):
                return  # it is being carried out, and will be answered
            case "keep":
                self.cutting.append(self._begin(self._cut_to_fit(order)))
                self.work()
            case "start":
                self._start_recording(order, order_id)
            case "stop":
                self._stop_recording(int(order["stop"]), order_id, float(order.get("beats", 0.0)))
            case "tag":
                info = self.takes.tag(int(order["number"]), str(order["tag"]))
                self._answer(order_id, info, _event("tag", order, info, f"tag {order['tag']!r}"))
            case "cut":
                number = int(order["number"])
                path = self.takes.part(number, int(order["start"]), int(order["stop"]))
                info = {**self.takes.shown(self.takes.find(number)), "path": str(path.resolve())}
                self._channel.send({"event": "done", "id": order_id, "take": info, "record": {}})
            case "delete":
                info = self.takes.delete(int(order["number"]))
                self._answer(order_id, info, _event("delete", order, info, "in the bin"))
            case _:
                raise SessionError(f"{order.get('do')!r} is nothing that the writer does")

    def _cut_to_fit(self, order: Message) -> Message:
        """An order of a take, from where the spool begins. Raises a PlaudError where it cannot be made."""
        start, stop, oldest = int(order["start"]), int(order["stop"]), self.spool.oldest
        if oldest >= stop:
            raise ParameterError("no take: nothing of that is on the disk any more")
        if start < oldest:
            share = (stop - oldest) / (stop - start)
            beats = round(float(order["beats"]) * share, 6)
            beat = float(order.get("beat") or 0.0) + float(order["beats"]) - beats
            order, start = {**order, "start": oldest, "beats": beats, "beat": round(beat, 6)}, oldest
        tracks = {part.name for part in self.spool.parts_in(start, stop)}
        self._room.check((stop - start) * files.SAMPLE_BYTES * (2 + len(tracks)))
        return order

    def _start_recording(self, order: Message, order_id: str) -> None:
        if self.recording is not None:
            self._answer(order_id, self._info(self.recording), {})
            return
        self.recording = self._begin(order)
        self._show_recording()
        info = self._info(self.recording)
        self._answer(order_id, info, _event("rec", order, info, "begins", sample=self.recording.start))

    def _begin(self, order: Message) -> Recording:
        """A take with a number. Raises a PlaudError or OSError, and leaves nothing, where it cannot begin."""
        numbered = self.takes.begin(order)
        try:
            return Recording(self.takes, self.spool, numbered)
        except (PlaudError, OSError):
            self.takes.drop(numbered)
            raise

    def _stop_recording(self, stop: int, order_id: str, beats: float) -> None:
        if self.recording is None:
            raise ParameterError("nothing is being recorded — rec.start() begins")
        recording, self.recording = self.recording, None
        recording.order.update(stop=max(stop, recording.start), stop_id=order_id, beats=beats)
        self.takes.change(recording.order)
        self.cutting.append(recording)
        self._show_recording()
        self.work()

    def _follow(self, recording: Recording, last: bool = False) -> None:
        """Bring a take forward; where the disk is full, in place of the oldest of the spool."""
        try:
            recording.follow(self.done)
        except OSError as error:
            if not is_full(error) or not self._room.make(self.done, self._wanted()):
                self._stuck = True
                self._copier.say_full(error)
            return
        stop = recording.stop
        if stop is None or (recording.position < stop and not last):
            return
        try:
            info = recording.finish(min(stop, recording.position), self._session / "events.jsonl")
        except OSError as error:
            self._stuck = True
            self._copier.say_full(error)
            return
        self.cutting.remove(recording)
        order = recording.order
        kind = str(order["kind"])
        event = _event("take" if kind == "keep" else "rec", order, info, "")
        event["sample"] = info["start"] + info["samples"]
        event["beat"] = round(float(order.get("beat") or 0.0) + float(info["beats"]), 6)
        self._answer(str(order.get("stop_id") or order["id"]), info, event)

    def _wanted(self) -> Wanted:
        """What takes that are being written still want of the spool: the sound that is not copied yet."""
        going = [*self.cutting, *([self.recording] if self.recording else [])]
        sound = min((each.position for each in going), default=OPEN)
        return Wanted(sound, min((each.start for each in going), default=OPEN))

    def _info(self, recording: Recording) -> Info:
        """A take that goes on, as far as it is known."""
        order = recording.order
        told = ("number", "name", "kind", "start", "sample_rate", "bits", "beats", "id")
        known = {key: order[key] for key in told}
        samples = recording.position - recording.start
        return {**known, "samples": samples, "tracks": [files.MIX], "gaps": [], "tags": [], "binned": False}

    def _show_recording(self) -> None:
        """For all who look at the tracks: since when a recording goes on."""
        self._tracks.set("recording", 0 if self.recording is None else self.recording.start + 1)

    # Telling

    def _answer(self, order_id: str, info: Info, record: Message) -> None:
        if record:
            self._tell_takes()
        self._channel.send(
            {"event": "done", "id": order_id, "take": self.takes.shown(info), "record": record}
        )

    def _fail(self, order_id: str, kind: str, text: str) -> None:
        self._channel.send({"event": "failed", "id": order_id, "error": kind, "text": text})

    def _tell_takes(self) -> None:
        self._channel.send({"event": "takes", "takes": self.takes.all()})

    def _say(self, text: str) -> None:
        self._channel.send({"event": "message", "text": text})


def _event(kind: str, order: Message, info: Info, text: str, sample: int | None = None) -> Message:
    """What the session's record says."""
    shown = f"take {info['number']} {info['name']!r}{' ' if text else ''}{text}"
    return {
        "kind": kind,
        "by": str(order.get("by", "prompt")),
        "text": shown,
        "sample": order.get("sample") if sample is None else sample,
        "beat": order.get("beat"),
        "data": {**info, "stop": info["start"] + info["samples"]},
    }


def run(writer: Writer, channel: Channel) -> None:
    """Work until the supervisor says so or is gone, or a signal comes."""
    signals: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: signals.append(number))
    while not signals:
        wait = 0.0 if writer.busy else ROUND_SECONDS
        select.select([channel], [channel] if channel.wants_write else [], [], wait)
        channel.flush()
        for message in channel.receive():
            if message.get("do") == "end":
                signals.append(0)
            else:
                writer.obey(message)
        if channel.closed:
            break
        writer.work()
    writer.end()


def main(arguments: list[str] | None = None) -> int:
    """Run a writer for the supervisor. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="plaud_live.recording.writer", description=__doc__.split("\n")[0])
    parser.add_argument("--channel", type=int, required=True)
    parser.add_argument("--tracks", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    args = parser.parse_args(arguments)
    os.nice(NICE)
    channel = Channel.from_fd(args.channel)
    try:
        remove_old(args.folder)
        run(Writer(Tracks(args.tracks), args.folder, channel), channel)
    except (PlaudError, OSError) as error:
        print(error, file=sys.stderr, flush=True)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
