"""Zeroconf: another process's browser finds the server by its service type, and only where that is wanted."""

import asyncio

import pytest
from zeroconf import ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from plaud_live.web.advertise import SERVICE, advertising

HERE = "127.0.0.1"
PATIENCE = 10.0


@pytest.mark.parametrize("wanted", [True, False])
def test_the_server_is_found_while_it_runs(wanted: bool) -> None:
    found: asyncio.Queue[str] = asyncio.Queue()

    def on_change(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change is ServiceStateChange.Added:
            found.put_nowait(name)

    async def test() -> None:
        network = AsyncZeroconf(interfaces=[HERE])
        browser = AsyncServiceBrowser(network.zeroconf, [SERVICE], handlers=[on_change])
        async with advertising(HERE if wanted else None, 9180, [HERE]) as problem:
            assert problem == ""
            if wanted:
                async with asyncio.timeout(PATIENCE):
                    name = await found.get()
                info = AsyncServiceInfo(SERVICE, name)
                assert await info.async_request(network.zeroconf, 1000.0 * PATIENCE)
                assert (info.port, info.parsed_addresses()) == (9180, [HERE])
        assert found.empty()
        await browser.async_cancel()
        await network.async_close()

    asyncio.run(test())
