"""Test models with topologies that compilers get wrong: nested loops, loops that are not square, twins."""

from collections import OrderedDict

from tests.compiler.parts import (
    NFFT,
    RATE,
    Built,
    apart,
    delays,
    dsp,
    gain,
    gains,
    loop,
    model,
    network,
    parallel,
    precision,
    ring,
    series,
    shell,
)


@model
def loop_that_is_not_square() -> Built:
    forward = series(lines=delays([80, 121]), out=gain(ring(3, 2)))
    return shell(loop(forward, gain([[0.2 * x for x in row] for row in ring(2, 3)]))), RATE


@model
def loop_that_is_not_square_and_delayed_behind() -> Built:
    back = series(mixing=gain([[0.2, -0.3]]), line=delays([77]))
    return shell(loop(gain([[0.7], [0.5]]), back)), RATE


@model
def loop_in_the_forward_path() -> Built:
    inner = loop(delays([41, 59]), gain([[0.3, 0.2], [-0.2, 0.4]]))
    return shell(loop(series(inner=inner, lines=delays([97, 120])), gains([0.3, -0.4]))), RATE


@model
def loop_in_the_feedback() -> Built:
    inner = loop(delays([33]), gains([0.5]))
    return shell(loop(delays([100]), series(inner=inner, gain=gains([0.35])))), RATE


@model
def loop_in_a_loop_in_a_loop() -> Built:
    innermost = loop(delays([17]), gains([0.4]))
    inner = loop(series(innermost=innermost, gain=gains([0.5])), delays([29]))
    return shell(loop(series(inner=inner, gain=gains([0.15])), delays([53]))), RATE


@model
def loop_with_a_sum_inside() -> Built:
    forward = parallel(series(one=delays([60])), series(other=delays([95]), gain=gains([0.5])))
    return shell(loop(forward, gains([0.4]))), RATE


@model
def loop_with_channels_side_by_side() -> Built:
    forward = parallel(series(one=delays([60])), series(other=delays([95])), is_sum=False)
    return shell(loop(forward, gain([[0.4, -0.3]]))), RATE


@model
def wet_and_dry() -> Built:
    return shell(parallel(network(4), gain([[0.5]]))), RATE


@model
def two_networks_in_series() -> Built:
    one, other = network(4, outputs=2), network(4, inputs=2)
    return shell(series(first=apart(one), second=apart(other))), RATE


@model
def two_networks_in_parallel() -> Built:
    return shell(parallel(network(4), network(3, loop_gain=0.7))), RATE


@model
def two_networks_side_by_side() -> Built:
    return shell(parallel(network(4, outputs=2), network(3, loop_gain=0.7), is_sum=False)), RATE


@model
def branches_of_branches() -> Built:
    inner = parallel(gain([[0.2, 0.1]]), series(line=delays([12, 40]), mix=gain([[0.3, -0.4]])), is_sum=False)
    return shell(parallel(inner, series(mix=gain(ring(2, 2)), late=delays([90, 7])))), RATE


@model
def early_and_late() -> Built:
    """Pre-delay, early reflections as filters, a tone control, then a network."""
    core = series(
        pre_delay=delays([48]),
        early=dsp("Filter", size=(31, 2, 1)),
        tone=dsp("parallelSVF", size=(2,), filter_type="highshelf"),
        late=apart(network(4, inputs=2, outputs=2)),
        out=gains([0.7, 0.7]),
    )
    return shell(core), RATE


@model
def network_without_a_shell() -> Built:
    return network(4), RATE


@model
def network_in_a_plain_sequential() -> Built:
    import torch

    return torch.nn.Sequential(OrderedDict(network(3).named_children())), RATE


@model
def network_against_aliasing() -> Built:
    """Trained with FLAMO's decaying envelope, which must not leak into the coefficients."""
    from flamo.processor.dsp import FFT, iFFTAntiAlias
    from flamo.processor.system import Shell

    core = network(
        4, after=series(svf=dsp("parallelSVF", size=(4,), filter_type="lowshelf"), low=gains([0.6] * 4))
    )
    core.set_alias_decay_db(30.0)
    ends = {"nfft": NFFT, "dtype": precision()}
    return Shell(core, FFT(**ends), iFFTAntiAlias(alias_decay_db=30.0, device="cpu", **ends)), RATE
