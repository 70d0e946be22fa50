"""Speed of this library and its peers on the same work, in one run, on one core.

    make bench    or    python benchmarks/speed.py --json [--only NAME] [--quick] [--no-peers]

Every contender is a process on one core and one thread; peers have separate environments (made on
the first run). All of one row get the same arrays, take turns (A B C A B C ...), and measure their
processor time, which is the elapsed time if nothing else runs. A ratio is that of neighbouring
turns; its median and range are reported. Spikes are counted, and last states compared, to show that
the work was the same. Brian2 is a binary that is compiled once and kept: its "loop" is the time
that it reports, its "whole run" is the process.

With ``--json`` the figures go to ``benchmarks/results/speed.json``; ``speed_table.py`` turns
them into docs/benchmarks/speed.rst, five rows of the README and a figure.
"""

from __future__ import annotations

import argparse
import fnmatch
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import _works
from _contenders import OWN, Contender, take_turns
from _results import pin, read, spread, write

OURS = "sparcelearn"
SECONDS = "biological s/s"


@dataclass(frozen=True)
class Row:
    """One piece of work, its contenders, and the goals for the ratios.

    At the speed ``enough`` the goals count as reached for any ratio.
    """

    name: str
    unit: str
    work: Callable[[], _works.Work]
    contenders: dict[str, Contender]
    goals: dict[str, float]
    turns: int = 9
    enough: float | None = None


def network_row(
    name: str, work: Callable[[], _works.Work], goals: dict[str, float], repeats: int = 8
) -> Row:
    """Return a row of a network; runs of milliseconds are repeated, for caches to be warm."""
    in_32, in_64 = ({"dtype": dtype, "repeats": repeats} for dtype in ("float32", "float64"))
    contenders = {
        OURS: Contender("sparcelearn", "network", in_32),
        "ours, float64": Contender("sparcelearn", "network", in_64),
        "by hand": Contender("hand", "network", in_32),
        "by hand, float64": Contender("hand", "network", in_64),
        "Brian2 standalone": Contender("brian2", "network"),
        "NEST": Contender("nest", "network"),
    }
    return Row(name, SECONDS, work, contenders, goals)


def coba_row() -> Row:
    """Return a row of the network of conductances; its activity is chaotic, only rates agree."""
    in_32, in_64 = ({"dtype": dtype} for dtype in ("float32", "float64"))
    by_hand = {"name": "ConductanceLIF"}
    contenders = {
        OURS: Contender("sparcelearn", "conductances", in_32),
        "ours, float64": Contender("sparcelearn", "conductances", in_64),
        "by hand": Contender("hand_models", "network", in_32 | by_hand),
        "by hand, float64": Contender("hand_models", "network", in_64 | by_hand),
        "Brian2 standalone": Contender("brian2", "conductances"),
        "NEST": Contender("nest", "conductances"),
    }
    goals = {"Brian2 standalone": 3, "NEST": 10}
    return Row("COBA 4000, dt 0.1 ms", SECONDS, _works.coba_network, contenders, goals)


def network_rows() -> list[Row]:
    rows = [
        network_row(
            "CUBA 4000, dt 0.1 ms", _works.cuba_network, {"Brian2 standalone": 4, "NEST": 15}
        )
    ]
    for dt, goals in (
        (1.0, {"Brian2 standalone": 2.5, "Brian2 standalone, whole run": 8, "NEST": 20}),
        (0.1, {"Brian2 standalone": 5, "NEST": 15}),
    ):
        for n in (1000, 4000):
            name = f"LIF reservoir {n}, dt {dt:g} ms"
            work = lambda n=n, dt=dt: _works.lif_network(n, dt)  # noqa: E731
            rows.append(network_row(name, work, goals, repeats=40 if dt == 1 else 20))
    for row in rows[:2]:  # compare the generated kernel with one written for the case
        row.goals["by hand"] = 0.9
    contenders = {
        OURS: Contender("sparcelearn", "network", {"repeats": 8}),
        "scattered additions": Contender("hand", "additions", {"dtype": "float32"}),
    }
    work = lambda: _works.lif_network(1000, 1.0)  # noqa: E731
    goals, name = {"scattered additions": 0.6}, "synaptic events, LIF reservoir 1000, dt 1 ms"
    return [*rows, coba_row(), Row(name, "events/s", work, contenders, goals, enough=600e6)]


