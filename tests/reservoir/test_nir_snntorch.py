"""Spike for spike what snnTorch makes of networks that it exports (benchmarks/nir_snntorch.py)."""

from pathlib import Path

import numpy as np
import pytest

import sparcelearn
from sparcelearn.reservoir import StackedReservoir, from_nir, to_nir

nir = pytest.importorskip("nir")

FOLDER = Path(__file__).parent / "snntorch"
NETWORKS = ("recurrent", "two_layers")


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("form", ["", "_nested"])
def test_spikes_are_those_of_snntorch(name, form):
    path = FOLDER / f"{name}{form}.nir"
    graphs = [node for node in nir.read(path).nodes.values() if isinstance(node, nir.NIRGraph)]
    assert len(graphs) == (1 if form else 0)
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as file:
        X, spikes = file["X"][np.newaxis], file["spikes"]
    assert 50 < spikes.sum() < spikes.size / 2
    reservoir, readout = from_nir(path, dt=0.1, spike="step", method="euler", max_bytes=10**6)
    assert readout is None and isinstance(reservoir, StackedReservoir) == ("two" in name)
    np.testing.assert_array_equal(reservoir.transform(X).to_dense(0.1)[0], spikes)
    again, _ = from_nir(to_nir(reservoir, spike="step"))
    np.testing.assert_array_equal(again.transform(X).to_dense(0.1)[0], spikes)


def test_what_is_read_is_saved_as_any_reservoir(tmp_path):
    stack, _ = from_nir(FOLDER / "two_layers.nir", dt=0.1, spike="step", method="euler")
    sparcelearn.save(tmp_path / "stack.ckpt", stack)
    X = np.random.default_rng(0).random((3, 40, 8))
    spikes = stack.transform(X)
    assert len(spikes.times) > 20
    assert sparcelearn.load(tmp_path / "stack.ckpt").transform(X) == spikes
