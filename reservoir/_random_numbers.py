"""Random numbers inside a simulation: they follow from the seed, the sample, the step, the unit.

So they do not depend on where a sample stands in its batch, on how a stream is cut,
on threads or on the backend. :func:`normals`, :func:`counts` and :func:`uniforms` are the
reference of the compiled kernel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.sequences import Events, Sequences

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_CHUNK = 2**20  # numbers hashed at once


def mix(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Turn counters into 64 bits that look random (the mixing function of SplitMix64).

    Parameters
    ----------
    z : ndarray of dtype uint64
        Counters.

    Returns
    -------
    ndarray of the same shape, dtype uint64
    """
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def sample_keys(samples: Sequences | Events, seed: int) -> NDArray[np.uint64]:
    """Return a key for each sample that follows from its content and a seed.

    Parameters
    ----------
    samples : Sequences or Events
        The samples.
    seed : int
        From 0.

    Returns
    -------
    ndarray of shape (n_samples,), dtype uint64
        Equal for samples that are equal.
    """
    keys = np.zeros(len(samples), dtype=np.uint64)
    rows_at_once = max(1, _CHUNK // _width(samples))
    for begin in range(0, int(samples.starts[-1]), rows_at_once):
        piece = samples.cut(begin, begin + rows_at_once)
        first = np.searchsorted(samples.starts, begin, side="right") - 1
        own = np.arange(first, first + len(piece))
        rows = begin + np.arange(piece.starts[-1])
        in_sample = rows - np.repeat(samples.starts[own], piece.lengths)
        sums = np.add.reduceat(_hash_rows(piece, in_sample), piece.starts[:-1])
        keys[own] += sums
    return mix(keys + np.array([seed], dtype=np.uint64) * GOLDEN)  # arrays overflow silently


def _width(samples: Sequences | Events) -> int:
    return 1 if isinstance(samples, Events) else samples.rows.shape[1]


def _hash_rows(piece: Sequences | Events, in_sample: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Hash each row: the sum of hashes of (place in the sample, channel, value)."""
    place = mix((in_sample.astype(np.uint64) + np.uint64(1)) * GOLDEN)
    if isinstance(piece, Events):
        n_events = np.diff(piece.row_starts)
        hashed = mix(np.repeat(place, n_events) + piece.channels.astype(np.uint64))
        sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(hashed, dtype=np.uint64)])
        return sums[piece.row_starts[1:]] - sums[piece.row_starts[:-1]] + place
    bits = piece.rows.view(f"u{piece.rows.itemsize}").astype(np.uint64)
    channel = np.arange(1, bits.shape[1] + 1, dtype=np.uint64) * GOLDEN
    hashed = mix(mix(bits + channel) + place[:, np.newaxis])
    return hashed.sum(axis=1, dtype=np.uint64)


def normals(key: np.uint64, step: int, n_rows: int, n_units: int) -> NDArray[np.float64]:
    """Return the standard normal numbers of one step, as the compiled kernel computes them.

    Parameters
    ----------
    key : uint64
        Key of the sample.
    step : int
        Steps since rest.
    n_rows, n_units : int
        How many numbers.

    Returns
    -------
    ndarray of shape (n_rows, n_units)
    """
    bits = _words(key, step, np.arange(n_rows), n_units)
    a = ((bits >> np.uint64(32)).astype(np.float64) + 0.5) * 2.0**-32
    b = ((bits & np.uint64(0xFFFFFFFF)).astype(np.float64) + 0.5) * 2.0**-32
    return np.sqrt(-2 * _logarithm(a)) * _sine(np.pi * (b - 0.5))


def counts(
    key: np.uint64,
    step: int,
    first_row: int,
    means: NDArray[np.float64],
    silences: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return the Poisson numbers of one step, as the compiled kernel computes them.

    Parameters
    ----------
    key : uint64
        Key of the sample.
    step : int
        Steps since rest.
    first_row : int
        Rows of other random numbers before these.
    means, silences : ndarray of shape (n_rows, n_units)
        Their means, and the chances of 0.

    Returns
    -------
    ndarray of shape (n_rows, n_units)
    """
    u = uniforms(key, step, first_row, *means.shape)
    number = np.zeros(means.shape, dtype=np.int64)
    chance, below = silences.copy(), silences.copy()
    while np.any(rises := (u >= below) & (chance > 0)):
        number[rises] += 1
        chance[rises] *= means[rises] / number[rises]
        below[rises] += chance[rises]
    return number


def uniforms(
    key: np.uint64, step: int, first_row: int, n_rows: int, n_units: int
) -> NDArray[np.float64]:
    """Return the uniform numbers of one step, as the compiled kernel computes them.

    Parameters
    ----------
    key : uint64
        Key of the sample.
    step : int
        Steps since rest.
    first_row : int
        Rows of other random numbers before these.
    n_rows, n_units : int
        How many numbers.

    Returns
    -------
    ndarray of shape (n_rows, n_units)
        From 0 to less than 1.
    """
    bits = _words(key, step, first_row + np.arange(n_rows), n_units)
    return (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _words(key: np.uint64, step: int, rows: NDArray[np.int64], n_units: int) -> NDArray[np.uint64]:
    """Return 64 random bits for each row and unit."""
    at_step = mix(np.array([key]) + np.array([step], dtype=np.uint64) * GOLDEN)
    base = mix(at_step + (rows + 1).astype(np.uint64) * GOLDEN)
    unit = np.arange(1, n_units + 1, dtype=np.uint64) * GOLDEN
    return mix(base[:, np.newaxis] + unit)


def _logarithm(a: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ln(2^e m) = e ln 2 + 2 artanh((m - 1) / (m + 1))."""
    fraction, exponent = np.frexp(a)
    m, exponent = 2 * fraction, exponent - 1.0
    t = (m - 1) / (m + 1)
    s = t * t
    tail = 1 / 9 + s * (1 / 11 + s * (1 / 13 + s * (1 / 15)))
    series = 1 + s * (1 / 3 + s * (1 / 5 + s * (1 / 7 + s * tail)))
    return exponent * 0.6931471805599453 + 2 * t * series


def _sine(x: NDArray[np.float64]) -> NDArray[np.float64]:
    s = x * x
    tail = 1 - s * (1 / 110) * (1 - s * (1 / 156) * (1 - s * (1 / 210)))
    return x * (
        1 - s * (1 / 6) * (1 - s * (1 / 20) * (1 - s * (1 / 42) * (1 - s * (1 / 72) * tail)))
    )
