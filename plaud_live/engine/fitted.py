"""Reverbs that the trainer makes: their states are heard while it makes them, where nothing else plays."""

from plaud_live.control.conductor import Outcome
from plaud_live.control.transaction import Reverb, Transaction
from plaud_live.engine.desk import Desk
from plaud_live.engine.launcher import Launcher
from plaud_live.engine.link import Message
from plaud_live.errors import PlaudError

TRAINER = "trainer"


class Fitted:
    """Belongs to the control thread. A fitting is one step to undo, however many states of it are heard.

    Where the performer has gone to another reverb meanwhile, it is left alone.
    """

    def __init__(self, desk: Desk, launcher: Launcher) -> None:
        self._desk, self._launcher = desk, launcher
        self._number = 0  # of the fitting that is heard
        self._heard = ""
        """The digest of its last state, which is what plays unless somebody has gone elsewhere."""
        self._busy = False
        self._waiting: Message | None = None

    def hear(self, message: Message) -> None:
        """A state of a fitting lies on the disk. The last one that waits is what counts."""
        if self._busy:
            self._waiting = message
            return
        reverb = self._desk.state.reverb
        playing = "" if reverb is None else reverb.info.digest
        first = message.get("number") != self._number
        if playing != (message.get("parent") if first else self._heard):
            if message.get("over"):
                name = message.get("name")
                self._desk.tell(f'verb: another one plays — verb.load("{name}") is what was made')
            return
        self._number = int(message.get("number") or 0)
        change = Reverb(str(message.get("path")), 0.0, on_the_way=not first, own=first)
        transaction = Transaction((change,), f"verb: {message.get('name')}", TRAINER)
        self._busy = True
        self._launcher.submit(transaction, self._done, self._failed)

    def _done(self, outcome: Outcome) -> None:
        reverb = self._desk.state.reverb
        self._heard = "" if reverb is None else reverb.info.digest
        self._go_on()

    def _failed(self, error: PlaudError) -> None:
        self._desk.tell(f"verb stays as it was: {error}")
        self._go_on()

    def _go_on(self) -> None:
        self._busy, waiting, self._waiting = False, self._waiting, None
        if waiting is not None:
            self.hear(waiting)
