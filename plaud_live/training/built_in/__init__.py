"""The models that ship with the package, and the one command that makes them again.

`python -m plaud_live.training.built_in [NAME ...]`; see plaud_live/data/README.md.
"""
