"""Test models of one module: every class that the front end reads, with one channel and with several."""

from collections.abc import Sequence

from tests.compiler.parts import (
    NFFT,
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
    model,
    orthogonal,
    precision,
    ring,
    scattering,
    series,
    shell,
    velvet,
    with_times,
)


@model
def gain_single() -> Built:
    return shell(gain([[0.37]])), RATE


@model
def gain_matrix() -> Built:
    return shell(gain(ring(3, 2))), RATE


@model
def gain_with_a_map() -> Built:
    import torch

    return shell(dsp("Gain", [[-6.0, -12.0]], size=(1, 2), map=lambda x: 10 ** (x / 20) * torch.cos(x))), RATE


@model
def gain_parallel() -> Built:
    return shell(gains([0.5, -0.25, 1.0])), RATE


@model
def matrix_random() -> Built:
    return shell(dsp("Matrix", size=(3, 5), matrix_type="random")), RATE


@model
def matrix_orthogonal() -> Built:
    return shell(orthogonal(6)), RATE


@model
def matrix_hadamard() -> Built:
    return shell(dsp("Matrix", size=(8, 8), matrix_type="hadamard")), RATE


@model
def matrix_rotation() -> Built:
    return shell(dsp("Matrix", [[0.3] * 4] * 4, size=(4, 4), matrix_type="rotation", iter=1)), RATE


@model
def matrix_householder() -> Built:
    return shell(dsp("HouseholderMatrix", size=(5, 5))), RATE


@model
def matrix_allpass() -> Built:
    from flamo.functional import AllpassFDNMatrix

    return shell(AllpassFDNMatrix(2, **common())), RATE


@model
def matrix_allpass_orthogonal() -> Built:
    from flamo.functional import AllpassFDNMatrix

    return shell(AllpassFDNMatrix(3, q_type="orthogonal", **common())), RATE


@model
def delay_single() -> Built:
    return shell(dsp("Delay", [[37 / 480]], size=(1, 1), isint=True)), RATE


@model
def delay_matrix() -> Built:
    return shell(dsp("Delay", [[1 / 480, 0.25], [0.0, 1.5]], size=(2, 2), isint=True)), RATE


@model
def delay_parallel_default_unit() -> Built:
    return shell(delays([1, 37, 500])), RATE


@model
def delay_parallel_seconds() -> Built:
    return shell(delays([0, 3, 1441], unit=1)), RATE


@model
def delay_parallel_trained() -> Built:
    module = dsp("parallelDelay", [0.3, -0.4], size=(2,), max_len=500, isint=True, requires_grad=True)
    return shell(module), RATE


@fractional
def delay_parallel_fractional() -> Built:
    return shell(delays([10.5, 37.25], isint=False)), RATE


@fractional
def delay_trained_fractional() -> Built:
    return shell(dsp("Delay", [[0.31, -1.2]], size=(1, 2), max_len=500, requires_grad=True)), RATE


@model
def gain_delay_single() -> Built:
    return shell(dsp("GainDelay", [[[0.5]], [[0.125]]], size=(1, 1), isint=True)), RATE


@model
def gain_delay_matrix() -> Built:
    values = [[[0.5, -0.25], [0.1, 0.9]], [[0.125, 0.25], [0.0, 0.5]]]
    return shell(dsp("GainDelay", values, size=(2, 2), isint=True)), RATE


@model
def gain_delay_parallel() -> Built:
    values = [[0.5, -0.3, 0.2], [1.0, 2.0, 3.0]]
    return shell(dsp("parallelGainDelay", values, size=(3,), unit=1000, isint=True)), RATE


@fractional
def gain_delay_parallel_trained() -> Built:
    return shell(dsp("parallelGainDelay", [[0.5, -0.3], [0.2, -0.7]], size=(2,), requires_grad=True)), RATE


@model
def fir_single() -> Built:
    return shell(dsp("Filter", size=(9, 1, 1))), RATE


@model
def fir_matrix() -> Built:
    return shell(dsp("Filter", size=(17, 2, 3))), RATE


@model
def fir_parallel() -> Built:
    return shell(dsp("parallelFilter", size=(12, 3))), RATE


@model
def fir_of_one_tap() -> Built:
    return shell(dsp("parallelFilter", size=(1, 2))), RATE


@model
def scattering_matrix() -> Built:
    return shell(scattering(4, 3)), RATE


@model
def velvet_matrix() -> Built:
    return shell(velvet(4, 2)), RATE


@model
def velvet_filter() -> Built:
    from flamo.auxiliary.velvet import VelvetNoiseFilter

    module = VelvetNoiseFilter(size=(400, 2, 1), density=2000.0, nfft=NFFT, device="cpu")
    return shell(module.to(precision())), RATE


@model
def sos_single() -> Built:
    values = [[[[b]] for b in section] for section in SECTIONS]
    return shell(dsp("SOSFilter", values, size=(1, 1), n_sections=2)), RATE


@model
def sos_matrix_not_normalised() -> Built:
    values = [[[[b, 0.9 * b], [1.1 * b, b]] for b in section] for section in SECTIONS]
    return shell(dsp("SOSFilter", values, size=(2, 2), n_sections=2, normalize_a0=False)), RATE


@model
def sos_parallel() -> Built:
    values = [[[b, 0.8 * b, 1.3 * b] for b in section] for section in SECTIONS]
    return shell(dsp("parallelSOSFilter", values, size=(3,), n_sections=2)), RATE


