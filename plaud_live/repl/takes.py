"""The words `keep`, `rec` and `takes`: what was played, kept, found again, heard again."""

from collections.abc import Callable, Iterator
from typing import Any, NoReturn, SupportsIndex, overload

from plaud_live.control.transaction import LOOP, PROMPT
from plaud_live.errors import ParameterError, suggestion
from plaud_live.repl.messages import Page
from plaud_live.repl.performance import Performance
from plaud_live.repl.take_latents import TakeLatents
from plaud_live.repl.toolbar import clock_time
from plaud_live.repl.values import to_beats

Info = dict[str, Any]
MOST_SHOWN = 16


class Take:
    """What was played: the mix, the input and each instrument as sound files, with controls and events.

    `take.path` is the file of the mix, `take.seconds` and `take.beats` are its length, `take.tags` what it
    was given; `take[8:16]` is a part of it, in beats.

    >>> take = keep(16, "home")
    >>> take.tag("good"); take.play(over=4); take.stop(over=4)
    >>> take[4:8].play(at=4)
    """

    __slots__ = ("_info", "_performance", "_span")
    _info: Info
    _performance: Performance
    _span: tuple[int, int] | None

    def __init__(self, performance: Performance, info: Info, span: tuple[int, int] | None = None) -> None:
        object.__setattr__(self, "_performance", performance)
        object.__setattr__(self, "_info", info)
        object.__setattr__(self, "_span", span)

    def tag(self, tag: object) -> "Take":
        """Give it a tag: then it is among `takes.good`. The same again changes nothing.

        >>> keep(4).tag("good")
        """
        self._change("tag", tag=_name(tag, "tag"))
        return self

    def delete(self) -> None:
        """Move all of its files to the bin, `takes/bin` in the session's folder; `takes.bin` lists them.

        >>> keep(4).delete()
        """
        self._change("delete")

    def play(self, over: object = 0, at: object = None, gain: object = 0.75) -> None:
        """Hear it in the mix, from the next multiple of `at` beats, faded in over `over` beats.

        `gain` is a fader position, 0.75 as it was. What plays of it already ends there. `hush()` ends it too.

        >>> keep(4).play(over=1, at=4)
        """
        start, stop = self._span or (0, self._number("samples"))
        given: Info = {"start": start, "stop": stop, "over": to_beats("over", over), "gain": _fader(gain)}
        if at is not None:
            given["at"] = to_beats("at", at)
        self._ask("play_take", **given)

    def stop(self, over: object = 0) -> None:
        """Let it end, if it is heard, in `over` beats.

        >>> keep(4).stop(over=2)
        """
        self._ask("stop_take", over=to_beats("over", over))

    @property
    def z(self) -> TakeLatents:
        """Where the latents went, as a signal: once, then they stay; `.loop()` round and round.

        >>> drone.z = keep(4).z.loop()
        """
        number, whole = self.number, (0, self._number("samples"))
        return TakeLatents(self._performance, number, self._span or whole, f"{self._typed}.z")

    @property
    def number(self) -> int:
        """Its number in the session."""
        return self._number("number")

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self._now["name"])

    @property
    def path(self) -> str:
        """The file of its mix, of which a part has one of its own; those of its tracks lie beside it."""
        if self._span is not None:
            return str(self._ask("cut", start=self._span[0], stop=self._span[1])["take"]["path"])
        return str(self._now.get("path", ""))

    @property
    def seconds(self) -> float:
        """Its length."""
        start, stop = self._span or (0, self._number("samples"))
        return (stop - start) / (self._number("sample_rate") or 1)

    @property
    def beats(self) -> float:
        """Its length, at the tempo that was."""
        if self._span is None:
            return float(self._now["beats"])
        tempo, zero = self._performance.state.tempo, self._number("start")
        return tempo.beat(zero + self._span[1]) - tempo.beat(zero + self._span[0])

    @property
    def tags(self) -> list[str]:
        """The tags that it was given."""
        return list(self._now.get("tags", ()))

    @property
    def tracks(self) -> list[str]:
        """What it has files of: mix, input, and the instruments that sounded."""
        return list(self._now.get("tracks", ()))

    def __getitem__(self, part: object) -> "Take":
        """A part of it: `take[8:16]`, in beats from its beginning."""
        if not isinstance(part, slice) or part.step is not None:
            raise ParameterError(f"take[{part!r:.40}]: wants a part in beats, as in take[8:16]")
        tempo, zero = self._performance.state.tempo, self._number("start")
        low, high = self._span or (0, self._number("samples"))
        first = tempo.beat(zero + low)

        def place(beats: object, default: int) -> int:
            if beats is None:
                return default
            if isinstance(beats, int | float) and beats < 0:
                beats = max(0.0, tempo.beat(zero + high) - first + beats)
            sample = round(tempo.sample(first + to_beats("take[…]", beats))) - zero
            return min(max(sample, low), high)

        start, stop = place(part.start, low), place(part.stop, high)
        if start >= stop:
            raise ParameterError(
                f"take[{part.start}:{part.stop}]: nothing is there — it has {self.beats:g} beats"
            )
        return Take(self._performance, self._info, (start, stop))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Take) and (other.number, other._span) == (self.number, self._span)

    def __hash__(self) -> int:
        return hash((self.number, self._span))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise ParameterError(f"take.{name} cannot be set: a take is what was played")

    def __repr__(self) -> str:
        now = self._now
        part = "" if self._span is None else " in part,"
        shown = (
            f"take {now['number']} {now['name']!r}{part} {round(self.beats, 2):g} beats {self.seconds:.1f} s"
        )
        if not now.get("samples"):
            return f"take {now['number']} {now['name']!r} is being recorded — rec.stop() ends it"
        parts = [shown, ", ".join(self.tracks)]
        if self.tags:
            parts.append(" ".join(f"#{tag}" for tag in self.tags))
        if missing := sum(stop - start for start, stop, _ in now.get("gaps", ())):
            parts.append(f"{missing / now['sample_rate']:.1f} s are missing")
        if now.get("binned"):
            parts.append("in the bin")
        return " · ".join(parts)

    @property
    def _now(self) -> Info:
        """What is known of it now."""
        known = (info for info in self._performance.takes if info["id"] == self._info["id"])
        return next(known, self._info)

    @property
    def _typed(self) -> str:
        """How it can be written, different for different takes: `takes.home`, or by its number."""
        names = [info["name"] for info in self._performance.takes if not info["binned"]]
        alone = names.count(self.name) == 1 and self.name.isidentifier()
        text = f"takes.{self.name}" if alone else f"take{self.number}"
        if self._span is None:
            return text
        tempo, zero = self._performance.state.tempo, self._number("start")
        first, last = (tempo.beat(zero + each) - tempo.beat(zero) for each in self._span)
        return f"{text}[{first:g}:{last:g}]"

    def _number(self, key: str) -> int:
        return int(self._now[key])

    def _change(self, do: str, **data: object) -> None:
        if self._span is not None:
            raise ParameterError(f"{do} is for the whole take, not for a part")
        self._performance.learn_take(self._ask(do, **data)["take"])

    def _ask(self, do: str, **data: object) -> Info:
        return self._performance.request(
            do, number=self._number("number"), by=_who(self._performance), **data
        )


