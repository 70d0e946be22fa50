"""Graphs of NIR of several layers, nested, of IF units, and with weights in pieces."""

from itertools import pairwise

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import Ridge

from sparcelearn import SpikeTrains
from sparcelearn.reservoir import (
    LIF,
    DeltaLIF,
    SpikingReservoir,
    StackedReservoir,
    from_nir,
    to_nir,
)
from sparcelearn.reservoir.input_wiring import Projection
from tests.reservoir.helpers import ROUNDED, SILENT

nir = pytest.importorskip("nir")
h5py = pytest.importorskip("h5py")

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(ROUNDED)]

DT = 1e-3  # s
STEPWISE = {"dt": 1000 * DT, "spike": "step", "method": "euler"}


def unit(kind, n, seed=0, **changes):
    """Return n units of parameters that differ."""
    rng = np.random.default_rng(seed)
    values = {
        "r": rng.uniform(0.5, 2, n),
        "v_threshold": rng.uniform(0.8, 1.2, n),
        "v_reset": rng.uniform(-0.2, 0.0, n),
    }
    if kind == "LIF":
        values |= {"tau": rng.uniform(5e-3, 20e-3, n), "v_leak": rng.uniform(-0.1, 0.1, n)}
    else:
        values["r"] *= 100
    return getattr(nir, kind)(**{**values, **changes})


def affine(n_to, n_from, seed=0, gain=2.0, bias=0.3):
    rng = np.random.default_rng(seed)
    return nir.Affine(rng.normal(size=(n_to, n_from)) * gain, bias * rng.normal(size=n_to))


def doors(n_from, n_to):
    return {"input": nir.Input(np.array([n_from])), "output": nir.Output(np.array([n_to]))}


def recurrent(node, weights):
    """Return a layer as snnTorch writes it: a graph of its own."""
    n = len(weights.weight)
    return nir.NIRGraph(
        {**doors(n, n), "lif": node, "w_rec": weights},
        [("input", "lif"), ("lif", "w_rec"), ("w_rec", "lif"), ("lif", "output")],
    )


def in_a_row(n_from, n_to, **nodes):
    """Return a graph of nodes one after another."""
    names = ["input", *nodes, "output"]
    return nir.NIRGraph({**doors(n_from, n_to), **nodes}, list(pairwise(names)))


def fires(node, currents, w_rec=None, height=1.0):
    """Integrate units by Euler's method; spikes are steps of a height, a step late if recurrent."""
    n = node.v_threshold.size
    is_leaky = isinstance(node, nir.LIF)
    v = np.array(node.v_leak) if is_leaky else np.zeros(n)
    fired, spikes = np.zeros(n), []
    for current in currents:
        own = 0 if w_rec is None else w_rec.weight @ (fired * height) + w_rec.bias
        driven = node.r * (current + own)
        v = v + (DT / node.tau * (node.v_leak - v + driven) if is_leaky else DT * driven)
        fired = (v >= node.v_threshold).astype(float)
        v = np.where(fired > 0, node.v_reset, v)
        spikes.append(fired)
    return np.array(spikes)


def rows(n_steps=150, n=3, seed=5):
    return np.random.default_rng(seed).random((n_steps, n)) * 2


def steps_of(reservoir, X):
    """Return the spikes of a reservoir in each step."""
    return reservoir.transform(X[np.newaxis]).to_dense(1000 * DT)[0]


def there_and_back(graph, tmp_path, **options):
    """Read a graph from a file, write it again and read that."""
    nir.write(tmp_path / "one.nir", graph)
    first = from_nir(tmp_path / "one.nir", **options)[0]
    nir.write(tmp_path / "two.nir", to_nir(first, spike=options["spike"]))
    return first, from_nir(tmp_path / "two.nir")[0]


# --- networks that are what their graphs say ---


@pytest.mark.parametrize("kind", ["LIF", "IF"])
@pytest.mark.parametrize("spike", ["step", "dirac"])
def test_a_nested_recurrent_layer(kind, spike, tmp_path):
    node, fc, rec = unit(kind, 20), affine(20, 3, seed=1), affine(20, 20, seed=2, gain=1.0)
    height = 1.0 if spike == "step" else 1 / DT
    rec.weight /= height
    graph = in_a_row(3, 20, fc=fc, layer=recurrent(node, rec))
    X = rows()
    expected = fires(node, X @ fc.weight.T + fc.bias, rec, height)
    assert 100 < expected.sum() < expected.size / 2
    assert not np.array_equal(expected, fires(node, X @ fc.weight.T + fc.bias))
    for reservoir in there_and_back(graph, tmp_path, **{**STEPWISE, "spike": spike}):
        np.testing.assert_array_equal(steps_of(reservoir, X), expected)


