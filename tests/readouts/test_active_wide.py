"""What is done sixteen numbers at a time is what plain loops do, to the bit."""

import inspect

import numpy as np
import pytest
from numba import njit

from sparcelearn._core import vectors
from sparcelearn._core.jit import jit
from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble
from sparcelearn.readouts._losses import LOSSES
from sparcelearn.readouts._sparce.modules import minibatch, samplewise
from sparcelearn.readouts.kernels import losses
from sparcelearn.readouts.kernels.layout import (
    Averages,
    Factors,
    Moments,
    Parameters,
    Recent,
    SparceLearner,
    SparceParameters,
)
from sparcelearn.readouts.kernels.room import new_room

ROOT = "sparcelearn.readouts.kernels"


def both(name):
    """Return a module with plain loops, and one that does sixteen at a time."""
    root = f"{ROOT}.{name}"
    return load_module(assemble(root)), load_module(assemble(root, {".active": ".active_wide"}))


PLAIN, WIDE = both("samplewise")
BATCHES = both("minibatch")
IS_COMPILED = hasattr(WIDE.activate, "py_func")
# what the compiled code of vectors is, and the plain functions that stand for it
FORMS = [WIDE.activate, WIDE.activate.py_func] if IS_COMPILED else [WIDE.activate]
DTYPES = [np.float32, np.float64]
SPECIAL = [np.nan, -0.0, 0.0, np.inf, -np.inf, 0.5, -0.5, 1.0, -1.0]


def same(a, b):
    """Return whether arrays are equal to the bit."""
    return a.dtype == b.dtype and a.tobytes() == b.tobytes()


def features_and_thresholds(size, dtype, rng):
    """Return features of every kind and thresholds above, below and exactly at them."""
    shift = int(rng.integers(5))  # slices that begin anywhere
    r = rng.normal(size=size + shift).astype(dtype)
    odd = rng.random(r.size) < 0.4
    r[odd] = rng.choice(SPECIAL, r.size)[odd]
    theta = rng.uniform(-1, 1, r.size).astype(dtype)
    at = rng.random(r.size) < 0.3
    theta[at] = np.abs(r)[at]
    theta[rng.random(r.size) < 0.1] = np.nan
    return r[shift:], theta[shift:]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("activate", FORMS)
def test_the_same_features_are_listed_and_nothing_past_the_end(activate, dtype):
    rng = np.random.default_rng(0)
    for size in range(71):
        r, theta = features_and_thresholds(size, dtype, rng)
        is_active, expected = np.zeros(size, bool), np.zeros(size, np.uint32)
        values = np.zeros(size, dtype)
        n, n_nonzero = PLAIN.activate(r, theta, is_active, expected, values)
        assert n_nonzero == np.count_nonzero(r)
        assert n == np.count_nonzero((np.abs(r) > theta) & (r != 0))
        listed = np.full(n + 20, 999, np.uint32)  # as long as the list, and what must stay
        found = np.full(n + 20, 999, dtype)
        with np.errstate(invalid="ignore"):  # infinite features and thresholds
            counts = activate(r, theta, is_active, listed[:n], found[:n])
        assert counts == (n, n_nonzero)
        assert same(listed[:n], expected[:n]) and same(found[:n], values[:n])
        assert (listed[n:] == 999).all() and (found[n:] == 999).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_everything_or_nothing_active(dtype):
    for size in range(71):
        r = -np.ones(size, dtype)
        for threshold, n in ((-1.0, size), (1.0, 0)):  # exactly at it is silent
            theta, listed = np.full(size, threshold, dtype), np.zeros(size, np.uint32)
            found = np.zeros(size, dtype)
            assert WIDE.activate(r, theta, listed == 1, listed, found) == (n, size)
            assert same(listed[:n], np.arange(n, dtype=np.uint32))


