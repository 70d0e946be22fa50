"""How the documentation is built: ``make docs``."""

from __future__ import annotations

import importlib
import inspect
import os
import re
import shutil
from pathlib import Path
from typing import Any

os.environ["MPLBACKEND"] = "Agg"

import sparcelearn
from sparcelearn.datasets._home import data_folder

HERE = Path(__file__).parent
PACKAGES = {
    "sparcelearn": "Online estimators, files, spike trains",
    "sparcelearn.reservoir": "Reservoirs",
    "sparcelearn.reservoir.encoders": "Encoders",
    "sparcelearn.readouts": "Readouts",
    "sparcelearn.readouts.synapses": "Synapses",
    "sparcelearn.readouts.hardware": "Hardware",
    "sparcelearn.distributed": "Clusters and large data",
    "sparcelearn.measures": "Measures",
    "sparcelearn.datasets": "Data sets",
    "sparcelearn.displays": "Displays",
}
# Examples that need files, which are shown but not run if the file is missing.
NEEDS = {
    "plot_spoken_digits": "fsdd",
    "plot_event_camera": "nmnist_sample",
    "plot_laser": "santa_fe",
}

project = "sparcelearn"
author = "the sparcelearn developers"
version = release = sparcelearn.__version__
extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["build", "examples"]
html_theme = "pydata_sphinx_theme"
html_theme_options = {"show_toc_level": 2, "navigation_with_keys": False, "show_nav_level": 2}
html_show_sourcelink = False
autosummary_generate = True
numpydoc_show_class_members = False
suppress_warnings = ["config.cache"]

# The gallery takes every script of a folder, so this folder has only those that draw.
(HERE / "examples").mkdir(exist_ok=True)
for script in (HERE.parent / "examples").glob("plot_*.py"):
    shutil.copyfile(script, HERE / "examples" / script.name)
shutil.copyfile(HERE.parent / "examples" / "README.txt", HERE / "examples" / "README.txt")

missing = [name for name, folder in NEEDS.items() if not (data_folder(None) / folder).is_dir()]
sphinx_gallery_conf = {
    "examples_dirs": "examples",
    "gallery_dirs": "gallery",
    "filename_pattern": rf"/plot_(?!{'|'.join(m.removeprefix('plot_') for m in missing)})"
    if missing
    else "/plot_",
    "download_all_examples": False,
    "remove_config_comments": True,
    "plot_gallery": "True",
    "abort_on_example_error": True,
    "show_memory": False,
    "within_subsection_order": "FileNameSortKey",
}


def write_api_pages(_: Any) -> None:
    """Write a page for each package, with all names in its ``__all__``."""
    folder = HERE / "api"
    folder.mkdir(exist_ok=True)
    for name, title in PACKAGES.items():
        module = importlib.import_module(name)
        public = [n for n in getattr(module, "__all__", ()) if not n.startswith("_")]
        if not public:
            continue
        names = [n for n in public if callable(getattr(module, n))]
        constants = [n for n in public if n not in names]
        lines = [title, "=" * len(title), "", inspect.cleandoc(module.__doc__ or ""), ""]
        lines += [f".. currentmodule:: {name}", ""]
        if names:
            lines += [".. autosummary::", "   :toctree: generated", "   :nosignatures:", ""]
            lines += [f"   {n}" for n in names] + [""]
        if constants:
            lines += ["Constants: " + ", ".join(f"``{n}``" for n in constants) + ".", ""]
        text = "\n".join(lines)
        path = folder / f"{name}.rst"
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def plain_words(_app: Any, _what: str, _name: str, _obj: Any, _options: Any, lines: list) -> None:
    """Replace references that only scikit-learn's documentation has; escape names ending in _."""
    for k, line in enumerate(lines):
        plain = re.sub(r":ref:`([^<`]+?)(?: <[^>]*>)?`", r"``\1``", line)
        lines[k] = plain.replace("(n_features_in_,)", r"(n_features_in\_,)")


def setup(app: Any) -> None:
    """Write the generated pages before Sphinx reads any."""
    write_api_pages(app)
    app.connect("autodoc-process-docstring", plain_words, priority=400)  # before numpydoc
