"""Two very small plugin hosts, by ctypes, from the published C headers of CLAP 1.1 and LV2 1.18.

They load a built file, say what it declares, set its parameters, run audio through it, and save its state.
"""

import ctypes as c
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

P = c.c_void_p
EVENT_PARAM_VALUE = 5


class _Version(c.Structure):
    _fields_ = [("major", c.c_uint32), ("minor", c.c_uint32), ("revision", c.c_uint32)]


class _Entry(c.Structure):
    _fields_ = [
        ("version", _Version),
        ("init", c.CFUNCTYPE(c.c_bool, c.c_char_p)),
        ("deinit", c.CFUNCTYPE(None)),
        ("get_factory", c.CFUNCTYPE(P, c.c_char_p)),
    ]


class _Descriptor(c.Structure):
    _fields_ = [
        ("version", _Version),
        ("id", c.c_char_p),
        ("name", c.c_char_p),
        ("vendor", c.c_char_p),
        ("url", c.c_char_p),
        ("manual_url", c.c_char_p),
        ("support_url", c.c_char_p),
        ("plugin_version", c.c_char_p),
        ("description", c.c_char_p),
        ("features", c.POINTER(c.c_char_p)),
    ]


class _Factory(c.Structure):
    _fields_ = [
        ("count", c.CFUNCTYPE(c.c_uint32, P)),
        ("descriptor", c.CFUNCTYPE(c.POINTER(_Descriptor), P, c.c_uint32)),
        ("create", c.CFUNCTYPE(P, P, P, c.c_char_p)),
    ]


class _Plugin(c.Structure):
    _fields_ = [
        ("descriptor", P),
        ("data", P),
        ("init", c.CFUNCTYPE(c.c_bool, P)),
        ("destroy", c.CFUNCTYPE(None, P)),
        ("activate", c.CFUNCTYPE(c.c_bool, P, c.c_double, c.c_uint32, c.c_uint32)),
        ("deactivate", c.CFUNCTYPE(None, P)),
        ("start_processing", c.CFUNCTYPE(c.c_bool, P)),
        ("stop_processing", c.CFUNCTYPE(None, P)),
        ("reset", c.CFUNCTYPE(None, P)),
        ("process", c.CFUNCTYPE(c.c_int32, P, P)),
        ("get_extension", c.CFUNCTYPE(P, P, c.c_char_p)),
        ("on_main_thread", c.CFUNCTYPE(None, P)),
    ]


_GET_EXTENSION = c.CFUNCTYPE(P, P, c.c_char_p)
_REQUEST = c.CFUNCTYPE(None, P)


class _Host(c.Structure):
    _fields_ = [
        ("version", _Version),
        ("data", P),
        ("name", c.c_char_p),
        ("vendor", c.c_char_p),
        ("url", c.c_char_p),
        ("host_version", c.c_char_p),
        ("get_extension", _GET_EXTENSION),
        ("request_restart", _REQUEST),
        ("request_process", _REQUEST),
        ("request_callback", _REQUEST),
    ]


class _Audio(c.Structure):
    _fields_ = [
        ("data32", c.POINTER(c.POINTER(c.c_float))),
        ("data64", P),
        ("channels", c.c_uint32),
        ("latency", c.c_uint32),
        ("constant_mask", c.c_uint64),
    ]


_SIZE = c.CFUNCTYPE(c.c_uint32, P)
_GET = c.CFUNCTYPE(P, P, c.c_uint32)
_PUSH = c.CFUNCTYPE(c.c_bool, P, P)


class _Incoming(c.Structure):
    _fields_ = [("context", P), ("size", _SIZE), ("get", _GET)]


class _Outgoing(c.Structure):
    _fields_ = [("context", P), ("push", _PUSH)]


class _Process(c.Structure):
    _fields_ = [
        ("steady_time", c.c_int64),
        ("frames", c.c_uint32),
        ("transport", P),
        ("inputs", c.POINTER(_Audio)),
        ("outputs", c.POINTER(_Audio)),
        ("inputs_count", c.c_uint32),
        ("outputs_count", c.c_uint32),
        ("incoming", c.POINTER(_Incoming)),
        ("outgoing", c.POINTER(_Outgoing)),
    ]


class _ParameterEvent(c.Structure):
    _fields_ = [
        ("size", c.c_uint32),
        ("time", c.c_uint32),
        ("space", c.c_uint16),
        ("type", c.c_uint16),
        ("flags", c.c_uint32),
        ("parameter", c.c_uint32),
        ("cookie", P),
        ("note", c.c_int32),
        ("port", c.c_int16),
        ("channel", c.c_int16),
        ("key", c.c_int16),
        ("value", c.c_double),
    ]


