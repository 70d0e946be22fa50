"""The documentation's page of speed, some of its rows for the README, a figure, and growth.

python benchmarks/speed_table.py            # writes them from the results of the other scripts
python benchmarks/speed_table.py --check    # fails if one of them says anything else
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from typing import Any

from _results import RESULTS, ROOT, read

README, GROWTH = ROOT / "README.md", RESULTS / "growth.csv"
PAGE = ROOT / "docs" / "benchmarks" / "speed.rst"
BEGIN, END = "<!-- speed table: written by benchmarks/speed_table.py -->\n", "<!-- end -->\n"
HEAD = ("work", "against", "times as fast (range)", "goal", "measured")
OWN_HEAD = ("measured", "value", "goal")
IN_README = (
    ("CUBA 4000, dt 0.1 ms", "Brian2 standalone"),
    ("LIF reservoir 1000, dt 1 ms", "NEST"),
    ("LIF reservoir 1000, dt 1 ms", "by hand"),
    ("echo state 1000, density 0.1, one series", "ReservoirPy"),
    ("SpaRCe, one row a call, 1000 features x 10 classes", "SGDClassifier"),
)
HOW = """\
Each row is a run of {make} on its day, all on the same network, weights and input, on one core:
ratios of medians of neighbouring turns, float32 here and the peers as they come ({processor},
load average {load:.1f} at the end). Goals that were missed are marked."""
PAGE_TEXT = """\
.. Written by benchmarks/speed_table.py.

Speed
=====

{how}
*By hand* is a loop for this one network, compiled by numba.

{table}
.. image:: ../../benchmarks/results/speed.png
   :alt: How many times as fast each row is, and its goal

Time and memory of this library alone ({processors}):

{own_table}
How far from the limit
----------------------

This core moves {bandwidth}, and does {operations:.0f} additions and multiplications of float32 in a
nanosecond. A kernel cannot take less time than its operations need, nor than its bytes need to come
and go; the longer of the two is its limit. Bytes, operations and times are those of one element: a
unit, a synapse, a feature (``benchmarks/roofline.py``).

.. csv-table::
   :file: ../../benchmarks/results/roofline.csv
   :header-rows: 1
"""


def how(make: str) -> str:
    """Return how the ratios were measured."""
    machine = read("speed")["machine"]
    return HOW.format(make=make, processor=machine["processor"], load=machine["load_average"][0])


def block() -> str:
    """Return the README's block: a few rows of the table."""
    rows = [
        [*HEAD],
        ["---"] * len(HEAD),
        *(cells for cells in speed_rows() if tuple(cells[:2]) in IN_README),
    ]
    table = "".join(f"| {' | '.join(cells)} |\n" for cells in rows)
    return f"{how('`make bench`')} [All rows](docs/benchmarks/speed.rst).\n\n{table}"


def page() -> str:
    """Return the documentation's page, with all rows."""
    found = [read(name) for name in ("startup", "memory", "growth")]
    return PAGE_TEXT.format(
        how=how("``make bench``"),
        table=rst_table(HEAD, speed_rows()),
        processors=", ".join(dict.fromkeys(each["machine"]["processor"] for each in found if each)),
        own_table=rst_table(OWN_HEAD, own_rows()),
        **core_limits(),
    )


def core_limits() -> dict[str, Any]:
    """Return what the core can do, as the page says it."""
    limits = read("roofline")
    moved = [f"{value:.0f} bytes in {level}" for level, value in limits["GB_per_s"].items()]
    operations = limits["G_operations_per_s"]
    return {"bandwidth": f"{', '.join(moved)} in a nanosecond", "operations": operations}


