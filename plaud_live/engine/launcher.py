"""Launching what wants models: the loader finds and casts them, and the sound and others do not wait."""

from collections.abc import Callable, Sequence
from functools import partial

from plaud_live.control.conductor import Outcome
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.resolving import instrument_of
from plaud_live.control.transaction import Offer, Transaction
from plaud_live.engine.casting import Cast, Prepared, prepare, recast, wants_models
from plaud_live.engine.desk import Desk
from plaud_live.engine.link import Message
from plaud_live.engine.loader import Loader
from plaud_live.engine.models import Models
from plaud_live.errors import PlaudError

Done = Callable[[Outcome], None]
Failed = Callable[[PlaudError], None]


class Launcher:
    """Belongs to the control thread, and calls back there. Voices are made for `sample_rate`.

    `note` says what prompts that are to come are told, too.
    """

    def __init__(
        self, desk: Desk, models: Models, loader: Loader, sample_rate: int, note: Callable[[str], None]
    ) -> None:
        self._desk, self._models, self._loader, self._note = desk, models, loader, note
        self._rate = sample_rate
        desk.fetch = self._fetch

    def submit(self, transaction: Transaction, done: Done, failed: Failed) -> None:
        """Launch now or, if models are to be read, once they are. Raises a PlaudError if refused at once."""
        if not wants_models(transaction):
            done(self._desk.submit(transaction))
            return

        def launch(prepared: Prepared) -> None:
            try:
                outcome = self._desk.submit(prepared.transaction, prepared.cast)
            except PlaudError as error:
                failed(error)
            else:
                done(outcome)
            self._tell(prepared.notes)

        self._loader.do(self._preparation(transaction), launch, failed)

    def submit_for_osc(self, transaction: Transaction, done: Done, failed: Failed) -> None:
        """The same; the performer is told what it was."""

        def told(outcome: Outcome) -> None:
            self._desk.tell(outcome.message)
            done(outcome)

        self.submit(transaction, told, failed)

    def undo(self, by: str, done: Done, failed: Failed) -> None:
        """Undo now, or once the models are there that it goes back to."""
        self._travel("undo", partial(self._desk.undo, by), done, failed)

    def redo(self, by: str, done: Done, failed: Failed) -> None:
        """Redo now, or once the models are there that it goes to."""
        self._travel("redo", partial(self._desk.redo, by), done, failed)

    def offer(
        self,
        instrument: str,
        path: str,
        digest: str = "",
        done: Callable[[Message], None] = lambda told: None,
        failed: Failed | None = None,
    ) -> None:
        """Keep a model for an instrument, and say that `swap()` goes there.

        `digest`: what the file is to be, if that is known. `done` is told name and digest.
        """
        text = f"{instrument}: {path} offered"

        def offered(outcome: Outcome) -> None:
            info = self._desk.state.offers[instrument][-1]
            self._desk.tell(
                f"{instrument}: {info.name} is ready — {instrument}.swap(), or {instrument}.audition()"
            )
            self._desk.publish()
            done({"name": info.name, "digest": info.digest})

        transaction = Transaction((Offer(instrument, path, digest),), text, "trainer")
        self.submit(transaction, offered, failed or (lambda error: self._desk.tell(str(error))))

    def models(self, instrument: str, done: Callable[[Message], None], failed: Failed) -> None:
        """Say what the session has kept. Raises ParameterError where there is no such instrument."""
        instrument_of(self._desk.state, instrument)
        self._loader.do(
            self._models.store.entries,
            lambda known: done({"models": [entry.to_data() for entry in known.values()]}),
            failed,
        )

    def _travel(
        self,
        word: str,
        step: Callable[[Sequence[Cast]], Outcome],
        done: Done,
        failed: Failed,
        cast: Sequence[Cast] = (),
    ) -> None:
        """Take a step with these voices; again with more, once they are made, where it lacks some."""
        given = {(each.name, each.info.digest) for each in cast}
        wishes = [each for each in self._desk.coming(word) if (each[0], each[1].digest) not in given]
        if wishes:  # also where another step was taken back meanwhile
            again = partial(self._travel, word, step, done, failed)
            self._loader.do(self._recasting(wishes), again, failed)
            return
        try:
            done(step(cast))
        except PlaudError as error:
            failed(error)

    def _fetch(self, wishes: list[tuple[str, ModelInfo]]) -> None:
        """Have voices made for models that somebody wants to go back to."""
        self._loader.do(self._recasting(wishes), self._desk.engage, lambda error: self._desk.tell(str(error)))

    def _preparation(self, transaction: Transaction) -> Callable[[], Prepared]:
        desk = self._desk
        return partial(prepare, self._models, desk.state, transaction, self._rate, desk.lacking)

    def _recasting(self, wishes: list[tuple[str, ModelInfo]]) -> Callable[[], list[Cast]]:
        return partial(recast, self._models, wishes, self._rate, self._desk.lacking)

    def _tell(self, notes: Sequence[str]) -> None:
        """Say what is to be known of models, and once that they cannot be kept."""
        for note in notes:
            self._desk.tell(note)
        if problem := self._models.store.take_problem():
            self._note(problem)
