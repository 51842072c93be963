"""Compilers of FAUST that are installed: Debian's `faust` with `g++`, and the wheel `cyfaust`."""
