"""Who may ask: the checks that every HTTP request passes before anything is looked up.

A page of another site can make a browser ask us. What gives it away is the name that it asked for (`Host`: a
site can point its own name at 127.0.0.1) and where it comes from (`Origin`, `Sec-Fetch-Site`, after the Fetch
standard), so both have to be ours.
"""

import hmac
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from plaud_live.errors import SettingsError

TOKEN = "token"
"""The argument of a link that carries the session's token."""

METHODS = ("GET", "HEAD")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Refusal:
    """An HTTP status and a line that says why."""

    status: int
    text: str


@dataclass(frozen=True)
class Access:
    """`lan`: the networks that may reach us besides this machine; `token` is what they have to show.

    `names` are the hosts that we go by; addresses are always allowed, because no site can own them.
    """

    lan: tuple[Network, ...] = ()
    token: str = ""
    names: frozenset[str] = frozenset(("localhost",))

    @classmethod
    def of(cls, lan: str, token: str) -> "Access":
        """From a list such as `192.168.1.0/24,10.0.0.7` ('': this machine only). Raises SettingsError."""
        networks = []
        for part in filter(None, (each.strip() for each in lan.split(","))):
            try:
                networks.append(ipaddress.ip_network(part, strict=False))
            except ValueError:
                raise SettingsError(f"--lan {part!r:.60}: wants addresses, as 192.168.1.0/24") from None
        if networks and not token:
            raise SettingsError("--lan: there is no token, so nobody could come in")
        host = socket.gethostname().lower().partition(".")[0]
        names = {"localhost", host, f"{host}.local"} if networks else {"localhost"}
        return cls(tuple(networks), token, frozenset(names))

    def refuse(
        self, method: str, headers: Mapping[str, str], peer: str, token: str, free: bool = False
    ) -> Refusal | None:
        """Why a request is refused; None: it may pass. `free`: what it asks for is no secret."""
        host = headers.get("Host", "")
        if not self._is_ours(host):
            return Refusal(421, f"{host!r:.60} is not this instrument")
        origin = headers.get("Origin")
        if origin is not None and origin.lower() not in (f"http://{host.lower()}", f"https://{host.lower()}"):
            return Refusal(403, "pages of other sites may not ask")
        site, mode = headers.get("Sec-Fetch-Site", "none"), headers.get("Sec-Fetch-Mode", "navigate")
        if site not in ("none", "same-origin") and mode != "navigate":  # a link may lead here
            return Refusal(403, "pages of other sites may not ask")
        if method not in METHODS:
            return Refusal(405, f"wants {' or '.join(METHODS)}")
        return self._refuse_peer(peer, token, free)

    def _refuse_peer(self, peer: str, token: str, free: bool) -> Refusal | None:
        try:
            address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(peer)
        except ValueError:
            return Refusal(403, "nobody knows where this comes from")
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if address.is_loopback:
            return None
        if not any(address in network for network in self.lan):
            return Refusal(403, "this address is not allowed: plaud-live play --lan says which are")
        if not free and not hmac.compare_digest(token.encode(), self.token.encode()):
            return Refusal(403, "this link lacks the session's token: web() at the prompt shows it whole")
        return None

    def _is_ours(self, host: str) -> bool:
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if name.lower() in self.names:
            return True
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True
