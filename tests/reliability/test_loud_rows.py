"""Rows 18, 19, 23 and 24: states that are not finite, interrupts, parameters, configurations."""

import copy
import os
import pickle
import signal
import threading
import time
import warnings

import numpy as np
import pytest

import sparcelearn
from sparcelearn import ReservoirRegressor
from sparcelearn.readouts import DeltaRegressor, RLSRegressor, SparceRegressor
from sparcelearn.reservoir import (
    LIF,
    AdEx,
    EchoStateReservoir,
    ExponentialIF,
    HodgkinHuxley,
    Izhikevich,
    LeakyReLU,
    NeuronModel,
    QuadraticIF,
    SpikingReservoir,
)
from tests.online.streams import digest
from tests.reliability.helpers import ESTIMATORS, X, make, outcome, report, target, trials
from tests.reservoir.helpers import ADAPTIVE, DELTA, ROUNDED, SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(w) for w in (SILENT, SATURATED, ROUNDED)]

# --- row 18: states that are not finite are heard, and no other ---

GROWING = NeuronModel("dv/dt = (exp(v) - v + drive) / 2 + recurrent")
ROOT = NeuronModel("dv/dt = recurrent + drive - sqrt(v)", initial={"v": 1.0})
LOG = NeuronModel("dv/dt = log(v) + drive + recurrent", initial={"v": 1.0})


def unsound_networks():
    """Yield networks and the size of an input that they cannot follow."""
    for dt in trials((0.1, 0.2, 0.5, 1.0), (0.5,)):  # a kernel is compiled for each
        yield SpikingReservoir(5, neuron=HodgkinHuxley, method="rk4", dt=dt), 1000.0
    for radius in (5.0, 9.0, 20.0):
        yield EchoStateReservoir(20, neuron=LeakyReLU, spectral_radius=radius), 1.0
    for unit in trials((GROWING, ROOT, LOG), (ROOT,)):
        for gain in (-30.0, -100.0, -1e3, -1e4, -1e6):
            yield EchoStateReservoir(5, neuron=unit, leak_rate=1.0), gain


def test_row_18_states_that_are_not_finite_are_heard():
    heard = tried = 0
    for reservoir, gain in unsound_networks():
        reservoir.set_params(random_state=0, input_scaling=1.0)
        if isinstance(reservoir, SpikingReservoir):
            reservoir.set_params(loop_gain=0.0, feature_scaling=None, substeps=1)
        if gain < 0:
            reservoir.set_params(input_wiring=np.ones((2, reservoir.n_units)))
        rows = np.full((1, trials(3000, 1500), 2), gain)
        tried += 1
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                features = reservoir.fit(rows).transform(rows)
            except ValueError as error:
                heard += "no longer finite" in str(error)
            else:
                assert np.isfinite(features).all(), reservoir
    report(18, f"{heard} of {tried} networks left the finite numbers, and said so")
    assert heard >= trials(20, 8)


def test_row_18_sound_networks_raise_no_alarm():
    units = (LIF, DELTA, ADAPTIVE, AdEx, Izhikevich, ExponentialIF, QuadraticIF)
    n_networks = trials(500, 30)
    for seed in range(n_networks):
        rng = np.random.RandomState(seed)
        is_rate = seed % 5 == 0
        rows = rng.randn(rng.randint(2, 6), rng.randint(3, 9), 2) * 10.0 ** rng.randint(-3, 4)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if is_rate:
                reservoir = EchoStateReservoir(20, spectral_radius=rng.uniform(0, 2))
            else:
                reservoir = SpikingReservoir(15, neuron=units[seed % len(units)], dt=0.5)
                if trials(1, 0) == 0:  # a kernel takes longer to compile than to run
                    reservoir.set_params(neuron=LIF)
            features = reservoir.set_params(random_state=seed).fit(rows).transform(rows)
        assert np.isfinite(features).all()
    report(18, f"{n_networks} sound networks raised no alarm")


# --- row 19: interrupts ---


class Interrupts:
    """Sends SIGINT after a while; it counts only where the test listens."""

    def __init__(self):
        self.is_heard, self.sent = False, 0.0

    def __enter__(self):
        self.before = signal.signal(signal.SIGINT, self.interrupt)
        return self

    def __exit__(self, *_):
        signal.signal(signal.SIGINT, self.before)

    def interrupt(self, *_):
        if self.is_heard:
            self.is_heard = False
            raise KeyboardInterrupt

    def send(self):
        self.sent = time.perf_counter()
        os.kill(os.getpid(), signal.SIGINT)

    def during(self, work, seconds):
        """Run work, interrupted after so many seconds; return how long it then went on."""
        timer = threading.Timer(seconds, self.send)
        try:
            timer.start()  # a signal may come before this returns
            self.is_heard = True
            work()
            self.is_heard = False
        except KeyboardInterrupt:
            return time.perf_counter() - self.sent
        finally:
            self.is_heard = False
            timer.cancel()
            timer.join()
        return None


