"""
A search with Optuna
====================

You learn to search settings of a readout while the reservoir is simulated only once, and to see
which settings matter.
"""

import optuna
from matplotlib import pyplot as plt
from sklearn.model_selection import cross_val_score, train_test_split

from sparcelearn.datasets import load_digits_sequence
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import SpikingReservoir

X, y = load_digits_sequence(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)

# %%
# What ``fit`` measures are scales, without labels, so states may be computed before folds are
# drawn.

reservoir = SpikingReservoir(200, random_state=0).fit(X_train)
states, test_states = reservoir.transform(X_train), reservoir.transform(X_test)


def accuracy(trial):
    """Score settings that Optuna proposes, on training data."""
    readout = SparceClassifier(
        sparsity=trial.suggest_float("sparsity", 0.0, 0.95),
        learning_rate=trial.suggest_float("learning_rate", 1e-4, 3e-2, log=True),
        max_iter=8,
        random_state=0,
    )
    return cross_val_score(readout, states, y_train, cv=3).mean()


optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
study.optimize(accuracy, n_trials=25)
best = SparceClassifier(**study.best_params, max_iter=30, random_state=0).fit(states, y_train)
print({name: round(value, 4) for name, value in study.best_params.items()})
print(f"cross-validated {study.best_value:.3f}, test {best.score(test_states, y_test):.3f}")

# %%
# Each dot is a trial.

_, ax = plt.subplots(figsize=(6, 4), layout="constrained")
trials = study.trials
dots = ax.scatter(
    [trial.params["learning_rate"] for trial in trials],
    [trial.params["sparsity"] for trial in trials],
    c=[trial.value for trial in trials],
    s=60,
    cmap="cividis",
    vmin=0.85,
)
ax.scatter(*list(study.best_params.values())[::-1], s=220, facecolors="none", edgecolors="#D55E00")
ax.set(xscale="log", xlabel="learning rate", ylabel="sparsity")
ax.figure.colorbar(dots, ax=ax, label="accuracy, three folds")
plt.show()
