"""The reverb as it is typed: `verb.mix = .4`, `verb.load("hall")`."""

from pathlib import Path

from plaud_live.control.parameters import VERB
from plaud_live.control.state import ReverbState
from plaud_live.control.transaction import Reverb
from plaud_live.errors import ParameterError
from plaud_live.repl.messages import Page
from plaud_live.repl.parts import Part
from plaud_live.repl.performance import Performance
from plaud_live.repl.push import Push, export
from plaud_live.repl.verb_fitting import Fit, listen, match, plot
from plaud_live.signals.graph import Constant
from plaud_live.signals.transitions import target

METHODS = {
    "load": 'another reverb: verb.load("hall", at=16)',
    "fit": "another decay, trained while it is heard: verb.fit(t60=3.5)",
    "match": 'like a room: verb.match("room.wav")',
    "listen": "like this room: verb.listen(), then clap",
    "plot": "a picture of it: verb.plot()",
    "push": "to the plugin that watches, in a host: verb.push()",
    "export": 'as a plugin of its own: verb.export("Room")',
}


class Verb(Part):
    """The reverb, which hears the mix; its parameters take any signal, as those of an instrument do.

    `mix` is how much of it is heard, `t60` its decay in seconds, `pre_delay` in ms, `damping` 0..1, `freeze`
    holds what sounds in it, `gain` is its fader; with `send = 1` the dry sound stays whole. A call launches
    several together.

    >>> verb.mix = .4
    >>> verb(mix=.3, t60=4, over=8)
    >>> verb.t60 = lfo(16).range(1, 6)
    """

    __slots__ = ()
    _methods = METHODS
    _stays = "{name}.mix = 0 ends its sound"
    _like = "mix=.4, over=8"

    def __init__(self, performance: Performance) -> None:
        super().__init__(performance, VERB)

    def _state(self) -> ReverbState:
        part = self._performance.part(VERB)
        if not isinstance(part, ReverbState):
            raise ParameterError(f"{VERB}: there is no reverb here")
        return part

    def load(self, name: object = "default", at: object = None) -> None:
        """Go over to another reverb, from the next multiple of `at` beats; the one before rings out.

        `name`: one that comes with plaud-live or lies in PLAUD_HOME/reverbs, or a .json file.

        >>> verb.load("hall", at=16)
        """
        if not isinstance(name, str | Path) or not str(name):
            raise ParameterError(f'verb.load({name!r:.40}): wants a name in quotes, as in verb.load("hall")')
        file = Path(name).expanduser()
        meant = str(file.resolve()) if file.is_file() else str(name)
        self._performance.add(Reverb(meant, self._beats("at", at)))

    @property
    def fit(self) -> Fit:
        """Train it in the background, from what plays on, and hear it change.

        `t60` in seconds, of all octaves or of some, `{125: 4, 1000: 3}`; `colorless=True`: to have no colour
        of its own, in so many `steps`. One step to undo. `verb.fit.stop()` ends it and keeps the best so far.

        >>> verb.fit(t60=3.5)
        """
        return Fit(self._performance)

    def match(self, room: object, secs: object = None, name: object = None) -> Page:
        """Become like a room, of which there is an impulse response or a recorded clap; heard while it does.

        In `secs` seconds at most. It is called `name` afterwards. `verb.fit.stop()` keeps the best so far.

        >>> verb.match("knock.wav")
        """
        return match(self._performance, room, secs, name)

    def listen(self, secs: object = 4, name: object = None) -> Page:
        """Become like the room that the microphone is in: record for `secs` seconds, clap once, match.

        >>> verb.listen(secs=6, name="church")
        """
        return listen(self._performance, secs, name)

    def plot(self) -> Page:
        """Draw its impulse response, its decay and T60 by octave, in the background; a line says where.

        >>> verb.plot()
        """
        return plot(self._performance, self._state().info)

    @property
    def push(self) -> Push:
        """Publish what plays for the plugin in a host that watches the file `name`; it swaps it in.

        `every`: from now on whatever plays is pushed, at most every so many seconds; `verb.push.stop()` ends
        that. The plugin's knobs belong to the host: they stay where they are, and `verb.t60`, `verb.mix` and
        the like do not move them.

        >>> verb.push()
        >>> verb.push(every=.5)
        >>> verb.push.stop()
        """
        return Push(self._performance)

    def export(self, name: object, *formats: object) -> Page:
        """Build plugins of what plays, that are called `name` and need nothing else: VST3, LV2 and CLAP.

        Or some of these `formats`. In the background, into PLAUD_HOME/faust/exports; a line says when it is
        done, or which of faust, g++ and DPF is missing.

        >>> verb.export("MyRoom", "vst3", "clap")
        """
        return export(self._performance, name, formats)

    def __repr__(self) -> str:
        state = self._state()
        mix = target(state.sources["mix"].signal)
        heard = f"mix {mix.number:.2f}" if isinstance(mix, Constant) else "its mix moves"
        return f"{VERB}: {state.info.name}, {heard}"
