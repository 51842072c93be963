"""Priorities: what is reported is what the kernel says, and nothing outlives the thread that asked."""

import gc
import os
import select
import subprocess
import sys
import threading

import pytest

from plaud_live.engine import realtime

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux scheduler")


def in_thread(work: object) -> object:
    results: list[object] = []
    thread = threading.Thread(target=lambda: results.append(work()))  # type: ignore[operator]
    thread.start()
    thread.join()
    return results[0]


@linux_only
def test_raise_priority_says_what_the_kernel_granted() -> None:
    def work() -> tuple[str, int, int]:
        words = realtime.raise_priority(10)
        thread = threading.get_native_id()
        policy = os.sched_getscheduler(thread) & ~os.SCHED_RESET_ON_FORK
        return words, policy, os.sched_getparam(thread).sched_priority

    words, policy, priority = in_thread(work)  # type: ignore[misc]
    if policy == os.SCHED_FIFO:
        assert words == f"SCHED_FIFO {priority}"
        assert priority <= 10
    else:
        assert "not permitted" in words
    assert os.sched_getscheduler(threading.get_native_id()) == os.SCHED_OTHER


@linux_only
def test_a_child_is_hurried_as_far_as_that_is_permitted() -> None:
    code = "import sys; print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        allowed = "not permitted" not in str(in_thread(lambda: realtime.raise_priority(1)))
        realtime.hurry(child.pid)
        policy = os.sched_getscheduler(child.pid) & ~os.SCHED_RESET_ON_FORK
        assert policy == (os.SCHED_FIFO if allowed else os.SCHED_OTHER)
        child.kill()
    realtime.hurry(child.pid)  # one that is gone is nobody's trouble


@linux_only
def test_background_work_leaves_the_caller_as_it_was() -> None:
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    nice = realtime.in_background(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    assert nice == realtime.BACKGROUND_NICE
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


def test_background_work_hands_on_its_failure() -> None:
    with pytest.raises(ZeroDivisionError):
        realtime.in_background(lambda: 1 // 0)


def test_frozen_garbage_is_collected_no_more() -> None:
    code = (
        "import gc; from plaud_live.engine import realtime; realtime.freeze_garbage(); "
        "print(gc.isenabled(), gc.get_freeze_count() > 0)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == ["False", "True"]
    assert gc.isenabled()


@linux_only
def test_lock_memory_says_what_it_got() -> None:
    code = (
        "from plaud_live.engine import realtime; print(realtime.lock_memory()); "
        "print([line for line in open('/proc/self/status') if line.startswith('VmLck')][0])"
    )
    said, locked = subprocess.check_output([sys.executable, "-c", code], text=True).splitlines()[:2]
    assert (said == "memory locked") == (int(locked.split()[1]) > 0)


@linux_only
def test_child_dies_with_its_parent() -> None:
    child = (
        "from plaud_live.engine import realtime; realtime.die_with_parent(); print('up', flush=True); input()"
    )
    parent = (
        "import subprocess, sys; "
        "pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE); "
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}], **pipes); "
        "child.stdout.readline(); print(child.pid, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        watch = os.pidfd_open(pid)
        process.kill()
    assert select.select([watch], [], [], 10.0)[0], "the child still runs"
    os.close(watch)
