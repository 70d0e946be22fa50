"""Recurrence scaled by the spikes that a spike brings, counted in two ways unknown to `fit`."""

import numpy as np
import pytest

from sparcelearn import SpikeTrains
from sparcelearn.measures import branching_ratio
from sparcelearn.reservoir import LIF, NeuronModel, SpikingReservoir

NOISY = NeuronModel(
    """
    dv/dt = (mu + i - h - v) / 5 + sigma * sqrt(2 / 5) * xi
    di/dt = -i / tau_exc
    dh/dt = -h / tau_inh
    """,
    threshold="v >= 1",
    reset="v = 0",
    refractory="2",
    excitatory="i",
    inhibitory="h",
    parameters={"mu": 0.3, "sigma": 0.35, "tau_exc": 1.0, "tau_inh": 2.0},
    name="Noisy",
)
SECOND = 1000  # steps
X = np.random.RandomState(0).rand(20, 40, 3)


def driven_by_noise(**parameters):
    fixed = {"input_scaling": 0.0, "steps_per_input": SECOND, "features": "spikes"}
    made = SpikingReservoir(400, neuron=NOISY, random_state=0, **{**fixed, **parameters})
    return made.fit(np.arange(20.0).reshape(20, 1, 1))


@pytest.mark.parametrize("goal", [0.3, 0.5, 0.7])
def test_activity_branches_as_wanted(goal):
    # A spike arrives after 20 ms and brings others some 6 ms later: a generation is 26 ms. Spikes
    # of two generations overlap and trains are no Poisson trains: good to 0.1.
    made = driven_by_noise(excitatory_fraction=1.0, inhibition=0.0, effective_gain=goal, delay=20.0)
    unseen = 100.0 + np.tile(np.arange(8.0)[:, np.newaxis, np.newaxis], (1, 12, 1))
    activity = made.transform(unseen).to_dense(1.0).sum(axis=2)[:, SECOND:]
    generations = activity[:, : activity.shape[1] // 26 * 26].reshape(8, -1, 26).sum(axis=2)
    assert abs(branching_ratio(generations, max_lag=5) - goal) < 0.1


def with_more(trains, part, n_excitatory):
    """Return trains with more spikes of excitatory units at random times, and how many."""
    rng = np.random.RandomState(1)
    samples, n_more = [], 0
    for (times, channels), duration in zip(trains, trains.durations, strict=True):
        n = round(part * np.sum(channels < n_excitatory))
        all_times = np.append(times, rng.randint(0, round(duration), n))
        all_channels = np.append(channels, rng.randint(0, n_excitatory, n))
        order = np.argsort(all_times, kind="stable")
        samples.append((all_times[order], all_channels[order]))
        n_more += n
    return SpikeTrains(
        np.concatenate([times for times, _ in samples]),
        np.concatenate([channels for _, channels in samples]),
        np.cumsum([0, *(len(times) for times, _ in samples)]),
        trains.n_channels,
        trains.durations,
    ), n_more


@pytest.mark.parametrize(("goal", "inhibition"), [(0.3, 0.0), (0.5, 1.5), (0.9, 1.0)])
def test_a_spike_brings_as_many_as_wanted(goal, inhibition):
    # units outside of the network hear its spikes, and once some more: the spikes that those
    # bring are counted, with a standard deviation below 0.02; fit comes within 5 % of its goal
    made = driven_by_noise(inhibition=inhibition, effective_gain=goal)
    trains = made.transform(100.0 + np.arange(60.0).reshape(60, 1, 1))
    listeners = SpikingReservoir(
        400,
        neuron=NOISY,
        wiring=np.zeros((400, 400)),
        input_wiring=made.recurrent_weights_,
        input_scaling=1.0,
        features="count",
        random_state=1,
    ).fit(trains)
    more, n_more = with_more(trains, 0.1, n_excitatory=320)
    before, after = listeners.transform(trains).sum(), listeners.transform(more).sum()
    assert abs(before / len(trains.times) - 1) < 0.05  # they fire as the network does
    assert abs((after - before) / n_more - goal) < 0.08


def test_the_strength_found_is_that_of_the_network():
    made = SpikingReservoir(120, effective_gain=0.4, random_state=0).fit(X)
    given = SpikingReservoir(120, recurrent_scaling=made.recurrent_scaling_, random_state=0).fit(X)
    for name in ("recurrent_weights_", "input_weights_"):
        ours, theirs = getattr(made, name).toarray(), getattr(given, name).toarray()
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    np.testing.assert_allclose(made.transform(X), given.transform(X), rtol=1e-3, atol=1e-3)
    again = SpikingReservoir(120, effective_gain=0.4, recurrent_scaling=9.0, random_state=0).fit(X)
    np.testing.assert_array_equal(again.transform(X), made.transform(X))
    stronger = SpikingReservoir(120, effective_gain=0.6, random_state=0).fit(X)
    assert stronger.recurrent_scaling_ > made.recurrent_scaling_ > 0


def test_rewiring_multiplies_the_weights_of_each_kind():
    made = SpikingReservoir(50, delay=2.0, effective_gain=None, random_state=0).fit(X)
    twice = made._simulator.rewired(2.0, 3.0, 40)
    weights = made.recurrent_weights_.toarray()
    weights[:40] *= 2.0
    weights[40:] *= 3.0
    given = SpikingReservoir(
        50, wiring=weights, input_wiring=made.input_weights_, input_scaling=1.0, delay=2.0
    ).fit(X)
    for name in ("weights", "targets", "starts", "splits"):
        ours, theirs = getattr(twice.network, name), getattr(given._simulator.network, name)
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_no_gain_is_no_recurrence():
    made = SpikingReservoir(50, effective_gain=0.0, random_state=0).fit(X)
    assert made.recurrent_scaling_ == 0
    assert not made.recurrent_weights_.toarray().any()


def test_a_matrix_is_used_as_it_is():
    made = SpikingReservoir(50, wiring=np.ones((50, 50)), effective_gain=0.5)
    with pytest.raises(ValueError, match="effective_gain scales wiring that is drawn"):
        made.fit(X)


def test_a_gain_that_cannot_be_reached_is_told():
    # units that hear nothing but inhibition to speak of
    made = SpikingReservoir(
        50, neuron=LIF(t_ref=30.0), inhibition=20.0, effective_gain=0.9, random_state=0
    )
    with pytest.warns(UserWarning, match=r"effective_gain=0.9 was not reached: the nearest is"):
        made.fit(X)
