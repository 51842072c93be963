"""Kernels on disk: found again, and not after a source has changed."""

from plaud_live.synths.compile import SOURCES
from plaud_live.synths.controls import CONTROL_NAMES, COUNTS, FREEZE, GAINS, SMOOTHING, TEMPERATURE
from plaud_live.synths.encoder import _encode
from plaud_live.synths.voice import _render
from plaud_live.synths.warm import warm


def test_a_cached_kernel_is_bound_to_all_sources() -> None:
    for kernel in (_render, _encode):
        assert kernel._cache._cache_file._source_stamp[1] == SOURCES


def test_warm_leaves_nothing_to_compile() -> None:
    warm()
    assert len(_render.overloads) == len(_encode.overloads) == 1


def test_columns_are_where_the_kernel_reads_them() -> None:
    assert CONTROL_NAMES[COUNTS : COUNTS + 3] == ("sines", "harmonics", "noise_bands")
    assert CONTROL_NAMES[GAINS : GAINS + 3] == ("sine_gain", "harmonic_gain", "noise_gain")
    assert [CONTROL_NAMES[i] for i in (TEMPERATURE, SMOOTHING, FREEZE)] == [
        "temperature",
        "smoothing",
        "freeze",
    ]
