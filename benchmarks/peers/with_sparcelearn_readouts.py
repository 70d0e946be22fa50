"""Sparcelearn's readouts, and streams through both parts, through their public estimators."""

import numpy as np
from _serve import serve, timed
from sklearn.linear_model import RidgeClassifierCV
from sklearn.pipeline import make_pipeline

from sparcelearn import ReservoirRegressor
from sparcelearn.datasets import load_digits_sequence
from sparcelearn.readouts import RLSClassifier, SparceClassifier, SparceRegressor
from sparcelearn.readouts._sparce.training import training
from sparcelearn.reservoir import LIF, SpikingReservoir
from sparcelearn.reservoir.input_wiring import Projection


def fit_digits(work, by_ridge=False):
    """Fit a pipeline on digits as series, from the pixels on."""
    X, y = load_digits_sequence(return_X_y=True)
    readout = SparceClassifier(max_iter=30, random_state=0)
    readout = RidgeClassifierCV(np.logspace(-3, 5, 9)) if by_ridge else readout
    model = make_pipeline(SpikingReservoir(500, random_state=0), readout)

    def turn():
        return {"seconds": timed(lambda: model.fit(X, y))[0], "amount": 1}

    return turn


def sparce(work, n, repeats=1, **options):
    """Learn from the first n samples, one per update, 10 % of the features active."""
    X, y = work["X"][:n], work["y"][:n]
    readout = fitted_sparce(X, y, **options)

    def turn():
        seconds, _ = timed(lambda: readout.partial_fit(X, y), repeats)
        return {"seconds": seconds, "amount": n * repeats, "coding_level": readout.coding_level_}

    return turn


def sparce_rows(work, n, **options):
    """Learn from the first n samples, one row per call."""
    X, y = work["X"][:n], work["y"][:n]
    readout = fitted_sparce(X, y, **options)

    def run():
        for k in range(n):
            readout.partial_fit(X[k : k + 1], y[k : k + 1])

    def turn():
        return {"seconds": timed(run)[0], "amount": n}

    return turn


def fitted_sparce(X, y, sparsity=0.9, loss="softmax", solver="sgd", batch_size=1, average=None):
    """Return a classifier with calibrated thresholds."""
    readout = SparceClassifier(
        sparsity,
        loss=loss,
        solver=solver,
        learning_rate=1e-4,
        average=average,
        batch_size=batch_size,
        max_iter=1,
        random_state=0,
    )
    return readout.fit(X, y)


def rls(work, n):
    """Learn from the first n samples by recursive least squares."""
    X, y, classes = work["X"][:n], work["y"][:n], np.arange(int(work["n_classes"]))
    readout = RLSClassifier().partial_fit(X[:2], y[:2], classes=classes)

    def turn():
        return {"seconds": timed(lambda: readout.partial_fit(X, y))[0], "amount": n}

    return turn


def stream(work, sparsity=None, whole=False):
    """Step, predict and learn, row by row, or all rows in one call."""
    model, rows, targets = fitted_stream(work, sparsity)

    def run():
        for row, target in zip(rows, targets, strict=True):
            model.step(row)
            model.learn(target)

    def run_whole():
        model.partial_fit(rows, targets)

    def turn():
        return {"seconds": timed(run_whole if whole else run)[0], "amount": len(rows)}

    return turn


def kernels(work, sparsity=None):
    """Run the same rows in one call of each of the two compiled loops."""
    model, rows, targets = fitted_stream(work, sparsity)
    reservoir, readout = model.reservoir_, model.readout_
    samples, start = reservoir._check_input(rows), reservoir._start()
    simulator, features = reservoir._simulator, reservoir.transform(rows)
    order, weights = np.arange(len(rows)), np.ones(len(rows))
    targets = targets[:, None].astype(readout.coef_.dtype)
    etas, shrinks = np.full(len(rows), 1e-4), np.zeros(len(rows))
    learn, *arguments = training(readout, features, targets, order, weights, etas, shrinks)

    def run():
        simulator.run(samples, start=start)
        learn(*arguments)

    def turn():
        return {"seconds": timed(run)[0], "amount": len(rows)}

    return turn


def fitted_stream(work, sparsity):
    """Return an online estimator that has seen 1500 rows, and the next rows."""
    model = ReservoirRegressor(
        SpikingReservoir(
            int(work["n_units"]),
            neuron=LIF,
            input_wiring=Projection(1.0),
            features="trace",
            carry_state=True,
            steps_per_input=1,
            random_state=0,
        ),
        SparceRegressor(sparsity, solver="sgd", learning_rate=1e-4, batch_size=1),
    )
    model.partial_fit(work["rows"], work["targets"])
    n_rows = int(work["n_rows"])
    return model, work["rows"][:n_rows], work["targets"][:n_rows]


if __name__ == "__main__":
    serve(globals())
