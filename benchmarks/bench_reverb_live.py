"""Whether the ring runs dry while the reverb is played, trained, heard as it changes, and pushed to a plugin.

Runs of the same length take turns: control runs in which the instrument plays through its reverb, and runs in
which that is fitted all the time, to one decay after the other and to no colour, while `verb.push(every=.5)`
publishes what comes of it. Underruns are counted as in bench_underruns.py, halts of the machine apart.
With JACK's dummy driver, `--card`: JACK_DEFAULT_SERVER names the server.
"""

import argparse
import itertools
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench_underruns import Watch, report, total, turns
from instrument import Instrument
from machine import describe

FITTINGS = ("verb.fit(t60=3.5)", "verb.fit(t60={250: 4, 4000: 1.5})", "verb.fit(colorless=True, steps=100)")


def run(seconds: float, trained: bool, arguments: list[str]) -> dict[str, Any]:
    """Play for `seconds`. Returns the ring's counters within them, and how often a fitted state was heard."""
    with Instrument(*arguments) as instrument:
        instrument.type("drone.play(); drone.z = [lfo(4), tri(7), .5, drift(9)] + [.5] * 4")
        instrument.type("verb(mix=.4, damping=.2); verb.t60 = lfo(16).range(1, 4)")
        time.sleep(3.0)
        if trained:
            instrument.type("verb.push(every=.5)")
        ring = instrument.ring()
        before = {name: ring.get(name) for name in ("underruns", "missed", "xruns", "read")}
        watch = Watch(ring)
        end, entries = time.monotonic() + seconds, itertools.count()
        while time.monotonic() < end:
            begun = asked(instrument)
            if trained and instrument.output.count("verb: default_") == begun:
                instrument.type(FITTINGS[next(entries) % len(FITTINGS)])
                _wait_for(instrument, begun + 1)
            time.sleep(0.5)
        result: dict[str, Any] = {name: ring.get(name) - before[name] for name in before}
        result |= {"entries": next(entries), "device": instrument.instance["device"]}
        result["ours"], result["halts"], result["longest"] = watch.close()
        result["played"] = result.pop("read") / ring.sample_rate
        heard = len(list(instrument.home.glob("sessions/*/reverbs/*.plan.json")))
        print(f"{'trained' if trained else 'control'}: {heard} reverbs were heard", flush=True)
    return result


def asked(instrument: Instrument) -> int:
    """How many fittings were taken: they begin at once, or wait for the last to be tidied up."""
    return sum(instrument.output.count(word) for word in (" begins, and", " waits for its turn, and"))


def _wait_for(instrument: Instrument, count: int) -> None:
    """Wait until so many fittings have begun."""
    instrument.wait(lambda: asked(instrument) >= count, "a fitting is taken")


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=300.0, help="length of each run (%(default)g s)")
    parser.add_argument("--pairs", type=int, default=2, help="control and other runs (%(default)s of each)")
    parser.add_argument("--preset", default="live", help="low, live or safe (%(default)s)")
    parser.add_argument("--card", action="store_true", help="play to the sound card, not to a clock")
    args = parser.parse_args()
    if not sys.platform.startswith("linux"):
        print("needs Linux: the ring is read through /proc")
        return 0
    print(describe("numpy", "numba", "torch", "flamo"))
    arguments = ["--preset", args.preset, *([] if args.card else ["--sink", "null"])]
    rows: dict[str, list[dict[str, Any]]] = {"control": [], "trained": []}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PLAUD_DSP"] = str(Path(folder) / "live.dsp")
        for name in turns(args.pairs, "trained"):
            rows[name].append(run(args.seconds, name == "trained", arguments))
    print(f"preset {args.preset}, {args.pairs} x {args.seconds:g} s each, {rows['trained'][0]['device']}")
    report({name: total(several) for name, several in rows.items()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
