"""OSC address patterns against the standard's words, and against fnmatch where the two agree."""

import fnmatch
import itertools

import pytest

from plaud_live.control.osc_pattern import MAX_PATTERN, is_pattern, matches
from plaud_live.errors import OscError


@pytest.mark.parametrize(
    ("pattern", "address", "meant"),
    [
        ("/plaud/inst/*/gain", "/plaud/inst/drone/gain", True),
        ("/plaud/inst/*/gain", "/plaud/inst/a/b/gain", False),  # * stays within one part
        ("/plaud/inst/*", "/plaud/inst/drone/gain", False),
        ("/plaud/inst/drone/z?", "/plaud/inst/drone/z0", True),
        ("/plaud/inst/drone/z?", "/plaud/inst/drone/z", False),
        ("/plaud/inst/drone/z?", "/plaud/inst/drone/z10", False),
        ("/i/d/z[0-3]", "/i/d/z3", True),
        ("/i/d/z[3-0]", "/i/d/z2", True),
        ("/i/d/z[0-3]", "/i/d/z4", False),
        ("/i/d/z[!0-3]", "/i/d/z4", True),
        ("/i/d/z[!0-3]", "/i/d/z", False),
        ("/i/d/z[a-]", "/i/d/z-", True),
        ("/i/{drone,bell}/pan", "/i/bell/pan", True),
        ("/i/{drone,bell}/pan", "/i/bel/pan", False),
        ("/i/{b,be}ll/pan", "/i/bell/pan", True),
        ("/i/{,x}d", "/i/d", True),
        ("/i/d*n*e", "/i/drone", True),
        ("/i/**", "/i/drone", True),
        ("/i/d", "/i/d", True),
        ("/i/d", "/i/dd", False),
    ],
)
def test_patterns(pattern: str, address: str, meant: bool) -> None:
    assert matches(pattern, address) is meant


def test_within_one_part_stars_and_marks_mean_what_fnmatch_means() -> None:
    for pattern in map("".join, itertools.product("a*?b", repeat=4)):
        for text in map("".join, itertools.product("ab", repeat=3)):
            assert matches("/" + pattern, "/" + text) == fnmatch.fnmatchcase(text, pattern)


def test_a_pattern_that_makes_regular_expressions_backtrack_is_short_work() -> None:
    assert not matches("/" + "*a" * 100 + "b", "/" + "a" * 64)


@pytest.mark.parametrize("pattern", ["/a[b", "/a{b", "/a]", "/a}", "/" + "a" * MAX_PATTERN])
def test_malformed_patterns_are_refused(pattern: str) -> None:
    with pytest.raises(OscError):
        matches(pattern, "/a")


def test_plain_addresses_are_no_patterns() -> None:
    assert not is_pattern("/plaud/inst/drone/z0")
    assert is_pattern("/plaud/inst/*/z0")
