"""What was played, on disk: the last ten minutes of every track, takes cut from them, and recordings.

It runs in a process of its own, `python -m plaud_live.recording.writer`, that can hold up nobody.
"""
