"""Scripts that are watched: saves in every way that editors know, broken ones, and the end of watching."""

import itertools
import os
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plaud_live.repl import patch_watch
from plaud_live.repl.desk import Desk
from plaud_live.repl.patch_watch import PatchWatch
from tests.repl.silent import SilentEngine

PATIENCE = 20.0
"""Seconds; only a failure waits so long."""


def in_place(path: Path, text: str) -> None:
    """As nano: the same file, emptied and filled."""
    path.write_text(text)


def by_rename(path: Path, text: str) -> None:
    """As vim and most editors: another file takes the name."""
    part = path.with_name(f".{path.name}.swp")
    part.write_text(text)
    part.replace(path)


def with_backup(path: Path, text: str) -> None:
    """As Emacs: the old file steps aside, and for a moment there is none."""
    path.rename(path.with_name(f"{path.name}~"))
    path.write_text(text)


def bit_by_bit(path: Path, text: str) -> None:
    """As over a slow network."""
    with path.open("w") as file:
        for character in text:
            file.write(character)
            file.flush()


SAVES = [in_place, by_rename, with_backup, bit_by_bit]


class Watch:
    """A watch whose calls are waited for."""

    def __init__(self, folder: Path) -> None:
        self.saved: queue.Queue[tuple[Path, str]] = queue.Queue()
        self.said: list[str] = []
        self.watch = PatchWatch(lambda path: self.saved.put((path, path.read_text())), self.said.append)
        self.path = folder / "patch.py"
        self.path.write_text("x = 0\n")

    def next(self) -> tuple[Path, str]:
        return self.saved.get(timeout=PATIENCE)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    made = Watch(tmp_path)
    yield made
    made.watch.close()


