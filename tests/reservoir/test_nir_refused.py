"""Graphs and files of NIR that say what cannot be, or ask for too much."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from sparcelearn.reservoir import LIF, SpikingReservoir, from_nir, to_nir
from sparcelearn.reservoir.input_wiring import Projection
from tests.reservoir.helpers import SILENT

nir = pytest.importorskip("nir")
h5py = pytest.importorskip("h5py")
pytestmark = pytest.mark.filterwarnings(SILENT)

X = np.random.RandomState(0).rand(10, 6, 3)


@pytest.fixture
def reservoir():
    neuron = LIF(t_ref=0.0)
    return SpikingReservoir(
        8, neuron=neuron, random_state=0, loop_gain=0.5, delay=2.0, backend="numpy",
        features="trace", n_readouts=1, padding=0, input_wiring=Projection(1.0),
        feature_scaling=None,
    ).fit(X)  # fmt: skip


def delayed(graph, seconds):
    graph.nodes["delay"] = nir.Delay(delay=np.full(8, seconds))


GRAPHS = {
    "complex weights": (
        lambda g: setattr(g.nodes["input_weights"], "weight", np.ones((8, 3)) * 1j),
        "weight of node 'input_weights' must hold finite real numbers",
    ),
    "NaN": (lambda g: g.nodes["units"].tau.fill(np.nan), "tau of node 'units' must hold finite"),
    "a negative delay": (lambda g: delayed(g, -0.001), "negative delays, down to -1 ms"),
    "a delay without end": (lambda g: delayed(g, 1e300), "asks for a delay of"),
    "an edge to nowhere": (lambda g: g.edges.append(("units", "ghost")), "joins 'ghost'"),
    "steps without end": (
        lambda g: g.metadata.update(steps_per_input=60_000_000),
        "steps_per_input in the metadata must be a whole number from 1 to 1000000",
    ),
    "half a step": (lambda g: g.metadata.update(steps_per_input=2.5), "not 2.5"),
    "steps as text": (lambda g: g.metadata.update(steps_per_input="10"), "must be a number"),
    "dt as a list": (lambda g: g.metadata.update(dt=[1.0, 2.0]), "dt in the metadata must be a"),
    "dt of NaN": (lambda g: g.metadata.update(dt=np.nan), "dt must be given"),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_that_cannot_be(reservoir, name):
    change, message = GRAPHS[name]
    graph = to_nir(reservoir)
    change(graph)
    with pytest.raises(ValueError, match=message):
        from_nir(graph)


def in_one_chunk(file):
    del file["node/nodes/units/tau"]
    file["node/nodes/units"].create_dataset(
        "tau", data=np.zeros(8), chunks=(2**24,), maxshape=(None,), compression="gzip"
    )


def shape_that_overflows(file):
    file.create_dataset("node/huge", shape=(2**33, 2**33), dtype="u1", chunks=(64, 64))


def long_texts(file):
    file.create_dataset("node/text", data=["A" * 10**5] * 3, dtype=h5py.string_dtype())


def a_text_that_claims_more(file):
    """HDF5 would take 4 GB for it before it looks."""
    array = file.create_dataset("node/text", data="short", dtype=h5py.string_dtype())
    place, path = array.id.get_offset(), file.filename
    file.close()
    with open(path, "r+b") as content:
        content.seek(place)
        content.write(b"\xff\xff\xff\xff")


def bomb_in_a_chunk(file):
    """A chunk that says it unpacks to 64 bytes, and unpacks to 16 MB."""
    import zlib

    array = file.create_dataset(
        "node/packed", shape=(8,), dtype="f8", chunks=(8,), compression="gzip"
    )
    array.id.write_direct_chunk((0,), zlib.compress(bytes(2**20)))


def many_chunks(file):
    file.create_dataset("node/many", shape=(10_000,), dtype="u1", chunks=(1,))


FILES = {
    "many chunks": (many_chunks, "lies in 10000 chunks"),
    "one large chunk": (in_one_chunk, "take more than max_bytes"),
    "a shape that overflows": (shape_that_overflows, "take more than max_bytes"),
    "long texts": (long_texts, "a text of 100000 bytes"),
    "a text that claims more": (a_text_that_claims_more, "a text of 4294967295 bytes"),
    "a chunk that unpacks to more": (bomb_in_a_chunk, "unpacks to more than 64|larger packed"),
    "complex numbers": (lambda f: f.create_dataset("node/z", data=np.ones(3) * 1j), "complex"),
    "another filter": (
        lambda f: f.create_dataset("node/z", data=np.arange(64.0), compression="lzf"),
        "packed by filter",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_asks_for_too_much(reservoir, name, tmp_path):
    change, message = FILES[name]
    path = tmp_path / "graph.nir"
    nir.write(path, to_nir(reservoir))
    from_nir(path, max_bytes=100_000)
    with h5py.File(path, "r+") as file:
        change(file)
    with pytest.raises(ValueError, match=message):
        from_nir(path, max_bytes=100_000)


def test_a_readout_of_one_output_predicts_a_vector(reservoir):
    y = np.arange(10.0)
    readout = Ridge().fit(reservoir.transform(X), y)
    _, again = from_nir(to_nir(reservoir, readout))
    assert again.predict(np.zeros((4, 8))).shape == (4,)


def test_zeros_and_ones_are_no_events_of_themselves():
    """Units behind synapses take events; a raster would be a current to them."""
    one = np.ones(4)
    nodes = {
        "input": nir.Input({"input": np.array([3])}),
        "fc": nir.Linear(np.ones((4, 3)) * 0.01),
        "lif": nir.CubaLIF(
            tau_syn=0.005 * one, tau_mem=0.02 * one, r=one, v_leak=0 * one, v_threshold=one,
            v_reset=0 * one, w_in=one,
        ),
        "out": nir.Output({"output": np.array([4])}),
    }  # fmt: skip
    graph = nir.NIRGraph(nodes, [("input", "fc"), ("fc", "lif"), ("lif", "out")])
    imported, _ = from_nir(graph, dt=1.0)
    with pytest.raises(ValueError, match=r"0s and 1s are events as SpikeTrains\.from_dense"):
        imported.transform(np.ones((1, 10, 3)))
