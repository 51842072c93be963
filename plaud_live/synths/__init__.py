"""The voice and the encoder as they play: NumPy and Numba, exact for any block size, no torch."""
