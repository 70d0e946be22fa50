"""All packages together: what a user does with a reservoir and a readout."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline

from sparcelearn import _demo
from sparcelearn.datasets import load_digits_sequence, make_pattern_generation
from sparcelearn.readouts import (
    DeltaRegressor,
    RLSRegressor,
    SparceClassifier,
    SparceRegressor,
    StreamingRidgeRegressor,
)
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir

RESERVOIRS = [
    SpikingReservoir(n_units=60, n_readouts=2, random_state=0),
    EchoStateReservoir(n_units=60, n_readouts=2, random_state=0),
]


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits_sequence(return_X_y=True)
    return X[:300], y[:300]


def arrays_of(reservoir):
    """Return the bytes of every fitted array."""
    kept = {}
    for name, value in vars(reservoir).items():
        if hasattr(value, "indptr"):
            kept[name] = (value.data.tobytes(), value.indices.tobytes(), value.indptr.tobytes())
        elif isinstance(value, np.ndarray):
            kept[name] = value.tobytes()
        elif isinstance(value, dict):
            kept[name] = {k: np.asarray(v).tobytes() for k, v in value.items()}
    assert {"input_weights_", "recurrent_weights_", "bias_", "state_"} <= set(kept)
    return kept


@pytest.mark.parametrize("reservoir", RESERVOIRS, ids=lambda r: type(r).__name__)
def test_training_leaves_the_reservoir_as_it_was(reservoir, digits):
    X, y = digits
    reservoir = clone(reservoir).fit(X)
    before = arrays_of(reservoir)
    readout = SparceClassifier(max_iter=3, random_state=0).fit(reservoir.transform(X), y)
    readout.partial_fit(reservoir.transform(X), y)
    assert readout.coef_.any()
    assert arrays_of(reservoir) == before
    pipeline = make_pipeline(clone(reservoir), clone(readout)).fit(X, y)
    assert arrays_of(pipeline[0]) == before


def test_a_pattern_is_drawn_by_spiking_units_with_frozen_weights():
    """Four sines by 400 units; the reference has 0.003, 0.003 and 0.04 to 0.05."""
    spikes, y = make_pattern_generation(random_state=0)
    raster = spikes.to_dense()[0]
    reservoir = SpikingReservoir(400, steps_per_input=1, carry_state=True, random_state=0)
    X = reservoir.fit_transform(raster)
    for readout, error in [
        (StreamingRidgeRegressor(1e-2), 0.01),
        (RLSRegressor(1e-2, max_iter=2), 0.01),
        (DeltaRegressor(0.5, max_iter=200, random_state=0), 0.1),
    ]:
        assert 1 - readout.fit(X, y[:, 0]).score(X, y[:, 0]) <= error


@pytest.mark.parametrize("reservoir", RESERVOIRS, ids=lambda r: type(r).__name__)
@pytest.mark.parametrize("form", ["rows", "sequences", "ragged"])
def test_pipelines_are_searched_over_sparsity(reservoir, form, digits):
    X, y = digits
    if form == "rows":
        X = X.reshape(len(X), -1)
        reservoir = clone(reservoir).set_params(n_readouts=1)
    elif form == "ragged":
        X = [sample[: 4 + k % 5] for k, sample in enumerate(X)]
    model = make_pipeline(reservoir, SparceClassifier(max_iter=5, random_state=0))
    grid = {"sparceclassifier__sparsity": [0.0, 0.5]}
    serial, parallel = (
        GridSearchCV(model, grid, cv=2, n_jobs=n_jobs).fit(X, y) for n_jobs in (1, 2)
    )
    scores = serial.cv_results_["mean_test_score"]
    assert scores.max() > 0.2  # ten classes
    np.testing.assert_array_equal(parallel.cv_results_["mean_test_score"], scores)
    assert cross_val_score(model, X, y, cv=2).min() > 0.2


@pytest.mark.parametrize("reservoir", RESERVOIRS, ids=lambda r: type(r).__name__)
def test_a_stream_cut_anywhere_gives_the_same_weights(reservoir):
    rng = np.random.RandomState(0)
    X = rng.rand(200, 2)
    target = np.roll(X[:, 0], 1)

    def train(cuts):
        network = clone(reservoir).set_params(carry_state=True, n_readouts=1).fit(X[:20])
        readout = SparceRegressor(batch_size=1, calibration_samples=50, random_state=0)
        for rows in np.split(np.arange(len(X)), cuts):
            readout.partial_fit(network.transform(X[rows]), target[rows])
            network.partial_fit(X[rows])
        return readout.coef_, readout.thresholds_, network.state_["variables"]

    whole = train([])
    for _ in range(5):
        cuts = np.sort(rng.choice(np.arange(1, 200), rng.randint(1, 30), replace=False))
        for cut, uncut in zip(train(cuts), whole, strict=True):
            np.testing.assert_array_equal(cut, uncut)


def test_the_demo_prints_its_table_and_draws_its_figure(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(_demo, "SEEDS", range(2))
    monkeypatch.setattr(_demo, "RESERVOIR", clone(_demo.RESERVOIR).set_params(n_units=300))
    _demo.main(["--figure", str(tmp_path / "demo.png")])
    printed = capsys.readouterr().out.partition("accuracy on test digits")[2]
    figures = [float(word[:-1]) for word in printed.split() if word.endswith("%")]
    assert len(figures) == 2 * 4 + 2 * 5  # means and spreads; both readouts after each task
    assert min(figures[:8:2]) > 90
    plain, sparce = figures[8:13], figures[13:]
    assert sparce[-1] > plain[-1] + 30  # does not forget
    assert (tmp_path / "demo.png").stat().st_size > 10_000


EXAMPLES = Path(__file__).parent.parent / "examples"
# The gallery's, plot_*.py, run when the documentation is built, and a stream has a test of its own.
SCRIPTS = sorted(
    {*EXAMPLES.glob("*.py")} - {*EXAMPLES.glob("plot_*"), EXAMPLES / "sensor_stream.py"}
)


@pytest.mark.parametrize("example", SCRIPTS, ids=lambda path: path.stem)
def test_scripts_among_the_examples_run(example, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [str(example)])
    runpy.run_path(str(example), run_name="__main__")
    assert capsys.readouterr().out
