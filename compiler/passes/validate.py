"""Checks of what the nodes themselves cannot know: sizes that no machine plays, quotients that overflow."""

import numpy as np

from compiler.errors import BadValue
from compiler.ir.nodes import Delay, Fir, Model, Recursion, Series, Sos, walk

MOST_CHANNELS = 1024
LONGEST_SAMPLES = 1 << 24
"""Six minutes at 48 kHz, 128 MB a channel."""


def validate(model: Model) -> None:
    """Raise BadValue, with the path, for a node of `model` that cannot be compiled."""
    for path, node in walk(model.root):
        if not isinstance(node, Series | Recursion) and max(node.inputs, node.outputs) > MOST_CHANNELS:
            raise BadValue(path, f"{max(node.inputs, node.outputs)} channels: at most {MOST_CHANNELS}")
        match node:
            case Delay():
                longest = float(node.samples.max())
                if longest > LONGEST_SAMPLES:
                    raise BadValue(path, f"a delay of {longest:g} samples: at most {LONGEST_SAMPLES}")
            case Fir():
                if node.taps.shape[-1] > LONGEST_SAMPLES:
                    raise BadValue(path, f"{node.taps.shape[-1]} taps: at most {LONGEST_SAMPLES}")
            case Sos():
                with np.errstate(over="ignore"):
                    quotients = node.sections / node.sections[..., 3:4]
                if not np.isfinite(quotients).all():
                    raise BadValue(path, "a section divided by its a0 is not finite: a0 is too near 0")
