"""What parts of the engine ask of the desk and of the sample clock, or of a test's own."""

from collections.abc import Sequence
from typing import Protocol

from plaud_live.control.conductor import Outcome
from plaud_live.control.state import State
from plaud_live.control.transaction import Transaction
from plaud_live.engine.inputs import Inputs


class Times(Protocol):
    """When samples are heard."""

    def sample_at(self, monotonic: float) -> int:
        """The sample that is heard at a time of time.monotonic()."""

    def monotonic_at(self, sample: float) -> float:
        """When a sample is heard."""


class Stage(Protocol):
    """What takes are made of, and played on."""

    @property
    def state(self) -> State:
        """What is playing."""

    @property
    def next_sample(self) -> int:
        """The first sample on which a state that is handed over soon has a say."""


class Playing(Protocol):
    """What sounds."""

    @property
    def state(self) -> State:
        """What is playing."""

    @property
    def beat(self) -> float:
        """The beat that is rendered next."""

    @property
    def inputs(self) -> Inputs:
        """What is live."""


class Launching(Playing, Protocol):
    """Where changes are launched."""

    def hear(self, name: str, values: Sequence[float], beat: float | None = None) -> None:
        """Something has arrived for a live input; it counts from the next block on, or from `beat` on."""

    def submit(self, transaction: Transaction) -> Outcome:
        """Launch changes. Raises a PlaudError and changes nothing if they are refused."""

    def tell(self, line: str) -> None:
        """Show a line to the performer."""
