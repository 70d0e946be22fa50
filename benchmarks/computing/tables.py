"""Write the tables of the page on computing reservoirs from the stored results.

    python benchmarks/computing/tables.py [--check]

``--check`` writes nothing, and fails where a table is not what the results say.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from _results import RESULTS, read

SAMPLES = (
    "digits",
    "mnist_part",
    "mnist",
    "nmnist",
    "odours",
    "odours_2000",
    "vowels",
    "spoken",
    "psmnist",
    "psmnist_part",
)
READOUTS = ("ridge", "SpaRCe", "plain")


def shown(values: Sequence[float], factor: float = 100.0, digits: int = 1) -> str:
    """Return mean and standard deviation over seeds."""
    scaled = factor * np.asarray(values)
    return f"{scaled.mean():.{digits}f} ± {scaled.std():.{digits}f}"


def series() -> Iterable[list[str]]:
    """Yield the mean over the seven sets of each arm."""
    sets = read("computing_series")["sets"]
    names = [name for name in sets if name != "ACSF1"]
    yield ["arm", "mean of seven", *names, "ACSF1"]
    for arm in sets[names[0]]:
        if "seconds" in arm:
            continue
        n_seeds = len(sets[names[0]][arm])
        means = [np.mean([sets[name][arm][k] for name in names]) for k in range(n_seeds)]
        each = [f"{100 * np.mean(sets[name][arm]):.1f}" for name in (*names, "ACSF1")]
        yield [arm, shown(means), *each]


def samples() -> Iterable[list[str]]:
    """Yield the accuracy of each readout on each arm of each task."""
    yield ["task", "reservoir", *READOUTS]
    for task in SAMPLES:
        for arm, rows in read(f"computing_{task}").get("arms", {}).items():
            found: list[Any] = [[row[r] for row in rows if r in row] for r in READOUTS]
            yield [task, arm, *(shown(values) if values else "" for values in found)]


def learning_curve() -> Iterable[list[str]]:
    """Yield the accuracy of each learner after few and many images."""
    sizes = read("computing_learning_curve")["sizes"]
    yield ["learner", *(f"{n} images" for n in sizes)]
    for arm in next(iter(sizes.values())):
        yield [arm, *(shown(row[arm]) for row in sizes.values())]


def force() -> Iterable[list[str]]:
    """Yield how well each arm draws each pattern."""
    arms = read("computing_force")["arms"]
    yield ["units, fed back while learning", *next(iter(arms.values()))]
    for arm, patterns in arms.items():
        yield [
            arm,
            *(shown([next(iter(x.values())) for x in p], 1.0, 3) for p in patterns.values()),
        ]


def streams() -> Iterable[list[str]]:
    """Yield the errors and the memory of each arm."""
    tasks = read("computing_streams")["tasks"]
    yield ["reservoir", *tasks]
    for arm in next(iter(tasks.values())):
        digits = [1 if task == "memory" else 5 for task in tasks]
        yield [arm, *(shown(tasks[t][arm], 1.0, d) for t, d in zip(tasks, digits, strict=True))]


def figure(errors: Sequence[float]) -> str:
    """Return the mean of errors, with its spread if there are several."""
    return shown(errors, 1.0, 5) if len(errors) > 1 else "".join(f"{e:.5f}" for e in errors)


def one_step() -> Iterable[list[str]]:
    """Yield the errors of forecasts of the next row, and the level of sparsity chosen."""
    tasks = read("computing_one_step")["tasks"]
    yield ["forecast", *(part for task in tasks for part in (task, "level"))]
    for arm in max(tasks.values(), key=len):
        cells = []
        for rows in tasks.values():
            row = rows.get(arm, {"errors": []})
            errors, level = row["errors"], row.get("level")
            cells += [figure(errors), "" if level is None else str(level)]
        yield [arm, *cells]


def closed_loop() -> Iterable[list[str]]:
    """Yield NRMSE84 of Mackey-Glass, and for how many Lyapunov times forecasts of Lorenz hold."""
    tasks = read("computing_closed_loop")
    yield ["units", "Mackey-Glass, NRMSE84", "Lorenz, Lyapunov times"]
    for arm in tasks["mackey_glass"]:
        found = [tasks[task][arm]["found"] for task in ("mackey_glass", "lorenz")]
        yield [arm, shown(found[0], 1.0, 4), shown(found[1], 1.0, 1)]


def field() -> Iterable[list[str]]:
    """Yield for how many Lyapunov times each arm forecasts fields."""
    found = read("computing_field")["lengths"]
    yield ["models", *(f"length {length}" for length in found)]
    for arm in next(iter(found.values()))["valid"]:
        yield [arm, *(shown(part["valid"][arm], 1.0, 2) for part in found.values())]


def rows() -> Iterable[list[str]]:
    """Yield the accuracy of each arm on each stream of rows."""
    sets = read("computing_rows")["sets"]
    arms = list(next(iter(sets.values())))
    yield ["set", *arms]
    for name, row in sets.items():
        yield [name, *(shown(row[arm]) for arm in arms)]


IN_PAIRS = "digits", "mnist", "spoken", "nmnist"  # data sets whose classes come two at a time


def incremental() -> Iterable[list[str]]:
    """Yield what is left at each level of sparsity."""
    found = {name: read(f"computing_incremental_{name}")["levels"] for name in IN_PAIRS}
    columns = list(found["digits"]["0.9"])
    yield ["data", "sparsity", *columns]
    for name, levels in found.items():
        for level, row in levels.items():
            yield [name, level, *(shown(row[c]) if c in row else "" for c in columns)]


def incremental_others() -> Iterable[list[str]]:
    """Yield what others make of classes that come two at a time."""
    found = {name: read(f"computing_incremental_{name}") for name in IN_PAIRS}
    yield ["learned once", *found]
    for how in ("sparing, once", "sparing, ahead", "long averages, once", "long averages, ahead"):
        yield [f"SpaRCe 0.9, {how}", *(shown(f["levels"]["0.9"][how]) for f in found.values())]
    for name in found["digits"]["others"]:
        yield [name, *(shown(f["others"][name]) for f in found.values())]


def intervals() -> Iterable[list[str]]:
    """Yield how often intervals of 90 % hold, and the error of the forecasts they are around."""
    parts = ("before", "through", "after", "lowest", "highest", "fixed")
    yield ["series, units, rows ahead", *parts, "NRMSE", "last value"]
    for arm, rows in read("computing_intervals")["arms"].items():
        yield [
            arm.removesuffix(" ahead"),
            *(shown([row[part] for row in rows]) for part in parts),
            *(shown([row[error] for row in rows], 1.0, 3) for error in ("NRMSE", "last value")),
        ]


TABLES = (
    series,
    samples,
    learning_curve,
    streams,
    one_step,
    intervals,
    closed_loop,
    field,
    force,
    rows,
    incremental,
    incremental_others,
)


def main() -> None:
    """Write every table, or compare it."""
    for table in TABLES:
        path, text = RESULTS / f"computing_{table.__name__}.csv", io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(table())
        if "--check" not in sys.argv:
            path.write_text(text.getvalue(), "utf-8")
        elif path.read_text("utf-8") != text.getvalue():
            sys.exit(f"{path} is not what the results say")


if __name__ == "__main__":
    main()
