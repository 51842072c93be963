"""Who may ask: every way in that must be shut, as a table of requests."""

import pytest

from plaud_live.engine.access import Access
from plaud_live.web.gate import Gate

TOKEN = "abcdefghjk"
ALONE = Gate(Access.parse(None))
OPEN = Gate(Access.parse("192.168.1.0/24", TOKEN))
HERE, PHONE, STRANGER = "127.0.0.1", "192.168.1.7", "10.9.8.7"
OURS = {"Host": "127.0.0.1:9180"}
FROM_PHONE = {"Host": "192.168.1.5:9180"}


def status(gate: Gate, headers: dict[str, str], peer: str = HERE, token: str = "", **more: object) -> int:
    refusal = gate.refuse(str(more.get("method", "GET")), headers, peer, token, bool(more.get("free")))
    return refusal.status if refusal else 200


@pytest.mark.parametrize(
    "host", ["127.0.0.1:9180", "localhost:9180", "LOCALHOST", "[::1]:9180", "192.168.1.5"]
)
def test_our_own_names_and_any_address_are_us(host: str) -> None:
    assert status(ALONE, {"Host": host}) == 200


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "evil.example:9180", "127.0.0.1.evil.example", "localhost.evil", "a b", ":9180"],
)
def test_a_name_that_a_site_pointed_at_us_is_not_us(host: str) -> None:
    assert status(ALONE, {"Host": host}) == 421
    assert status(OPEN, {"Host": host}) == 421


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Origin": "http://127.0.0.1:9180"}, 200),
        ({"Origin": "https://127.0.0.1:9180"}, 200),
        ({"Origin": "http://127.0.0.1:9181"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "file://"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}, 200),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, 403),
    ],
)
def test_pages_of_other_sites_may_not_ask_but_a_link_may_lead_here(
    headers: dict[str, str], expected: int
) -> None:
    assert status(ALONE, OURS | headers) == expected


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get"])
def test_nothing_is_changed_over_http(method: str) -> None:
    assert status(ALONE, OURS, method=method) == 405


@pytest.mark.parametrize(
    ("gate", "peer", "token", "free", "expected"),
    [
        (ALONE, HERE, "", False, 200),
        (ALONE, PHONE, "", False, 403),
        (ALONE, PHONE, "", True, 403),
        (ALONE, PHONE, TOKEN, False, 403),
        (OPEN, HERE, "", False, 200),
        (OPEN, PHONE, TOKEN, False, 200),
        (OPEN, PHONE, "", False, 403),
        (OPEN, PHONE, "abcdefghjm", False, 403),
        (OPEN, PHONE, TOKEN + "x", False, 403),
        (OPEN, PHONE, "äöü", False, 403),
        (OPEN, PHONE, "", True, 200),
        (OPEN, STRANGER, TOKEN, False, 403),
        (OPEN, "", TOKEN, False, 403),
        (OPEN, "::1", TOKEN, False, 403),
    ],
)
def test_beyond_this_machine_a_listed_address_and_the_token_are_wanted(
    gate: Gate, peer: str, token: str, free: bool, expected: int
) -> None:
    assert status(gate, FROM_PHONE if peer != HERE else OURS, peer, token, free=free) == expected