class TakeList(list[Take]):
    """Some takes, a line for each."""

    def __repr__(self) -> str:
        lines = [repr(take) for take in self[-MOST_SHOWN:]]
        if len(self) > MOST_SHOWN:
            lines.insert(0, f"… {len(self) - MOST_SHOWN} more")
        return Page("\n".join(lines) or "no takes")


class Takes:
    """The takes of this session: `takes[-1]` is the newest, `takes.home` by name, `takes.good` by tag.

    `takes.bin` has those that were deleted. `takes` alone lists them.

    >>> keep(8, "home").tag("good")
    >>> takes
    >>> [take.seconds for take in takes]
    """

    __slots__ = ("_performance",)
    _performance: Performance

    def __init__(self, performance: Performance) -> None:
        object.__setattr__(self, "_performance", performance)

    @property
    def bin(self) -> TakeList:
        """Those that were deleted."""
        return self._those(lambda info: bool(info["binned"]))

    def __getattr__(self, name: str) -> "Take | TakeList":
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    @overload
    def __getitem__(self, which: SupportsIndex) -> Take: ...
    @overload
    def __getitem__(self, which: slice) -> TakeList: ...
    @overload
    def __getitem__(self, which: str) -> Take | TakeList: ...
    def __getitem__(self, which: object) -> Take | TakeList:
        there = self._there()
        if isinstance(which, str):
            named = [take for take in there if take.name == which]
            if named:
                return named[-1]
            if tagged := self._those(lambda info: which in info["tags"] and not info["binned"]):
                return tagged
            known = sorted({name for take in there for name in (take.name, *take.tags)})
            have = f" — have {', '.join(known[:8])}" if known else ' — keep(64, "home") makes one'
            raise ParameterError(f"takes has no {which!r:.40}{suggestion(which, known) or have}")
        if isinstance(which, slice):
            return TakeList(there[which])
        if not isinstance(which, int):
            raise ParameterError(f"takes[{which!r:.40}]: wants a number, a name or a tag, as in takes[-1]")
        try:
            return there[which]
        except IndexError:
            raise ParameterError(f"takes[{which}]: there are {len(there)} takes") from None

    def __len__(self) -> int:
        return len(self._there())

    def __iter__(self) -> Iterator[Take]:
        return iter(self._there())

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise ParameterError(f'takes.{name} cannot be set — keep(64, "{name}") makes a take of that name')

    def __dir__(self) -> list[str]:
        names = {name for take in self for name in (take.name, *take.tags) if name.isidentifier()}
        return [*sorted(names), "bin"]

    def __repr__(self) -> str:
        if not len(self):
            return "takes: none yet — keep(64) makes one of the last 64 beats, rec.start() records"
        return repr(self._there())

    def _there(self) -> TakeList:
        return self._those(lambda info: not info["binned"])

    def _those(self, fits: Callable[[Info], bool]) -> TakeList:
        known = self._performance
        return TakeList(Take(known, info) for info in known.takes if fits(info))


