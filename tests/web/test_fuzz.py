"""The server under random and mutated messages: it goes on, says nothing of failures, and forgets them."""

import asyncio
import gc

import pytest

from tests.web.rig import serving
from tests.web.siege import besiege


@pytest.mark.parametrize("seed", [1, 2])
def test_random_messages_leave_it_as_it_was(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        async with serving() as rig:
            async with asyncio.timeout(120.0):
                sent = await besiege(rig.server.port, 1500, seed)
            assert sent.total >= 1500 and sent.failures == 0
            assert (await rig.get("/plaud/inst/drone/z0?VALUE"))[1] == {"VALUE": [0.1]}

    asyncio.run(test())
    gc.collect()
    assert not [record for record in caplog.records if record.exc_info and "aiohttp" not in record.name]
    assert not [record.getMessage() for record in caplog.records if record.name == "asyncio"]
