"""Speed of a stream: step and learn, one row at a time, against the bare kernels and a peer.

Run from the repository's root, on an idle machine::

    python benchmarks/stream_speed.py [--json] [--no-peer]

500 spiking units (LIF), 1 channel, 1 output, one simulation step to a row, learned by least
mean squares (``SparceRegressor(sparsity=None, solver="sgd")``), SpaRCe beside it. The bare
kernels are what the same rows cost in one call of the reservoir's compiled loop and one of the
readout's, with nothing around them. The peer
is ReservoirPy 0.4.2, its LIF node followed by its LMS node, fed the same rows one by one; it
is installed into an environment of its own in the user's cache folder on the first run.
Contenders take many short turns; the fastest turn of each is reported, the ratios of the
fastest, and the median of the ratios of turns that stood side by side.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from sparcelearn import ReservoirRegressor
from sparcelearn.readouts import SparceRegressor
from sparcelearn.reservoir import SpikingReservoir
from sparcelearn.reservoir._simulator import _batch
from sparcelearn.reservoir.kernels.layout import State

N_UNITS, N_ROWS, N_PEER_ROWS, TURNS = 500, 200, 50, 150
PEER = """
import sys, time
import numpy as np
from reservoirpy.nodes import LIF, LMS
rows = np.random.RandomState(0).rand({n_rows}, 1)
targets = np.roll(rows, 1)
reservoir = LIF(units={n_units}, rc_connectivity=0.1, input_connectivity=1.0, seed=0)
readout = LMS(learning_rate=1e-4)
reservoir.run(rows[:10]), readout.partial_fit(reservoir.run(rows[:10]), targets[:10])
for line in sys.stdin:  # a turn for each line
    start = time.perf_counter()
    for row, target in zip(rows, targets):
        state = reservoir.step(row)
        readout.step(state)
        readout.partial_fit(state[np.newaxis], target[np.newaxis])
    print((time.perf_counter() - start) / len(rows) * 1e6, flush=True)
"""


def main() -> None:
    """Run the contenders in turns, print the table, write the figures if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    parser.add_argument("--no-peer", action="store_true", help="leave ReservoirPy out")
    options = parser.parse_args()

    contenders = {}
    for name, sparsity in (("LMS", None), ("SpaRCe", 0.5)):
        contenders |= make_contenders(name, sparsity)
    peer = None if options.no_peer else start_peer()
    times: dict[str, list[float]] = {name: [] for name in contenders}
    times |= {"ReservoirPy LIF + LMS": []} if peer else {}
    for turn in range(TURNS + 1):
        for name, run in contenders.items():
            start = time.perf_counter()
            run()
            times[name].append((time.perf_counter() - start) / N_ROWS * 1e6)
        if peer:
            times["ReservoirPy LIF + LMS"].append(peer())
        if not turn:  # the first turn compiles
            times = {name: [] for name in times}
    report(times)
    if options.json:
        write(times)


def make_contenders(name: str, sparsity: float | None) -> dict[str, Callable[[], object]]:
    """Return what runs all rows once, by name."""
    rows = np.random.RandomState(0).rand(1500, 1)
    targets = np.roll(rows[:, 0], 1)
    model = ReservoirRegressor(
        SpikingReservoir(N_UNITS, carry_state=True, steps_per_input=1, random_state=0),
        SparceRegressor(sparsity, solver="sgd", learning_rate=1e-4, batch_size=1),
    )
    model.partial_fit(rows, targets)  # SpaRCe's percentiles are settled after 1000 rows
    rows, targets = rows[:N_ROWS], targets[:N_ROWS]
    features = model.reservoir_.transform(rows)
    simulate, readout = bare_simulation(model.reservoir_, rows), model.readout_
    weights, order, rates = np.ones(N_ROWS), np.arange(N_ROWS), (1e-4, 1e-4)

    def step_and_learn() -> None:
        for row, target in zip(rows, targets, strict=True):
            model.step(row)
            model.learn(target)

    def bare_kernels() -> None:
        simulate()
        readout._train(features, targets[:, np.newaxis], order, weights, rates)

    return {f"bare kernels, {name}": bare_kernels, f"step + learn, {name}": step_and_learn}


def bare_simulation(reservoir: SpikingReservoir, rows: np.ndarray) -> Callable[[], object]:
    """Return what runs the compiled loop over rows, all its arrays at hand."""
    simulator, samples = reservoir._simulator, reservoir._check_input(rows)
    state = State(**{name: value.copy() for name, value in reservoir.state_.items()})
    features = np.empty((len(rows), 1, 1, N_UNITS), dtype=np.float32)
    arguments = (
        samples,
        simulator._readout(1),
        _batch(samples, np.zeros(len(rows), dtype=bool), simulator._keys(samples, state)),
        state,
        features,
        np.zeros(N_UNITS, dtype=np.int64),
        simulator._raster(0),
    )
    return lambda: simulator._simulate(*arguments)


def start_peer() -> Callable[[], float]:
    """Install ReservoirPy if need be; return what runs a turn and gives microseconds a row."""
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = home / "sparcelearn" / "benchmarks" / "reservoirpy-0.4.2"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "reservoirpy==0.4.2"], check=True)
    program = PEER.format(n_rows=N_PEER_ROWS, n_units=N_UNITS)
    process = subprocess.Popen(
        [python, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def turn() -> float:
        assert process.stdin and process.stdout
        print("turn", file=process.stdin, flush=True)
        return float(process.stdout.readline())

    return turn


def report(times: dict[str, list[float]]) -> None:
    """Print microseconds a row, and the ratios of neighbours."""
    print(f"{'microseconds a row':28}{'fastest':>10}{'median':>10}")
    for name, turns in times.items():
        print(f"{name:28}{min(turns):10.2f}{np.median(turns):10.2f}")
    for name, found in ratios(times).items():
        print(f"{name}: {found['of fastest']:.1f}, median {found['median']:.1f}")


def ratios(times: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """Return ratios of the fastest turns, and the median of those that stood side by side."""
    pairs = [(f"step + learn, {n}", f"bare kernels, {n}") for n in ("LMS", "SpaRCe")]
    pairs += [(p, "step + learn, LMS") for p in times if p.startswith("ReservoirPy")]
    return {
        f"{slow} / {fast}": {
            "of fastest": min(times[slow]) / min(times[fast]),
            "median": float(np.median(np.divide(times[slow], times[fast]))),
        }
        for slow, fast in pairs
    }


def write(times: dict[str, list[float]]) -> None:
    """Write all turns, and what they ran on, as JSON."""
    path = Path(__file__).parent / "results" / "stream_speed.json"
    record = {
        "command": "python benchmarks/stream_speed.py --json",
        "machine": platform.machine(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "load_average": os.getloadavg(),
        "ratios": ratios(times),
        "microseconds_a_row": {k: [round(t, 2) for t in v] for k, v in times.items()},
    }
    path.write_text(json.dumps(record, indent=2) + "\n")
    print(f"written to {path}")


if __name__ == "__main__":
    main()
