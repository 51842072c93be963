"""Plays FAUST text in cyfaust's interpreter, in blocks, between which sliders move."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]


@lru_cache(maxsize=8)
def compiled(text: str, double: bool) -> Any:
    """The program of `text`, which can make many machines."""
    import cyfaust

    factory = cyfaust.create_dsp_factory_from_string("played", text, *(["-double"] if double else []))
    assert factory is not None, "FAUST refuses the text"
    return factory


def play(
    text: str,
    sound: Samples,
    sample_rate: float,
    moves: Sequence[tuple[int, Mapping[str, float]]] = (),
    block: int = 1024,
    double: bool = True,
) -> Samples:
    """What `text` makes of `sound` [inputs, samples]: [outputs, samples].

    `moves` are (sample, sliders by label), ascending; those at sample 0 stand before the first. cyfaust
    0.2.1 forgets sliders that were not set once another is, if it computes in double: so all are set.
    """
    machine = compiled(text, double).create_dsp_instance()
    machine.init(int(sample_rate))
    kind: Any = np.float64 if double else np.float32
    set_to = {parameter.label: parameter.init for parameter in machine.params() if parameter.is_input}
    waiting = [(0, set_to), *moves]
    heard = []
    borders = sorted({*range(0, sound.shape[1], block), *(at for at, _ in moves), sound.shape[1]})
    for start, stop in pairwise(borders):
        while waiting and waiting[0][0] <= start:
            set_to = {**set_to, **waiting.pop(0)[1]}
            for label, value in set_to.items():
                machine.set_param(label, value)
        x = np.ascontiguousarray(sound[:, start:stop], dtype=kind)
        y = np.zeros((machine.get_numoutputs(), stop - start), dtype=kind)
        machine.compute(stop - start, x.view(np.float32), y.view(np.float32))
        heard.append(y.astype(np.float64))
    return np.concatenate(heard, axis=1)