def rst_table(head: Sequence[str], rows: list[list[str]]) -> str:
    """Return a table as Sphinx reads it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n   ", quoting=csv.QUOTE_ALL)
    writer.writerows(rows)
    header = ", ".join(f'"{name}"' for name in head)
    return f".. csv-table::\n   :header: {header}\n\n   {text.getvalue().rstrip()}\n"


def speed_rows() -> list[list[str]]:
    """Return the cells of each row of the table of speed."""
    return [
        cells(row, peer, goal)
        for row in read("speed")["rows"]
        for peer, goal in row["goals"].items()
    ]


def cells(row: dict[str, Any], peer: str, goal: float) -> list[str]:
    """Return the cells of one row: work, peer, ratio, goal and day."""
    fault = row["faults"].get(peer.removesuffix(", whole run"))
    if fault:
        return [row["name"], peer, fault, f"{goal:.3g}", row["date"]]
    ratio = row["ratios"][peer]
    measured = f"{number(ratio['median'])} ({number(ratio['low'])} to {number(ratio['high'])})"
    wanted = f"{goal:,.2g}" if goal < 10 else f"{goal:,.0f}"
    mark = "" if ratio["median"] >= goal else ", missed"
    return [row["name"], peer, measured, wanted + mark, row["date"]]


def number(value: float) -> str:
    """Return two significant figures or, from a hundred on, the whole number."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def own_rows() -> list[list[str]]:
    """Return the cells of each row that is measured against seconds or bytes."""
    startup, memory, growth = read("startup"), read("memory"), read("growth")
    rows: list[tuple[str, float, str, float]] = []
    for name, goal in startup.get("targets", {}).items():
        rows.append(
            (
                f"start-up, {name.removeprefix('+ ')} (s)",
                startup["seconds"][name]["median"],
                ".2f",
                goal,
            )
        )
    if memory:
        two = memory["cases"]["28 instants, 2 cores"]
        beyond = two["peak"] - two["output"]
        rows.append(
            ("60,000 images, 28 instants: two cores' time of one's", memory["ratio"], ".2f", 0.6)
        )
        rows.append(("the same, memory beyond the features (MB)", beyond, ".0f", 300))
    if growth:
        units = growth["axes"]["units"]
        built, (fewer, more) = units["build_seconds"][-1], units["seconds"][-2:]
        event = "a synaptic event among 100,000 units against one among 10,000 (times)"
        rows.append((event, more / fewer / 10, ".1f", 1.5))
        rows.append(("100,000 units x 100 synapses, built and fitted (s)", built, ".1f", 20))
    return [
        [name, f"{value:{form}}", f"at most {goal:g}{'' if value <= goal else ', missed'}"]
        for name, value, form, goal in rows
    ]


WHY = {  # the expected exponent for each size, and why
    "units": "1 while state and synapses (600 bytes per unit) fit into a level of the cache; more "
    "beyond that, where weights come from the next level",
    "density": "below 1: the state of all units advances in any case; even less where dense rows "
    "are added whole",
    "rate": "below 1 for the same reason; finally 1: every spike adds a row of weights",
    "samples": "1: one after another, plus the cost of a call",
    "steps": "1, plus the cost of a call",
    "classes": "below 1: thresholds and the list of active features do not depend on classes; "
    "finally 1",
    "features": "1, plus the cost of a call",
    "coding level": "below 1: every feature is compared with its threshold, but only active ones "
    "are weighted and updated",
}


def growth_table() -> str:
    """Return how time grows with each size, as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["size", "from", "to", "exponent", "of the two largest", "expected"])
    for name, axis in read("growth")["axes"].items():
        ends = (f"{axis['sizes'][k]:,g}" for k in (0, -1))
        writer.writerow([name, *ends, axis["exponent"], axis["exponent_of_largest"], WHY[name]])
    return text.getvalue()


def parts(text: str) -> tuple[str, str, str]:
    """Split the README into what comes before the block, the block, and what comes after."""
    before, rest = text.split(BEGIN)
    block, after = rest.split(END, 1)
    return before + BEGIN, block, END + after


def draw() -> None:
    """Draw how many times as fast each row is, and its goal."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    rows = [
        (f"{row['name']} / {peer}", row["ratios"][peer], goal)
        for row in read("speed")["rows"]
        for peer, goal in row["goals"].items()
        if peer in row["ratios"]
    ][::-1]
    figure, axes = plt.subplots(figsize=(9, 0.3 * len(rows) + 1), layout="constrained")
    for place, (_, ratio, goal) in enumerate(rows):
        axes.plot([ratio["low"], ratio["high"]], [place, place], color="0.7", linewidth=4)
        axes.plot(ratio["median"], place, "o", color="C0" if ratio["median"] >= goal else "C3")
        axes.plot(goal, place, "|", color="black", markersize=12)
    axes.set_yticks(range(len(rows)), [name for name, *_ in rows], fontsize=8)
    axes.set_xscale("log")
    axes.axvline(1, color="0.8", zorder=0)
    axes.set_xlabel("times as fast as the peer\ndot: median, bar: range, tick: goal; red: missed")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(RESULTS / "speed.png", dpi=100)


def main() -> None:
    """Write all, or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    options = parser.parse_args()
    before, _, after = parts(README.read_text("utf-8"))
    written = {README: before + block() + after, PAGE: page(), GROWTH: growth_table()}
    for path, text in written.items():
        if not options.check:
            path.write_text(text, "utf-8")
        elif path.read_text("utf-8") != text:
            sys.exit(f"{path} does not say what the results say")
    if not options.check:
        draw()


if __name__ == "__main__":
    main()