@pytest.mark.parametrize("kinds", [("LIF", "LIF"), ("IF", "IF")])
def test_layers_in_a_row_are_a_stack(kinds, tmp_path):
    first, second = unit(kinds[0], 20), unit(kinds[1], 10, seed=3)
    fc1, fc2 = affine(20, 3, seed=1), affine(10, 20, seed=4, gain=6.0)
    rec1, rec2 = affine(20, 20, seed=2, gain=1.0), affine(10, 10, seed=6, gain=1.0)
    graph = in_a_row(
        3, 10, fc1=fc1, one=recurrent(first, rec1), fc2=fc2, two=recurrent(second, rec2)
    )
    X = rows()
    heard = fires(first, X @ fc1.weight.T + fc1.bias, rec1)
    expected = fires(second, heard @ fc2.weight.T + fc2.bias, rec2)
    assert 50 < expected.sum() < expected.size / 2
    for stack in there_and_back(graph, tmp_path, **STEPWISE):
        assert isinstance(stack, StackedReservoir)
        np.testing.assert_array_equal(steps_of(stack, X), expected)


def test_nested_graphs_may_be_nested():
    node, fc = unit("LIF", 20), affine(20, 3, seed=1)
    rec = affine(20, 20, seed=2, gain=1.0)
    inner = in_a_row(3, 20, fc=fc, layer=recurrent(node, rec))
    outer = in_a_row(3, 20, block=in_a_row(3, 20, net=inner))
    X = rows()
    np.testing.assert_array_equal(
        steps_of(from_nir(outer, **STEPWISE)[0], X), steps_of(from_nir(inner, **STEPWISE)[0], X)
    )


@pytest.mark.parametrize("dtype", [float, np.float32])
def test_scale_and_flatten_are_multiplied_into_weights(dtype):
    rng = np.random.default_rng(0)
    before, between, after = (rng.uniform(0.5, 1.5, n) for n in (6, 20, 20))
    fc, rec = affine(20, 6, seed=1), affine(20, 20, seed=2, gain=1.0)
    node = unit("LIF", 20)
    nodes = {
        "input": nir.Input(np.array([2, 3])),
        "flat": nir.Flatten({"input": np.array([2, 3])}, 0, -1),
        "before": nir.Scale(before.astype(dtype)),
        "fc": fc,
        "after": nir.Scale(after.astype(dtype)),
        "lif": node,
        "between": nir.Scale(between.astype(dtype)),
        "rec": rec,
        "output": nir.Output(np.array([20])),
    }
    ways = ["input", "flat", "before", "fc", "after", "lif", "output"]
    edges = list(pairwise(ways))
    edges += [("lif", "between"), ("between", "rec"), ("rec", "lif")]
    in_pieces, _ = from_nir(nir.NIRGraph(nodes, edges), **STEPWISE)
    fc = nir.Affine(after[:, None] * fc.weight * before, after * fc.bias)
    rec = nir.Affine(rec.weight * between, rec.bias)
    X = rows(n=6)
    expected = fires(node, X @ fc.weight.T + fc.bias, rec)
    assert expected.sum() > 50
    np.testing.assert_array_equal(steps_of(in_pieces, X), expected)


def test_scale_alone_leads_each_channel_to_a_unit():
    node, scale = unit("LIF", 4), np.array([1.0, 2.0, 0.0, 3.0])
    graph = in_a_row(4, 4, scale=nir.Scale(scale), lif=node)
    X = rows(n=4)
    reservoir, _ = from_nir(graph, **STEPWISE)
    assert reservoir.input_weights_.nnz == 3
    np.testing.assert_array_equal(steps_of(reservoir, X), fires(node, X * scale))
    plain, _ = from_nir(in_a_row(4, 4, lif=node), **STEPWISE)
    np.testing.assert_array_equal(steps_of(plain, X), fires(node, X))


