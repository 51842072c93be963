"""Every adversary at the real prompt: how long until it answered, what it said, what became of the sound.

The entries are those of `tests/e2e/adversaries.py`, typed and pasted by tmux while the instrument plays.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from instrument import ROOT
from machine import describe

sys.path.insert(0, str(ROOT))
from tests.e2e.adversaries import ADVERSARIES, HARMLESS, KINDS, Adversary
from tests.e2e.siege import MOST_SECONDS, Outcome, siege
from tests.e2e.stage import missing_programs


def main() -> int:
    """Print a row an entry and a summary; exit status 1 when one of them did what it must not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="entries that contain this")
    options = parser.parse_args()
    if missing := missing_programs():
        print(f"left out: needs {', '.join(missing)}")
        return 0
    print(describe(), flush=True)
    with tempfile.TemporaryDirectory(prefix="plaud-siege-") as folder:
        with siege(Path(folder)) as held:
            for adversary in ADVERSARIES:
                if options.only in adversary.entry:
                    print(row(held.run(adversary)), flush=True)
            last = held.enter(Adversary("drone.z0 = .9; 'la' + 'st'", "last", HARMLESS))
            print(row(last), "heard" if held.moves() else "NOT HEARD")
        held.check_tape()
    print()
    for kind in KINDS:
        those = sorted(each.seconds for each in held.outcomes if each.adversary.kind == kind)
        if those:
            print(
                f"{kind:12} {len(those):4} entries, answered after {those[len(those) // 2]:.2f} s (median), "
                f"{those[-1]:.2f} s at most (goal {MOST_SECONDS[kind]:g} s)"
            )
    wrong = [outcome for outcome in held.outcomes if outcome.faults()]
    missed = sum(outcome.missed for outcome in held.outcomes)
    print(f"{len(wrong)} of {len(held.outcomes)} did what they must not; {missed} blocks missed meanwhile")
    for outcome in wrong:
        print(f"  {outcome}")
    return 1 if wrong else 0


def row(outcome: Outcome) -> str:
    """An entry, its time and its answer in a line."""
    entry = " ".join(outcome.adversary.entry[:200].split())
    shown = " ".join(outcome.shown.split())
    return f"{outcome.adversary.kind:11} {outcome.seconds:5.2f} s  {entry:40.40} {shown:.90}"


if __name__ == "__main__":
    sys.exit(main())
