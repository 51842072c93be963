"""OSC 1.0 address patterns: `*` `?` `[a-z]` `[!a]` `{one,two}`, each within one part of an address.

Matched by stepping a set of positions through the text, so no pattern takes more than its length times
the text's: a regular expression would backtrack for ever on `/*a*a*a*a*b`.
"""

from dataclasses import dataclass
from functools import lru_cache

from plaud_live.errors import OscError

MAX_PATTERN = 256
WILD = frozenset("*?[]{}")


def is_pattern(address: str) -> bool:
    """Whether `address` means more than itself."""
    return not WILD.isdisjoint(address)


def matches(pattern: str, address: str) -> bool:
    """Whether `address` is meant by `pattern`. Raises OscError if the pattern is malformed or too long."""
    tokens = _compile(pattern)
    parts = address.split("/")
    return len(parts) == len(tokens) and all(_match(t, part) for t, part in zip(tokens, parts, strict=True))


@dataclass(frozen=True)
class _Set:
    """One character that is in `characters`, or, if not `inside`, that is not."""

    characters: frozenset[str]
    inside: bool


Token = str | _Set | tuple[str, ...] | None
"""One step of a pattern: a literal character, a set, alternatives, or None for `*`."""


@lru_cache(maxsize=256)
def _compile(pattern: str) -> tuple[tuple[Token, ...], ...]:
    if len(pattern) > MAX_PATTERN:
        raise OscError(f"pattern of {len(pattern)} characters, wants at most {MAX_PATTERN}")
    return tuple(_compile_part(part) for part in pattern.split("/"))


def _compile_part(part: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    at = 0
    while at < len(part):
        char = part[at]
        at += 1
        if char == "*":
            tokens.append(None)
        elif char == "?":
            tokens.append(_Set(frozenset(), inside=False))
        elif char in "[{":
            end = part.find("]" if char == "[" else "}", at)
            if end < 0:
                raise OscError(f"pattern {part!r:.40}: {char} is not closed")
            inner = part[at:end]
            tokens.append(_set(inner) if char == "[" else tuple(inner.split(",")))
            at = end + 1
        elif char in "]}":
            raise OscError(f"pattern {part!r:.40}: {char} without its opening")
        else:
            tokens.append(char)
    return tuple(tokens)


def _set(inner: str) -> _Set:
    """`a-f0`, or `!` and what is left out; a minus at the end stands for itself."""
    inside = not inner.startswith("!")
    text = inner if inside else inner[1:]
    characters: set[str] = set()
    at = 0
    while at < len(text):
        if text[at + 1 : at + 2] == "-" and at + 2 < len(text):
            low, high = sorted((ord(text[at]), ord(text[at + 2])))
            characters.update(map(chr, range(low, high + 1)))
            at += 3
        else:
            characters.add(text[at])
            at += 1
    return _Set(frozenset(characters), inside)


def _match(tokens: tuple[Token, ...], text: str) -> bool:
    places = {0}
    for token in tokens:
        match token:
            case None:
                places = set(range(min(places), len(text) + 1))
            case str():
                places = {p + 1 for p in places if text[p : p + 1] == token}
            case _Set():
                places = {
                    p + 1 for p in places if p < len(text) and (text[p] in token.characters) == token.inside
                }
            case _:
                places = {p + len(each) for p in places for each in token if text.startswith(each, p)}
        if not places:
            return False
    return len(text) in places
