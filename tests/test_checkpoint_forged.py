"""Checkpoints whose numbers were forged with care: compiled code would read past its arrays."""

import inspect

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import is_classifier

import sparcelearn
from sparcelearn import readouts
from sparcelearn.readouts import DeltaClassifier, HopfieldMemory, SparceClassifier
from sparcelearn.readouts._base import BaseReadout
from sparcelearn.readouts.synapses import CascadeSynapse
from sparcelearn.reservoir import SpikingReservoir
from tests.checkpoints.write import stream
from tests.test_checkpoint import trip

X, LABELS = stream()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.ckpt"


READOUTS = [
    thing
    for thing in (getattr(readouts, name) for name in readouts.__all__)
    if inspect.isclass(thing)
    and issubclass(thing, BaseReadout)
    and all(p.default is not p.empty for p in inspect.signature(thing).parameters.values())
]


@pytest.mark.parametrize("kind", READOUTS, ids=lambda kind: kind.__name__)
def test_what_a_readout_learned_is_as_a_new_one_has_it(kind):
    rows = np.random.RandomState(0).rand(12, 4)
    y = np.arange(12) % 3 if is_classifier(kind()) else rows[:, :2]
    readout = kind().fit(rows, y)
    again = trip(readout)
    np.testing.assert_array_equal(again.predict(rows), readout.predict(rows))
    again.coef_ = again.coef_[:, 1:].copy()
    with pytest.raises(ValueError, match=r"coef_ is .* it must be"):
        trip(again)


def fitted_reservoir(kind=SpikingReservoir):
    return kind(n_units=8, carry_state=True, random_state=0).partial_fit(X)


def fitted_readout(kind=SparceClassifier, **parameters):
    return kind(random_state=0, **parameters).partial_fit(X, LABELS, classes=np.unique(LABELS))


def adaptive_readout():
    return fitted_readout(solver="adam")


def fitted_memory():
    rows = np.random.RandomState(0).choice([-1.0, 1.0], size=(20, 6))
    return HopfieldMemory(CascadeSynapse(n_levels=4), random_state=0).partial_fit(rows)


def fitted_cascade():
    synapse = CascadeSynapse(n_levels=4)
    return DeltaClassifier(0.1, synapse=synapse, random_state=0).fit(X, LABELS)


def state_with(name, change):
    """Return what puts something else into the carried state."""

    def forge(reservoir):
        reservoir.state_ = {**reservoir.state_, name: change(reservoir.state_[name])}

    return forge


FORGED = {
    "a spike of no unit": (fitted_reservoir, state_with("spikes", lambda a: a + 8)),
    "more spikes than units": (fitted_reservoir, state_with("n_spikes", lambda a: a + 9)),
    "fewer spikes than none": (fitted_reservoir, state_with("n_spikes", lambda a: a - 9)),
    "a step before the first": (fitted_reservoir, state_with("step", lambda a: a * 0 - 1)),
    "too few variables": (fitted_reservoir, state_with("variables", lambda a: a[:1])),
    "too few units held": (fitted_reservoir, state_with("held_until", lambda a: a[1:])),
    "a short ring": (fitted_reservoir, state_with("spikes", lambda a: a[:0])),
    "another kind": (fitted_reservoir, state_with("traces", lambda a: a.astype(np.int64))),
    "no array": (fitted_reservoir, state_with("traces", lambda a: 1.0)),
    "state left out": (fitted_reservoir, lambda r: r.state_.pop("traces")),
    "more units than there are": (fitted_reservoir, lambda r: r._kept.update(n_units=80)),
    "a parameter that is none": (fitted_reservoir, lambda r: r.set_params(n_readouts=0)),
    "a short bias": (fitted_reservoir, lambda r: vars(r).update(bias_=r.bias_[1:])),
    "a wide input": (
        fitted_reservoir,
        lambda r: vars(r).update(input_weights_=sparse.csr_array((len(X[0]), 80))),
    ),
    "a wide network": (
        fitted_reservoir,
        lambda r: vars(r).update(recurrent_weights_=sparse.csr_array((8, 80))),
    ),
    "channels there are not": (fitted_reservoir, lambda r: vars(r).update(n_features_in_=80)),
    "no delay": (fitted_reservoir, lambda r: vars(r).update(delay_steps_=np.zeros(1, int))),
    "short plasticity": (fitted_reservoir, lambda r: vars(r).update(plasticity_=np.ones((3, 2)))),
    "weights of fewer features": (
        fitted_readout,
        lambda r: vars(r).update(coef_=r.coef_[:, 1:].copy()),
    ),
    "short intercept": (fitted_readout, lambda r: vars(r).update(intercept_=r.intercept_[1:])),
    "short thresholds": (
        fitted_readout,
        lambda r: vars(r).update(base_thresholds_=r.base_thresholds_[1:]),
    ),
    "moments of fewer features": (adaptive_readout, lambda r: r._means.__setitem__(0, np.ones(1))),
    "shares of more classes": (fitted_readout, lambda r: vars(r).update(_class_shares=np.ones(3))),
    "a share above 1": (fitted_readout, lambda r: vars(r).update(_class_shares=np.full(1, 2.0))),
    "moments left out": (adaptive_readout, lambda r: r._squares.pop()),
    "markers of fewer features": (
        fitted_readout,
        lambda r: vars(r).update(_markers=np.zeros((1, 5)), _positions=np.zeros((1, 5), int)),
    ),
    "markers alone": (fitted_readout, lambda r: vars(r).update(_positions=None)),
    "a memory of fewer features": (
        fitted_memory,
        lambda m: vars(m).update(weights_=m.weights_[1:].copy()),
    ),
    "a memory of shallow synapses": (
        fitted_memory,
        lambda m: vars(m).update(synapse_state_=m.synapse_state_[..., :0].copy()),
    ),
    "a memory too deep": (fitted_memory, lambda m: m.synapse_state_.__iadd__(4)),
    "synapses too deep": (fitted_cascade, lambda r: r.synapse_state_.__iadd__(4)),
    "a depth that is no number": (fitted_cascade, lambda r: r.synapse_state_.fill(np.nan)),
    "a count below none": (fitted_readout, lambda r: vars(r).update(_n_observed=-7)),
    "more classes than outputs": (
        fitted_readout,
        lambda r: vars(r).update(classes_=np.arange(99)),
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_numbers_forged_with_care_are_refused_too(name, path):
    make, forge = FORGED[name]
    estimator = make()
    sparcelearn.save(path, estimator)
    sparcelearn.load(path)
    forge(estimator)
    sparcelearn.save(path, estimator)
    with pytest.raises(ValueError, match="is not a sound checkpoint"):
        sparcelearn.load(path)
