"""What is read of a spiking reservoir: each feature against the spikes it comes from."""

import itertools

import numpy as np
import pytest

from sparcelearn.reservoir import LIF, SpikingReservoir
from tests import naive

N_UNITS, N_STEPS, N_READOUTS, TAUS = 25, 12, 3, (5.0, 20.0, 80.0)


@pytest.fixture(name="X")
def sequences():
    return np.random.RandomState(0).rand(4, N_STEPS, 3)


def reservoir(**parameters):
    defaults = {"neuron": LIF, "n_units": N_UNITS, "n_readouts": N_READOUTS, "padding": 0}
    defaults |= {"feature_scaling": None, "dtype": "float64", "dt": 0.5}
    return SpikingReservoir(**{**defaults, "random_state": 0, **parameters})


def rasters(X):
    trains = reservoir(features="spikes").fit(X).transform(X)
    return trains.to_dense(0.5)


def first_spikes(raster):
    borders = [0, *naive.instants(len(raster), N_READOUTS)]
    result = []
    for begin, end in itertools.pairwise(borders):
        window = raster[begin:end]
        result.append(np.where(window.any(axis=0), window.argmax(axis=0), end - begin) * 0.5)
    return np.array(result)


@pytest.mark.parametrize("backend", ["numba", "numpy"])
def test_every_feature_follows_from_the_spikes(X, backend):
    features = ("count", "first_spike", "trace", "i_exc", "membrane")
    made = reservoir(features=features, tau_trace=TAUS, backend=backend).fit(X)
    out = made.transform(X)
    assert out.shape == (4, N_READOUTS * 7 * N_UNITS)
    assert len(made.get_feature_names_out()) == out.shape[1]
    out = out.reshape(4, N_READOUTS, 7, N_UNITS)
    for row, raster in zip(out, rasters(X), strict=True):
        np.testing.assert_array_equal(row[:, 0], naive.counts(raster, N_READOUTS))
        np.testing.assert_array_equal(row[:, 1], first_spikes(raster))
        for k, tau in enumerate(TAUS):
            expected = naive.traces(raster, N_READOUTS, 0.5, tau)
            np.testing.assert_allclose(row[:, 2 + k], expected, rtol=1e-12)
    single = reservoir(features=("membrane", "i_exc"), backend=backend).fit(X).transform(X)
    single = single.reshape(4, N_READOUTS, 2, N_UNITS)
    np.testing.assert_array_equal(out[:, :, [6, 5]], single)
    silent = out[:, :, 0] == 0
    assert silent.any() and not silent.all()
    assert np.isfinite(out).all()


@pytest.mark.parametrize("feature", ["trace", "count", "first_spike", "membrane", "i_inh"])
def test_a_feature_alone_is_what_it_is_among_others(X, feature):
    names = ("trace", "count", "first_spike", "membrane", "i_inh")
    together = reservoir(features=names).fit(X).transform(X)
    together = together.reshape(4, N_READOUTS, 5, N_UNITS)[:, :, names.index(feature)]
    alone = reservoir(features=feature).fit(X).transform(X)
    np.testing.assert_array_equal(alone.reshape(together.shape), together)


@pytest.mark.parametrize("tau", [(), (10.0, 0.0), (10.0, "long"), (np.inf,), -1.0, "long"])
def test_a_wrong_time_constant_is_named(X, tau):
    with pytest.raises(ValueError, match="tau_trace"):
        reservoir(tau_trace=tau).fit(X)
