"""MNIST at full size, by columns or pixel by pixel, rate and spiking, read at 28 instants.

    python benchmarks/sparce/mnist.py raw|rate|spiking|permuted_rate|permuted_spiking [--json]

By columns: 1,000 units, spiking ones with patches of seven rows and columns. Permuted: 784 pixels
one after the other, in an order drawn once, into 300 fast rate units that drive 500 slow ones,
all 800 read, or into 500 spiking units with filters in time. Raw: the pixels themselves, for the
readouts alone.

60,000 training images; the 10,000 test images are scored once, with frozen weights. Every
arm chooses among six settings, on 10,000 training images split 4 to 1, with the reservoir
of the first seed, and keeps its choice for all seeds. Controls, on the first seed, are
SpaRCe on the same units without recurrence, and the raw input. Needs SPARCELEARN_DATA, 16 GB
of memory and about an hour a reservoir on one core.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from arms import STEPS, RidgeByDescent, arms
from author import rate_reservoir
from columns import columns
from compare import tested
from rows import Row, collect, command_line, means
from sklearn.base import clone
from sklearn.preprocessing import FunctionTransformer
from tasks import as_rows, spiking

from sparcelearn.reservoir import (
    EchoStateReservoir,
    LeakyReLU,
    SpikingReservoir,
    StackedReservoir,
)
from sparcelearn.reservoir.input_wiring import Patches, Projection

SEEDS = range(3)
N_UNITS, N_INSTANTS, N_CHOOSE, EPOCHS = 1_000, 28, 10_000, 8
STEPS_OF = {"spiking": ((2e-3, 1.0), (5e-3, 0.1))}  # found on 30,000 of the training images


def raw(seed: int, recurrent: bool) -> FunctionTransformer:
    """Return no reservoir; a copy, as features are divided in place."""
    return FunctionTransformer(lambda X: as_rows(X).copy())


def rate(seed: int, recurrent: bool) -> EchoStateReservoir:
    """Return rectified units with the author's time constants and individual biases."""
    reservoir = rate_reservoir(seed).set_params(
        neuron=LeakyReLU, input_wiring=Projection(0.2), bias_scaling=0.5
    )
    return reservoir if recurrent else reservoir.set_params(spectral_radius=0.0)


def patches(seed: int, recurrent: bool) -> SpikingReservoir:
    """Return spiking units that hear a patch of seven rows and of the last seven columns."""
    fields = Patches((28,), width=7, n_lags=7, smoothing=1.0)
    options: dict[str, Any] = {"input_wiring": fields, "n_readouts": N_INSTANTS, "n_jobs": -1}
    return spiking(seed, recurrent, N_UNITS, **options)


def two_rate(seed: int, recurrent: bool) -> StackedReservoir:
    """Return the author's two stages: fast tanh units, and slow ones driven by them."""
    rng = np.random.default_rng([seed, 1])
    alike = {"n_readouts": N_INSTANTS, "dtype": "float32", "n_jobs": -1}
    fast = EchoStateReservoir(
        300,
        leak_rate=1.0,
        spectral_radius=1.0 if recurrent else 0.0,
        connectivity=3 / 299,
        input_wiring=rng.choice([-1.0, 1.0], size=(1, 300)),
        input_scaling=1.0,
        random_state=seed,
        **alike,
    )
    slow = EchoStateReservoir(
        500,
        leak_rate=0.017,
        spectral_radius=0.99 if recurrent else 0.0,
        connectivity=5 / 499,
        input_wiring=0.15 * rng.normal(size=(300, 500)),
        input_scaling=1.0,
        random_state=1000 + seed,
        **alike,
    )
    return StackedReservoir([("fast", fast), ("slow", slow)])


def streamed(seed: int, recurrent: bool) -> SpikingReservoir:
    """Return spiking units for a pixel each millisecond."""
    return spiking(seed, recurrent, 500, n_readouts=N_INSTANTS, n_jobs=-1)


def permuted(subset: str) -> tuple[np.ndarray, np.ndarray]:
    """Return images as sequences of 784 pixels, the same order for all, and labels."""
    images, y = columns(subset)
    order = np.random.default_rng(0).permutation(784)
    return images.reshape(-1, 784)[:, order, np.newaxis], y


RESERVOIRS = {
    "raw": raw,
    "rate": rate,
    "spiking": patches,
    "permuted_rate": two_rate,
    "permuted_spiking": streamed,
}


def states(kind: str, seed: int, recurrent: bool, images: list[np.ndarray]) -> list[np.ndarray]:
    """Return features of training and test images, divided by one number, in place."""
    reservoir = RESERVOIRS[kind](seed, recurrent).fit(images[0])
    begin = time.perf_counter()
    features = [reservoir.transform(X) for X in images]
    print(f"states in {time.perf_counter() - begin:.0f} s", flush=True)
    size = features[0].std()
    for each in features:
        np.divide(each, size, out=each)
    return features


def contenders(kind: str, seed: int) -> dict[str, list[Any]]:
    """Return the settings that each arm may choose from."""
    chosen = arms(EPOCHS, N_CHOOSE, N_UNITS * N_INSTANTS, seed, STEPS_OF.get(kind, STEPS))
    del chosen["L1"]  # a quarter of an hour a fit
    return chosen | {"ridge": [RidgeByDescent(alpha) for alpha in np.logspace(-4, 1, 6)]}


def choose(arm: list[Any], X: np.ndarray, y: np.ndarray) -> tuple[Any, float]:
    """Return the estimator that is best on a fifth of the images, and its score."""
    n = len(X) * 4 // 5
    scores = [e.fit(X[:n], y[:n]).score(X[n:], y[n:]) for e in arm]
    return clone(arm[int(np.argmax(scores))]), 100 * max(scores)


def conditions(kind: str) -> list[tuple[int, bool]]:
    """Return seeds, and whether units are connected, in pairs."""
    if kind == "raw":
        return [(SEEDS[0], True)]
    return [(SEEDS[0], True), (SEEDS[0], False), *((seed, True) for seed in SEEDS[1:])]


def run(kind: str) -> Iterator[Row]:
    """Yield a row for each seed and arm."""
    read = permuted if kind.startswith("permuted") else columns
    (images, y), (test_images, y_test) = read("train"), read("test")
    settings: dict[str, tuple[Any, float]] = {}
    for seed, recurrent in conditions(kind):
        features = states(kind, seed, recurrent, [images, test_images])
        if not settings:
            settings = {
                name: choose(arm, features[0][:N_CHOOSE], y[:N_CHOOSE])
                for name, arm in contenders(kind, seed).items()
            }
            for name, (estimator, accuracy) in settings.items():
                print(f"{name}: {accuracy:.2f} % with {estimator}", flush=True)
        for arm, (estimator, accuracy) in settings.items():
            if recurrent or arm == "SpaRCe":
                row = {
                    "features": kind if recurrent else f"{kind}, no recurrence",
                    "arm": arm,
                    "seed": seed,
                    "chosen": str(estimator).replace("\n", ""),
                    "validation_accuracy": round(accuracy, 2),
                }
                yield row | tested(estimator, (*features, y, y_test))
        del features


def main() -> None:
    """Run one kind of reservoir, print means, write the rows if requested."""
    parser = command_line(__doc__)
    parser.add_argument("kind", choices=RESERVOIRS)
    options = parser.parse_args()
    rows = collect(run(options.kind), f"mnist_{options.kind}", options.json)
    means(rows, ("features", "arm"), ("test_accuracy", "coding_level"))
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.1f} GB")


if __name__ == "__main__":
    main()
