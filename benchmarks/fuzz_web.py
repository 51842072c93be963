"""Throw random and mutated HTTP, WebSocket and OSC messages at a playing instrument's web server.

First it plays alone for a while (the control run), then under siege for as long as 100,000 messages take.
Caches and heaps are full only after as many again: these come before, and what is kept of the others counts.
Nobody may die, no answer may be a 500, no more than 5 MB may be kept, and the sound goes on. Needs Linux's
/proc. Exit status 1 where one of these does not hold.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable

from instrument import ROOT, Instrument
from machine import describe

sys.path.insert(0, str(ROOT))
from tests.web.hostile import resident_bytes
from tests.web.siege import Sent, besiege

MOST_KEPT_MB = 5.0
CALM_SECONDS = 2.0


def main() -> int:
    """Print a table; exit status 1 where something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000, metavar="N", help="%(default)s")
    parser.add_argument("--control", type=float, default=60.0, metavar="S", help="control run, %(default)g s")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="%(default)s")
    options = parser.parse_args()
    print(describe("aiohttp"), flush=True)
    with Instrument("--sink", "null", "--web", "0") as played:
        played.type("drone.play(); drone.z = seq(A.bell, A.choir, every=4, glide=4)")
        played.wait(lambda: played.instance.get("web"), "the web server starts")
        port = int(str(played.instance["web"]).rstrip("/").rpartition(":")[2])
        ring = played.ring()
        who = {name: played.instance[name] for name in ("engine", "web_pid")}

        def underruns_during(action: Callable[[], object]) -> tuple[int, float]:
            before, began = ring.get("underruns"), time.monotonic()
            action()
            return ring.get("underruns") - before, time.monotonic() - began

        time.sleep(CALM_SECONDS)
        control, seconds = underruns_during(lambda: time.sleep(options.control))
        print(f"control run    {seconds:6.0f} s  {control} underruns", flush=True)
        asyncio.run(besiege(port, options.messages, options.seed + 1000))
        time.sleep(CALM_SECONDS)
        before = {name: resident_bytes(pid) for name, pid in who.items()}
        sent: list[Sent] = []
        under, seconds = underruns_during(
            lambda: sent.append(asyncio.run(besiege(port, options.messages, options.seed)))
        )
        time.sleep(CALM_SECONDS)
        (counts,) = sent
        same = all(played.instance[name] == pid for name, pid in who.items())
        kept = {name: (resident_bytes(pid) - before[name]) / 1e6 for name, pid in who.items()} if same else {}
        print(f"siege          {seconds:6.0f} s  {under} underruns")
        print(
            f"messages       {counts.total} at {counts.total / seconds:.0f} a second:"
            f" {counts.requests} requests,"
        )
        print(
            f"               {counts.texts} texts, {counts.packets} OSC packets, {counts.frames} bare frames"
        )
        print(f"answers 500    {counts.failures}")
        print(f"same processes {'yes' if same else 'no'}")
        print("memory kept    " + ", ".join(f"{name} {mb:+.1f} MB" for name, mb in kept.items()))
        allowed = control * seconds / max(options.control, 1e-9)
        print(f"underruns      {under}, as many as in control runs of that length: {allowed:.0f}")
    good = same and counts.failures == 0 and all(mb <= MOST_KEPT_MB for mb in kept.values())
    print("all holds" if good else "something does NOT hold")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
