"""Short texts of equations that ask for a lot: refused before anything is written out."""

import tracemalloc

import pytest

from sparcelearn.reservoir import NeuronModel


def doubled(leaf, depth, operation="+"):
    for _ in range(depth):
        leaf = f"({leaf}{operation}{leaf})"
    return leaf


def a_chain(n_lines, right):
    lines = "\n".join(f"a{k + 1} = {right.format(f'a{k}')}" for k in range(n_lines))
    return f"a0 = drive\n{lines}\ndv/dt = a{n_lines} - v"


BOMBS = {
    "two long shorthands": (
        f"a = {doubled('drive', 9)}\nb = {doubled('a', 10)}\ndv/dt = b - v",
        "holds more than 10000 operations",
    ),
    "many lines that double": (a_chain(30, "{0} + {0}"), "holds more than 10000 operations"),
    "many lines that nest": (a_chain(60, "tanh(abs({0}))"), "nests more than 100"),
    "large shorthands that nothing reads": (
        f"a = {doubled('drive', 8)}\n"
        + "\n".join(f"b{k} = {k} * a" for k in range(900))
        + "\ndv/dt = drive - v",
        "equations to more than 50000 operations",
    ),
    "powers of powers": ("dv/dt = drive - " + "(" * 20 + "v" + "**4)" * 20, "10000 operations"),
    "powers of shorthands": (a_chain(12, "({0} - 1)**3"), "10000 operations"),
    "brackets that never close": ("(\n" * 9000, "never closed"),
    "a text without end": ("dv/dt = drive - v\n" * 10**6, "more than the 40000 characters"),
    "letters that stand for many": ("dv/dt = " + "\ufdfa" * 9000, "more than the 40000 characters"),
    "many variables": (
        "\n".join(f"dv{k}/dt = drive - v{k}" for k in range(51)),
        "one of more than 50 state variables",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_short_text_asks_for_no_more_memory_than_it_may(name):
    text, message = BOMBS[name]
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=message):
            NeuronModel(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 40e6


def test_a_reset_without_end():
    with pytest.raises(ValueError, match="reset has more than the 40000 characters"):
        NeuronModel("dv/dt = drive - v", threshold="v > 1", reset="v = 0; " * 10**6)


def test_the_largest_that_is_allowed_works():
    text = "\n".join(f"dv{k}/dt = drive - v{k}" for k in range(50))
    assert len(NeuronModel(text).parsed.derivatives) == 50
    squares = NeuronModel("dv/dt = drive - ((((v**2)**2)**2)**2)**2")
    assert list(squares.parsed.derivatives) == ["v"]
