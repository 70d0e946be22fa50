"""Spike for spike what Brian2 2.9.0 makes of three networks (benchmarks/brian2_agreement.py)."""

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from sparcelearn.reservoir import LIF, AdEx, Izhikevich, SpikingReservoir

BRIAN2 = Path(__file__).parent / "brian2.npz"
MODELS = {"LIF": LIF, "AdEx": AdEx(t_ref=0.0), "Izhikevich": Izhikevich}
METHODS = {"LIF": "exact", "AdEx": "rk4", "Izhikevich": "rk4"}


@pytest.mark.parametrize("name", MODELS)
def test_spikes_are_those_of_brian2(name):
    with np.load(BRIAN2, allow_pickle=False) as file:
        dt, delay, n_steps = (float(file[key]) for key in ("dt", "delay", "n_steps"))
        parts = ("sources", "targets", "weights", "drive", "spike_steps", "spike_units")
        sources, targets, weights, drive, steps, units = (file[f"{name}_{part}"] for part in parts)
    n_units = len(drive)
    wiring = sparse.coo_array((weights.astype(float), (sources, targets)), (n_units, n_units))
    reservoir = SpikingReservoir(
        n_units=n_units,
        neuron=MODELS[name],
        wiring=wiring.tocsr(),
        input_wiring=drive[np.newaxis].astype(float),
        input_scaling=1.0,
        delay=delay,
        dt=dt,
        steps_per_input=round(n_steps),
        features="spikes",
        dtype="float64",
    )
    assert reservoir.fit([[1.0]]).method_ == METHODS[name]
    spikes = reservoir.transform([[1.0]])
    times, channels = spikes.times, spikes.channels
    order, expected = np.lexsort((channels, times)), np.lexsort((units, steps))
    assert len(steps) > 3000
    np.testing.assert_array_equal(channels[order], units[expected])
    np.testing.assert_array_equal(np.round(times[order] / dt), steps[expected])
