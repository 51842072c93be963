"""FAUST text, interpreted in this process by the wheel `cyfaust`: quick to start, slow to run.

cyfaust 0.2.1 (Faust 2.88) takes buffers of float32 only; in double precision it reads and writes 8 bytes a
sample all the same, so float64 arrays are handed over viewed as float32. Plain float32 arrays would be
overrun. For code that Faust refuses it returns None and prints the reason, which is caught.
"""

import contextlib
import io
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from compiler.errors import BuildError, ToolMissing
from compiler.ir.nodes import Array

BLOCK = 4096

Result = TypeVar("Result")


class Interpreter:
    """FAUST text, ready to run: `process` and `impulse_responses`."""

    def __init__(self, text: str, double: bool = True) -> None:
        """Raises ToolMissing without cyfaust, BuildError with Faust's first complaint about `text`."""
        cyfaust = _cyfaust()
        options = ["-double"] if double else []
        self._kind = np.float64 if double else np.float32
        self._factory, said = _listening(
            lambda: cyfaust.create_dsp_factory_from_string("model", text, *options)
        )
        if self._factory is None:
            lines = [line.strip() for line in said.splitlines() if line.strip()]
            raise BuildError("", f"cyfaust: {lines[0] if lines else 'refused without a message'}")
        self._dsp = self._factory.create_dsp_instance()
        self.inputs: int = self._dsp.get_numinputs()
        self.outputs: int = self._dsp.get_numoutputs()

    def metadata(self) -> dict[str, str]:
        """What the text declares."""
        return dict(self._dsp.metadata())

    def displays(self) -> dict[str, float]:
        """What lamps and meters show, by label. In single precision only: cyfaust reads them as float32."""
        shown = [parameter.label for parameter in self._dsp.params() if not parameter.is_input]
        return {label: float(self._dsp.get_param(label)) for label in shown}

    def process(self, inputs: ArrayLike, sample_rate: float, clear_only: bool = False) -> Array:
        """Outputs [outputs, samples] for `inputs` [inputs, samples], from silence.

        With `clear_only` it is made silent as hosts do between takes, without making everything anew.
        """
        given = np.asarray(inputs, dtype=self._kind)
        samples = given.shape[1]
        if clear_only:
            self._dsp.instance_clear()
        else:
            self._dsp.init(round(sample_rate))
        heard = np.empty((self.outputs, samples), dtype=self._kind)
        for start in range(0, samples, BLOCK):
            block = np.ascontiguousarray(given[:, start : start + BLOCK])
            out = np.zeros((self.outputs, block.shape[1]), dtype=self._kind)
            self._dsp.compute(block.shape[1], block.view(np.float32), out.view(np.float32))
            heard[:, start : start + BLOCK] = out
        return heard.astype(np.float64)

    def impulse_responses(self, samples: int, sample_rate: float) -> Array:
        """[outputs, inputs, samples]."""
        responses = np.empty((self.outputs, self.inputs, samples))
        for channel in range(self.inputs):
            impulse = np.zeros((self.inputs, samples))
            impulse[channel, 0] = 1.0
            responses[:, channel] = self.process(impulse, sample_rate)
        return responses


def impulse_responses(
    dsp_text: str, samples: int, inputs: int, outputs: int, sample_rate: float, double: bool = True
) -> Array:
    """Impulse responses [outputs, inputs, samples] of FAUST text. Raises ToolMissing and BuildError."""
    interpreter = Interpreter(dsp_text, double)
    if (interpreter.inputs, interpreter.outputs) != (inputs, outputs):
        raise BuildError(
            "",
            f"{interpreter.inputs} inputs and {interpreter.outputs} outputs: {inputs} and {outputs} wanted",
        )
    return interpreter.impulse_responses(samples, sample_rate)


def version() -> str:
    """Version of Faust in cyfaust. Raises ToolMissing."""
    return str(_cyfaust().get_version())


def _cyfaust() -> Any:
    try:
        from cyfaust import cyfaust
    except ImportError:
        raise ToolMissing("", "no cyfaust here: pip install cyfaust") from None
    return cyfaust


def _listening(call: Callable[[], Result]) -> tuple[Result, str]:
    """What `call` gives, and what was printed meanwhile: cyfaust prints what Faust complains about."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        result = call()
    return result, said.getvalue()
