"""Compiler from FLAMO reverbs to FAUST: front end → IR → passes → certificate → back end.

Usable alone: it imports nothing of plaud_live. Its runtime needs NumPy and Numba only.
"""