def learned(module, *, seed, n, D, K, dtype, loss, solver, rate, size=1):
    """Return all that a module changes and tells, ``size`` samples an update."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, D))
    X[rng.random(X.shape) < 0.2] = -0.0
    X, T = X.astype(dtype), np.eye(K)[rng.integers(K, size=n)].astype(dtype)
    X.flags.writeable = False
    base = rng.uniform(-0.2, 1.0, D).astype(dtype)
    base[::3] = np.abs(X[0, ::3])
    p = [rng.normal(size=shape).astype(dtype) for shape in ((D, K), K, D)]
    p[2] *= 0.1
    m, v = (SparceParameters(*map(np.zeros_like, p)) for _ in range(2))
    moments, parameters = Moments(m, v, np.ones((2, D + 1))), SparceParameters(*p)
    scale, factors = rng.uniform(0.5, 2, D).astype(dtype), Factors(1.0, rate)
    averages = rivals(p, D) if seed % 3 else one_mean(p, D)
    recent = Recent(0.1, np.zeros(K * (seed % 2)))
    told = (loss, solver, size, factors, 1.0, scale, base, parameters, moments, averages, recent)
    weights = rng.uniform(0, 2, n) * (rng.random(n) < 0.9)
    etas, shrinks = np.full(-(-n // size), 0.02), np.full(-(-n // size), 1e-3)
    room = [new_room(min(size, n), 1 / scale, K, averages.mistakes.size)] if size > 1 else []
    told = module.train(X, T, np.arange(n), weights, etas, shrinks, SparceLearner(*told), *room)
    kept = [*averages[1:-1], *averages.mixed]
    return [*p, *m, *v, moments.spent, *kept, recent.f, np.array(told)]


def one_mean(p, D):
    none = Parameters(p[0][:0], p[1][:0])
    means = np.zeros_like(p[0]), np.zeros_like(p[1])[np.newaxis]
    return Averages(np.array([0.05]), *means, np.ones((1, D + 1)), np.empty(0), none)


def rivals(p, D):
    """Return two means, of which and of what learns a mix is wanted."""
    mixed = Parameters(np.zeros_like(p[0]), np.zeros_like(p[1]))
    means = np.tile(p[0], (2, 1)), np.tile(p[1], (2, 1))
    return Averages(np.array([0.5, 0.05]), *means, np.ones((2, D + 1)), np.zeros(3), mixed)


SIZES = [(1, 1), (5, 3), (16, 16), (17, 17), (33, 1), (40, 33), (130, 10)]


@pytest.mark.parametrize("solver", [losses.SGD, losses.ADAM, losses.NLMS])
@pytest.mark.parametrize("dtype", DTYPES)
def test_training_is_equal_to_the_bit(dtype, solver):
    """Fewer samples than weights are copied for, and more."""
    for seed, (D, K) in enumerate(SIZES):
        for n in (5, 70):
            how = {"seed": seed, "n": n, "D": D, "K": K, "dtype": dtype, "solver": solver}
            how |= {"loss": seed % len(LOSSES), "rate": 0.1 if n == 5 or seed % 2 else 0.0}
            for one, other in zip(learned(PLAIN, **how), learned(WIDE, **how), strict=True):
                assert same(one, other), how


@pytest.mark.parametrize("solver", [losses.SGD, losses.ADAM, losses.NLMS])
@pytest.mark.parametrize("dtype", DTYPES)
def test_mini_batches_are_equal_to_the_bit(dtype, solver):
    for seed, (D, K) in enumerate(SIZES):
        for n, size in ((5, 3), (70, 8), (70, 70)):
            how = {"seed": seed, "n": n, "D": D, "K": K, "dtype": dtype, "solver": solver}
            how |= {"loss": seed % len(LOSSES), "rate": 0.1 if n == 5 or seed % 2 else 0.0}
            one, other = (learned(module, size=size, **how) for module in BATCHES)
            assert all(map(same, one, other)), how


def test_what_diverges_is_not_written():
    X = np.full((70, 20), 1e300)
    p = [np.ones((20, 3)), np.zeros(3), np.zeros(20)]
    m, v = (SparceParameters(*map(np.zeros_like, p)) for _ in range(2))
    base, moments = np.zeros(20), Moments(m, v, np.ones((2, 21)))
    factors, parameters = Factors(1.0, 0.1), SparceParameters(*(a.copy() for a in p))
    told = (LOSSES["squared"], losses.SGD, 1, factors, 1.0, np.ones(20), base)
    averages = rivals(p, 20)
    learner = SparceLearner(*told, parameters, moments, averages, Recent(0.0, np.empty(0)))
    ones = np.ones(70)
    total, *_ = WIDE.train(X, np.zeros((70, 3)), np.arange(70), ones, ones, 0 * ones, learner)
    assert total == np.inf
    assert not averages.mistakes.any()
    for one, other in zip(parameters, p, strict=True):
        assert same(one, other)


@jit
def compute(a, b, room, out, n):
    """Use every operation on two rows that the kernels do not use on all kinds of numbers."""
    mask = vectors.first(n)
    v, w = vectors.load(a, 0, mask), vectors.load(b, 0, mask)
    x = (v + w) * v - w / (vectors.root(vectors.magnitude(v)) + vectors.spread(a[0]))
    x = vectors.row_totals(vectors.larger(vectors.with_sign(x, w), v), room)
    vectors.store(out, 0, x, mask)
    vectors.turn(room)
    is_more = (v > w) & (w != vectors.spread(b[0]))
    return vectors.count(is_more), vectors.largest(x)


@pytest.mark.skipif(not IS_COMPILED, reason="there is nothing compiled")
@pytest.mark.parametrize("dtype", DTYPES)
def test_operations_are_the_plain_functions(dtype):
    rng = np.random.default_rng(0)
    for n in range(vectors.LANES + 2):
        a, b = rng.normal(size=(2, vectors.LANES)).astype(dtype)
        room = rng.normal(size=vectors.LANES**2).astype(dtype)
        size = min(n, vectors.LANES)
        outs = np.zeros((2, vectors.LANES), dtype)
        some, rooms = (a[: max(size, 1)], b[: max(size, 1)]), [room.copy(), room.copy()]
        told = compute(*some, rooms[0], outs[0], n)
        expected = compute.py_func(*some, rooms[1], outs[1], n)
        assert told == expected
        assert same(outs[0], outs[1])
        assert same(rooms[0], rooms[1])
        assert rooms[0][1] == room[vectors.LANES]


@pytest.mark.skipif(not IS_COMPILED, reason="there is nothing compiled")
def test_vectors_are_of_one_type():
    @njit
    def mix(a, b):
        return vectors.load(a, 0, vectors.first(1)) + vectors.load(b, 0, vectors.first(1))

    with pytest.raises(Exception, match="No implementation of function"):
        mix(np.ones(1, np.float32), np.ones(1))


def test_the_loop_is_chosen_by_the_processor(monkeypatch):
    chosen = WIDE if vectors.has_wide_vectors() else PLAIN
    assert samplewise() is chosen and minibatch() is BATCHES[chosen is WIDE]
    monkeypatch.setattr("sparcelearn.readouts._sparce.modules.has_wide_vectors", lambda: False)
    assert samplewise() is PLAIN
    monkeypatch.setattr(vectors.config, "BOUNDSCHECK", 1)
    assert not vectors.has_wide_vectors()


@jit
def moved(a):
    """Return an array that begins with a line of the cache."""
    return vectors.from_line(a)


@pytest.mark.parametrize("dtype", DTYPES)
def test_rows_begin_with_a_line_and_stay_in_their_array(dtype):
    width = vectors.LINE // np.dtype(dtype).itemsize
    numbers = np.zeros(5 * width, dtype)
    for shift in range(width):
        room = numbers[shift : shift + 4 * width].reshape(4, width)
        for function in (moved, vectors.from_line):
            rows = function(room)
            assert rows.shape == (3, width) and rows.ctypes.data % vectors.LINE == 0
            rows[:] = 1
            assert room.sum() == numbers.sum() == rows.size
            numbers[:] = 0


def test_both_files_hold_the_same_functions():
    names = ("activate", "largest_of", "widened", "narrow", "respond", "descend_rows", "adapt_rows")
    names += ("average_rows", "descend_by", "adapt_by")
    for name in names:
        functions = (getattr(module, name) for module in BATCHES)
        plain = (inspect.unwrap(getattr(function, "py_func", function)) for function in functions)
        assert len(set(map(inspect.signature, plain))) == 1, name


def test_rows_are_filled_up_with_0():
    W = np.arange(1.0, 31.0).reshape(3, 10)
    wide = WIDE.widened(W, 64)
    assert wide.ctypes.data % 64 == 0
    np.testing.assert_array_equal(wide, np.pad(W, ((0, 0), (0, 6))))
    np.testing.assert_array_equal(WIDE.widened(W, 63), W)
