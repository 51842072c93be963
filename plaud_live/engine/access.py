"""Who may reach the instrument: this machine alone, or with `--lan` an allow-list; a token for some things.

The supervisor writes both into its environment, where only its own children find them: a command line could
be read by anybody on the machine.
"""

import hmac
import ipaddress
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from plaud_live.errors import SettingsError

LAN, TOKEN = "PLAUD_LAN", "PLAUD_TOKEN"
LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"
PRIVATE = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,169.254.0.0/16"
"""Networks that no router passes on: what `--lan` alone means."""

TOKEN_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
TOKEN_LENGTH = 10
"""Of 31 letters that are told apart when they are read aloud: 49 bits, at 2000 guesses a second for ever."""

SHORTEST_TOKEN = 8

Network = ipaddress.IPv4Network


@dataclass(frozen=True)
class Access:
    """`networks` may reach us besides this machine, none without `--lan`; `token` is the session's."""

    networks: tuple[Network, ...] = ()
    token: str = ""

    @classmethod
    def parse(cls, lan: str | None, token: str = "") -> "Access":
        """From `--lan`: None for this machine alone, "" for private networks, else addresses and networks.

        Raises SettingsError.
        """
        if lan is None:
            return cls((), token)
        networks = []
        for each in filter(None, (part.strip() for part in (lan or PRIVATE).split(","))):
            try:
                networks.append(Network(each, strict=False))
            except ValueError:
                raise SettingsError(
                    f"--lan {each}: wants addresses or networks, as in 192.168.1.20,10.0.0.0/8"
                ) from None
        return cls(tuple(networks), token)

    @classmethod
    def open(cls, lan: str | None) -> "Access":
        """By the supervisor: from `--lan`, with a token, for its children to find. Raises SettingsError."""
        access = cls.parse(lan, "" if lan is None else new_token())
        for name in (LAN, TOKEN):
            os.environ.pop(name, None)  # nothing opens the instrument but the option
        os.environ.update(access.to_environment())
        return access

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Access":
        """What the supervisor wrote there. Raises SettingsError."""
        return cls.parse(environment.get(LAN) or None, environment.get(TOKEN, ""))

    def to_environment(self) -> dict[str, str]:
        """For the supervisor to write there."""
        return {LAN: ",".join(map(str, self.networks)), TOKEN: self.token} if self.lan else {}

    def line(self, osc_port: int | None) -> str:
        """How others reach it, for the performer."""
        private = Access.parse("").networks
        who = "private networks" if self.networks == private else ", ".join(map(str, self.networks))
        own = own_address()
        around = Network(f"{own}/24", strict=False)
        outside = "" if self.permits(own) else f" — this machine's own is none of them: try --lan {around}"
        return f"open to {who}: OSC {own}:{osc_port}, token {self.token}{outside}"

    @property
    def lan(self) -> bool:
        """Whether others than this machine may reach us."""
        return bool(self.networks)

    @property
    def host(self) -> str:
        """The address to listen on."""
        return EVERYWHERE if self.lan else LOOPBACK

    def permits(self, host: str) -> bool:
        """Whether something from this address is heard at all."""
        return is_loopback(host) or _is_in(host, self.networks)

    def is_token(self, text: str) -> bool:
        """Whether this is the session's token, in the same time whatever it is."""
        return bool(self.token) and hmac.compare_digest(text.strip().encode(), self.token.encode())


def own_address() -> str:
    """The address by which this machine is reached from its network, or loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # for documentation (RFC 5737); to connect sends nothing
        except OSError:
            return LOOPBACK
        return str(probe.getsockname()[0])


@lru_cache(maxsize=1024)
def _is_in(host: str, networks: tuple[Network, ...]) -> bool:
    try:
        address = ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return any(address in network for network in networks)


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's."""
    return host.startswith("127.")


def new_token(environment: Mapping[str, str] = os.environ) -> str:
    """PLAUD_TOKEN where the performer has chosen one, else a new one. Raises SettingsError."""
    chosen = environment.get(TOKEN)
    if chosen and (len(chosen) < SHORTEST_TOKEN or not chosen.isascii() or not chosen.isalnum()):
        raise SettingsError(f"{TOKEN}: wants at least {SHORTEST_TOKEN} letters and digits")
    return chosen or "".join(secrets.choice(TOKEN_LETTERS) for _ in range(TOKEN_LENGTH))