def cuba(n, seed=0):
    rng = np.random.default_rng(seed)
    return nir.CubaLIF(
        tau_syn=np.full(n, 4e-3),
        tau_mem=rng.uniform(5e-3, 20e-3, n),
        r=rng.uniform(0.5, 2, n),
        v_leak=rng.uniform(-0.1, 0.1, n),
        v_threshold=np.ones(n),
        v_reset=np.zeros(n),
        w_in=rng.uniform(0.5, 1.5, n),
    )


def test_biases_behind_synapses_rise_with_them():
    """As snnTorch has its layers, whose weights have a bias unless one says no."""
    node, fc, rec = cuba(20), affine(20, 3, seed=1, bias=2.0), affine(20, 20, seed=2, bias=0.5)
    graph = in_a_row(3, 20, fc=fc, layer=recurrent(node, rec))
    reservoir, _ = from_nir(graph, **STEPWISE)
    heard = (np.random.default_rng(0).random((200, 3)) < 0.3).astype(float)
    v, i, fired, expected = np.array(node.v_leak), np.zeros(20), np.zeros(20), []
    for now in heard:
        bias = fc.bias + rec.bias
        arriving = fc.weight @ now + rec.weight @ fired
        v, i = (
            v + DT / node.tau_mem * (node.v_leak - v + node.r * i),
            i + DT / node.tau_syn * (node.w_in * (arriving + bias) - i),
        )
        fired = (v >= node.v_threshold).astype(float)
        v = np.where(fired > 0, node.v_reset, v)
        expected.append(fired)
    trains = SpikeTrains.from_dense(heard[np.newaxis], dt=1000 * DT)
    assert np.sum(expected) > 100
    np.testing.assert_array_equal(reservoir.transform(trains).to_dense(1000 * DT)[0], expected)


def test_weights_that_several_lead_to_tell_their_bias_once():
    node, fc = unit("LIF", 20), affine(20, 20, seed=1, gain=1.0, bias=0.5)
    nodes = {**doors(20, 20), "fc": fc, "lif": node, "scale": nir.Scale(np.full(20, 0.2))}
    edges = [("input", "fc"), ("fc", "lif"), ("lif", "scale"), ("scale", "fc"), ("lif", "output")]
    reservoir, _ = from_nir(nir.NIRGraph(nodes, edges), **STEPWISE)
    X = rows(n=20)
    rec = nir.Affine(fc.weight * 0.2, np.zeros(20))
    expected = fires(node, X @ fc.weight.T + fc.bias, rec)
    assert expected.sum() > 50
    np.testing.assert_array_equal(steps_of(reservoir, X), expected)


# --- stacks and other units go out ---


def spiking(n, neuron=None, **parameters):
    defaults = {
        "neuron": neuron or LIF(t_ref=0.0),
        "random_state": n,
        "dtype": "float64",
        "input_wiring": Projection(1.0),
        "input_scaling": 2.0,
        "loop_gain": 0.5,
        "features": "trace",
        "feature_scaling": None,
        "n_readouts": 1,
        "padding": 0,
    }
    return SpikingReservoir(n, **{**defaults, **parameters})


X3 = np.random.default_rng(0).random((6, 12, 3))
UNITS = {"LIF": LIF(t_ref=0.0), "DeltaLIF": DeltaLIF(t_ref=0.0)}


