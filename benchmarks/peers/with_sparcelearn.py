"""Sparcelearn's reservoirs, through their public estimators."""

from dataclasses import replace

import numpy as np
from _serve import serve, timed
from scipy import sparse

from sparcelearn import SpikeTrains
from sparcelearn.reservoir import (
    ConductanceLIF,
    EchoStateReservoir,
    LinearRecurrent,
    NeuronModel,
    SpikingReservoir,
    neurons,
)

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


if __name__ == "__main__":
    serve(globals())