STREAM = np.random.RandomState(3).rand(4000, 2)
READOUTS = {
    "SpaRCe": SparceRegressor(batch_size=1, calibration_samples=200, random_state=0),
    "delta": DeltaRegressor(),
    "RLS": RLSRegressor(),
}


def model(readout="SpaRCe"):
    reservoir = EchoStateReservoir(30, carry_state=True, random_state=0)
    made = ReservoirRegressor(reservoir, copy.deepcopy(READOUTS[readout]))
    return made.partial_fit(STREAM[:300], STREAM[:300, 0])


def steps(made, count):
    """Step and learn, row by row, from a place that the model knows itself."""
    for _ in range(count):
        row = made.n_steps_ % len(STREAM)
        if made.n_updates_ < made.n_steps_ - 2:
            made.learn(STREAM[row - 1, 0])
        elif row % 3:
            made.step(STREAM[row])
        else:
            made.learn(STREAM[row], STREAM[row, 0])


def whole_calls(made, path):
    return {
        "fit": lambda: made.fit(STREAM, STREAM[:, 0]),
        "partial_fit": lambda: made.partial_fit(STREAM[:1500], STREAM[:1500, 0]),
        "transform": lambda: made.reservoir_.transform(STREAM),
        "generate": lambda: made.generate(400, STREAM),
        "save": lambda: sparcelearn.save(path, made),
    }


@pytest.mark.parametrize("call", ["fit", "partial_fit", "transform", "generate", "save"])
def test_row_19_an_interrupted_call_is_as_before_or_as_after(call, tmp_path):
    path, rng, longest, n_interrupted = tmp_path / "model", np.random.RandomState(0), 0.0, 0
    made = model()
    if call == "generate":  # predictions become input, so there are two of them
        made = ReservoirRegressor(made.reservoir, RLSRegressor()).partial_fit(STREAM, STREAM)
    sparcelearn.save(path, made)
    first, before = path.read_bytes(), digest(made)
    for _ in range(2):  # the first compiles
        twin = copy.deepcopy(made)
        begin = time.perf_counter()
        whole_calls(twin, tmp_path / "twin")[call]()
    seconds, after = time.perf_counter() - begin, digest(twin)
    n_trials = trials(40, 4)
    with Interrupts() as interrupts:
        for _ in range(n_trials):
            tried = copy.deepcopy(made)
            work = whole_calls(tried, path)[call]
            waited = interrupts.during(work, rng.uniform(0, seconds))
            if waited is not None:
                n_interrupted, longest = n_interrupted + 1, max(longest, waited)
            assert digest(tried) in (before, after)
            assert digest(sparcelearn.load(path)) == before
    assert path.read_bytes() == first
    assert not [p for p in tmp_path.iterdir() if p.name not in ("model", "twin")]
    report(19, f"{call}: {n_interrupted} of {n_trials} interrupted, after {longest:.3f} s at most")


@pytest.mark.parametrize("readout", READOUTS)
def test_row_19_an_interrupted_row_is_as_before_or_as_after(readout):
    rng, n_interrupted, n_trials, longest = np.random.RandomState(0), 0, trials(50, 5), 0.0
    made = model(readout)
    with Interrupts() as interrupts:
        for _ in range(n_trials):
            tried = copy.deepcopy(made)
            waited = interrupts.during(lambda tried=tried: steps(tried, 3000), rng.uniform(0, 0.02))
            if waited is None:
                continue
            n_interrupted, longest = n_interrupted + 1, max(longest, waited)
            twin = copy.deepcopy(made)
            for _ in range(3000):  # the twin stops where the other was stopped
                if twin.counters == tried.counters:
                    break
                steps(twin, 1)
            assert digest(twin) == digest(tried)
            steps(tried, 3)  # and it goes on
    report(
        19, f"step, learn ({readout}): {n_interrupted} of {n_trials}, after {longest:.3f} s at most"
    )


# --- row 23: parameters changed after fit ---

OTHERS = {bool: lambda x: not x, int: lambda x: x + 3, float: lambda x: 0.5 * x + 0.01}
HOW = {"n_jobs", "verbose", "memory", "random_state"}


