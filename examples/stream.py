"""A stream: rows are time steps, state is carried, and the readout learns as they come.

The task is to say whether a noisy sine is rising. Every piece of the stream is
predicted first and learned from afterwards; labels are never seen in advance.
"""

import numpy as np

from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import SpikingReservoir

rng = np.random.RandomState(0)
time = np.arange(2000)
stream = (np.sin(time / 8) + 0.1 * rng.randn(len(time)))[:, np.newaxis]
is_rising = (np.cos(time / 8) > 0).astype(int)

reservoir = SpikingReservoir(200, carry_state=True, steps_per_input=5, random_state=0)
reservoir.fit(stream[:200])  # draws the network and calibrates its gain
readout = SparceClassifier(batch_size=1, calibration_samples=200)

for number, rows in enumerate(np.split(time, 20)):
    features = reservoir.transform(stream[rows])  # looks ahead without moving time
    if number:
        print(f"rows {rows[0]:4d} to {rows[-1]:4d}: {readout.score(features, is_rising[rows]):.0%}")
    readout.partial_fit(features, is_rising[rows], classes=[0, 1])
    reservoir.partial_fit(stream[rows])  # now time moves
