"""Reverbs: feedback delay networks in FLAMO, made, fitted to a decay or a room, kept as JSON."""
