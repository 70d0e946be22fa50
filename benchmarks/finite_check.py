"""What it costs to look whether states are finite, once a row: with and without, in one run.

    python benchmarks/finite_check.py

A stream of rows, 20 steps each for spiking units and one for rate units, through kernels that
differ in nothing but the check. Prints the ratio of the shortest times of many runs.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from sparcelearn._core.arrays import read_only
from sparcelearn._core.kernel_modules import load_module
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir
from sparcelearn.reservoir._codegen import kernel_source
from sparcelearn.reservoir._recording import batch_of

ROWS = 200


def without_check(simulator: Any) -> Callable[..., int]:
    """Return the kernel of a network, in which the check always passes."""
    source = kernel_source(simulator.program, simulator.form)
    body = "n_bad += (values[k] - values[k]) != 0"
    assert body in source
    simulate: Callable[..., int] = load_module(source.replace(body, "n_bad += 0")).simulate
    return simulate


def shortest(kernel: Callable[..., int], simulator: Any, rows: Any, n_runs: int) -> float:
    """Return the shortest time of a run over some rows (s)."""
    sampling = simulator.sampling(simulator.steps_per_row)
    shape = (len(rows), 1, len(sampling.kinds), simulator.n_units)
    features = np.empty(shape, simulator.network.bias.dtype)
    batch = batch_of(rows, np.zeros(len(rows), bool), simulator.keys(rows, simulator.rest), STOP)
    best = np.inf
    for _ in range(n_runs):
        state, counts = simulator.copied(None), np.zeros(simulator.n_units, np.int64)
        begin = time.perf_counter()
        kernel(
            simulator.network,
            sampling,
            read_only(rows.rows),
            batch,
            simulator.read_only_rest,
            state,
            features,
            counts,
            simulator.room_for_spikes(0),
        )
        best = min(best, time.perf_counter() - begin)
    return best


STOP = np.zeros(1, dtype=bool)


def main() -> None:
    """Print what the check costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    n_runs = parser.parse_args().runs
    X = np.random.RandomState(0).randn(ROWS, 5)
    for reservoir in (
        SpikingReservoir(500, carry_state=True, random_state=0),
        SpikingReservoir(1000, carry_state=True, random_state=0),
        EchoStateReservoir(500, carry_state=True, random_state=0),
        EchoStateReservoir(1000, carry_state=True, random_state=0),
    ):
        fitted = reservoir.fit(X)
        simulator = replace(fitted._simulator, n_readouts=1)
        rows = fitted._check_input(X)
        kernels = {"with": simulator.kernel, "without": without_check(simulator)}
        times = dict.fromkeys(kernels, np.inf)
        for _ in range(5):  # in turn, so that what else the machine does hits both
            for name, kernel in kernels.items():
                found = shortest(kernel, simulator, rows, n_runs // 5)
                times[name] = min(times[name], found)
        cost = times["with"] / times["without"] - 1
        name = f"{type(reservoir).__name__}, {reservoir.n_units} units"
        print(f"{name}: {times['with'] / ROWS * 1e6:.2f} us a row, the check {cost:+.1%}")


if __name__ == "__main__":
    main()
