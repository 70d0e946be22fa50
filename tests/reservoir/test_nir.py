"""Interchange: graphs mean what they say, files are looked through, and all comes back."""

import sys
from functools import cache

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from sparcelearn import SpikeTrains
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import (
    LIF,
    EchoStateReservoir,
    NeuronModel,
    SpikingReservoir,
    TsodyksMarkram,
    Uniform,
    from_nir,
    to_nir,
)
from sparcelearn.reservoir.input_wiring import Delays, Projection
from tests.reservoir.helpers import ROUNDED, SILENT

nir = pytest.importorskip("nir")
h5py = pytest.importorskip("h5py")

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(ROUNDED)]

NEURON = LIF(t_ref=0.0, tau_exc=4.0, tau_inh=8.0)
MIXED = LIF(
    t_ref=0.0,
    tau_mem=Uniform(10.0, 30.0),
    tau_inh=Uniform(5.0, 9.0),
    r_mem=1.7,
    v_rest=-0.2,
    v_reset=Uniform(-0.3, 0.1),
)


@cache  # tests look at them and change nothing
def reservoir_of(neuron=NEURON, **parameters):
    """Return a fitted reservoir of 30 units, and its input."""
    X = np.random.default_rng(0).random((6, 12, 3))
    defaults = {
        "n_units": 30,
        "dtype": "float64",
        "random_state": 0,
        "method": "euler",
        "dt": 0.5,
        "backend": "numpy",
        "input_wiring": Projection(1.0),
        "input_scaling": 5.0,
        "loop_gain": 0.8,
        "features": "trace",
        "feature_scaling": None,
        "n_readouts": 1,
        "padding": 0,
    }
    reservoir = SpikingReservoir(neuron=neuron, **{**defaults, **parameters})
    if isinstance(reservoir.delay, tuple):  # which can be remembered, as an array cannot
        reservoir.set_params(delay=np.array(reservoir.delay))
    return reservoir.fit(X), X


PER_UNIT = tuple(np.linspace(0.5, 5, 30))


def random_events():
    rng = np.random.default_rng(1)
    samples = [(rng.random(60) * 50, rng.integers(3, size=60)) for _ in range(4)]
    return SpikeTrains.from_samples(samples, 3, 50.0)


def interpret(graph, rows, spikes_in=None):
    """Run a graph by Euler's method; return spikes of the units and the output at each step.

    Every edge carries a value and the area of impulses; all equations read the state at the
    start of a step, and impulses arrive at its end.
    """
    dt = graph.metadata["dt"]
    height = 1.0 if graph.metadata["spike"] == "dirac" else dt  # area of a spike
    sources = {k: [a for a, b in graph.edges if b == k] for k in graph.nodes}
    state = {
        k: np.array(n.v_leak, dtype=float) for k, n in graph.nodes.items() if hasattr(n, "tau")
    }
    fired, past, outputs = [], [], []

    def value(name, row):
        node = graph.nodes[name]
        if type(node) is nir.Input:
            return row if spikes_in is None else 0 * row
        if type(node) is nir.Affine:
            return node.weight @ sum(value(k, row) for k in sources[name]) + node.bias
        if type(node) is nir.LI:
            return state[name]
        return np.zeros(len(state["units"]))

    def impulse(name, step):
        node = graph.nodes[name]
        if type(node) is nir.Input:
            return height * spikes_in[step] if spikes_in is not None else np.zeros(rows.shape[1])
        if type(node) is nir.Affine:
            return node.weight @ sum(impulse(k, step) for k in sources[name])
        if type(node) is nir.LIF:
            return height * past[step]
        if type(node) is nir.Delay:
            late = step - np.round(node.delay / dt).astype(int)
            return height * np.array([past[t][k] if t >= 0 else 0 for k, t in enumerate(late)])
        return np.zeros(len(state[name]))

    for step, row in enumerate(rows):
        change = {
            k: (
                graph.nodes[k].v_leak
                - x
                + graph.nodes[k].r * sum(value(s, row) for s in sources[k])
            )
            * dt
            / graph.nodes[k].tau
            for k, x in state.items()
        }
        state.update({k: x + change[k] for k, x in state.items()})
        spikes = state["units"] >= graph.nodes["units"].v_threshold
        state["units"] = np.where(spikes, graph.nodes["units"].v_reset, state["units"])
        past.append(spikes.astype(float))
        jumps = {k: sum(impulse(s, step) for s in sources[k]) for k in state if k != "units"}
        for k, jump in jumps.items():
            state[k] = state[k] + graph.nodes[k].r / graph.nodes[k].tau * jump
        fired.append(spikes)
        outputs.append(value("readout", row) if "readout" in graph.nodes else spikes)
    return np.array(fired), np.array(outputs)


