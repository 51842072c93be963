"""Proof by trial: a FLAMO model in float64 against what FAUST makes of its text, each input with each output.

Impulse responses h(n) of the compiled text are compared with the transfer matrices that FLAMO computes at
the points z(k) = r exp(2 pi i k / K) of a circle. There, sum h(n) z(k)^-n is the transform of h(n) r^-n
folded to K samples: exact, but for what follows the last sample. r is 1 where the response has died away by
then, and else just so much larger that what follows is below -165 dB. FLAMO's own impulse responses would
not do: they are folded in time, a lossless loop's without end.
"""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from compiler.backend.faust import model_to_faust
from compiler.errors import BuildError, ToolMissing
from compiler.ir.nodes import Array, Fir, Node, walk
from compiler.ir.response import response
from compiler.passes.fractional import FractionalDelay
from compiler.pipeline import Prepared, prepare
from compiler.toolchain import cyfaust_host, faust_cli

if TYPE_CHECKING:
    from torch import nn

Spectra = NDArray[np.complex128]

TOLERANCE_DB = {"double": -150.0, "float": -120.0}
"""Largest energy of the error relative to the reference's, by the precision of the compiled text."""
FRACTIONAL_MARGIN_DB = 3.0
"""How far above the error that is known of its fractional delays a model may be."""
SMALLEST_TRANSFORM = 972  # no power of two: no model is made for it, and FLAMO works out its points anew
SAMPLES = {"faust": (1 << 15, 1 << 18), "cyfaust": (1 << 13, 1 << 15)}
"""How much of a response is compared, and how much if it has not died away by then."""
NEGLIGIBLE_DB = -165.0
QUICKLY = ("-O1",)
"""What the C++ compiler is told: it runs once, and takes half as long as with `-O3`."""
_BLOCKS = 32
_HEAVIEST_DB = 2000.0


@dataclass(frozen=True, eq=False)
class Report:
    """What was compared, and by how much it differs: energies in dB relative to the reference's."""

    name: str
    tool: str
    """`faust` or `cyfaust`, with its version."""
    precision: str
    """`double` or `float`."""
    samples: int
    radius: float
    """|z| of the circle on which responses were compared."""
    truncation_db: float
    """Level of what would come after the last sample, estimated."""
    error_db: float
    """All paths together."""
    path_errors_db: Array
    """[outputs, inputs]; relative to each path's own energy, -inf for a path that is silent in both."""
    frequencies_hz: Array
    """[points], from 0 to half the sample rate: where responses were compared, on the circle."""
    levels_db: Array
    """[points, 2]: the reference and the error, all paths together, relative to the reference's mean."""
    approximation_db: float
    """What the fractional delays' filters are off by; -inf if there are none."""
    fractional: tuple[FractionalDelay, ...]
    tolerance_db: float

    @property
    def allowed_db(self) -> float:
        """The tolerance, or the error known of fractional delays if that is larger."""
        return max(self.tolerance_db, self.approximation_db + FRACTIONAL_MARGIN_DB)

    @property
    def passed(self) -> bool:
        """Whether the error is as small as it must be."""
        return bool(self.error_db <= self.allowed_db)

    def __str__(self) -> str:
        outputs, inputs = self.path_errors_db.shape
        worst = np.unravel_index(np.argmax(self.path_errors_db), self.path_errors_db.shape)
        lines = [
            f"{self.name}: {'equal' if self.passed else 'NOT EQUAL'}, error {self.error_db:.1f} dB"
            f" (allowed {self.allowed_db:.1f} dB)",
            f"  {outputs} x {inputs} paths, worst: input {worst[1]} to output {worst[0]},"
            f" {self.path_errors_db[worst]:.1f} dB",
            f"  {self.tool}, {self.precision}, {self.samples} samples, compared at |z| = {self.radius:.9g},"
            f" {self.truncation_db:.0f} dB after the last",
            *(f"  {delay}" for delay in self.fractional),
        ]
        return "\n".join(lines)


def verify(
    model: "nn.Module",
    fs: float,
    name: str = "reverb",
    double: bool = True,
    tool: str | None = None,
    samples: int | None = None,
    tolerance_db: float | None = None,
) -> Report:
    """Compile the FLAMO `model` at `fs` Hz and compare every input with every output.

    `tool` is "faust" (with a C++ compiler) or "cyfaust", by default the first that is installed; `samples`
    are compared, by default as many as `SAMPLES` says. Raises what
    `flamo_to_json` and `prepare` raise for what cannot be compiled, ToolMissing, and BuildError.
    """
    from compiler.frontend.read import read_copy  # torch and FLAMO come with these
    from compiler.frontend.reference import transfer_matrices

    read, copied = read_copy(model, fs, name)
    prepared = prepare(read)
    found, weight_db, truncation_db, used = _heard(prepared, double, tool, samples)
    size = max(SMALLEST_TRANSFORM, *(2 * _taps(node) for _, node in walk(read.root)))
    radius = 10.0 ** (weight_db / 20.0 / found.shape[-1])
    points, wanted = transfer_matrices(copied, name, read.root.inputs, size, radius)
    heard = _on_circle(found, size, radius)
    exact, approximated = response(read.root, points), response(prepared.model.root, points)
    precision = "double" if double else "float"
    return Report(
        name=name,
        tool=used,
        precision=precision,
        samples=found.shape[-1],
        radius=radius,
        truncation_db=truncation_db,
        error_db=_level(heard - wanted, wanted),
        path_errors_db=_path_levels(heard - wanted, wanted),
        frequencies_hz=np.abs(np.angle(points)) / (2.0 * np.pi) * fs,
        levels_db=np.stack([_by_point(part, wanted) for part in (wanted, heard - wanted)], axis=-1),
        approximation_db=_level(approximated - exact, exact) if prepared.fractional else -np.inf,
        fractional=prepared.fractional,
        tolerance_db=TOLERANCE_DB[precision] if tolerance_db is None else tolerance_db,
    )


