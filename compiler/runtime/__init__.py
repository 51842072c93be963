"""Runs prepared models in Python, block by block: NumPy and Numba only, no FAUST, no torch."""

from compiler.runtime.runner import Runner, State

__all__ = ["Runner", "State"]
