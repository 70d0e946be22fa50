"""Random numbers that depend only on a seed, on the values of a sample and on the step.

A number is the finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) of a key plus a
multiple of its increment, so that each can be computed without the ones before.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.sequences import Sequences

from ._base import place_of_rows

INCREMENT = np.uint64(0x9E3779B97F4A7C15)

Words = NDArray[np.uint64]


def scramble(words: Words) -> Words:
    """Map numbers of 64 bits to others, one to one, so that each bit depends on all."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def nth(keys: Words, n: NDArray[np.integer]) -> Words:
    """Return the n-th number of each key's sequence."""
    return scramble(keys + (n.astype(np.uint64) + np.uint64(1)) * INCREMENT)


def sample_keys(sequences: Sequences, seed: int) -> Words:
    """Return a key for each sample, of its values, their places and the seed."""
    bits = (sequences.rows + 0.0).view(np.uint64)  # -0.0 is 0.0
    rows = nth(bits, np.arange(bits.shape[1])).sum(axis=1, dtype=np.uint64)
    positions = place_of_rows(sequences)[1]
    samples = np.add.reduceat(nth(scramble(rows), positions), sequences.starts[:-1])
    return scramble(samples ^ nth(np.zeros(1, dtype=np.uint64), np.array([seed])))


def keys_of(blocks: Sequence[Sequences], seed: int, fresh_trials: bool) -> Words:
    """Return a key for each sample of a call; with fresh trials no two are alike."""
    keys = np.concatenate([sample_keys(block, seed) for block in blocks])
    return trial_keys(keys) if fresh_trials else keys


def trial_keys(keys: Words) -> Words:
    """Return a key of its own for each of equal ones; the first of them keeps the one it has."""
    places = np.arange(len(keys))
    order = np.argsort(keys, kind="stable")
    is_first = np.append(True, np.diff(keys[order]) != 0)[: len(keys)]
    trials = np.empty_like(places)
    trials[order] = places - np.maximum.accumulate(np.where(is_first, places, 0))
    return np.where(trials > 0, nth(scramble(keys), trials), keys)


def uniform(keys: Words, n: NDArray[np.integer]) -> NDArray[np.floating]:
    """Return the n-th number of each key's sequence, in [0, 1)."""
    return (nth(keys, n) >> np.uint64(11)) * 2.0**-53
