"""Time and memory of drawing 100,000 units with 100 synapses each, for every topology.

Run from the repository's root::

    python benchmarks/wiring.py [--json]

Each topology is drawn in a new process; seconds are processor time. Memory is the
highest resident size beyond that of a process that has only imported the package, over the size
of the matrix that comes out (compressed rows, 12 bytes for a synapse).
With ``--json`` the figures go to
``benchmarks/results/wiring.json``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time

from _results import write
from numpy.random import RandomState
from peers._serve import peak_mb

from sparcelearn.reservoir import (
    ErdosRenyi,
    FixedInDegree,
    FixedOutDegree,
    Hierarchical,
    Lattice,
    Permutation,
    Ring,
    SmallWorld,
)

N_UNITS, N_EXCITATORY, DEGREE = 100_000, 80_000, 100
TOPOLOGIES = {
    "fixed in-degree": FixedInDegree(DEGREE),
    "fixed out-degree": FixedOutDegree(DEGREE),
    "Erdos-Renyi": ErdosRenyi(DEGREE / N_UNITS),
    "small world": SmallWorld(DEGREE),
    "hierarchical": Hierarchical(DEGREE),
    "lattice": Lattice(decay_length=4.0),
    "ring": Ring(),
    "permutation": Permutation(),
}


def measure(name: str) -> dict[str, float]:
    """Draw one topology; return its time and memory."""
    before, start = peak_mb(), time.process_time()
    matrix = TOPOLOGIES[name].sample(RandomState(0), N_UNITS, N_EXCITATORY)
    seconds = time.process_time() - start
    size = matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes
    return {
        "synapses": int(matrix.nnz),
        "seconds": round(seconds, 2),
        "matrix_MB": round(size / 1e6, 1),
        "peak_over_matrix": round((peak_mb() - before) * 2**20 / size, 2),
    }


def main() -> None:
    """Measure all in new processes, print the table, write the figures if requested."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    parser.add_argument("--inside", choices=TOPOLOGIES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(measure(options.inside)))
        return
    results = {}
    for name in TOPOLOGIES:
        command = [sys.executable, __file__, "--inside", name]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        results[name] = json.loads(output)
        print(f"{name:18s} {results[name]}")
    if options.json:
        write("wiring", "python benchmarks/wiring.py --json", {"topologies": results})


if __name__ == "__main__":
    main()