@pytest.mark.parametrize("neuron", [NEURON, MIXED], ids=["LIF", "mixed"])
@pytest.mark.parametrize("delay", [0.5, 3.0, PER_UNIT], ids=["step", "3", "units"])
@pytest.mark.parametrize("spike", ["dirac", "step"])
def test_the_graph_of_a_reservoir_is_that_network(neuron, delay, spike):
    reservoir, X = reservoir_of(neuron, delay=delay, bias_scaling=0.3, features="spikes")
    expected = reservoir.transform(X[:1]).to_dense(0.5)[0]
    fired, outputs = interpret(to_nir(reservoir, spike=spike), np.repeat(X[0], 10, axis=0))
    assert 50 < expected.sum() < expected.size / 4
    np.testing.assert_array_equal(fired, expected)
    np.testing.assert_array_equal(outputs, fired)


def test_the_graph_of_a_reservoir_of_events_is_that_network():
    trains = random_events()
    reservoir = SpikingReservoir(
        30,
        neuron=MIXED(v_rest=0.0),
        dtype="float64",
        random_state=0,
        method="euler",
        input_scaling=10.0,
        loop_gain=0.8,
        features="spikes",
    ).fit(trains)
    expected = reservoir.transform(trains[:1]).to_dense(1.0)[0]
    raster = trains[:1].to_dense(1.0)[0]
    fired, _ = interpret(to_nir(reservoir), raster, raster)
    assert expected.sum() > 50
    np.testing.assert_array_equal(fired, expected)
    again, _ = from_nir(to_nir(reservoir))
    assert again.transform(trains) == reservoir.transform(trains)


def test_the_readout_reads_the_trace():
    reservoir, X = reservoir_of(tau_trace=12.0)
    readout = Ridge().fit(reservoir.transform(X), np.arange(12).reshape(6, 2))
    fired, outputs = interpret(to_nir(reservoir, readout), np.repeat(X[0], 10, axis=0))
    trace = np.zeros(30)
    for spikes, output in zip(fired, outputs, strict=True):
        trace = trace * (1 - 0.5 / 12) + spikes  # the reservoir's decays by an exponential
        np.testing.assert_allclose(output, readout.predict([trace])[0], rtol=1e-9, atol=1e-9)


# --- there and back ---


