"""A call with arguments unpacked once: what the kernel does, on the arrays as they are."""

import gc
import os
import subprocess
import sys
import tracemalloc
from typing import NamedTuple

import numpy as np
import pytest

from sparcelearn._core.arrays import read_only
from sparcelearn._core.bound_call import held
from sparcelearn._core.kernel_modules import load_module
from tests.reliability.helpers import trials


class Pair(NamedTuple):
    x: np.ndarray
    scale: float


KERNEL = """
from sparcelearn._core.jit import jit


@jit
def scaled_sum(pair, out, more):
    total = 0.0
    for k in range(out.size):
        out[k] = pair.x[k] * pair.scale + more[0][0]
        total += out[k]
    return total, out.size
"""
scaled_sum = load_module(KERNEL).scaled_sum


def arguments(n=5):
    return Pair(read_only(np.arange(float(n))), 2.0), np.zeros(n), (np.ones(1), np.empty((0, 2)))


def test_it_does_what_the_kernel_does():
    expected = arguments()
    result = scaled_sum(*expected)
    given = arguments()
    call = held(scaled_sum, *given)
    assert call() == result == (25.0, 5)
    np.testing.assert_array_equal(given[1], expected[1])


def test_arrays_are_read_as_they_are_when_it_is_called():
    x = np.arange(5.0)
    out, more = np.zeros(5), (np.ones(1), np.empty((0, 2)))
    call = held(scaled_sum, Pair(read_only(x), 2.0), out, more)
    call()
    x += 1
    more[0][0] = 0.0
    assert call() == (30.0, 5)
    np.testing.assert_array_equal(out, 2 * x)


def test_it_keeps_what_it_needs():
    call = held(scaled_sum, *arguments(100_000))
    gc.collect()
    others = [np.full(100_000, 7.0) for _ in range(20)]  # would take the place of what was freed
    assert call() == (2 * np.arange(100_000.0).sum() + 100_000, 100_000)
    assert len(others) == 20


def test_what_it_needed_is_freed_with_it():
    call = held(scaled_sum, *arguments(10))
    tracemalloc.start()
    try:
        for _ in range(20):
            call = held(scaled_sum, *arguments(100_000))
            call()
        del call
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] < 1_000_000  # one pair of arrays has 1.6 MB
    finally:
        tracemalloc.stop()


def test_a_plain_function_is_called_as_it_is():
    given = arguments()
    assert held(scaled_sum.py_func, *given)() == (25.0, 5)


SWITCHES = ["NUMBA_DISABLE_JIT", "SPARCELEARN_NO_CACHE"]


@pytest.mark.parametrize("switch", trials(SWITCHES, SWITCHES[:1]))  # compiling takes long
def test_streams_run_without_a_compiler_or_a_cache(switch, tmp_path):
    program = (
        "import numpy as np\n"
        "from sparcelearn import ReservoirRegressor\n"
        "from sparcelearn.reservoir import SpikingReservoir\n"
        "model = ReservoirRegressor(SpikingReservoir(20, carry_state=True, random_state=0))\n"
        "x = np.random.default_rng(0).random((40, 1))\n"
        "model.partial_fit(x[:20], x[:20, 0])\n"
        "for row in x[20:]: model.learn(row, row[0])\n"
        "print(repr(float(model.step(x[0]))))\n"
    )
    printed = [
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program],
            env={**os.environ, **more},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for more in ({}, {switch: "1"})
    ]
    assert printed[0] == printed[1]
