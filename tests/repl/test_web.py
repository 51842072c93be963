"""The word `web`: the link that it shows opens as it is, the first time too."""

import threading
from pathlib import Path
from typing import Any

import pytest

from plaud_live.engine.instance import Instance
from plaud_live.engine.offline import OfflineEngine
from plaud_live.repl.offline import OfflinePrompt
from tests.repl.silent import Prompt

LINK = "http://192.168.1.20:9180/?token=abcdefghjk"


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    monkeypatch.setenv("PLAUD_RUN_DIR", str(tmp_path))
    return Instance(tmp_path)


def test_the_first_link_has_the_token_already(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    prompt = Prompt()
    answer = prompt.engine.request

    def request(do: str, **data: Any) -> dict[str, Any]:
        if do != "web":
            return answer(do, **data)
        threading.Timer(0.2, lambda: instance.update(web=LINK)).start()  # as the supervisor's child does
        return {}

    monkeypatch.setattr(prompt.engine, "request", request)
    assert prompt.accept("web()") == LINK
    assert prompt.accept("web()") == LINK


def test_what_is_rendered_offline_has_none(instance: Instance) -> None:
    offline = OfflinePrompt(OfflineEngine())
    assert offline.enter("web()").shown == "web: it opens while an instrument plays, not offline"
    offline.close()
