"""A unit that loses nothing at a spike; and recurrence as the gain of a loop."""

import numpy as np
import pytest

from sparcelearn.reservoir import (
    AdEx,
    FixedInDegree,
    SoftResetLIF,
    SpikingReservoir,
)
from sparcelearn.reservoir.input_wiring import Delays

from .helpers import SILENT

RNG = np.random.RandomState(0)


@pytest.mark.parametrize("loop_gain", [0.0, 0.9, 1.5])
@pytest.mark.parametrize("scale", [0.3, 1.0, 30.0])
def test_membrane_and_trace_are_the_exact_filter_of_all_that_drives_the_unit(loop_gain, scale):
    tau_mem, tau_syn, steps = 5.0, 12.0, 3
    X = scale * RNG.randn(1, 200, 2)
    reservoir = SpikingReservoir(
        60,
        neuron=SoftResetLIF(tau_mem=tau_mem, tau_syn=tau_syn),
        input_wiring=Delays(3, max_lag=5),
        loop_gain=loop_gain,
        steps_per_input=steps,
        features=("membrane", "trace", "i", "count"),
        feature_scaling=None,
        n_readouts=200 * steps,
        dtype="float64",
        random_state=0,
    ).fit(X)
    v, trace, current, count = reservoir.transform(X).reshape(200 * steps, 4, 60).swapaxes(0, 1)
    assert count.sum() > 100
    heard = (X[0] - reservoir.channel_means_) * reservoir.channel_scales_
    weights = reservoir.input_weights_.toarray().reshape(-1, 2, 60)
    drive = np.tile(reservoir.bias_, (200, 1))
    for lag, matrix in zip(reservoir.input_lags_, weights, strict=True):
        drive[lag:] += heard[: 200 - lag] @ matrix
    drive = np.repeat(drive, steps, axis=0)
    # over a step the current decays: its filter, integrated exactly
    slow, fast = np.exp(-1 / tau_syn), np.exp(-1 / tau_mem)
    through = tau_syn / (tau_syn - tau_mem) * (slow - fast)
    filtered, before = np.zeros(60), np.zeros(60)
    for step in range(200 * steps):
        filtered = filtered * fast + drive[step] * (1 - fast) + before * through
        before = current[step]
        np.testing.assert_allclose(v[step] + trace[step], filtered, rtol=1e-9, atol=1e-9)


def test_the_rate_follows_the_drive_without_a_refractory_period():
    drive = np.linspace(2.0, 4.0, 6)
    reservoir = SpikingReservoir(
        6,
        neuron=SoftResetLIF(tau_mem=20.0),
        input_wiring=drive[np.newaxis],
        input_scaling=1.0,
        features="count",
        feature_scaling=None,
        steps_per_input=4000,
        random_state=0,
    )
    rate = reservoir.fit_transform([[1.0]])[0] / 4000
    np.testing.assert_allclose(rate, (drive - 0.5) / 20, rtol=0.06)


NEURONS = {
    "soft": SoftResetLIF(tau_mem=10.0, tau_syn=30.0),
    "soft, other": SoftResetLIF(tau_mem=4.0, tau_syn=8.0, v_threshold=2.0),
    "AdEx": AdEx,
}


def radius(matrix):
    return np.abs(np.linalg.eigvals(matrix.toarray())).max()


@pytest.mark.parametrize("kind", ["soft", "soft, other"])
def test_the_gain_of_soft_reset_units_has_a_closed_form(kind):
    neuron = NEURONS[kind]
    reservoir = SpikingReservoir(80, neuron=neuron, loop_gain=0.8, random_state=0)
    reservoir.fit(RNG.randn(30, 10, 2))
    p = neuron.parameters
    per_threshold = p["tau_syn"] / p["tau_mem"] / p["v_threshold"]
    gain = radius(reservoir.recurrent_weights_) * per_threshold
    assert gain == pytest.approx(0.8, rel=0.08)


@pytest.mark.filterwarnings(SILENT)
@pytest.mark.parametrize("kind", NEURONS)  # their rates follow the drive in a straight line
def test_a_rise_of_rates_comes_back_as_the_gain_says(kind):
    """In a random network of excitatory units, which do not spike together."""
    n, gain = 200, 0.5
    rates = {}
    for loop_gain in (gain, 0.0):
        reservoir = SpikingReservoir(
            n,
            neuron=NEURONS[kind],
            wiring=FixedInDegree(20),
            loop_gain=loop_gain,
            excitatory_fraction=1.0,
            input_wiring=np.random.RandomState(0).uniform(0.8, 1.2, (1, n)),
            input_scaling=1.0,
            steps_per_input=1500,
            features="count",
            feature_scaling=None,
            random_state=0,
        ).fit([[1.0]])
        if loop_gain:
            least = reservoir.rheobase_.mean()
        for factor in (1.6, 2.0):
            rates[loop_gain, factor] = reservoir.transform([[factor * least]]).mean()
    alone = rates[0.0, 2.0] - rates[0.0, 1.6]
    looped = rates[gain, 2.0] - rates[gain, 1.6]
    assert looped / alone == pytest.approx(1 / (1 - gain), rel=0.35)


def test_no_gain_is_no_recurrence():
    reservoir = SpikingReservoir(30, loop_gain=0.0, random_state=0).fit(RNG.randn(9, 5, 2))
    assert reservoir.recurrent_weights_.nnz == 0


@pytest.mark.parametrize("fraction", [0.5, 0.8])
def test_dales_law_and_the_balance_hold(fraction):
    reservoir = SpikingReservoir(
        200, loop_gain=0.9, excitatory_fraction=fraction, inhibition=1.3, random_state=0
    ).fit(RNG.randn(9, 5, 2))
    weights = reservoir.recurrent_weights_.toarray()
    n_excitatory = round(fraction * 200)
    assert np.all(weights[:n_excitatory] >= 0)
    assert np.all(weights[n_excitatory:] <= 0)
    assert -weights[n_excitatory:].sum() / weights[:n_excitatory].sum() == pytest.approx(1.3)


def test_recurrence_outlasts_the_input():
    X = np.zeros((1, 60, 1))
    X[0, :5] = 1
    memory = {}
    for loop_gain in (0.0, 0.95):
        reservoir = SpikingReservoir(
            200,
            neuron=SoftResetLIF(tau_mem=5.0, tau_syn=50.0),
            wiring=FixedInDegree(20),
            input_wiring=Delays(1, max_lag=0),
            loop_gain=loop_gain,
            steps_per_input=10,
            features=("membrane", "trace"),
            feature_scaling=None,
            n_readouts=60,
            random_state=0,
        ).fit(RNG.randn(20, 60, 1))
        states = [reservoir.transform(x).reshape(60, 2, -1)[30] for x in (X, 0 * X)]
        late = [membrane + trace for membrane, trace in states]
        memory[loop_gain] = np.abs(late[0] - late[1]).max()
    assert memory[0.0] < 1e-2
    assert memory[0.95] > 0.05
