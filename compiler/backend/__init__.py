"""Back ends: FAUST text, and C++ that computes in blocks."""
