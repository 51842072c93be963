"""What the headphones hear: an instrument as another model plays it, while the house hears its own.

It is driven by all that drives the instrument, through a voice, a limiter and outputs of its own. Nothing of
it is in the mix, in what is captured, or in the record.
"""

from collections import deque
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from plaud_live.control.state import State
from plaud_live.engine.key_events import KeyEvent
from plaud_live.engine.limiter import Limiter
from plaud_live.engine.slot import CHUNK, Block, Slot

MOST_ORDERS = 64

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Heard:
    """An instrument's slot with another model, and the beat at which it ends by itself."""

    slot: Slot
    until: float


class Phones:
    """`listen` and `end` may be called by another thread than the one that renders.

    `heard` is what is listened to, None for nothing.
    """

    def __init__(self, sample_rate: int) -> None:
        self.heard: Heard | None = None
        self._orders: deque[Heard | None] = deque(maxlen=MOST_ORDERS)
        self._state: State | None = None
        self._limiter = Limiter(sample_rate)
        self._silent = True

    def listen(self, slot: Slot, until: float) -> None:
        """Hear a slot, in place of what is heard, until a beat."""
        self._orders.append(Heard(slot, until))

    def end(self) -> None:
        """Let it fade out."""
        self._orders.append(None)

    def key(self, name: str, event: KeyEvent) -> None:
        """A key of a device that plays an instrument."""
        if self.heard is not None and self.heard.slot.name == name:
            self.heard.slot.keys.hear(event)

    def render(self, block: Block, state: State, out: Samples) -> None:
        """Fill `out` [n, 2] with what is heard in a block that crosses no chunk's border."""
        out[:] = 0.0
        while self._orders:
            self._obey(self._orders.popleft(), block.position)
        heard = self.heard
        if heard is None and self._silent:
            return
        if heard is not None:
            self._follow(heard, block, state)
            heard.slot.add(block, out)
            if heard.slot.gone:
                self.heard = None
        self._limiter.process(out)
        self._silent = self.heard is None and not out.any()

    def _obey(self, order: Heard | None, position: int) -> None:
        if order is None:
            if self.heard is not None:
                self.heard.slot.leaving = True
            return
        order.slot.start(position)
        self.heard, self._state, self._silent = order, None, False

    def _follow(self, heard: Heard, block: Block, state: State) -> None:
        """Be driven as the instrument is, for as long as it is there."""
        slot, position, tempo = heard.slot, block.position, block.tempo
        instrument = state.instruments.get(slot.name)
        if instrument is None or tempo.beat(position) >= heard.until:
            slot.leaving = True
            return
        if state is not self._state:
            self._state = state
            slot.take(replace(instrument, info=slot.info, passages=(), past=()))
            slot.take_keys(state, position)
        low = tempo.beat(position)
        slot.settle(position, low, tempo.beat(position - position % CHUNK + CHUNK - 1))
