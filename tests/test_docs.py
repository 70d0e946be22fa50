"""The documentation: its code runs, and its pages and examples are as they must be."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted(path.relative_to(ROOT) for path in (ROOT / "docs").glob("*.rst")) + sorted(
    path.relative_to(ROOT)
    for folder in ("guide", "tutorials")
    for path in (ROOT / "docs" / folder).rglob("*.rst")
)
EXAMPLES = sorted(path.relative_to(ROOT) for path in (ROOT / "examples").glob("plot_*.py"))
BLOCK = re.compile(r"^\.\. code-block:: python\n\n((?:(?:   .*)?\n)+)", re.MULTILINE)


def code(page: Path) -> list[str]:
    text = (ROOT / page).read_text("utf-8") + "\n"
    assert len(BLOCK.findall(text)) == text.count("code-block::")  # there is no other kind
    return [textwrap.dedent(block) for block in BLOCK.findall(text)]


def test_pages_are_found():
    assert len(PAGES) > 10
    assert sum(len(code(page)) for page in PAGES) > 20
    assert len(EXAMPLES) > 10


@pytest.mark.parametrize("page", [page for page in PAGES if code(page)], ids=str)
def test_the_code_of_a_page_runs(page, tmp_path):
    """All blocks, top to bottom, as one program, in an empty folder."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(code(page))],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("path", EXAMPLES, ids=str)
def test_an_example_is_short_has_a_title_and_shows_a_figure(path):
    text = (ROOT / path).read_text("utf-8")
    assert len(text.splitlines()) < 100
    title, line = ast.get_docstring(ast.parse(text)).splitlines()[:2]
    assert set(line) == {"="}
    assert len(line) == len(title)
    assert "plt.show()" in text
