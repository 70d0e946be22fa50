"""Odour sequences with the author's constants, compared with his log; and with noise.

    python benchmarks/sparce/odours.py [--noise] [--json]

Sequences of three odours whose class depends on both context and odour; 1,000
rectified units read at the last step; squared error against 10 times one-hot targets, plain
gradient descent, mini-batches of 30, scored on the same sequences (there are no others).
The author's log, one run, after 10,000 updates, for 4, 6 and 8 basis sequences: 68.8, 83.3,
68.8 % without thresholds, 100, 100, 99 % at the best percentile; after about 70,000 all
100 %, except 98.6 % at percentile 0 and 6. The same with spiking units, whose
features are scaled to the size of the rectified units'.

With ``--noise``, a part of his grid, for which there is no log: each channel of an odour is
multiplied by 1 plus normal noise; learned from a pool of 50 draws of every sequence, scored
on 10 others. Needs SPARCELEARN_DATA and an hour.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from author import DT, N_UNITS
from rows import Row, collect, command_line, means
from tasks import TASKS, hallem_olsen

from sparcelearn.datasets import make_odour_sequences
from sparcelearn.readouts import SparceRegressor
from sparcelearn.reservoir import EchoStateReservoir, LeakyReLU

KINDS, SEEDS = ("rate", "spiking"), range(5)
BATCH, CHUNK = 30, 1_000
TAU_M, TAU_MAX = 0.05, 2.0  # s


@dataclass(frozen=True)
class Protocol:
    """Tasks (basis sequences, noise), how they are learned, and when they are scored (updates).

    Without test draws the score is on what was learned.
    """

    tasks: tuple[tuple[int, float], ...]
    percentiles: range
    checkpoints: tuple[int, ...]
    n_draws: int = 1
    n_test_draws: int = 0


LOGGED = Protocol(((4, 0.0), (6, 0.0), (8, 0.0)), range(0, 100, 10), (10_000, 70_000))
NOISY = Protocol(
    tuple(itertools.product((4, 16), (0.1, 0.2, 0.4))), range(0, 100, 20), (20_000,), 50, 10
)


def receptor_weights(rng: np.random.Generator, n_channels: int) -> np.ndarray:
    """Return input weights: one lognormal weight per unit; larger ones have fewer channels."""
    spread = np.sqrt(np.log(1 + 0.5))  # mean 1, variance 0.5
    sizes = rng.lognormal(-(spread**2) / 2, spread, N_UNITS)
    degrees = np.clip(np.round(6 / sizes / np.mean(1 / sizes)), 1, n_channels).astype(int)
    weights = np.zeros((n_channels, N_UNITS))
    for unit, (size, degree) in enumerate(zip(sizes, degrees, strict=True)):
        weights[rng.choice(n_channels, degree, replace=False), unit] = size
    return weights


def rectified(n_basis: int, seed: int, n_channels: int) -> EchoStateReservoir:
    """Return the author's units."""
    return EchoStateReservoir(
        N_UNITS,
        neuron=LeakyReLU,
        leak_rate=DT / (2 * TAU_M),
        spectral_radius=1 - 2 * TAU_M / TAU_MAX,
        connectivity=0.01,
        input_wiring=receptor_weights(np.random.default_rng([seed, n_basis]), n_channels),
        input_scaling=1.0,
        dtype="float32",
        random_state=seed,
    )


def features(
    kind: str, n_basis: int, noise: float, n_draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the features of 1,000 units, draw by draw, and classes."""
    X, y = make_odour_sequences(
        hallem_olsen(), n_basis=n_basis, n_draws=n_draws, noise=noise, random_state=seed
    )
    rate = rectified(n_basis, seed, X.shape[2]).fit_transform(X)
    if kind == "rate":
        return rate, y
    reservoir = TASKS["odours"].reservoirs["spiking"](seed, recurrent=True, n_units=N_UNITS)
    spiking = reservoir.fit_transform(X)
    return spiking * (np.linalg.norm(rate) / np.linalg.norm(spiking)), y


def run(protocol: Protocol, kind: str, task: tuple[int, float], seed: int) -> Iterator[Row]:
    """Yield a row for each percentile and checkpoint."""
    n_basis, noise = task
    n_draws = protocol.n_draws + protocol.n_test_draws
    X, y = features(kind, n_basis, noise, n_draws, seed)
    n_learn = len(y) * protocol.n_draws // n_draws
    scored = slice(n_learn if protocol.n_test_draws else 0, None)
    targets = 10.0 * np.eye(2)[y[:n_learn]]
    for percentile in protocol.percentiles:
        rng = np.random.default_rng([seed, n_basis, 1])
        readout = SparceRegressor(
            percentile / 100,
            learning_rate=1e-12,  # too small to learn: this fit only takes percentiles
            threshold_rate=0.1,
            solver="sgd",
            alpha=0.0,
            batch_size=BATCH,
            max_iter=1,
            init_scale=10 / N_UNITS,
            fit_intercept=False,
            random_state=seed,
        ).fit(X[:n_learn], targets)
        readout.set_params(learning_rate=0.002)
        for update in range(CHUNK, protocol.checkpoints[-1] + 1, CHUNK):
            drawn = rng.integers(n_learn, size=CHUNK * BATCH)
            readout.partial_fit(X[drawn], targets[drawn])
            if update in protocol.checkpoints:
                accuracy = 100 * np.mean(readout.predict(X[scored]).argmax(axis=1) == y[scored])
                yield {
                    "reservoir": kind,
                    "n_basis": n_basis,
                    "noise": noise,
                    "seed": seed,
                    "percentile": percentile,
                    "updates": update,
                    "accuracy": round(accuracy, 2),
                    "coding_level": round(readout.coding_level_, 3),
                }


def main() -> None:
    """Run all, print means over seeds, write the rows if requested."""
    parser = command_line(__doc__)
    parser.add_argument("--noise", action="store_true", help="the grid of noise")
    options = parser.parse_args()
    name, protocol = ("odours_noise", NOISY) if options.noise else ("odours", LOGGED)
    trials = itertools.product(KINDS, protocol.tasks, SEEDS)
    runs = (row for trial in trials for row in run(protocol, *trial))
    rows = collect(runs, name, options.json)
    means(rows, ("reservoir", "n_basis", "noise", "updates", "percentile"), ("accuracy",))


if __name__ == "__main__":
    main()
