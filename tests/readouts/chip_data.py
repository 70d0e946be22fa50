"""Samples that tests of chips share: numbers with classes and values, spikes, first spikes."""

import numpy as np

from sparcelearn import SpikeTrains

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 6))
Y = (X[:, 0] + 0.5 * X[:, 1] > 0) + 2 * (X[:, 2] > 0)
VALUES = X @ RNG.normal(size=(6, 2))
SPIKES = SpikeTrains.from_dense(RNG.random((60, 30, 6)) < 0.2)
LABELS = (SPIKES.counts()[:, 0] > SPIKES.counts()[:, 1]).astype(int)
TIMES = RNG.uniform(0, 20, size=(60, 6))
FIRST = TIMES[:, :3].argmin(axis=1)
