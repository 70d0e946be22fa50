"""Peak memory of transforming more sequences than fit into memory, on two worker processes.

Run from the repository's root::

    python benchmarks/out_of_core.py [--json] [--gigabytes 5]

Random sequences of 50 steps and 200 channels in float64 are made block by block on the workers:
5 GB in total, never in one process. An echo state reservoir of 50 units transforms each into 50
features, lazily, and their mean over all sequences is computed. The result is the highest resident
size of each worker process, with Python and its libraries.
Target: at most 1 GB. With ``--json`` the figures go to ``benchmarks/results/out_of_core.json``.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path
from typing import Any

import dask.array as da
from distributed import Client, LocalCluster

from sparcelearn import distributed
from sparcelearn.reservoir import EchoStateReservoir
from sparcelearn.reservoir.input_wiring import Projection

SEQUENCE = (50, 200)
BLOCK = 500
TARGET = 1e9


def main() -> None:
    """Transform, print the table, write the figures if requested."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    parser.add_argument("--gigabytes", type=float, default=5.0)
    options = parser.parse_args()
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        record = measure(client, options.gigabytes)
    report(record)
    if options.json:
        path = Path(__file__).parent / "results" / "out_of_core.json"
        path.write_text(json.dumps(record, indent=2) + "\n")
        print(f"written to {path}")


def measure(client: Client, gigabytes: float) -> dict[str, Any]:
    """Return sizes in bytes, and the seconds that it took."""
    n_samples = int(gigabytes * 1e9 / (8 * SEQUENCE[0] * SEQUENCE[1]))
    X = da.random.default_rng(0).random((n_samples, *SEQUENCE), chunks=(BLOCK, *SEQUENCE))
    reservoir = EchoStateReservoir(50, input_wiring=Projection(0.1), random_state=0)
    reservoir.fit(X[:10].compute())
    start = time.perf_counter()
    states = distributed.transform(reservoir, X)
    mean = float(states.mean().compute())
    return {
        "command": "python benchmarks/out_of_core.py --json",
        "shape": X.shape,
        "input_bytes": X.nbytes,
        "seconds": round(time.perf_counter() - start, 1),
        "mean": mean,
        "peak_of_each_worker": sorted(client.run(peak).values()),
    }


def peak() -> int:
    """Return the highest resident size of this process so far, in bytes."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def report(record: dict[str, Any]) -> None:
    """Print the sizes and the target."""
    print(f"{record['shape']} transformed in {record['seconds']:.0f} s")
    print(f"{'input':24}{record['input_bytes'] / 1e6:8,.0f} MB")
    for size in record["peak_of_each_worker"]:
        print(f"{'peak of a worker':24}{size / 1e6:8,.0f} MB")
    print(f"{'target, at most':24}{TARGET / 1e6:8,.0f} MB")


if __name__ == "__main__":
    main()
