"""The tree that `inspect` prints: what a reader looks for in it is there."""

import numpy as np
import pytest

from compiler.certificate import certify
from compiler.ir.nodes import Delay, Fir, Gain, Model, Parallel, Recursion, Series, Sos
from compiler.outline import describe, order

HADAMARD = np.array([[1.0, 1.0], [1.0, -1.0]]) / np.sqrt(2.0)


def hall() -> Model:
    section = [0.5, 0.0, 0.0, 1.0, 0.0, 0.0]
    inner = Recursion("inner", Delay("short", np.full(2, 10.0)), Gain("back", np.full(2, 0.1)))
    loop = Recursion(
        "loop",
        Series("lines", (Delay("delays", np.array([100.0, 200.5])), inner)),
        Series("return", (Sos("filters", np.tile(section, (2, 3, 1))), Gain("mixing", 0.5 * HADAMARD))),
    )
    dry = Fir("dry", np.ones((2, 4)) / 8.0)
    return Model("hall", 1000.0, Parallel("both", (loop, dry)), notes=("both/loop: frozen",))


def test_the_tree_names_sizes_forms_delays_and_verdicts():
    lines = describe(hall(), certify(hall())).splitlines()
    assert lines[0] == "hall: 1000 Hz, 2 inputs, 2 outputs, certified-stable"
    assert lines[1] == "  both/loop: frozen"
    assert lines[2].startswith("  both/loop/lines/delays[1]: 200.5 samples by ")
    assert lines[3:5] == [
        "both  parallel 2 → 2, summed",
        "├─ loop  loop 2 → 2, order 333, delays of 100 to 200.5 samples (fractional) (100 to 200 ms),"
        " 1 matrix: hadamard",
    ]
    assert lines[5].startswith("│  │  certified-stable: ")
    assert lines[6:] == [
        "│  ├─ forward lines  series 2 → 2",
        "│  │  ├─ delays  delay 2 → 2, 100 to 200.5 samples (fractional) (100 to 200 ms)",
        "│  │  └─ inner  loop 2 → 2, order 20, delays of 10 samples (10 ms)",
        "│  │     ├─ forward short  delay 2 → 2, 10 samples (10 ms)",
        "│  │     └─ feedback back  gain 2 → 2, diagonal",
        "│  └─ feedback return  series 2 → 2",
        "│     ├─ filters  filter 2 → 2, 3 second-order sections each",
        "│     └─ mixing  gain 2 → 2, hadamard",
        "└─ dry  FIR 2 → 2, 4 taps each",
    ]


@pytest.mark.parametrize(
    ("node", "values"),
    [
        (Gain("g", np.ones((2, 3))), 0),
        (Delay("d", np.array([3.0, 4.5])), 8),
        (Fir("f", np.ones((2, 5))), 8),
        (Sos("s", np.tile([1.0, 0.0, 0.0, 1.0, 0.0, 0.0], (2, 3, 1))), 12),
    ],
)
def test_the_order_is_the_number_of_values_that_are_kept(node, values):
    assert order(node) == values
