"""Reservoirs on chips: what does not fit is listed, and weights are those of the chip."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from sparcelearn.readouts.hardware import (
    ChipPreset,
    chip_preset,
    fits,
    generic_chip,
    quantize_reservoir,
)
from sparcelearn.reservoir import FixedInDegree, NeuronModel, SpikingReservoir, Uniform

RNG = np.random.default_rng(0)
ROWS = RNG.random((30, 12, 5))


def reservoir(n_units=60, **options):
    return SpikingReservoir(n_units, random_state=0, **options).fit(ROWS)


@pytest.mark.parametrize(
    ("network", "name", "match"),
    [
        ({"n_units": 600}, "brainscales2", "600 units, but the chip has 512 neurons"),
        ({"loop_gain": 0.5, "connectivity": 1.0, "n_units": 300}, "brainscales2", "synapses of a"),
        ({"loop_gain": 0.5, "connectivity": 1.0, "n_units": 100}, "dynapse", "synapses of a unit"),
        ({"loop_gain": 0.5, "delay": 80.0}, "loihi", "delays of 80 steps, but the longest is 62"),
        ({"loop_gain": 0.5, "delay": 63.0}, "loihi2", "delays of 63 steps, but the longest is 62"),
        ({"loop_gain": 0.5, "delay": 3.0}, "brainscales2", "delays of 3 steps"),
        ({"loop_gain": 0.5, "delay": Uniform(1.0, 80.0)}, "loihi", "but the longest is 62"),
        ({"loop_gain": 1e-7}, "loihi", "apart"),
        ({"loop_gain": 1e-3}, "brainscales2", "of weights become 0"),
    ],
)
def test_what_does_not_fit_is_listed(network, name, match):
    assert any(match in problem for problem in fits(reservoir(**network), chip_preset(name)))


@pytest.mark.parametrize("name", ["loihi", "loihi2", "spinnaker"])
def test_what_fits_is_not_listed(name):
    assert fits(reservoir(loop_gain=0.5, delay=5.0), chip_preset(name)) == []


def test_what_just_fits_is_not_listed():
    network = reservoir(loop_gain=0.5, delay=5.0)
    inputs, recurrent = network.input_weights_, network.recurrent_weights_
    fan_in = (inputs.toarray() != 0).sum(axis=0) + (recurrent.toarray() != 0).sum(axis=0)
    limits = {"neurons": 60, "axons_per_core": 60 + inputs.shape[0], "fan_in": int(fan_in.max()),
              "max_delay": int(network.delay_steps_.max())}  # fmt: skip
    assert fits(network, ChipPreset("c", 2**20, **limits)) == []
    for name, most in limits.items():
        problems = fits(network, ChipPreset("c", 2**20, **limits | {name: most - 1}))
        assert len(problems) == 1
        assert problems[0].endswith(f" {most - 1}") or f"has {most - 1}" in problems[0]


def test_a_sender_counts_once_through_all_channels_and_only_if_it_sends():
    neuron = NeuronModel(
        "dv/dt = (drive - v + a * (3 - v) - b * (v + 1)) / 20; da/dt = -a / 2; db/dt = -b / 30",
        threshold="v >= 1",
        reset="v = 0",
        channels=("a", "b"),
        name="Unit",
    )
    wiring = {"a": FixedInDegree(6), "b": FixedInDegree(3)}
    both = reservoir(40, neuron=neuron, wiring=wiring, loop_gain=0.5)
    assert both.recurrent_weights_.shape == (80, 40)
    n_inputs = np.count_nonzero(both.input_weights_.toarray().any(axis=1))
    n_units = np.count_nonzero(
        both.recurrent_weights_.toarray().reshape(2, 40, 40).any(axis=(0, 2))
    )
    alone = reservoir(40)
    alone_inputs = np.count_nonzero(alone.input_weights_.toarray().any(axis=1))
    assert n_units > 30
    for network, n in ((both, n_inputs + n_units), (alone, alone_inputs)):
        assert fits(network, ChipPreset("c", 2**20, axons_per_core=n)) == []
        problems = fits(network, ChipPreset("c", 2**20, axons_per_core=n - 1))
        assert problems == [f"{n} senders, but a core listens to {n - 1}"]


def with_weights(inputs, recurrent):
    """A reservoir with some values as its input weights and as its recurrent ones."""
    network = reservoir(n_units=20, loop_gain=0.5)
    network.input_weights_ = sparse.csr_array(np.reshape(inputs, (5, 20)))
    network.recurrent_weights_ = sparse.csr_array(np.reshape(recurrent, (20, 20)))
    return network


def test_weights_that_are_lost_are_listed_above_a_twentieth():
    for n_small, problems in ((5, []), (6, ["6% of weights become 0"])):
        weights = np.repeat([1e-6, 1.0], [n_small, 100 - n_small])
        assert fits(with_weights(weights, np.zeros(400)), generic_chip(8)) == problems
    nothing = with_weights(np.zeros(100), np.zeros(400))
    assert fits(nothing, generic_chip(8)) == fits(nothing, chip_preset("loihi")) == []


def test_exponents_of_inputs_and_units_may_be_as_far_apart_as_the_chip_has():
    preset = ChipPreset("c", 127, power_of_two_scale=True, exponents=(-2, 3))
    for exponent in (5, -5):
        assert fits(with_weights(np.ones(100), np.full(400, 2.0**exponent)), preset) == []
    (problem,) = fits(with_weights(np.ones(100), np.full(400, 2.0**-6)), preset)
    assert problem == "input and recurrent weights 2**6 apart, but the chip has 2**5"


def test_a_reservoir_on_a_chip_has_its_weights():
    network = reservoir(loop_gain=0.5, delay=80.0)
    found = quantize_reservoir(network, chip_preset("loihi"))
    for name in ("input_weights_", "recurrent_weights_"):
        before, after = (getattr(n, name).toarray() for n in (network, found))
        scale = chip_preset("loihi").scale(np.abs(before).max())
        assert_allclose(after / (2 * scale), np.round(after / (2 * scale)), atol=1e-4)
        assert 0 < np.abs(after - before).max() <= scale * 1.0001
    assert found.delay_steps_.max() == 62
    assert network.delay_steps_.max() == 80
    assert not np.array_equal(found.transform(ROWS), network.transform(ROWS))
    same = quantize_reservoir(network, generic_chip(31))
    assert_allclose(
        same.recurrent_weights_.toarray(), network.recurrent_weights_.toarray(), rtol=1e-5
    )
    assert_allclose(same.input_weights_.toarray(), network.input_weights_.toarray(), rtol=1e-5)


def test_devices_of_a_reservoir_differ():
    network = reservoir(loop_gain=0.5)
    spread = quantize_reservoir(network, generic_chip(20), mismatch=0.3, random_state=0)
    ratios = spread.recurrent_weights_.data / network.recurrent_weights_.data
    assert_allclose([ratios.mean(), ratios.std()], [1.0, 0.3], rtol=0.15)
    again = quantize_reservoir(network, generic_chip(20), mismatch=0.3, random_state=0)
    assert_array_equal(again.recurrent_weights_.data, spread.recurrent_weights_.data)
    few = quantize_reservoir(network, chip_preset("dynapse"), mismatch=0.0)
    weights = np.hstack([few.input_weights_.toarray().T, few.recurrent_weights_.toarray().T])
    scale = np.abs(weights[weights != 0]).min()
    assert np.round(np.abs(weights) / scale).sum(axis=1).max() <= 64
    with pytest.raises(ValueError, match="mismatch"):
        quantize_reservoir(network, generic_chip(8), mismatch=-1)
