"""Shared fixtures: the real data, and a kernel cache of the test run's own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_home() -> Path:
    """Return the folder of real data files; skip the test where there is none."""
    named = os.environ.get("SPARCELEARN_DATA")
    if named and Path(named).is_dir():
        return Path(named)
    if os.environ.get("SPARCELEARN_REQUIRE_DATA"):
        pytest.fail("SPARCELEARN_REQUIRE_DATA is set but SPARCELEARN_DATA names no folder")
    pytest.skip("real data needed: set SPARCELEARN_DATA to their folder")