class _ParameterInfo(c.Structure):
    _fields_ = [
        ("id", c.c_uint32),
        ("flags", c.c_uint32),
        ("cookie", P),
        ("name", c.c_char * 256),
        ("module", c.c_char * 1024),
        ("minimum", c.c_double),
        ("maximum", c.c_double),
        ("default", c.c_double),
    ]


class _Parameters(c.Structure):
    _fields_ = [
        ("count", c.CFUNCTYPE(c.c_uint32, P)),
        ("get_info", c.CFUNCTYPE(c.c_bool, P, c.c_uint32, c.POINTER(_ParameterInfo))),
        ("get_value", c.CFUNCTYPE(c.c_bool, P, c.c_uint32, c.POINTER(c.c_double))),
    ]


class _PortInfo(c.Structure):
    _fields_ = [
        ("id", c.c_uint32),
        ("name", c.c_char * 256),
        ("flags", c.c_uint32),
        ("channels", c.c_uint32),
        ("type", c.c_char_p),
        ("in_place_pair", c.c_uint32),
    ]


class _Ports(c.Structure):
    _fields_ = [
        ("count", c.CFUNCTYPE(c.c_uint32, P, c.c_bool)),
        ("get", c.CFUNCTYPE(c.c_bool, P, c.c_uint32, c.c_bool, c.POINTER(_PortInfo))),
    ]


