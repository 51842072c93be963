"""Sound cards, by name or number. The only file that imports `sounddevice`.

`import sounddevice` fails where PortAudio is missing; everything here then raises one DeviceError that says
what to install, and the instrument runs on a clock instead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from plaud_live.errors import DeviceError

AudioCallback = Callable[..., None]
MAX_CHANNELS = 2


@dataclass(frozen=True)
class Device:
    """A line of the sound card list; `sample_rate` is its own, in Hz."""

    number: int
    name: str
    host_api: str
    outputs: int
    inputs: int
    sample_rate: float

    def __str__(self) -> str:
        return f"{self.number} {self.name} ({self.host_api})"


def load() -> ModuleType:
    """The `sounddevice` module. Raises DeviceError that says how to get what it lacks."""
    try:
        import sounddevice
    except ImportError:
        raise DeviceError("the package sounddevice is not installed — pip install sounddevice") from None
    except OSError:
        raise DeviceError(
            "PortAudio is not installed — Debian and Ubuntu: apt install libportaudio2;"
            " Fedora: dnf install portaudio"
        ) from None
    return sounddevice


def devices() -> list[Device]:
    """All sound cards of all host APIs. Raises DeviceError without PortAudio."""
    sounddevice = load()
    try:
        host_apis = [api["name"] for api in sounddevice.query_hostapis()]
        return [_device(entry, host_apis) for entry in sounddevice.query_devices()]
    except sounddevice.PortAudioError as error:
        raise DeviceError(f"the sound cards cannot be listed: {error}") from None


def default_output() -> Device | None:
    """The card that the system plays to."""
    number = load().default.device[1]
    return next((device for device in devices() if device.number == number and device.outputs), None)


def find(name: str | None) -> Device:
    """The output that `name` means: a number, a name or a part of it; None for the system's default.

    Raises DeviceError that lists what there is.
    """
    outputs = [device for device in devices() if device.outputs]
    if not outputs:
        raise DeviceError("no sound card found")
    if name is None:
        return default_output() or outputs[0]
    wanted = name.strip().lower()
    matches = [device for device in outputs if str(device.number) == wanted or device.name.lower() == wanted]
    matches = matches or [device for device in outputs if wanted and wanted in device.name.lower()]
    if not matches:
        raise DeviceError(f"--device {name}: no such sound card — have {_listed(outputs)}")
    if len({device.name for device in matches}) > 1:
        raise DeviceError(f"--device {name}: could be {_listed(matches)} — give its number")
    return matches[0]


def find_input(output: Device) -> Device | None:
    """What is captured beside `output`: its own inputs, else the default input of its host API."""
    if output.inputs:
        return output
    sounddevice = load()
    for api in sounddevice.query_hostapis():
        if api["name"] == output.host_api and api["default_input_device"] >= 0:
            number = api["default_input_device"]
            return next((device for device in devices() if device.number == number and device.inputs), None)
    return None


def list_devices() -> str:
    """The sound cards as a table, the default marked. Raises DeviceError without PortAudio."""
    default = default_output()
    lines = [
        f"{'*' if device == default else ' '} {device.number:3d}  {device.name[:44]:44s}"
        f" {device.host_api[:16]:16s} {device.outputs:3d} out {device.inputs:3d} in"
        f"  {device.sample_rate:6.0f} Hz"
        for device in devices()
    ]
    return "\n".join(lines) if lines else "no sound card found"


def open_stream(
    output: Device,
    sample_rate: float,
    block: int,
    callback: AudioCallback,
    on_end: Callable[[], None],
    most: int = MAX_CHANNELS,
) -> tuple[Any, int, int]:
    """A PortAudio stream that is open and not started, with its counts of output and input channels (0: no
    input).

    float32, at most two channels of input and `most` of output. `callback` is called as
    callback(input or None, output, status) with the raw buffers. Raises DeviceError when it does not open.
    """
    sounddevice = load()
    outputs = min(most, output.outputs)
    common = {
        "samplerate": sample_rate,
        "blocksize": block,
        "dtype": "float32",
        "latency": "low",
        "finished_callback": on_end,
    }
    source = find_input(output)
    if source is not None:
        inputs = min(MAX_CHANNELS, source.inputs)
        try:
            stream = sounddevice.RawStream(
                device=(source.number, output.number),
                channels=(inputs, outputs),
                callback=lambda indata, outdata, frames, time, status: callback(indata, outdata, status),
                **common,
            )
            return stream, outputs, inputs
        except sounddevice.PortAudioError:
            source = None  # the card may play at a rate or beside an input that it cannot record: play then
    try:
        stream = sounddevice.RawOutputStream(
            device=output.number,
            channels=outputs,
            callback=lambda outdata, frames, time, status: callback(None, outdata, status),
            **common,
        )
    except sounddevice.PortAudioError as error:
        raise DeviceError(
            f"sound card {output} does not open at {sample_rate:g} Hz: {_first_line(error)}"
            f" — its own rate is {output.sample_rate:g} Hz, see --sample-rate and --device"
        ) from None
    return stream, outputs, 0


def start_stream(stream: Any) -> None:
    """Start the callbacks. Raises DeviceError when the card refuses."""
    sounddevice = load()
    try:
        stream.start()
    except sounddevice.PortAudioError as error:
        raise DeviceError(f"the sound card does not start: {_first_line(error)}") from None


def _device(entry: dict[str, Any], host_apis: list[str]) -> Device:
    return Device(
        number=entry["index"],
        name=entry["name"],
        host_api=host_apis[entry["hostapi"]],
        outputs=entry["max_output_channels"],
        inputs=entry["max_input_channels"],
        sample_rate=entry["default_samplerate"],
    )


def _listed(found: list[Device]) -> str:
    return ", ".join(map(str, found))


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
