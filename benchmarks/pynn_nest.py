"""Run LIF reservoirs on NEST through PyNN, and compare their spikes and what is learned on them.

    python benchmarks/pynn_nest.py --json

A network of 500 units with recurrence is driven for 1 s here and by pyNN.nest with 2 threads; both
have steps of 0.1 ms, and ours runs in single precision, as it does by default, and in double.
Digits are learned on counts of spikes from here and from there, on five splits. Then 20,000 units
with 100 synapses each are built and run. The script runs itself in an environment with PyNN and
NEST, which is made on the first run like those of other peers. NEST's threads wait for each other
by running, which takes many times as long where cores are shared: ``OMP_WAIT_POLICY=PASSIVE``.
With ``--json`` the figures go to ``benchmarks/results/pynn_nest.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
N_UNITS, DT, MILLISECONDS, EARLY = 500, 0.1, 1000, 200
N_LARGE, IN_DEGREE, ROW = 20_000, 100, 10.0  # ROW: ms for which a row of input is held
SPLITS = 5


def driven(n_units: int, connectivity: float, dt: float, dtype: str, X: np.ndarray) -> Any:
    """Return a fitted reservoir of LIF units, whose spikes are read."""
    from sparcelearn.reservoir import LIF, SpikingReservoir
    from sparcelearn.reservoir.input_wiring import Projection

    return SpikingReservoir(
        n_units,
        neuron=LIF,
        input_wiring=Projection(),
        loop_gain=0.8,
        connectivity=connectivity,
        delay=1.5 if dt < 1 else 2.0,
        dt=dt,
        steps_per_input=round(ROW / dt),
        features="spikes",
        dtype=dtype,
        random_state=0,
    ).fit(X)


def on_nest(reservoir: Any, X: np.ndarray) -> tuple[Any, dict[str, float]]:
    """Return the spikes of a reservoir on NEST, and seconds to build and to run it."""
    import pyNN.nest as sim

    from sparcelearn.interop import to_pynn

    start = time.perf_counter()
    network = to_pynn(reservoir, sim, X, threads=2)
    built = time.perf_counter()
    sim.run(network.duration)
    ran = time.perf_counter()
    trains = network.spikes()
    return trains, {"build_s": round(built - start, 1), "run_s": round(ran - built, 1)}


def share_within(ours: Any, theirs: Any, tolerance: float, until: float) -> float:
    """Return the share of our spikes with one of the same unit in theirs, each used once."""
    matched = total = 0
    for unit in range(ours.n_channels):
        mine = ours.times[(ours.channels == unit) & (ours.times < until)]
        other = theirs.times[theirs.channels == unit]
        total, k = total + len(mine), 0
        for t in mine:  # both rise
            while k < len(other) and other[k] < t - tolerance - DT / 2:
                k += 1
            if k < len(other) and other[k] <= t + tolerance + DT / 2:
                matched, k = matched + 1, k + 1
    return matched / total


def same_spikes(dtype: str) -> dict[str, Any]:
    """Compare a network of 500 units."""
    X = np.random.default_rng(0).random((1, round(MILLISECONDS / ROW), 8))
    reservoir = driven(N_UNITS, 0.1, DT, dtype, X)
    ours = reservoir.transform(X)
    theirs, seconds = on_nest(reservoir, X)
    exact = [
        set(zip(trains.channels, np.rint(trains.times / DT), strict=True))
        for trains in (ours, theirs)
    ]
    return {
        "rate_Hz": round(len(ours.times) / N_UNITS * 1000 / MILLISECONDS, 3),
        "rate_nest_Hz": round(len(theirs.times) / N_UNITS * 1000 / MILLISECONDS, 3),
        "within_1_ms_of_the_first_200_ms": round(share_within(ours, theirs, 1.0, EARLY), 4),
        "within_1_ms": round(share_within(ours, theirs, 1.0, MILLISECONDS), 4),
        "in_the_same_step": round(len(exact[0] & exact[1]) / len(exact[0]), 4),
        **seconds,
    }


def digits() -> dict[str, Any]:
    """Learn digits on spikes from here and from NEST."""
    from sklearn.model_selection import StratifiedShuffleSplit

    from sparcelearn.datasets import load_digits_sequence
    from sparcelearn.interop import PyNNReservoir
    from sparcelearn.readouts import SparceClassifier
    from sparcelearn.reservoir import LIF, SpikingReservoir

    X, y = load_digits_sequence(return_X_y=True)
    reservoir = SpikingReservoir(200, neuron=LIF, loop_gain=0.5, random_state=0)
    start = time.perf_counter()
    theirs = PyNNReservoir(reservoir, sim="nest", setup={"threads": 2}).fit_transform(X)
    seconds = time.perf_counter() - start
    features = {"here": reservoir.fit_transform(X), "nest": theirs}
    scores: dict[str, list[float]] = {name: [] for name in features}
    splits = StratifiedShuffleSplit(SPLITS, test_size=0.25, random_state=0)
    for train, test in splits.split(X, y):
        for name, rows in features.items():
            readout = SparceClassifier(random_state=0).fit(rows[train], y[train])
            scores[name].append(float(readout.score(rows[test], y[test])))
    return {
        **{f"accuracy_{name}": round(float(np.mean(x)), 4) for name, x in scores.items()},
        "features_that_differ": round(
            float(np.mean(np.abs(np.subtract(*features.values())) > 1e-3)), 5
        ),
        "samples": len(X),
        "nest_s": round(seconds, 1),
    }


def large() -> dict[str, Any]:
    """Build and run a network of 20,000 units."""
    X = np.random.default_rng(0).random((1, 20, 8))
    reservoir = driven(N_LARGE, IN_DEGREE / (N_LARGE - 1), 1.0, "float32", X)
    ours = reservoir.transform(X)
    theirs, seconds = on_nest(reservoir, X)
    return {
        "units": N_LARGE,
        "synapses": int(reservoir.recurrent_weights_.nnz),
        "ms": float(ours.durations[0]),
        "spikes": len(ours.times),
        "spikes_nest": len(theirs.times),
        **seconds,
    }


def measure(path: Path) -> None:
    """Measure everything; runs in the environment of PyNN and NEST."""
    found: dict[str, Any] = {}
    for name, work in {
        "double": lambda: same_spikes("float64"),
        "single": lambda: same_spikes("float32"),
        "digits": digits,
        "large": large,
    }.items():
        found[name] = work()
        print(name, found[name], flush=True)
        path.write_text(json.dumps(found), "utf-8")


def main() -> None:
    """Run the measurements in their environment, and write them down if requested."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)  # in PyNN's environment
    options = parser.parse_args()
    if options.out:
        measure(options.out)
        return
    from _contenders import REQUIREMENTS, python_of
    from _results import write

    environment = {"OMP_WAIT_POLICY": "PASSIVE", **os.environ, "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.json"
        command = [python_of("pynn"), __file__, "--out", out]
        subprocess.run(command, check=True, env=environment)
        found = json.loads(out.read_text("utf-8"))
    if options.json:
        facts = {"pynn": REQUIREMENTS["pynn"], **found}
        write("pynn_nest", "python benchmarks/pynn_nest.py --json", facts)
    far = abs(found["single"]["rate_nest_Hz"] / found["single"]["rate_Hz"] - 1)
    lost = found["digits"]["accuracy_here"] - found["digits"]["accuracy_nest"]
    early = found["single"]["within_1_ms_of_the_first_200_ms"]
    sys.exit(far > 0.02 or early < 0.95 or abs(lost) > 0.01)


if __name__ == "__main__":
    main()