@pytest.mark.parametrize("neuron", [NEURON, MIXED], ids=["LIF", "mixed"])
@pytest.mark.parametrize("spike", ["dirac", "step"])
def test_a_file_gives_the_network_back(neuron, spike, tmp_path):
    reservoir, X = reservoir_of(neuron, method="auto", bias_scaling=0.2, delay=1.5, tau_trace=12.0)
    readout = LogisticRegression(max_iter=1000).fit(reservoir.transform(X), np.arange(6) % 3)
    nir.write(tmp_path / "net.nir", to_nir(reservoir, readout, spike=spike))
    again, linear = from_nir(tmp_path / "net.nir")
    features = reservoir.transform(X)
    assert features.any()
    np.testing.assert_allclose(again.transform(X), features, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(linear.predict(features), readout.decision_function(features))
    assert again.method_ == "exact" and again.steps_per_input_ == reservoir.steps_per_input_
    once_more, _ = from_nir(to_nir(again, linear, spike=spike))
    np.testing.assert_allclose(once_more.transform(X), features, rtol=1e-9, atol=1e-12)


def test_spikes_without_a_readout_and_without_delays():
    reservoir, X = reservoir_of(features="spikes", delay=0.5)
    graph = to_nir(reservoir, delays=False)
    assert "delay" not in graph.nodes
    again, readout = from_nir(graph)
    assert readout is None and again.delay == reservoir.dt
    assert again.transform(X) == reservoir.transform(X)


def test_a_reservoir_without_recurrence_is_feedforward():
    reservoir, X = reservoir_of(loop_gain=0.0, features="spikes")
    graph = to_nir(reservoir)
    assert set(graph.nodes) == {"input", "input_weights", "units", "output"}
    assert from_nir(graph)[0].transform(X) == reservoir.transform(X)


def cuba_graph(**changes):
    """Return what other tools write: weights into units with one synaptic time constant."""
    rng = np.random.default_rng(0)
    n = 8
    ones = np.ones(n)
    units = {
        "tau_mem": 0.02 * ones,
        "tau_syn": 0.005 * ones,
        "r": 2 * ones,
        "v_leak": 0 * ones,
        "v_threshold": ones,
        "v_reset": 0 * ones,
        "w_in": 0.005 * ones,
        **changes,
    }
    nodes = {
        "in": nir.Input(input_type={"input": np.array([3])}),
        "fc": nir.Linear(weight=rng.normal(size=(n, 3))),
        "rec": nir.Affine(weight=rng.normal(size=(n, n)), bias=0 * ones),
        "lif": nir.CubaLIF(**units),
        "out": nir.Output(output_type={"output": np.array([n])}),
    }
    edges = [("in", "fc"), ("fc", "lif"), ("lif", "rec"), ("rec", "lif"), ("lif", "out")]
    return nir.NIRGraph(nodes=nodes, edges=edges)


def test_a_graph_of_current_based_units_is_understood():
    graph = cuba_graph()
    with pytest.raises(ValueError, match="dt must be given"):
        from_nir(graph)
    reservoir, _ = from_nir(graph, dt=0.5)
    assert reservoir.neuron.parameters["tau_exc"] == reservoir.neuron.parameters["tau_inh"] == 5.0
    np.testing.assert_allclose(reservoir.input_weights_.toarray(), 2 * graph.nodes["fc"].weight.T)
    np.testing.assert_allclose(
        reservoir.recurrent_weights_.toarray(), 2 * graph.nodes["rec"].weight.T
    )
    stepwise, _ = from_nir(graph, dt=0.5, spike="step")
    np.testing.assert_allclose(
        stepwise.input_weights_.toarray(), 5e-4 * reservoir.input_weights_.toarray()
    )


# --- what NIR cannot say ---


@pytest.mark.parametrize(
    "parameters, readout, message",
    [
        ({"neuron": LIF}, None, "refractory period, here of 4 steps"),
        ({"delay": Uniform(1.0, 5.0)}, None, "delays that differ"),
        ({"input_wiring": Delays()}, None, "lags of the input"),
        ({"short_term_plasticity": TsodyksMarkram()}, None, "short_term_plasticity"),
        ({"tau_trace": (5.0, 20.0)}, "ridge", "with one tau_trace"),
        ({"features": "count"}, "ridge", "features='count'"),
        ({"n_readouts": 2}, "ridge", "not at 2 instants"),
        ({}, "sparce", "thresholds"),
        ({}, "narrow", "5 weights to an output for 30 units"),
        ({}, "odd", "fitted and linear"),
    ],
)
def test_what_nir_cannot_say_is_named(parameters, readout, message):
    reservoir, X = reservoir_of(**parameters)
    features, y = reservoir.transform(X), np.arange(6) % 2
    readouts = {
        None: lambda: None,
        "ridge": lambda: Ridge().fit(features, y),
        "sparce": lambda: SparceClassifier(sparsity=0.5, max_iter=2).fit(features, y),
        "narrow": lambda: Ridge().fit(features[:, :5], y),
        "odd": lambda: "a string",
    }
    with pytest.raises(ValueError, match=message):
        to_nir(reservoir, readouts[readout]())


def test_other_units_and_biased_events_are_refused():
    with pytest.raises(ValueError, match="LIF units only"):
        to_nir(EchoStateReservoir(5).fit([[1.0]]))
    other = NeuronModel(
        LIF.equations.replace("drive)", "drive) ** 3"),
        LIF.threshold,
        LIF.reset,
        LIF.refractory,
        LIF.excitatory,
        LIF.inhibitory,
        {**LIF.parameters, "t_ref": 0.0},
    )
    with pytest.raises(ValueError, match="LIF units only"):
        to_nir(reservoir_of(other, method="auto")[0])
    with pytest.raises(ValueError, match="bias_scaling=0"):
        biased = SpikingReservoir(5, neuron=NEURON, input_scaling=5.0, bias_scaling=0.5)
        to_nir(biased.fit(random_events()))
    with pytest.raises(ValueError, match="spike must be"):
        to_nir(reservoir_of()[0], spike="delta")


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "nir", None)
    with pytest.raises(ImportError, match=r"sparce-learn\[nir\]"):
        to_nir(reservoir_of()[0])


