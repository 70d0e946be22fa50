"""Compare echo state reservoirs with a loop over scipy's sparse product, on the same network.

One long series against ``W @ v`` step by step, and many short ones against the same with all
series side by side, ``W @ V``; on one core, in turn (A B A B ...), in the same precision.

    taskset -c 0 python benchmarks/rate_speed.py --json
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

import numpy as np
from scipy import sparse

from sparcelearn.reservoir import EchoStateReservoir

LEAK = 0.3


def by_scipy(reservoir: EchoStateReservoir, X: np.ndarray) -> np.ndarray:
    """Return the rates at the end of every series, all series side by side."""
    W = sparse.csr_array(reservoir.recurrent_weights_.T.astype(X.dtype))
    W_in = reservoir.input_weights_.T.toarray().astype(X.dtype)
    V = np.zeros((reservoir.n_units, len(X)), dtype=X.dtype)
    keep, leak = X.dtype.type(1 - LEAK), X.dtype.type(LEAK)
    for k in range(X.shape[1]):
        V = keep * V + leak * np.tanh(W @ V + W_in @ X[:, k].T)
    return V.T


def compare(density: float, dtype: str, n_series: int, n_steps: int, repeats: int) -> dict:
    """Time both in turn and describe what was seen."""
    X = np.random.RandomState(0).randn(n_series, n_steps, 1).astype(dtype)
    reservoir = EchoStateReservoir(
        1000, connectivity=density, leak_rate=LEAK, dtype=dtype, random_state=0
    ).fit(X)
    difference = np.abs(reservoir.transform(X) - by_scipy(reservoir, X)).max()
    ours, theirs = [], []
    for _ in range(repeats):
        for seconds, run in (
            (ours, reservoir.transform),
            (theirs, lambda X: by_scipy(reservoir, X)),
        ):
            begin = time.perf_counter()
            run(X)
            seconds.append(time.perf_counter() - begin)
    ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
    return {
        "density": density,
        "dtype": dtype,
        "n_series": n_series,
        "n_steps": n_steps,
        "steps_per_s": n_series * n_steps / min(ours),
        "scipy_steps_per_s": n_series * n_steps / min(theirs),
        "ratio_median": statistics.median(ratios),
        "ratio_of_fastest": min(theirs) / min(ours),
        "largest_difference": float(difference),
        "repeats": repeats,
    }


def main() -> None:
    """Run the comparisons and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
    results = [
        compare(density, dtype, n_series, n_steps, options.repeats)
        for density in (0.1, 0.01)
        for dtype in ("float32", "float64")
        for n_series, n_steps in ((1, 2000), (64, 50))
    ]
    print("density dtype    series  steps/s ours   scipy  ratio (of fastest)  difference")
    for r in results:
        print(
            f"{r['density']:7} {r['dtype']:8} {r['n_series']:6} {r['steps_per_s']:13.0f} "
            f"{r['scipy_steps_per_s']:7.0f} {r['ratio_median']:6.2f} ({r['ratio_of_fastest']:.2f})"
            f"         {r['largest_difference']:.1e}"
        )
    if options.json:
        path = Path(__file__).parent / "results" / "rate_speed.json"
        path.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
