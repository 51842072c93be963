"""FAUST from a prepared model: one definition for each node, then `process`.

A loop y = F (x + B y) is cut where FAUST's `~` puts a sample, taken from F or B exactly:

    F = z^-1 F':  u = x + B w,  w = F' u',  y = w     (' is the sample of ~; nothing to give back)
    B = z^-1 B':  y = F (x + B' y')
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from compiler.backend.faust_coefficients import Coefficients, leaves_by_name, powers_in_loops
from compiler.backend.faust_controls import FaustControls, shared_glide
from compiler.backend.faust_delays import Delays, delay, delays_of, fir
from compiler.backend.faust_filters import sos
from compiler.backend.faust_header import header
from compiler.backend.faust_matrices import gain
from compiler.backend.faust_text import Text, number
from compiler.controls import HOST_RATES, ControlPlan, plan_controls
from compiler.ir.json import from_json
from compiler.ir.nodes import Delay, Fir, Gain, Node, Parallel, Recursion, Series, Sos, walk
from compiler.ir.validate import validate
from compiler.passes.loops import UnitLoop, place_unit_delays, take_sample
from compiler.pipeline import Prepared, prepare


def json_to_faust(
    config: Mapping[str, Any],
    controls: Sequence[str] | Mapping[str, tuple[float, float]] | None = None,
    follow_host_rate: bool = False,
    live: bool = False,
) -> str:
    """FAUST text of a model in JSON, with the macro controls that are named, each maybe with its range.

    `follow_host_rate`: delays and filters are computed for the host's sample rate, else they are for the
    model's. `live`: coefficients are hidden controls by path, see `model_to_faust`. Raises ConfigError for a
    configuration that `from_json` or the published schema refuses, other errors of the compiler for what it
    cannot do.
    """
    model = from_json(config)  # whose reasons say more
    validate(config)
    prepared = prepare(model)
    plan = plan_controls(prepared, controls, HOST_RATES if follow_host_rate else ())
    return model_to_faust(prepared, plan, follow_host_rate=follow_host_rate, live=live)


def flamo_to_faust(
    model: Any,
    fs: float,
    name: str = "reverb",
    controls: Sequence[str] | Mapping[str, tuple[float, float]] | None = None,
    follow_host_rate: bool = False,
    live: bool = False,
) -> str:
    """FAUST text of a FLAMO `model` at `fs` Hz: `flamo_to_json`, then `json_to_faust`."""
    from compiler.frontend.read import read_model  # torch and FLAMO come with it

    prepared = prepare(read_model(model, fs, name))
    plan = plan_controls(prepared, controls, HOST_RATES if follow_host_rate else ())
    return model_to_faust(prepared, plan, follow_host_rate=follow_host_rate, live=live)


def model_to_faust(
    prepared: Prepared,
    plan: ControlPlan | None = None,
    follow_host_rate: bool = False,
    live: bool = False,
    generation: int = 0,
    digest: str | None = None,
) -> str:
    """FAUST text of a prepared model: ASCII, the same for the same model.

    With `live` each coefficient is a hidden number entry labelled `PATH/INDEX`, which `parameter_values`
    lists, so that new values for the same structure need no new text. Where an entry declares `rates`, a list
    of sample rates in Hz, it has so many values there, one for each. `digest`: that structure's, if known.
    """
    plan = plan or ControlPlan()
    writer = Writer(prepared, plan, follow_host_rate, live)
    digest = digest or structure_digest(prepared, plan, follow_host_rate)
    return f"{header(prepared.model, digest, generation, follow_host_rate)}\n\n{writer.program()}\n"


def structure_digest(
    prepared: Prepared, plan: ControlPlan | None = None, follow_host_rate: bool = False
) -> str:
    """sha256, in hexadecimal, of all that is not a coefficient: shapes, forms, delays, controls, names."""
    return structure_and_values(prepared, plan, follow_host_rate)[0]


def parameter_values(
    prepared: Prepared, plan: ControlPlan | None = None, follow_host_rate: bool = False
) -> dict[str, list[float]]:
    """Values of the hidden controls of `live` text, by path, in the order of their index."""
    return structure_and_values(prepared, plan, follow_host_rate)[1]


def structure_and_values(
    prepared: Prepared, plan: ControlPlan | None = None, follow_host_rate: bool = False
) -> tuple[str, dict[str, list[float]]]:
    """`structure_digest` and `parameter_values`, in the time of one."""
    writer = Writer(prepared, plan or ControlPlan(), follow_host_rate, live=True)
    return hashlib.sha256(writer.structure().encode("ascii")).hexdigest(), writer.coefficients.values


class Writer:
    """Writes the text of one model, once."""

    def __init__(self, prepared: Prepared, plan: ControlPlan, follow_host_rate: bool, live: bool) -> None:
        self._model = prepared.model
        self._follows = follow_host_rate
        rate = prepared.sample_rate
        self._delays: Delays = delays_of(self._model.root, rate, follow_host_rate)
        glide = None
        if self._delays.has_rings and not (follow_host_rate or live):
            glide = shared_glide(plan, rate, powers_in_loops(self._model.root))
        self._controls = FaustControls(plan, rate, follow_host_rate, glide)
        plain = self._controls.definitions(Coefficients(self._controls, {}))
        words = re.findall(r"[A-Za-z_]\w*", "\n".join(plain))
        self._text = Text([*words, "model", "other_rate", "host_ratio"])
        originals = leaves_by_name(self._model.root)
        self._outermost = ""
        self.coefficients = Coefficients(self._controls, originals, live)

    def structure(self) -> str:
        """The program without its coefficients, on long lines, and without the helpers that it names."""
        self.coefficients.written = lambda value: "c"
        self._text.is_laid_out = False
        controls, process = self._controls_and_process()
        return self._text.body(controls, process)

    def program(self) -> str:
        """Everything below the header."""
        return self._text.program(*self._controls_and_process())

    def _controls_and_process(self) -> tuple[list[str], str]:
        """What comes before the definitions of the nodes, which are made here, and what comes after."""
        root = self._model.root
        controls = self._controls.definitions(self.coefficients)
        process = self._controls.wrapped(self._expression(root), root.inputs, root.outputs)
        rate = number(self._model.sample_rate)
        if self._follows:
            controls = [f"host_ratio = ma.SR / {rate};", *controls]
            return controls, f"process = {process};"
        lamp = f'hbargraph("made for {self._model.sample_rate:g} Hz, not for this rate[style:led]", 0, 1)'
        warning = f"// FAUST cannot refuse a sample rate.\nother_rate = (ma.SR != {rate}) : {lamp};"
        lit = "attach(_, other_rate)" + f", bus({root.outputs - 1})" * (root.outputs > 1)
        return controls, f"model = {process};\n\n{warning}\n\nprocess = model : {lit};"

    def _expression(self, node: Node) -> str:
        match node:
            case Gain():
                return gain(self._text, self.coefficients, node)
            case Delay():
                return delay(self._text, self.coefficients, self._delays, node)
            case Fir():
                return fir(self._text, self.coefficients, self._delays, node)
            case Sos():
                name = sos(self._text, self.coefficients, node, self._follows)
                return self._controls.held(name, node.inputs) if self.coefficients.in_loop else name
            case Series():
                parts = [self._expression(child) for child in node.children]
                return self._text.define(node.name, " : ".join(parts))
            case Parallel():
                parts = [self._expression(child) for child in node.children]
                joined = f"bus({node.inputs}) <: ({', '.join(parts)})"
                if node.is_sum:
                    joined = f"({joined}) :> bus({node.outputs})"
                return self._text.define(node.name, joined)
            case Recursion():
                return self._loop(node)
            case UnitLoop():
                return self._fed_back(node)
        raise TypeError(f"{node.name}: a {type(node).__name__} is no node")

    def _loop(self, loop: Recursion) -> str:
        is_outermost = not self.coefficients.in_loop
        if is_outermost:
            self.coefficients.in_loop = True
            self._outermost = loop.name
        early = take_sample(loop.forward)
        if early is None or (_has_loop(loop.forward) and take_sample(loop.feedback) is not None):
            name = self._expression(place_unit_delays(loop))
        else:
            name = self._fed_forward(loop, early)
        self.coefficients.in_loop = not is_outermost
        return name

    def _fed_forward(self, loop: Recursion, early: Node) -> str:
        """The sample in the forward path: a turn gives w and u, and u goes back."""
        i, o = loop.inputs, loop.outputs
        forward = self._expression(early)
        feedback = self._ended(self._expression(loop.feedback), loop)
        body = (
            f"turn ~ (cut({o}), bus({i})) : bus({o}), cut({i}) with {{\n"
            f"    turn = ({forward}, bus({i})) : ((bus({o}) <: bus({o}), {feedback}), bus({i}))\n"
            f"        : (bus({o}), mix({i}));\n"
            "}"
        )
        return self._text.define(loop.name, body, comment=f"{loop.name}: loop, ~ in its forward path")

    def _fed_back(self, loop: UnitLoop) -> str:
        forward = self._expression(loop.forward)
        feedback = self._ended(self._expression(loop.feedback), loop)
        body = f"(mix({loop.inputs}) : {forward}) ~ {feedback}"
        return self._text.define(loop.name, body, comment=f"{loop.name}: loop, ~ in its feedback path")

    def _ended(self, feedback: str, loop: Recursion | UnitLoop) -> str:
        """With what controls put at the end of the outermost feedback."""
        if loop.name != self._outermost:
            return feedback
        end = self._controls.loop_end(loop.name, loop.inputs, self.coefficients.coefficient)
        return feedback if end is None else f"({feedback} : {end})"


def _has_loop(node: Node) -> bool:
    return any(isinstance(inner, Recursion) for _, inner in walk(node))
