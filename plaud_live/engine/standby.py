"""An engine before it sounds: kernels are compiled, voices made for the state that it may be given."""

import select
from functools import partial
from pathlib import Path

from plaud_live import settings
from plaud_live.control.profiles import known_profiles
from plaud_live.control.state import State
from plaud_live.control.trajectories import TrajectoryFiles
from plaud_live.engine import realtime, render
from plaud_live.engine.casting import Cast, make_voices
from plaud_live.engine.instance import read_instance
from plaud_live.engine.link import Channel, Message
from plaud_live.engine.models import Models
from plaud_live.engine.reverbs import Reverbs
from plaud_live.engine.ring import Ring
from plaud_live.engine.store import Store
from plaud_live.errors import PlaudError
from plaud_live.signals.trajectories import look_in
from plaud_live.synths import warm as synths_warm


class Standby:
    """What is ready before an engine sounds: kernels, models, voices for the state that it may be given."""

    def __init__(self, channel: Channel, ring: Ring) -> None:
        session = read_instance(settings.run_dir()).get("session")
        folder = Path(session) if session else None
        self.models, self.trajectories = Models(Store(folder), Reverbs(folder)), TrajectoryFiles(folder)
        look_in(self.trajectories.read)
        self._channel, self._ring = channel, ring
        self._cast: dict[tuple[str, str], Cast] = {}  # by instrument and digest
        self._rate = 0

    @property
    def sample_rate(self) -> int:
        """The sink's, in Hz; 0 before it is open."""
        return round(self._ring.sample_rate)

    def warm(self) -> None:
        """Have every kernel compiled, collect what starting has left, and collect no more."""
        synths_warm.warm()
        render.warm()
        known_profiles()
        realtime.freeze_garbage()
        realtime.lock_memory()

    def cast(self, data: Message | None) -> list[Cast]:
        """Voices for the instruments of a state. One whose model cannot be used stays silent; it is said."""
        if data is None:
            return []
        state = State.from_data(data)
        rate = self.sample_rate or state.tempo.sample_rate
        if rate != self._rate:
            self._cast, self._rate = {}, rate
        wanted = {
            (name, info.digest): info for name, each in state.instruments.items() for info in each.models
        }
        for (name, digest), info in wanted.items():
            if (name, digest) in self._cast:
                continue
            try:
                self.models.keep(info)
                voices = make_voices(self.models, info, name, 1, rate)
            except PlaudError as error:
                self._channel.send({"event": "message", "text": f"{name} stays silent: {error}"})
            else:
                self._cast[name, digest] = Cast(name, info, voices)
        self._cast = {key: cast for key, cast in self._cast.items() if key in wanted}
        return [self._cast[key] for key in wanted if key in self._cast]


def wait_for_order(standby: Standby, channel: Channel) -> Message | None:
    """Be a standby until the engine is to sound. None: it is to end."""
    while not channel.closed:
        select.select([channel], [], [])
        for message in channel.receive():
            match message.get("do"):
                case "prepare":
                    realtime.in_background(partial(standby.cast, message.get("state")))
                    channel.send({"event": "ready"})
                case "activate":
                    return message
                case "quit":
                    return None
    return None
