"""Export networks of snnTorch through NIR, read them here, and compare spikes step by step.

snnTorch makes a graph of its own of each recurrent layer, and nirtorch lays it flat in later
versions; both forms are read. Units are reset to 0 in the step in which they spike, as NIR's are.
snnTorch computes in single precision and adds in another order, so that a unit may reach its
threshold a step earlier or later; in a recurrent network such a difference spreads. With
``--record``, graphs and spikes are what ``tests/reservoir/test_nir_snntorch.py`` reads. In a
separate environment:

    pip install . nir snntorch==1.0.0 && python benchmarks/nir_snntorch.py --json
"""

from __future__ import annotations

import argparse
import json
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import nir
import numpy as np
import snntorch
import torch
from snntorch.export_nir import _extract_snntorch_module, export_to_nir

from sparcelearn.reservoir import from_nir

N_CHANNELS, N_UNITS, N_OUTPUTS, N_STEPS = 8, 30, 10, 200
RECORDED = ("recurrent", "two layers")  # with seed 0
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


def nested(network: torch.nn.Sequential) -> nir.NIRGraph:
    """Return the graph of a network with recurrent layers as graphs in it."""
    layers = {f"layer{k}": _extract_snntorch_module(part) for k, part in enumerate(network)}
    sizes = [np.array([n]) for n in (network[0].in_features, network[-2].out_features)]
    nodes = {"input": nir.Input(sizes[0]), **layers, "output": nir.Output(sizes[1])}
    return nir.NIRGraph(nodes, list(pairwise(nodes)))


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
        nir.write(folder / f"{file}_nested.nir", nested(network))
        np.savez_compressed(folder / f"{file}.npz", X=X, spikes=theirs.astype(np.uint8))
    ours, of_nested = (
        from_nir(form, dt=STEP, spike="step", method="euler")[0]
        .transform(X[np.newaxis])
        .to_dense(STEP)[0]
        for form in (graph, nested(network))
    )
    differ = (ours != theirs).any(axis=1)
    return {
        "network": name,
        "seed": seed,
        "nested_graphs": sum(kind == "recurrent" for kind, _ in LAYERS[name]),
        "alike_when_nested": bool(np.array_equal(ours, of_nested)),
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
    parser.add_argument("--record", action="store_true", help="write the tests' files")
    options = parser.parse_args()
    if options.record:
        FIXTURE.mkdir(exist_ok=True)
    results = [
        compare(name, seed, FIXTURE if options.record and seed == 0 and name in RECORDED else None)
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
