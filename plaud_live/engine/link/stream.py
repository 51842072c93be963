"""The bytes of a stream socket that never blocks, both ways."""

import socket
from collections.abc import Iterator

PORTION_BYTES = 1 << 16


def arriving(sock: socket.socket) -> Iterator[bytes]:
    """What has arrived, in portions; at the end of the stream a last one that is empty."""
    data = b"\0"
    while data:
        try:
            data = sock.recv(PORTION_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        yield data


def send_waiting(sock: socket.socket, waiting: bytearray) -> bool:
    """Send as much as the other side takes, and take it off `waiting`. False: the other side is gone."""
    try:
        while waiting:
            del waiting[: sock.send(waiting[:PORTION_BYTES])]
    except (BlockingIOError, InterruptedError):
        return True
    except OSError:
        return False
    return True
