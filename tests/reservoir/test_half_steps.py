"""Times that are no whole number of steps: halves are rounded up, and it is said."""

import warnings

import numpy as np
import pytest

from sparcelearn._core.steps import whole_steps
from sparcelearn.reservoir import Gamma, NeuronModel, SpikingReservoir, Uniform
from tests.reservoir.helpers import SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]


def unit(refractory):
    return NeuronModel(
        "dv/dt = drive",
        threshold="v >= 1",
        reset="v = 0",
        refractory=refractory,
        excitatory="v",
        parameters={"t_ref": 1.5},
    )


def spike_steps(refractory, **given):
    reservoir = SpikingReservoir(
        1,
        neuron=unit(refractory),
        wiring=np.zeros((1, 1)),
        input_wiring=np.ones((1, 1)),
        input_scaling=1.0,
        steps_per_input=1,
        features="spikes",
        backend="numpy",
        method="euler",
        **given,
    )
    X = np.ones((1, 12, 1))
    return reservoir.fit(X).transform(X).times.tolist()


@pytest.mark.parametrize(
    ("refractory", "dt", "period", "is_told"),
    [("0", 1.0, 1, False), ("0.5", 1.0, 2, True), ("t_ref", 1.0, 3, True), ("2", 1.0, 3, False)],
)
def test_a_refractory_period_counts_whole_steps(refractory, dt, period, is_told):
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        times = spike_steps(refractory, dt=dt)
    assert np.diff(times).tolist() == [period] * (len(times) - 1)
    told = [w for w in heard if "no whole number" in str(w.message)]
    assert len(told) == is_told


@pytest.mark.parametrize(("delay", "steps"), [(2.5, 3), (3.5, 4), (1.2, 1), (np.array([2.5]), 3)])
def test_a_delay_is_rounded_and_told(delay, steps):
    reservoir = SpikingReservoir(1, neuron=unit("1"), wiring=np.ones((1, 1)), delay=delay)
    reservoir.set_params(input_scaling=1.0, backend="numpy", method="euler")
    with pytest.warns(UserWarning, match="no whole number"):
        reservoir.fit(np.ones((3, 1)))
    assert set(reservoir.delay_steps_.tolist()) == {steps}


def test_drawn_times_are_rounded_without_a_word():
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        drawn = unit("t_ref")(t_ref=Gamma(2.0, cv=0.3))
        reservoir = SpikingReservoir(20, neuron=drawn, delay=Uniform(1.0, 5.0), loop_gain=0.0)
        reservoir.set_params(input_scaling=3.0, backend="numpy", random_state=0)
        reservoir.fit(np.ones((3, 1)))
        assert not [w for w in heard if "whole number" in str(w.message)]
        assert whole_steps([2.0 / 0.1 * 0.1, 0.3], 0.1).tolist() == [20, 3]
