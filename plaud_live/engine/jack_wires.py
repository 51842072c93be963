"""Who is wired to a port of JACK. rtmidi does not say it: the library that it has loaded is asked.

A sender that dies, or is unwired, while it holds a note says nothing any more. Of several senders at one port
nobody knows whose notes are whose; but once none is left that was there, no note can be anybody's.
"""

import ctypes
from collections.abc import Iterator
from pathlib import Path

_NO_START_SERVER = 1
_LOADED = Path("/proc/self/maps")

_FUNCTIONS = {
    "jack_client_open": (ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p)),
    "jack_client_close": (ctypes.c_int, (ctypes.c_void_p,)),
    "jack_port_by_name": (ctypes.c_void_p, (ctypes.c_void_p, ctypes.c_char_p)),
    "jack_port_get_all_connections": (
        ctypes.POINTER(ctypes.c_char_p),
        (ctypes.c_void_p, ctypes.c_void_p),
    ),
    "jack_free": (None, (ctypes.c_void_p,)),
}
"""What each returns and takes (jack.h)."""


class JackWires:
    """A client of its own, without ports, that looks at `port`.

    Raises OSError where JACK cannot be asked.
    """

    def __init__(self, client: str, port: str) -> None:
        self._jack = _library()
        self._port = port.encode()
        status = ctypes.c_int()
        self._client = self._jack.jack_client_open(client.encode(), _NO_START_SERVER, ctypes.byref(status))
        if not self._client:
            raise OSError(f"JACK refuses {client}: status {status.value:#x}")
        self._before: frozenset[str] = frozenset()

    def all_gone(self) -> bool:
        """Whether none is left of those who were wired at the last look. A look takes some microseconds."""
        before, self._before = self._before, frozenset(self._wired())
        return bool(before) and not before & self._before

    def close(self) -> None:
        """Leave the server, which has to be there still."""
        self._jack.jack_client_close(self._client)

    def _wired(self) -> Iterator[str]:
        port = self._jack.jack_port_by_name(self._client, self._port)
        names = self._jack.jack_port_get_all_connections(self._client, port) if port else None
        if names:
            place = 0
            while (name := names[place]) is not None:
                yield name.decode(errors="replace")
                place += 1
            self._jack.jack_free(names)


def _library() -> ctypes.CDLL:
    """The very file that is loaded: another would have another idea of the server."""
    lines = _LOADED.read_text(encoding="utf-8").splitlines()
    loaded = {line.split(maxsplit=5)[5] for line in lines if "libjack" in line}
    if len(loaded) != 1:
        raise OSError(f"{len(loaded)} libraries of JACK are loaded, wants one")
    library = ctypes.CDLL(loaded.pop())
    for name, (result, arguments) in _FUNCTIONS.items():
        try:
            function = getattr(library, name)
        except AttributeError as error:
            raise OSError(f"JACK's library has no {name}") from error
        function.restype, function.argtypes = result, arguments
    return library
