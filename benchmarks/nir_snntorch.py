"""Export networks of snnTorch through NIR, read them here, and compare spikes step by step.

The networks have units that are reset to 0 in the step in which they spike, as NIR's are.
snnTorch computes in single precision, this library in double, so that a unit may reach its
threshold a step earlier or later; in a recurrent network such a difference spreads. With
``--record``, graphs and spikes are what ``tests/reservoir/test_nir_snntorch.py`` reads. In a
separate environment:

    pip install . nir snntorch==1.0.0 && python benchmarks/nir_snntorch.py --json
"""

from __future__ import annotations

import argparse
import json
from importlib.metadata import version
from pathlib import Path

import nir
import numpy as np
import snntorch
import torch
from snntorch.export_nir import export_to_nir

from sparcelearn.reservoir import from_nir

N_CHANNELS, N_UNITS, N_OUTPUTS, N_STEPS = 8, 30, 10, 200
FIXTURE = Path(__file__).parents[1] / "tests" / "reservoir" / "snntorch"
STEP = 0.1  # ms, which snnTorch's export takes a step for


def leaky(n: int) -> torch.nn.Module:
    """Return a layer of units without recurrence."""
    return snntorch.Leaky(torch.rand(n) * 0.3 + 0.65, threshold=torch.ones(n), **RESET)


def recurrent(n: int) -> torch.nn.Module:
    """Return a layer of units that hear one another."""
    beta = torch.rand(n) * 0.3 + 0.65
    return snntorch.RLeaky(beta, linear_features=n, threshold=torch.ones(n), **RESET)


RESET = {"reset_mechanism": "zero", "reset_delay": False, "init_hidden": True}
LAYERS = {
    "feedforward": [("leaky", N_OUTPUTS)],
    "recurrent": [("recurrent", N_OUTPUTS)],
    "two layers": [("recurrent", N_UNITS), ("leaky", N_OUTPUTS)],
    "two recurrent layers": [("recurrent", N_UNITS), ("recurrent", N_OUTPUTS)],
}


def network_of(name: str, seed: int) -> torch.nn.Sequential:
    """Build a network of layers with weights at random."""
    torch.manual_seed(seed)
    parts, n_from = [], N_CHANNELS
    for kind, n in LAYERS[name]:
        parts += [torch.nn.Linear(n_from, n), {"leaky": leaky, "recurrent": recurrent}[kind](n)]
        parts[-2].weight.data *= 3
        n_from = n
    return torch.nn.Sequential(*parts)


def fires(network: torch.nn.Sequential, X: np.ndarray) -> np.ndarray:
    """Return the spikes of the last layer in each step."""
    with torch.no_grad():
        return np.array([network(row[None])[0].numpy() for row in torch.from_numpy(X)])


def compare(name: str, seed: int, folder: Path | None) -> dict:
    """Compare one network there and here."""
    X = np.random.default_rng(seed).random((N_STEPS, N_CHANNELS)).astype(np.float32)
    network = network_of(name, seed)
    graph = export_to_nir(network, torch.zeros(1, N_CHANNELS), ignore_dims=[0])
    for part in network:
        if hasattr(part, "reset_mem"):
            part.reset_mem()
    theirs = fires(network, X)
    if folder:
        file = name.replace(" ", "_")
        nir.write(folder / f"{file}.nir", graph)
        np.savez_compressed(folder / f"{file}.npz", X=X, spikes=theirs.astype(np.uint8))
    reservoir, _ = from_nir(graph, dt=STEP, spike="step", method="euler")
    ours = reservoir.transform(X[np.newaxis]).to_dense(STEP)[0]
    differ = (ours != theirs).any(axis=1)
    return {
        "network": name,
        "seed": seed,
        "nested_graphs": sum(isinstance(node, nir.NIRGraph) for node in graph.nodes.values()),
        "spikes": int(ours.sum()),
        "spikes_snntorch": int(theirs.sum()),
        "steps": N_STEPS,
        "equal_steps_before_the_first_difference": int(
            differ.argmax() if differ.any() else N_STEPS
        ),
    }


def main() -> None:
    """Run the comparisons and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    parser.add_argument("--record", action="store_true", help="write the tests' files, of seed 0")
    options = parser.parse_args()
    if options.record:
        FIXTURE.mkdir(exist_ok=True)
    results = [
        compare(name, seed, FIXTURE if options.record and seed == 0 else None)
        for name in LAYERS
        for seed in range(5)
    ]
    for result in results:
        print(*(f"{key}={value}" for key, value in result.items()))
    if options.json:
        versions = {name: version(name) for name in ("nir", "nirtorch", "snntorch", "torch")}
        path = Path(__file__).parent / "results" / "nir_snntorch.json"
        path.write_text(json.dumps({"versions": versions, "results": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
