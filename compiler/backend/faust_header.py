"""The comments at the top of FAUST's text: where it comes from, and what it is, in words."""

from collections.abc import Iterator

from compiler.backend.faust_text import plain
from compiler.ir.nodes import Delay, Fir, Gain, Model, Node, Parallel, Recursion, Series, Sos
from compiler.passes.forms import matrix_form

COMPILER_VERSION = "0.1.0"


def header(model: Model, digest: str, generation: int, follow_host_rate: bool) -> str:
    """Provenance and topology of `model`, as comments and declarations, in ASCII."""
    rate = f"{model.sample_rate:g} Hz"
    root = model.root
    lines = [
        f"{model.name}: written by the plaud-live compiler {COMPILER_VERSION}. Do not edit, compile again.",
        f"sample rate: {rate}" + (", delays and filters follow the host's" if follow_host_rate else " only"),
        f"structure: {digest}",
        f"generation: {generation}",
        *(f"note: {note}" for note in model.notes),
        f"topology, {_count(root.inputs, 'input')}, {_count(root.outputs, 'output')}:",
        *_topology(root, model.sample_rate, "  "),
    ]
    declarations = [
        ("name", model.name),
        ("version", COMPILER_VERSION),
        ("structure", digest),
        ("generation", str(generation)),
        ("sample_rate", "host" if follow_host_rate else f"{model.sample_rate:g}"),
    ]
    return "\n".join(
        [
            *(f"// {line[: len(line) - len(line.lstrip())]}{plain(line)}" for line in lines),
            "",
            *(f'declare {key} "{quoted(value)}";' for key, value in declarations),
        ]
    )


def quoted(text: str) -> str:
    """`text` for between quotation marks."""
    return plain(text).replace("\\", "_").replace('"', "'")


def _topology(node: Node, sample_rate: float, indent: str, parent: str = "") -> Iterator[str]:
    yield f"{indent}{node.name.removeprefix(f'{parent}/')}: {_words(node, sample_rate)}"
    match node:
        case Recursion():
            for path, child in (("forward", node.forward), ("feedback", node.feedback)):
                yield f"{indent}  {path} path"
                yield from _topology(child, sample_rate, indent + "    ", node.name)
        case Series() | Parallel():
            for child in node.children:
                yield from _topology(child, sample_rate, indent + "  ", node.name)


def _words(node: Node, sample_rate: float) -> str:
    size = f"{node.inputs} to {node.outputs}"
    match node:
        case Gain(gains=gains):
            if gains.ndim == 1:
                return f"{_count(len(gains), 'gain')}"
            return f"{type(matrix_form(gains)).__name__.lower()} matrix, {size}"
        case Delay(samples=samples):
            shortest, longest = round(float(samples.min())), round(float(samples.max()))
            between = f"{shortest}" if shortest == longest else f"{shortest} to {longest}"
            return f"delays of {between} samples, {1e3 * longest / sample_rate:.3g} ms at most, {size}"
        case Fir(taps=taps):
            return f"finite impulse responses of {taps.shape[-1]} samples, {size}"
        case Sos(sections=sections):
            return f"filters of {_count(sections.shape[-2], 'second-order section')}, {size}"
        case Series():
            return "one after another"
        case Parallel(is_sum=is_sum):
            return f"side by side, {'summed' if is_sum else 'outputs kept apart'}, {size}"
        case Recursion():
            return f"loop of {_count(node.inputs, 'channel')}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
