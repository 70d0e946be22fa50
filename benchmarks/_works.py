"""The work of contenders: networks, series and samples, as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from sparcelearn.reservoir.wiring import fixed_in_degree

Work = dict[str, Any]


def lif_network(
    n: int,
    dt: float,
    ms: float = 1000.0,
    degree: int = 100,
    heard: float = 0.1,
    input_weight: float = 5.0,
) -> Work:
    """Return a LIF reservoir (mV, ms), 80 % excitatory, driven by 700 Poisson channels at 10 Hz.

    A unit hears a share ``heard`` of them.
    """
    rng, n_exc, n_channels = np.random.RandomState(1), n * 4 // 5, 700
    parts = []
    for first, last, share, weight in ((0, n_exc, 0.8, 0.4), (n_exc, n, 0.2, -1.6)):
        pool, in_degree = np.arange(first, last), round(share * degree)
        sources, targets = fixed_in_degree(rng, pool, np.arange(n), in_degree)
        scaled = weight * 100 / degree * rng.uniform(0.5, 1.5, len(sources))
        parts.append((sources, targets, scaled))
    sources, targets, weights = map(np.concatenate, zip(*parts, strict=True))
    channels, in_targets = np.nonzero(rng.rand(n_channels, n) < heard)
    rows, events = np.nonzero(rng.rand(round(ms), n_channels) < 0.01)  # steps of 1 ms
    return dict(
        n=n,
        n_exc=n_exc,
        n_channels=n_channels,
        dt=dt,
        ms=ms,
        sources=sources,
        targets=targets,
        weights=weights,
        in_sources=channels,
        in_targets=in_targets,
        in_weights=input_weight * rng.uniform(0.5, 1.5, len(channels)),
        event_times=rows.astype(float),
        event_channels=events,
        v0=np.zeros(n),
        v_rest=0.0,
        v_threshold=15.0,
        v_reset=0.0,
        t_ref=2.0,
        delay=dt,
        nest_delay=dt,
    )


def cuba_network(n: int = 4000, ms: float = 1000.0) -> Work:
    """Return the current-based network of Vogels and Abbott (2005), which fires without input."""
    rng, n_exc, dt = np.random.RandomState(1), n * 4 // 5, 0.1
    sources, targets = np.nonzero(rng.rand(n, n) < 80 / n)
    nothing = np.zeros(0, dtype=np.int64)
    return dict(
        n=n,
        n_exc=n_exc,
        n_channels=1,
        dt=dt,
        ms=ms,
        sources=sources,
        targets=targets,
        weights=np.where(sources < n_exc, 1.62, -9.0),
        in_sources=nothing,
        in_targets=nothing,
        in_weights=np.zeros(0),
        event_times=np.zeros(0),
        event_channels=nothing,
        v0=rng.uniform(-60, -50, n),
        v_rest=-49.0,
        v_threshold=-50.0,
        v_reset=-60.0,
        t_ref=5.0,
        delay=dt,
        nest_delay=1.5,  # NEST's usual one, at which it is fastest
    )


def coba_network(n: int = 4000, ms: float = 1000.0) -> Work:
    """Return the network of conductances of the same paper (nS, mV).

    Units rest above threshold, as those of the other network: with a rest at -60 mV activity may
    end in one simulator and continue in another, and the work would differ.
    """
    work = cuba_network(n, ms)
    rng = np.random.RandomState(2)
    return work | dict(
        weights=np.where(work["sources"] < work["n_exc"], 6.0, -67.0),
        g_exc0=np.maximum(rng.normal(40, 15, n), 0),  # a start; inhibition follows
        g_inh0=np.zeros(n),
        nest_delay=work["delay"],
    )


# drive and weights (excitatory, inhibitory) at which units fire at some 20 to 60 Hz; duration (ms)
MODELS = {
    "AdaptiveLIF": ((0.9, 2.5), (0.01, 0.04), 1000.0),
    "AdEx": ((500.0, 1200.0), (2.0, 8.0), 500.0),
    "Izhikevich": ((3.0, 12.0), (0.03, 0.12), 500.0),
    "ConductanceLIF": ((90.0, 250.0), (0.1, 0.6), 1000.0),
    "HodgkinHuxley": ((50.0, 300.0), (0.1, 0.6), 200.0),
    "ResonateAndFire": ((0.16, 0.28), (0.004, 0.016), 1000.0),
}


def model_network(
    drive: tuple[float, float], weights: tuple[float, float], ms: float, n: int = 1000
) -> Work:
    """Return a network of 1000 units, 100 synapses each, with a constant drive for each unit."""
    rng, n_exc = np.random.RandomState(3), n * 4 // 5
    sources, targets = fixed_in_degree(rng, np.arange(n), np.arange(n), 100)
    sizes = np.where(sources < n_exc, weights[0], -weights[1]) * rng.uniform(0.5, 1.5, len(sources))
    return dict(
        n=n,
        n_exc=n_exc,
        dt=0.1,
        ms=ms,
        sources=sources,
        targets=targets,
        weights=sizes,
        drive=rng.uniform(*drive, n),
    )


def linear_network(n: int = 1000, n_rows: int = 20_000) -> Work:
    """Return the constants of linear recurrent units, and one series."""
    rng = np.random.RandomState(4)
    return dict(
        tau=rng.uniform(2, 50, n),
        frequency=rng.uniform(0, 0.05, n),
        drive=rng.uniform(-1, 1, n),
        rows=rng.uniform(-1, 1, n_rows),
    )


def rate_network(density: float, n_series: int, n_steps: int, n: int = 1000) -> Work:
    """Return an echo state network of spectral radius about 0.9, and series of one channel."""
    rng = np.random.RandomState(0)
    matrix = sparse.random_array((n, n), density=density, rng=rng, data_sampler=rng.standard_normal)
    coo = sparse.coo_array(matrix * (0.9 / np.sqrt(n * density)))
    return dict(
        n=n,
        leak=0.3,
        sources=coo.coords[1],
        targets=coo.coords[0],
        weights=coo.data,
        in_weights=rng.uniform(-1, 1, n),
        series=rng.uniform(-1, 1, (n_series, n_steps, 1)),
    )


def long_series(n_series: int = 442, n_steps: int = 427) -> Work:
    """Return random walks of one channel, each brought to mean 0 and spread 1."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_series, n_steps)).cumsum(axis=1)
    X = (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
    return dict(X=X.astype(np.float32))


def nothing() -> Work:
    """Return no arrays, for work that is read elsewhere."""
    return {}


def samples(n: int, n_features: int = 1000, n_classes: int = 10, active: float = 1.0) -> Work:
    """Return labelled samples, uniform in [0, 1); a share of the features is not 0."""
    rng = np.random.default_rng(0)
    X = rng.random((n, n_features), dtype=np.float32)
    X[rng.random(X.shape, dtype=np.float32) >= active] = 0
    y = (X @ rng.normal(size=(n_features, n_classes)).astype(np.float32)).argmax(axis=1)
    return dict(X=X, y=y, n_classes=n_classes)


def stream(n_units: int = 500, n_rows: int = 200) -> Work:
    """Return rows of one channel, and a target for each: the row before."""
    rows = np.random.RandomState(0).rand(1500, 1)
    return dict(n_units=n_units, n_rows=n_rows, rows=rows, targets=np.roll(rows[:, 0], 1))
