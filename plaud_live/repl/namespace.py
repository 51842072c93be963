"""The names that an entry sees: the words of the language and the instruments of the state."""

import builtins
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from plaud_live.control.parameters import VERB, parameters
from plaud_live.control.state import InstrumentState
from plaud_live.control.transaction import Hush, Load, Solo
from plaud_live.errors import ParameterError, TransactionError, suggestion
from plaud_live.repl import guard, pages
from plaud_live.repl.collecting import When
from plaud_live.repl.inputs import Microphone
from plaud_live.repl.instrument import METHODS, Instrument
from plaud_live.repl.interpreter import Interpreter
from plaud_live.repl.maps import map_words
from plaud_live.repl.messages import Page
from plaud_live.repl.midi_words import midi_words
from plaud_live.repl.osc_help import address_page, all_addresses, is_address
from plaud_live.repl.outputs import OscWord
from plaud_live.repl.parts import Part
from plaud_live.repl.performance import Performance
from plaud_live.repl.places import Near, here, instrument_near, nearest, place_of
from plaud_live.repl.scenes import Scenes
from plaud_live.repl.scripts import Run
from plaud_live.repl.sounds import sound
from plaud_live.repl.takes import take_words
from plaud_live.repl.toolbar import status
from plaud_live.repl.tutorial import Tutorial
from plaud_live.repl.values import to_beats, to_signal
from plaud_live.repl.verb import METHODS as VERB_METHODS
from plaud_live.repl.verb import Verb
from plaud_live.repl.web import web_word
from plaud_live.repl.who import about_verb, parameter_line, who, who_is, with_places
from plaud_live.repl.words import Anchors, At, Clock
from plaud_live.settings import DEFAULT_MODEL
from plaud_live.signals.envelopes import env
from plaud_live.signals.graph import Constant, Signal
from plaud_live.signals.noise import drift, pick, walk
from plaud_live.signals.oscillators import lfo, saw, sq, tri
from plaud_live.signals.patterns import pat
from plaud_live.signals.sequences import seq
from plaud_live.signals.space import Reference
from plaud_live.signals.transitions import to

MAX_PATH = 1000
"""Characters of what may be a file's name; a system has a limit of its own and raises OSError."""

MAX_UNDO = 100


