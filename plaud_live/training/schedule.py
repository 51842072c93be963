"""How learning rate and KL weight move over a run, as functions of the share of the run that is done."""

import math

_RISE = 0.02  # share of the run over which the learning rate rises
_LAST = 0.02  # share of the learning rate that is left at the end


def learning_rate(done: float, full: float) -> float:
    """A short rise, then half a cosine down (Loshchilov and Hutter, 2017). `done` in 0..1."""
    if done < _RISE:
        return full * (0.1 + 0.9 * done / _RISE)
    fall = 0.5 * (1.0 + math.cos(math.pi * min(1.0, (done - _RISE) / (1.0 - _RISE))))
    return full * (_LAST + (1.0 - _LAST) * fall)


def warmth(done: float, warmup: float, cycles: int = 1) -> float:
    """The KL weight rises linearly over the share `warmup` of the run (Sønderby et al., 2016): 0 to 1.

    With more than one of `cycles` the run is cut into as many parts, and it rises anew over that share of
    each (Fu et al., 2019): what the latents lost to the divergence they may take up again.
    """
    part = 1.0 if done >= 1.0 else (done * cycles) % 1.0
    return 1.0 if warmup == 0.0 else min(1.0, part / warmup)
