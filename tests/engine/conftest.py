"""What the tests of the engine begin with."""

import pytest

from plaud_live.control.parameters import ModelInfo
from plaud_live.engine.models import Models
from tests.engine.stage import Stage, Tone
from tests.models_for_tests import tiny_file


@pytest.fixture(scope="module")
def info(tmp_path_factory: pytest.TempPathFactory) -> ModelInfo:
    return Models().load_info(str(tiny_file(tmp_path_factory.mktemp("models"))))


@pytest.fixture
def tone(info: ModelInfo) -> tuple[Stage, Tone]:
    voice = Tone()
    return Stage({"drone": info}, {"drone": voice}), voice