@pytest.mark.parametrize("save", SAVES)
def test_every_save_is_noticed_once_it_is_whole(
    watch: Watch, save: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    if save is bit_by_bit:  # a machine that is busy may pause between two of the bits
        monkeypatch.setattr(patch_watch, "SETTLE_SECONDS", 0.5)
    assert watch.watch.add(watch.path)
    for n in range(1, 4):
        save(watch.path, f"x = {n}\n" * 10)
        assert watch.next() == (watch.path, f"x = {n}\n" * 10)
    assert watch.saved.empty()


def test_the_same_text_saved_again_is_a_save(watch: Watch) -> None:
    watch.watch.add(watch.path)
    in_place(watch.path, "x = 0\n")
    assert watch.next()[1] == "x = 0\n"


def test_reading_is_no_save_nor_are_other_files(watch: Watch) -> None:
    watch.watch.add(watch.path)
    watch.path.read_text()
    watch.path.with_name("other.py").write_text("y = 1\n")
    os.chmod(watch.path, 0o600)
    in_place(watch.path, "x = 1\n")
    assert watch.next() == (watch.path, "x = 1\n")
    assert watch.saved.empty()


def test_saves_while_it_runs_are_one_more_run(watch: Watch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    texts: queue.Queue[str] = queue.Queue()

    def on_saved(path: Path) -> None:
        begun.set()
        assert go_on.wait(PATIENCE)
        texts.put(path.read_text())

    slow = PatchWatch(on_saved, watch.said.append)
    slow.add(watch.path)
    in_place(watch.path, "x = 1\n")
    assert begun.wait(PATIENCE)
    for n in range(2, 6):
        by_rename(watch.path, f"x = {n}\n")
    go_on.set()
    seen = [texts.get(timeout=PATIENCE), texts.get(timeout=PATIENCE)]
    assert seen == ["x = 5\n"] * 2
    slow.close()


def test_a_stopped_watch_is_deaf_and_can_be_taken_up_again(watch: Watch) -> None:
    watch.watch.add(watch.path)
    assert not watch.watch.add(watch.path)
    assert watch.watch.stop() == [watch.path]
    assert watch.watch.stop() == watch.watch.files == []
    in_place(watch.path, "x = 1\n")
    assert watch.watch.add(watch.path)
    in_place(watch.path, "x = 2\n")
    assert watch.next()[1] == "x = 2\n"
    assert watch.saved.empty()


def test_without_the_systems_help_the_folder_is_looked_at(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(patch_watch.Observer):  # type: ignore[misc,valid-type]
        def schedule(self, *arguments: object, **options: object) -> object:
            raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(patch_watch, "Observer", Full)
    watch.watch.add(watch.path)
    in_place(watch.path, "x = 1\n" * 10)
    assert watch.next()[1] == "x = 1\n" * 10


def test_a_folder_that_is_gone_is_a_line(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    def schedule(*arguments: object, **options: object) -> object:
        raise OSError(2, "No such file or directory")

    monkeypatch.setattr(patch_watch.Observer, "schedule", schedule)
    monkeypatch.setattr(patch_watch.PollingObserver, "schedule", schedule)
    watch.watch.add(watch.path)
    assert watch.said == [f"{watch.path.parent}: No such file or directory — a save there is not noticed"]


def test_only_so_many_files_and_folders_are_watched(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patch_watch, "MAX_FILES", 3)
    paths = [tmp_path / str(n) / "patch.py" for n in range(6)]
    for path in paths:
        path.parent.mkdir()
        path.write_text("x = 0\n")
        watch.watch.add(path)
    assert watch.watch.files == paths[3:]
    for path in paths:
        in_place(path, "x = 1\n")
    assert sorted(watch.next()[0] for _ in range(3)) == paths[3:]
    assert watch.saved.empty()


class Stage:
    """A prompt without a screen; what it shows is waited for."""

    def __init__(self, folder: Path) -> None:
        self.engine = SilentEngine()
        self.shown: queue.Queue[str] = queue.Queue()
        seconds = itertools.count(0.0, 10.0)  # so that no line has to wait for its turn
        self.desk = Desk(self.engine, self.engine.snapshot, self.shown.put, clock=lambda: next(seconds))
        self.type('drone = load("default")')
        self.path = folder / "patch.py"

    def type(self, text: str) -> bool:
        return self.desk.enter(text, remember=False).result(PATIENCE).accepted

    def shows(self, text: str) -> str:
        """The next line with `text` in it."""
        while text not in (line := self.shown.get(timeout=PATIENCE)):
            continue
        return line

    def run(self, text: str) -> bool:
        self.path.write_text(text)
        return self.type(f"run({str(self.path)!r})")

    def source(self, parameter: str) -> str:
        return self.engine.conductor.state.instruments["drone"].sources[parameter].text


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.desk.close()


def test_a_save_plays_the_script_again_as_one_launch(stage: Stage) -> None:
    assert stage.run('drone = load("default")\ndrone.gain = .5\n')
    assert stage.shows("patch.py plays again at every save; run.stop() ends that")
    submitted = stage.engine.asked.count("submit")
    stage.engine.position = 44100
    by_rename(stage.path, 'drone = load("default")\ndrone.gain = .6\ndrone.pan = .3\ndrone.z0 = lfo(4)\n')
    assert stage.shows("patch.py was saved and plays from beat 2")
    assert stage.engine.asked.count("submit") <= submitted + 2  # the load, which finds drone, and the rest
    assert (stage.source("gain"), stage.source("pan")) == ("0.6", "0.3")
    assert stage.type("undo()")
    assert (stage.source("gain"), stage.source("pan")) == ("0.5", "")


def test_a_script_that_loads_in_its_middle_is_one_launch_all_the_same(stage: Stage) -> None:
    assert not stage.run('drone.gain = .5\nbass = load("small")\nbass.gain = .4\ndrone.gian = .6\n')
    assert stage.source("gain") == ""
    in_place(stage.path, 'drone.gain = .5\nbass = load("small")\nbass.gain = .4\n')
    assert stage.shows("was saved and plays")
    assert stage.source("gain") == "0.5"
    assert stage.type("undo()")
    assert stage.source("gain") == ""


BROKEN = {
    "drone.gain = .6\n\ndrone.pan = = 3\n": "patch.py: invalid syntax — line 3, column 13",
    "drone.gain = .6\ndrone.brigth = .3\n": "patch.py line 2: drone has no 'brigth' — did you mean 'bright'?",
    "drone.gain = .6\nclock = 3\n": "patch.py line 2: clock is a word of the language",
    "drone.gain = .6\n1/0\n": "patch.py line 2: ZeroDivisionError",
    "drone.gain = .6\n\ndrone.pan = A.bell\ndrone.z0 = 1\n": "patch.py line 3: drone.pan has 4 dims, wants 1",
    "drone.gain = .6\ndrone.z0 = 1/saw(4)\n": "patch.py line 2: drone.z0 is not finite",
    "drone.gain = .6\nfor n in 1, 2:\n    drone.z0 = (n - 1)/(n - 2)\n": "patch.py line 3: ZeroDivisionError",
}


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_save_changes_nothing_and_says_where(stage: Stage, text: str) -> None:
    assert stage.run("drone.gain = .5\n")
    before = stage.engine.conductor.to_data()
    in_place(stage.path, text)
    assert stage.shows("patch.py" + BROKEN[text].partition("patch.py")[2][:9]).startswith(BROKEN[text])
    assert stage.engine.conductor.to_data() == before
    in_place(stage.path, "drone.gain = .7\n")
    assert stage.shows("was saved and plays")
    assert stage.source("gain") == "0.7"


def test_a_script_that_is_wrong_at_first_is_watched_too(stage: Stage) -> None:
    assert not stage.run("drone.gian = .5\n")
    in_place(stage.path, "drone.gain = .5\n")
    assert stage.shows("was saved and plays")
    assert stage.source("gain") == "0.5"


@pytest.mark.parametrize("end", ["run.stop()", "hush()", "panic()"])
def test_watching_ends(stage: Stage, end: str) -> None:
    assert stage.run("drone.gain = .5\n")
    assert stage.type("repr(run)")
    assert stage.shows("run: patch.py plays at every save")
    assert stage.type(end)
    assert stage.shows(f"{end.removesuffix('()') if end != 'run.stop()' else end} ended watching patch.py")
    in_place(stage.path, "drone.gain = .9\n")
    assert not stage.type("run.stop()")
    assert stage.shows("run.stop(): no script is watched")
    assert stage.type("repr(run)")
    assert stage.shows("run: no script is watched")
    assert stage.source("gain") == "0.5"


def test_a_script_that_begins_with_hush_stays_watched(stage: Stage) -> None:
    assert stage.run("hush()\ndrone.gain = .5\n")
    in_place(stage.path, "hush()\ndrone.gain = .6\n")
    assert stage.shows("was saved and plays")
    assert stage.source("gain") == "0.6"
