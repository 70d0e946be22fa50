"""Tables of the documentation, from the results that the other scripts have written.

    python benchmarks/sparce/tables.py            # writes and prints all
    python benchmarks/sparce/tables.py --check    # fails if one is not what the results say

Each becomes a CSV file next to its JSON file, and the gains also a figure;
docs/benchmarks/sparce.rst includes them.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from _results import interval
from columns import LOGGED
from rows import FOLDER, Rows, groups, values
from tasks import TASKS

Table = list[Sequence[Any]]


def read(name: str) -> Rows:
    """Return the rows of a result, none if its script has not been run."""
    file = FOLDER / f"{name}.json"
    return json.loads(file.read_text("utf-8"))["rows"] if file.exists() else []


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Return mean and standard deviation."""
    deviation = f" ± {np.std(values, ddof=1):.{digits}f}" if len(values) > 1 else ""
    return f"{np.mean(values):.{digits}f}{deviation}"


def columns() -> Table:
    """Return MNIST by columns, and the author's log."""
    table: Table = [("percentile", "test accuracy (%)", "author's log (%)", "coding level")]
    for (percentile,), rows in groups(read("columns"), "percentile").items():
        accuracy, coding = values(rows, "test_accuracy"), values(rows, "coding_level")
        table.append((percentile, spread(accuracy, 2), LOGGED[percentile], spread(coding, 2)))
    return table


def odours(name: str = "odours") -> Table:
    """Return the accuracy on odour sequences at each percentile."""
    columns = ("reservoir", "n_basis", "noise", "updates")
    percentiles = list(dict.fromkeys(values(read(name), "percentile")))
    table: Table = [("reservoir", "basis", "noise", "updates", *(f"n = {n}" for n in percentiles))]
    for (*task, updates), rows in groups(read(name), *columns).items():
        cells = groups(rows, "percentile").values()
        means = (f"{np.mean(values(cell, 'accuracy')):.1f}" for cell in cells)
        table.append((*task, f"{updates:,}", *means))
    return table


def forgetting() -> Table:
    """Return the accuracy on tasks learned one after another."""
    names = ("first_task_learned", "first_task_after_next", "first_task_at_end",
             "mean_of_tasks_at_end")  # fmt: skip
    table: Table = [("reservoir", "readout", *(name.replace("_", " ") for name in names))]
    for key, rows in groups(read("forgetting"), "reservoir", "readout").items():
        table.append((*key, *(spread(values(rows, name)) for name in names)))
    return table


def full_mnist() -> Table:
    """Return MNIST at full size."""
    table: Table = [("features", "readout", "test accuracy (%)", "coding level", "seeds")]
    for kind in ("raw", "rate", "spiking", "permuted_rate", "permuted_spiking"):
        for (features, arm), rows in groups(read(f"mnist_{kind}"), "features", "arm").items():
            accuracy, coding = values(rows, "test_accuracy"), values(rows, "coding_level")
            table.append((features, arm, spread(accuracy, 2), spread(coding, 2), len(rows)))
    return table


def in_blocks() -> Table:
    """Return time and memory of full MNIST in blocks."""
    names = ("test_accuracy", "coding_level", "epochs", "most_memory_gb", "seconds")
    units = ("%", "", "", "GB", "s")
    heads = (name.removesuffix("_gb").replace("_", " ") for name in names)
    table: Table = [tuple(f"{n} ({u})" if u else n for n, u in zip(heads, units, strict=True))]
    return [*table, *([row[name] for name in names] for row in read("in_blocks"))]


def path() -> Table:
    """Return the cost of a path of levels, and how good its choice is."""
    table: Table = [("features", "epochs at each level", "held-out accuracy (%)",
                     "levels chosen", "cost (fits)")]  # fmt: skip
    for (name, epochs), rows in groups(read("path"), "features", "epochs_of_trials").items():
        accuracy, fits = values(rows, "held_out_accuracy"), values(rows, "fits")
        levels = " ".join(f"{level:.1f}" for level in values(rows, "level"))
        table.append((name, epochs, spread(accuracy, 2), levels, spread(fits, 2)))
    return table


def paired() -> dict[tuple[str, str], dict[tuple, Rows]]:
    """Return rows of every data set and reservoir that readouts were compared on, by arm."""
    sources = {f"compare_{name}": (name, tuple(task.reservoirs)) for name, task in TASKS.items()}
    sources |= {f"mnist_{kind}": ("MNIST, full size", (kind,)) for kind in ("rate", "spiking")}
    permuted = ("permuted_rate", "permuted_spiking")
    sources |= {f"mnist_{kind}": ("MNIST, permuted pixels", (kind,)) for kind in permuted}
    found = {
        (data, kind.removeprefix("permuted_")): groups(
            [row for row in read(file) if row["features"] == kind], "arm"
        )
        for file, (data, kinds) in sources.items()
        for kind in kinds
    }
    # without rows its script has not been run; one seed has no spread
    return {key: rows for key, rows in found.items() if len(rows.get(("SpaRCe",), [])) > 1}


