"""The tutorial: ten steps that play as they teach, each a page with a few lines that run as it is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from plaud_live.control.parameters import ModelInfo
from plaud_live.errors import ParameterError, PlaudError
from plaud_live.repl.guard import Entry
from plaud_live.repl.messages import Page
from plaud_live.repl.performance import Performance
from plaud_live.settings import DEFAULT_MODEL, built_in_model, find_model

METHODS = {"back": "the step before: tutorial.back()", "stop": "end it, faded: tutorial.stop()"}

NAME = "drone"
SECOND = "echo"
LOOP = "wander"
PLACES = ("fifths", "choir", "glass", "guitar")
"""Anchors of the built-in model that sound well after one another."""

STAND_INS = (".2", ".8", ".4", ".6")
"""What takes the place of anchors where a model has too few."""


@dataclass(frozen=True)
class Step:
    """A page. `before` runs unseen, `code` is shown and run; `text` says what is heard, `more` what to try.

    `[a]` to `[d]` stand for places, `[A]` to `[D]` for the same in a pattern.
    """

    title: str
    before: str
    code: str
    text: str
    more: str = ""


STEPS = (
    Step(
        "an instrument",
        "drone(z=[a], pan=.5, gain=.75)",
        """\
drone.play(over=4)  # fade in over 4 beats
drone.gain = .8  # a fader: .75 is 0 dB, 1 is +6 dB""",
        """\
drone is a model that has heard recordings, and plays by itself. What moves it
are its latents z0, z1, ...: each goes from 0 to 1. Launches wait for the next
beat. Nothing that you type stops the sound: a mistake is one line, and the
old sound stays.""",
        "help(drone) says what can be set. Tab completes, Up brings lines back.",
    ),
    Step(
        "a latent moves",
        "drone(z=[a], pan=.5)",
        """\
drone.z0 = lfo(8)  # up to 1 and down to 0, once in 8 beats
drone.pan = tri(6)  # to the right and back, in 6""",
        """\
Everything that moves is a signal, and a parameter takes any signal by
assignment. Signals follow the beat: the same line again changes nothing.""",
        "Try  drone.z0 = saw(2)   drone.z0 = sq(4).slew(1)   drone.z0 = .5",
    ),
    Step(
        "signals add up",
        "drone(z=[a], pan=.5)",
        """\
drone.z0 = .2 + .4*lfo(8)  # from .2 to .6
drone.[z1] = .3 + .4*drift(2)  # drift wanders by itself
drone.z0 += .15*lfo(1/4)  # a layer over what is there""",
        """\
+ - * / % ** work with numbers and with signals. The tremor is a layer: it is
laid over the swing, once, however often you enter it.""",
        "Try  drone.z0 += .15*lfo(1/3)   drone.z0 = lfo(8).range(.2, .4)   help(lfo)",
    ),
    Step(
        "places",
        "drone(z=[a], pan=.5)",
        """\
drone.mark("start")  # where it is now: A.start
drone.z = to([b], 8)  # all latents, from there, in 8 beats""",
        """\
An anchor is a place in the space of all latents. A model knows some, from its
recordings, and you name others: A lists them, near(drone) says which are
close.""",
        "Try  drone.z = to(A.start, 4)   drone.z = A.start.to([c], lfo(8))",
    ),
    Step(
        "time",
        "drone(z=[b], pan=.5)",
        """\
drone(z=[c], pan=.2, over=6)  # together, in 6 beats
drone(pan=.8, over=2, at=8)  # from the next multiple of 8 on
clock.bpm = to(100, 8)  # the tempo, too, may take its time""",
        """\
over= is how many beats a change takes, at= when it starts: at the next
multiple of so many beats. Otherwise it is the next beat: clock.quant = 4 makes
it the next bar. F5 taps the tempo. sec(3) are beats that last 3 seconds.""",
        "Try  with at(16, over=8): drone.z = [d]; drone.pan = .5",
    ),
    Step(
        "patterns",
        "drone(z=[a], pan=.5)",
        """\
drone.gain = "[.8 .5] .8 [.8 .6 .4] ~"
drone.pan = ".2 .8(3,8)"
drone.z = pat("[A] [B] <[C] [D]> _", glide=1/2)""",
        """\
Words and numbers in quotes share a cycle of 4 beats. [ ] divides a step, < >
takes another one each time, _ and ~ hold, *2 repeats, (3,8) spreads three over
eight, ? leaves out by chance. pat() gives a cycle= and a glide=.""",
        'Try  drone.z0 = "0 .5 [1 .2]*2"   drone.z = seq([a], [c], every=2)',
    ),
    Step(
        "one follows the other",
        'drone(z=pat("[A] <[B] [C]>", glide=1/2), gain=.75, pan=.2 + .3*lfo(8))',
        """\
echo = load([model])
echo.z = drone.z.delay(2)  # what drone does, two beats later
echo.pan = 1 - drone.pan  # a live link: it follows
echo.play(over=4)""",
        """\
load makes another instrument, which plays the same model or another one.
Reading a parameter of another instrument is a link: echo follows wherever
drone goes. Two that follow each other are refused.""",
        "Try  echo.z0 = 1 - drone.z0   drone.z = [d]   solo(echo)   solo()",
    ),
    Step(
        "loops",
        "drone(z=[a], pan=.5)",
        """\
@every(4)
def wander(n):
    drone(z=choose([a], [b], [c]), over=3)
    drone.pan = choose(.2, .5, .8)""",
        """\
Every 4 beats the function runs, on the beat, and n counts. It may do all that
can be typed; what it returns is the next interval, False ends it. A loop that
fails says so once and goes on. Enter it changed, and it is replaced.""",
        "Try  every()   wander.stop()",
    ),
    Step(
        "scenes",
        "drone(z=[a], pan=.3)",
        """\
scene("calm")
drone.z0 = lfo(1); drone.pan = lfo(1/2)
scene("wild")
scene.morph("calm", "wild", lfo(16))""",
        """\
A scene is everything as it is, under a name, to come back to. A morph is a
place between two of them, and any signal may say where.""",
        "Try  scene.calm(over=4)   scene.wild()   who()",
    ),
    Step(
        "undo, and silence",
        "drone(z=[a], pan=.5)",
        """\
drone.z = [b]
undo()  # takes the last launch back; redo()
hush(8)  # fades out and ends loops, in 8 beats""",
        """\
F8 is undo, F9 hush, F12 panic: silence at once, for when it hurts. who() says
what drives what, why() what went wrong. run("patches/01_hello.py") plays a
script and again whenever you save it: there are ten to read and to change.""",
        "That was all. tutorial() begins again, help() is one page, exit() leaves.",
    ),
)