def _heard(
    prepared: Prepared, double: bool, tool: str | None, samples: int | None
) -> tuple[Array, float, float, str]:
    """Impulse responses [outputs, inputs, samples] of the compiled text, their weight, and what made them."""
    text, root = model_to_faust(prepared), prepared.model.root
    used = tool or _installed()
    host = {"faust": faust_cli, "cyfaust": cyfaust_host}[used]
    with _compiled(text, used, double) as program:
        if (program.inputs, program.outputs) != (root.inputs, root.outputs):
            raise BuildError("", f"{used} made {program.inputs} inputs and {program.outputs} outputs")
        for count in SAMPLES[used] if samples is None else (samples,):
            found = program.impulse_responses(count, prepared.sample_rate)
            finite = np.isfinite(found).all(axis=(0, 1))
            found = found if finite.all() else found[..., : max(1, int(np.argmin(finite)))]
            weight_db, truncation_db = _weight(found)
            if weight_db == 0.0:
                break
    return found, weight_db, truncation_db, f"{used} {host.version()}"


def _compiled(
    text: str, used: str, double: bool
) -> AbstractContextManager[faust_cli.Program | cyfaust_host.Interpreter]:
    if used == "faust":
        return faust_cli.build(text, double, flags=QUICKLY)
    return nullcontext(cyfaust_host.Interpreter(text, double))


def _installed() -> str:
    try:
        faust_cli.faust()
        faust_cli.cpp_compiler()
    except ToolMissing:
        return "cyfaust"
    return "faust"


def _weight(found: Array) -> tuple[float, float]:
    """How many dB r^-n must take over all samples for what follows to be negligible, and its level then.

    What follows is estimated from the last two of equal parts: on average it falls on as between them.
    """
    parts = np.array_split(found, _BLOCKS, axis=-1)
    energies = np.array([float(np.sum(part**2)) for part in parts])
    weight_db, level = 0.0, _rest_db(energies)
    while level > NEGLIGIBLE_DB and weight_db < _HEAVIEST_DB:
        weight_db += 10.0
        level = _rest_db(energies * 10.0 ** (-weight_db / 10.0 * np.arange(_BLOCKS) / _BLOCKS))
    return weight_db, level


def _rest_db(energies: Array) -> float:
    before, last = energies[-4:-2].sum(), energies[-2:].sum()
    if last == 0.0:
        return -np.inf
    fall = last / before if before > 0.0 else np.inf
    rest = last * fall / (1.0 - fall) if fall < 1.0 else np.inf
    return float(10.0 * np.log10(rest / energies.sum()))


def _on_circle(found: Array, size: int, radius: float) -> Spectra:
    """The transform of `found` [outputs, inputs, samples] at the points of the circle, [points, ...]."""
    samples = found.shape[-1]
    weighted = found * radius ** -np.arange(float(samples))
    padded = np.zeros((*found.shape[:-1], -(-samples // size) * size))
    padded[..., :samples] = weighted
    folded = padded.reshape(*found.shape[:-1], -1, size).sum(axis=-2)
    return np.moveaxis(np.fft.rfft(folded), -1, 0)


def _taps(node: Node) -> int:
    return node.taps.shape[-1] if isinstance(node, Fir) else 1


def _level(error: Spectra, wanted: Spectra) -> float:
    """Energy of `error` relative to that of `wanted`, in dB; of nothing to nothing -inf."""
    energy, reference = float(np.sum(abs(error) ** 2)), float(np.sum(abs(wanted) ** 2))
    if energy == 0.0:
        return -np.inf
    return float(10.0 * np.log10(energy / reference)) if reference > 0.0 else np.inf


def _by_point(part: Spectra, wanted: Spectra) -> Array:
    """Energy of `part` at each point, relative to the mean of `wanted`, in dB."""
    energies, mean = np.sum(abs(part) ** 2, axis=(1, 2)), np.sum(abs(wanted) ** 2) / len(wanted)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(10.0 * np.log10(energies / mean))


def _path_levels(error: Spectra, wanted: Spectra) -> Array:
    levels = [
        [_level(error[:, o, i], wanted[:, o, i]) for i in range(wanted.shape[2])]
        for o in range(wanted.shape[1])
    ]
    return np.array(levels)
