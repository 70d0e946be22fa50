"""The benchmarks: what the README says is what they found, and the suite runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability.helpers import FULL, trials

ROOT = Path(__file__).parent.parent


SMALL_MNIST = "import mnist; mnist.N_UNITS = 20; columns = lambda s, of=columns: of(s, 400)"
FIRST_ROWS = {  # a script of SpaRCe, made small: constants, and what yields its rows
    "anatomy": ("N_LEARN, N_LOOK, EPOCHS, N_CORRELATED = 200, 100, 1, 20", "run('spiking', 0)"),
    "columns": ("N_TRAIN, N_UPDATES = 400, 30", "run(0)"),
    "compare": ("", "run('digits', 0)"),
    "forgetting": ("N_IMAGES, N_FIRST, N_NEXT, PLAIN_RATES = 2000, 20, 5, ()", "run('rate', 0)"),
    "in_blocks": (f"{SMALL_MNIST}; BLOCK, EPOCHS = 200, 1", "run()"),
    "mnist": (f"{SMALL_MNIST}; N_CHOOSE, EPOCHS = 200, 1", "run('spiking')"),
    "odours": (
        "CHUNK, N_UNITS = 10, 50; SMALL = Protocol((), range(40, 60, 20), (20,), 2, 1)",
        "run(odours.SMALL, 'spiking', (4, 0.2), 0)",
    ),
    "path": ("EPOCHS = 8", "run('digits, spiking', 0)"),
}


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


def test_tables_of_speed_say_what_the_suite_has_measured():
    run("speed_table.py", "--check")


def test_every_figure_of_accuracy_that_a_visitor_sees_first_is_a_result():
    figure = re.compile(r"([0-9.]+) ± ([0-9.]+)")
    folder = ROOT / "benchmarks" / "results"
    tables = "".join(path.read_text("utf-8") for path in folder.glob("computing_*.csv"))
    results = [(float(a), float(b)) for a, b in figure.findall(tables)]
    lines = [x for x in (ROOT / "README.md").read_text("utf-8").splitlines() if x[:2] == "| "]
    lines += (ROOT / "docs" / "index.rst").read_text("utf-8").splitlines()
    shown = [pair for line in lines for pair in figure.findall(line)]
    assert len(shown) > 20
    for pair in shown:
        places = [len(number.partition(".")[2]) for number in pair]
        rounded = {tuple(map(round, result, places)) for result in results}
        assert tuple(map(float, pair)) in rounded, pair


def test_the_tables_of_computing_are_what_the_results_say():
    run("computing/tables.py", "--check")


def test_the_tables_of_the_sparce_page_are_what_the_results_say():
    run("sparce/tables.py", "--check")


@pytest.mark.parametrize("script", trials(list(FIRST_ROWS), ["compare", "mnist"]))
def test_every_script_of_sparce_finds_its_first_row(data_home, script):
    constants, rows = FIRST_ROWS[script]
    program = (
        f"import json, sys; sys.path.insert(0, 'sparce'); import {script};"
        f"exec({constants!r}, vars({script}));"
        f"print(json.dumps(next({script}.{rows})))"
    )
    row = json.loads(run("-c", program).splitlines()[-1])
    assert row["seed"] == 0
    assert 0 < max(value for value in row.values() if isinstance(value, float)) < 1e6


def test_new_classes_are_learned_from_a_few_shots_by_every_rule(data_home):
    program = (
        "import json, sys; sys.path.insert(0, 'rules'); import few_shot as script;"
        "script.N_DRAWS = script.N_TRIED = script.N_TASKS = script.N_ROUNDS = 2;"
        "script.RATES, script.PASSES = (0.3,), (3,); load, wiring = script.TASKS['N-MNIST'];"
        "print(json.dumps(script.run(*load(), 0, wiring)))"
    )
    row = json.loads(run("-c", program).splitlines()[-1])
    scores = [value for name, value in row.items() if ":" not in name]
    assert len(scores) == 5
    assert min(scores) > 0.5  # chance is 0.2


@pytest.mark.skipif(not FULL, reason="compiles for long: in make reliability")
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
        "import pathlib, sys; sys.path.insert(0, 'sparce'); import _results, rows;"
        f"_results.RESULTS = pathlib.Path({str(tmp_path)!r});"
        "_results.write('speed', 'make it', {'core': 1}); rows.collect([{'n': 2}], 'odours', True)"
    )
    run("-c", program)
    speed, odours = (
        json.loads((tmp_path / f"{name}.json").read_text("utf-8"))
        for name in ("speed", "sparce/odours")
    )
    assert list(speed) == ["command", "machine", "date", "core"]
    assert speed["command"] == "make it"
    assert odours["command"].startswith("python benchmarks/sparce/")
    assert odours["rows"] == [{"n": 2}]
