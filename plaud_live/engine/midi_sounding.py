"""What devices have been told to sound, so that it can be ended for an engine that is gone."""

NOTE_OFF, NOTE_ON = 0x80, 0x90
START, CONTINUE, STOP = 0xFA, 0xFB, 0xFC


class Sounding:
    """Keys that are held and clocks that run, by the number of the device. `note` all that is sent."""

    def __init__(self) -> None:
        self._held: dict[tuple[int, int, int], None] = {}  # device, channel 0..15, key
        self._running: set[int] = set()

    def note(self, device: int, message: bytes) -> None:
        """This whole message goes to a device."""
        status = message[0] if message else 0
        if status in (START, CONTINUE):
            self._running.add(device)
        elif status == STOP:
            self._running.discard(device)
        elif status & 0xE0 == NOTE_OFF and len(message) == 3:
            key = device, status & 15, message[1]
            if status >= NOTE_ON and message[2]:
                self._held[key] = None
            else:
                self._held.pop(key, None)

    def end(self) -> list[tuple[int, bytes]]:
        """What lets go of all keys and stops the clocks: devices and messages. Nothing sounds any more."""
        messages = [(device, bytes((NOTE_OFF | channel, key, 0))) for device, channel, key in self._held]
        messages += [(device, bytes((STOP,))) for device in sorted(self._running)]
        self._held.clear()
        self._running.clear()
        return messages
