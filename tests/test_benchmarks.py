"""The benchmarks: what the README says is what they found, and the suite runs."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


ACCURACY = [  # the README's lines of accuracy in their order: result and kind of reservoir
    ("digits", "spiking"),
    ("digits", "echo state"),
    ("mnist", "spiking"),
    ("sparce/mnist_spiking", "spiking"),
    ("sparce/mnist_rate", "rate"),
    ("sparce/compare_odours", "spiking"),
    ("sparce/compare_odours", "rate"),
    ("sparce/compare_vowels", "spiking"),
    ("sparce/compare_vowels", "rate"),
    ("sparce/compare_spoken", "spiking"),
    ("sparce/compare_spoken", "rate"),
]


def run(*command: str) -> str:
    """Run a script of the benchmarks; return what it printed."""
    result = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT / "benchmarks",
        env={**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_readme_says_what_the_suite_has_measured():
    run("speed_table.py", "--check")


def test_every_line_of_accuracy_in_the_readme_has_its_result():
    lines = [x for x in (ROOT / "README.md").read_text("utf-8").splitlines() if x[:3] == "| ["]
    for line, (name, kind) in zip(lines, ACCURACY, strict=True):
        found = json.loads((ROOT / "benchmarks" / "results" / f"{name}.json").read_text("utf-8"))
        rows = found["rows"] if isinstance(found, dict) else found
        percent = 1 if name.startswith("sparce/") else 100
        cells = []
        for arm in ("SpaRCe", "no thresholds", "ridge"):
            mine = [
                percent * row["test_accuracy"]
                for row in rows
                if row["arm"] == arm and kind == row.get("reservoir", row.get("features"))
            ]
            cells.append(f"{statistics.mean(mine):.1f} ± {statistics.stdev(mine):.1f} %")
        assert line.split(" | ")[1:] == [*cells[:2], f"{cells[2]} |"], line


def test_the_tables_of_the_sparce_page_are_what_the_results_say():
    run("sparce/tables.py", "--check")


def test_contenders_take_turns_on_the_same_network():
    """Without peers: ours and the loops by hand, in both precisions, spike as often."""
    printed = run("speed.py", "--quick", "--no-peers", "--only", "LIF reservoir 1000, dt 1 ms")
    lines = [line for line in printed.splitlines() if ": spikes" in line]
    spikes = [float(line.split("spikes ")[1].split(",")[0].replace(",", "")) for line in lines]
    assert len(spikes) == 4
    assert min(spikes) > 10_000
    assert max(spikes) <= 1.01 * min(spikes)


def test_a_record_says_where_its_figures_come_from(tmp_path):
    program = (
        "import pathlib, sys; sys.path.insert(0, 'sparce'); import _results, author;"
        f"_results.RESULTS = pathlib.Path({str(tmp_path)!r});"
        "_results.write('speed', 'make it', {'core': 1}); author.write('odours', 'smell', [2])"
    )
    run("-c", program)
    speed, odours = (
        json.loads((tmp_path / f"{name}.json").read_text("utf-8"))
        for name in ("speed", "sparce/odours")
    )
    assert list(speed) == ["command", "machine", "date", "core"]
    assert (speed["command"], odours["command"]) == ("make it", "smell")
    assert odours["rows"] == [2]
