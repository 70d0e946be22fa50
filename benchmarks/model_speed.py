"""Speed of every neuron model compared with a loop written by hand for this model.

    python benchmarks/model_speed.py --json [--only NAME] [--quick]

1000 units with 100 synapses each and a constant drive, steps of 0.1 ms, on one core and one
thread. The loop by hand uses the integrator that ours chooses, does the same arithmetic and has no
options; both have the same precision and take turns. Spikes are counted to show that the work was
the same. LIF and rate units are in ``speed.py``. With a ratio above 1 ours is faster; the goal is
1 / 1.5. With ``--json`` the figures go to
``benchmarks/results/model_speed.json``.
"""

from __future__ import annotations

import argparse
import fnmatch
from typing import Any

import _works
from _contenders import Contender, take_turns
from _results import pin, spread, write

GOAL = 1 / 1.5


def pair(name: str, dtype: str) -> tuple[_works.Work, dict[str, Contender]]:
    """Return the work of a model, and its contenders."""
    if name == "LinearRecurrent":
        options, functions = {"dtype": dtype}, ("linear", "linear")
        work = _works.linear_network()
    else:
        options, functions = {"dtype": dtype, "name": name}, ("model", "network")
        work = _works.model_network(*_works.MODELS[name])
    ours, theirs = functions
    return work, {
        "sparcelearn": Contender("sparcelearn", ours, options),
        "by hand": Contender("hand_models", theirs, options),
    }


def compare(name: str, dtype: str, turns: int) -> dict[str, Any]:
    """Return the speed of both, and their ratio."""
    work, contenders = pair(name, dtype)
    found = take_turns(contenders, work, turns)
    answers = {who: seen["answers"] for who, seen in found.items()}  # both must have run
    rates = {who: [a["amount"] / a["seconds"] for a in given] for who, given in answers.items()}
    pairs = zip(rates["sparcelearn"], rates["by hand"], strict=True)
    facts = {
        who: {k: given[-1][k] for k in ("spikes", "check") if k in given[-1]}
        for who, given in answers.items()
    }
    return {
        "unit": "rows/s" if name == "LinearRecurrent" else "biological s/s",
        "rates": {who: spread(values) for who, values in rates.items()},
        "ratio": spread([ours / theirs for ours, theirs in pairs]),
        "facts": facts,
        "is_same_work": is_same(*facts.values()),
    }


def is_same(ours: dict[str, float], theirs: dict[str, float]) -> bool:
    """Whether spikes, or the mean of the last states, agree to 1 %."""
    return all(abs(ours[k] - theirs[k]) <= 0.01 * abs(theirs[k]) for k in theirs)


def main() -> None:
    """Run the pairs, print them, write the figures if requested."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    parser.add_argument("--only", default="*", help="models that match")
    parser.add_argument("--quick", action="store_true", help="two turns of each")
    options = parser.parse_args()
    core, found = pin(), {}
    for name in (*_works.MODELS, "LinearRecurrent"):
        for dtype in ("float32", "float64"):
            if fnmatch.fnmatch(name, options.only):
                result = compare(name, dtype, 2 if options.quick else 9)
                found[f"{name}, {dtype}"] = result
                mark = "" if result["ratio"]["median"] >= GOAL else "  missed"
                mark += "" if result["is_same_work"] else "  not the same work"
                print(f"{name:16} {dtype} {result['ratio']}{mark}", result["facts"], flush=True)
    if options.json:
        record = {"core": core, "goal": round(GOAL, 3), "models": found}
        write("model_speed", "python benchmarks/model_speed.py --json", record)


if __name__ == "__main__":
    main()
