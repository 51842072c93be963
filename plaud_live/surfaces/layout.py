"""What a surface shows of one instrument: faders, buttons and a pad, all read from the OSC namespace."""

from collections.abc import Mapping
from dataclasses import dataclass

from plaud_live.control.conductor import Conductor
from plaud_live.control.namespace import INSTRUMENTS, Node, addresses
from plaud_live.control.parameters import ModelInfo, Parameter
from plaud_live.control.transaction import Load, Scene, Transaction

ANY_RATE = 44100
"""No sound is made here."""

TEMPO = (40.0, 200.0)
"""Of the fader, in bpm; more can be typed."""

SCENES = ("s1", "s2", "s3", "s4")
"""Names that the scene buttons save and recall."""

WHOLE = ("count", "frames", "0 or 1")
"""Units that are counted."""

HUSH_BEATS = 8.0
TOPICS = "param beat meter error"
"""What a surface asks to be told."""

RENEW_MS = 20_000
"""How often it asks: the lease ends after 60 s without a packet."""


@dataclass(frozen=True)
class Fader:
    """A number that is set at `address`, from `low` to `high` in `unit`; a switch has the unit `0 or 1`."""

    name: str
    address: str
    low: float
    high: float
    default: float
    unit: str
    help: str

    @property
    def key(self) -> str:
        """What surfaces call it: the last part of its address."""
        return self.address.rpartition("/")[2]

    @property
    def whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return self.unit in WHOLE

    @property
    def is_switch(self) -> bool:
        """Whether it is on or off."""
        return self.unit == "0 or 1"


@dataclass(frozen=True)
class Button:
    """A message that is sent as it is: `address` and `arguments`. `key` is what surfaces call it.

    Where `takes_time`, the last argument is how many beats the way there takes.
    """

    key: str
    name: str
    address: str
    arguments: tuple[float | str, ...]
    help: str
    takes_time: bool = False


@dataclass(frozen=True)
class Layout:
    """Everything that a surface of `instrument`, which plays `model`, shows, in this order.

    `stage` is what must always be at hand: play, stop, undo, redo, hush, panic (the last). `port` is where
    the instrument listens on `host`, `reply_port` where programs hear that cannot hear where they send from.
    """

    instrument: str
    model: str
    latents: tuple[Fader, ...]
    sound: tuple[Fader, ...]
    tempo: Fader
    stage: tuple[Button, ...]
    places: tuple[Button, ...]
    recall: tuple[Button, ...]
    save: tuple[Button, ...]
    host: str
    port: int
    reply_port: int

    @property
    def faders(self) -> tuple[Fader, ...]:
        """All that have a value."""
        return (*self.latents, *self.sound, self.tempo)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All that are pressed."""
        return (*self.stage, *self.places, *self.recall, *self.save)


def layout(
    info: ModelInfo,
    instrument: str = "drone",
    over: float = 4.0,
    host: str = "127.0.0.1",
    port: int = 9100,
    reply_port: int = 9101,
) -> Layout:
    """The layout of `instrument`, which plays the model `info`; `over` beats is how long ways take.

    Raises a PlaudError for a name that no instrument can have.
    """
    nodes = _namespace(info, instrument)
    root = f"{INSTRUMENTS}{instrument}/"
    rows = [(node, node.row) for node in nodes.values() if node.row is not None and node.row.size == 1]
    latents = {row.index: _latent(node, row, info) for node, row in rows if row.name == f"z{row.index}"}
    bpm, anchor = nodes["/plaud/clock/bpm"], nodes[root + "anchor"]
    return Layout(
        instrument,
        info.name,
        tuple(latents[index] for index in range(info.latent_size)),
        tuple(_fader(node, row) for node, row in rows if row.index is None),
        Fader("bpm", bpm.address, *TEMPO, bpm.fields[0].default or TEMPO[0], "bpm", bpm.help),
        (
            _way("play", "play", nodes[root + "play"], over),
            _way("stop", "stop", nodes[root + "stop"], over),
            _button("undo", "undo", nodes["/plaud/undo"]),
            _button("redo", "redo", nodes["/plaud/redo"]),
            _button("hush", "hush", nodes["/plaud/hush"], HUSH_BEATS),
            _button("panic", "panic", nodes["/plaud/panic"]),
        ),
        tuple(_way(f"go-{name}", name, anchor, name, over) for name in anchor.fields[0].choices),
        tuple(_way(f"recall-{name}", name, nodes["/plaud/scene/recall"], name, over) for name in SCENES),
        tuple(_button(f"save-{name}", f"save {name}", nodes["/plaud/scene/save"], name) for name in SCENES),
        host,
        port,
        reply_port,
    )


def _namespace(info: ModelInfo, instrument: str) -> Mapping[str, Node]:
    """The namespace of an instrument that was just loaded, with the scenes that the surface knows."""
    conductor = Conductor(ANY_RATE, lambda name: info)
    conductor.submit(Transaction((Load(instrument, info.path), *(Scene(name) for name in SCENES))), 0)
    return addresses(conductor.state)


def _latent(node: Node, row: Parameter, info: ModelInfo) -> Fader:
    """A latent over its playable range: what overshoots it is typed."""
    alias = info.names[row.index or 0]
    name = f"{row.name} {alias}" if alias else row.name
    return Fader(name, node.address, 0.0, 1.0, min(max(row.default, 0.0), 1.0), row.unit, row.help)


def _fader(node: Node, row: Parameter) -> Fader:
    name = row.name.replace("_", " ")
    return Fader(name, node.address, row.low, row.high, row.default, row.unit, row.help)


def _button(key: str, name: str, node: Node, *arguments: float | str) -> Button:
    return Button(key, name, node.address, arguments, node.help)


def _way(key: str, name: str, node: Node, *arguments: float | str) -> Button:
    return Button(key, name, node.address, arguments, node.help, takes_time=True)
