"""Rows of results: printed, stored in a file, and averaged over seeds."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.append(str(Path(__file__).parents[1]))
from _results import RESULTS, write

FOLDER = RESULTS / "sparce"

Row = dict[str, Any]
Rows = list[Row]


def command_line(doc: str) -> argparse.ArgumentParser:
    """Return the parser of a script: its first line, and whether to keep the rows."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    return parser


def collect(rows: Iterable[Row], name: str, keep: bool) -> Rows:
    """Print rows and return them; store each one immediately."""
    command = " ".join(["python", f"benchmarks/sparce/{Path(sys.argv[0]).name}", *sys.argv[1:]])
    found: Rows = []
    for row in rows:
        print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)
        found.append(row)
        if keep:
            write(f"sparce/{name}", command, {"rows": found})
    return found


def groups(rows: Rows, *names: str) -> dict[tuple, Rows]:
    """Return groups of rows with equal values in these columns, in order of appearance."""
    found: dict[tuple, Rows] = {}
    for row in rows:
        found.setdefault(tuple(row[name] for name in names), []).append(row)
    return found


def values(rows: Rows, name: str) -> list[float]:
    """Return one column."""
    return [row[name] for row in rows]


def means(rows: Rows, names: Sequence[str], figures: Sequence[str]) -> None:
    """Print means and standard deviations of figures over groups of rows."""
    print("\n" + "  ".join((*names, *figures)))
    for group, mine in groups(rows, *names).items():
        print("  ".join(map(str, group)), end=":")
        for figure in figures:
            column = values(mine, figure)
            deviation = f" ± {np.std(column, ddof=1):.2g}" if len(column) > 1 else ""
            print(f"  {np.mean(column):.4g}{deviation}", end="")
        print()
