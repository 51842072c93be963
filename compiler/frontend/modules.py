"""What a module says of itself without being run: its class, its channels, whether it is FLAMO's own."""

from flamo.processor import dsp, system
from torch import nn


def kind_of(module: nn.Module) -> str:
    """Name of its class."""
    return type(module).__name__


def base_of(module: nn.Module) -> str:
    """Name of the container that it is derived from."""
    known = (system.Shell, system.Series, system.Recursion, system.Parallel, nn.Sequential)
    return next(kind.__name__ for kind in known if isinstance(module, kind))


def is_plain(module: nn.Module) -> bool:
    """Whether a container does what its FLAMO class does: nothing overridden, nothing hooked on."""
    known = (system.Series, system.Recursion, system.Parallel, system.Shell, nn.Sequential, nn.Identity)
    return is_untouched(module) and type(module).forward in {kind.forward for kind in known}


def is_untouched(module: nn.Module) -> bool:
    """Whether nothing of its class was replaced in it, and nothing hooked on."""
    hooks = module._forward_hooks or module._forward_pre_hooks
    return not hooks and "forward" not in vars(module)


def declared_inputs(modules: list[nn.Module]) -> int | None:
    """Input channels of the first that declares them, if all before it are wires."""
    for module in modules:
        declared = getattr(module, "input_channels", None)
        if isinstance(declared, int):
            return declared
        if not isinstance(module, nn.Identity | dsp.Transform):
            return None
    return None


def size_of_transform(model: nn.Module) -> int | None:
    """Points of its transform, as the first module that has any says."""
    sizes = (getattr(module, "nfft", None) for module in model.modules())
    return next((size for size in sizes if isinstance(size, int)), None)