def gains() -> Table:
    """Return SpaRCe minus no thresholds, paired by seed, with 95 % intervals (t)."""
    table: Table = [("data", "reservoir", "SpaRCe (%)", "no thresholds (%)", "difference (points)",
                     "95 % interval", "seeds")]  # fmt: skip
    for (data, kind), found in paired().items():
        ours, plain = both(found)
        gain, half = interval(ours - plain)
        ends = f"{gain - half:+.2f} to {gain + half:+.2f}"
        table.append((data, kind, spread(ours), spread(plain), f"{gain:+.2f}", ends, len(ours)))
    return table


def both(found: dict[tuple, Rows]) -> list[np.ndarray]:
    """Return test accuracies with and without thresholds, seed by seed."""
    return [np.array(values(found[arm,], "test_accuracy")) for arm in ("SpaRCe", "no thresholds")]


def plot_gains() -> None:
    """Draw the gains as points with their intervals, rate and spiking reservoirs side by side."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    found = {key: interval(np.subtract(*both(rows))) for key, rows in paired().items()}
    names = list(dict.fromkeys(name for name, _ in found))[::-1]
    figure, axes = plt.subplots(figsize=(7, 0.5 * len(names) + 1.2), layout="constrained")
    for kind, marker, color, shift in (("rate", "s", "C0", 0.12), ("spiking", "o", "C1", -0.12)):
        mine = {name: found[name, kind] for name in names if (name, kind) in found}
        axes.errorbar(
            [gain for gain, _ in mine.values()],
            [names.index(name) + shift for name in mine],
            xerr=[half for _, half in mine.values()],
            fmt=marker, color=color, capsize=3, label=f"{kind} reservoir",
        )  # fmt: skip
    axes.axvline(0, color="0.6", zorder=0)
    axes.set(
        yticks=range(len(names)), yticklabels=names, xlabel="SpaRCe minus no thresholds (points)"
    )
    axes.legend(loc="lower right", frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(FOLDER / "gains.png", dpi=130)


def arms() -> Table:
    """Return the test accuracy of every readout, over data sets and reservoirs."""
    found = {name: groups(read(f"compare_{name}"), "features", "arm") for name in TASKS}
    kinds = [key for name in TASKS for key in dict.fromkeys((name, k) for k, _ in found[name])]
    names = list(dict.fromkeys(arm for name in TASKS for _, arm in found[name]))
    table: Table = [("data", "features", *names)]
    for name, kind in kinds:
        cells = (found[name].get((kind, arm)) for arm in names)
        table.append(
            (name, kind, *(spread(values(c, "test_accuracy")) if c else "" for c in cells))
        )
    return table


def anatomy() -> Table:
    """Return how learning changed the code, after the last epoch."""
    names = ("accuracy", "coding_level", "specificity", "weights_per_sample", "force_said",
             "force_right", "correlation_before", "correlation_after", "correlation_control",
             "rank_correlation_after", "rank_correlation_control")  # fmt: skip
    last = [row for row in read("anatomy") if names[-1] in row]
    table: Table = [("reservoir", "n", "thresholds", *(name.replace("_", " ") for name in names))]
    for (kind, level, how), rows in groups(last, "features", "sparsity", "thresholds").items():
        means = [np.mean(values(rows, name)) for name in names]
        cells = (f"{mean:,.0f}" if mean > 1000 else f"{mean:.3g}" for mean in means)
        table.append((kind, round(100 * level), how, *cells))
    return table


def thresholds() -> Table:
    """Return scores over what thresholds move by and how far, and levels of sparsity."""
    rows = read("thresholds")
    levels = sorted({row["level"] for row in rows})
    table: Table = [("data", "weights, or rate", *(f"{100 * level:.0f} %" for level in levels))]
    found = groups(rows, "data", "how", "level")
    for name, how in dict.fromkeys((name, how) for name, how, _ in found):
        cells = (found.get((name, how, level)) for level in levels)
        table.append((name, how, *(spread(values(c, "score")) if c else "" for c in cells)))
    return table


TABLES: dict[str, Callable[[], Table]] = {
    "columns": columns,
    "odours": odours,
    "odours_noise": partial(odours, "odours_noise"),
    "forgetting": forgetting,
    "full_mnist": full_mnist,
    "in_blocks": in_blocks,
    "path": path,
    "gains": gains,
    "arms": arms,
    "anatomy": anatomy,
    "thresholds": thresholds,
}


def render(name: str) -> str:
    """Return a table as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(TABLES[name]())
    return text.getvalue()


def main() -> None:
    """Write and print all tables, or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    options = parser.parse_args()
    for name in TABLES:
        file = FOLDER / f"{name}.csv"
        if not options.check:
            file.write_text(render(name), "utf-8")
            print(f"{name}\n{render(name)}")
        elif file.read_text("utf-8") != render(name):
            sys.exit(f"{file} is not what the results say")
    if not options.check:
        plot_gains()


if __name__ == "__main__":
    main()
