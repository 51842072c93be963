"""`drone.train`: what is to be learnt, as it is typed, and how far it is."""

import os
from pathlib import Path

from plaud_live.errors import ParameterError
from plaud_live.repl.messages import Page
from plaud_live.repl.performance import Performance
from plaud_live.repl.progress import progress
from plaud_live.repl.sounds import Sound, sound
from plaud_live.repl.takes import Takes
from plaud_live.settings import home

_MOST_SOURCES = 1000


class Train:
    """Trains a child of an instrument's model in the background, on a take, a recording, a folder, or
    several.

    What it could play before still sounds as it did; the sound goes on. How far it is stands in the toolbar,
    and a line says what came of it. `drone.train.stop()` ends it and keeps what there is; the same command
    goes on with what was cut off. `how`: "continual"; "fresh" trains anew, then turns the latents to the old.

    >>> drone.train(takes.good, mins=4)
    >>> drone.train.stop()
    """

    __slots__ = ("_name", "_performance")

    def __init__(self, performance: Performance, name: str) -> None:
        self._performance, self._name = performance, name

    def __call__(
        self, material: object, mins: object = 4, name: object = None, how: object = "continual"
    ) -> Page:
        """Begin, or wait for the training that goes on. Raises a PlaudError."""
        if self._performance.in_loop:
            raise ParameterError(
                f"{self._name}.train(…): not in a loop, which would ask for it again and again"
            )
        answer = self._performance.request(
            "train",
            instrument=self._name,
            sources=sources_of(material, self._name),
            minutes=mins,
            name=name,
            how=how,
        )
        job = answer["job"]
        begins = "waits for its turn" if job.get("stage") == "waiting" else "begins"
        return Page(f"{job['name']} {begins}: {job['minutes']:g} min, the sound goes on")

    def stop(self) -> Page:
        """End the training that goes on, and keep what it has learnt.

        >>> drone.train.stop()
        """
        job = self._performance.request("train_stop", instrument=self._name)["job"]
        return Page(f"{job['name']} stops after its step and is saved")

    def __repr__(self) -> str:
        jobs = self._performance.request("training")["jobs"]
        mine = [job for job in jobs if job.get("instrument") == self._name]
        if not mine:
            return f'{self._name} is not being trained — {self._name}.train("recordings", mins=4)'
        return "\n".join(f"{job['name']}: {progress(job)}" for job in mine)


def sources_of(material: object, name: str) -> list[str]:
    """The files and folders that `material` names, absolute. Raises ParameterError."""
    if isinstance(material, Takes):
        material = list(material)
    if isinstance(material, list | tuple):
        if not 0 < len(material) <= _MOST_SOURCES:
            raise _nothing(name)
        return [source for each in material for source in sources_of(each, name)]
    if isinstance(material, Sound) and material != sound(material.path):
        raise ParameterError(f"{name}.train(…): learns whole recordings, {material} is a part of one")
    path = material if isinstance(material, str | os.PathLike) else getattr(material, "path", None)
    if not isinstance(path, str | os.PathLike) or not str(path):
        raise _nothing(name)
    given = Path(path).expanduser()
    found = next((p for p in (given, home() / given) if p.exists()), None)
    if found is None:
        raise ParameterError(f"{name}.train(…): there is no {str(path)!r}, here or in {home()}")
    return [str(found.resolve())]


def _nothing(name: str) -> ParameterError:
    like = f'{name}.train("recordings")'
    return ParameterError(f"{name}.train(…): wants a take, a recording, a folder, or a list of those: {like}")
