"""Ableton Link: a process of its own, so that the instrument itself never loads what is under the GPL."""
