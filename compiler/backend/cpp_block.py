"""C++ that works on blocks of 64 samples: one header, with the class that FAUST generates.

A loop can be run a block at a time where its shortest delay is at least a block: then what the lines give
for the whole block is there before anything of it is written. So matrices become products of matrices with
blocks, or butterflies over them, and filters run lane by lane in a vector. Loops with shorter delays run in
chunks that are as long as their delays allow, down to a sample. `compiler.passes.schedule` decides that.

The class has the interface of FAUST's `mydsp` and takes its place in the same architectures, with
FAUSTFLOAT float or double; it computes in FAUSTFLOAT, or in BLOCK_REAL if that is defined. Sections with
poles so near z = 1 that float would be too coarse run in double. Denormal numbers are taken as zero while
`compute` runs, and the processor's mode is put back at its end: what is lost is below 1e-37.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from compiler.backend.cpp_controls import interface, with_controls
from compiler.backend.cpp_operations import Operations, Position
from compiler.backend.cpp_rows import share_rows
from compiler.backend.cpp_text import comment, literal
from compiler.controls import ControlPlan
from compiler.errors import BadValue
from compiler.passes.program import Loop, Program
from compiler.passes.schedule import schedule_model
from compiler.pipeline import Prepared

_WHOLE = re.compile(r"( *)@(\w+)@")
_PART = re.compile(r"@(\w+)@")

BLOCK = 64
"""Samples."""
_PADDING = 32
"""Samples behind each row that whole vectors may spill into, where chunks begin within a row."""


def model_to_cpp(prepared: Prepared, plan: ControlPlan | None = None, class_name: str = "mydsp") -> str:
    """A self-contained header with the class `class_name`, for `prepared` with the controls of `plan`.

    Raises BadValue for a class name that C++ does not take, DelayFreeLoop for a loop that cannot be run.
    """
    if not (class_name.isascii() and class_name.isidentifier()):
        raise BadValue("", f"class name {class_name!r}: must be a C++ identifier")
    plan = plan or ControlPlan()
    model, knobs = with_controls(prepared.model, plan)
    program = schedule_model(model, BLOCK)
    rows, count = share_rows(program)
    stride = BLOCK + (_PADDING if any(isinstance(each, Loop) for each in program.operations) else 0)
    operations = Operations(program, rows, knobs)
    body = operations.emit(program.operations, Position("0", "n", BLOCK))
    inputs = rows[program.inputs.first], program.inputs.count
    outputs = rows[program.outputs.first], program.outputs.count
    controls = interface(plan, operations, inputs, outputs)
    window = [f"Real fWindow[{operations.window} + kBlock + kSpill];"] if operations.window else []
    return _filled(
        {
            "title": [
                f"{comment(program.name)}: {program.inputs.count} inputs, {program.outputs.count} outputs."
            ],
            "class": [class_name],
            "label": [literal(program.name)],
            "sample_rate": [f"{program.sample_rate:g}"],
            "kernels": [_text_of("cpp_kernels.hpp"), _text_of("cpp_cascade.hpp")],
            "tables": operations.tables.lines,
            "block": [str(BLOCK)],
            "stride": [str(stride)],
            "rows": [str(count)],
            "memory": [str(operations.memory)],
            "members": [*operations.members, *window, *controls.members],
            "functions": [line.replace("@class@", class_name) for line in controls.functions],
            "metadata": _metadata(program),
            "inputs": [str(program.inputs.count)],
            "outputs": [str(program.outputs.count)],
            "input_row": [str(inputs[0])],
            "output_row": [str(outputs[0])],
            "constants": operations.constants,
            "resets": controls.resets,
            "clears": [*operations.clears, *controls.clears],
            "sliders": controls.sliders,
            "before": controls.before,
            "operations": body,
            "after": controls.after,
        }
    )


def _metadata(program: Program) -> list[str]:
    declared = {
        "name": program.name,
        "sample_rate": f"{program.sample_rate:g}",
        "compiler": "plaud-live cpp-block",
    }
    return [f'm->declare("{key}", {literal(value)});' for key, value in declared.items()]


def _filled(parts: Mapping[str, Sequence[str]]) -> str:
    """The class with each `@part@` in its place; one with a line of its own brings lines, indented."""
    lines = []
    for line in _text_of("cpp_class.hpp").splitlines():
        whole = _WHOLE.fullmatch(line)
        if whole is not None:
            lines += [whole[1] + part if part else "" for part in parts[whole[2]]]
        else:
            lines.append(_PART.sub(lambda part: parts[part[1]][0], line))
    return "\n".join(lines) + "\n"


def _text_of(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="ascii")
