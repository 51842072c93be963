"""Ending a loop of another thread, and what is left of it in the process: nothing."""

import subprocess
import sys
import threading
import time

import pytest

from plaud_live.repl.interrupt import OvertimeError, Section

TRACED = """
import sys
from plaud_live.repl.interrupt import Section

def called():
    return 42

section = Section()
section.run(called)
section.leave()
sys.settrace(lambda *_: None)
print(called())
"""


def test_what_is_traced_after_an_entry_runs() -> None:
    """With an exception asked for that never comes, CPython 3.11 does not get past the call."""
    done = subprocess.run([sys.executable, "-c", TRACED], capture_output=True, text=True, timeout=60)
    assert done.stdout == "42\n", done.stderr


def test_a_loop_without_end_is_interrupted() -> None:
    section = Section()
    threading.Timer(0.1, section.interrupt, [OvertimeError]).start()

    def without_end() -> None:
        while True:
            pass

    with pytest.raises(OvertimeError):
        section.run(without_end)
    assert not section.interrupt()


def test_an_interrupt_that_comes_late_does_not_get_out() -> None:
    """Asked for at any moment around the end of what runs, it ends that or nothing."""
    section = Section()
    ended = 0
    for delay in range(300):
        asked = threading.Thread(target=lambda d=delay: (time.sleep(d * 1e-6), section.interrupt()))
        asked.start()
        try:
            section.run(lambda d=delay: sum(range(4 * d)))
        except KeyboardInterrupt:
            section.leave()
            ended += 1
        asked.join()
        for _ in range(10):  # it would come here
            pass
    assert ended < 300
