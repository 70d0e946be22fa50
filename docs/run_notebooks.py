"""Run some of the gallery's notebooks as a reader would who downloaded them.

Run from the repository's root after a build::

    python docs/run_notebooks.py build/docs
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient

NAMES = ("plot_quick_start", "plot_csv_and_names", "plot_own_neuron")
TIMEOUT = 600  # seconds that a cell may take


def run(path: Path) -> int:
    """Run a notebook in an empty folder; return how many cells of code it has."""
    notebook = nbformat.read(path, as_version=4)
    with TemporaryDirectory() as folder:
        resources = {"metadata": {"path": folder}}
        NotebookClient(notebook, timeout=TIMEOUT, resources=resources).execute()
    return sum(cell.cell_type == "code" for cell in notebook.cells)


def main(site: Path) -> None:
    """Run them; a cell that raises ends it."""
    for name in NAMES:
        path, *_ = sorted(site.rglob(f"{name}.ipynb"))
        print(f"{name}: {run(path)} cells ran", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
