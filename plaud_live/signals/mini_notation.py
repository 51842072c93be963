"""Mini-notation: `"bell [0 .5]*2 <rust glass> _"`, after the one of TidalCycles (McLean, 2014).

    a b c       equal steps of a cycle              [a b]       steps within a step
    <a b>       another one each time around        a*3         three times in its step
    _ or ~      hold what came before               a(3,8)      three onsets spread over eight steps
    a(3,8,2)    the same, begun two steps later     a? a?.3     left out now and then (5 or 3 times in 10)

A step is a number or the name of an anchor. Where a step is left out, what came before goes on.
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from plaud_live.errors import SignalError

MAX_TEXT = 1000
MAX_STEPS = 256
MAX_DEPTH = 16
MAX_TIMES = 64
HOLD = -1

_TOKENS = re.compile(
    r"""\s*(?:
    (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?![\w.]))
  | (?:A\.)?(?P<name>[A-Za-z0-9_-]*[A-Za-z][A-Za-z0-9_-]*)
  | (?P<hold>_(?![\w-])|~)
  | (?P<mark>[][<>()*?,])
  | (?P<other>[^][<>()*?,\s]+)
  | (?P<end>$)
)""",
    re.VERBOSE,
)

_HINTS = {
    ",": "one value at a time: no chords",
    "/": "there is <a b> for slower",
    "!": "there is *n to repeat within a step",
    "@": "hold with _ to make a step longer",
    "*": "it follows a step, as in bell*3",
    "?": "it follows a step, as in bell?",
    "(": "it follows a step, as in bell(3,8)",
    "-": "_ holds, -.5 is a number",
    ".": "decimals as .5",
}
"""What those who know other notations may look for."""


@dataclass(frozen=True)
class Onset:
    """A step of one cycle: where it begins (0..1), which value, how likely it is left out."""

    begin: float
    choice: int
    left_out: float


class Step:
    """A part of a pattern. `count`: onsets a cycle at most; `period`: cycles until it repeats."""

    count = 1
    period = 1

    def expand(self, cycle: int, begin: float, length: float, left_out: float, out: list[Onset]) -> None:
        """Append the onsets of one cycle, in order, when it fills `length` from `begin`."""
        raise NotImplementedError


@dataclass(frozen=True)
class Value(Step):
    """A number or a name, by its place in the program's list; or a hold."""

    choice: int

    def expand(self, cycle: int, begin: float, length: float, left_out: float, out: list[Onset]) -> None:
        if self.choice != HOLD:
            out.append(Onset(begin, self.choice, left_out))


class Group(Step):
    """Steps of equal length, one after the other."""

    def __init__(self, steps: list[Step]) -> None:
        self.steps = steps
        self.count = sum(step.count for step in steps)
        self.period = math.lcm(*(step.period for step in steps))

    def expand(self, cycle: int, begin: float, length: float, left_out: float, out: list[Onset]) -> None:
        n = len(self.steps)
        for i, step in enumerate(self.steps):
            step.expand(cycle, begin + length * i / n, length / n, left_out, out)


class Alternate(Step):
    """Another one of its steps each cycle."""

    def __init__(self, steps: list[Step]) -> None:
        self.steps = steps
        self.count = max(step.count for step in steps)
        self.period = len(steps) * math.lcm(*(step.period for step in steps))

    def expand(self, cycle: int, begin: float, length: float, left_out: float, out: list[Onset]) -> None:
        turn, which = divmod(cycle, len(self.steps))
        self.steps[which].expand(turn, begin, length, left_out, out)


class Repeat(Step):
    """Its step several times; each time is a cycle of it."""

    def __init__(self, step: Step, times: int) -> None:
        self.step, self.times = step, times
        self.count = step.count * times
        self.period = step.period // math.gcd(step.period, times)

    def expand(self, cycle: int, begin: float, length: float, left_out: float, out: list[Onset]) -> None:
        for i in range(self.times):
            part = length / self.times
            self.step.expand(cycle * self.times + i, begin + length * i / self.times, part, left_out, out)


class Euclid(Step):
    """Its step at the onsets of a Euclidean rhythm; the steps between hold."""

    def __init__(self, step: Step, rhythm: tuple[bool, ...]) -> None:
        self.step, self.rhythm = step, rhythm
        self.count = step.count * sum(rhythm)
        self.period = step.period

    def expand(self, cycle: int, begin: float, length: float, left_out: float, out: list[Onset]) -> None:
        n = len(self.rhythm)
        for i, plays in enumerate(self.rhythm):
            if plays:
                self.step.expand(cycle, begin + length * i / n, length / n, left_out, out)


class Maybe(Step):
    """Its steps, each left out with a probability."""

    def __init__(self, step: Step, left_out: float) -> None:
        self.step, self.left_out = step, left_out
        self.count, self.period = step.count, step.period

    def expand(self, cycle: int, begin: float, length: float, left_out: float, out: list[Onset]) -> None:
        both = 1.0 - (1.0 - left_out) * (1.0 - self.left_out)
        self.step.expand(cycle, begin, length, both, out)


@dataclass(frozen=True, eq=False)
class Program:
    """A pattern that has been read. `choices` are its numbers and names, each once, in their order."""

    root: Step
    choices: tuple[float | str, ...]
    names: tuple[str, ...]
    random: bool

    def onsets(self, cycle: int) -> list[Onset]:
        """The steps of a cycle, those among them that may be left out."""
        out: list[Onset] = []
        self.root.expand(cycle, 0.0, 1.0, 0.0, out)
        return out


