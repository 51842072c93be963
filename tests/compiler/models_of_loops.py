"""Test models with a loop: combs, feedback delay networks, every kind of absorption and feedback."""

from tests.compiler.parts import (
    RATE,
    SECTIONS,
    Built,
    absorption,
    common,
    delays,
    dsp,
    equaliser_values,
    fractional,
    gain,
    gains,
    line_lengths,
    loop,
    lossless,
    model,
    network,
    orthogonal,
    parallel,
    ring,
    scattering,
    series,
    shell,
    velvet,
    with_times,
)


@model
def comb() -> Built:
    return shell(loop(delays([100]), gains([0.7]))), RATE


@model
def comb_of_one_sample() -> Built:
    return shell(loop(delays([1]), gains([-0.9]))), RATE


@model
def comb_with_the_delay_in_the_feedback() -> Built:
    return shell(loop(gains([0.8]), delays([100]))), RATE


@model
def comb_with_two_delays_in_series() -> Built:
    return shell(loop(series(long=delays([100]), short=delays([50])), gains([0.6]))), RATE


@model
def comb_with_delays_in_both_paths() -> Built:
    return shell(loop(delays([70]), series(gain=gains([0.6]), back=delays([31])))), RATE


@model
def comb_of_gain_delay() -> Built:
    return shell(loop(dsp("parallelGainDelay", [[0.7], [0.25]], size=(1,), isint=True), gains([0.9]))), RATE


@fractional
def comb_fractional() -> Built:
    return shell(loop(delays([50.3], isint=False), gains([0.7]))), RATE


@model
def allpass_of_schroeder() -> Built:
    delay = series(delay=delays([89]), gain=gains([1 - 0.7**2]))
    return shell(parallel(gains([-0.7]), series(loop=loop(delay, gains([0.7 / (1 - 0.7**2)]))))), RATE


@model
def fdn_orthogonal() -> Built:
    return shell(network(8)), RATE


@model
def fdn_dense() -> Built:
    return shell(network(4, gain([[0.3 * x for x in row] for row in ring(4, 4)]))), RATE


@model
def fdn_hadamard() -> Built:
    return shell(network(8, dsp("Matrix", size=(8, 8), matrix_type="hadamard"))), RATE


@model
def fdn_householder() -> Built:
    return shell(network(5, dsp("HouseholderMatrix", size=(5, 5)))), RATE


@model
def fdn_rotation() -> Built:
    return shell(
        network(4, dsp("Matrix", [[0.5] * 4] * 4, size=(4, 4), matrix_type="rotation", iter=1))
    ), RATE


@model
def fdn_triangular() -> Built:
    rows = [[0.8, 0.0, 0.0], [1.0, 0.8, 0.0], [0.3, -0.6, 0.7]]
    return shell(network(3, gain(rows), loop_gain=0.9)), RATE


