"""A MIDI program of its own in JACK: sends bytes that it reads as hex, prints those that come and when.

`python -m tests.midi_peer NAME` makes the ports `NAME:MIDI 1` (out of it) and `NAME-in:MIDI 1` (into it).
A line may hold several messages, with `,` between them; they are sent at once.
"""

import select
import sys
import time

import rtmidi

POLL_SECONDS = 0.0005


def main(name: str) -> int:
    out, into = (
        rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name=name),
        rtmidi.MidiIn(rtmidi.API_UNIX_JACK, name=f"{name}-in"),
    )
    out.open_virtual_port("MIDI 1")
    into.open_virtual_port("MIDI 1")
    into.ignore_types(sysex=True, timing=False, active_sense=True)
    print("ready", flush=True)
    while True:
        while (got := into.get_message()) is not None:
            print(f"{time.monotonic():.6f} {bytes(got[0]).hex()}", flush=True)
        if select.select([sys.stdin], [], [], POLL_SECONDS)[0]:
            line = sys.stdin.readline()
            if not line:
                return 0
            for message in line.strip().split(","):
                out.send_message(list(bytes.fromhex(message)))
            print("sent", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
