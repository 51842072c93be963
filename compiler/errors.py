"""Everything that the compiler raises, as one tree. A message begins with the path of the node.

`reverb/loop/absorption: …`: names of containers and modules, joined by `/`.
"""

from typing import Self


class CompilerError(Exception):
    """Base of all. `path` is the node's path, empty where the whole model is meant; `reason` one line."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason

    def within(self, path: str) -> Self:
        """The same error of a node inside `path`."""
        return type(self)(f"{path}/{self.path}" if self.path else path, self.reason)


class UnsupportedModule(CompilerError):
    """A FLAMO module (or its map, transform, input or output layer) that cannot be compiled exactly."""


class BadValue(CompilerError):
    """A coefficient that is not finite, complex where it must be real, or outside its range."""


class ArityError(CompilerError):
    """Channels that do not fit together."""


class ConfigError(CompilerError):
    """A configuration (JSON) that does not follow the schema."""


class DelayFreeLoop(CompilerError):
    """A cycle without a delay of at least one sample on every channel."""


class UnknownControl(CompilerError):
    """A macro control that does not exist, or that this model cannot have."""


class StructureChanged(CompilerError):
    """New coefficients that do not fit a running program: it goes on as it was; build another and swap."""


class NotCertified(CompilerError):
    """A model that may not be published or exported with the verdict that it has."""


class ToolMissing(CompilerError):
    """A program or package that is not installed; the message names what to install."""


class BuildError(CompilerError):
    """A tool (FAUST, the C++ compiler) that refused the code; carries its first line of complaint."""
