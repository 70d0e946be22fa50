"""The constants of the SpaRCe author's code, and its reservoir.

L. Manneschi's notebooks (github.com/LucaManneschi/EchoStatesNetwork, commit 96b6120): time
constants become a leak ``a = dt / (2 tau_m)`` and a spectral radius ``1 - 2 tau_m / tau_M``.
"""

from __future__ import annotations

import numpy as np

from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import EchoStateReservoir

N_UNITS = 1000
DT, TAU_M, TAU_MAX = 0.01, 0.03, 2.0  # s
BATCH = 20


def rate_reservoir(seed: int, n_channels: int = 28, n_readouts: int = 28) -> EchoStateReservoir:
    """Return the reservoir of the MNIST tasks: 1,000 tanh units, 1 % connected, no bias."""
    rng = np.random.default_rng([seed, 1])
    return EchoStateReservoir(
        N_UNITS,
        leak_rate=DT / (2 * TAU_M),
        spectral_radius=1 - 2 * TAU_M / TAU_MAX,
        connectivity=0.01,
        input_wiring=0.1 * rng.normal(size=(n_channels, N_UNITS)),
        input_scaling=1.0,
        n_readouts=n_readouts,
        dtype="float32",
        random_state=seed,
    )


def sparce(percentile: float, seed: int, learning_rate: float = 0.002) -> SparceClassifier:
    """Return the author's readout: weights from U(0, 1) / N, thresholds moved by N(0, 1) / N."""
    return SparceClassifier(
        percentile / 100,
        loss="sigmoid",
        solver="adam",
        alpha=0.0,
        learning_rate=learning_rate,
        learning_rate_schedule="constant",
        average=None,
        threshold_rate=0.1,
        batch_size=BATCH,
        max_iter=1,
        init_scale=1 / N_UNITS,
        fit_intercept=False,
        random_state=seed,
    )
