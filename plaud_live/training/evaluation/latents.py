"""How well single latents stand for attributes of the sound: four measures of a latent space, each 0 to 1.

Definitions as Pati and Lerch use them for AR-VAE (2021), from its published code. `latents` is [n, latents],
`attributes` is [n, attributes], `known` [n, attributes] says where an attribute means something: rows where
it does not are left out of what concerns it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_BINS = 20  # of equal population, for mutual information
_FEWEST = 200  # rows, from which on an attribute is measured
_DEAD = 1e-12  # variance of what does not vary
_CERTAIN = 1.96  # standard errors: 95 % of chance lies within
_SPREAD = 3.0  # standard deviations of the information that chance shows


@dataclass(frozen=True)
class Scores:
    """The four measures of a latent space over its attributes, and the tables that they come from.

    `r2`, `rho` and `information` are [latents, attributes]: squared linear correlation, absolute rank
    correlation, mutual information in nats; NaN for an attribute that is hardly ever known.
    """

    r2: np.ndarray
    rho: np.ndarray
    information: np.ndarray
    latents: tuple[int, ...]
    """For each attribute the latent that stands for it: the one tied to it, else that which knows most."""

    @property
    def interpretability(self) -> float:
        """Mean R² of predicting each attribute from its latent (Adel, Ghahramani and Weller, 2018)."""
        return _mean([self.r2[self.latents[a], a] for a in range(self.r2.shape[1])])

    @property
    def sap(self) -> float:
        """Mean lead, in R², of an attribute's best latent over the second (Kumar, Sattigeri and
        Balakrishnan, 2018): separated attribute predictability."""
        if len(self.r2) < 2:
            return _mean(self.r2[0])
        ordered = np.sort(self.r2, axis=0)
        return _mean(ordered[-1] - ordered[-2])

    @property
    def scc(self) -> float:
        """Mean over attributes of the highest rank correlation (Spearman) of any latent."""
        return _mean(self.rho.max(axis=0))

    @property
    def modularity(self) -> float:
        """How far each latent knows of one attribute only (Ridgeway and Mozer, 2018); one that knows of none
        counts as 0."""
        known = self.information[:, np.isfinite(self.information).all(axis=0)]
        if known.shape[1] < 2:
            return float("nan")
        squares = np.square(known)
        most = squares.max(axis=1)
        others = (squares.sum(axis=1) - most) / (np.maximum(most, _DEAD) * (known.shape[1] - 1))
        return float(np.mean(np.where(most > 0.0, 1.0 - others, 0.0)))


def score(
    latents: np.ndarray, attributes: np.ndarray, known: np.ndarray, tied: Sequence[int | None] | None = None
) -> Scores:
    """Measure how `latents` stand for `attributes`; `tied` names the latent of an attribute that has one."""
    shape = latents.shape[1], attributes.shape[1]
    r2, rho, information = (np.full(shape, np.nan) for _ in range(3))
    for a in range(shape[1]):
        rows = known[:, a]
        if np.count_nonzero(rows) < _FEWEST:
            continue
        values = attributes[rows, a]
        for z in range(shape[0]):
            column = latents[rows, z]
            r2[z, a] = correlation(column, values) ** 2
            rho[z, a] = _certain(abs(correlation(ranks(column), ranks(values))), len(values))
            information[z, a] = mutual_information(column, values)
    chosen = []
    for a, given in enumerate(tied if tied is not None else [None] * shape[1]):
        best = 0 if np.isnan(information[:, a]).any() else int(np.argmax(information[:, a]))
        chosen.append(best if given is None else given)
    return Scores(r2, rho, information, tuple(chosen))


def correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Linear correlation of `x` and `y` [n]; 0 if either does not vary."""
    x, y = x - x.mean(), y - y.mean()
    variances = float(np.mean(np.square(x))), float(np.mean(np.square(y)))
    if min(variances) < _DEAD:
        return 0.0
    return float(np.mean(x * y) / np.sqrt(variances[0] * variances[1]))


def ranks(values: np.ndarray) -> np.ndarray:
    """Rank of each of `values` [n]; equal values share the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - 0.5 * (counts - 1) - 1.0)[place]


def mutual_information(x: np.ndarray, y: np.ndarray) -> float:
    """Mutual information of `x` and `y` [n] in nats, from bins of equal population.

    What independent values show by chance is taken off (Miller, 1955), and what is within its spread is 0.
    """
    first, second = _binned(x), _binned(y)
    joint = np.zeros((first.max() + 1, second.max() + 1))
    np.add.at(joint, (first, second), 1.0)
    freedom = (joint.shape[0] - 1) * (joint.shape[1] - 1)  # 2 n times the information is chi-squared
    joint /= len(x)
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    filled = joint > 0.0
    nats = float(np.sum(joint[filled] * np.log(joint[filled] / apart[filled]))) - freedom / (2.0 * len(x))
    return nats if nats > _SPREAD * np.sqrt(2.0 * freedom) / (2.0 * len(x)) else 0.0


def _binned(values: np.ndarray) -> np.ndarray:
    """Number of the bin of each of `values`; equal values are in one bin."""
    place = np.minimum((ranks(values) * _BINS / len(values)).astype(int), _BINS - 1)
    return np.unique(place, return_inverse=True)[1]


def _certain(rho: float, count: int) -> float:
    """`rho`, or 0 if `count` values may correlate as much by chance (5 %, by the normal distribution)."""
    return rho if rho * np.sqrt(count - 1.0) > _CERTAIN else 0.0


def _mean(values: Sequence[float] | np.ndarray) -> float:
    """Of the values that mean something; NaN if none does."""
    known = [float(value) for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")