def changed(change):
    graph = to_nir(reservoir_of()[0])
    change(graph)
    return graph


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda g: g.metadata.update(spike="blip"), "spike must be"),
        (lambda g: g.metadata.update(dt=-1.0), "dt must be given"),
        (lambda g: g.edges.remove(("input", "input_weights")), "No weights lead"),
        (lambda g: g.edges.remove(("units", "output")), "output must be spikes"),
        (lambda g: g.edges.append(("exc_weights", "units")), "directly and through"),
        (lambda g: g.nodes.update(more=g.nodes["units"]), "No weights lead from 'units' to 'more'"),
        (lambda g: g.nodes["exc_weights"].weight.__imul__(-1.0), "one time constant"),
        (
            lambda g: g.nodes["inh_weights"].weight.__iadd__(-1.0),
            "Several paths lead from 'units'",
        ),
    ],
)
def test_other_graphs_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        from_nir(changed(change))
    with pytest.raises(TypeError, match=r"path or a nir\.NIRGraph"):
        from_nir(42)


# --- files from strangers ---


def test_a_file_that_would_fill_memory_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "bomb.nir"
    nir.write(path, to_nir(reservoir_of()[0]))
    with h5py.File(path, "a") as file:  # terabytes of zeros, a kilobyte on disk
        file["node"]["nodes"]["units"].create_dataset(
            "huge", (2**20, 2**20), "f8", chunks=(2**10, 2**10), compression="gzip"
        )
    assert path.stat().st_size < 10**6
    with pytest.raises(ValueError, match="max_bytes=1073741824; 'huge'"):
        from_nir(path)


@pytest.mark.parametrize("trap", ["external link", "soft link", "external data", "loop", "many"])
def test_what_reaches_out_of_a_file_or_never_ends_is_refused(trap, tmp_path):
    path, secret = tmp_path / "trap.nir", tmp_path / "secret.h5"
    nir.write(path, to_nir(reservoir_of()[0]))
    secret.write_bytes(b"0" * 800)
    with h5py.File(path, "a") as file:
        units = file["node"]["nodes"]["units"]
        if trap == "external link":
            units["tau2"] = h5py.ExternalLink(str(secret), "/a")
        elif trap == "soft link":
            units["tau2"] = h5py.SoftLink("/version")
        elif trap == "external data":
            units.create_dataset("tau2", (100,), "f8", external=[(str(secret), 0, 800)])
        elif trap == "loop":
            units["again"] = file["node"]
        else:
            for k in range(10_001):
                units.create_group(str(k))
    with pytest.raises(ValueError, match=r"link|another file|deep|more than"):
        from_nir(path)


def test_damaged_files_are_refused(tmp_path):
    path = tmp_path / "net.nir"
    nir.write(path, to_nir(reservoir_of()[0]))
    whole = path.read_bytes()
    path.write_bytes(b"not HDF5")
    with pytest.raises(ValueError, match="no file of HDF5"):
        from_nir(path)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="no file of HDF5"):
        from_nir(path)
    with h5py.File(path, "w") as file:
        file.create_group("node")["type"] = "Gate"
    with pytest.raises(ValueError, match="no file of NIR"):
        from_nir(path)
    with pytest.raises(FileNotFoundError):
        from_nir(tmp_path / "missing.nir")
