"""Signals: pure functions of beats, kept as data. NumPy only, no I/O."""
