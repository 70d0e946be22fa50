"""Remembered simulations: how many there are, and that none is stale."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import make_pipeline

import sparcelearn
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import LIF, EchoStateReservoir, SpikingReservoir
from sparcelearn.reservoir._simulator import Simulator

RESERVOIRS = [SpikingReservoir, EchoStateReservoir]
X = np.random.RandomState(0).rand(24, 6, 3)
y = np.arange(24) % 2
GRID = {"sparsity": [0.0, 0.2, 0.4, 0.8]}


@pytest.fixture
def simulated(monkeypatch):
    """Count the samples of each simulation that is really run, but for those that calibrate."""
    counts = []
    run = Simulator.run

    def counting(self, samples, **how):
        if "n_jobs" in how:  # which is not asked for while calibrating
            counts.append(len(samples))
        return run(self, samples, **how)

    monkeypatch.setattr(Simulator, "run", counting)
    return counts


@pytest.mark.parametrize("kind", RESERVOIRS)
def test_what_is_remembered_is_the_same_to_the_bit(kind, tmp_path, simulated):
    plain = kind(n_units=15, random_state=0).fit(X)
    expected = plain.transform(X)
    del simulated[:]
    for memory in (str(tmp_path), tmp_path, joblib.Memory(str(tmp_path), verbose=0)):
        for n_jobs in (1, 2):
            reservoir = clone(plain).set_params(memory=memory, n_jobs=n_jobs).fit(X)
            features = reservoir.transform(X)
            assert features.tobytes() == expected.tobytes()
            assert features.flags.writeable
    assert simulated == [24]  # of all the six once


def test_calibration_is_remembered_too(tmp_path, monkeypatch):
    reservoir = SpikingReservoir(n_units=15, memory=tmp_path, random_state=0).fit(X)

    def run(*_, **__):
        raise AssertionError("it is simulated again")

    monkeypatch.setattr(Simulator, "run", run)
    again = clone(reservoir).fit(X)
    np.testing.assert_array_equal(again.feature_scales_, reservoir.feature_scales_)
    np.testing.assert_array_equal(again.firing_rates_, reservoir.firing_rates_)


@pytest.mark.parametrize(
    "change",
    [
        {"random_state": 1},
        {"dtype": "float64"},
        {"n_readouts": 2},
        {"neuron__tau_mem": 19.0},
        {"features": "trace", "tau_trace": 19.0},
        {"backend": "numpy"},
        {"delay": 2.0},
        {"features": "membrane"},
        {"carry_state": True},
        {"wiring": np.zeros((15, 15))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_the_outcome_is_simulated_anew(change, tmp_path, simulated):
    base = SpikingReservoir(15, neuron=LIF, input_scaling=5.0, loop_gain=0.8, random_state=0)
    base.set_params(memory=tmp_path).fit(X).transform(X)
    changed = clone(base).set_params(**change).fit(X)
    np.testing.assert_array_equal(
        changed.transform(X), clone(changed).set_params(memory=None).fit(X).transform(X)
    )
    assert len(simulated) == 3


def test_a_stream_is_remembered_by_where_it_stands(tmp_path, simulated):
    reservoir = SpikingReservoir(n_units=15, carry_state=True, memory=tmp_path, random_state=0)
    reservoir.fit(X[0])
    at_rest = reservoir.transform(X[1])
    later = reservoir.partial_fit(X[1]).transform(X[1])
    assert not np.array_equal(at_rest, later)
    assert len(simulated) == 2  # partial_fit found what transform had simulated
    np.testing.assert_array_equal(reservoir.reset_state().transform(X[1]), at_rest)
    assert len(simulated) == 2


def test_a_search_simulates_each_distinct_input_once(tmp_path, simulated):
    reservoir = SpikingReservoir(n_units=20, input_scaling=10.0, random_state=0)
    readout = SparceClassifier(max_iter=3, random_state=0)
    folds = KFold(3)
    states = reservoir.fit_transform(X)
    headline = GridSearchCV(readout, GRID, cv=folds).fit(states, y)
    assert simulated == [24]

    grid = {f"sparceclassifier__{name}": values for name, values in GRID.items()}
    scores = [headline.cv_results_["mean_test_score"]]
    counts = []
    for memory in (None, tmp_path):
        del simulated[:]
        pipeline = make_pipeline(clone(reservoir).set_params(memory=memory), clone(readout))
        scores.append(
            GridSearchCV(pipeline, grid, cv=folds).fit(X, y).cv_results_["mean_test_score"]
        )
        counts.append(list(simulated))
    assert len(counts[0]) == 4 * 3 * 2 + 1
    assert sorted(counts[1]) == [8, 8, 8, 16, 16, 16, 24]
    np.testing.assert_array_equal(scores, [scores[0]] * 3)


PROGRAM = """
import sys
import numpy as np
from sparcelearn.reservoir import EchoStateReservoir
X = np.random.RandomState(0).rand(3, 4, 2)
reservoir = EchoStateReservoir(n_units=5, random_state=0, memory=sys.argv[1])
print(reservoir.fit_transform(X).sum().hex())
"""


def test_an_edited_kernel_never_gives_stale_results(tmp_path):
    package = Path(sparcelearn.__file__).parent
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(package, tmp_path / "sparcelearn", ignore=ignored)
    kernel = tmp_path / "sparcelearn" / "reservoir" / "kernels" / "rate_loop.py"
    source = kernel.read_text("utf-8")
    # compiled code of the kernel as it was is found where this run keeps it
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}

    def run(text):
        kernel.write_text(text, "utf-8")
        command = [sys.executable, "-c", PROGRAM, str(tmp_path / "memory")]
        result = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        return float.fromhex(result.stdout)

    line = "instant += 1"
    assert line in source
    before = run(source)
    assert run(source.replace(line, f"features[instant] *= 2; {line}")) == 2 * before != 0
    assert run(source) == before
