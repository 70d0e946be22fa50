"""One table of tests for every neuron model there is: a new one is tested by being exported."""

import pickle
import warnings
from functools import lru_cache

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir, Uniform, neurons
from tests.reliability.helpers import trials
from tests.reservoir.helpers import ROUNDED, SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]

MODELS = {name: getattr(neurons, name) for name in neurons.__all__}
SPIKING = [name for name, model in MODELS.items() if model.is_spiking]
N_NETWORKS = trials(30, 3)
# a kernel more is compiled for each: one of every kind is enough for every day
FEW = ("AdEx", "EscapeNoiseLIF", "LeakyTanh", "NMDALIF", "SoftResetLIF")
LEAST_MOVED = trials(0.75, 0.6)
SOME = [name for name in MODELS if trials(1, 0) or name in FEW]
RNG = np.random.RandomState(0)
INPUTS = {
    "binary": (RNG.rand(8, 10, 8) < 0.3).astype(float),
    "gaussian": RNG.randn(8, 10, 8),
    "large": 1e3 * RNG.rand(8, 10, 8),
    "tiny": 1e-3 * RNG.rand(8, 10, 8),
    "rows": RNG.rand(40, 8),
}


def make(name, dtype="float64", **parameters):
    """Return a small reservoir of these units."""
    model = MODELS[name]
    if model.is_spiking:
        kind, more = SpikingReservoir, {"features": ("count", "membrane"), "steps_per_input": 5}
    else:
        kind, more = EchoStateReservoir, {}
    more = {"n_units": 12, "neuron": model, "dtype": dtype, "random_state": 0, **more}
    return kind(**{**more, **parameters})


def recurrence(name):
    """Return what joins spiking units; those of rates are joined anyway.

    A resonator spikes less often at a larger constant drive, so that no loop has a gain.
    """
    return {"loop_gain": 0.8} if name in SPIKING and name != "ResonateAndFire" else {}


def perturbed(model, rng):
    """Return the model with every number a little different, none of them in its sign."""
    numbers = {k: v for k, v in model.parameters.items() if isinstance(v, float)}
    return model(**{k: v * rng.uniform(1.0, 1.06) for k, v in numbers.items()})


@lru_cache
def weights(name):
    """Return the weights of one network, for others to be made of: scaling takes time."""
    made = make(name, n_units=24, connectivity=0.3, **recurrence(name))
    return made.fit([[0.0]]).recurrent_weights_.toarray()


def random_network(name, seed, dtype):
    """Draw the numbers of a reservoir, its size and its input."""
    rng = np.random.RandomState(seed)
    n_units = rng.randint(2, 25)
    units = np.sort(rng.permutation(24)[:n_units])
    reservoir = make(
        name,
        dtype,
        n_units=n_units,
        neuron=perturbed(MODELS[name], rng),
        wiring=weights(name)[np.ix_(units, units)] * rng.uniform(0, 2, (n_units, n_units)),
        drive_spread=10.0,
        n_readouts=rng.randint(1, 4),
        random_state=seed,
    )
    return reservoir, rng.randn(2, 4, 3)


@pytest.mark.filterwarnings(ROUNDED)  # steps are drawn too
@pytest.mark.parametrize(
    ("name", "dtype"),
    [*((name, "float64") for name in MODELS), *((name, "float32") for name in SOME)],
)
def test_compiled_equals_numpy(name, dtype):
    # exp of numba and of numpy may differ in the last bit, so that bits are not promised
    rtol = 1e-9 if dtype == "float64" else 2e-3
    moved = tried = 0
    for seed in range(N_NETWORKS):
        reservoir, X = random_network(name, seed, dtype)
        compiled = reservoir.fit(X)
        if seed > 0 and getattr(compiled, "substeps_", 1) > 8:
            break  # numpy takes long
        tried += 1
        features = compiled.transform(X)
        plain = clone(reservoir).set_params(backend="numpy").fit(X)
        assert features.dtype == dtype
        np.testing.assert_allclose(
            features, plain.transform(X), rtol=rtol, atol=rtol, err_msg=f"{name} {seed}"
        )
        rates = getattr(compiled, "firing_rates_", np.std(features, axis=0))
        moved += bool(np.any(rates > 0))
    assert moved > LEAST_MOVED * tried  # agreeing on silence proves little


