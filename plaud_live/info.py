"""`plaud-live info`: what a model file says about itself, for people and for programs."""

import argparse
import json
import textwrap
from dataclasses import asdict
from pathlib import Path

from plaud_live.errors import PlaudError, SettingsError
from plaud_live.model_file import PlaudModel, read, read_header
from plaud_live.settings import find_model, model_names

_WIDTH = 100  # columns


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "model",
        nargs="?",
        metavar="MODEL",
        help="name or .plaud file; all that have a name are listed without",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the whole header as JSON")
    form.add_argument("--toml", action="store_true", help="print how it was configured, for train --config")


def run(args: argparse.Namespace) -> int:
    """Check a model file and print what it says about itself, or list the models that have a name."""
    if args.model is None:
        if args.json or args.toml:
            raise SettingsError(
                "info: --json and --toml are of one model, as in plaud-live info default --json"
            )
        print("\n".join(line_of(find_model(name)) for name in model_names()))
        return 0
    path = find_model(args.model)
    model = read(path)
    if args.toml:
        from plaud_live.training.configuration import read_configuration, to_toml

        print(to_toml(read_configuration(path)[1]), end="")
        return 0
    print(json.dumps(read_header(path), indent=2, ensure_ascii=False) if args.json else describe(model, path))
    return 0


def line_of(path: Path) -> str:
    """A model in one line: its name, latents, blocks, anchors, and where it is; or why it cannot be read."""
    try:
        header = read_header(path)
    except PlaudError as error:
        return f"{path.stem:16}{error}"
    latents = [name or f"z{i}" for i, name in enumerate(header["latents"]["names"])]
    return f"{path.stem:16}{' '.join(latents)}, {len(header['anchors'])} anchors, {path}"


def describe(model: PlaudModel, path: Path) -> str:
    """A model in a few lines for people."""
    config, latents = model.config, model.latents
    blocks = {"sines": config.sines, "harmonics": config.harmonics, "noise bands": config.noise_bands}
    lines = [
        f"{model.name}: {path}",
        f"  sound     {config.sample_rate} Hz, a frame every {config.hop_size} samples",
        "  blocks    " + ", ".join(f"{count} {name}" for name, count in blocks.items() if count),
        "  anchors   " + (" ".join(anchor.name for anchor in model.anchors) or "none"),
        f"  licence   {model.licence or 'not stated'}",
        f"  digest    {model.digest}",
        f"  parent    {model.parent or 'none'}",
        "  latent    playable 0 to 1 in raw units, nats a frame, name",
    ]
    rows = zip(latents.low, latents.high, latents.information, latents.names, strict=True)
    lines += [
        f"    z{i:<3} {low:+8.3f} to {high:+8.3f} {information:8.3f}  {name}".rstrip()
        for i, (low, high, information, name) in enumerate(rows)
    ]
    lines += [
        f"  training  {key}: {value}" for key, value in model.training.items() if key != "configuration"
    ]
    tables = {"model": asdict(config), **model.training.get("configuration", {})}
    for table, values in tables.items():
        words = ", ".join(f"{name} {value}" for name, value in values.items()) or "none"
        lines += textwrap.wrap(f"  {table:<13} {words}", _WIDTH, subsequent_indent=" " * 16)
    return "\n".join(lines)
