"""Read notebooks, change their parameters, and run them in a kernel of this very Python."""

import base64
import io
import re
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import soundfile
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from matplotlib import image
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
PARAMETERS = "parameters"  # the tag of the cell that others may override, as papermill has it
_PLAYER = re.compile(r'data:audio/\w+;base64,([^"]+)"')


def read_notebook(name: str) -> NotebookNode:
    """The notebook `name` of the repository."""
    return nbformat.read(NOTEBOOKS / name, as_version=4)


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    """The cell whose id is `name`."""
    return next(each for each in notebook.cells if each.id == name)


def tagged(notebook: NotebookNode, tag: str) -> list[int]:
    """Where the cells are that bear `tag`."""
    return [i for i, each in enumerate(notebook.cells) if tag in each.metadata.get("tags", [])]


def set_parameters(notebook: NotebookNode, **values: Any) -> None:
    """Add a cell that sets `values`, after the one that is tagged as parameters."""
    source = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    notebook.cells.insert(tagged(notebook, PARAMETERS)[0] + 1, nbformat.v4.new_code_cell(source))


def execute(notebook: NotebookNode, cell_seconds: int = 240) -> None:
    """Run all cells, where the notebooks are, and keep their outputs in them. Raises CellExecutionError.

    Specifications of kernels that are installed on this machine are not looked at.
    """
    specs = KernelSpecManager(kernel_dirs=[])
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs)
    place = {"metadata": {"path": str(NOTEBOOKS)}}
    NotebookClient(notebook, km=manager, timeout=cell_seconds, resources=place).execute()


def printed(made: NotebookNode) -> str:
    """What a cell that was run wrote to the standard output."""
    return "".join(out.text for out in made.outputs if out.get("name") == "stdout")


def players(made: NotebookNode) -> list[tuple[np.ndarray, int]]:
    """Sound [samples, channels] and sample rate of each player that a cell shows."""
    pages = [out.data.get("text/html", "") for out in made.outputs if "data" in out]
    found = [base64.b64decode(text) for page in pages for text in _PLAYER.findall(page)]
    return [soundfile.read(io.BytesIO(data), always_2d=True) for data in found]


def pictures(made: NotebookNode) -> list[np.ndarray]:
    """Pixels [rows, columns, colours], 0 to 1, of each picture that a cell shows."""
    found = [out.data["image/png"] for out in made.outputs if "image/png" in out.get("data", {})]
    return [image.imread(io.BytesIO(base64.b64decode(text)), format="png") for text in found]
