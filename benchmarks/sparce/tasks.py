"""Data sets of the comparison, and the reservoirs that read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.model_selection import train_test_split

from sparcelearn.datasets import (
    fetch_fsdd,
    fetch_japanese_vowels,
    fetch_mnist,
    fetch_nmnist,
    load_digits_sequence,
)
from sparcelearn.reservoir import LIF, EchoStateReservoir, SpikingReservoir
from sparcelearn.reservoir.encoders import MelSpectrogram

Split = tuple[Any, Any, np.ndarray, np.ndarray]


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
    flat: Callable[[Any], np.ndarray] = lambda X: X.reshape(len(X), -1)


def rate(seed: int, recurrent: bool, n_units: int = 500, **options: Any) -> EchoStateReservoir:
    """Return a reservoir of tanh units."""
    wiring = None if recurrent else sparse.csr_array((n_units, n_units))
    return EchoStateReservoir(n_units, wiring=wiring, dtype="float32", random_state=seed, **options)


def spiking(seed: int, recurrent: bool, n_units: int = 500, **options: Any) -> SpikingReservoir:
    """Return a reservoir of LIF units that fire all the time: the input moves rates."""
    tonic = {
        "neuron": LIF(t_ref=0.0),
        "recurrent_scaling": 1.0,
        "inhibition": 1.0,
        "input_scaling": 4.0,
        "bias_scaling": 8.0,
        "input_connectivity": 0.5,
        "tau_trace": 40.0,
    }
    options = {**tonic, **options}
    if not recurrent:
        options["recurrent_scaling"] = 0.0
    return SpikingReservoir(n_units, random_state=seed, **options)


def digits(seed: int) -> Split:
    """Return 8 x 8 digits row by row, 70/30."""
    X, y = load_digits_sequence(return_X_y=True)
    return tuple(train_test_split(X, y, test_size=0.3, stratify=y, random_state=seed))


def mnist(seed: int, n_train: int = 10_000, n_test: int = 2_000) -> Split:
    """Return MNIST by columns, the first images of both sets."""
    parts = []
    for subset, n in (("train", n_train), ("test", n_test)):
        images, labels = fetch_mnist(subset, return_X_y=True)
        parts.append(((images[:n].transpose(0, 2, 1) / 255).astype(np.float32), labels[:n]))
    return parts[0][0], parts[1][0], parts[0][1], parts[1][1]


def vowels(seed: int) -> Split:
    """Return Japanese vowels, 12 coefficients a frame, frames of unequal number."""
    X, y = fetch_japanese_vowels("train", return_X_y=True)
    X_test, y_test = fetch_japanese_vowels("test", return_X_y=True)
    return X, X_test, y, y_test


def spoken(seed: int) -> Split:
    """Return the Free Spoken Digit Dataset as frames of 32 frequency bands."""
    (X, y), (X_test, y_test) = (fetch_fsdd(s, return_X_y=True) for s in ("train", "test"))
    front = MelSpectrogram().fit(X)
    return front.transform(X), front.transform(X_test), y, y_test


def nmnist(seed: int) -> Split:
    """Return the sample of N-MNIST: events of 34 x 34 pixels of two polarities."""
    (X, y), (X_test, y_test) = (fetch_nmnist(s, return_X_y=True) for s in ("train", "test"))
    return X, X_test, y, y_test


def resampled(samples: list[np.ndarray], n_frames: int = 8) -> np.ndarray:
    """Return rows of equal length: frames at equally spaced instants."""
    instants = [np.linspace(0, len(x) - 1, n_frames).round().astype(int) for x in samples]
    return np.stack([x[k].ravel() for x, k in zip(samples, instants, strict=True)])


TASKS = {
    "digits": Task(
        digits,
        {
            "rate": partial(rate, n_readouts=8, leak_rate=0.8, input_scaling=0.2),
            "spiking": partial(spiking, n_readouts=8, steps_per_input=40),
        },
        range(5),
        40,
    ),
    "vowels": Task(
        vowels,
        {
            "rate": partial(rate, n_readouts=4, leak_rate=0.4, input_scaling=0.5),
            "spiking": partial(spiking, n_readouts=4, steps_per_input=20),
        },
        range(5),
        60,
        resampled,
    ),
    "spoken": Task(
        spoken,
        {
            "rate": partial(rate, n_readouts=8, leak_rate=0.3, input_scaling=0.3),
            "spiking": partial(spiking, n_readouts=8, steps_per_input=10),
        },
        range(5),
        30,
        resampled,
    ),
    "mnist": Task(
        mnist,
        {
            "rate": partial(rate, n_units=300, n_readouts=14, leak_rate=0.3, input_scaling=0.1),
            "spiking": partial(
                spiking, n_units=300, n_readouts=14, input_connectivity=0.2, input_scaling=6.0,
                bias_scaling=12.0,
            ),
        },
        range(5),
        15,
    ),
    "nmnist": Task(
        nmnist,
        {
            "spiking": partial(
                spiking, n_readouts=6, input_scaling="auto", bias_scaling=0.0,
                input_connectivity=0.05,
            ),
        },
        range(5),
        60,
        lambda X: X.counts().astype(np.float32),
    ),
}  # fmt: skip
