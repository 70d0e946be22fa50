"""Speed of this library and its peers on the same work, in one run, on one core.

    make bench    or    python benchmarks/speed.py --json [--only NAME] [--quick] [--no-peers]

Every contender is a process on one core and one thread; peers have separate environments (made on
the first run). All of one row get the same arrays, take turns (A B C A B C ...), and measure their
processor time, which is the elapsed time if nothing else runs. A ratio is that of neighbouring
turns; its median and range are reported. Spikes are counted, and last states compared, to show that
the work was the same. Brian2 is a binary that is compiled once and kept: its "loop" is the time
that it reports, its "whole run" is the process.

With ``--json`` the figures go to ``benchmarks/results/speed.json``; ``speed_table.py`` turns
them into docs/benchmarks/speed.rst, five rows of the README and a figure. The rows and their goals
are in ``_speed_rows.py``.
"""

from __future__ import annotations

import argparse
import fnmatch
import time
from typing import Any

from _contenders import OWN, take_turns
from _results import pin, read, spread, write
from _speed_rows import OURS, Row, all_rows


def compare(row: Row, turns: int, with_peers: bool) -> dict[str, Any]:
    """Run a row and describe what was seen."""
    there = {k: c for k, c in row.contenders.items() if with_peers or c.library in OWN}
    seen = take_turns(there, row.work(), turns)
    rates = {name: speeds(found, row.unit) for name, found in seen.items() if "answers" in found}
    for name, found in seen.items():  # a process may report two times
        if "answers" in found and "whole" in found["answers"][0]:
            answers = [{**a, "seconds": a["whole"]} for a in found["answers"]]
            rates[f"{name}, whole run"] = speeds({"answers": answers}, row.unit)
    ratios = {
        name: spread([ours / other for ours, other in zip(rates[OURS], other_rates, strict=True)])
        for name, other_rates in rates.items()
        if name != OURS
    }
    return {
        "name": row.name,
        "unit": row.unit,
        "goals": row.goals,
        "date": time.strftime("%Y-%m-%d"),
        "rates": {name: spread(values) for name, values in rates.items()},
        "ratios": ratios,
        "faults": {name: found["fault"] for name, found in seen.items() if "fault" in found},
        "facts": {name: facts(found) for name, found in seen.items() if "answers" in found},
    }


def speeds(found: dict[str, Any], unit: str) -> list[float]:
    """Return the work done in a second, turn by turn."""
    amount = "events" if unit == "events/s" else "amount"
    return [answer[amount] / answer["seconds"] for answer in found["answers"]]


def facts(found: dict[str, Any]) -> dict[str, float]:
    """Return memory, cold start, and what shows that the work was the same."""
    last = found["answers"][-1]
    kept = {k: last[k] for k in ("spikes", "check", "coding_level", "build") if k in last}
    kept |= {"cold_start_s": found["cold_start"], "peak_mb": found["peak_mb"]}
    if "events" in last:
        kept["events_per_s"] = max(a["events"] / a["seconds"] for a in found["answers"])
    return {name: float(f"{value:.4g}") for name, value in kept.items()}


def report(result: dict[str, Any]) -> None:
    """Print a row: speeds, ratios, and goals."""
    print(f"\n{result['name']} ({result['unit']})")
    for name, rate in result["rates"].items():
        ratio, goal = result["ratios"].get(name), result["goals"].get(name)
        ahead = f"{ratio['median']:8.2f} ({ratio['low']:.2f}-{ratio['high']:.2f})" if ratio else ""
        print(f"  {name:32}{rate['median']:14,.4g} {ahead:26}{f'>= {goal:.3g}' if goal else ''}")
    for name, fault in result["faults"].items():
        print(f"  {name:32}{fault}")
    for name, known in result["facts"].items():
        print(f"    {name}: " + ", ".join(f"{key} {value:,.4g}" for key, value in known.items()))


def main() -> None:
    """Run the rows, print them, write the figures if requested."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    parser.add_argument("--only", default="*", help="rows that match; others keep their figures")
    parser.add_argument("--quick", action="store_true", help="two turns of each")
    parser.add_argument("--no-peers", action="store_true", help="install nothing")
    parser.add_argument("--core", type=int, help="the core to run on; the last one if not given")
    options = parser.parse_args()
    core = pin(options.core)
    rows = all_rows()
    if not any(fnmatch.fnmatch(row.name, options.only) for row in rows):
        parser.error(f"no row matches {options.only!r}, there are {[row.name for row in rows]}")
    found = {result["name"]: result for result in read("speed").get("rows", [])}
    for row in rows:
        if fnmatch.fnmatch(row.name, options.only):
            turns = 2 if options.quick else row.turns
            found[row.name] = compare(row, turns, not options.no_peers)
            report(found[row.name])
            if options.json:  # row by row: earlier results are kept if a later row fails
                kept = [found[other.name] for other in rows if other.name in found]
                record = {"core": core, "rows": kept}
                write("speed", "python benchmarks/speed.py --json", record)


if __name__ == "__main__":
    main()
