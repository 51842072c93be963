"""Models of a session: kept once under their digests, found by name and by digest, whatever the disk does."""

from pathlib import Path

import pytest

from plaud_live.control.parameters import ModelInfo
from plaud_live.engine.models import Models
from plaud_live.engine.store import Store
from plaud_live.errors import ModelFileError
from plaud_live.model_file import read
from tests.models_for_tests import child_file, tiny_file


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "models").iterdir())


def load(models: Models, path: Path) -> ModelInfo:
    info = models.load_info(str(path))
    models.keep(info)
    return info


def test_a_model_is_kept_once_under_its_digest_and_whole(tmp_path: Path) -> None:
    path, session = tiny_file(tmp_path), tmp_path / "session"
    models = Models(Store(session))
    info = load(models, path)
    first = (session / "models" / f"{info.digest}.plaud").stat()
    load(models, path)
    assert kept(session) == [f"{info.digest}.plaud"]
    assert (session / "models" / f"{info.digest}.plaud").stat() == first
    assert read(session / "models" / f"{info.digest}.plaud").digest == info.digest


def test_what_is_kept_survives_a_file_that_is_written_over_in_place(tmp_path: Path) -> None:
    path, session = tiny_file(tmp_path), tmp_path / "session"
    models = Models(Store(session))
    info = load(models, path)
    other = tiny_file(tmp_path, "other", seed=9)
    path.write_bytes(other.read_bytes())
    again = Models(Store(session))  # an engine that takes over
    assert again.model(info).digest == info.digest
    with pytest.raises(ModelFileError, match="has changed since 'tiny' was loaded"):
        Models().model(info)


def test_another_engine_finds_what_was_kept_by_name_and_by_digest(tmp_path: Path) -> None:
    parent, session = tiny_file(tmp_path), tmp_path / "session"
    models = Models(Store(session))
    infos = [load(models, each) for each in (parent, child_file(parent, "rust"))]
    again = Models(Store(session))
    (entry,) = again.store.find("rust")
    assert (entry.digest, entry.parent, entry.minutes) == (infos[1].digest, infos[0].digest, 4.0)
    assert entry.licence == "CC0-1.0"
    assert [each.name for each in again.store.find(infos[0].digest[:6])] == ["tiny"]
    assert again.store.find("x" * 6) == [] == again.store.find(infos[0].digest[:3])
    assert Models(Store(session)).load_info(infos[1].digest).name == "rust"
    found = again.by_digest(infos[1].digest)
    assert found is not None and found.lineage == infos[0].digest


def test_a_grandchild_is_of_the_same_lineage_though_its_file_names_its_parent_alone(tmp_path: Path) -> None:
    models = Models(Store(tmp_path / "session"))
    parent = tiny_file(tmp_path)
    child = child_file(parent, "child", training={})
    grandchild = child_file(child, "grandchild", training={})
    lineages = {load(models, each).lineage for each in (parent, child, grandchild)}
    assert lineages == {read(parent).digest}


def test_a_file_where_the_folder_should_be_is_said_once(tmp_path: Path) -> None:
    session = tmp_path / "session"
    session.write_text("no folder")
    _said_once(session, tmp_path)


def _said_once(session: Path, folder: Path) -> None:
    models = Models(Store(session))
    parent = tiny_file(folder)
    info = load(models, parent)
    assert models.store.take_problem().startswith("models are not kept with the session: ")
    child = load(models, child_file(parent, "rust"))
    assert models.store.take_problem() == ""
    assert models.model(info).name == "tiny" and models.model(child).name == "rust"
    assert [entry.name for entry in models.store.entries().values()] == ["tiny", "rust"]


def test_a_damaged_file_among_them_hides_no_other(tmp_path: Path) -> None:
    session = tmp_path / "session"
    models = Models(Store(session))
    load(models, tiny_file(tmp_path))
    (session / "models" / f"{'a' * 64}.plaud").write_bytes(b"no model")
    assert [entry.name for entry in Store(session).entries().values()] == ["tiny"]
