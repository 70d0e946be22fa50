"""Gap junctions: units that touch, beside their spikes."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from scipy.integrate import solve_ivp
from sklearn.base import clone

import sparcelearn
from sparcelearn.readouts.hardware import chip_preset, fits
from sparcelearn.reservoir import (
    LIF,
    Constant,
    ErdosRenyi,
    NeuronModel,
    Ring,
    SpikingReservoir,
    WangBuzsaki,
    to_nir,
)
from sparcelearn.reservoir.input_wiring import Projection
from tests.reservoir.helpers import SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]

TAU = 20.0
PASSIVE = NeuronModel(
    "dv/dt = (drive - v) / tau",
    threshold="v >= 1e9",
    excitatory="v",
    parameters={"tau": TAU},
    name="Passive",
)
FIRING = NeuronModel(
    "dv/dt = (drive - v) / tau",
    threshold="v >= 1",
    reset="v = 0",
    refractory="t_ref",
    excitatory="v",
    parameters={"tau": TAU, "t_ref": 2.0},
    name="Firing",
)


def ring(n_units, conductance):
    matrix = np.roll(np.eye(n_units), 1, axis=1) * conductance
    return matrix + matrix.T


def plain(neuron, n_units, heard, gaps, **more):
    return SpikingReservoir(
        n_units,
        neuron=neuron,
        input_wiring=np.atleast_2d(heard),
        input_scaling=1.0,
        gap_junctions=gaps,
        feature_scaling=None,
        dtype="float64",
        padding=0,
        **more,
    )


def test_two_passive_units_come_together_as_in_closed_form():
    """Their mean follows the mean drive; their difference has 1 + 2 G for the leak of 1."""
    heard, conductance, dt, n_steps = np.array([0.5, 0.1]), 0.8, 0.01, 1000
    gaps = np.array([[0.0, conductance], [conductance, 0.0]])
    reservoir = plain(PASSIVE, 2, heard, gaps, dt=dt, steps_per_input=1, features="v",
                      n_readouts=n_steps)  # fmt: skip
    v = reservoir.fit_transform(np.ones((1, n_steps, 1))).reshape(n_steps, 2)
    time = dt * np.arange(1, n_steps + 1)
    leak = 1 + 2 * conductance
    np.testing.assert_allclose(v.mean(axis=1), 0.3 * (1 - np.exp(-time / TAU)), rtol=1e-9)
    apart = 0.4 / leak * (1 - np.exp(-leak * time / TAU))
    np.testing.assert_allclose(v[:, 0] - v[:, 1], apart, rtol=1e-3)


def test_a_network_of_passive_units_is_that_of_a_solver():
    rng = np.random.RandomState(0)
    gaps = np.triu(rng.uniform(0, 0.3, (6, 6)) * (rng.rand(6, 6) < 0.6), 1)
    gaps, heard = gaps + gaps.T, rng.normal(0, 1, 6)

    def slope(time, v):
        return (heard - v + gaps @ v - gaps.sum(axis=1) * v) / TAU

    ends = solve_ivp(slope, (0, 30), np.zeros(6), rtol=1e-10, atol=1e-12, t_eval=[10, 20, 30]).y.T
    errors = []
    for dt in (0.02, 0.01):
        reservoir = plain(PASSIVE, 6, heard, gaps, dt=dt, steps_per_input=1, features="v",
                          n_readouts=3)  # fmt: skip
        X = np.ones((1, round(30 / dt), 1))
        errors.append(np.abs(reservoir.fit_transform(X).reshape(3, 6) - ends).max())
    assert errors[1] < 5e-4
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.05)  # of first order in time


def raster_by_hand(rows, heard, gaps, recurrent, n_steps):
    """The network step by step: (n_steps, n_units) of who spikes."""
    n_units = len(gaps)
    v, free_at, raster = np.zeros(n_units), np.zeros(n_units), []
    for step in range(n_steps):
        drive = rows[step] @ heard
        drive = drive + [gaps[i] @ (v - v[i]) for i in range(n_units)]
        moved = drive + (v - drive) * np.exp(-1 / TAU)
        if raster:
            moved = moved + raster[-1] @ recurrent
        v = moved
        raster.append((v >= 1) & (step >= free_at))
        v[raster[-1]] = 0
        free_at[raster[-1]] = step + 1 + 2
    return np.array(raster)


@pytest.mark.parametrize("backend", ["numba", "numpy"])
def test_a_ring_that_fires_is_as_written_down_by_hand(backend):
    n_units, n_steps, rng = 12, 400, np.random.RandomState(1)
    heard, gaps = rng.uniform(0.5, 2.5, (3, n_units)), ring(n_units, 0.6)
    recurrent = rng.uniform(-0.1, 0.1, (n_units, n_units))
    X = rng.uniform(0, 1.2, (1, n_steps, 3))
    reservoir = plain(FIRING, n_units, heard, gaps, wiring=recurrent, steps_per_input=1,
                      features="spikes", backend=backend)  # fmt: skip
    trains = reservoir.fit_transform(X)
    raster = raster_by_hand(X[0], heard, gaps, recurrent, n_steps)
    assert raster.sum() > 200
    for unit in range(n_units):
        np.testing.assert_array_equal(
            trains.times[trains.channels == unit], np.flatnonzero(raster[:, unit])
        )


@pytest.mark.parametrize("neuron", [FIRING, LIF], ids=["Firing", "LIF"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_backends_chunks_and_files_are_alike(neuron, dtype, tmp_path):
    rows = np.random.RandomState(2).rand(60, 2)
    stream = SpikingReservoir(
        10,
        neuron=neuron,
        loop_gain=0.3,
        gap_junctions=Ring(weights=Constant(0.01)),
        carry_state=True,
        calibration_rows=20,
        steps_per_input=3,
        dtype=dtype,
        random_state=0,
    )
    whole = clone(stream).partial_fit(rows[:30]).transform(rows[30:])
    alone = clone(stream).set_params(gap_junctions=None).partial_fit(rows[:30])
    assert np.any(alone.transform(rows[30:]) != whole)
    np.testing.assert_array_equal(
        clone(stream).set_params(backend="numpy").partial_fit(rows[:30]).transform(rows[30:]), whole
    )
    pieces = clone(stream)
    for first, last in ((0, 1), (1, 3), (3, 30)):
        pieces.partial_fit(rows[first:last])
    sparcelearn.save(pieces, tmp_path / "network")
    again = (sparcelearn.load(tmp_path / "network"), pickle.loads(pickle.dumps(pieces)))
    for other in (pieces, *again):
        np.testing.assert_array_equal(other.transform(rows[30:]), whole)


def test_strong_junctions_make_units_fire_together():
    """Interneurons that begin apart and hear about the same: coupled ones lock."""
    n_units, n_rows, rng = 8, 500, np.random.RandomState(3)
    start = rng.uniform(-70, -50, n_units)
    neuron = replace(WangBuzsaki, initial={**WangBuzsaki.initial, "v": start})
    heard = rng.uniform(0.97, 1.03, n_units) * 140.0
    spreads = []
    for conductance in (0.0, 20.0):  # nS; that of the leak is 10
        gaps = np.full((n_units, n_units), conductance / n_units)
        reservoir = plain(neuron, n_units, heard, gaps, dt=0.05, substeps=1, steps_per_input=20,
                          features="v", n_readouts=n_rows)  # fmt: skip
        v = reservoir.fit_transform(np.ones((1, n_rows, 1))).reshape(n_rows, n_units)[250:]
        # 0 where all potentials are one, about 1 where they have nothing to do with each other
        spreads.append(1 - v.mean(axis=1).var() / v.var(axis=0).mean())
    assert spreads[0] > 0.7
    assert spreads[1] < 0.1


def test_current_goes_to_the_first_input():
    two = NeuronModel(
        "dv/dt = (drive_soma - v) / tau; du/dt = (drive_dendrite - u) / tau",
        threshold="v >= 1e9", excitatory="v", parameters={"tau": TAU},
    )  # fmt: skip
    heard = {"drive_soma": np.array([[0.5, 0.1]]), "drive_dendrite": np.array([[0.3, 0.2]])}
    outcomes = []
    for neuron, wiring in ((two, heard), (PASSIVE, heard["drive_soma"])):
        reservoir = plain(neuron, 2, [0.0], ring(2, 0.2), features="v", n_readouts=9)
        outcomes.append(reservoir.set_params(input_wiring=wiring).fit_transform(np.ones((1, 9, 1))))
    np.testing.assert_array_equal(*outcomes)


def test_a_first_input_that_inhibits_is_refused():
    """Current through it would drive potentials apart."""
    lowered = replace(PASSIVE, equations="dv/dt = (-drive_down + drive_up - v) / tau", name="Down")
    raised = replace(PASSIVE, equations="dv/dt = (drive_up - drive_down - v) / tau", name="Up")
    heard = {"drive_up": np.array([[1.0, 0.0]]), "drive_down": np.zeros((1, 2))}
    plain(raised, 2, np.zeros(2), ring(2, 0.5)).set_params(input_wiring=heard).fit([[1.0]])
    with pytest.raises(ValueError, match="through drive_down, the first input, which lowers v"):
        plain(lowered, 2, np.zeros(2), ring(2, 0.5)).set_params(input_wiring=heard).fit([[1.0]])


def test_what_a_topology_draws_goes_either_way():
    rule = ErdosRenyi(0.2, weights=Constant(0.03))
    reservoir = SpikingReservoir(30, gap_junctions=rule, random_state=0)
    X = np.random.RandomState(0).rand(3, 9, 2)
    drawn = reservoir.fit(X).gap_weights_.toarray()
    np.testing.assert_array_equal(drawn, drawn.T)
    assert set(np.unique(drawn)) == {0, 0.03} and not drawn.diagonal().any()
    assert (drawn > 0).mean() == pytest.approx(1 - 0.8**2, abs=0.06)  # drawn one way or the other
    alone = clone(reservoir).set_params(gap_junctions=None).fit(X)
    np.testing.assert_array_equal(
        alone.input_weights_.toarray(), reservoir.input_weights_.toarray()
    )
    given = clone(reservoir).set_params(gap_junctions=sparse.csr_array(drawn)).fit(X)
    np.testing.assert_array_equal(given.transform(X), reservoir.transform(X))


def lopsided(n_units):
    matrix = ring(n_units, 0.1)
    matrix[0, 1] = 0.2
    return matrix


@pytest.mark.parametrize(
    ("gaps", "message"),
    [
        (lopsided(8), r"gap_junctions must be symmetric.*0.2 at \(0, 1\), and 0.1 at \(1, 0\)"),
        (-ring(8, 0.1), "gap_junctions holds -0.1; conductances must be at least 0"),
        (np.eye(3), r"gap_junctions has shape \(3, 3\); it must be \(8, 8\)"),
        (ring(8, np.nan), "gap_junctions contains NaN or infinity"),
        (
            ring(8, 10.0),
            r"gap_junctions are 2.05 times as strong as steps of 1 ms allow.* Lower dt",
        ),
        (Ring(weights=Constant(-1.0)), "gap_junctions holds -1"),
    ],
)
def test_what_cannot_be_is_said(gaps, message):
    with pytest.raises(ValueError, match=message):
        SpikingReservoir(8, neuron=PASSIVE, input_scaling=1.0, gap_junctions=gaps).fit(
            np.ones((1, 9, 1))
        )


def test_the_strongest_junctions_allowed_do_not_swing():
    """Twice as strong as steps of 1 ms allow is fine at steps of less than half of that."""
    heard = np.array([1.0, 0.0])
    gaps = np.array([[0.0, 9.7], [9.7, 0.0]])
    reservoir = plain(PASSIVE, 2, heard, gaps, steps_per_input=1, features="v", n_readouts=20)
    v = reservoir.fit_transform(np.ones((1, 20, 1))).reshape(20, 2)
    assert np.all(np.diff(v[:, 0] - v[:, 1]) > -1e-12)
    with pytest.raises(ValueError, match=r"gap_junctions are 1\.99 times as strong"):
        plain(PASSIVE, 2, heard, 2 * gaps).fit(np.ones((1, 20, 1)))
    plain(PASSIVE, 2, heard, 2 * gaps, substeps=3).fit(np.ones((1, 20, 1)))
    plain(PASSIVE, 1, [1.0], np.zeros((1, 1))).fit(np.ones((1, 20, 1)))  # nothing to touch


def test_others_that_do_not_know_them_refuse():
    reservoir = SpikingReservoir(
        9,
        neuron=LIF(t_ref=0.0),
        input_wiring=Projection(),
        gap_junctions=ring(9, 0.1),
        random_state=0,
    ).fit(np.random.RandomState(0).rand(4, 9, 2))
    with pytest.raises(ValueError, match="no gap_junctions"):
        fits(reservoir, chip_preset("loihi"))
    pytest.importorskip("nir")
    with pytest.raises(ValueError, match="NIR cannot say gap_junctions"):
        to_nir(reservoir)
