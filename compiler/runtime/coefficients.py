"""Coefficients of one model for every setting of the controls that act inside it.

What `ControlPlan.apply` gives is laid out and written down anew, half a millisecond of Python. That is too
long for a `t60` or a `damping` that moves all the time, so unless the model is frozen it is done once. `t60`
takes loops at z / gamma, by which every coefficient is multiplied by a whole power of gamma; `damping` closes
loops by (1 - p) / (1 - p / z), whose coefficients move in a straight line with the pole p.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from compiler.controls import ControlPlan, damping_pole
from compiler.ir.nodes import Array, Model
from compiler.passes.program import Program
from compiler.passes.schedule import schedule_model
from compiler.runtime.table import Table, assemble

OUTSIDE = ("pre_delay", "dry_wet")
"""Controls that leave the model as it is."""


class Coefficients:
    """Those of a prepared `model` with the controls of `plan`, laid out for blocks of `block` samples."""

    def __init__(self, model: Model, plan: ControlPlan, block: int) -> None:
        self.model, self.block = model, block
        self.plan = replace(plan, controls=tuple(c for c in plan.controls if c.name not in OUTSIDE))
        self._base = self._powers = self._slopes = np.zeros(0)
        if "t60" in self.plan.names:
            self._find_powers()

    def program(self, values: Mapping[str, float]) -> Program:
        """The program for the setting `values` of the plan's controls, those outside left aside."""
        return schedule_model(self.plan.apply(self.model, self._inner(values)), self.block)

    def table(self, values: Mapping[str, float]) -> Table:
        """Its code and coefficients."""
        return assemble(self.program(values))

    def numbers(self, values: Mapping[str, float]) -> Array:
        """The coefficients alone; in microseconds where `freeze` is off and there is a `t60`."""
        setting = self.plan.setting(self._inner(values))
        if "t60" not in setting or setting.get("freeze", 0.0) != 0.0:
            return self.table(values).numbers
        numbers: Array = self._base * self._gamma(setting["t60"]) ** self._powers
        if damping := setting.get("damping", 0.0):
            numbers += damping_pole(damping, self.model.sample_rate) * self._slopes
        return numbers

    def _find_powers(self) -> None:
        """Compare the neutral `t60` with the end of its range where gamma is further from 1."""
        control = self.plan["t60"]
        far = max((control.minimum, control.maximum), key=lambda t60: abs(np.log(self._gamma(t60))))
        self._base = self.table({}).numbers
        moved = self.table({"t60": far}).numbers
        alike = self._base == moved
        ratio = np.divide(moved, self._base, out=np.ones(moved.shape), where=~alike)
        self._powers = np.where(alike, 0.0, np.rint(np.log(ratio) / np.log(self._gamma(far))))
        if "damping" in self.plan.names:
            closed = self.table({"damping": 1.0}).numbers
            self._slopes = (closed - self._base) / damping_pole(1.0, self.model.sample_rate)

    def _gamma(self, t60: float) -> float:
        return self.plan.gamma({"t60": t60}, self.model.sample_rate)

    def _inner(self, values: Mapping[str, float]) -> dict[str, float]:
        return {name: value for name, value in values.items() if name not in OUTSIDE}
