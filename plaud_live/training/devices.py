"""Where training runs: device, precision and distribution, by Lightning Fabric."""

import os
import platform
import warnings

import torch
from lightning_fabric import Fabric

from plaud_live.errors import TrainingError
from plaud_live.training.options import TrainOptions


def open_fabric(options: TrainOptions) -> Fabric:
    """Start Fabric for `options`: under torchrun in its processes, else in as many as `devices` asks for.

    Raises TrainingError if the accelerator is not there.
    """
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
