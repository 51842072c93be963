"""The reverb for a host: pushed to the plugin that watches, or built as a plugin of its own."""

import re
from collections.abc import Sequence

from plaud_live.control.parameters import VERB
from plaud_live.errors import ParameterError
from plaud_live.repl.background import in_background
from plaud_live.repl.messages import Page
from plaud_live.repl.performance import Performance
from plaud_live.settings import home

FORMATS = ("vst3", "lv2", "clap")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")


class Push:
    """Publish the reverb that plays, for the plugin in a host that watches the file `name`; it swaps it in.

    The answer says what the plugin made of it. `every`: from now on whatever plays is pushed, at most every
    so many seconds; `verb.push.stop()` ends that. The plugin's knobs belong to the host: they stay where
    they are, and `verb.t60`, `verb.mix` and the like do not move them.

    >>> verb.push()
    >>> verb.push(every=.5)
    >>> verb.push.stop()
    """

    __slots__ = ("_performance",)

    def __init__(self, performance: Performance) -> None:
        self._performance = performance

    def __call__(self, name: object = "live", every: object = None) -> Page:
        """Push what plays. Raises a PlaudError."""
        if self._performance.in_loop:
            raise ParameterError(f"{VERB}.push(): not in a loop — {VERB}.push(every=2) pushes whatever plays")
        self._performance.commit()
        answer = self._performance.request("push", name=name, every=every)
        follows = "; what plays next follows"
        return Page(f"{answer.get('text')}{follows if every is not None and answer.get('outcome') else ''}")

    def stop(self) -> Page:
        """Push no more what comes to play; what was pushed last plays on.

        >>> verb.push.stop()
        """
        name = self._performance.request("push_stop").get("name")
        return Page(f"nothing more is pushed to {name}" if name else f"nothing is pushed — {VERB}.push()")

    def __repr__(self) -> str:
        following = (self._performance.snapshot() or {}).get("push")
        if not following:
            return f"{VERB} is pushed when you ask for it — {VERB}.push(), or {VERB}.push(every=.5)"
        return (
            f"{VERB} is pushed to {following.get('name')} at most every {following.get('every'):g} s;"
            f" the last time: {following.get('text') or 'is on its way'}"
        )


def export(performance: Performance, name: object, formats: Sequence[object]) -> Page:
    """Build plugins of the reverb that plays, in a process of its own; a line says what came of it.

    Raises a PlaudError.
    """
    if performance.in_loop:
        raise ParameterError(f"{VERB}.export(…): not in a loop")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        wants = f'wants a name of letters, digits, _ and -, as in {VERB}.export("MyRoom")'
        raise ParameterError(f"{VERB}.export({name!r:.40}): {wants}")
    wanted = [str(each).lower() for each in formats] or list(FORMATS)
    for each in wanted:
        if each not in FORMATS:
            raise ParameterError(f"{VERB}.export(…, {each!r:.20}): have {', '.join(FORMATS)}")
    performance.commit()
    path = performance.request("playing").get("path")
    if path is None:
        return Page(f"{VERB}.export: plugins are built while an instrument plays, not offline")
    out = home() / "faust" / "exports"
    words = ["reverb", "export", str(path), str(out), "--name", name]
    for each in wanted:
        words += ["--format", each]
    in_background(performance, words, VERB, f"{VERB}.export({name!r})")
    return Page(f"{name} is being built for {', '.join(wanted)}: it takes minutes, the sound goes on")