def changed(estimator, name):
    """Return another value of a parameter, or None where there is none to be tried."""
    value = estimator.get_params(deep=False)[name]
    for constraint in estimator._parameter_constraints.get(name, []):
        options = getattr(constraint, "options", None)
        if options and isinstance(value, str):
            return next((other for other in sorted(options) if other != value), None)
    if value is None:
        constraints = estimator._parameter_constraints.get(name, [])
        ranges = [c for c in constraints if hasattr(c, "left") and hasattr(c, "right")]
        return 1 if ranges else None
    return OTHERS[type(value)](value) if type(value) in OTHERS else None


@pytest.mark.parametrize("name", ESTIMATORS)
def test_row_23_parameters_changed_after_fit_change_nothing(name, tmp_path):
    fitted = make(name)
    fitted.fit(X, target(fitted))
    expected, n_changed = outcome(fitted, X), 0
    for parameter in fitted.get_params(deep=False):
        other = changed(fitted, parameter)
        if other is None or parameter in HOW:
            continue
        tried = copy.deepcopy(fitted).set_params(**{parameter: other})
        np.testing.assert_array_equal(outcome(tried, X), expected, err_msg=parameter)
        copies = [copy.deepcopy(tried), pickle.loads(pickle.dumps(tried))]
        if tried._parameter_constraints:
            try:
                sparcelearn.save(tmp_path / "file", tried)
                copies.append(sparcelearn.load(tmp_path / "file"))
            except (ValueError, TypeError):  # the value is not valid, or a file cannot hold it
                pass
        for copied in copies:
            np.testing.assert_array_equal(outcome(copied, X), expected, err_msg=parameter)
        n_changed += 1
    report(23, f"{name}: {n_changed} parameters changed after fit, nothing else")


# --- row 24: configurations at random ---


def configuration(seed):
    """Draw a network, a form of input and what is read, at random; float64, and a stream or not."""
    rng = np.random.RandomState(seed)
    choose = lambda *options: options[rng.randint(len(options))]  # noqa: E731
    n_channels, is_stream = rng.randint(1, 4), bool(rng.rand() < 0.5)
    kind = choose("rate", "spiking", "spiking")
    wiring = choose(None, rng.randn(8, 8) * (rng.rand(8, 8) < 0.4) * 0.3)
    heard = choose(None, rng.randn(n_channels, 8), {0: rng.randn(n_channels, 8), 2: np.eye(8)[:1]})
    if isinstance(heard, dict):
        heard[2] = np.repeat(heard[2], n_channels, axis=0)
    common = {
        "n_units": 8,
        "wiring": wiring,
        "input_wiring": heard,
        "input_scaling": choose("auto", 2.0),
        "carry_state": is_stream,
        "dtype": "float64",
        "random_state": seed,
    }
    if kind == "rate":
        features = choose("state", "mean", ("state", "mean"))
        n_readouts = 1 if is_stream else choose(1, 2)  # a row of a stream is one step
        reservoir = EchoStateReservoir(features=features, n_readouts=n_readouts, **common)
    else:
        unit = choose(LIF, DELTA, LIF(t_ref=0.0))
        reservoir = SpikingReservoir(
            neuron=unit,
            steps_per_input=int(rng.randint(2, 5)),
            delay=choose(1.0, 3.0, np.arange(1.0, 9.0)),
            features=choose("count", "trace", ("membrane", "trace"), "first_spike"),
            loop_gain=choose(0.0, 0.5),
            **common,
        )
    n_samples = rng.randint(3, 7)
    if is_stream:
        return reservoir, rng.randn(20, n_channels)
    if rng.rand() < 0.3:
        return reservoir, rng.randn(n_samples, n_channels, 6).swapaxes(1, 2)
    return reservoir, [rng.randn(rng.randint(4, 9), n_channels) for _ in range(n_samples)]


def test_row_24_configurations_at_random():
    n_configurations = trials(500, 25)
    for seed in range(n_configurations):
        reservoir, rows = configuration(seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compiled = reservoir.fit(rows)
            whole = compiled.transform(rows)
            plain = copy.deepcopy(reservoir).set_params(backend="numpy").fit(rows)
        np.testing.assert_allclose(plain.transform(rows), whole, rtol=1e-12, atol=1e-12)
        half = len(rows) // 2
        if reservoir.carry_state:
            parts = compiled.partial_fit(rows[:half]).transform(rows[half:])
            np.testing.assert_array_equal(parts, whole[half:])
            compiled.reset_state()
        else:
            parts = [compiled.transform(rows[:half]), compiled.transform(rows[half:])]
            np.testing.assert_array_equal(np.concatenate(parts), whole)
        for copied in (copy.deepcopy(compiled), pickle.loads(pickle.dumps(compiled))):
            np.testing.assert_array_equal(copied.transform(rows), whole)
    report(24, f"{n_configurations} configurations: compiled, plain, in parts and copied alike")
