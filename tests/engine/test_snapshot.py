"""The snapshot: what is read is one whole object that was written, however fast another process writes."""

import os
import subprocess
import sys

import pytest

from plaud_live.engine.snapshot import SNAPSHOT_BYTES, Snapshot
from plaud_live.errors import SessionError

WRITER = """
import sys
from plaud_live.engine.snapshot import Snapshot
snapshot = Snapshot(int(sys.argv[1]))
for number in range(3000):
    snapshot.write({"number": number, "copies": [number] * (number % 300)})
"""


def test_empty_before_the_first_write_and_last_value_after() -> None:
    snapshot = Snapshot.create()
    assert snapshot.read() == {}
    snapshot.write({"beat": 1.5, "instruments": {"drone": {"z": [0.1, 0.2]}}})
    snapshot.write({"beat": 2.0})
    assert snapshot.read() == snapshot.read() == {"beat": 2.0}
    snapshot.close()


def test_every_object_read_while_another_process_writes_is_whole() -> None:
    snapshot = Snapshot.create()
    with subprocess.Popen([sys.executable, "-c", WRITER, str(snapshot.fd)], pass_fds=[snapshot.fd]) as writer:
        numbers = []
        while writer.poll() is None or not numbers or numbers[-1] != 2999:
            data = snapshot.read()
            if data:
                number = data["number"]
                assert data["copies"] == [number] * (number % 300)
                numbers.append(number)
            assert writer.poll() in (None, 0)
    assert numbers == sorted(numbers)
    assert len(set(numbers)) > 1  # it did change under the reader
    snapshot.close()


def test_a_header_of_zeros_is_no_object() -> None:
    """As a reader may see it while it is being written."""
    snapshot = Snapshot.create()
    snapshot.write({"beat": 1})
    assert snapshot.read() == {"beat": 1}
    snapshot._memory[:16] = bytes(16)
    assert snapshot.read() == {"beat": 1}
    snapshot.close()


def test_half_written_object_is_passed_over() -> None:
    snapshot = Snapshot.create()
    snapshot.write({"beat": 1})
    reader = Snapshot(os.dup(snapshot.fd))
    assert reader.read() == {"beat": 1}
    snapshot._memory[16:20] = b'{"be'  # the header still says the old object, or will say the new one
    snapshot._memory[0] += 1
    assert reader.read() == {"beat": 1}
    snapshot.close()
    reader.close()


def test_too_large_an_object_is_refused() -> None:
    snapshot = Snapshot.create()
    with pytest.raises(SessionError, match="at most"):
        snapshot.write({"text": "x" * SNAPSHOT_BYTES})
    snapshot.close()


def test_a_wrong_descriptor_is_one_line() -> None:
    read, write = os.pipe()
    with pytest.raises(SessionError, match="no snapshot"):
        Snapshot(read)
    os.close(read)
    os.close(write)