@model
def fdn_permutation() -> Built:
    rows = [[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, -1.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]
    return shell(network(4, gain(rows))), RATE


@model
def fdn_two_inputs_three_outputs() -> Built:
    return shell(network(4, inputs=2, outputs=3)), RATE


@model
def fdn_at_44100() -> Built:
    return shell(network(4, rate=44100)), 44100


@model
def fdn_at_96000() -> Built:
    return shell(network(4, rate=96000)), 96000


@lossless
def fdn_lossless() -> Built:
    return shell(network(4, loop_gain=1.0)), RATE


@lossless
def fdn_lossless_hadamard() -> Built:
    return shell(network(4, dsp("Matrix", size=(4, 4), matrix_type="hadamard"), loop_gain=1.0)), RATE


@model
def fdn_trained_delays() -> Built:
    lines = dsp("parallelDelay", [-1.5, -1.2, -0.9], size=(3,), max_len=500, isint=True, requires_grad=True)
    core = series(
        input_gain=gain(ring(3, 1)),
        loop=loop(series(lines=lines, absorption=gains([0.7] * 3)), orthogonal(3)),
        output_gain=gain(ring(1, 3)),
    )
    return shell(core), RATE


@fractional
def fdn_fractional() -> Built:
    lines = delays([80.2, 113.7, 151.5], isint=False)
    core = series(
        input_gain=gain(ring(3, 1)),
        loop=loop(series(lines=lines, absorption=gains([0.7] * 3)), orthogonal(3)),
        output_gain=gain(ring(1, 3)),
    )
    return shell(core), RATE


@model
def fdn_with_sections() -> Built:
    values = [[[b, 0.9 * b, 0.8 * b, 0.7 * b] if i < 3 else [b] * 4 for i, b in enumerate(SECTIONS[0])]]
    after = series(sections=dsp("parallelSOSFilter", values, size=(4,), n_sections=1), gains=gains([0.5] * 4))
    return shell(network(4, after=after)), RATE


@model
def fdn_with_svf() -> Built:
    after = series(svf=dsp("parallelSVF", size=(4,), filter_type="lowshelf"), gains=gains([0.6] * 4))
    return shell(network(4, after=after)), RATE


@model
def fdn_with_matrix_of_biquads() -> Built:
    values = [[[[0.3, 0.1], [0.2, 0.25]], [[0.4, 0.3], [-0.2, 0.5]]]]
    biquads = dsp("Biquad", values, size=(2, 2), filter_type="lowpass")
    return shell(network(2, biquads)), RATE


@model
def fdn_with_geq() -> Built:
    after = series(geq=dsp("parallelGEQ", size=(4,)), gains=gains([0.3] * 4))
    return shell(network(4, after=after)), RATE


@model
def fdn_with_peq() -> Built:
    peq = dsp("parallelPEQ", equaliser_values(4, (4,)), size=(4,), n_bands=4, f_max=12000, design="svf")
    return shell(network(4, after=series(peq=peq, gains=gains([0.3] * 4)))), RATE


@model
def fdn_with_absorption_geq() -> Built:
    return shell(network(3, after=with_times(absorption("parallelFDNGEQ", delays=line_lengths(3))))), RATE


@model
def fdn_with_absorption_accurate_geq() -> Built:
    arguments = {"delays": line_lengths(2), "start_freq": 125.0, "end_freq": 4000.0}
    return shell(network(2, after=with_times(absorption("parallelFDNAccurateGEQ", **arguments)))), RATE


@model
def fdn_with_absorption_peq() -> Built:
    after = absorption("parallelFDNPEQ", delays=line_lengths(4), n_bands=5, f_max=12000)
    return shell(network(4, after=series(peq=after, gains=gains([0.8] * 4)))), RATE


@model
def fdn_with_absorption_shelving() -> Built:
    import torch

    after = absorption("parallelFirstOrderShelving", delays=line_lengths(4), rt_nyquist=0.05)
    after.assign_value(torch.tensor([0.2, 0.4], dtype=torch.float64))
    return shell(network(4, after=after)), RATE


@model
def fdn_with_decay_per_sample() -> Built:
    import torch
    from flamo.auxiliary.reverb import map_gamma

    after = dsp("parallelGain", [-1.0] * 4, size=(4,), map=map_gamma(line_lengths(4)), requires_grad=True)
    after.assign_value(torch.full((4,), 2.0, dtype=torch.float64))
    return shell(network(4, after=after)), RATE


@model
def fdn_with_fir_feedback() -> Built:
    import torch

    taps = 0.1 * torch.randn(7, 3, 3, dtype=torch.float64)
    return shell(network(3, dsp("Filter", taps, size=(7, 3, 3)))), RATE


@model
def fdn_with_parallel_fir() -> Built:
    after = dsp("parallelFilter", [[0.3, 0.4], [0.3, -0.2], [0.1, 0.1]], size=(3, 2))
    return shell(network(2, after=after)), RATE


@model
def fdn_with_scattering() -> Built:
    return shell(network(4, scattering(4, 2))), RATE


@model
def fdn_with_velvet() -> Built:
    return shell(network(4, velvet(4, 2))), RATE


@model
def fdn_allpass() -> Built:
    import torch
    from flamo.functional import AllpassFDNMatrix

    return shell(network(4, AllpassFDNMatrix(2, **{**common(), "device": torch.device("cpu")}))), RATE


@model
def fdn_with_matrix_of_delays() -> Built:
    """The loop's delays are a full matrix: each path from line to line has its own."""
    back = dsp("GainDelay", [[[0.3, -0.2], [0.25, 0.3]], [[0.1, 0.2], [0.3, 0.05]]], size=(2, 2), isint=True)
    return shell(loop(gains([0.9, 0.8]), back)), RATE


@model
def fdn_with_delays_in_the_feedback() -> Built:
    core = series(
        input_gain=gain(ring(3, 1)),
        loop=loop(gains([0.8] * 3), series(mixing=orthogonal(3), lines=delays([90, 131, 177]))),
        output_gain=gain(ring(1, 3)),
    )
    return shell(core), RATE
