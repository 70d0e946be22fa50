"""
Spoken digits
=============

Recordings of the Free Spoken Digit Dataset go through a bank of frequency bands into a
spiking reservoir. Sounds have different lengths; each is one sequence.
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.pipeline import make_pipeline

from sparcelearn.datasets import fetch_fsdd
from sparcelearn.displays import SpikeRasterDisplay
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import SpikingReservoir
from sparcelearn.reservoir.encoders import MelSpectrogram
from sparcelearn.reservoir.input_wiring import Projection

# %%
# Takes 5 to 49 are for training and takes 0 to 4 for testing. To be quick, only every third
# recording is used for training.

train, test = fetch_fsdd("train"), fetch_fsdd("test")
some = range(0, len(train.data), 3)
model = make_pipeline(
    MelSpectrogram(train.sample_rate, n_bands=24),
    SpikingReservoir(400, n_readouts=8, input_wiring=Projection(0.2), random_state=0),
    SparceClassifier(sparsity=0.4, max_iter=30, random_state=0),
)
model.fit([train.data[k] for k in some], train.target[some])
predicted = model.predict(test.data)
print(
    f"test accuracy, {len(some)} recordings learned from: {np.mean(predicted == test.target):.3f}"
)
for speaker in np.unique(test.speaker):
    of_speaker = test.speaker == speaker
    print(f"  {speaker:10} {np.mean((predicted == test.target)[of_speaker]):.2f}")

# %%
# The input of the reservoir for one digit, and the spikes of its units.

frames = model[0].transform(test.data[:1])
_, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
left.imshow(frames[0].T, origin="lower", aspect="auto", cmap="cividis")
left.set(title=f"loudness, digit {test.target[0]}", xlabel="frame (10 ms)", ylabel="band")
SpikeRasterDisplay.from_estimator(model[1], frames, ax=right)
plt.show()
