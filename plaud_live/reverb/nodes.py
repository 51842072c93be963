"""A network as the compiler's tree, and back: no torch, no FLAMO, milliseconds.

The tree is the one that the compiler reads from the FLAMO model of the same network, node by node.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from compiler.decay import decay_of, impulse_response
from compiler.errors import CompilerError
from compiler.ir.json import from_json
from compiler.ir.nodes import Delay, Gain, Model, Node, Parallel, Recursion, Series, Sos, walk
from plaud_live.errors import SettingsError
from plaud_live.reverb.equaliser import SECTIONS, Array
from plaud_live.reverb.networks import CHANNELS, MATRICES, Network, Scatter, Taps, mixing, t60_of

Found = TypeVar("Found", Gain, Delay, Sos)

_SAME = 1e-9
_LONGEST_SECONDS = 12.0
_HZ = np.geomspace(60.0, 12000.0, 64)


def model_of(network: Network) -> Model:
    """`network` as the compiler's model."""
    mixed: list[Node] = [Sos("absorption", network.absorption), Gain("mixing_matrix", network.mixing)]
    mixed += _stages("scatter", network.scatter)
    feedback = Series("feedback", tuple(mixed))
    late: tuple[Node, ...] = (
        Gain("input", network.diffusion.into),
        Delay("diffusion", network.diffusion.delays),
        Gain("to_lines", network.diffusion.out),
        *_stages("spread", network.spread),
        Recursion("feedback_loop", Delay("feedforward", network.delays), feedback),
        Gain("output", network.outputs),
        Sos("tone", network.tone),
    )
    if network.early is None or network.early_tone is None:
        return Model(network.name, network.sample_rate, Series(network.name, late))
    early: tuple[Node, ...] = (
        Gain("early_input", network.early.into),
        Delay("reflections", network.early.delays),
        Gain("early_output", network.early.out),
        Sos("early_tone", network.early_tone),
    )
    ways = Parallel(network.name, (Series("branchA", early), Series("branchB", late)))
    return Model(network.name, network.sample_rate, ways)


def network_of(config: Mapping[str, Any] | Model, what: str = "reverb") -> Network:
    """The network that a configuration describes. Raises SettingsError, which begins with `what`."""
    try:
        model = config if isinstance(config, Model) else from_json(config)
    except CompilerError as error:
        raise SettingsError(f"{what}: is no reverb: {error}") from None
    try:
        return _network(model)
    except (ValueError, CompilerError):
        reason = "is a reverb of another build: wants one made by plaud-live reverb make, fit or match"
        raise SettingsError(f"{what}: {reason}") from None


def response_of(network: Network, seconds: float) -> Array:
    """Impulse responses [2, 2, samples] from each input (second) to each output (first)."""
    return impulse_response(model_of(network), math.ceil(seconds * network.sample_rate))


def levelled(network: Network, energy: float = 1.0) -> Network:
    """`network` with the late way at `energy`: an output has as much of noise that is at both inputs."""
    return replace(network, outputs=network.outputs * math.sqrt(energy / energy_of(network)))


def energy_of(network: Network) -> float:
    """Energy of the late way: of an output, for noise of an energy of 1 at both inputs."""
    alone = replace(network, early=None, early_tone=None)
    longest = min(_LONGEST_SECONDS, 0.7 * float(t60_of(network, _HZ).max()) + 0.2)
    return float(np.square(response_of(alone, longest)).sum()) / CHANNELS


def total_t60(network: Network) -> float:
    """Seconds in which all of it decays by 60 dB, as the knob `t60` has it."""
    longest = min(_LONGEST_SECONDS, 0.7 * float(t60_of(network, _HZ).max()) + 0.2)
    return float(decay_of(response_of(network, longest), network.sample_rate).t60())


def _stages(name: str, stages: tuple[Scatter, ...]) -> list[Node]:
    found: list[Node] = []
    for number, stage in enumerate(stages, 1):
        found += [Delay(f"{name}_{number}", stage.delays), Gain(f"{name}_mixing_{number}", stage.mixing)]
    return found


def _network(model: Model) -> Network:
    """Raises ValueError for another tree."""
    nodes = {node.name: node for _, node in walk(model.root)}

    def leaf(kind: type[Found], name: str) -> Found:
        node = nodes.get(name)
        if not isinstance(node, kind):
            raise ValueError(f"no {name}")
        return node

    mix = leaf(Gain, "mixing_matrix").gains

    def stages(name: str) -> tuple[Scatter, ...]:
        numbers = [number for number in range(1, len(nodes)) if f"{name}_{number}" in nodes]
        return tuple(
            Scatter(leaf(Delay, f"{name}_{number}").samples, leaf(Gain, f"{name}_mixing_{number}").gains)
            for number in numbers
        )

    network = Network(
        name=model.name,
        sample_rate=model.sample_rate,
        delays=leaf(Delay, "feedforward").samples,
        matrix=_kind(mix),
        mixing=mix,
        absorption=leaf(Sos, "absorption").sections,
        diffusion=Taps(
            leaf(Delay, "diffusion").samples, leaf(Gain, "input").gains, leaf(Gain, "to_lines").gains
        ),
        outputs=leaf(Gain, "output").gains,
        tone=leaf(Sos, "tone").sections,
        spread=stages("spread"),
        scatter=stages("scatter"),
    )
    if isinstance(model.root, Parallel):
        delays, into = leaf(Delay, "reflections").samples, leaf(Gain, "early_input").gains
        taps = Taps(delays, into, leaf(Gain, "early_output").gains)
        network = replace(network, early=taps, early_tone=leaf(Sos, "early_tone").sections)
    if _outline(model) != _outline(model_of(network)) or network.absorption.shape[1] != SECTIONS:
        raise ValueError("another tree")
    if (model.root.inputs, model.root.outputs) != (CHANNELS, CHANNELS):
        raise ValueError("not stereo")
    return network


def _outline(model: Model) -> list[tuple[str, type[Node], int, int]]:
    """Paths, kinds and channels of all nodes, without the name of the whole."""
    return [
        (path.removeprefix(model.root.name), type(node), node.inputs, node.outputs)
        for path, node in walk(model.root)
    ]


def _kind(values: Array) -> str:
    """Which of MATRICES it is."""
    lines = len(values)
    rng = np.random.default_rng(0)
    for kind in MATRICES[1:]:
        known = mixing(kind, lines, rng)
        if known.shape == values.shape and np.abs(known - values).max() < _SAME:
            return kind
    return MATRICES[0]
