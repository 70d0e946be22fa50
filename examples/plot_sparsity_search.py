"""
Searching over sparsity
=======================

The sparsity at which thresholds start is a parameter like any other. The reservoir does not
learn, so it need not be simulated again for each level.
"""

from matplotlib import pyplot as plt
from sklearn.model_selection import train_test_split

from sparcelearn.datasets import load_digits_sequence
from sparcelearn.displays import CodingLevelDisplay, SparsityPathDisplay
from sparcelearn.readouts import SparceClassifier, SparceClassifierCV
from sparcelearn.reservoir import EchoStateReservoir

X, y = load_digits_sequence(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
reservoir = EchoStateReservoir(300, n_readouts=8, leak_rate=0.8, input_scaling=0.2, random_state=0)
train = reservoir.fit_transform(X_train)
test = reservoir.transform(X_test)

# %%
# All levels learn from the same features, in two folds; the best then learns from all.

readout = SparceClassifier(max_iter=10, random_state=0)
search = SparceClassifierCV(readout, sparsities=[0.0, 0.3, 0.6, 0.8, 0.9], cv=2).fit(train, y_train)
plain = SparceClassifier(sparsity=None, max_iter=10, random_state=0).fit(train, y_train)
print(f"level chosen: {search.sparsity_:.2f}")
print(f"test accuracy: {search.score(test, y_test):.3f}")
print(f"without thresholds: {plain.score(test, y_test):.3f}")

# %%
# On the right, the chosen readout epoch by epoch.

_, (left, right) = plt.subplots(1, 2, figsize=(10, 3.5), layout="constrained")
SparsityPathDisplay.from_estimator(search, ax=left)
CodingLevelDisplay.from_estimator(
    readout.set_params(sparsity=search.sparsity_),
    train,
    y_train,
    X_test=test,
    y_test=y_test,
    ax=right,
)
plt.show()
