"""Convert reservoirs to Norse and back through NIR, and compare spikes step by step.

A reservoir that is integrated by Euler's method, as Norse is, is written to a file of NIR,
run by Norse on the same input, exported by Norse, read again and run here. nirtorch combines
Norse's modules. Norse has a leaky integrator but does not read NIR's, and it has no delay: both
are given to nirtorch here. Norse runs in float32 and adds in another order, so that a unit may
reach its threshold a step earlier or later; in a recurrent network such a difference spreads. In
a separate environment:

    pip install . nir norse==1.1.0 && python benchmarks/nir_norse.py --json
"""

from __future__ import annotations

import argparse
import json
import tempfile
from importlib.metadata import version
from pathlib import Path

import nir
import nirtorch
import numpy as np
import torch
from norse.torch.module.leaky_integrator_box import LIBoxCell, LIBoxParameters
from norse.torch.utils.export_nir import _extract_norse_module
from norse.torch.utils.import_nir import _import_norse_module
from sklearn.linear_model import Ridge

from sparcelearn.reservoir import LIF, SpikingReservoir, from_nir, to_nir
from sparcelearn.reservoir.input_wiring import Projection

N_UNITS, N_CHANNELS, N_ROWS, STEPS, DT = 100, 8, 40, 10, 0.5
SEEDS = range(5)


class Delay(torch.nn.Module):
    """Returns its input of some steps ago."""

    def __init__(self, n_steps: int) -> None:
        super().__init__()
        self.n_steps = n_steps

    def forward(self, x: torch.Tensor, state: list | None = None) -> tuple:
        """Take a step."""
        state = [torch.zeros_like(x)] * self.n_steps if state is None else state
        return state[0], [*state[1:], x]


def build(graph: nir.NIRGraph) -> torch.nn.Module:
    """Build the network of Norse's modules."""

    def module(node: nir.NIRNode) -> torch.nn.Module:
        if isinstance(node, nir.Delay):
            return Delay(round(1000 * float(node.delay[0]) / DT))
        if isinstance(node, nir.LI):
            tau, leak = (torch.from_numpy(x).float() for x in (node.tau, node.v_leak))
            return LIBoxCell(LIBoxParameters(tau_mem_inv=1 / tau, v_leak=leak), dt=DT / 1000)
        return _import_norse_module(node, dt=DT / 1000)

    kinds = (nir.Affine, nir.LIF, nir.LI, nir.Delay)
    return nirtorch.nir_to_torch(graph, dict.fromkeys(kinds, module))


def run(network: torch.nn.Module, X: np.ndarray) -> np.ndarray:
    """Return the output at every step."""
    state, outputs = None, []
    with torch.no_grad():
        for row in torch.from_numpy(np.repeat(X, STEPS, axis=0)).float():
            output, state = network(row, state)
            outputs.append(output.numpy().copy())
    return np.array(outputs)


def back(network: torch.nn.Module, graph: nir.NIRGraph) -> nir.NIRGraph:
    """Export each of Norse's modules; edges and metadata are those of the graph."""
    nodes = dict(graph.nodes)
    for name, module in network.named_modules():
        # Norse returns a time constant in steps of its own dt
        node = _extract_norse_module(module, dt=1.0)
        if node is not None:
            values = {k: np.asarray(v) for k, v in vars(node).items() if torch.is_tensor(v)}
            nodes[name] = type(node)(**values)
    return nir.NIRGraph(nodes=nodes, edges=list(graph.edges), metadata=dict(graph.metadata))


def compare(kind: str, seed: int) -> dict:
    """Compare one network here, in Norse, and here again."""
    X = np.random.default_rng(seed).random((20, N_ROWS, N_CHANNELS))
    reservoir = SpikingReservoir(
        N_UNITS,
        neuron=LIF(t_ref=0.0),
        input_wiring=Projection(),
        loop_gain=0.0 if kind == "feedforward" else 0.5,
        method="euler",
        dt=DT,
        steps_per_input=STEPS,
        n_readouts=1,
        padding=0,
        features="trace",
        feature_scaling=None,
        tau_trace=20.0,
        random_state=seed,
    ).fit(X)
    readout = Ridge().fit(reservoir.transform(X), X[:, -1])
    reservoir.set_params(features="spikes").fit(X)
    graph = to_nir(reservoir, spike="step")
    with tempfile.TemporaryDirectory() as folder:
        nir.write(Path(folder) / "net.nir", graph)
        graph = nir.read(Path(folder) / "net.nir")
    network = build(graph)
    ours = reservoir.transform(X[:1]).to_dense(DT)[0]
    theirs = run(network, X[0])
    returned_graph = back(network, graph)
    again, _ = from_nir(returned_graph)
    returned = again.transform(X[:1]).to_dense(DT)[0]
    differ = (ours != theirs).any(axis=1)
    result = {
        "network": kind,
        "seed": seed,
        "nodes": len(graph.nodes),
        "nodes_written_by_norse": sum(
            returned_graph.nodes[name] is not node for name, node in graph.nodes.items()
        ),
        "spikes": int(ours.sum()),
        "spikes_norse": int(theirs.sum()),
        "steps": len(ours),
        "equal_steps_before_the_first_difference": int(
            differ.argmax() if differ.any() else len(ours)
        ),
        "share_of_spikes_that_differ": float(np.abs(ours - theirs).sum() / ours.sum()),
        "share_of_spikes_that_differ_after_the_way_back": float(
            np.abs(ours - returned).sum() / ours.sum()
        ),
    }
    if kind == "feedforward":
        reservoir.set_params(features="trace").fit(X)
        outputs = run(build(to_nir(reservoir, readout, spike="step")), X[0])
        trace = np.zeros(N_UNITS)
        for spikes in theirs:
            trace = trace * (1 - DT / reservoir.tau_trace) + spikes
        error = outputs[-1] - readout.predict([trace])[0]
        result["largest_error_of_the_readout"] = float(np.abs(error).max())
    return result


def main() -> None:
    """Run the comparisons and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    options = parser.parse_args()
    results = [compare(kind, seed) for kind in ("feedforward", "recurrent") for seed in SEEDS]
    for r in results:
        print(*(f"{k}={v:.3g}" if isinstance(v, float) else f"{k}={v}" for k, v in r.items()))
    if options.json:
        versions = {name: version(name) for name in ("nir", "nirtorch", "norse", "torch")}
        path = Path(__file__).parent / "results" / "nir_norse.json"
        path.write_text(json.dumps({"versions": versions, "results": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