class Rec:
    """Record to disk: `rec.start("name")` from now on, `rec.stop()`; nothing is lost if a process dies.

    The sound of an hour takes 1.3 GB a track, silence nothing.

    >>> rec.start("first set"); rec.stop()
    """

    __slots__ = ("_performance",)
    _performance: Performance

    def __init__(self, performance: Performance) -> None:
        object.__setattr__(self, "_performance", performance)

    def start(self, name: object = None, bits: object = 32) -> Take:
        """Record from now on: a take that grows. `bits` 24, or 32 for floating point, which cannot clip.

        While a recording goes on, that one is given.

        >>> rec.start("evening", bits=24)
        """
        return self._ask("rec_start", name=None if name is None else _name(name, "rec.start"), bits=bits)

    def stop(self) -> Take:
        """End the recording; it is a take.

        >>> rec.start(); rec.stop()
        """
        return self._ask("rec_stop")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise ParameterError(f"rec.{name} cannot be set — rec.start() and rec.stop()")

    def __repr__(self) -> str:
        seconds = (self._performance.snapshot() or {}).get("rec")
        if not isinstance(seconds, int | float):
            return "rec: nothing is being recorded — rec.start() begins; keep(64) keeps what was"
        return f"rec: {clock_time(seconds)} so far — rec.stop() ends it"

    def _ask(self, do: str, **data: object) -> Take:
        info = self._performance.request(do, by=_who(self._performance), **data)["take"]
        self._performance.learn_take(info)
        return Take(self._performance, info)


def take_words(performance: Performance) -> dict[str, object]:
    """The words, by name."""

    def keep(beats: object, name: object = None) -> Take:
        """Make a take of the last `beats`: mix, input, instruments, controls, and what was typed meanwhile.

        Ten minutes back at most. Entered twice it makes two takes, unlike other lines: a take is something
        that was played, not how things are, and the second one is of what was played since. `name`: one word.

        >>> take = keep(64)
        >>> keep(sec(30), "rain").tag("good")
        """
        called = None if name is None else _name(name, "keep")
        answer = performance.request("keep", beats=to_beats("keep", beats), name=called, by=_who(performance))
        performance.learn_take(answer["take"])
        return Take(performance, answer["take"])

    return {"keep": keep, "rec": Rec(performance), "takes": Takes(performance)}


def _name(name: object, word: str) -> str:
    """What somebody typed as a name: spaces are written as underscores. Raises ParameterError."""
    if not isinstance(name, str) or not name.strip():
        raise ParameterError(f'{word}: wants a name in quotes, not {name!r:.40} — as in "home"')
    return "_".join(name.split())


def _fader(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= 1.0:
        raise ParameterError(f"gain={value!r:.40}: wants a fader position, 0 to 1")
    return float(value)


def _who(performance: Performance) -> str:
    return LOOP if performance.in_loop else PROMPT
