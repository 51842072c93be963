"""What the publisher makes of orders is what the real plugin plays, and what it says of it."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from compiler.ir.nodes import Gain, Series
from compiler.playable import write_judged, write_playable
from plaud_live.engine.link import Message
from plaud_live.reverb.publishing import Publishing
from tests.faust.pedalboard_cases import Player
from tests.reverbs import network

pytestmark = pytest.mark.slow


def test_the_plugin_takes_a_reverb_and_then_its_values_and_its_knobs_stay(
    plugins: Path, dsp: Path, tmp_path: Path
) -> None:
    hall = write_playable(tmp_path / "hall.json", network(4, 0.8))
    root = hall.model.root
    assert isinstance(root, Series)
    softer = replace(root, children=(*root.children[:-1], _halved(root.children[-1])))
    write_judged(tmp_path / "near.json", replace(hall.model, root=softer), hall.plan, hall.certificate)
    player, said = Player(plugins), list[Message]()
    publishing = Publishing(None, said.append)
    player.plugin.damping = 0.25

    def push(name: str) -> Message:
        path = tmp_path / f"{name}.json"
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        count = len(said)
        order = {"id": count, "name": "live", "file": str(dsp), "path": str(path), "digest": digest}
        publishing.publish(order)

        def answered() -> bool:
            publishing.look()
            return any(each["id"] == count and each["outcome"] != "silent" for each in said)

        player.until(answered, "the plugin has answered")
        player.run(0.3)
        return next(each for each in said if each["id"] == count and each["outcome"] != "silent")

    first, second = push("hall"), push("near")
    assert (first["outcome"], first["recompiles"], first["backend"]) == ("played", True, "interpreter")
    assert first["compile_ms"] > 0.0
    assert (second["outcome"], second["recompiles"], second["compile_ms"]) == ("played", False, 0.0)
    assert second["generation"] == first["generation"] + 1
    assert player.plugin.damping == pytest.approx(0.25)
    assert np.isfinite(player.heard()).all()


def _halved(node: object) -> Gain:
    assert isinstance(node, Gain)
    return replace(node, gains=0.5 * node.gains)
