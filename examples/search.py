"""Searching: the reservoir is simulated once, and the search is over the readout.

A reservoir does not learn from labels, so its states can be computed before the data are
split: what it calibrates are scales of channels, units and features.
Three searches over the same states: a grid, successive halving, and Optuna's sampler; then
a search through the reservoir's own parameters, with ``memory``, and one on a stream.
"""

import tempfile

import numpy as np
import optuna
from scipy.stats import uniform
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    TimeSeriesSplit,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline

from sparcelearn.datasets import load_digits_sequence
from sparcelearn.readouts import SparceClassifier, SparceRegressor
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir

X, y = load_digits_sequence(return_X_y=True)
X, y = X[:600], y[:600]
reservoir = SpikingReservoir(200, random_state=0)
readout = SparceClassifier(max_iter=10, random_state=0)
levels = [0.0, 0.2, 0.4, 0.6]

states = reservoir.fit_transform(X)  # simulated only here
grid = GridSearchCV(readout, {"sparsity": levels}, cv=3).fit(states, y)
print(f"grid:    sparsity {grid.best_params_['sparsity']:.2f}, accuracy {grid.best_score_:.3f}")

halving = HalvingGridSearchCV(readout, {"sparsity": levels}, cv=3, random_state=0).fit(states, y)
print(f"halving: sparsity {halving.best_params_['sparsity']:.2f}, after {halving.n_iterations_}")


def accuracy(trial):
    """Score a level that Optuna proposes."""
    readout.set_params(sparsity=trial.suggest_float("sparsity", 0.0, 0.9))
    return cross_val_score(readout, states, y, cv=3).mean()


optuna.logging.set_verbosity(optuna.logging.WARNING)
study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
study.optimize(accuracy, n_trials=8)
print(f"Optuna:  sparsity {study.best_params['sparsity']:.2f}, accuracy {study.best_value:.3f}")

# If the parameters of the reservoir are searched, memory simulates each setting and fold once.
with tempfile.TemporaryDirectory() as folder:
    model = make_pipeline(reservoir.set_params(memory=folder), SparceClassifier(max_iter=5))
    settings = {
        "spikingreservoir__drive_spread": [1.0, 2.5],
        "sparceclassifier__sparsity": [0.0, 0.4],
    }
    both = GridSearchCV(model, settings, cv=2).fit(X, y)
    print(f"both:    {both.best_params_}")

# On a stream, training rows come before test rows: do not shuffle.
stream = np.sin(np.arange(1200) / 7)[:, np.newaxis] + 0.1 * uniform.rvs(
    size=(1200, 1), random_state=0
)
states = EchoStateReservoir(100, carry_state=True, random_state=0).fit_transform(stream[:-1])
ahead = GridSearchCV(
    SparceRegressor(batch_size=1, max_iter=5, shuffle=False, random_state=0),
    {"sparsity": [0.0, 0.5]},
    cv=TimeSeriesSplit(4),
).fit(states, stream[1:, 0])
print(f"stream:  sparsity {ahead.best_params_['sparsity']:.2f}, R2 {ahead.best_score_:.3f}")
