"""An instrument as it is typed: `drone.z0 = lfo(16)`. Its attributes come from the parameter table."""

import re

from plaud_live.control.state import InstrumentState
from plaud_live.control.transaction import Mark, Play, Stop, Swap
from plaud_live.errors import ParameterError
from plaud_live.repl import places, playing
from plaud_live.repl.exporting import export
from plaud_live.repl.messages import Page
from plaud_live.repl.models import models_page, swap_change
from plaud_live.repl.parts import Part
from plaud_live.repl.sounds import Sound
from plaud_live.repl.training import Train
from plaud_live.repl.values import to_signal
from plaud_live.signals.graph import Constant, Signal
from plaud_live.signals.live import Live
from plaud_live.signals.transitions import target

METHODS = {
    "play": "fade in: drone.play(over=8)",
    "stop": "fade out: drone.stop(over=8)",
    "listen": "follow the input: drone.listen(over=4)",
    "mark": 'name this place: drone.mark("home")',
    "save_anchors": 'keep them: drone.save_anchors("mine")',
    "raw": "raw units: drone.raw.z0 = 1.2",
    "keys": "by keys: drone.keys(A.bell, A.glass); None ends it",
    "note": "a note: drone.note(60)",
    "train": 'learn new sound: drone.train("mine", mins=4)',
    "export": "for Max, Pd: drone.export()",
    "swap": 'another model: drone.swap("rust", over=8, at=16)',
    "models": "its family: drone.models()",
    "audition": "hear it first: drone.audition(bars=4)",
    "back": "the model before: drone.back(over=4)",
}
_FILE_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Instrument(Part):
    """An instrument, its parameters set and read by name.

    `drone.z0` is one latent, `drone.z` all of them; reading gives a live link, its own previous source where
    it is assigned to itself. A call launches several together, times in beats. `help(drone)` lists them.

    >>> drone.z0 = lfo(16)
    >>> drone(z0=.3, gain=.7, over=8, at=16)
    """

    __slots__ = ()
    _methods = METHODS
    _stays = "{name}.stop() ends its sound"

    def play(self, over: object = None, at: object = None) -> None:
        """Fade in over `over` beats, from the next multiple of `at` beats.

        >>> drone.play(over=8)
        """
        self._performance.add(Play(self._name, self._beats("over", over), self._beats("at", at)))

    def stop(self, over: object = None, at: object = None) -> None:
        """Fade out over `over` beats, from the next multiple of `at` beats.

        >>> drone.stop(over=8, at=4)
        """
        self._performance.add(Stop(self._name, self._beats("over", over), self._beats("at", at)))

    def listen(self, over: object = None, at: object = None) -> None:
        """Be played by the input: all latents go, in `over` beats, to what the model's encoder hears in it.

        The same as `drone.z = mic.z`; `drone.z = A.home` ends it.

        >>> drone.listen(over=4)
        """
        self._performance.add(self._change("z", Live("mic/z", -1), over, at))

    def mark(self, name: object, where: object = None) -> None:
        """Name the place in latent space that sounds now, an anchor: then `A.home` is there.

        `where` names another place: a sound, cut in seconds, that the model's encoder listens to; or anchors
        and numbers (0..1) as they are now.

        >>> drone.mark("home")
        >>> drone.mark("between", (A.bell + A.glass)/2)
        >>> drone.mark("knock", sound("knock.wav")[.5:1.2])
        """
        if not isinstance(name, str) or not name.isidentifier():
            like = f'{self._name}.mark("home")'
            raise ParameterError(f"mark({name!r:.40}): wants one word in quotes, as in {like}")
        raw = self._raw_place(where)
        if isinstance(where, Sound):
            self._performance.add(Mark(self._name, name, raw, where.path, where.start, where.end))
        else:
            self._performance.add(Mark(self._name, name, raw))

    def keys(self, *places: object, **settings: object) -> Page:
        """Play it by keys, of a MIDI keyboard or by `drone.note(…)`: they set its pitch. None ends that.

        With places, or where a model has no pitch (no harmonics, no latent `pitch`), keys lead to places: the
        key `root` (60) to the first, and so on. `gate=True`: it only sounds while a key is held.
        Settings, times in seconds: voices=1 (to 4), glide=.05, attack=.005, decay=.1, sustain=1, release=.2,
        legato=True, tuning=440, bend_range=2, ch, device; low=36 and high=96: the ends of a pitch latent.

        >>> drone.keys(A.bell, A.glass, glide=.5)
        >>> drone.keys(None)
        """
        changes, said = playing.keys_changes(self._performance.state, self._state(), places, settings)
        for change in changes:
            self._performance.add(change)
        return said

    def note(self, key: object, velocity: object = 0.8, beats: object = 1, at: object = None) -> None:
        """Play a key, a number (60 is middle C), a name ("eb4") or a list of them, for `beats` beats.

        `beats=None` holds it until velocity 0; `drone.note(None)` ends all. `drone.keys()` comes first.

        >>> drone.keys(A.bell, A.glass)
        >>> drone.note(61, .8, beats=2, at=4)
        """
        length, start = self._beats("beats", beats), self._beats("at", at)
        for change in playing.note_changes(self._name, key, velocity, length, start):
            self._performance.add(change)

    def save_anchors(self, name: object = None) -> Page:
        """Write the anchors into the model's file, or into a new one of PLAUD_HOME/models called `name`.

        The model that comes with plaud-live is never written: give it a name.

        >>> drone.save_anchors("mine")
        """
        if name is not None and (not isinstance(name, str) or not _FILE_NAME.fullmatch(name)):
            raise ParameterError(
                f"save_anchors({name!r:.40}): wants a name in quotes of letters, digits, _ and -"
            )
        self._performance.commit()  # what this entry has marked belongs to them
        answer = self._performance.request("save_anchors", instrument=self._name, name=name)
        return Page(str(answer.get("message") or f"the anchors of {self._name} are in {answer.get('path')}"))

    @property
    def train(self) -> Train:
        """Train a child of its model in the background, on a take, a recording, a folder, or several.

        What it could play before still sounds as it did. How far it is stands in the toolbar, and a line says
        what came of it; `drone.train.stop()` ends it and keeps what there is, the same again goes on.

        >>> drone.train("recordings", mins=4, name="rusty")
        """
        return Train(self._performance, self._name)

    def swap(self, model: object = None, over: object = None, at: object = None) -> None:
        """Go over to another model in `over` beats (8), from the next multiple of `at` beats, as it plays.

        What drives it goes on, and positions keep their sense. `model`: a name, a file, or the first letters
        of a digest, as `drone.models()` shows it; left out, what training has made last.

        >>> drone.swap("rust", over=8, at=16)
        """
        over_beats, at_beats = self._beats("over", over), self._beats("at", at)
        self._performance.add(swap_change(self._name, model, over_beats, at_beats))

    def audition(
        self,
        model: object = None,
        bars: object = 4,
        over: object = None,
        at: object = None,
        phones: object = False,
        channel: object = None,
    ) -> Page | None:
        """Hear another model in place of its own for so many `bars` of 4 beats, then it goes back by itself.

        From the next multiple of `at` beats, crossfaded in `over` beats (1/2); `model` as in `swap`. The same
        again, or `drone.back()`, ends it; `drone.swap()` stays with what training has made last.
        `phones=True`, or their output, `channel=3`: at once, on the headphones alone (`play --phones 3`).

        >>> drone.audition("rust", bars=2)
        >>> drone.back()
        """
        over_beats, at_beats = self._beats("over", over), self._beats("at", at)
        change = swap_change(self._name, model, over_beats, at_beats, bars)
        if not phones and channel is None:
            self._performance.add(change)
            return None
        self._performance.commit()
        asked = {"instrument": self._name, "model": change.model, "beats": change.stay, "channel": channel}
        return Page(str(self._performance.request("phones", **asked).get("text")))

    def back(self, over: object = None, at: object = None) -> None:
        """Go back to the model before, in `over` beats (4), from the next multiple of `at` beats.

        Each time one further; then to the parent that a model was trained from. It ends an audition.

        >>> drone.back(over=4)
        """
        change = Swap(self._name, "", self._beats("over", over), self._beats("at", at), back=True)
        self._performance.add(change)

    def models(self) -> Page:
        """The family of what it plays: name, digest, when, minutes of training, licence; children below.

        Any of them can be gone to, by its name or by its digest.

        >>> drone.models()
        """
        self._performance.commit()
        entries = self._performance.request("models", instrument=self._name).get("models") or ()
        return models_page(self._performance.state, self._name, entries)

    def export(self, name: object = None, sample_rate: object = 44100) -> Page:
        """Write what it plays for Max and Pd (nn~), to be played at `sample_rate` Hz, in the background.

        A line says when it is in PLAUD_HOME/exports: the model, and patches made for it, called `name`.

        >>> drone.export("rusty", sample_rate=48000)
        """
        return export(self._performance, self._name, name, sample_rate)

    @property
    def raw(self) -> "RawLatents":
        """The latents in raw units, as the model knows them: its prior is a normal distribution about 0.

        >>> drone.raw.z0 = 1.2
        """
        return RawLatents(self)

    def __repr__(self) -> str:
        state = self._state()
        level = target(state.sources["level"].signal)
        playing = "playing" if isinstance(level, Constant) and level.number > 0.0 else "silent"
        return f"{self._name}: {state.info.name}, {state.info.latent_size} latents, {playing}"

    def _state(self) -> InstrumentState:
        return self._performance.instrument(self._name)

    def _raw_place(self, where: object) -> tuple[float, ...] | None:
        """Raw latents of what `mark` names; None: what sounds at the launch, which the engine knows."""
        state = self._state()
        if isinstance(where, Sound):
            return places.raw_sound(self._performance, state, where)
        if isinstance(where, Instrument):
            where = where.z
        if where is None:
            return places.raw_here(self._performance, state)
        if isinstance(where, str):
            raise ParameterError(f'{self._name}.mark(…, {where!r:.40}): wants a place, or sound("file.wav")')
        return places.raw_place(self._performance, state, to_signal(where, f"{self._name}.mark"))


