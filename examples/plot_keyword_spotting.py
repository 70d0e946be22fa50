"""
A keyword in a stream of sound
==============================

You learn to find a word in a stream that has no gaps: the model says at every frame whether the
word has just ended, and goes on learning while it listens.
"""

# %%
# Words are made here: each is a path of two tones through twelve frequency bands. One of five is
# the keyword; all come in noise, at random times, spoken faster or more slowly.

import numpy as np
from matplotlib import pyplot as plt

from sparcelearn import ReservoirClassifier
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import SpikingReservoir
from sparcelearn.reservoir.input_wiring import Delays

rng = np.random.default_rng(0)
BANDS = np.arange(12)
PATHS = rng.uniform(0, 11, (5, 2, 4))  # word, tone, corner of its path


def speak(word):
    """Return the frames of a word."""
    n = rng.integers(16, 22)
    at = np.linspace(0, 3, n)
    tones = [np.interp(at, range(4), path) for path in PATHS[word]]
    return sum(np.exp(-((BANDS - tone[:, np.newaxis]) ** 2) / 1.5) for tone in tones)


frames, labels, words = [], [], []
for _ in range(400):
    word = rng.integers(5)
    gap = np.zeros((rng.integers(6, 20), 12))
    words.append((len(np.concatenate([*frames, gap])) if frames else len(gap), word))
    sound = speak(word)
    frames += [gap, sound, np.zeros((4, 12))]
    labels += [np.zeros(len(gap) + len(sound) - 2), np.full(6, word == 0)]
X = np.concatenate(frames)
X += 0.25 * rng.standard_normal(X.shape)
y = np.concatenate(labels).astype(int)
print(f"{len(X)} frames, {sum(word == 0 for _, word in words)} times the keyword")

# %%
# One model for the whole stream. Each frame is judged before it is learned.

model = ReservoirClassifier(
    SpikingReservoir(
        500, input_wiring=Delays(max_lag=24), carry_state=True, calibration_rows=512, random_state=0
    ),
    SparceClassifier(
        sparsity=0.5, batch_size=1, learning_rate=0.003, calibration_samples=512, random_state=0
    ),
)
model.partial_fit(X[:1024], y[:1024], classes=[0, 1])
score = np.zeros(len(X))
for first in range(1024, len(X), 32):
    piece = slice(first, first + 32)
    score[piece] = model.predict_proba(X[piece])[:, 1]
    model.partial_fit(X[piece], y[piece])

# %%
# A word is found where the probability exceeds one half around its end.

found, false = [], []
for k, (start, word) in enumerate(words):
    if start < len(X) // 2:
        continue
    end = words[k + 1][0] if k + 1 < len(words) else len(X)
    (found if word == 0 else false).append(score[start:end].max() > 0.5)
print(f"second half: {np.mean(found):.0%} of the keywords found, {np.mean(false):.0%} false alarms")

shown = slice(len(X) - 500, len(X))
_, (above, below) = plt.subplots(2, 1, figsize=(9, 4), sharex=True, layout="constrained")
above.imshow(X[shown].T, aspect="auto", origin="lower", cmap="cividis")
above.set(ylabel="frequency band")
below.fill_between(range(500), y[shown], color="0.85", step="mid", label="keyword has ended")
below.plot(score[shown], color="#D55E00", label="probability")
below.axhline(0.5, color="0.4", ls=":", lw=1)
below.set(xlabel="frame", ylim=(0, 1.35), yticks=(0, 0.5, 1))
below.legend(loc="upper right", ncols=2)
plt.show()
