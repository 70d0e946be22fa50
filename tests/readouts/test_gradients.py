"""The kernels' arithmetic: gradients against finite differences, training against numpy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble
from sparcelearn.readouts._losses import LOSSES, loss_unit
from sparcelearn.readouts._rates import update_rates
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
from tests.readouts import naive

SAMPLEWISE = load_module(assemble("sparcelearn.readouts.kernels.samplewise"))
MINIBATCH = load_module(assemble("sparcelearn.readouts.kernels.minibatch"))
NOT_FOLLOWED = Recent(0.0, np.empty(0))
SOLVERS = {"sgd": losses.SGD, "adam": losses.ADAM, "nlms": losses.NLMS}


def problem(seed, n_samples, n_features, n_outputs):
    """Signed features with zeros among them, one-hot targets, thresholds of either sign."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_samples, n_features))
    X[rng.random(X.shape) < 0.1] = 0.0
    X.flags.writeable = False
    T = np.eye(n_outputs)[rng.integers(n_outputs, size=n_samples)]
    base = rng.uniform(-0.2, 1.0, n_features)
    delta = 0.1 * rng.normal(size=n_features)
    W = rng.normal(size=(n_features, n_outputs))
    return X, T, base, W, rng.normal(size=n_outputs), delta, rng.uniform(0.5, 2, n_samples)


def train(X, T, base, p, weights, *, loss, solver, batch_size, etas, shrink=0.0, **how):
    """Run the kernel for mini-batches on copies of the parameters."""
    learner = learning(loss, solver, batch_size, base, [a.copy() for a in p], **how)
    inverse = 1 / learner.scale if solver == "nlms" else np.ones(base.size)
    room = new_room(min(batch_size, len(X)), inverse, T.shape[1])
    each = update_rates(etas, len(X), batch_size)
    shrinks = np.full(each.size, shrink)
    told = MINIBATCH.train(X, T, np.arange(len(X)), weights, each, shrinks, learner, room)
    return learner.parameters, told


def train_samplewise(X, T, base, p, weights, *, loss, solver, etas, shrink=0.0, **how):
    """Run the kernel for one sample an update on copies of the parameters."""
    learner = learning(loss, solver, 1, base, [a.copy() for a in p], **how)
    each = update_rates(etas, len(X))
    shrinks = np.full(each.size, shrink)
    told = SAMPLEWISE.train(X, T, np.arange(len(X)), weights, each, shrinks, learner)
    return learner.parameters, told


def learning(loss, solver, batch_size, base, p, rates=(1.0, 0.1), scale=1.0, recent=NOT_FOLLOWED):
    """Return what both kernels are told, with fresh moments."""
    K = p[1].size
    unit = loss_unit(loss, K) if solver == "nlms" else 1.0
    m, v = (SparceParameters(*map(np.zeros_like, p)) for _ in range(2))
    moments = Moments(m, v, np.ones((2, len(base) + 1)))
    factors, parameters = Factors(*rates), SparceParameters(*p)
    codes = LOSSES[loss], SOLVERS[solver]
    scales = scale * np.ones(base.size)
    told = (*codes, batch_size, factors, unit, scales, base, parameters, moments)
    return SparceLearner(*told, no_averages(*p[:2]), recent)


def no_averages(W, b):
    """Return what kernels are told where nothing is averaged."""
    none = Parameters(W[:0], b[:0])
    return Averages(np.empty(0), W[:0], b[np.newaxis, :0], np.empty((0, 0)), np.empty(0), none)


def finite_differences(f, p, step):
    """Central differences of f at every entry of p, changed in place and back."""
    out = np.empty(p.shape)
    for i in np.ndindex(p.shape):
        kept = p[i]
        p[i] = kept + step
        up = f()
        p[i] = kept - step
        out[i] = (up - f()) / (2 * step)
        p[i] = kept
    return out


