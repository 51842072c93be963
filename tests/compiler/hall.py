"""A small stereo reverb as a configuration, for tests of what is made of it."""

from typing import Any

import numpy as np

RATE = 48000.0
SAMPLES = 8192


def hall(gain: float = 0.7) -> dict[str, Any]:
    """A stereo loop with filters that has decayed to -160 dB within SAMPLES."""
    matrix = gain * np.array([[0.6, 0.8], [-0.8, 0.6]])
    section = [0.9, 0.05, 0.0, 1.0, -0.05, 0.0]
    return {
        "schema_version": 1,
        "name": "hall",
        "sample_rate": RATE,
        "inputs": 2,
        "outputs": 2,
        "root": {
            "type": "series",
            "name": "reverb",
            "children": [
                {"type": "gain", "name": "input", "gains": [[0.5, 0.1], [-0.2, 0.4]]},
                {
                    "type": "recursion",
                    "name": "loop",
                    "forward": {"type": "delay", "name": "lines", "samples": [101.0, 233.0]},
                    "feedback": {
                        "type": "series",
                        "name": "back",
                        "children": [
                            {"type": "sos", "name": "absorption", "sections": [[section], [section]]},
                            {"type": "gain", "name": "mixing", "gains": matrix.tolist()},
                        ],
                    },
                },
            ],
        },
    }
