"""What a release tells about itself is said once, or the same everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sparcelearn

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("file", "pattern"),
    [
        ("CITATION.cff", r"^version: (.+)$"),
        ("conda/meta.yaml", r'set version = "(.+?)"'),
        ("CHANGELOG.md", r"^## (\S+)"),
    ],
)
def test_the_version_is_the_same_everywhere(file, pattern):
    found = re.search(pattern, (ROOT / file).read_text("utf-8"), re.MULTILINE)
    assert found[1] == sparcelearn.__version__


def test_the_conda_recipe_needs_what_the_wheel_needs():
    needed = re.search(
        r"install_requires =\n((?: +.+\n)+)", (ROOT / "setup.cfg").read_text("utf-8")
    )
    recipe = (ROOT / "conda" / "meta.yaml").read_text("utf-8").replace(" ", "")
    for line in needed[1].split("\n"):
        assert line.replace(" ", "") in recipe