@pytest.mark.parametrize("loss", LOSSES)
@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    n_samples=st.integers(1, 6),
    n_features=st.integers(1, 8),
    n_outputs=st.integers(1, 5),
)
def test_gradients_are_finite_differences(loss, seed, n_samples, n_features, n_outputs):
    X, T, base, W, b, delta, weights = problem(seed, n_samples, n_features, n_outputs)
    step = 1e-5
    X = np.array(X)
    near = np.abs(np.abs(X) - (base + delta)) < 10 * step  # the kink itself has no derivative
    X[near] = 0.0
    X.flags.writeable = False

    def mean_loss():
        Y = naive.outputs(X, base + delta, W, b)
        return np.mean(weights * naive.sample_losses(loss, Y, T))

    once = {"batch_size": n_samples, "etas": (1.0, 1.0), "rates": (1.0, 1.0)}
    after, _ = train(X, T, base, (W, b, delta), weights, loss=loss, solver="sgd", **once)
    for old, new in zip((W, b, delta), after, strict=True):
        expected = finite_differences(mean_loss, old, step)
        size = max(np.abs(expected).max(), 1e-3)
        assert_allclose(old - new, expected, atol=1e-6 * size, rtol=0)


@pytest.mark.parametrize("learns", [True, False])
@pytest.mark.parametrize("batch_size", [1, 4, 7, 100, "samplewise"])
@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("loss", LOSSES)
def test_training_is_the_naive_loop(loss, solver, batch_size, learns):
    X, T, base, W, b, delta, weights = problem(3, 60, 12, 4)
    rates = (1.0, 0.1 if learns else 0.0)
    scale = np.random.default_rng(0).uniform(0.5, 2, 12)
    expected = naive.Learner(base, W, b, delta, loss, solver, rates, scale, alpha=1e-3)
    how = {"loss": loss, "solver": solver, "rates": rates, "etas": (0.02, 0.005)}
    how |= {"scale": scale, "shrink": 1e-3}
    if batch_size == "samplewise":
        expected.learn(X, T, weights, 1, 0.02, 0.005)
        p, told = train_samplewise(X, T, base, (W, b, delta), weights, **how)
    else:
        expected.learn(X, T, weights, batch_size, 0.02, 0.005)
        p, told = train(X, T, base, (W, b, delta), weights, batch_size=batch_size, **how)
    total, n_active, n_nonzero = told
    for got, want in zip(p, expected.p, strict=True):
        assert_allclose(got, want, rtol=1e-12, atol=1e-12)
    assert_allclose(total, expected.total, rtol=1e-12)
    assert n_nonzero == np.count_nonzero(X)
    assert np.array_equal(p[2], delta) is not learns
    if not learns:
        assert n_active == np.count_nonzero(naive.sparse_code(X, base + delta))


@pytest.mark.parametrize("batch_size", [1, 7, "samplewise"])
@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("memory", [2, 7])
def test_classes_that_did_not_come_lately_are_spared(memory, loss, solver, batch_size):
    """As in the naive loop; samples of weight 0 do not come."""
    X, T, base, W, b, delta, weights = problem(4, 60, 12, 5)
    T = 2 * T - 1 if loss in ("squared", "asymmetric") else T
    if batch_size != 7:  # whose mean length is another question
        weights[1::4] = 0.0
    expected = naive.Learner(base, W, b, delta, loss, solver, class_memory=memory)
    how = {"loss": loss, "solver": solver, "etas": (0.02, 0.02)}
    how["recent"] = Recent(1 / memory, np.zeros(5))
    if batch_size == "samplewise":
        expected.learn(X, T, weights, 1, 0.02)
        p, told = train_samplewise(X, T, base, (W, b, delta), weights, **how)
    else:
        expected.learn(X, T, weights, batch_size, 0.02)
        p, told = train(X, T, base, (W, b, delta), weights, batch_size=batch_size, **how)
    for got, want in zip(p, expected.p, strict=True):
        assert_allclose(got, want, rtol=1e-11, atol=1e-12)
    assert_allclose(told[0], expected.total, rtol=1e-11)
    assert_allclose(how["recent"].f, expected.shares, rtol=1e-12)


