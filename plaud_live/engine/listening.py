"""Auditions on headphones: what is asked for, whether there is time and an output for it, when it ends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from plaud_live.control.parameters import ModelInfo, parameters
from plaud_live.control.resolving import instrument_of
from plaud_live.control.swapping import auditioned
from plaud_live.control.transaction import Swap, Transaction
from plaud_live.engine.casting import cost, make_voices, meant
from plaud_live.engine.desk import MOST_LOAD, Desk
from plaud_live.engine.link import Message
from plaud_live.engine.loader import Loader
from plaud_live.engine.models import Models
from plaud_live.engine.render import Renderer
from plaud_live.engine.ring import Ring
from plaud_live.engine.slot import Slot
from plaud_live.errors import ParameterError, PlaudError, TransactionError
from plaud_live.synths.voice import Voice

MOST_BEATS = 4000.0


@dataclass(frozen=True)
class _Ready:
    """A voice for an instrument, and the share of real time that it takes."""

    info: ModelInfo
    voice: Voice
    share: float


class Listening:
    """Belongs to the control thread. `load` is the share of real time that rendering takes."""

    def __init__(
        self,
        desk: Desk,
        renderer: Renderer,
        models: Models,
        loader: Loader,
        ring: Ring,
        load: Callable[[], float],
    ) -> None:
        self._desk, self._renderer, self._models = desk, renderer, models
        self._loader, self._ring, self._load = loader, ring, load

    def shown(self) -> dict[str, str]:
        """What is heard, for the snapshot: instrument and model."""
        heard = self._renderer.phones.heard
        return {} if heard is None else {heard.slot.name: heard.slot.info.name}

    def ask(
        self,
        data: Mapping[str, Any],
        done: Callable[[Message], None],
        failed: Callable[[PlaudError], None],
    ) -> None:
        """Let the headphones hear an `instrument` with another `model` for so many `beats`; again: no more.

        Raises a PlaudError where that cannot be; `failed` is told where it turns out later.
        """
        state, name = self._desk.state, str(data.get("instrument"))
        beats, channel = data.get("beats"), data.get("channel")
        instrument_of(state, name)
        if isinstance(beats, bool) or not isinstance(beats, int | float) or not 0.0 < beats <= MOST_BEATS:
            raise ParameterError(f"{name}.audition: wants beats, not {beats!r:.40}")
        phones = self._ring.get("phones")
        if not phones:
            raise ParameterError(
                f"{name}.audition: there are no headphones — plaud-live play --phones 3 has them on outputs 3"
                " and 4 of a sound card that has four"
            )
        if channel is not None and channel != phones:
            raise ParameterError(
                f"{name}.audition(channel={channel!r:.20}): the headphones are on {phones} — see --phones"
            )
        change = Swap(name, str(data.get("model") or ""), stay=float(beats))

        def prepare() -> _Ready:
            info = meant(self._models, state, change)
            own = state.instruments[name].info
            if parameters(own).keys() != parameters(info).keys():
                raise TransactionError(
                    f"{name}.audition: {info.name!r} has other blocks than {own.name!r}"
                    " — hear it in its place, without phones=True"
                )
            self._models.keep(info)
            (voice,) = make_voices(self._models, info, name, 1, self._renderer.sample_rate)
            return _Ready(info, voice, cost(voice, info))

        def listen(ready: _Ready) -> None:
            try:
                done({"text": self._listen(name, ready, float(beats))})
            except PlaudError as error:
                failed(error)

        self._loader.do(prepare, listen, failed)

    def end(self) -> None:
        """Let what is heard fade out."""
        self._renderer.phones.end()

    def ends(self, transaction: Transaction) -> bool:
        """Whether a transaction is `back` from what the headphones hear alone; if so, it ends."""
        match transaction.changes:
            case (Swap(back=True, instrument=name),) if name in self.shown():
                beat = self._desk.beat
                instrument = self._desk.state.instruments.get(name)
                if instrument is None or auditioned(instrument, beat) is None:
                    self.end()
                    return True
        return False

    def _listen(self, name: str, ready: _Ready, beats: float) -> str:
        """Begin, or end what is heard already. Returns what is said."""
        heard = self._renderer.phones.heard
        info, phones = ready.info, self._ring.get("phones")
        if heard is not None and (heard.slot.name, heard.slot.info.digest) == (name, info.digest):
            self.end()
            return f"{name}: the headphones are silent again"
        load = self._load()
        if load + ready.share > MOST_LOAD:
            raise TransactionError(
                f"{name}.audition: house and headphones would take {load + ready.share:.0%} of the time"
                f" ({load:.0%} now, {ready.share:.0%} for the other), at most {MOST_LOAD:.0%} — fewer sines,"
                " harmonics or noise bands, or a larger --block"
            )
        slot = Slot(name, info, ready.voice, self._renderer.sample_rate, None, self._renderer.inputs)
        self._renderer.phones.listen(slot, self._desk.beat + beats)
        return f"{name}: {info.name} on outputs {phones} and {phones + 1} for {beats:g} beats"
