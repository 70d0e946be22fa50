"""Spike for spike what Brian2 2.9.0 makes of small networks (benchmarks/brian2_agreement.py)."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "benchmarks"))
import brian2_agreement

sys.path.pop(0)

BRIAN2 = Path(__file__).parent / "brian2.npz"
EXACT = "LIF", "LIF with delays", "two inputs", "gap junctions"
METHODS = {**dict.fromkeys(EXACT, "exact"), "ConductanceLIF": "exponential_euler"}


@pytest.mark.parametrize("name", brian2_agreement.NETWORKS)
def test_spikes_are_those_of_brian2(name):
    with np.load(BRIAN2, allow_pickle=False) as file:
        recorded = dict(file)
    reservoir = brian2_agreement.ours(name, recorded).fit([[1.0]])
    assert reservoir.method_ == METHODS.get(name, "rk4")
    theirs, mine = brian2_agreement.spikes_of(name, recorded)
    assert len(theirs) > 2000
    np.testing.assert_array_equal(mine, theirs)
