"""The front end: reads FLAMO models by asking their modules, and makes FLAMO models of configurations again.

Only here are torch and FLAMO imported.
"""