def _biquad(filter_type: str, size: tuple[int, ...], raw: Sequence[float]) -> Built:
    import torch

    kind = "Biquad" if len(size) == 2 else "parallelBiquad"
    module = dsp(kind, size=size, n_sections=2, filter_type=filter_type, requires_grad=True)
    one = torch.tensor(raw, dtype=torch.float64).view(1, len(raw), *[1] * len(size)).expand(module.size)
    module.assign_value(one * torch.linspace(0.8, 1.2, one.numel()).view(one.shape))
    return shell(module), RATE


@model
def biquad_lowpass() -> Built:
    return _biquad("lowpass", (1, 1), [0.2, 0.7])


@model
def biquad_highpass_matrix() -> Built:
    return _biquad("highpass", (2, 2), [0.1, -0.5])


@model
def biquad_bandpass() -> Built:
    return _biquad("bandpass", (1, 2), [0.1, 0.4, 0.9])


@model
def biquad_parallel() -> Built:
    return _biquad("lowpass", (3,), [0.05, 1.2])


@model
def biquad_parallel_highpass() -> Built:
    return _biquad("highpass", (2,), [0.02, 0.8])


def _svf(filter_type: str | None, size: tuple[int, ...], sections: int = 2) -> Built:
    kind = "SVF" if len(size) == 2 else "parallelSVF"
    return shell(dsp(kind, size=size, n_sections=sections, filter_type=filter_type, requires_grad=True)), RATE


@model
def svf_free() -> Built:
    return _svf(None, (1, 1))


@model
def svf_lowpass_matrix() -> Built:
    return _svf("lowpass", (2, 2))


@model
def svf_highpass() -> Built:
    return _svf("highpass", (1, 1))


@model
def svf_bandpass() -> Built:
    return _svf("bandpass", (1, 1), 1)


@model
def svf_lowshelf() -> Built:
    return _svf("lowshelf", (1, 1))


@model
def svf_highshelf() -> Built:
    return _svf("highshelf", (1, 1))


@model
def svf_peaking() -> Built:
    return _svf("peaking", (1, 1))


@model
def svf_notch() -> Built:
    return _svf("notch", (1, 2))


@model
def svf_parallel() -> Built:
    return _svf("lowshelf", (3,))


@model
def svf_parallel_free() -> Built:
    return _svf(None, (2,), 3)


@model
def geq_single() -> Built:
    return shell(dsp("GEQ", size=(1, 1), octave_interval=1, requires_grad=True)), RATE


@model
def geq_matrix() -> Built:
    return shell(dsp("GEQ", size=(2, 1), octave_interval=1)), RATE


@model
def geq_parallel() -> Built:
    return shell(dsp("parallelGEQ", size=(2,), octave_interval=1)), RATE


@model
def peq_biquad() -> Built:
    module = dsp("PEQ", equaliser_values(5, (1, 1)), size=(1, 1), n_bands=5, f_max=12000, requires_grad=True)
    return shell(module), RATE


@model
def peq_svf() -> Built:
    module = dsp("PEQ", equaliser_values(4, (2, 2)), size=(2, 2), n_bands=4, f_max=12000, design="svf")
    return shell(module), RATE


@model
def peq_parallel() -> Built:
    return shell(dsp("parallelPEQ", equaliser_values(5, (3,)), size=(3,), n_bands=5, f_max=12000)), RATE


@model
def peq_parallel_svf() -> Built:
    module = dsp("parallelPEQ", equaliser_values(4, (2,)), size=(2,), n_bands=4, f_max=12000, design="svf")
    return shell(module), RATE


@model
def accurate_geq_single() -> Built:
    return shell(dsp("AccurateGEQ", size=(1, 1), octave_interval=1, start_freq=125.0, end_freq=4000.0)), RATE


@model
def accurate_geq_parallel() -> Built:
    module = dsp("parallelAccurateGEQ", size=(2,), octave_interval=1, start_freq=125.0, end_freq=4000.0)
    return shell(module), RATE


@model
def fdn_accurate_geq() -> Built:
    module = absorption("parallelFDNAccurateGEQ", delays=line_lengths(2), start_freq=125.0, end_freq=4000.0)
    return shell(with_times(module)), RATE


@model
def gfdn_accurate_geq() -> Built:
    arguments = {"delays": line_lengths(2), "n_groups": 2, "start_freq": 125.0, "end_freq": 2000.0}
    module = absorption("parallelGFDNAccurateGEQ", **arguments)
    return shell(with_times(module.to(precision()))), RATE


@model
def fdn_geq() -> Built:
    module = absorption("parallelFDNGEQ", delays=line_lengths(3), requires_grad=True)
    return shell(with_times(module)), RATE


@model
def fdn_peq_biquad() -> Built:
    arguments = {"delays": line_lengths(3), "n_bands": 5, "f_max": 12000, "requires_grad": True}
    return shell(absorption("parallelFDNPEQ", **arguments)), RATE


@model
def fdn_peq_svf_two_stages() -> Built:
    arguments = {
        "delays": line_lengths(2),
        "n_bands": 4,
        "f_max": 12000,
        "design": "svf",
        "is_twostage": True,
    }
    return shell(absorption("parallelFDNPEQ", **arguments)), RATE


@model
def fdn_shelving() -> Built:
    import torch

    module = absorption(
        "parallelFirstOrderShelving", delays=line_lengths(3), rt_nyquist=0.1, requires_grad=True
    )
    module.assign_value(torch.tensor([0.5, 0.4], dtype=torch.float64))
    return shell(module), RATE


@model
def transform_that_scales() -> Built:
    from flamo.processor.dsp import Transform

    scale = Transform(lambda x: 0.5 * x, device="cpu", dtype=precision())
    return shell(series(scale=scale, gain=gain(ring(2, 2)))), RATE


@model
def wire() -> Built:
    import torch

    return shell(series(wire=torch.nn.Identity(), gain=gains([1.0, 1.0]))), RATE
