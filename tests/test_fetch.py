"""Asking for memory ahead: the processor is asked, and what is computed stays what it is."""

import numpy as np
import pytest
from numba import njit

from sparcelearn._core.fetch import fetch
from sparcelearn.reservoir import LIF, SpikingReservoir
from sparcelearn.reservoir.kernels.scatter import AHEAD, MANY


@njit  # not kept on disk, from where there is no text to look at
def last_of(a):
    fetch(a, a.size - 1)
    return a[a.size - 1]


@pytest.mark.skipif(not hasattr(last_of, "inspect_llvm"), reason="nothing is compiled")
@pytest.mark.parametrize("dtype", ["float32", "float64", "uint64"])
def test_compiled_code_asks(dtype):
    a = np.arange(5, dtype=dtype)
    assert last_of(a) == 4
    (kind,) = (kind for kind in last_of.signatures if kind[0].dtype.name == dtype)
    assert "llvm.prefetch" in last_of.inspect_llvm(kind)


def test_plain_code_has_no_use_for_it():
    a = np.arange(5.0)
    assert getattr(last_of, "py_func", last_of)(a) == 4
    assert fetch(a, 99) is None


def test_rows_asked_for_ahead_add_up_as_before():
    n_units = 1400
    given = {"neuron": LIF, "connectivity": 100 / n_units, "loop_gain": 0.9, "random_state": 0}
    rows = 3 * np.random.RandomState(0).randn(1, 12, 3)
    compiled, plain = (
        SpikingReservoir(n_units, backend=backend, features="spikes", **given).fit(rows)
        for backend in ("numba", "numpy")
    )
    network = compiled._simulator.network
    assert network.weights.size >= MANY
    spikes, expected = compiled.transform(rows), plain.transform(rows)
    assert np.bincount(expected.times.astype(int)).max() > AHEAD
    np.testing.assert_array_equal(spikes.channels, expected.channels)
    np.testing.assert_array_equal(spikes.times, expected.times)
