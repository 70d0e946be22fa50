"""The demo: a spiking reservoir and SpaRCe on handwritten digits, compared with two baselines."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.linear_model import RidgeClassifierCV
from sklearn.model_selection import train_test_split

from .datasets import load_digits_sequence
from .displays import BeforeAfterDisplay, SparsityPathDisplay, SpikeRasterDisplay
from .readouts import SparceClassifier
from .reservoir import LIF, SpikingReservoir
from .reservoir.input_wiring import Projection

LEVELS = (None, 0.0, 0.2, 0.4, 0.6)
SEED = 0
# Units fire all the time and the input changes their rate, so that features are graded.
RESERVOIR = SpikingReservoir(
    neuron=LIF(t_ref=0.0),
    bias_scaling=8.0,
    input_scaling=4.0,
    input_wiring=Projection(0.5),
    loop_gain=1.0,
    inhibition=1.0,
    steps_per_input=40,
    tau_trace=40.0,
    n_readouts=8,
    random_state=SEED,
)
READOUT = SparceClassifier(loss="squared", threshold_rate=1.0, max_iter=40, random_state=SEED)


def main(arguments: list[str] | None = None) -> None:
    """Train, print a table, and draw a figure.

    Parameters
    ----------
    arguments : list of str, default=None
        Command-line arguments; None takes those of the process.
    """
    parser = argparse.ArgumentParser(prog="python -m sparcelearn", description=__doc__)
    parser.add_argument("--figure", type=Path, default=Path("demo.png"), help="where to draw it")
    figure = parser.parse_args(arguments).figure

    X, y = load_digits_sequence(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=0.3, stratify=y, random_state=SEED
    )
    print(f"{len(X_train)} handwritten digits to learn from, {len(X_test)} to test on, each a")
    print(f"sequence of {X.shape[1]} time steps x {X.shape[2]} channels.")

    begin = time.perf_counter()
    reservoir = clone(RESERVOIR).fit(X_train)
    train, test = reservoir.transform(X_train), reservoir.transform(X_test)
    seconds = time.perf_counter() - begin
    duration = X.shape[1] * reservoir.steps_per_input * reservoir.dt / 1000
    spikes = reservoir.firing_rates_.mean() * duration
    print(
        f"{reservoir.n_units} spiking units, simulated once in {seconds:.1f} s (with compilation in"
    )
    print(f"the first run); {spikes:.1f} spikes per unit and digit.\n")

    print(f"{'readout':26} {'sparsity':>8} {'accuracy':>9} {'coding level':>13} {'seconds':>8}")
    rows = [fit_and_score(level, train, y_train, test, y_test) for level in LEVELS]
    print(ridge_row(train, y_train, test, y_test))
    draw(figure, reservoir, X_test[:1], rows)


def fit_and_score(
    level: float | None,
    train: NDArray[Any],
    y_train: NDArray[Any],
    test: NDArray[Any],
    y_test: NDArray[Any],
) -> dict[str, Any]:
    """Train one readout, print its row and return what the figure needs."""
    begin = time.perf_counter()
    readout = clone(READOUT).set_params(sparsity=level).fit(train, y_train)
    seconds = time.perf_counter() - begin
    accuracy = readout.score(test, y_test)
    code = readout.sparse_code(test)
    coding = np.count_nonzero(code) / np.count_nonzero(test)
    name = "online, no thresholds" if level is None else "SpaRCe"
    shown = "-" if level is None else f"{level:.1f}"
    print(f"{name:26} {shown:>8} {accuracy:9.1%} {coding:13.2f} {seconds:8.1f}")
    return {"level": level, "accuracy": accuracy, "coding": coding, "readout": readout}


def ridge_row(
    train: NDArray[Any], y_train: NDArray[Any], test: NDArray[Any], y_test: NDArray[Any]
) -> str:
    """Fit ridge in closed form on the same features, its penalty chosen by leave-one-out."""
    begin = time.perf_counter()
    ridge = RidgeClassifierCV(alphas=np.logspace(-1, 4, 11)).fit(train, y_train)
    seconds = time.perf_counter() - begin
    accuracy = ridge.score(test, y_test)
    return f"{'ridge, closed form':26} {'-':>8} {accuracy:9.1%} {1.0:13.2f} {seconds:8.1f}"


def draw(path: Path, reservoir: SpikingReservoir, digit: NDArray[Any], rows: list[dict]) -> None:
    """Draw a raster, accuracy and coding level over sparsity, and thresholds; needs matplotlib."""
    try:
        import matplotlib as mpl
    except ImportError:
        print("\nNo figure: install matplotlib (pip install 'sparce-learn[plot]').")
        return
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (raster, curve, thresholds) = plt.subplots(1, 3, figsize=(13, 4), layout="constrained")
    SpikeRasterDisplay.from_estimator(reservoir, digit, ax=raster)
    plain, *sparse = rows
    SparsityPathDisplay(
        [row["level"] for row in sparse],
        [row["accuracy"] for row in sparse],
        [row["coding"] for row in sparse],
        baseline=plain["accuracy"],
        score_name="test accuracy",
    ).plot(curve)
    BeforeAfterDisplay.from_estimator(rows[len(rows) // 2]["readout"], ax=thresholds)
    figure.savefig(path, dpi=120)
    plt.close(figure)
    print(f"\nFigure: {path}")
