"""What surfaces show: all of it is in the namespace, within what its addresses take, whatever the model."""

from dataclasses import replace

import pytest

from plaud_live.control.conductor import Conductor
from plaud_live.control.namespace import Node, addresses
from plaud_live.control.osc import OscMessage
from plaud_live.control.osc_fields import read
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.transaction import Load, Transaction
from plaud_live.errors import PlaudError
from plaud_live.surfaces.layout import Layout, layout
from tests.surfaces.readers import INFO, LAYOUT

BARE = replace(INFO, anchors={}, sines=0, names=("loud", *[""] * 7))
"""A model without anchors or sines, one latent of which has a name."""


def namespace(info: ModelInfo, name: str) -> dict[str, Node]:
    conductor = Conductor(44100, lambda _: info)
    conductor.submit(Transaction((Load(name, "m"),)), 0)
    return dict(addresses(conductor.state))


@pytest.mark.parametrize(("info", "name"), [(INFO, "drone"), (BARE, "bass_2")])
def test_everything_that_is_shown_is_taken(info: ModelInfo, name: str) -> None:
    shown, nodes = layout(info, name), namespace(info, name)
    messages = [OscMessage(button.address, button.arguments) for button in shown.buttons]
    for fader in shown.faders:
        messages += [OscMessage(fader.address, (v,)) for v in (fader.low, fader.high, fader.default)]
        assert fader.low <= fader.default <= fader.high
    for message in messages:
        node = nodes[message.address]
        read(node.fields, message, node.least)


def test_every_parameter_has_a_fader() -> None:
    nodes = namespace(INFO, "drone").items()
    rows = [a for a, node in nodes if node.row and node.row.size == 1 and node.row.name not in INFO.names]
    assert {fader.address for fader in LAYOUT.faders} == {*rows, "/plaud/clock/bpm"}


def test_a_named_latent_is_shown_once() -> None:
    shown = layout(BARE)
    assert [fader.name for fader in shown.latents] == ["z0 loud", *(f"z{i}" for i in range(1, 8))]
    assert not any(fader.key == "loud" for fader in shown.faders)


def test_keys_are_unique() -> None:
    keys = [each.key for each in (*LAYOUT.faders, *LAYOUT.buttons)]
    assert len(keys) == len(set(keys))


def test_panic_is_the_last_of_what_is_always_at_hand() -> None:
    assert LAYOUT.stage[-1].address == "/plaud/panic"


def test_ways_take_as_long_as_they_are_told_to() -> None:
    shown: Layout = layout(INFO, over=16.0)
    assert {button.arguments[-1] for button in shown.buttons if button.takes_time} == {16.0}


def test_a_name_that_no_instrument_can_have_is_refused() -> None:
    with pytest.raises(PlaudError, match="a b"):
        layout(INFO, "a b")