@pytest.mark.filterwarnings("ignore:There is no recurrence:UserWarning")
@pytest.mark.parametrize("name", MODELS)
def test_chunks_are_as_good_as_the_whole(name):
    rows = INPUTS["rows"]
    reservoir = make(name, carry_state=True).fit(rows)
    whole = reservoir.transform(rows)
    parts = []
    for chunk in (rows[:1], rows[1:20], rows[20:]):
        parts.append(reservoir.transform(chunk))
        reservoir.partial_fit(chunk)
    np.testing.assert_array_equal(np.concatenate(parts), whole)


@pytest.mark.parametrize("name", SOME)
def test_workers_clones_and_pickles_make_no_difference(name):
    X = INPUTS["gaussian"]
    reservoir = make(name)
    features = reservoir.fit_transform(X)
    two = make(name, n_jobs=2)
    np.testing.assert_array_equal(two.fit_transform(X), features)
    copy = pickle.loads(pickle.dumps(two))
    np.testing.assert_array_equal(copy.transform(X), features)
    assert copy.neuron == clone(reservoir).neuron == reservoir.neuron
    np.testing.assert_array_equal(clone(reservoir).fit_transform(X), features)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_prints_its_equations_and_constants(name):
    model = MODELS[name]
    assert repr(model).startswith(f"{name}(")
    text = str(model)
    for variable in model.parsed.derivatives:
        assert f"d{variable}/dt" in text
    for constant in model.parameters:
        assert f"{constant} = " in text
        assert f"{constant}=" in repr(model)
    assert set(model.units) <= set(model.parameters)


@pytest.mark.parametrize("name", SOME)
def test_a_search_reaches_a_constant(name):
    X = INPUTS["gaussian"]
    constant = next(k for k, v in MODELS[name].parameters.items() if k.startswith(("tau", "a")))
    pipeline = make_pipeline(make(name, **recurrence(name)), Ridge())
    step = pipeline.steps[0][0]
    parameter = f"{step}__neuron__{constant}"
    start = MODELS[name].parameters[constant]
    values = [start * 1.05 if isinstance(start, float) else Uniform(3.0, 40.0), start]
    search = GridSearchCV(pipeline, {parameter: values}, cv=2, error_score="raise")
    search.fit(X, X[:, 0, 0])
    best = search.best_estimator_[0].neuron
    assert best.parameters[constant] == search.best_params_[parameter]
    assert len(set(search.cv_results_["mean_test_score"])) == 2  # it made a difference


@pytest.mark.parametrize(
    ("name", "kind"),
    [(name, kind) for kind in INPUTS for name in (MODELS if kind == "gaussian" else SOME)],
)
def test_defaults_are_neither_silent_nor_saturated(name, kind):
    X = INPUTS[kind]
    dtype = "float32" if name in SOME else "float64"  # of the others that is compiled already
    if name in SPIKING:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a silent or saturated reservoir says so
            reservoir = SpikingReservoir(
                n_units=60, neuron=MODELS[name], steps_per_input=30, dtype=dtype, random_state=0
            ).fit(X)
        rates = reservoir.firing_rates_
        assert 5 < rates.mean() < 500
        assert np.mean(rates > 0) > 0.3
        assert reservoir.transform(X).any(axis=1).mean() > 0.9
    else:
        features = EchoStateReservoir(
            n_units=60, neuron=MODELS[name], dtype=dtype, random_state=0
        ).fit_transform(X / np.std(X))
        spread = features.std(axis=0)
        assert np.all(np.isfinite(features))
        assert np.mean(spread > 1e-3) > 0.5
        if name == "LeakyTanh":
            assert np.mean(np.abs(features) < 0.99) > 0.9
