"""Sparcelearn, through its public estimators."""

from dataclasses import replace

import numpy as np
from _serve import serve, timed
from scipy import sparse
from sklearn.linear_model import RidgeClassifierCV
from sklearn.pipeline import make_pipeline

from sparcelearn import ReservoirRegressor, SpikeTrains
from sparcelearn.datasets import load_digits_sequence
from sparcelearn.readouts import RLSClassifier, SparceClassifier, SparceRegressor
from sparcelearn.reservoir import (
    LIF,
    ConductanceLIF,
    EchoStateReservoir,
    LinearRecurrent,
    NeuronModel,
    SpikingReservoir,
    neurons,
)
from sparcelearn.reservoir.input_wiring import Projection

EQUATIONS = """
    dv/dt = (v_rest - v + i_exc - i_inh) / 20 (unless refractory)
    di_exc/dt = -i_exc / 5
    di_inh/dt = -i_inh / 10
"""


def matrix(weights, rows, columns, shape):
    """Return a sparse matrix of these entries."""
    return sparse.csr_array(sparse.coo_array((weights, (rows, columns)), shape=shape))


def network(work, dtype="float32", repeats=1):
    """Transform the events of a network: one sample, one count for each unit."""
    neuron = NeuronModel(
        EQUATIONS,
        threshold="v >= v_threshold",
        reset="v = v_reset",
        refractory="t_ref",
        excitatory="i_exc",
        inhibitory="i_inh",
        parameters={k: float(work[k]) for k in ("v_rest", "v_threshold", "v_reset", "t_ref")},
        initial={"v": work["v0"]},
    )
    return transform(work, neuron, dtype, repeats)


def conductances(work, dtype="float32", repeats=1):
    """Transform the events of a network of conductances."""
    given = {"v": work["v0"], "g_exc": work["g_exc0"], "g_inh": work["g_inh0"]}
    return transform(
        work, replace(ConductanceLIF(v_rest=float(work["v_rest"])), initial=given), dtype, repeats
    )


def model(work, name, dtype="float32", repeats=1):
    """Transform one row that is held: a network of a built-in model, driven by a constant each."""
    n, shape = int(work["n"]), (int(work["n"]), int(work["n"]))
    reservoir = SpikingReservoir(
        n,
        neuron=getattr(neurons, name),
        wiring=matrix(work["weights"], work["sources"], work["targets"], shape),
        input_wiring=work["drive"][None],
        input_scaling=1.0,
        dt=float(work["dt"]),
        delay=float(work["dt"]),
        steps_per_input=round(float(work["ms"] / work["dt"])),
        features="count",
        feature_scaling=None,
        n_readouts=1,
        substeps=1,  # by hand too
        dtype=dtype,
    ).fit([[1.0]])

    def turn():
        seconds, counts = timed(lambda: reservoir.transform([[1.0]]), repeats)
        amount = repeats * float(work["ms"]) / 1000
        return {"seconds": seconds, "amount": amount, "spikes": counts.sum()}

    return turn


def linear(work, dtype="float32"):
    """Run linear recurrent units over a series; the last state is read."""
    n, X = len(work["tau"]), work["rows"][None, :, None]
    reservoir = EchoStateReservoir(
        n,
        neuron=LinearRecurrent(tau=work["tau"], frequency=work["frequency"]),
        input_wiring=work["drive"][None],
        input_scaling=1.0,
        connectivity=0.0,
        leak_rate=1.0,
        method="exact",
        dtype=dtype,
    ).fit(X)

    def turn():
        seconds, last = timed(lambda: reservoir.transform(X))
        return {"seconds": seconds, "amount": X.size, "check": np.abs(last).mean()}

    return turn


def transform(work, neuron, dtype, repeats):
    """Run a network of units given: one sample, one count for each unit."""
    n, n_channels, dt, ms = int(work["n"]), int(work["n_channels"]), work["dt"], work["ms"]
    reservoir = SpikingReservoir(
        n,
        neuron=neuron,
        wiring=matrix(work["weights"], work["sources"], work["targets"], (n, n)),
        input_wiring=matrix(
            work["in_weights"], work["in_sources"], work["in_targets"], (n_channels, n)
        ),
        input_scaling=1.0,
        dt=float(dt),
        delay=float(dt),
        features="count",
        feature_scaling=None,
        n_readouts=1,
        dtype=dtype,
    )
    times, channels = work["event_times"], work["event_channels"]
    trains = SpikeTrains(times, channels, [0, len(times)], n_channels, float(ms))
    reservoir.fit(trains)
    jumps = np.bincount(work["in_sources"], minlength=n_channels)[channels].sum()
    fan_out = np.bincount(work["sources"], minlength=n)

    def turn():
        seconds, counts = timed(lambda: reservoir.transform(trains), repeats)
        return {
            "seconds": seconds,
            "amount": repeats * ms / 1000,
            "spikes": counts.sum(),
            "events": repeats * (jumps + counts[0] @ fan_out),
        }

    return turn


def series(work, dtype="float32", repeats=1):
    """Run all series and return every state, as ReservoirPy does."""
    n, X = int(work["n"]), work["series"]
    reservoir = EchoStateReservoir(
        n,
        wiring=matrix(work["weights"], work["sources"], work["targets"], (n, n)),
        input_wiring=sparse.csr_array(work["in_weights"][None]),
        input_scaling=1.0,
        leak_rate=float(work["leak"]),
        n_readouts=X.shape[1],
        dtype=dtype,
    ).fit(X)

    def turn():
        seconds, states = timed(lambda: reservoir.transform(X), repeats)
        check = np.abs(states[:, -n:]).mean()
        return {"seconds": seconds, "amount": repeats * X.size, "check": check}

    return turn


def features(work, n_units):
    """Transform all series with nothing set but the number of units."""
    X = work["X"][:, :, None]
    reservoir = SpikingReservoir(n_units, random_state=0).fit(X)

    def turn():
        seconds, found = timed(lambda: reservoir.transform(X))
        return {"seconds": seconds, "amount": found.size}

    return turn


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


def fitted_sparce(X, y, sparsity=0.9, loss="softmax", solver="sgd", batch_size=1):
    """Return a classifier with calibrated thresholds."""
    readout = SparceClassifier(
        sparsity,
        loss=loss,
        solver=solver,
        learning_rate=1e-4,
        average=None,
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
    learn, *arguments = readout._training(
        features,
        targets[:, None].astype(readout.coef_.dtype),
        order,
        weights,
        np.full(len(rows), 1e-4),
    )

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
