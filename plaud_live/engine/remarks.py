"""Remarks that other programs write into the log: so many a second of a host, so many in a session."""

from plaud_live.engine.limits import Allowance

PER_SECOND, AT_ONCE = 10.0, 50.0
"""Of a host: more than anybody types, and than a program needs to say what happens."""

MOST_OF_HOST, MOST = 2_000, 20_000
"""Of a host beyond this machine, and of all those; of this machine as many: some megabytes."""

MAX_HOSTS = 256
"""Hosts that are told apart; what goes beyond writes nothing."""


class Remarks:
    """Counts what is written, and what is left out."""

    def __init__(self) -> None:
        self.left_out = 0
        self._hosts: dict[str, tuple[Allowance, int]] = {}
        self._written = {True: 0, False: 0}  # by this machine, and by others

    def may_write(self, host: str, near: bool, now: float) -> bool:
        """Whether a host may write another line; it is counted."""
        if not near and host not in self._hosts and len(self._hosts) >= MAX_HOSTS:
            self.left_out += 1
            return False
        pace, written = self._hosts.get(host) or (Allowance(PER_SECOND, AT_ONCE, now, AT_ONCE), 0)
        full = self._written[near] >= MOST or (not near and written >= MOST_OF_HOST)
        if full or not pace.spend(1, now):
            self._hosts[host] = pace, written
            self.left_out += 1
            return False
        self._hosts[host] = pace, written + 1
        self._written[near] += 1
        return True
