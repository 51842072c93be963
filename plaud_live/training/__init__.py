"""From a folder of recordings to a model file: prepare, train, report, evaluate.

`arguments` holds the command lines and imports nothing heavy; everything that needs torch is imported late.
"""
