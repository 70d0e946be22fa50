"""What is written by mistake, or as elsewhere: the message says what to write instead."""

import numpy as np
import pytest

from sparcelearn.reservoir import NeuronModel
from sparcelearn.reservoir.equations._hints import quoted
from tests.reservoir.helpers import model

EQUATIONS = "k = v; dv/dt = (drive - k) / tau; dw/dt = -w / tau"


def spiking(equations=EQUATIONS, **changes):
    fields = {"threshold": "v >= 1", "reset": "v = 0", "excitatory": "v", **changes}
    return model(equations, **fields)


THRESHOLDS = {
    "v > 0 && w > 2": "'&&' is written 'and'",
    "v > 0 || w > 2": r"'\|\|' is written 'or'",
    "!v > 1": "'!' is written 'not'",
    "v = 1": "a comparison is written ==",
    "v => 1": "'=>' is written '>='",
    "v ≥ 1": "'≥' is written '>='",
    "v > 1 \N{MINUS SIGN} w": "is written '-'",
    "v > 30ms": r"write 30\*ms",
    "v > 1.5e-3 mV": r"write 1.5e-3\*mV",
    "v > 10*\N{MICRO SIGN}s": "as a unit it is written us",
    "v > 10*M\N{OHM SIGN}": "as a unit it is written MOhm",
    "v > max(w, 1)": r"calls 'max' \(write maximum\(x, y\)\)",
    "v > min(w, 1)": r"calls 'min' \(write minimum\(x, y\)\)",
    "v > ln(w)": r"calls 'ln' \(write log\(x\)\)",
    "v > (w": "a bracket is never closed",
    "v > w)": "a bracket is closed but never opened",
    "v² > 1": r"a power is written v\*\*2",
    "drive > 1": "inputs and noise such as drive and xi cannot be read there",
    "current > 1": "give it a value in parameters",
}
RESETS = {
    "drive = 0": "it is an input",
    "drive_soma = 0": "it is an input",
    "k = 1": "it is a shorthand",
    "exp = 1": "it is the name of a function",
    "v = w = 0": "statement of its own, 'v = 0; w = 0'",
    "v, w = 0, 1": "statement of its own, 'v = 0; w = 0'",
    "w++": r"write v \+= 1",
    "v = 0 w += 1": "statements are separated by ';'",
    "v = drive": "inputs and noise such as drive and xi cannot be read there",
    "v = v²": r"a power is written v\*\*2",
    "v = (0; w = 1": "a bracket that is never closed",
}
LINES = {
    "v' = -v / tau": "a derivative is written dv/dt",
    "\n\ndv/dt = -v² / tau": r"Line 3 .*a power is written v\*\*2",
    "dv/dt = -v / (10*ms) : \N{MICRO SIGN}V": "write uV",
    "dv/dt = -v / 30ms": r"write 30\*ms",
    "dv/dt = -(v / tau : volt\ndw/dt = -w / tau : 1": "Line 1 .* a bracket that is never closed",
    "dv/dt = -v / tau (unless refractry)": r"is \(unless refractory\) meant",
    "dv/dt = -v / tau : 1 (unless refractry)": r"is \(unless refractory\) meant",
    "x : 1 (constnt); dv/dt = x - v": r"is \(constant\) meant",
    "dv/dt = poisson(drive) - v": "only parameters can be read there",
}


def assert_says(message, **changes):
    with pytest.raises(ValueError, match=message) as caught:
        spiking(**changes)
    return str(caught.value)


@pytest.mark.parametrize("text", THRESHOLDS)
def test_thresholds(text):
    assert_says(THRESHOLDS[text], threshold=text)


@pytest.mark.parametrize("text", RESETS)
def test_resets(text):
    assert_says(RESETS[text], reset=text)


@pytest.mark.parametrize("text", LINES)
def test_lines_of_equations(text):
    assert_says(LINES[text], equations=text)


def test_what_is_told_to_be_known_can_be_used_there():
    threshold = assert_says("Unknown symbol", threshold="rand() < u")
    assert "poisson" not in threshold
    assert "rand, randn" in threshold
    assert "uniform0" not in threshold
    equations = assert_says("Unknown symbol", equations="dv/dt = u - v")
    assert "poisson" in equations
    assert "rand" not in equations


def test_a_hint_on_a_reset_that_is_followed_works():
    assert_says("'x : 1' among the equations", reset="x = 1")
    assert "x" in spiking(f"{EQUATIONS}; x : 1", reset="x = 1").parsed.states


def test_squares_in_comments_and_words_in_brackets_are_fine():
    assert spiking("dv/dt = drive - v * (shard)  # v² of it", parameters={"shard": 1.0})


@pytest.mark.parametrize(
    "text",
    [
        "+".join(["v"] * 900) + "&&",
        "v," * 15_000,
        "1 " * 15_000,
        "v (" + "ab," * 9000 + "ab)",
        "x" * 30_000,
        "f" * 30_000 + "(v)",
        "v" * 30_000 + " w",
        "(" * 30_000,
        "-".join(f"q{k}" for k in range(3000)),
        f"v : {'x' * 3000}",
        f"poisson({'x' * 3000})",
        "9" * 30_000,
        f"exp({'v,' * 1000}1)",
        f"{'v' * 1000} = {'v' * 1000} = 1",
    ],
    ids=lambda text: text[:15],
)
def test_long_lines_are_not_quoted_in_full(text):
    for changes in (
        {"equations": f"dv/dt = {text}"},
        {"equations": text},
        {"reset": f"v = {text}"},
        {"reset": text},
        {"threshold": text},
        {"refractory": text},
    ):
        assert len(assert_says(".", **changes)) < 900


def test_a_text_is_quoted_from_both_ends():
    assert quoted(" v ") == "'v'"
    assert quoted("a" * 500 + "b" * 500).startswith("'aaa")
    assert quoted("a" * 500 + "b" * 500).endswith("bbb'")


class Quantity(np.ndarray):
    """An array with a unit, as Brian2 makes them."""

    dim = dimensions = "second"


TWENTY = np.array(0.02).view(Quantity)
VALUES = {
    "text": ("20*ms", "give the number alone, in ms, mV"),
    "a quantity": (TWENTY, "with a unit: give the number alone"),
    "a list of quantities": ([TWENTY, TWENTY], "with a unit: give the number alone"),
}


@pytest.mark.parametrize("name", VALUES)
def test_numbers_with_units_are_refused_as_parameters(name):
    value, message = VALUES[name]
    with pytest.raises(TypeError, match=message):
        spiking(parameters={"tau": value})


@pytest.mark.parametrize("unit", ["furlong", "kg", "", "1 2"])
def test_units_that_are_none_are_refused(unit):
    with pytest.raises(ValueError, match=r"units\['b'\] = .* is not a unit such as"):
        NeuronModel("dv/dt = b - v", parameters={"b": 1.0}, units={"b": unit})


def test_channels_that_come_twice_are_refused():
    assert_says("channels must name each variable once", channels=("v", "w", "v"))
