"""What updates have in common is computed once, and comes to the same."""

import ast
from collections import Counter

import numpy as np
import pytest

from sparcelearn.reservoir import LIF, ConductanceLIF, HodgkinHuxley
from sparcelearn.reservoir.equations import build_program
from sparcelearn.reservoir.equations._expressions import evaluate
from sparcelearn.reservoir.equations._sharing import share


def expression(text):
    return ast.parse(text, mode="eval").body


def run(stages, updates, values):
    for name, tree in stages:
        values = {**values, name: evaluate(tree, values)}
    return {x: evaluate(tree, values) for x, tree in updates.items()}


def test_shared_parts_are_found_whatever_surrounds_them():
    updates = {
        "v": expression("exp(v * a) + (w + tanh(exp(v * a) - 1)) * v"),
        "w": expression("w - where(tanh(exp(v * a) - 1) > 0, exp(w), v)"),
    }
    stages, shared = share(updates)
    assert {ast.unparse(tree) for _, tree in stages} == {"exp(v * a)", "tanh(shared1 - 1)"}
    rng = np.random.default_rng(0)
    values = {name: rng.normal(size=50) for name in "vwa"}
    before, after = run((), updates, values), run(stages, shared, values)
    for name in updates:
        np.testing.assert_array_equal(after[name], before[name])


def test_what_is_computed_fast_or_once_stays_where_it_is():
    updates = {"v": expression("abs(v + w) * abs(v + w) + exp(v)"), "w": expression("(v + w) ** 2")}
    assert share(updates) == ((), updates)


@pytest.mark.parametrize("model", [LIF, ConductanceLIF, HodgkinHuxley], ids=lambda m: m.name)
def test_no_update_computes_a_function_twice(model):
    program = build_program(model.parsed, model.parameters, 0.1, "exponential_euler")
    trees = [*(tree for _, tree in program.stages), *program.updates.values()]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    slow = Counter(ast.unparse(x) for x in calls if ast.unparse(x.func) in ("exp", "expm1", "tanh"))
    assert max(slow.values(), default=1) == 1
    assert (len(program.stages) > 0) == (model is HodgkinHuxley)