@pytest.mark.parametrize("one", UNITS)
@pytest.mark.parametrize("two", UNITS)
@pytest.mark.parametrize("spike", ["dirac", "step"])
def test_a_stack_and_its_readout_go_there_and_back(one, two, spike, tmp_path):
    stack = StackedReservoir(
        [
            ("a", spiking(30, UNITS[one], delay=2.0, input_scaling=6.0)),
            ("b", spiking(20, UNITS[two], delay=3.0, input_scaling=4.0 if two == "LIF" else 0.4)),
        ],
        skip=False,
    ).fit(X3)
    features = stack.transform(X3)
    assert np.all(features.sum(axis=1) > 1)
    readout = Ridge().fit(features, np.arange(12).reshape(6, 2))
    nir.write(tmp_path / "stack.nir", to_nir(stack, readout, spike=spike))
    again, linear = from_nir(tmp_path / "stack.nir")
    np.testing.assert_allclose(again.transform(X3), features, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(linear.predict(features), readout.predict(features))


def test_the_nodes_of_a_stack_are_called_by_their_reservoir():
    stack = StackedReservoir([("a", spiking(30)), ("b", spiking(20))], skip=False).fit(X3)
    graph = to_nir(stack)
    assert {"input", "a.units", "b.units", "a.delay", "output"} <= set(graph.nodes)
    assert not any(type(node) is nir.NIRGraph for node in graph.nodes.values())


@pytest.mark.parametrize(
    "parts, options, message",
    [
        (("a", "b"), {"connection": "parallel"}, "not connection='parallel'"),
        (("a", "b"), {"skip": True}, "readout of the last reservoir: give skip=False"),
        (("input", "b"), {"skip": False}, "cannot be called 'input'"),
    ],
)
def test_stacks_that_nir_cannot_say(parts, options, message):
    named = [(parts[0], spiking(30)), (parts[1], spiking(20))]
    stack = StackedReservoir(named, **options).fit(X3)
    readout = Ridge().fit(stack.transform(X3), np.arange(6))
    with pytest.raises(ValueError, match=message):
        to_nir(stack, readout)


def test_what_else_nir_cannot_say():
    other = StackedReservoir([("a", spiking(30)), ("b", spiking(20, dt=0.5))], skip=False).fit(X3)
    with pytest.raises(ValueError, match="of one dt, method and dtype"):
        to_nir(other)
    graph = in_a_row(3, 20, fc=affine(20, 3, seed=1, bias=1.0), lif=cuba(20))
    biased, _ = from_nir(graph, **STEPWISE)
    with pytest.raises(ValueError, match="where currents start"):
        to_nir(biased)


def test_parts_of_a_step_are_steps_of_the_graph():
    coarse = spiking(30, method="euler", dt=2.0, substeps=4, features="spikes", delay=4.0)
    coarse.set_params(input_scaling=6.0).fit(X3)
    graph = to_nir(coarse)
    assert graph.metadata["dt"] == 0.0005 and graph.metadata["steps_per_input"] == 40
    again, _ = from_nir(graph)
    expected = coarse.transform(X3)
    assert len(expected.times) > 100
    assert again.transform(X3) == expected


def test_a_stack_may_give_the_spikes_of_its_last():
    named = [("a", spiking(30, input_scaling=6.0)), ("b", spiking(20, features="spikes"))]
    stack = StackedReservoir(named, skip=False).set_output(transform="pandas").fit(X3)
    trains = stack.transform(X3)
    by_hand = clone(named[0][1]).set_params(features="spikes").fit_transform(X3)
    assert trains == clone(named[1][1]).fit_transform(by_hand)
    assert isinstance(trains, SpikeTrains) and trains == stack.fit_transform(X3)
    for options in ({"skip": True}, {"connection": "parallel", "skip": False}):
        with pytest.raises(ValueError, match="only the last of a chain with skip=False"):
            StackedReservoir(named, **options).fit(X3)


def test_row_by_row_a_stack_gives_numbers():
    named = [
        (k, spiking(20, carry_state=True, features=f)) for k, f in (("a", None), ("b", "spikes"))
    ]
    stack = StackedReservoir(named, skip=False).fit(X3[0])
    with pytest.raises(ValueError, match="step and learn need features that are numbers"):
        stack._stepper()


# --- graphs that are refused by name ---


def two_layers():
    return {
        "fc": affine(20, 3, seed=1),
        "one": unit("LIF", 20),
        "fc2": affine(10, 20, seed=2),
        "two": unit("LIF", 10),
    }


def graph_of(nodes, edges, n_to=10):
    return nir.NIRGraph({**doors(3, n_to), **nodes}, edges, type_check=False)


ROW = [("input", "fc"), ("fc", "one"), ("one", "fc2"), ("fc2", "two"), ("two", "output")]


def with_more(edges=(), row=ROW, **nodes):
    return graph_of({**two_layers(), **nodes}, [*row, *edges])


def nested(depth):
    graph = in_a_row(3, 20, fc=affine(20, 3), lif=unit("LIF", 20))
    for _ in range(depth):
        graph = in_a_row(3, 20, inner=graph)
    return graph


def in_itself():
    graph = nested(1)
    graph.nodes["inner"] = graph
    return graph


def many():
    """Ten graphs that each hold the next ten times: a million nodes, few objects."""
    graph = in_a_row(3, 20, fc=affine(20, 3), lif=unit("LIF", 20))
    for _ in range(6):
        nodes = {**doors(3, 20), **{f"inner{k}": graph for k in range(10)}}
        graph = nir.NIRGraph(nodes, [("input", "inner0"), ("inner0", "output")], type_check=False)
    return graph


def diamonds():
    """Weights whose ways double at every level."""
    nodes, edges, before = {"fc": affine(4, 3)}, [("input", "fc")], ["fc"]
    for k in range(14):
        names = [f"s{k}a", f"s{k}b"]
        nodes |= {name: nir.Scale(np.ones(4)) for name in names}
        edges += [(a, b) for a in before for b in names]
        before = names
    nodes["lif"] = unit("LIF", 4)
    edges += [(name, "lif") for name in before] + [("lif", "output")]
    return graph_of(nodes, edges, 4)


def two_doors():
    inner = nir.NIRGraph(
        {**doors(20, 20), "more": nir.Input(np.array([20])), "lif": unit("LIF", 20)},
        [("input", "lif"), ("more", "lif"), ("lif", "output")],
    )
    return nir.NIRGraph(
        {**doors(3, 20), "fc": affine(20, 3), "layer": inner},
        [("input", "fc"), ("fc", "layer"), ("layer", "output")],
        type_check=False,
    )


def late(seconds, edges, row=ROW):
    return with_more(edges, row, late=nir.Delay(np.full(20, seconds)), fb=affine(20, 20))


REFUSED = {
    "too deep": (lambda: nested(7), "nested more than 6 deep"),
    "in itself": (in_itself, "nested more than 6 deep"),
    "too many": (many, "more than 10000 nodes"),
    "ways without end": (diamonds, "more than 10000 ways"),
    "two inputs of a nested graph": (two_doors, "nested graph 'layer' must have one Input, not 2"),
    "a convolution": (
        lambda: with_more(conv=nir.Conv1d(None, np.ones((1, 1, 3)), 1, 0, 1, 1, np.zeros(1))),
        "Node 'conv' is a Conv1d, which is no part of a reservoir",
    ),
    "a flattening that leaves two axes": (
        lambda: with_more(flat=nir.Flatten({"input": np.array([2, 3, 4])}, 1, -1)),
        r"Node 'flat' must make a vector of all numbers; its output has the shape \(2, 12\)",
    ),
    "weights of weights": (
        lambda: with_more(
            row=[("input", "fc"), ("fc", "fc3"), ("fc3", "one"), *ROW[2:]], fc3=affine(20, 20)
        ),
        "Node 'fc3' makes sums of sums",
    ),
    "a scale of another size": (
        lambda: with_more(
            row=[("input", "s"), ("s", "fc"), *ROW[1:]], s=nir.Scale(np.ones(4))
        ),
        "has 3 numbers for 4|has 4 numbers",
    ),
    "weights of another size": (lambda: with_more(fc2=affine(10, 7)), "do not lead from the 20"),
    "a way past a layer": (
        lambda: with_more([("input", "past"), ("past", "two")], past=affine(10, 3)),
        "'input' is heard by 'one' and 'two'; layers must follow",
    ),
    "a way back": (
        lambda: with_more([("two", "back"), ("back", "one")], back=affine(20, 10)),
        "Node 'one' hears 'input' and 'two'; layers must follow",
    ),
    "a layer that nobody leads to": (
        lambda: with_more(three=unit("LIF", 5)), "No weights lead from 'two' to 'three'"
    ),
    "a layer that leads nowhere": (
        lambda: with_more(row=[*ROW[:-1], ("one", "output")]), "output must be spikes"
    ),
    "two outputs": (
        lambda: with_more([("one", "fc3"), ("fc3", "output")], fc3=affine(10, 20)),
        "output must be spikes",
    ),
    "a synapse that leads nowhere": (
        lambda: with_more([("two", "li")], li=nir.LI(*[np.ones(10)] * 3)),
        "way from 'two' to 'li' is no part of a reservoir",
    ),
    "weights behind a synapse": (
        lambda: with_more(
            row=[*ROW[:2], ("one", "fc2"), ("fc2", "li"), ("li", "w"), ("w", "two"), ROW[-1]],
            li=nir.LI(*[np.ones(10)] * 3), w=affine(10, 10),
        ),
        "No weights may lead from the LI 'li' to 'two'",
    ),
    "spikes of two kinds": (
        lambda: with_more(
            [("two", "rec"), ("rec", "li"), ("li", "two")],
            li=nir.LI(*[np.ones(10)] * 3), rec=affine(10, 10),
        ),
        "Spikes lead from 'one' and 'two' to 'two' directly and through LI synapses",
    ),
    "a delay between layers": (
        lambda: late(0.002, [], [*ROW[:2], ("one", "late"), ("late", "fc2"), *ROW[3:]]),
        "Node 'late' must delay spikes of 'two' on their way to themselves",
    ),
    "a delay of some spikes": (
        lambda: with_more(
            [("one", "late"), ("late", "fb"), ("fb", "one"), ("one", "r"), ("r", "one")],
            late=nir.Delay(np.full(20, 0.002)), fb=affine(20, 20), r=affine(20, 20),
        ),
        "Several paths lead from 'one'|must all be delayed by one node",
    ),
    "an edge to nowhere": (lambda: with_more([("one", "ghost")]), "joins 'ghost'"),
    "a negative delay": (
        lambda: late(-0.002, [("one", "late"), ("late", "fb"), ("fb", "one")]),
        "Node 'late' has negative delays, down to -2 ms",
    ),
    "a delay without end": (
        lambda: late(1e300, [("one", "late"), ("late", "fb"), ("fb", "one")]),
        "asks for a delay of",
    ),
    "no real numbers": (
        lambda: in_a_row(
            3, 20, net=in_a_row(3, 20, fc=affine(20, 3, gain=np.nan), lif=unit("LIF", 20))
        ),
        "weight of node 'net.fc' must hold finite real numbers",
    ),
    "an edge twice": (lambda: with_more([ROW[2]]), "Several edges lead from 'one' to 'fc2'"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_other_graphs_are_refused_by_name(name):
    make, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        from_nir(make(), **STEPWISE)


def test_the_graphs_that_these_are_changes_of_are_read():
    assert isinstance(from_nir(with_more(), **STEPWISE)[0], StackedReservoir)
    assert from_nir(nested(6), **STEPWISE)[0].n_units == 20
    loop = [("one", "late"), ("late", "fb"), ("fb", "one")]
    stack, _ = from_nir(late(0.002, loop), **STEPWISE)
    assert stack.reservoirs_[0][1].delay == 2.0
    with pytest.raises(ValueError, match="method must be one of"):
        from_nir(with_more(), dt=1.0, method="leapfrog")


# --- files of nested graphs ---


def test_a_nested_graph_is_looked_through_before_it_is_read(tmp_path):
    path = tmp_path / "bomb.nir"
    nir.write(path, nested(3))
    from_nir(path, **STEPWISE, max_bytes=30_000)
    with h5py.File(path, "r+") as file:
        inner = file["node/nodes/inner/nodes/inner/nodes/inner/nodes"]
        inner["lif"].create_dataset(
            "huge", (2**20, 2**20), "f8", chunks=(2**10, 2**10), compression="gzip"
        )
    with pytest.raises(ValueError, match="max_bytes=30000; 'huge'"):
        from_nir(path, **STEPWISE, max_bytes=30_000)


def test_a_file_of_graphs_nested_without_end_is_refused(tmp_path):
    path = tmp_path / "loop.nir"
    nir.write(path, nested(1))
    with h5py.File(path, "r+") as file:
        del file["node/nodes/inner"]
        file["node/nodes/inner"] = file["node"]
    with pytest.raises(ValueError, match="more than 16 deep"):
        from_nir(path, **STEPWISE)


def test_units_are_counted_too():
    """A unit is a few numbers in a file, and much more in memory."""
    graph = in_a_row(100, 100, lif=unit("LIF", 100))
    assert from_nir(graph, **STEPWISE, max_bytes=110_000)[0].n_units == 100
    with pytest.raises(ValueError, match="asks for 100 units, which takes more than max_bytes"):
        from_nir(graph, **STEPWISE, max_bytes=100_000)


def test_layers_share_the_memory_that_a_file_may_take(tmp_path):
    path = tmp_path / "long.nir"
    graph = late(5.0, [("one", "late"), ("late", "fb"), ("fb", "one")])
    nir.write(path, graph)
    with pytest.raises(ValueError, match="asks for a delay of 5000 steps"):
        from_nir(path, **STEPWISE, max_bytes=100_000)
