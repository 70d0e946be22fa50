"""The documentation: its pages and examples are as they must be; building it runs its code."""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted(path.relative_to(ROOT) for path in (ROOT / "docs").glob("*.rst")) + sorted(
    path.relative_to(ROOT)
    for folder in ("guide", "start", "benchmarks")
    for path in (ROOT / "docs" / folder).rglob("*.rst")
)
EXAMPLES = sorted(path.relative_to(ROOT) for path in (ROOT / "examples").glob("plot_*.py"))
BLOCK = re.compile(
    r"^\.\. jupyter-execute::\n(?:   :[a-z-]+:.*\n)*\n((?:(?:   .*)?\n)+)", re.MULTILINE
)
NOT_RUN = ".. code-block:: python\n   :caption: Not run here"


def code(page: Path) -> list[str]:
    text = (ROOT / page).read_text("utf-8") + "\n"
    assert len(BLOCK.findall(text)) == text.count("jupyter-execute::")
    assert text.count("code-block:: python") == text.count(NOT_RUN)  # there is no other kind
    return [textwrap.dedent(block) for block in BLOCK.findall(text)]


def test_pages_are_found():
    assert len(PAGES) > 10
    assert sum(len(code(page)) for page in PAGES) > 20
    assert len(EXAMPLES) > 10


@pytest.mark.parametrize("path", EXAMPLES, ids=str)
def test_an_example_is_short_has_a_title_and_shows_a_figure(path):
    text = (ROOT / path).read_text("utf-8")
    assert len(text.splitlines()) < 100
    title, line = ast.get_docstring(ast.parse(text)).splitlines()[:2]
    assert set(line) == {"="}
    assert len(line) == len(title)
    assert "plt.show()" in text


def test_every_example_has_its_place_in_the_gallery():
    text = (ROOT / "docs" / "_ext" / "gallery.py").read_text("utf-8")
    for path in EXAMPLES:
        name = path.stem.removeprefix("plot_")
        assert text.count(f'"{name}"') == 1, f"list {name} under a topic in docs/_ext/gallery.py"


def test_every_page_is_in_a_table_of_contents():
    """The five of the header, and what they list."""
    for folder in ("start", "guide", "benchmarks"):
        index = (ROOT / "docs" / folder / "index.rst").read_text("utf-8")
        listed = set(re.findall(r"^   ([a-z0-9_-]+)$", index, re.MULTILINE))
        pages = {path.stem for path in (ROOT / "docs" / folder).glob("*.rst")} - {"index"}
        assert pages == listed
