"""Where training runs: device, precision and distribution, by Lightning Fabric."""

import os
import platform
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from lightning_fabric import Fabric

from plaud_live.errors import TrainingError
from plaud_live.training.options import TrainOptions


@contextmanager
def opened_fabric(options: TrainOptions) -> Iterator[Fabric]:
    """Start Fabric for `options`: under torchrun in its processes, else in as many as `devices` asks for.

    What was set up with it has to be gone when the context ends: Gloo's threads end with the last that holds
    their process group, and a process whose interpreter ends before them aborts (pytorch issue 190489).
    Raises TrainingError if the accelerator is not there.
    """
    fabric = _launch(options)
    try:
        yield fabric
    finally:
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            torch.distributed.destroy_process_group()


def _launch(options: TrainOptions) -> Fabric:
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    devices, nodes = options.devices, 1
    if "TORCHELASTIC_RUN_ID" in os.environ:
        devices = int(os.environ["LOCAL_WORLD_SIZE"])
        nodes = int(os.environ["WORLD_SIZE"]) // devices
    warnings.filterwarnings("ignore", module="lightning_fabric")
    try:
        fabric = Fabric(
            accelerator=options.accelerator,
            devices=devices,
            num_nodes=nodes,
            strategy="ddp" if devices * nodes > 1 else "auto",
            precision=options.precision,  # type: ignore[arg-type]
        )
        fabric.launch()
    except (RuntimeError, ValueError) as error:
        raise TrainingError(
            f"--accelerator {options.accelerator} --devices {devices}: {str(error).splitlines()[0]}"
        ) from None
    return fabric


def device_name(fabric: Fabric) -> str:
    """The device in words, for the summary."""
    if fabric.device.type == "cuda":
        return torch.cuda.get_device_name(fabric.device)
    return f"{platform.machine()} {fabric.device.type}, {torch.get_num_threads()} threads"
