"""Start-up time of a new process.

Run from the repository's root, on an idle machine::

    python benchmarks/startup.py [--json] [--processes 7]

Each figure is the median over fresh processes, which take turns. Imports are timed in
the process itself, so that starting Python is left out:

- ``numba + scikit-learn``: numba, sklearn.base, sklearn.utils.validation and
  scipy.sparse.linalg, which sparcelearn always needs, and sklearn.datasets, which only
  ``sparcelearn.datasets`` needs;
- ``+ sparcelearn``: sparcelearn, its reservoir, readouts and datasets, after that. Target: at
  most 0.3 s;
- ``first transform``: 10 samples through SpikingReservoir(500), fitted in another process
  and unpickled before the clock starts;
- ``first transform in a worker``: the same in a new worker process of joblib's;
- ``first partial_fit``: 10 samples into SparceClassifier;
- ``a first pipeline``: a reservoir and a readout, fitted to 100 digits, and scored on as many.

The first calls are timed with kernels on disk (target: at most 0.25 s) and with an empty
cache folder, when they compile (target for the pipeline: at most 3 s). With ``--json`` the figures
go to ``benchmarks/results/startup.json``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from _results import ROOT, spread
from _results import write as write_record

IMPORTS = """
import time
start = time.perf_counter()
import numba, scipy.sparse.linalg, sklearn.base, sklearn.datasets, sklearn.utils.validation
needed = time.perf_counter()
import sparcelearn.datasets, sparcelearn.readouts, sparcelearn.reservoir
done = time.perf_counter()
"""
PRINT_IMPORTS = "print(needed - start, done - needed)"
FIT = """
import pickle
import numpy as np
X = np.random.default_rng(0).random((10, 20, 8))
reservoir = sparcelearn.reservoir.SpikingReservoir(n_units=500, random_state=0).fit(X)
open("reservoir.pickle", "wb").write(pickle.dumps(reservoir))
"""
TRANSFORM = """
import pickle
import numpy as np
X = np.random.default_rng(0).random((10, 20, 8))
reservoir = pickle.loads(open("reservoir.pickle", "rb").read())
start = time.perf_counter()
reservoir.transform(X)
print(time.perf_counter() - start)
"""
IN_A_WORKER = """
import pickle
import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone
X = np.random.default_rng(0).random((10, 20, 8))
reservoir = pickle.loads(open("reservoir.pickle", "rb").read())
def seconds(reservoir):
    import time
    start = time.perf_counter()
    reservoir.transform(X)
    return time.perf_counter() - start
print(max(Parallel(n_jobs=2, backend="loky")(delayed(seconds)(reservoir) for _ in range(2))))
"""
PARTIAL_FIT = """
import numpy as np
X = np.random.default_rng(0).random((10, 500), dtype=np.float32)
readout = sparcelearn.readouts.SparceClassifier(random_state=0)
start = time.perf_counter()
readout.partial_fit(X, np.arange(10) % 3, classes=[0, 1, 2])
print(time.perf_counter() - start)
"""
PIPELINE = """
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline
X, y = load_digits(return_X_y=True)
model = make_pipeline(
    sparcelearn.reservoir.SpikingReservoir(random_state=0),
    sparcelearn.readouts.SparceClassifier(random_state=0),
)
start = time.perf_counter()
model.fit(X[:100], y[:100]).score(X[100:200], y[100:200])
print(time.perf_counter() - start)
"""

PROGRAMS = {
    "first transform": TRANSFORM,
    "first partial_fit": PARTIAL_FIT,
    "a first pipeline": PIPELINE,
}
TARGETS = {
    "+ sparcelearn": 0.3,
    "first transform, warm": 0.25,
    "first partial_fit, warm": 0.25,
    "a first pipeline, cold": 3.0,
}


def main() -> None:
    """Time all of it in turns, print the table, write the figures if requested."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    parser.add_argument("--processes", type=int, default=7, help="fresh processes per figure")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        seconds = measure(Path(folder), options.processes)
    report(seconds)
    if options.json:
        write(seconds)


def measure(folder: Path, n_processes: int) -> dict[str, list[float]]:
    """Return the seconds of each process, by figure."""
    warm = folder / "warm"
    for program in (
        FIT,
        TRANSFORM,
        PARTIAL_FIT,
        PIPELINE,
    ):  # fills the cache of files and of kernels
        run(IMPORTS + program, folder, warm)
    seconds: dict[str, list[float]] = {}

    def note(names: tuple[str, ...], program: str, cache: Path) -> None:
        for name, value in zip(names, run(IMPORTS + program, folder, cache), strict=True):
            seconds.setdefault(name, []).append(value)

    for turn in range(n_processes):
        note(("numba + scikit-learn", "+ sparcelearn"), PRINT_IMPORTS, warm)
        note(("first transform in a worker, warm",), IN_A_WORKER, warm)
        for name, program in PROGRAMS.items():
            note((f"{name}, warm",), program, warm)
            note((f"{name}, cold",), program, folder / f"cold {name} {turn}")
    return seconds


def run(program: str, folder: Path, cache: Path) -> list[float]:
    """Run a program in a new process with this cache of kernels; return what it printed."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SPARCELEARN_CACHE_DIR": str(cache),
        "NUMBA_CACHE_DIR": str(cache),
    }
    command = [sys.executable, "-c", program]
    result = subprocess.run(
        command, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return [float(word) for word in result.stdout.split()]


def report(seconds: dict[str, list[float]]) -> None:
    """Print median and range, and the target if there is one."""
    print(f"{'seconds':36}{'median':>8}{'lowest':>8}{'highest':>9}{'target':>8}")
    for name, runs in seconds.items():
        target = f"{TARGETS[name]:8.1f}" if name in TARGETS else ""
        print(f"{name:36}{median(runs):8.2f}{min(runs):8.2f}{max(runs):9.2f}{target}")


def write(seconds: dict[str, list[float]]) -> None:
    """Write all runs, and what they ran on, as JSON."""
    figures = {name: spread(runs) for name, runs in seconds.items()}
    record = {"targets": TARGETS, "seconds": figures}
    write_record("startup", "python benchmarks/startup.py --json", record)


if __name__ == "__main__":
    main()
