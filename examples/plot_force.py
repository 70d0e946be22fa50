"""
Learn a rhythm while it runs (FORCE)
====================================

You learn to let a chaotic reservoir produce a pattern by itself: it hears its own output, and the
readout is corrected in every step, so fast that the output is almost right from the beginning.
When learning stops, the network goes on alone.
"""

import numpy as np
from matplotlib import pyplot as plt

from sparcelearn import ForceRegressor

t = np.arange(5000)
pattern = np.sin(2 * np.pi * t / 120) + 0.5 * np.sin(2 * np.pi * t / 40 + 1)
nothing = np.zeros((len(t), 1))  # there is no input
learned = 3000

# %%
# The readout learns in every one of 3,000 steps. Nothing of the reservoir is learned.

model = ForceRegressor(random_state=0).fit(nothing[:learned], pattern[:learned])

# %%
# From here on nothing is learned, and what is fed back is what the readout says.

alone = model.predict(nothing[learned:])
truth = pattern[learned:]
print(f"correlation over 2,000 steps alone: {np.corrcoef(alone, truth)[0, 1]:.3f}")
print(f"largest error {np.abs(alone - truth).max():.3f}, of a pattern from -1.5 to 1.5")

# %%
# Beside it, the same readout that learned with the right values fed back (``teacher_forcing``): it
# has never heard an error of its own. For so smooth a rhythm that is as good.

forced = ForceRegressor(teacher_forcing=True, random_state=0)
forced.fit(nothing[:learned], pattern[:learned])
other = forced.predict(nothing[learned:])
print(f"taught with the right values: correlation {np.corrcoef(other, truth)[0, 1]:.3f}")

fig, axes = plt.subplots(2, 1, figsize=(10, 4), layout="constrained", sharex=True, sharey=True)
for ax, name, found in zip(axes, ("FORCE", "right values"), (alone, other), strict=True):
    ax.plot(truth[-600:], color="0.6", lw=3, label="taught")
    ax.plot(found[-600:], color="#D55E00", lw=1.2, label="alone")
    ax.set(ylabel=name, ylim=(-2.2, 2.2))
axes[0].legend(loc="upper right", ncols=2)
axes[1].set_xlabel("last 600 of 2,000 steps alone")
plt.show()