@pytest.mark.parametrize("solver", SOLVERS)
def test_learning_touches_active_features_only(solver):
    X, T, base, W, b, delta, weights = problem(1, 5, 40, 3)
    base = base + 1.0
    silent = ~(np.abs(X) > base + delta).any(axis=0)
    assert 0 < silent.sum() < 40
    how = {"loss": "softmax", "solver": solver, "batch_size": 2, "etas": (0.1, 0.1)}
    p, _ = train(X, T, base, (W, b, delta), weights, **how)
    assert_array_equal(p[0][silent], W[silent])
    assert_array_equal(p[2][silent], delta[silent])


@pytest.mark.parametrize("solver", SOLVERS)
def test_training_stays_inside_its_arrays(solver):
    """Compiled code does not check indices, so run the outermost kernels as plain Python."""
    X, T, base, W, b, delta, weights = problem(2, 6, 5, 3)
    X = np.where(X == 0.0, 1.0, X)
    everything_active = base - 10.0
    for module, size in ((MINIBATCH, 4), (SAMPLEWISE, 1)):
        plain = getattr(module.train, "py_func", module.train)
        p = (W.copy(), b.copy(), delta.copy())
        learner = learning("sigmoid", solver, size, everything_active, p, (1.0, 1.0))
        room = [new_room(size, np.ones(5), 3)] if size > 1 else []
        etas = update_rates((0.1, 0.1), 6, size)
        _, n_active, _ = plain(X, T, np.arange(6), weights, etas, etas, learner, *room)
        assert n_active == X.size


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("solver", SOLVERS)
def test_both_kernels_are_the_same_rule(loss, solver):
    """Over more features than a block holds, and a few more than blocks make."""
    X, T, base, W, b, delta, weights = problem(7, 20, 1100, 3)
    told = {"loss": loss, "solver": solver, "etas": (0.01, 0.01), "rates": (1.0, 0.1)}
    p, counts = train_samplewise(X, T, base, (W, b, delta), weights, **told)
    q, others = train(X, T, base, (W, b, delta), weights, batch_size=1, **told)
    for one, other in zip(p, q, strict=True):
        assert_allclose(one, other, rtol=1e-9, atol=1e-9)
    assert counts[1:] == others[1:]


def test_a_negative_threshold_never_silences_but_zero_stays_zero():
    X = np.array([[-0.5, 0.0, 1e-12, 2.0]])
    theta = np.full(4, -1.0)
    out = np.empty_like(X)
    MINIBATCH.sparsify(X, theta, out)
    assert_array_equal(out, [[-1.5, 0.0, 1.0 + 1e-12, 3.0]])
    MINIBATCH.sparsify(X, np.full(4, 0.5), out)
    assert_array_equal(out, [[0.0, 0.0, 0.0, 1.5]])


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_survive_large_outputs(loss):
    y, t, e = np.array([1e4, -1e4, 0.0]), np.array([0.0, 1.0, 0.0]), np.empty(3)
    value = MINIBATCH.err(LOSSES[loss], y, t, e)
    expected = {
        "sigmoid": (2e4 + np.log(2)) / 3,
        "softmax": 2e4,
        "squared": (1e8 + 10001.0**2) / 3,
        "asymmetric": (1e8 + 10001.0**2) / 3,
    }[loss]
    assert_allclose(value, expected)
    assert np.isfinite(e).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_predictions_are_those_of_the_oracle(dtype):
    X, _, base, W, b, delta, _ = problem(5, 30, 9, 3)
    X = X.astype(dtype)
    rows = np.array([4, 2, 29])
    Y = np.empty((3, 3))
    MINIBATCH.predict(X, rows, base + delta, W, b, Y)
    expected = naive.outputs(X[rows].astype(np.float64), base + delta, W, b)
    assert_allclose(Y, expected, rtol=1e-12, atol=1e-12)


def test_an_intercept_hears_1():
    x = np.array([0.25, -0.5, 3.0])
    assert SAMPLEWISE.largest_of(x, 2) == 1.0
    assert SAMPLEWISE.largest_of(x, 3) == 3.0
