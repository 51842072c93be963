"""Who may ask: the checks that every HTTP request passes before anything is looked up.

A page of another site can make a browser ask us. What gives it away is the name that it asked for (`Host`: a
site can point its own name at 127.0.0.1) and where it comes from (`Origin`, `Sec-Fetch-Site`, after the Fetch
standard), so both have to be ours. `engine.access` says which machines may come, and the token.
"""

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from plaud_live.engine.access import Access, is_loopback

TOKEN = "token"
"""The argument of a link that carries the session's token."""

METHODS = ("GET", "HEAD")


@dataclass(frozen=True)
class Refusal:
    """An HTTP status and a line that says why."""

    status: int
    text: str


class Gate:
    """Lets in whom `access` lets in, under names that are ours; addresses are: no site can own one."""

    def __init__(self, access: Access) -> None:
        self._access = access
        host = socket.gethostname().lower().partition(".")[0]
        self._names = {"localhost", *((host, f"{host}.local") if access.lan else ())}

    def admits(self, peer: str) -> bool:
        """Whether a connection from this address is taken at all."""
        return self._access.permits(peer)

    def refuse(
        self, method: str, headers: Mapping[str, str], peer: str, token: str, free: bool = False
    ) -> Refusal | None:
        """Why a request is refused; None: it may pass. `free`: what it asks for is no secret."""
        if not self._access.permits(peer):
            return Refusal(403, "this address is not allowed: plaud-live play --lan says which are")
        host = headers.get("Host", "").lower()
        if not self._is_ours(host):
            return Refusal(421, f"{host!r:.60} is not this instrument")
        if headers.get("Origin", f"http://{host}").lower() not in (f"http://{host}", f"https://{host}"):
            return Refusal(403, "pages of other sites may not ask")
        site, mode = headers.get("Sec-Fetch-Site", "none"), headers.get("Sec-Fetch-Mode", "navigate")
        if site not in ("none", "same-origin") and mode != "navigate":  # a link may lead here
            return Refusal(403, "pages of other sites may not ask")
        if method not in METHODS:
            return Refusal(405, f"wants {' or '.join(METHODS)}")
        if not (free or is_loopback(peer) or self._access.is_token(token)):
            return Refusal(403, "this link lacks the session's token: web() at the prompt shows it whole")
        return None

    def _is_ours(self, host: str) -> bool:
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if name in self._names:
            return True
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True
