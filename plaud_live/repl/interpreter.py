"""What an entry may change of Python and of this program itself, put back: the next entry finds it whole.

Guarded are the functions and classes of the modules that the prompt itself works with: a tired performer
replaces them by accident (`import time; time.sleep = 3`), and nothing would answer any more.
"""

import builtins
import os
import sys
import threading
import types
from collections.abc import Iterator
from typing import Any

import numpy as np

OURS = "plaud_live"
LIBRARIES = (
    "ast",
    "asyncio",
    "codeop",
    "concurrent.futures.thread",
    "ctypes",
    "json",
    "linecache",
    "math",
    "os",
    "queue",
    "re",
    "socket",
    "textwrap",
    "threading",
    "time",
    "traceback",
    "numpy",
)
STREAMS = ("stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__")
HOOKS = ("displayhook", "excepthook", "unraisablehook", "exit")
_BY_PYTHON = frozenset(("__annotations__", "__doc__", "__slotnames__", "__abstractmethods__", "_abc_impl"))
"""What Python itself writes into a class later."""

Owner = types.ModuleType | type


class Interpreter:
    """Python as it is to be. `remember` takes it as it is now, `put_back` undoes what has changed since."""

    def __init__(self) -> None:
        self._builtins = vars(builtins)
        self._modules, self._modules_then = sys.modules, dict(sys.modules)
        self._owners: dict[int, tuple[str, Owner, dict[str, Any]]] = {}
        self.remember()

    def remember(self) -> None:
        """Take Python's names, streams and hooks as they are now, and the modules that are new."""
        self._builtins_then = dict(self._builtins)
        self._hooks: dict[str, Any] = {name: getattr(sys, name) for name in (*STREAMS, *HOOKS)}
        self._thread_hook = threading.excepthook
        self._recursion, self._switching = sys.getrecursionlimit(), sys.getswitchinterval()
        self._path = list(sys.path)
        self._environment = {name: value for name, value in os.environ.items() if name.startswith("PLAUD_")}
        for name, module in list(sys.modules.items()):
            if name in LIBRARIES or name.split(".")[0] == OURS:
                self._remember(name, module)

    def _remember(self, name: str, module: types.ModuleType) -> None:
        if id(module) in self._owners:
            return
        kept = {key: value for key, value in vars(module).items() if callable(value)}
        kept.pop("excepthook", None)  # of threading: one of the hooks
        self._owners[id(module)] = (name, module, kept)
        for value in kept.values():
            if isinstance(value, type) and value.__module__ == name and id(value) not in self._owners:
                self._owners[id(value)] = (value.__qualname__, value, dict(vars(value)))

    def put_back_builtins(self) -> list[str]:
        """Put back Python's own names, without the use of any of them; those that were missing or others."""
        now, then = self._builtins, self._builtins_then
        wrong = [name for name in then if name not in now or now[name] is not then[name]]
        if wrong:
            now.update(then)
        return wrong

    def put_back(self) -> list[str]:
        """Put back whatever else has changed; the names of what an entry should not have touched."""
        wrong = [*self._put_back_modules(), *self._put_back_hooks()]
        for name, owner, then in list(self._owners.values()):
            wrong += [f"{name}.{key}" for key in _put_back(owner, then)]
        self._put_back_settings()
        return wrong

    def _put_back_modules(self) -> Iterator[str]:
        if sys.modules is not self._modules:
            sys.modules = self._modules
            yield "sys.modules"
        now, then = self._modules, self._modules_then
        lost = [name for name, module in then.items() if now.get(name) is not module]
        if lost:
            now.update((name, then[name]) for name in lost)
            yield "sys.modules"
        elif len(now) != len(then):
            for name in now.keys() - then.keys():
                if name.split(".")[0] == OURS:
                    self._remember(name, now[name])
            self._modules_then = dict(now)

    def _put_back_hooks(self) -> Iterator[str]:
        for name, value in self._hooks.items():
            if getattr(sys, name, None) is not value:
                setattr(sys, name, value)
                yield f"sys.{name}"
        if threading.excepthook is not self._thread_hook:
            threading.excepthook = self._thread_hook
            yield "threading.excepthook"

    def _put_back_settings(self) -> None:
        """Numbers and lists that may be changed for the length of an entry."""
        sys.settrace(None)
        sys.setprofile(None)
        np.seterr(all="warn", under="ignore")
        if sys.getrecursionlimit() != self._recursion:
            sys.setrecursionlimit(self._recursion)
        if sys.getswitchinterval() != self._switching:
            sys.setswitchinterval(self._switching)
        if missing := [place for place in self._path if place not in sys.path]:
            sys.path.extend(missing)
        for name, value in self._environment.items():
            os.environ.setdefault(name, value)


def _put_back(owner: Owner, then: dict[str, Any]) -> list[str]:
    """What was replaced or deleted in a module, and also what was added to a class."""
    now = vars(owner)
    wrong = [key for key, value in then.items() if key not in now or now[key] is not value]
    wrong = [key for key in wrong if key not in _BY_PYTHON]
    for key in wrong:
        setattr(owner, key, then[key])
    if isinstance(owner, type) and len(now) != len(then):
        added = [key for key in now if key not in then and key not in _BY_PYTHON]
        for key in added:
            delattr(owner, key)
        wrong += added
    return wrong
