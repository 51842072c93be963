"""Zeroconf: other machines find the instrument by itself. Only where they may come in."""

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

SERVICE = "_oscjson._tcp.local."
NAME = "plaud-live"


@asynccontextmanager
async def advertising(address: str | None, port: int, interfaces: Sequence[str] = ()) -> AsyncIterator[str]:
    """Advertise the OSCQuery server at `address` while inside. Gives a line that says why not, or nothing.

    `interfaces`: addresses of the networks where; none: everywhere.
    """
    if address is None:
        yield ""
        return
    try:
        from zeroconf import InterfaceChoice
        from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf
    except ImportError:
        yield "not advertised in the network: zeroconf is not installed — pip install 'plaud-live[web]'"
        return
    host = socket.gethostname().partition(".")[0]
    info = AsyncServiceInfo(
        SERVICE,
        f"{NAME} on {host}.{SERVICE}",
        port=port,
        parsed_addresses=[address],
        server=f"{host}.local.",
    )
    try:
        network = AsyncZeroconf(interfaces=list(interfaces) or InterfaceChoice.All)
    except OSError as error:
        yield f"not advertised in the network: {error.strerror}"
        return
    try:
        await network.async_register_service(info, allow_name_change=True)
        yield ""
    finally:
        await network.async_unregister_all_services()
        await network.async_close()