Instrument.keys.__signature__ = playing.SIGNATURE  # type: ignore[attr-defined]


class RawLatents:
    """The latents of an instrument in raw units, as its model knows them."""

    __slots__ = ("_instrument",)
    _instrument: Instrument

    def __init__(self, instrument: Instrument) -> None:
        object.__setattr__(self, "_instrument", instrument)

    def __getattr__(self, name: str) -> Signal:
        low, high = self._range(name)
        return low + (high - low) * getattr(self._instrument, name)

    def __setattr__(self, name: str, value: object) -> None:
        low, high = self._range(name)
        raw = to_signal(value, f"{self._instrument._name}.raw.{name}")
        if isinstance(raw, Constant):
            setattr(self._instrument, name, (raw.number - low) / (high - low))
        else:
            setattr(self._instrument, name, (raw - low) / (high - low))

    def __dir__(self) -> list[str]:
        return [row.name for row in self._instrument._table().values() if row.index is not None]

    def __repr__(self) -> str:
        name = self._instrument._name
        return f"{name}.raw: the latents in raw units, as in {name}.raw.z0 = 1.2"

    def _range(self, name: str) -> tuple[float, float]:
        row = self._instrument._row(name)
        if row.index is None:
            raise ParameterError(f"{self._instrument._name}.raw has single latents: z0, z1, …, not {name!r}")
        info = self._instrument._state().info
        return info.low[row.index], info.high[row.index]