class Tutorial:
    """Ten steps that play as they teach: `tutorial()` is the next, `tutorial.back()` the one before.

    Each shows what it plays. `tutorial.stop()` fades out what it began; the tenth step does so, too.

    >>> tutorial()
    >>> tutorial(3)
    >>> tutorial.back()
    """

    __name__ = "tutorial"
    __slots__ = ("_at", "_execute", "_parse", "_performance")

    def __init__(
        self,
        performance: Performance,
        parse: Callable[[str, str], Entry],
        execute: Callable[[Entry], object],
    ) -> None:
        self._performance = performance
        self._parse = parse
        self._execute = execute
        self._at = 0

    def __call__(self, number: object = None) -> Page:
        """Play a step, 1 to 10; the next one unless told."""
        step = self._at % len(STEPS) + 1 if number is None else number
        if isinstance(step, bool) or not isinstance(step, int) or not 1 <= step <= len(STEPS):
            raise ParameterError(
                f"tutorial({number!r:.20}): wants a step, 1 to {len(STEPS)}, or nothing for the next"
            )
        self._play("" if NAME in self._performance.state.instruments else f'{NAME} = load("{DEFAULT_MODEL}")')
        self._tidy(step)
        info = self._performance.instrument(NAME).info
        this = STEPS[step - 1]
        code = _filled(this.code, info)
        self._play(f"{_filled(this.before, info)}\n{'' if step == 1 else f'{NAME}.play(over=2)'}")
        self._play(code, step)
        self._performance.afterwards(lambda: self._go_to(step))
        return _page(step, this, code, info)

    def back(self) -> Page:
        """The step before."""
        return self(max(1, self._at - 1))

    def stop(self) -> None:
        """Fade out what the tutorial began, and end it."""
        if not self._at:
            raise ParameterError("tutorial.stop(): it does not run — tutorial() begins it")
        self._tidy(0)
        self._play(f"{NAME}.stop(over=4)")
        self._performance.afterwards(lambda: self._go_to(0))

    def __repr__(self) -> str:
        if not self._at:
            return f"tutorial() plays the first of {len(STEPS)} steps"
        return f"tutorial: step {self._at} of {len(STEPS)}, {STEPS[self._at - 1].title}"

    def _go_to(self, step: int) -> None:
        self._at = step

    def _play(self, code: str, step: int = 0) -> None:
        self._execute(self._parse(code, f"<tutorial {step}>"))

    def _tidy(self, step: int) -> None:
        """End what belongs to other steps than this one."""
        second, loop = (STEPS.index(next(s for s in STEPS if word in s.code)) + 1 for word in (SECOND, LOOP))
        if step != second and SECOND in self._performance.state.instruments:
            self._play(f"{SECOND}.stop(over=4)")
        for each in self._performance.loops.all():
            if step != loop and each.name == LOOP:
                self._performance.afterwards(each.stop)


def _page(number: int, step: Step, code: str, info: ModelInfo) -> Page:
    where = f"step {number} of {len(STEPS)}: {step.title}"
    ways = "tutorial() goes on · tutorial.back() · tutorial.stop() · tutorial(3) goes there"
    lines = [where, "", *_aligned(code), "", *step.text.split("\n")]
    lines += ["", _filled(step.more, info), *([ways] if number < len(STEPS) else [])]
    return Page("\n".join(lines))


def _aligned(code: str) -> list[str]:
    """The lines of some code, their comments below one another."""
    parts = [line.partition("#") for line in code.split("\n")]
    width = max((len(line.rstrip()) for line, mark, _ in parts if mark), default=0)
    return [f"  {line.rstrip():<{width}}  {mark}{comment}".rstrip() for line, mark, comment in parts]


def _filled(text: str, info: ModelInfo) -> str:
    """`text` with places that the model has, and its own name."""
    named = [p for p in PLACES if p in info.anchors]
    named += [a for a in info.anchors if a.isidentifier() and a not in named]
    for letter, name, stand_in in zip("abcd", [*named, "", "", "", ""], STAND_INS, strict=False):
        text = text.replace(f"[{letter}]", f"A.{name}" if name else stand_in)
        text = text.replace(f"[{letter.upper()}]", name or stand_in)
    return text.replace("[z1]", "z1" if info.latent_size > 1 else "z0").replace("[model]", _model(info))


def _model(info: ModelInfo) -> str:
    """How the model of an instrument is loaded again."""
    path = Path(info.path)
    if path == built_in_model() or info.name == DEFAULT_MODEL:
        return f'"{DEFAULT_MODEL}"'
    try:
        return repr(info.name if find_model(info.name) == path.resolve() else info.path)
    except PlaudError:
        return repr(info.path)
