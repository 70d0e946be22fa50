"""Which method is taken, and that the exact one is exact."""

import numpy as np
import pytest
from scipy.linalg import expm

from sparcelearn.reservoir import LIF
from sparcelearn.reservoir.equations import build_program
from sparcelearn.reservoir.equations._expressions import evaluate
from tests.reservoir.helpers import ADAPTIVE, CONDUCTANCE, parse


@pytest.mark.parametrize("seed", range(10))
def test_exact_is_the_matrix_exponential(seed):
    rng = np.random.RandomState(seed)
    n = rng.randint(1, 5)
    A, b = rng.randn(n, n), rng.randn(n)
    states = [f"x{k}" for k in range(n)]
    lines = [
        f"dx{i}/dt = " + " + ".join(f"a{i}_{j} * x{j}" for j in range(n)) + f" + b{i} * drive"
        for i in range(n)
    ]
    values = {f"a{i}_{j}": A[i, j] for i in range(n) for j in range(n)}
    values |= {f"b{i}": b[i] for i in range(n)}
    dt = rng.uniform(0.01, 1)
    program = build_program(parse("\n".join(lines), parameters=values), values, dt, "auto")
    assert program.method == "exact"
    x, drive = rng.randn(n), rng.randn()
    now = {**program.constants, **dict(zip(states, x, strict=True)), "drive": drive}
    got = [evaluate(program.updates[state], now) for state in states]
    augmented = np.zeros((n + 1, n + 1))
    augmented[:n, :n], augmented[:n, n] = A * dt, b * drive * dt
    np.testing.assert_allclose(got, (expm(augmented) @ [*x, 1])[:n], rtol=1e-11, atol=1e-12)


def test_auto_takes_the_first_method_that_applies():
    def method(model, **values):
        return build_program(model.parsed, {**model.parameters, **values}, 0.1, "auto").method

    assert method(LIF) == "exact"
    assert method(CONDUCTANCE) == "exponential_euler"
    assert method(ADAPTIVE) == "rk4"
