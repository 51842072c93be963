"""What this process may ask of the machine to be on time: priorities, locked memory, no garbage collection.

Nothing here fails: each function returns in words what it got, for `doctor` and the log.
"""

import contextlib
import ctypes
import gc
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

SINK_PRIORITY = 65
ENGINE_PRIORITY = 60
SUPERVISOR_PRIORITY = 40
"""SCHED_FIFO: below JACK's server (70 or more), and the callback before the renderer that it wakes. The
supervisor sleeps until something dies, and must then be quick."""

BACKGROUND_NICE = 10
"""A tenth of a normal thread's share: at 19, a standby on a busy machine would be seconds late."""

HURRY_PRIORITY = 1
"""SCHED_FIFO of a process that everybody waits for: before all that is not real time, behind all that is."""

_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4
_PR_SET_PDEATHSIG = 1
_QOS_USER_INTERACTIVE, _QOS_BACKGROUND = 0x21, 0x09  # macOS, sys/qos.h


def raise_priority(priority: int = ENGINE_PRIORITY) -> str:
    """Real-time scheduling for the calling thread: SCHED_FIFO up to `priority`, as the limit allows."""
    if sys.platform == "darwin":
        return _set_macos_qos(_QOS_USER_INTERACTIVE, "user-interactive")
    if sys.platform != "linux":
        return "normal priority"
    for wanted in dict.fromkeys((priority, min(priority, _real_time_limit()))):
        if wanted < 1:
            continue
        try:
            os.sched_setscheduler(
                threading.get_native_id(),
                os.SCHED_FIFO | os.SCHED_RESET_ON_FORK,
                os.sched_param(wanted),
            )
        except OSError:
            continue
        return f"SCHED_FIFO {wanted}"
    return "normal priority: real-time scheduling is not permitted (`plaud-live doctor` says how to get it)"


def hurry(pid: int) -> None:
    """Have the threads of a child come before others until they ask for another priority, where permitted.

    On a busy machine one that compiles or imports in its turn, or nicely, would be many times as late.
    """
    if sys.platform != "linux":
        return
    order = os.sched_param(HURRY_PRIORITY)
    with contextlib.suppress(OSError):  # it is gone, or that is not permitted
        for thread in map(int, os.listdir(f"/proc/{pid}/task")):
            if os.sched_getscheduler(thread) == os.SCHED_OTHER:
                os.sched_setscheduler(thread, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, order)


def lower_priority() -> str:
    """Low priority for the calling thread and the threads that it starts."""
    if sys.platform == "darwin":
        return _set_macos_qos(_QOS_BACKGROUND, "background")
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BACKGROUND_NICE)
        return f"nice {BACKGROUND_NICE}"
    return "normal priority"


def in_background(work: Callable[[], Result]) -> Result:
    """Do `work` in a thread of low priority and wait for it.

    A standby warms up like this beside an engine that sounds: a whole process could not come back from a nice
    value without a privilege, a thread simply ends. Raises what `work` raises.
    """
    results: list[Result] = []
    failures: list[BaseException] = []

    def run() -> None:
        lower_priority()
        try:
            results.append(work())
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run, name="plaud-background")
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return results[0]


def lock_memory() -> str:
    """Keep pages in memory once they are used, only where no limit could make a later allocation fail."""
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if soft != resource.RLIM_INFINITY and os.geteuid() != 0:
        return f"memory not locked: the limit is {soft // 1024} kB"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT) != 0:
        return f"memory not locked: {os.strerror(ctypes.get_errno())}"
    return "memory locked"


def freeze_garbage() -> None:
    """Collect once, then never again: what lives now stays, and what comes must be free of cycles."""
    gc.collect()
    gc.freeze()
    gc.disable()


def die_with_parent(signum: int = signal.SIGTERM) -> None:
    """Ask Linux to end this process when its parent is gone; elsewhere the closed channel has to do."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signum, 0, 0, 0)


def _real_time_limit() -> int:
    if sys.platform == "linux":
        soft, _ = resource.getrlimit(resource.RLIMIT_RTPRIO)
        return 99 if soft == resource.RLIM_INFINITY else soft
    return 0


def _set_macos_qos(qos: int, name: str) -> str:
    """Quality of service of the calling thread (pthread/qos.h)."""
    done = ctypes.CDLL(None).pthread_set_qos_class_self_np(ctypes.c_uint(qos), ctypes.c_int(0)) == 0
    return f"quality of service {name}" if done else "normal priority"