@lru_cache(maxsize=512)
def parse(text: str) -> Program:
    """Read a pattern. Raises SignalError that says where it went wrong and what was expected there."""
    if len(text) > MAX_TEXT:
        raise SignalError(f"a pattern of {len(text)} characters: at most {MAX_TEXT}")
    return _Parser(text).program()


def bjorklund(onsets: int, steps: int) -> tuple[bool, ...]:
    """Onsets spread over steps as evenly as can be (Bjorklund, 2003; Toussaint, 2005): (3, 8) is x..x..x."""
    heads = [[True] for _ in range(onsets)]
    tails = [[False] for _ in range(steps - onsets)]
    while len(tails) > 1 and heads:
        paired = min(len(heads), len(tails))
        rest = heads[paired:] or tails[paired:]
        heads = [head + tail for head, tail in zip(heads, tails, strict=False)]
        tails = rest
    return tuple(plays for part in (*heads, *tails) for plays in part)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    place: int  # counted from 1

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else repr(self.text)


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._next = 0
        self._choices: dict[float | str, int] = {}
        self._random = False

    def program(self) -> Program:
        if self._peek().kind == "end":
            raise SignalError("an empty pattern: wants steps, as in '0 .5 bell _'")
        steps = self._steps(1)
        if self._peek().kind != "end":
            raise self._wrong(self._peek(), "a step", "nothing is open that it could close")
        if not self._choices:
            raise SignalError(
                f"nothing to hold in {self._text!r}: wants a number or an anchor, as in 'bell _'"
            )
        names = tuple(choice for choice in self._choices if isinstance(choice, str))
        return Program(Group(steps), tuple(self._choices), names, self._random)

    def _steps(self, depth: int) -> list[Step]:
        steps: list[Step] = []
        while self._peek().kind in ("number", "name", "hold") or self._peek().text in ("[", "<"):
            steps.append(self._step(depth))
            if sum(step.count for step in steps) > MAX_STEPS or steps[-1].period > MAX_STEPS**2:
                raise SignalError(f"{_short(self._text)} has more than {MAX_STEPS} steps in a cycle")
        other = self._peek()
        if other.text not in ("]", ">") and other.kind != "end":
            raise self._wrong(other, "a number, a name, _, [ or <", _HINTS.get(other.text[:1], ""))
        return steps

    def _step(self, depth: int) -> Step:
        token = self._take()
        if token.text == "[":
            step: Step = Group(self._inside(token, "]", depth))
        elif token.text == "<":
            step = Alternate(self._inside(token, ">", depth))
        elif token.kind == "hold":
            step = Value(HOLD)
        else:
            choice = float(token.text) if token.kind == "number" else token.text
            if isinstance(choice, float) and not math.isfinite(choice):
                raise self._wrong(token, "a number that is finite")
            step = Value(self._choices.setdefault(choice, len(self._choices)))
        while self._peek().text in ("*", "(", "?"):
            mark = self._take()
            if mark.text == "*":
                step = Repeat(step, self._whole("how many times, as in bell*3", 1, MAX_TIMES))
            elif mark.text == "(":
                step = self._euclid(step)
            else:
                step = Maybe(step, self._share(mark))
        return step

    def _inside(self, opening: _Token, closing: str, depth: int) -> list[Step]:
        if depth >= MAX_DEPTH:
            raise self._wrong(opening, f"at most {MAX_DEPTH} brackets one in another")
        steps = self._steps(depth + 1)
        token = self._take()
        if token.text != closing:
            raise self._wrong(token, closing, f"{opening.text} opened at {opening.place}")
        if not steps:
            raise self._wrong(token, f"a step between {opening.text} and {closing}")
        return steps

    def _euclid(self, step: Step) -> Step:
        onsets = self._whole("how many onsets, as in bell(3,8)", 1, MAX_TIMES)
        self._mark(",", "a comma, as in bell(3,8)")
        steps = self._whole(f"how many steps, {onsets} to {MAX_TIMES}", onsets, MAX_TIMES)
        rotation = 0
        if self._peek().text == ",":
            self._take()
            rotation = self._whole("how many steps later, as in bell(3,8,2)", -MAX_TIMES, MAX_TIMES) % steps
        self._mark(")", "a ), as in bell(3,8)")
        rhythm = bjorklund(onsets, steps)
        return Euclid(step, rhythm[rotation:] + rhythm[:rotation])

    def _share(self, mark: _Token) -> float:
        self._random = True
        token = self._peek()
        if token.kind != "number" or token.place != mark.place + 1:
            return 0.5
        share = float(self._take().text)
        if not 0.0 <= share < 1.0:
            raise self._wrong(token, "how often it is left out, 0 to less than 1, as in bell?.3")
        return share

    def _whole(self, what: str, low: int, high: int) -> int:
        token = self._take()
        if not re.fullmatch(r"-?\d{1,4}", token.text) or not low <= int(token.text) <= high:
            raise self._wrong(token, what)
        return int(token.text)

    def _mark(self, text: str, what: str) -> None:
        token = self._take()
        if token.text != text:
            raise self._wrong(token, what)

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def _wrong(self, token: _Token, wanted: str, why: str = "") -> SignalError:
        tail = f" ({why})" if why else ""
        return SignalError(f"pattern {_short(self._text)} at {token.place}: {token}, wants {wanted}{tail}")


def _tokens(text: str) -> list[_Token]:
    found = []
    for match in _TOKENS.finditer(text):
        kind = str(match.lastgroup)
        found.append(_Token(kind, match.group(kind), match.start(kind) + 1))
        if kind == "end":
            break
    return found


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")
