"""What ADAC makes of the networks of fdn.py, run by a Python that has it: `PYTHON adac_side.py < request`.

Request: a JSON list of [lines, matrix, is_filtered, with_t60]. Answer: a JSON list of what is measured, with
the FAUST text. The public functions of the package are called as its own documentation shows; no more.
"""

import contextlib
import json
import sys
import time
from typing import Any

import adac
from fdn import SAMPLE_RATE, Network, build


def compile_network(network: Network, with_t60: bool) -> dict[str, Any]:
    """FAUST text, and seconds of user CPU for extraction, emission and certificate."""
    model = build(network)
    controls = {"rt60": True} if with_t60 else None
    started = time.process_time()
    config = adac.flamo_to_json(model, SAMPLE_RATE, name=network.name)
    extracted = time.process_time()
    text = adac.json_to_faust(config, controls=controls)
    emitted = time.process_time()
    adac.certify(config, controls=controls)
    certified = time.process_time()
    return {
        "text": text,
        "read": extracted - started,
        "emit": emitted - extracted,
        "certify": certified - emitted,
    }


if __name__ == "__main__":
    requests = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        answers = [compile_network(Network(*request[:3]), request[3]) for request in requests]
    json.dump(answers, sys.stdout)
