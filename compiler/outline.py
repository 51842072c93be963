"""The IR as a tree to read: sizes, matrix forms, and for each loop its order, delays and verdict."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from compiler.certificate import Certificate, Finding
from compiler.certificate.judgement import VERDICTS
from compiler.ir.nodes import Array, Delay, Fir, Gain, Model, Node, Parallel, Recursion, Series, Sos, walk
from compiler.passes.forms import matrix_form


def describe(model: Model, certificate: Certificate) -> str:
    """`model` as lines of text, with what its certificate found for each loop."""
    root = model.root
    lines = [
        f"{model.name}: {model.sample_rate:g} Hz, {_count(root.inputs, 'input')},"
        f" {_count(root.outputs, 'output')}, {certificate.verdict}"
    ]
    lines += [f"  {note}" for note in (*model.notes, *certificate.fractional)]
    found = _findings(certificate)
    lines += _tree(root, root.name, "", "", model.sample_rate, found)
    paths = {path for path, _ in walk(root)}
    lines += [f"{path}: {said}" for path, said in found.items() if path not in paths]
    return "\n".join(lines)


def order(node: Node) -> int:
    """Number of values that `node` keeps from sample to sample."""
    match node:
        case Gain():
            return 0
        case Delay(samples=samples):
            return int(np.ceil(samples).sum())
        case Fir(taps=taps):
            return (taps.shape[-1] - 1) * int(np.prod(taps.shape[:-1]))
        case Sos(sections=sections):
            return 2 * int(np.prod(sections.shape[:-1]))
        case _:
            return sum(order(child) for child in node.children)


def _findings(certificate: Certificate) -> dict[str, str]:
    """The worst that was found for each path, in a sentence."""
    worst: dict[str, Finding] = {}
    for finding in certificate.findings:
        before = worst.get(finding.path)
        if before is None or VERDICTS.index(finding.verdict) > VERDICTS.index(before.verdict):
            worst[finding.path] = finding
    return {path: f"{finding.verdict}: {finding.reason}" for path, finding in worst.items()}


def _tree(
    node: Node, path: str, first: str, rest: str, sample_rate: float, found: Mapping[str, str]
) -> Iterator[str]:
    yield f"{first}{node.name}  {_line(node, sample_rate)}"
    if path in found:
        yield f"{rest}{'│  ' if _children(node) else '   '}{found[path]}"
    children = _children(node)
    for i, (role, child) in enumerate(children):
        last = i == len(children) - 1
        yield from _tree(
            child,
            f"{path}/{child.name}",
            f"{rest}{'└─ ' if last else '├─ '}{role}",
            f"{rest}{'   ' if last else '│  '}",
            sample_rate,
            found,
        )


def _children(node: Node) -> list[tuple[str, Node]]:
    match node:
        case Recursion(forward=forward, feedback=feedback):
            return [("forward ", forward), ("feedback ", feedback)]
        case Series(children=children) | Parallel(children=children):
            return [("", child) for child in children]
        case _:
            return []


def _line(node: Node, sample_rate: float) -> str:
    size = f"{node.inputs} → {node.outputs}"
    match node:
        case Gain(gains=gains):
            return f"gain {size}, {_form(gains)}"
        case Delay(samples=samples, gains=gains):
            text = f"delay {size}, {_delays(samples, sample_rate)}"
            return text if gains is None else f"{text}, with gains"
        case Fir(taps=taps):
            return f"FIR {size}, {_count(taps.shape[-1], 'tap')} each"
        case Sos(sections=sections):
            return f"filter {size}, {_count(sections.shape[-2], 'second-order section')} each"
        case Series():
            return f"series {size}"
        case Parallel(is_sum=is_sum):
            return f"parallel {size}, {'summed' if is_sum else 'side by side'}"
        case Recursion():
            return ", ".join([f"loop {size}", f"order {order(node)}", *_of_loop(node, sample_rate)])


def _of_loop(loop: Recursion, sample_rate: float) -> Iterator[str]:
    """Delays and matrices of a loop, without those of the loops inside it."""
    own = list(_outside_loops(loop.children))
    delays = [node.samples.ravel() for node in own if isinstance(node, Delay)]
    if delays:
        yield f"delays of {_delays(np.concatenate(delays), sample_rate)}"
    forms = [_form(node.gains) for node in own if isinstance(node, Gain) and node.gains.ndim == 2]
    if forms:
        yield f"{_count(len(forms), 'matrix', 'matrices')}: {', '.join(forms)}"


def _outside_loops(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, Series | Parallel):
            yield from _outside_loops(node.children)
        elif not isinstance(node, Recursion):
            yield node


def _form(gains: Array) -> str:
    if gains.ndim == 1:
        return "identity" if (gains == 1.0).all() else "diagonal"
    return type(matrix_form(gains)).__name__.lower()


def _delays(samples: Array, sample_rate: float) -> str:
    low, high = float(samples.min()), float(samples.max())
    fractional = "" if (samples == np.round(samples)).all() else " (fractional)"
    if low == high:
        return f"{low:g} samples{fractional} ({1e3 * low / sample_rate:.3g} ms)"
    low_ms, high_ms = 1e3 * low / sample_rate, 1e3 * high / sample_rate
    return f"{low:g} to {high:g} samples{fractional} ({low_ms:.3g} to {high_ms:.3g} ms)"


def _count(number: int, word: str, plural: str = "") -> str:
    return f"{number} {word if number == 1 else plural or word + 's'}"
