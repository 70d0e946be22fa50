"""The README's table of speed, its figure, and the table of growth in the documentation.

python benchmarks/speed_table.py            # writes them from the results of the other scripts
python benchmarks/speed_table.py --check    # fails if a table says anything else
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from typing import Any

from _results import RESULTS, ROOT, read

README, GROWTH = ROOT / "README.md", RESULTS / "growth.csv"
BEGIN, END = "<!-- speed table: written by benchmarks/speed_table.py -->\n", "<!-- end -->\n"
HEAD = "| work | against | times as fast (range) | goal |\n|---|---|---|---|\n"
OWN_HEAD = "| beside | measured | goal |\n|---|---|---|\n"


def render() -> str:
    """Return the block of the README; scripts that have not been run have no rows."""
    speed = read("speed")
    load, processor = speed["machine"]["load_average"][0], speed["machine"]["processor"]
    text = (
        "Each row is one run of `make bench`: the same network, weights and input for all, on one\n"
        "core, turn by turn, ratios of medians of neighbouring turns; float32 here, the peers as\n"
        f"they come ({processor}, load average {load:.1f} at the end). Goals that were missed are "
        "marked.\n\n" + HEAD
    )
    for row in speed["rows"]:
        for peer, goal in row["goals"].items():
            text += line(row, peer, goal)
    beside = own_lines()
    found = [read(name) for name in ("startup", "memory", "growth")]
    processors = dict.fromkeys(each["machine"]["processor"] for each in found if each)
    where = f"\nSeconds and megabytes ({', '.join(processors)}):\n\n"
    return text + (where + OWN_HEAD + "".join(beside) if beside else "")


def line(row: dict[str, Any], peer: str, goal: float) -> str:
    """Return one row of the table."""
    fault = row["faults"].get(peer.removesuffix(", whole run"))
    if fault:
        return f"| {row['name']} | {peer} | {fault} | {goal:.3g} |\n"
    ratio = row["ratios"][peer]
    measured = f"{number(ratio['median'])} ({number(ratio['low'])} to {number(ratio['high'])})"
    wanted = f"{goal:,.2g}" if goal < 10 else f"{goal:,.0f}"
    if row["enough"]:
        measured += f", {row['rates']['sparcelearn']['median'] / 1e6:,.0f} M/s"
        wanted += f" or {row['enough'] / 1e6:,.0f} M/s"
    mark = "" if is_reached(row, peer, goal) else ", missed"
    return f"| {row['name']} | {peer} | {measured} | {wanted}{mark} |\n"


def number(value: float) -> str:
    """Return two significant figures or, from a hundred on, the whole number."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def is_reached(row: dict[str, Any], peer: str, goal: float) -> bool:
    """Whether a goal is reached, by the ratio or by speed itself."""
    fast = row["enough"] is not None and row["rates"]["sparcelearn"]["median"] >= row["enough"]
    return bool(fast or row["ratios"][peer]["median"] >= goal)


def own_lines() -> list[str]:
    """Return what is measured against a number of seconds or of bytes."""
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
        built = growth["axes"]["units"]["build_seconds"][-1]
        rows.append(("100,000 units x 100 synapses, built and fitted (s)", built, ".1f", 20))
    return [
        f"| {name} | {value:{form}} | at most {goal:g}{'' if value <= goal else ', missed'} |\n"
        for name, value, form, goal in rows
    ]


WHY = {  # what a factor in each size costs, and why it is no other
    "units": "1 while state and synapses (600 bytes a unit) fit into a level of the cache; more "
    "where they outgrow one and each weight comes from the next",
    "density": "below 1: the state of all units advances in any case; less still where rows are "
    "full enough to be added whole",
    "rate": "below 1 for the same reason; 1 in the end: every spike adds a row of weights",
    "samples": "1: one after another, beside what a call costs",
    "steps": "1, beside what a call costs",
    "classes": "below 1: thresholds and the list of active features do not know of classes; 1 in "
    "the end",
    "features": "1, beside what a call costs",
    "coding level": "below 1: every feature is held to its threshold, active ones only are "
    "weighed and moved",
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
        (f"{row['name']} / {peer}", row["ratios"][peer], goal, is_reached(row, peer, goal))
        for row in read("speed")["rows"]
        for peer, goal in row["goals"].items()
        if peer in row["ratios"]
    ][::-1]
    figure, axes = plt.subplots(figsize=(9, 0.3 * len(rows) + 1), layout="constrained")
    for place, (_, ratio, goal, reached) in enumerate(rows):
        axes.plot([ratio["low"], ratio["high"]], [place, place], color="0.7", linewidth=4)
        axes.plot(ratio["median"], place, "o", color="C0" if reached else "C3")
        axes.plot(goal, place, "|", color="black", markersize=12)
    axes.set_yticks(range(len(rows)), [name for name, *_ in rows], fontsize=8)
    axes.set_xscale("log")
    axes.axvline(1, color="0.8", zorder=0)
    axes.set_xlabel("times as fast as the peer\ndot: median, bar: range, tick: goal; red: missed")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(RESULTS / "speed.png", dpi=100)


def main() -> None:
    """Write the block and the figure, or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    options = parser.parse_args()
    before, block, after = parts(README.read_text("utf-8"))
    if options.check:
        if block != render():
            sys.exit("README.md does not say what the results say")
        if GROWTH.read_text("utf-8") != growth_table():
            sys.exit(f"{GROWTH} does not say what the results say")
        return
    README.write_text(before + render() + after, "utf-8")
    GROWTH.write_text(growth_table(), "utf-8")
    draw()


if __name__ == "__main__":
    main()