class Namespace:
    """`names` is what entries run in. Words are never replaced; the state brings the instruments."""

    def __init__(self, performance: Performance, on_leave: Callable[[], None] | None = None) -> None:
        self._performance = performance
        self._on_leave = on_leave
        self.run = Run(performance, self.parse, self._execute)
        self.tutorial = Tutorial(performance, self.parse, self._execute)
        self.traceback = Page("nothing has gone wrong yet")
        self.clock = Clock(performance)
        bound = (
            self.load,
            self.at,
            self.sec,
            self.mark,
            self.near,
            self.choose,
            self.solo,
            self.hush,
            self.panic,
            self.undo,
            self.redo,
            self.who,
        )
        bound_too = (self.why, self.help, self.status, self.run, self.tutorial, self.exit)
        self._words: dict[str, Any] = {word.__name__: word for word in (*bound, *bound_too)}
        self._words |= {word.__name__: word for word in (lfo, tri, saw, sq, drift, to, sound)}
        self._words |= {word.__name__: word for word in (walk, env, seq, pat)}
        loops = performance.loops
        self._words |= {"every": loops.every, "once": loops.once, "fn": performance.sampler.fn}
        self._words |= {"scene": Scenes(performance), "mic": Microphone(), "osc": OscWord(performance)}
        self._words |= {"A": Anchors(performance), "clock": self.clock, "quit": self.exit}
        self._words |= midi_words(performance)
        self._words |= map_words(performance)
        self._words |= take_words(performance)
        self._words |= {"web": web_word(performance)}
        self._words |= {VERB: Verb(performance)}
        self.names: dict[str, Any] = {"__name__": "__plaud__", "__builtins__": builtins, **self._words}
        self.words = frozenset(self._words)
        self.interpreter = Interpreter()
        self.update()
        performance.on_state = self.update

    @property
    def instruments(self) -> frozenset[str]:
        """Names of the instruments."""
        return frozenset(self._performance.state.instruments)

    def update(self) -> None:
        """Give every instrument of the state its name."""
        for name in self._performance.state.instruments:
            if name not in self.words and not self._has(name):
                self.names[name] = Instrument(self._performance, name)

    def _has(self, name: str) -> bool:
        """Whether an instrument's name means that instrument."""
        thing = self.names.get(name)
        return isinstance(thing, Instrument) and thing._name == name

    def repair(self) -> list[str]:
        """Put back what an entry replaced past the guard, as `globals()` allows; the names put back."""
        if self.names.get("__builtins__") is not builtins:
            self.names["__builtins__"] = builtins
        wrong = [word for word, thing in self._words.items() if self.names.get(word) is not thing]
        for word in wrong:
            self.names[word] = self._words[word]
        lost = [name for name in self.instruments if not self._has(name)]
        self.update()
        return wrong + lost + self.interpreter.put_back()

    def parse(self, text: str, filename: str) -> guard.Entry:
        """Parse and guard an entry."""
        return guard.parse(text, self.words, self.instruments, filename)

    # The words

    def load(self, model: object = DEFAULT_MODEL, name: str = "") -> Instrument:
        """Make an instrument of a model: a name, or a .plaud file. It is called what it is assigned to.

        The same line again gives the instrument that is there.

        >>> drone = load("default")
        """
        if not isinstance(model, str | Path) or not str(model):
            raise ParameterError(
                f'load({model!r:.40}): wants a model in quotes, as in drone = load("default")'
            )
        model = str(model)
        if len(model) > MAX_PATH:
            raise ParameterError(f"no model {model!r:.40}: too long a name")
        if (file := Path(model).expanduser()).is_file():
            model = str(file.resolve())
        name = name or re.sub(r"\W|^(?=\d)", "_", Path(model).stem)
        if name in self.words:
            raise TransactionError(f'{name} is a word of the language — name it: drone = load("{model}")')
        known = name in self.instruments
        self._performance.submit((Load(name, model),), f'{name} = load("{model}")')
        self.update()
        if not known:
            self._performance.on_message(introduce(self._performance.instrument(name)))
        instrument: Instrument = self.names[name]
        return instrument

    def at(self, beats: object = None, over: object = None) -> At:
        """Launch what the body sets together, at the next multiple of `beats`, faded over `over` beats.

        >>> with at(16, over=8): drone.z = A.bell; drone.gain = .7
        """
        start = None if beats is None else to_beats("at", beats)
        fade = None if over is None else to_beats("over", over)
        return At(self._performance, When(start, fade))

    def sec(self, seconds: object) -> float:
        """Beats that last `seconds` at the tempo of now.

        >>> drone.play(over=sec(3))
        """
        try:
            result = float(seconds)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            raise ParameterError(f"sec({seconds!r:.40}): wants a number of seconds") from None
        return self._performance.state.tempo.bpm * result / 60.0

    def mark(self, name: object) -> None:
        """Name the place in latent space that sounds now, where there is one instrument: then `A.home`.

        >>> mark("home")
        """
        instruments = sorted(self.instruments)
        if len(instruments) != 1:
            raise ParameterError(
                f"mark: of which one? {' or '.join(f'{i}.mark(…)' for i in instruments) or 'none'}"
            )
        self.names[instruments[0]].mark(name)

    def near(self, where: object, n: object = 5) -> Near:
        """The `n` nearest anchors, with their distances: 1 is a playable range away in every latent.

        `where` is an instrument, its `z`, or any place. `near(drone)[0]` is an anchor to assign.

        >>> near(drone)
        >>> drone.z = near(A.bell, n=3)[1]
        """
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise ParameterError(f"near(…, n={n!r:.20}): wants how many, a whole number from 1")
        if isinstance(where, Instrument):
            where = where.z
        signal = to_signal(where, "near")
        instrument = instrument_near(self._performance, signal)
        own = isinstance(signal, Reference) and (signal.parameter, signal.index) == ("z", None)
        find = here if own else partial(place_of, signal=signal)
        return nearest(self._performance, instrument, find(self._performance, instrument), n)

    def choose(self, *options: object) -> object:
        """One of `options`, at random; the same one again where the same run is played again.

        >>> drone.z = to(choose(A.bell, A.glass, A.wood), 8)
        """
        if (
            len(options) == 1
            and isinstance(options[0], Sequence | Anchors)
            and not isinstance(options[0], str)
        ):
            options = tuple(options[0])
        if not options:
            raise ParameterError("choose(): wants something to choose from, as in choose(A.bell, A.glass)")
        seed, step = self._performance.draw()
        return options[pick(seed, step, len(options))]

    def solo(self, *instruments: object, over: object = None) -> None:
        """Fade out all but these instruments in `over` beats; `solo()` brings them back.

        >>> solo(drone, over=4)
        >>> solo()
        """
        for each in instruments:
            if not isinstance(each, Instrument):
                raise ParameterError(f"solo({each!r:.40}): wants instruments, as in solo(drone)")
        names = tuple(each._name for each in instruments if isinstance(each, Instrument))
        self._performance.add(Solo(names, None if over is None else to_beats("over", over)))

    def hush(self, over: object = None) -> None:
        """Fade everything out over `over` beats (nothing given: at once, in 50 ms), and end all loops.

        >>> hush(16)
        """
        self._performance.add(Hush(None if over is None else to_beats("over", over)))

    def panic(self) -> None:
        """Silence at once, without a fade, and end all loops; `drone.play()` or `undo()` brings sound back.

        >>> panic()
        """
        self._performance.act("panic")

    def undo(self, count: object = 1) -> None:
        """Go back to the sound before the last launch, at the next quant; `count` is how many.

        `redo()` goes forward again.

        >>> drone.z0 = .9
        >>> undo()
        """
        self._repeat("undo", count)

    def redo(self, count: object = 1) -> None:
        """Launch again, at the next quant, what `undo()` took back; `count` is how many.

        >>> drone.z0 = .9
        >>> undo(); redo()
        """
        self._repeat("redo", count)

    def _repeat(self, word: str, count: object) -> None:
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MAX_UNDO:
            raise ParameterError(f"{word}({count!r:.20}): wants how many launches, 1 to {MAX_UNDO}")
        for _ in range(count):
            self._performance.act(word)

    def who(self, instrument: object = None) -> Page:
        """Say which signal drives which parameter, what is live or held, the loops and the scenes.

        `who(drone)` says it of one instrument.

        >>> who()
        """
        known = self._performance
        if isinstance(instrument, Verb):
            return Page("\n".join(about_verb(known.state, known.snapshot() or {})))
        if instrument is None:
            return who(known.state, known.snapshot(), known.loops.all())
        if not isinstance(instrument, Instrument):
            raise ParameterError(
                f"who({instrument!r:.40}): wants an instrument, as in who(drone), or nothing"
            )
        known.instrument(instrument._name)
        return who_is(instrument._name, known.state, known.snapshot())

    def why(self) -> Page:
        """Print the traceback of the last error.

        >>> why()
        """
        return self.traceback

    def status(self) -> Page:
        """Say tempo, beat, load and levels, as the lines below the prompt do.

        >>> status()
        """
        snapshot = with_places(self._performance.snapshot(), self._performance.state)
        return Page(status(snapshot, self._performance.line((snapshot or {}).get("beat"))))

    def help(self, thing: object = None) -> Page:
        """Help on a word, on an instrument, or the first minute: `help()`.

        >>> help(lfo)
        >>> help(drone)
        """
        if isinstance(thing, str):
            if is_address(thing):
                return address_page(thing, self._performance.state)
            thing = self._named(thing)
        if thing is None:
            return pages.TOUR
        if isinstance(thing, OscWord):
            return Page(f"{pages.page(thing, 'osc')}\n{all_addresses(self._performance.state)}")
        if isinstance(thing, Part):
            state, methods = thing._state(), thing._methods
            return pages.table_page(state.name, state.info.name, parameters(state.info), methods)
        if isinstance(thing, Reference):
            known = self._performance
            return Page(f"{parameter_line(thing, known.state, known.snapshot())}\n{pages.signal_page()}")
        if isinstance(thing, Signal):
            return pages.signal_page()
        return pages.page(thing, next((w for w, known in self._words.items() if known is thing), ""))

    def _named(self, name: str) -> object:
        """The word, the instrument, the parameter or the method of that name, or of another name for it."""
        methods = {method: getattr(Signal, method) for method in pages.SIGNAL_METHODS}
        known = {**methods, "signal": Constant(0.0), **self.names}
        head, _, tail = name.strip().removesuffix("()").partition(".")
        head = pages.TOPICS.get(head.lower(), head)
        if tail in methods:
            return methods[tail]
        if head in METHODS and self.instruments:
            return getattr(self.names[min(self.instruments)], head)
        if head in VERB_METHODS:
            return getattr(self.names[VERB], head)
        if head not in known:
            near = suggestion(head, known) or " — help() shows the words"
            raise ParameterError(f"help: there is no {name!r:.40}{near}")
        thing = known[head]
        return getattr(thing, tail) if tail and isinstance(thing, Part) else thing

    def _execute(self, entry: guard.Entry) -> None:
        exec(entry.body, self.names)
        if entry.last is not None:
            eval(entry.last, self.names)

    def exit(self) -> None:
        """Leave; the sound fades out and ends. Ctrl-D does the same.

        >>> exit()
        """
        if self._on_leave is None or self._performance.in_loop:
            raise TransactionError("exit() is for the prompt")
        self._on_leave()


def introduce(instrument: InstrumentState) -> str:
    """An instrument in a line: what it plays, and what that model has."""
    info = instrument.info
    counts = {"sines": info.sines, "harmonics": info.harmonics, "noise bands": info.noise_bands}
    parts = [f"{info.latent_size} latents", *(f"{n} {what}" for what, n in counts.items() if n)]
    return f"{instrument.name} plays {info.name}: {', '.join(parts)}; {len(info.anchors)} anchors in A"
