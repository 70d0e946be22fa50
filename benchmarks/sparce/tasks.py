"""Data sets of the comparison, and the reservoirs that read them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.io import loadmat
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sparcelearn import SpikeTrains
from sparcelearn.datasets import (
    fetch_fsdd,
    fetch_japanese_vowels,
    fetch_nmnist,
    load_digits_sequence,
    make_odour_sequences,
)
from sparcelearn.reservoir import EchoStateReservoir, LeakyReLU, SpikingReservoir
from sparcelearn.reservoir.encoders import MelSpectrogram
from sparcelearn.reservoir.input_wiring import Projection

Split = tuple[Any, Any, np.ndarray, np.ndarray]
SUBSETS = ("train", "test")


def as_rows(X: np.ndarray) -> np.ndarray:
    """Return sequences of one length as rows of raw input."""
    return X.reshape(len(X), -1)


@dataclass(frozen=True)
class Task:
    """A data set, its reservoirs by kind, and how long readouts learn.

    ``split`` gives (train, test, labels, labels) for a seed; ``flat`` turns samples into
    rows of raw input.
    """

    split: Callable[[int], Split]
    reservoirs: dict[str, Callable[..., Any]]
    seeds: range
    max_iter: int
    flat: Callable[[Any], np.ndarray] = as_rows


def rate(seed: int, recurrent: bool, n_units: int = 500, **options: Any) -> EchoStateReservoir:
    """Return a reservoir of tanh units that hear channels as they are."""
    options = {"input_scaling": 1.0, **options}
    if not recurrent:
        options["wiring"] = sparse.csr_array((n_units, n_units))
    return EchoStateReservoir(n_units, dtype="float32", random_state=seed, **options)


def spiking(seed: int, recurrent: bool, n_units: int = 500, **options: Any) -> SpikingReservoir:
    """Return a spiking reservoir with its defaults for the form of the input, but for options."""
    if not recurrent:
        options["loop_gain"] = 0.0
    return SpikingReservoir(n_units, random_state=seed, **options)


def digits(seed: int) -> Split:
    """Return 8 x 8 digits row by row, 70/30."""
    X, y = load_digits_sequence(return_X_y=True)
    return tuple(train_test_split(X, y, test_size=0.3, stratify=y, random_state=seed))


def vowels(seed: int) -> Split:
    """Return Japanese vowels, 12 coefficients a frame and how they change.

    Coefficients are standardized by the training frames.
    """
    A, B, a, b = coefficients(seed)
    frames = np.concatenate(A)
    mean, spread = frames.mean(axis=0), frames.std(axis=0)

    def prepared(samples: list[np.ndarray]) -> list[np.ndarray]:
        scaled = [(x - mean) / spread for x in samples]
        return [np.hstack([x, 2 * np.gradient(x, axis=0)]).astype(np.float32) for x in scaled]

    return prepared(A), prepared(B), a, b


def coefficients(seed: int) -> Split:
    """Return Japanese vowels as they come, 12 coefficients a frame."""
    (X, y), (X_test, y_test) = (fetch_japanese_vowels(s, return_X_y=True) for s in SUBSETS)
    return X, X_test, y, y_test


def spoken(seed: int) -> Split:
    """Return the Free Spoken Digit Dataset as frames of 32 frequency bands.

    Each recording is standardized to mean 0 and standard deviation 1.
    """
    (X, y), (X_test, y_test) = (fetch_fsdd(s, return_X_y=True) for s in SUBSETS)
    front = MelSpectrogram().fit(X)
    frames = ([(x - x.mean()) / x.std() for x in front.transform(part)] for part in (X, X_test))
    return *frames, y, y_test


def odours(seed: int) -> Split:
    """Return sequences of three odours, ten draws of each.

    Test sequences are the same with new noise.
    """
    X, y = make_odour_sequences(
        hallem_olsen(), n_basis=16, n_draws=20, noise=0.2, random_state=seed
    )
    half = len(y) // 2
    return X[:half], X[half:], y[:half], y[half:]


def hallem_olsen() -> np.ndarray:
    """Return the responses of 24 receptors (columns) to odours (rows)."""
    path = Path(os.environ["SPARCELEARN_DATA"], "odours", "hallem_olsen.mat")
    return loadmat(path)["hallem_olsen"]


def nmnist(seed: int) -> Split:
    """Return 250 recordings of N-MNIST: events of 34 x 34 pixels of two polarities."""
    (X, y), (X_test, y_test) = (fetch_nmnist(s, version="small", return_X_y=True) for s in SUBSETS)
    return X, X_test, y, y_test


def on_counts(seed: int, recurrent: bool) -> Pipeline:
    """Return rectified units driven by the number of events in each 10 ms."""
    counting = FunctionTransformer(SpikeTrains.to_dense, kw_args={"dt": 10.0})
    reservoir = rate(
        seed,
        recurrent,
        neuron=LeakyReLU,
        n_readouts=6,
        leak_rate=0.1,
        input_scaling=0.2,
        bias_scaling=0.3,
        input_wiring=Projection(0.1),
    )
    return make_pipeline(counting, reservoir)


def resampled(samples: list[np.ndarray], n_frames: int = 8) -> np.ndarray:
    """Return rows of equal length: frames at equally spaced instants."""
    instants = [np.linspace(0, len(x) - 1, n_frames).round().astype(int) for x in samples]
    return np.stack([x[k].ravel() for x, k in zip(samples, instants, strict=True)])


TASKS = {
    "digits": Task(
        digits,
        {
            "rate": partial(rate, n_readouts=8, leak_rate=0.8, input_scaling=0.2),
            "spiking": spiking,
        },
        range(5),
        40,
    ),
    "vowels": Task(
        vowels,
        {
            "rate": partial(
                rate, n_readouts=4, leak_rate=0.5, input_scaling=0.2, bias_scaling=0.5
            ),
            "spiking": spiking,
        },
        range(5),
        40,
        resampled,
    ),
    "spoken": Task(
        spoken,
        {
            "rate": partial(
                rate, n_units=1_000, n_readouts=8, leak_rate=0.3, input_scaling=0.3,
                bias_scaling=0.5, connectivity=0.02,
            ),
            "spiking": partial(
                spiking, n_units=1_000, n_readouts=8, input_wiring=Projection(0.2)
            ),
        },
        range(5),
        20,
        resampled,
    ),
    "odours": Task(
        odours,
        {
            "rate": partial(rate, neuron=LeakyReLU, leak_rate=0.1, spectral_radius=0.95,
                            connectivity=0.02, input_wiring=Projection(0.25)),
            "spiking": spiking,
        },
        range(5),
        100,
    ),
    "nmnist": Task(
        nmnist,
        {
            "rate": on_counts,
            "spiking": spiking,
        },
        range(5),
        60,
        lambda X: X.counts().astype(np.float32),
    ),
}  # fmt: skip
