"""The demo: handwritten digits, a spiking reservoir, and classes that come two at a time."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.linear_model import RidgeClassifierCV
from sklearn.model_selection import train_test_split

from .datasets import class_incremental_order, load_digits_sequence
from .readouts import SparceClassifier
from .reservoir import SpikingReservoir

SEEDS = range(3)
RESERVOIR = SpikingReservoir(1000)
RIDGE = RidgeClassifierCV(alphas=np.logspace(-1, 4, 6))
PLAIN, SPARCE = "plain online readout", "SpaRCe"
READOUTS = {
    PLAIN: SparceClassifier(sparsity=None, max_iter=20),
    SPARCE: SparceClassifier(sparsity=0.5, max_iter=20),
}
# The sparser the code, the fewer weights a new class shares with earlier ones, and Adam's steps,
# which are small, move those little.
GENTLE: dict[str, Any] = {
    "solver": "adam",
    "loss": "sigmoid",
    "alpha": 0.0,
    "batch_size": 20,
    "average": None,
}
IN_TASKS = {
    PLAIN: SparceClassifier(None, **GENTLE),
    SPARCE: SparceClassifier(0.8, **GENTLE),
}
N_TASKS = 5  # of two classes each
COLOURS = {PLAIN: "#777777", SPARCE: "#0072B2"}

Split = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]


def main(arguments: list[str] | None = None) -> None:
    """Train, print two tables, and draw a figure.

    Parameters
    ----------
    arguments : list of str, default=None
        Command-line arguments; None takes those of the process.
    """
    parser = argparse.ArgumentParser(prog="python -m sparcelearn", description=__doc__)
    parser.add_argument("--figure", type=Path, default=Path("demo.png"), help="where to draw it")
    figure = parser.parse_args(arguments).figure

    X, y = load_digits_sequence(return_X_y=True)
    print(f"{len(X)} handwritten digits, each a sequence of {X.shape[1]} time steps x {X.shape[2]}")
    print(f"channels, and a reservoir of {RESERVOIR.n_units} spiking units in which nothing learns")
    print("(the first run compiles it, which takes seconds). 70 % are learned, 30 % are tests.\n")
    together: dict[str, list[float]] = {}
    in_tasks: dict[str, list[list[float]]] = {name: [] for name in IN_TASKS}
    for seed in SEEDS:
        begin = time.perf_counter()
        parts = train_test_split(X, y, test_size=0.3, stratify=y, random_state=seed)
        reservoir = clone(RESERVOIR).set_params(random_state=seed).fit(parts[0])
        states: Split = (*map(reservoir.transform, parts[:2]), *parts[2:])
        for name, accuracy in learn_together(parts, states, seed):
            together.setdefault(name, []).append(accuracy)
        for name, readout in IN_TASKS.items():
            in_tasks[name].append(learn_in_tasks(readout, states, seed))
        print(f"seed {seed}: {time.perf_counter() - begin:.1f} s", flush=True)

    print(f"\n{'accuracy on test digits, all classes at once':46} {'mean':>7} {'spread':>7}")
    for name, accuracies in together.items():
        print(f"{name:46} {np.mean(accuracies):7.1%} {np.std(accuracies, ddof=1):7.1%}")
    print(f"\n{'two classes at a time, each once: on all so far':46}")
    for name, curves in in_tasks.items():
        shown = "  ".join(f"{accuracy:4.0%}" for accuracy in np.mean(curves, axis=0))
        print(f"{name:40} {shown}")
    draw(figure, together, in_tasks)


def learn_together(parts: Any, states: Split, seed: int) -> Iterable[tuple[str, float]]:
    """Yield the name and the test accuracy of each way to learn all classes at once."""
    X, X_test, y, y_test = parts
    train, test = states[:2]
    pixels = RIDGE.fit(X.reshape(len(X), -1), y)
    yield "ridge on pixels, no reservoir", pixels.score(X_test.reshape(len(X_test), -1), y_test)
    for name, readout in READOUTS.items():
        learned = clone(readout).set_params(random_state=seed).fit(train, y)
        yield name, learned.score(test, y_test)
    yield "ridge, closed form", RIDGE.fit(train, y).score(test, y_test)


def learn_in_tasks(readout: SparceClassifier, states: Split, seed: int) -> list[float]:
    """Return accuracies over all classes so far, after each task; samples are learned once."""
    train, test, y, y_test = states
    readout = clone(readout).set_params(random_state=seed)
    order, task = class_incremental_order(y, N_TASKS, random_state=seed)
    accuracies = []
    for number in range(N_TASKS):
        rows = order[task == number]
        readout.partial_fit(train[rows], y[rows], classes=np.unique(y))
        seen = np.isin(y_test, y[order[task <= number]])
        accuracies.append(readout.score(test[seen], y_test[seen]))
    return accuracies


def draw(
    path: Path, together: dict[str, list[float]], in_tasks: dict[str, list[list[float]]]
) -> None:
    """Draw accuracies, and accuracies after each task; needs matplotlib."""
    try:
        import matplotlib as mpl
    except ImportError:
        print("\nNo figure: install matplotlib (pip install 'sparce-learn[plot]').")
        return
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (bars, curves) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
    draw_bars(bars, together)
    draw_curves(curves, in_tasks, float(np.mean(together[SPARCE])))
    figure.savefig(path, dpi=120)
    plt.close(figure)
    print(f"\nFigure: {path}")


def draw_bars(ax: Any, together: dict[str, list[float]]) -> None:
    """Draw accuracies with their spread over seeds, from 0."""
    for place, (name, accuracies) in enumerate(together.items()):
        mean, spread = 100 * np.mean(accuracies), 100 * np.std(accuracies, ddof=1)
        colour = COLOURS.get(name, "#BBBBBB")
        ax.barh(place, mean, xerr=spread, color=colour, height=0.6, error_kw={"capsize": 3})
        ax.text(2, place, f"{name}: {mean:.1f} %", va="center", color=_ink(colour))
    ax.set(xlabel="accuracy on test digits (%)", xlim=(0, 105), yticks=[])
    ax.set_title("all classes at once")
    ax.invert_yaxis()
    ax.spines[["top", "right"]].set_visible(False)


def draw_curves(ax: Any, in_tasks: dict[str, list[list[float]]], joint: float) -> None:
    """Draw accuracies after each task with their spread over seeds."""
    for (name, accuracies), style in zip(in_tasks.items(), ("s--", "o-"), strict=True):
        mean, spread = 100 * np.mean(accuracies, axis=0), 100 * np.std(accuracies, axis=0, ddof=1)
        n_classes = 2 * np.arange(1, len(mean) + 1)
        ax.errorbar(n_classes, mean, spread, fmt=style, color=COLOURS[name], capsize=3, label=name)
    ax.axhline(100 * joint, color="black", lw=0.8, ls=":", label="SpaRCe, all classes at once")
    ax.set(xlabel="classes learned, two at a time", ylabel="accuracy on all of them (%)")
    ax.set(ylim=(0, 105), xticks=n_classes)
    ax.set_title("two classes at a time, none repeated")
    ax.legend(loc="center right")
    ax.spines[["top", "right"]].set_visible(False)


def _ink(colour: str) -> str:
    """Return a colour of text that can be read on another."""
    return "black" if colour == "#BBBBBB" else "white"
