"""Work beside the control thread: results come back in its own thread, errors too."""

import select
import threading
from typing import Any

import pytest

from plaud_live.engine.loader import Loader
from plaud_live.errors import ModelFileError, PlaudError


@pytest.fixture(scope="module")
def loader() -> Loader:
    return Loader()


def outcomes(loader: Loader, *work: Any) -> list[Any]:
    """What comes back, and from which thread it was called."""
    found: list[Any] = []
    for each in work:
        loader.do(each, found.append, found.append)
    while len(found) < len(work):
        select.select([loader], [], [], 10.0)
        loader.finish()
    return found


def test_work_is_done_elsewhere_and_in_order(loader: Loader) -> None:
    threads: list[Any] = []
    found = outcomes(loader, lambda: threads.append(threading.current_thread()), lambda: 2, lambda: 3)
    assert found == [None, 2, 3]
    assert threads[0] is not threading.main_thread()


def test_errors_are_handed_back_and_the_next_work_is_done(loader: Loader) -> None:
    def refuse() -> None:
        raise ModelFileError("no model")

    first, second, third = outcomes(loader, refuse, lambda: 1 // 0, lambda: "fine")
    assert isinstance(first, ModelFileError)
    assert isinstance(second, PlaudError) and "ZeroDivisionError" in str(second)
    assert third == "fine"


def test_nothing_to_do_is_nothing_done(loader: Loader) -> None:
    loader.finish()
    assert not select.select([loader], [], [], 0)[0]
