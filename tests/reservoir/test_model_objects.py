"""Neuron models as objects: equal, hashed, copied, printed and drawn by what they say."""

import copy
import pickle

import numpy as np
import pytest
from numpy.random import RandomState
from sklearn.base import clone

from sparcelearn.reservoir import LIF, Gamma, NeuronModel, Normal
from tests.reservoir.helpers import MODELS


def test_models_are_equal_and_hash_by_what_they_say():
    assert LIF() == LIF
    assert hash(LIF(tau_mem=20)) == hash(LIF)
    assert LIF(tau_mem=30.0) != LIF
    assert LIF != "LIF"
    assert LIF(tau_mem=[10.0, 20.0]) == LIF(tau_mem=np.array([10.0, 20.0]))
    assert hash(LIF(tau_mem=[10.0, 20.0])) == hash(LIF(tau_mem=np.array([10.0, 20.0])))
    assert LIF(tau_mem=Gamma(20.0, 0.3)) == LIF(tau_mem=Gamma(20.0, 0.3))
    assert len({LIF, LIF(), LIF(tau_mem=1.0)}) == 2


@pytest.mark.parametrize("model", [*MODELS, LIF(tau_mem=Gamma(20.0, 0.3)), LIF(tau_mem=[1.0, 2.0])])
def test_models_survive_pickle_copy_and_clone(model):
    assert pickle.loads(pickle.dumps(model)) == model
    assert copy.deepcopy(model) == model
    assert clone(model) == model


def test_calling_a_model_leaves_it_as_it_was():
    before = dict(LIF.parameters)
    assert LIF(tau_mem=30.0).parameters["tau_mem"] == 30.0
    assert dict(LIF.parameters) == before
    with pytest.raises(ValueError, match=r"no parameter 'tau_men'.*tau_mem"):
        LIF(tau_men=30.0)


def test_models_cannot_be_assigned_to():
    with pytest.raises(AttributeError):
        LIF.equations = "dv/dt = 0"
    with pytest.raises(ValueError, match="read-only"):
        LIF(tau_mem=[1.0, 2.0]).parameters["tau_mem"][0] = 3.0


@pytest.mark.parametrize("period", [2.0, np.float32(2), 2])
def test_a_refractory_period_may_be_a_number(period):
    unit = {"threshold": "v >= 1", "parameters": {"tau": 20.0}}
    model = NeuronModel("dv/dt = (drive - v) / tau", refractory=period, **unit)
    assert model == NeuronModel("dv/dt = (drive - v) / tau", refractory="2.0", **unit)


def test_a_model_does_not_follow_the_callers_mappings():
    initial = {"v": 0.5}
    model = NeuronModel("dv/dt = -v", initial=initial)
    initial["v"] = 1.0
    assert model.initial["v"] == 0.5


def test_a_model_with_an_initial_list_hashes():
    hash(NeuronModel("dv/dt = -v", initial={"v": [0.5, 1.0]}))


def test_models_print_as_they_are_called_and_as_they_read():
    assert repr(LIF).startswith("LIF(tau_mem=20.0, tau_exc=5.0")
    assert repr(LIF(tau_mem=Gamma(20.0, 0.3))).startswith("LIF(tau_mem=Gamma(mean=20.0, cv=0.3)")
    text = str(LIF)
    for part in (
        "di_exc/dt = -i_exc / tau_exc",
        "threshold: v >= v_threshold",
        "tau_mem = 20.0 ms",
    ):
        assert part in text


def test_parameters_and_rest_are_drawn_per_unit():
    model = LIF(tau_mem=Normal(20.0, 1.0), v_rest=[0.1, 0.2, 0.3])
    values, rest = model.draw(RandomState(0), 3)
    np.testing.assert_array_equal(values["tau_mem"], RandomState(0).normal(20, 1, 3))
    np.testing.assert_array_equal(rest, [[0.1, 0.2, 0.3], [0] * 3, [0] * 3])
