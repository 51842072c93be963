"""Certifies a network and writes it so that it plays at once: configuration and plan of its knobs.

While it is fitted that has to be quick: certified are the network as it is, at all usual rates, and frozen.
No knob can do more than that: `t60` ends at the network's own, `damping` gains 1 at most, the others are
outside of loops. What is finished is certified with `t60` as long as can be.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from compiler.certificate import KnobRange, certify
from compiler.certificate.judgement import MARGINAL, STABLE
from compiler.controls import CONTROLS, HOST_RATES, ControlPlan, plan_controls, step_below
from compiler.decay import decay_of
from compiler.errors import NotCertified
from compiler.gates import Judgement, judged, may_publish
from compiler.ir.json import from_json
from compiler.ir.nodes import Model
from compiler.passes.rate import at_rate
from compiler.pipeline import prepare
from compiler.playable import KNOBS, write_judged
from plaud_live.reverb.equaliser import levels_db
from plaud_live.reverb.networks import Network
from plaud_live.reverb.nodes import model_of, response_of, total_t60

_LEAST_T60 = 0.1
_LONGEST = (10.0, 8.0, 6.3, 5.0, 4.0, 3.15, 2.5, 2.0, 1.6, 1.25, 1.0, 0.8, 0.63, 0.5)
"""Ends of the knob `t60` in s that are tried for what is finished."""
_MARGIN = 0.98
_MOST_SECONDS = 15.0
_WHY = "at no place of it does a loop gain more than as it was fitted"
_HZ = np.append(np.geomspace(0.5, 23900.0, 600), 0.0)


def write_quickly(path: Path, network: Network) -> str:
    """Write `network` to `path`; gives the sha256 of the file.

    Raises NotCertified, and ConfigError for a file that cannot be written: then nothing is written.
    """
    model = model_of(network)
    prepared = prepare(model)
    plan = plan_controls(prepared, _shortening(network))
    freeze = ControlPlan((plan["freeze"],), makeups=plan.makeups)
    certificate = certify(prepared, freeze)
    for rate in set(HOST_RATES) - {model.sample_rate}:
        other = certify(at_rate(model, rate))
        if other.verdict != STABLE:
            raise NotCertified(model.name, f"{other.verdict} at {rate:g} Hz: {other.reason}")
    knobs = tuple(_whole_range(plan, name) for name in plan.names)
    rates = tuple(sorted({model.sample_rate, *HOST_RATES}))
    certificate = replace(certificate, knobs=knobs, sample_rates=rates)
    may_publish(Judgement(prepared, plan, certificate), force=False)
    return write_judged(path, model, plan, certificate).digest


def write_finished(path: Path, network: Network) -> str:
    """Write `network` to `path` as FLAMO has it, ready to be trained further, with as long a t60 as can be.

    Gives the sha256 of the file. Raises NotCertified, ConfigError.
    """
    from plaud_live.reverb.flamo_model import config_of

    model = from_json(config_of(network))
    judgement = best_judged(model, network)
    may_publish(judgement, force=False)
    return write_judged(path, model, judgement.plan, judgement.certificate).digest


def best_judged(model: Model, network: Network) -> Judgement:
    """Judged at all usual rates, with the knob `t60` as long as is likely to be certified, else its own."""
    short = _shortening(network)
    for ranges in ({**short, "t60": (_LEAST_T60, _reach(network))}, short):
        judgement = judged(model, ranges, follow_host_rate=True)
        if judgement.certificate.verdict in (STABLE, MARGINAL):
            break
    return judgement


def _shortening(network: Network) -> Mapping[str, tuple[float, float]]:
    """Ranges of all knobs, with a `t60` that will end at the network's own: it grows to hold that.

    Raises NotCertified for a network that cannot be.
    """
    if levels_db(network.absorption, _HZ, network.sample_rate).max() >= 0.0:
        raise NotCertified(network.name, "a line gains more than 1 at some frequency")
    ranges = {name: (CONTROLS[name].minimum, CONTROLS[name].maximum) for name in KNOBS}
    own = total_t60(network)
    if not math.isfinite(own):
        raise NotCertified(network.name, "it does not decay")
    return {**ranges, "t60": (min(_LEAST_T60, step_below(0.5 * own)), 0.9 * own)}


def _reach(network: Network) -> float:
    """The longest end of `t60` for which a turn of the loop gains less than 1 at every frequency.

    What is inside loops is taken at z / gamma: a line gains gamma for each of its samples, and for each of
    the longest way through the scattering after it.
    """
    own = total_t60(network)
    decay = decay_of(response_of(network, min(_MOST_SECONDS, 1.2 * own + 0.3)), network.sample_rate)
    longest = network.delays + sum(float(stage.delays.max()) for stage in network.scatter)
    losses = -levels_db(network.absorption, _HZ, network.sample_rate).max(axis=1)
    room = float((losses / longest).min()) * _MARGIN
    for seconds in _LONGEST:
        gained = 20.0 / math.log(10.0) * decay.rate_for(seconds) / network.sample_rate
        if seconds <= own or gained < room:
            return seconds
    return _LONGEST[-1]


def _whole_range(plan: ControlPlan, name: str) -> KnobRange:
    control = plan[name]
    ends = (control.minimum, control.maximum)
    return KnobRange(name, control.unit, *ends, ends, _WHY)