def rate_rows() -> list[Row]:
    rows = []
    for density, one, many in ((0.1, 1.8, 4), (0.01, 2.5, 6)):
        for n_series, n_steps, goal in ((1, 3000, one), (100, 100, many)):
            contenders = {
                OURS: Contender("sparcelearn", "series"),
                "ours, float64": Contender("sparcelearn", "series", {"dtype": "float64"}),
                "scipy loop": Contender("scipy", "series", {"dtype": "float32"}),
                "scipy loop, float64": Contender("scipy", "series", {"dtype": "float64"}),
                "ReservoirPy": Contender("reservoirpy", "series"),
            }
            goals = {"ReservoirPy": goal} | ({"scipy loop": 1.5} if n_series > 1 else {})
            kind = "one series" if n_series == 1 else f"{n_series} series of {n_steps} steps"
            name = f"echo state 1000, density {density}, {kind}"
            work = lambda d=density, k=n_series, t=n_steps: _works.rate_network(d, k, t)  # noqa: E731
            rows.append(Row(name, "steps/s", work, contenders, goals, turns=7))
    return rows


def readout_rows() -> list[Row]:
    sparce = {
        OURS: Contender("sparcelearn", "sparce", {"n": 10_000}),
        "ours, sigmoid loss": Contender("sparcelearn", "sparce", {"n": 10_000, "loss": "sigmoid"}),
        "ours, Adam": Contender("sparcelearn", "sparce", {"n": 5_000, "solver": "adam"}),
        "dense softmax by hand": Contender("hand", "dense_softmax", {"n": 10_000}),
        "ReservoirPy LMS": Contender(
            "reservoirpy", "readout", {"kind": "lms", "n": 1000, "learning_rate": 1e-6}
        ),
        "SGDClassifier": Contender("sklearn", "rows", {"n": 40}),
    }
    single = {
        OURS: Contender("sparcelearn", "sparce_rows", {"n": 200}),
        "SGDClassifier": sparce["SGDClassifier"],
    }
    rls = {
        OURS: Contender("sparcelearn", "rls", {"n": 100}),
        "ReservoirPy RLS": Contender("reservoirpy", "readout", {"kind": "rls", "n": 50}),
    }
    stream = {
        OURS: Contender("sparcelearn", "stream"),
        "bare kernels": Contender("sparcelearn", "kernels"),
        "ReservoirPy LIF + LMS": Contender("reservoirpy", "stream"),
    }
    piece = {
        OURS: Contender("sparcelearn", "stream", {"whole": True}),
        "ReservoirPy LIF + LMS": Contender("reservoirpy", "stream", {"n": 200, "whole": True}),
    }
    tenth = {
        OURS: Contender("sparcelearn", "sparce", {"n": 10_000, "sparsity": 0.0}),
        "river softmax": Contender("river", "softmax", {"n": 200}),
    }
    whole, few = lambda: _works.samples(10_000), lambda: _works.samples(1000)
    goals = {"ReservoirPy LMS": 20, "SGDClassifier": 1000, "dense softmax by hand": 1.5}
    name = "1000 features x 10 classes"
    return [
        Row(f"SpaRCe sample-wise, {name}, 10 % active", "samples/s", whole, sparce, goals),
        Row(f"SpaRCe, one row a call, {name}", "samples/s", few, single, {"SGDClassifier": 5}),
        Row(
            f"softmax on {name}, 10 % not 0",
            "samples/s",
            lambda: _works.samples(10_000, active=0.1),
            tenth,
            {},
        ),
        Row(f"RLS, {name}", "samples/s", few, rls, {"ReservoirPy RLS": 3}),
        Row(
            "step + learn, LIF 500, 1 output",
            "rows/s",
            _works.stream,
            stream,
            {"bare kernels": 1 / 3, "ReservoirPy LIF + LMS": 10},
            turns=25,
        ),
        Row(
            "partial_fit of 1000 rows, LIF 500, 1 output",
            "rows/s",
            lambda: _works.stream(n_rows=1000),
            piece,
            {},
            turns=25,
        ),
    ]


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
        "enough": row.enough,
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
    rows = [*network_rows(), *rate_rows(), *readout_rows()]
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
