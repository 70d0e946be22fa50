"""How the documentation is built: ``make docs``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))
os.environ.pop("MPLBACKEND", None)  # pages show the figures that their code makes

import gallery  # noqa: E402

import sparcelearn  # noqa: E402

project = "sparcelearn"
author = "the sparcelearn developers"
version = release = sparcelearn.__version__
extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "jupyter_sphinx",
    "api_pages",
    "catalogue",
    "local_files",
    "offline_math",
]
exclude_patterns = ["build", "examples", "_ext", "_templates", "**.ipynb_checkpoints"]
templates_path = ["_templates"]
suppress_warnings = ["config.cache"]

html_title = html_short_title = "sparcelearn"
html_logo = html_favicon = "_static/logo.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_search_scorer = str(HERE / "search_order.js")
html_math_renderer = "mathml"
html_show_sourcelink = False
html_copy_source = False
html_theme = "pydata_sphinx_theme"
html_theme_options = {
    "logo": {"text": "sparcelearn", "alt_text": "sparcelearn"},
    "header_links_before_dropdown": 5,
    "navigation_with_keys": False,
    "show_nav_level": 1,
    "show_toc_level": 2,
    "navbar_align": "left",
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": {"index": [], "**": ["page-toc"]},
}
html_sidebars = {"index": []}
copyright = "the sparcelearn developers, BSD 3-Clause"

autosummary_generate = True
autodoc_typehints = "none"  # docstrings tell them
toc_object_entries_show_parents = "hide"  # names of methods fit into the margin
numpydoc_show_class_members = False
copybutton_exclude = ".linenos, .gp, .go"

# The code of pages runs when they are built; an error in it fails the build.
jupyter_execute_kwargs = {"timeout": 300, "allow_errors": False, "store_widget_state": False}
jupyter_sphinx_require_url = ""

sphinx_gallery_conf = {
    "examples_dirs": "examples",
    "gallery_dirs": "gallery",
    "subsection_order": gallery.collect(),
    "within_subsection_order": "gallery.by_place",
    "filename_pattern": "/plot_",
    "nested_sections": False,
    "backreferences_dir": "gallery/backreferences",
    "doc_module": ("sparcelearn",),
    "download_all_examples": False,
    "remove_config_comments": True,
    "ignore_repr_types": r"matplotlib\.",
    "plot_gallery": "True",
    "abort_on_example_error": True,
    "show_memory": False,
    "parallel": True,  # as many processes as ``sphinx-build -j`` says
    "write_computation_times": False,  # pages of them would fetch scripts from elsewhere
}
