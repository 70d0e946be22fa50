"""Spike for spike what snnTorch makes of networks that it exports (benchmarks/nir_snntorch.py)."""

from pathlib import Path

import numpy as np
import pytest

from sparcelearn.reservoir import StackedReservoir, from_nir, to_nir

nir = pytest.importorskip("nir")

FOLDER = Path(__file__).parent / "snntorch"
NETWORKS = {"feedforward": 0, "recurrent": 1, "two_layers": 1, "two_recurrent_layers": 2}


@pytest.mark.parametrize("name", NETWORKS)
def test_spikes_are_those_of_snntorch(name):
    graph = nir.read(FOLDER / f"{name}.nir")
    nested = [node for node in graph.nodes.values() if isinstance(node, nir.NIRGraph)]
    assert len(nested) == NETWORKS[name]
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as file:
        X, spikes = file["X"][np.newaxis], file["spikes"]
    assert 50 < spikes.sum() < spikes.size / 2
    reservoir, readout = from_nir(
        FOLDER / f"{name}.nir", dt=0.1, spike="step", method="euler", max_bytes=10**6
    )
    assert readout is None and isinstance(reservoir, StackedReservoir) == ("two" in name)
    np.testing.assert_array_equal(reservoir.transform(X).to_dense(0.1)[0], spikes)
    again, _ = from_nir(to_nir(reservoir, spike="step"))
    np.testing.assert_array_equal(again.transform(X).to_dense(0.1)[0], spikes)
