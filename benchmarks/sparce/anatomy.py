"""How learning changes a sparse code: coding level, forces on thresholds, silent features.

    python benchmarks/sparce/anatomy.py [--json]

MNIST by columns, 300 units at 14 instants, rate and spiking; learned from the first 8,000
training images and analysed on 2,000 others after every epoch. No test image is used. For
every percentile: accuracy, coding level, specificity of features, weights that a sample
touches, and the two forces on the thresholds of active features,

    d theta_i = rate * (sum_k p_k W_ki - sum_k t_k W_ki) * sign(r_i)

the first from the outputs, to which other active features contribute, too, the second from the
targets. At the end: whether correlated features fell silent (rank correlation over features of
mean absolute correlation before with coding level after), compared with a control that silences
the smallest values to the same coding level. Needs SPARCELEARN_DATA.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from columns import columns
from compare import scaled
from rows import Row, collect, command_line, means
from scipy.special import expit
from tasks import rate, spiking

from sparcelearn.measures import pruning_report, specificity
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir.input_wiring import Patches

SEEDS = range(3)
LEVELS = (0.0, 0.2, 0.4, 0.6, 0.8)
N_LEARN, N_LOOK, EPOCHS = 8_000, 2_000, 12
N_CORRELATED = 1_000  # features, drawn at random, whose correlations are taken


def forces(readout: SparceClassifier, X: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return the mean of both forces on the thresholds of active features."""
    code = np.sign(readout.sparse_code(X))
    said = expit(readout.decision_function(X))
    right = np.eye(len(readout.classes_))[np.searchsorted(readout.classes_, y)]
    n = np.count_nonzero(code)
    up, down = (np.sum(code * (what @ readout.coef_)) / n for what in (said, right))
    return float(up), float(-down)


def observe(readout: SparceClassifier, X: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    """Return measures of a readout on samples that it does not learn from."""
    code = readout.sparse_code(X)
    up, down = forces(readout, X, y)
    active = np.count_nonzero(code)
    return {
        "accuracy": round(100 * readout.score(X, y), 2),
        "coding_level": round(active / np.count_nonzero(X), 4),
        "specificity": round(float(np.nanmean(specificity(code, y))), 4),
        "weights_per_sample": round(active / len(X) * len(readout.classes_)),
        "force_said": float(f"{up:.3g}"),
        "force_right": float(f"{down:.3g}"),
        "threshold_shift": float(f"{np.mean(readout.learned_thresholds_):.3g}"),
    }


def silenced(readout: SparceClassifier, X: np.ndarray, seed: int) -> dict[str, float]:
    """Return correlations before, after, and under the control."""
    some = np.random.default_rng([seed, 5]).choice(X.shape[1], N_CORRELATED, replace=False)
    report = pruning_report(X[:, some], readout.sparse_code(X)[:, some], "magnitude")
    figures = {f"correlation_{k}": v for k, v in report.mean_abs_correlation.items()}
    figures |= {f"rank_correlation_{k}": v for k, v in report.rank_correlation.items()}
    return {name: round(float(value), 4) for name, value in figures.items()}


def features(kind: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the features of 300 units, and labels."""
    X, y = columns("train", N_LEARN + N_LOOK)
    if kind == "rate":
        options = {"leak_rate": 0.3, "input_scaling": 0.1}
        reservoir: Any = rate(seed, recurrent=True, n_units=300, n_readouts=14, **options)
    else:
        fields = Patches((28,), width=7, n_lags=7, smoothing=1.0)
        reservoir = spiking(seed, recurrent=True, n_units=300, n_readouts=14, input_wiring=fields)
    return reservoir.fit_transform(X), y


def run(kind: str, seed: int) -> Iterator[Row]:
    """Yield a row for each percentile and epoch."""
    X, y = features(kind, seed)
    learn, look = scaled(X[:N_LEARN], X[N_LEARN:])
    for level, moving in itertools.product(LEVELS, (True, False)):
        readout = SparceClassifier(
            level, max_iter=1, warm_start=True, learning_rate_schedule="constant",
            learn_thresholds=moving, random_state=seed, solver="adam", loss="sigmoid",
            alpha=0.0, batch_size=20, average=None,
        )  # fmt: skip
        for epoch in range(1, EPOCHS + 1):
            readout.fit(learn, y[:N_LEARN])
            row = {"features": kind, "seed": seed, "sparsity": level,
                   "thresholds": "learned" if moving else "fixed", "epoch": epoch}  # fmt: skip
            row |= observe(readout, look, y[N_LEARN:])
            yield row | (silenced(readout, look, seed) if epoch == EPOCHS else {})


def main() -> None:
    """Run all, print means over seeds after the last epoch, write the rows if requested."""
    options = command_line(__doc__).parse_args()
    runs = (row for kind in ("rate", "spiking") for seed in SEEDS for row in run(kind, seed))
    last = [row for row in collect(runs, "anatomy", options.json) if row["epoch"] == EPOCHS]
    names = ("features", "sparsity", "thresholds")
    means(last, names, [name for name in last[0] if name not in (*names, "seed", "epoch")])


if __name__ == "__main__":
    main()
