"""The warm-up of signals meets every kind of node."""

from plaud_live.signals.data import KINDS
from plaud_live.signals.space import Anchor
from plaud_live.signals.traversal import walk
from plaud_live.signals.warm import every_kind, warm


def test_every_kind_of_node_is_played() -> None:
    met = {type(node) for node in walk(every_kind())}
    assert met == set(KINDS.values()) - {Anchor}
    warm()
