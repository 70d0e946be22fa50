"""The page on choosing a readout says what the benchmark found."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "guide" / "choosing-a-readout.rst"
RESULTS = ROOT / "benchmarks" / "results" / "rules_side_by_side.json"

if not RESULTS.is_file():
    pytest.skip("there is no checkout with its results", allow_module_level=True)

TABLE = json.loads(RESULTS.read_text("utf-8"))["table"]


@pytest.mark.parametrize("name", TABLE)
def test_a_line_of_the_table_is_what_was_found(name):
    found = TABLE[name]
    scores = [
        f"{mean:.3f} ± {spread:.3f}" if task != "speech" else f"{mean:.3f}"
        for task in ("digits", "speech", "stream")
        for mean, spread in [found[task]]
    ]
    speed = f"{found['samples_per_second'] / 1000:.1f}"
    bits = "over 8" if found["bits"] is None else str(found["bits"])
    line = f'   "{name}", {", ".join(scores)}, {bits}, {found["state"]:.1f}, {speed}, '
    assert line in PAGE.read_text("utf-8")


def test_there_are_no_other_lines():
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith('   "')]
    assert len(lines) == len(TABLE)
