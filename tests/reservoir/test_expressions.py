"""Random expressions: Python's own arithmetic, and splits that are linear, are the oracles."""

import ast
import gc
import math
import operator
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparcelearn.reservoir.equations._algebra import linear_split
from sparcelearn.reservoir.equations._expressions import evaluate, names
from sparcelearn.reservoir.equations._grammar import read

NUMBERS = st.floats(-8, 8).map(lambda x: round(x, 3))
LEAVES = st.sampled_from(["x", "y", "z"]) | NUMBERS.map(lambda x: f"({x!r})")


def _compound(inner):
    binary = st.tuples(inner, st.sampled_from("+-*/"), inner).map(
        lambda t: f"({t[0]} {t[1]} {t[2]})"
    )
    unary = inner.map(lambda t: f"(-{t})")
    calls = st.tuples(st.sampled_from(["tanh", "sin", "cos", "abs"]), inner)
    pairs = st.tuples(st.sampled_from(["minimum", "maximum"]), inner, inner)
    return (
        binary
        | unary
        | calls.map(lambda t: f"{t[0]}({t[1]})")
        | pairs.map(lambda t: f"{t[0]}({t[1]}, {t[2]})")
        | st.tuples(inner, inner, inner).map(lambda t: f"where({t[0]} > {t[1]}, {t[2]}, {t[1]})")
    )


EXPRESSIONS = st.recursive(LEAVES, _compound, max_leaves=12)
POINTS = st.fixed_dictionaries({name: NUMBERS for name in "xyz"})


def python_value(text, values):
    """Compute what Python itself makes of the text: the oracle, on text made above only."""
    functions = {
        "tanh": math.tanh,
        "sin": math.sin,
        "cos": math.cos,
        "abs": abs,
        "minimum": min,
        "maximum": max,
        "where": lambda condition, yes, no: yes if condition else no,
    }
    return eval(text, {"__builtins__": {}}, {**functions, **values})


@settings(max_examples=300, deadline=None, derandomize=True)
@given(EXPRESSIONS, POINTS)
def test_evaluate_is_pythons_arithmetic(text, values):
    try:
        expected = python_value(text, values)
    except (ZeroDivisionError, OverflowError, ValueError):
        return
    got = evaluate(read(text, "text"), {k: np.float64(v) for k, v in values.items()})
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)


# Built to be linear in x, so that the split must succeed.
FREE = st.recursive(st.sampled_from(["y", "z"]) | NUMBERS.map(lambda x: f"({x!r})"), _compound)
LINEAR = st.recursive(
    st.just("x") | FREE,
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
        | st.tuples(FREE, inner).map(lambda t: f"({t[0]} * {t[1]})")
        | st.tuples(inner, FREE).map(lambda t: f"({t[0]} * {t[1]})")
        | st.tuples(inner, NUMBERS.filter(bool)).map(lambda t: f"({t[0]} / ({t[1]!r}))")
        | inner.map(lambda t: f"(-{t})")
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(LINEAR, POINTS)
def test_a_linear_split_adds_up_to_the_expression(text, values):
    tree = read(text, "text")
    split = linear_split(tree, "x")
    assert split is not None
    slope, rest = split
    assert "x" not in names(slope) | names(rest)
    values = {k: np.float64(v) for k, v in values.items()}
    with np.errstate(all="ignore"):
        whole = evaluate(tree, values)
        parts = [evaluate(slope, values) * values["x"], evaluate(rest, values)]
    if np.isfinite(whole) and np.all(np.isfinite(parts)):
        scale = max(1.0, *np.abs(parts))
        assert abs(sum(parts) - whole) <= 1e-9 * scale


@pytest.mark.parametrize("text", ["x * x", "sin(x)", "1 / x", "x ** 2", "where(x > 0, x, 0)"])
def test_no_split_where_it_is_not_linear(text):
    assert linear_split(read(text, "text"), "x") is None


def test_operators_listed_are_operators_run():
    for symbol, function in {"+": operator.add, "-": operator.sub, "**": operator.pow}.items():
        assert evaluate(read(f"x {symbol} 2", "text"), {"x": 3.0}) == function(3.0, 2)


def test_threads_may_read_at_once():
    def let_others_run(phase, info):
        time.sleep(0)

    text = "+".join(f"x{k} * {k}" for k in range(40))
    thresholds = gc.get_threshold()
    gc.callbacks.append(let_others_run)  # in the middle of parsing, as any finalizer may
    gc.set_threshold(20)
    try:
        with ThreadPoolExecutor(8) as pool:
            trees = list(pool.map(lambda _: read(text, "x"), range(200)))
    finally:
        gc.set_threshold(*thresholds)
        gc.callbacks.remove(let_others_run)
    assert {ast.unparse(tree) for tree in trees} == {ast.unparse(read(text, "x"))}
