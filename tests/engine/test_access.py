"""Who may reach the instrument: allow-lists, tokens, and what the environment of the children says."""

import pytest

from plaud_live.engine import access
from plaud_live.engine.access import LAN, TOKEN, TOKEN_LENGTH, Access, new_token
from plaud_live.errors import SettingsError


@pytest.mark.parametrize(
    ("lan", "permitted", "refused"),
    [
        (None, ["127.0.0.1", "127.3.2.1"], ["192.168.1.5", "10.0.0.1", "8.8.8.8", "::1", "", "localhost"]),
        (
            "",
            ["127.0.0.1", "192.168.1.5", "10.200.0.1", "172.31.0.9", "169.254.3.3"],
            ["8.8.8.8", "172.32.0.1"],
        ),
        ("192.168.1.20, 10.1.0.0/16", ["192.168.1.20", "10.1.255.3"], ["192.168.1.21", "10.2.0.1"]),
    ],
)
def test_only_those_of_the_list_are_heard(lan: str | None, permitted: list[str], refused: list[str]) -> None:
    access = Access.parse(lan)
    assert [host for host in permitted + refused if access.permits(host)] == permitted
    assert access.host == ("127.0.0.1" if lan is None else "0.0.0.0")


@pytest.mark.parametrize("lan", ["everyone", "192.168.1.300", "10.0.0.0/40", "fe80::1"])
def test_what_is_no_network_is_refused_in_a_line(lan: str) -> None:
    with pytest.raises(SettingsError, match=f"--lan {lan}"):
        Access.parse(lan)


def test_the_environment_carries_both_and_nothing_else_opens_the_instrument(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(LAN, "0.0.0.0/0")
    monkeypatch.delenv(TOKEN, raising=False)
    assert not Access.open(None).lan and not Access.from_environment().lan
    opened = Access.open("192.168.1.0/24")
    assert Access.from_environment() == opened and len(opened.token) == TOKEN_LENGTH
    assert opened.token in opened.line(9100) and "192.168.1.0/24" in opened.line(9100)


def test_a_token_is_met_exactly() -> None:
    access = Access.parse("", "correct-horse")
    assert access.is_token("correct-horse") and access.is_token(" correct-horse\n")
    assert not any(map(access.is_token, ("", "correct-hors", "Correct-Horse", "correct-horsé")))
    assert not Access.parse("").is_token("")


def test_tokens_differ_and_a_chosen_one_is_long_enough() -> None:
    assert len({new_token({}) for _ in range(100)}) == 100
    assert new_token({TOKEN: "abcdefgh12"}) == "abcdefgh12"
    for bad in ("short", "with space 123", "päßwort-lang"):
        with pytest.raises(SettingsError, match=TOKEN):
            new_token({TOKEN: bad})


@pytest.mark.parametrize(
    ("own", "said"), [("192.168.1.7", ""), ("141.2.3.4", "try --lan 141.2.3.0/24"), ("127.0.0.1", "")]
)
def test_a_machine_in_none_of_the_networks_is_told_so(
    own: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "own_address", lambda: own)
    line = Access.parse("", "secret23").line(9100)
    assert f"OSC {own}:9100" in line
    assert line.endswith(said or "token secret23")