class ClapHost:
    """The only plugin in a .clap file, active at `sample_rate`. `in_place` gives it one buffer for both."""

    def __init__(self, file: Path, sample_rate: float, block_size: int = 256) -> None:
        self._block = block_size
        self._close = ExitStack()
        library = c.CDLL(str(file))
        entry = _Entry.in_dll(library, "clap_entry")
        assert entry.init(str(file).encode())
        self._close.callback(entry.deinit)
        address = entry.get_factory(b"clap.plugin-factory")
        factory = _Factory.from_address(address)
        assert factory.count(address) == 1
        self.descriptor = factory.descriptor(address, 0).contents
        features = self.descriptor.features
        self.features = []
        while features[len(self.features)] is not None:
            self.features.append(features[len(self.features)].decode())
        nothing = _REQUEST(lambda host: None)
        self._host = _Host(
            _Version(1, 1, 0), None, b"test", b"", b"", b"1",
            _GET_EXTENSION(lambda host, name: None), nothing, nothing, nothing,
        )  # fmt: skip
        self._address = factory.create(address, c.addressof(self._host), self.descriptor.id)
        self._plugin = _Plugin.from_address(self._address)
        assert self._plugin.init(self._address)
        self._close.callback(self._plugin.destroy, self._address)
        assert self._plugin.activate(self._address, sample_rate, 1, block_size)
        self._close.callback(self._plugin.deactivate, self._address)
        self._parameters = _Parameters.from_address(self._extension(b"clap.params"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close.close()

    def channels(self, is_input: bool) -> list[int]:
        """Channels of each port."""
        ports = _Ports.from_address(self._extension(b"clap.audio-ports"))
        found = []
        for i in range(ports.count(self._address, is_input)):
            info = _PortInfo()
            assert ports.get(self._address, i, is_input, c.byref(info))
            found.append(info.channels)
        return found

    def parameters(self) -> dict[str, tuple[int, float, float, float]]:
        """Each parameter's id, minimum, maximum, default."""
        found = {}
        for i in range(self._parameters.count(self._address)):
            info = _ParameterInfo()
            assert self._parameters.get_info(self._address, i, c.byref(info))
            found[info.name.decode()] = (info.id, info.minimum, info.maximum, info.default)
        return found

    def value(self, name: str) -> float:
        """What the plugin says that parameter `name` is."""
        value = c.c_double()
        assert self._parameters.get_value(self._address, self.parameters()[name][0], c.byref(value))
        return value.value

    def process(
        self,
        audio: NDArray[np.float32],
        outputs: int,
        values: Mapping[str, float] | None = None,
        in_place: bool = False,
    ) -> NDArray[np.float32]:
        """`audio` [inputs, samples] to [outputs, samples], with parameters set before the first sample."""
        inputs, samples = audio.shape
        out = np.zeros((outputs, samples), np.float32)
        ids = self.parameters()
        events = [
            _ParameterEvent(
                c.sizeof(_ParameterEvent),
                0,
                0,
                EVENT_PARAM_VALUE,
                0,
                ids[name][0],
                None,
                -1,
                -1,
                -1,
                -1,
                value,
            )
            for name, value in (values or {}).items()
        ]
        for start in range(0, samples, self._block):
            count = min(self._block, samples - start)
            shared = [np.zeros(count, np.float32) for _ in range(max(inputs, outputs))]
            into = shared if in_place else [np.zeros(count, np.float32) for _ in range(inputs)]
            for i in range(inputs):
                into[i][:] = audio[i, start : start + count]
            # In place the buffers go out in reverse order: the first output overwrites the last input.
            from_ = shared[::-1][:outputs] if in_place else shared[:outputs]
            buffers = [self._buffer(into[:inputs]), self._buffer(from_)]
            incoming = _Incoming(
                None,
                _SIZE(lambda _, events=events: len(events)),
                _GET(lambda _, i, events=events: c.addressof(events[i])),
            )
            outgoing = _Outgoing(None, _PUSH(lambda _, event: True))
            process = _Process(
                -1, count, None, c.pointer(buffers[0]), c.pointer(buffers[1]), 1, 1,
                c.pointer(incoming), c.pointer(outgoing),
            )  # fmt: skip
            assert self._plugin.process(self._address, c.addressof(process)) >= 1
            for i in range(outputs):
                out[i, start : start + count] = from_[i]
            events = []
        return out

    def _extension(self, name: bytes) -> int:
        address = self._plugin.get_extension(self._address, name)
        assert address, name
        return address

    @staticmethod
    def _buffer(channels: list[NDArray[np.float32]]) -> _Audio:
        pointers = (c.POINTER(c.c_float) * len(channels))(
            *(channel.ctypes.data_as(c.POINTER(c.c_float)) for channel in channels)
        )
        return _Audio(c.cast(pointers, c.POINTER(c.POINTER(c.c_float))), None, len(channels), 0, 0)


class _Lv2Descriptor(c.Structure):
    _fields_ = [
        ("uri", c.c_char_p),
        ("instantiate", c.CFUNCTYPE(P, P, c.c_double, c.c_char_p, P)),
        ("connect_port", c.CFUNCTYPE(None, P, c.c_uint32, P)),
        ("activate", c.CFUNCTYPE(None, P)),
        ("run", c.CFUNCTYPE(None, P, c.c_uint32)),
        ("deactivate", c.CFUNCTYPE(None, P)),
        ("cleanup", c.CFUNCTYPE(None, P)),
        ("extension_data", P),
    ]


class _Lv2Feature(c.Structure):
    _fields_ = [("uri", c.c_char_p), ("data", P)]


class _Lv2Option(c.Structure):
    _fields_ = [
        ("context", c.c_int),
        ("subject", c.c_uint32),
        ("key", c.c_uint32),
        ("size", c.c_uint32),
        ("type", c.c_uint32),
        ("value", P),
    ]


_MAP = c.CFUNCTYPE(c.c_uint32, P, c.c_char_p)


class _Lv2Map(c.Structure):
    _fields_ = [("handle", P), ("map", _MAP)]


def run_lv2(
    bundle: Path, sample_rate: float, audio: NDArray[np.float32], outputs: int, controls: list[float]
) -> tuple[str, NDArray[np.float32]]:
    """URI, and `audio` [inputs, samples] run through the bundle's plugin in one block.

    Ports in DPF's order: audio in, audio out, then `controls`.
    """
    library = c.CDLL(str(bundle / f"{bundle.stem}.so"))
    library.lv2_descriptor.restype = c.POINTER(_Lv2Descriptor)
    plugin = library.lv2_descriptor(0).contents
    uris: dict[bytes, int] = {}
    mapping = _Lv2Map(None, _MAP(lambda _, uri: uris.setdefault(uri, len(uris) + 1)))
    block = c.c_int(audio.shape[1])
    length = mapping.map(None, b"http://lv2plug.in/ns/ext/buf-size#maxBlockLength")
    integer = mapping.map(None, b"http://lv2plug.in/ns/ext/atom#Int")
    options = (_Lv2Option * 2)(
        _Lv2Option(0, 0, length, c.sizeof(block), integer, c.addressof(block)), _Lv2Option()
    )
    features = [
        _Lv2Feature(b"http://lv2plug.in/ns/ext/options#options", c.addressof(options)),
        _Lv2Feature(b"http://lv2plug.in/ns/ext/urid#map", c.addressof(mapping)),
    ]
    pointers = (P * 3)(*(c.addressof(feature) for feature in features), None)
    instance = plugin.instantiate(
        c.addressof(plugin), sample_rate, f"{bundle}/".encode(), c.addressof(pointers)
    )
    assert instance
    out = np.zeros((outputs, audio.shape[1]), np.float32)
    values = np.array(controls, np.float32)
    audio = np.ascontiguousarray(audio)
    ports = [row.ctypes.data for row in (*audio, *out)] + [
        values.ctypes.data + 4 * i for i in range(len(values))
    ]
    for i, address in enumerate(ports):
        plugin.connect_port(instance, i, address)
    plugin.activate(instance)
    plugin.run(instance, audio.shape[1])
    plugin.deactivate(instance)
    plugin.cleanup(instance)
    return plugin.uri.decode(), out
