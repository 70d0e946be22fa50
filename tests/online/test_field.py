"""Fields: many models side by side, each of which hears its neighbourhood."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge

from sparcelearn import FieldForecaster, ReservoirRegressor, load, save
from sparcelearn.datasets import make_kuramoto_sivashinsky
from sparcelearn.readouts import RLSRegressor
from sparcelearn.reservoir import EchoStateReservoir, Projection
from tests.online.streams import digest

FIELD = make_kuramoto_sivashinsky(1200, n_sites=20, length=11.0, random_state=0)


def model(readout=None, **parameters):
    reservoir = EchoStateReservoir(
        60, input_wiring=Projection(0.3), carry_state=True, random_state=0
    )
    estimator = ReservoirRegressor(reservoir, readout or RLSRegressor(alpha=1e-2))
    return FieldForecaster(estimator, **{"block": 8, "overlap": 3, **parameters})


@pytest.mark.parametrize(
    ("is_ring", "heard"),
    [
        (True, [[17, 18, 19, *range(11)], [*range(5, 19)], [*range(13, 20), 0, 1, 2]]),
        (False, [[*range(11)], [*range(5, 19)], [*range(13, 20)]]),
    ],
)
def test_each_model_is_one_that_hears_its_neighbourhood(is_ring, heard):
    field = model(is_ring=is_ring).fit(FIELD[:800])
    found = field.predict(FIELD[800:900])
    for k, sites in enumerate(heard):
        own = slice(8 * k, 8 * k + 8)
        alone = clone(field.estimator).fit(FIELD[:799, sites], FIELD[1:800, own])
        expected = alone.predict(FIELD[799:900, sites])[1:]
        np.testing.assert_array_equal(found[:, own], expected)


def test_generate_is_the_models_step_by_step_and_moves_nothing():
    field = model().fit(FIELD[:800])
    before = digest(field)
    found = field.generate(6, FIELD[800:810])
    np.testing.assert_array_equal(found[0], field.predict(FIELD[800:810])[-1])
    rows = FIELD[800:810]
    for row in found:  # what was forecast, heard as if it had come
        np.testing.assert_array_equal(field.predict(rows)[-1], row)
        rows = np.vstack([rows, row])
    assert digest(field) == before


def test_one_block_that_hears_all_is_one_reservoir():
    one = model(block=20, overlap=5).fit(FIELD[:800])
    alone = clone(one.estimator).fit(FIELD[:799], FIELD[1:800])
    np.testing.assert_array_equal(one.generate(5), alone.generate(5, FIELD[799:800]))


@pytest.mark.parametrize("n_fitted", [0, 600])
def test_pieces_of_a_stream_are_the_whole(n_fitted):
    whole, pieces = model(), model()
    if n_fitted:
        whole.fit(FIELD[:n_fitted])
        pieces.fit(FIELD[:n_fitted])
    whole.partial_fit(FIELD[n_fitted:900])
    for first, last in ((n_fitted, 601), (601, 602), (602, 750), (750, 900)):
        pieces.partial_fit(FIELD[first:last])
    np.testing.assert_array_equal(pieces.generate(20), whole.generate(20))
    assert not np.array_equal(whole.generate(20), model().fit(FIELD[:600]).generate(20))


def test_threads_change_nothing():
    one, two = (model(n_jobs=n).fit(FIELD[:600]) for n in (1, 2))
    np.testing.assert_array_equal(one.generate(20), two.generate(20))


def test_the_stream_is_stored_and_rests(tmp_path):
    field = model().fit(FIELD[:600])
    save(tmp_path / "field", field)
    other = load(tmp_path / "field")
    np.testing.assert_array_equal(other.generate(10), field.generate(10))
    other.reset_state()
    with pytest.raises(ValueError, match="at rest"):
        other.generate(10)
    twin = model().fit(FIELD[:600]).reset_state()
    np.testing.assert_array_equal(other.generate(5, FIELD[:50])[0], twin.predict(FIELD[:50])[-1])


def test_pieces_are_better_than_one_reservoir_as_large_as_each():
    """The reason for it: the field has more freedom than a few units can follow."""
    field = make_kuramoto_sivashinsky(4000, n_sites=64, length=22.0, random_state=0)
    n_rows = []
    for block, overlap in ((8, 6), (64, 0)):
        made = FieldForecaster(block=block, overlap=overlap, random_state=0).fit(field[:3500])
        error = np.abs(made.generate(100) - field[3500:3600]).mean(axis=1) / field.std()
        n_rows.append(int(np.argmax(error > 0.3)) if np.any(error > 0.3) else 100)
    assert n_rows[0] > 2 * n_rows[1]


def test_what_is_not_valid_is_told_and_changes_nothing():
    field = model().fit(FIELD[:300])
    before = digest(field)
    with pytest.raises(ValueError, match="20 features"):
        field.partial_fit(FIELD[:10, :5])
    with pytest.raises(ValueError, match="NaN"):
        field.partial_fit(np.full((3, 20), np.nan))
    with pytest.raises(ValueError, match="'block'"):
        field.set_params(block=0).fit(FIELD)
    assert digest(field.set_params(block=8)) == before
    at_rest = ReservoirRegressor(EchoStateReservoir(20), Ridge())
    with pytest.raises(ValueError, match="carry_state=True"):
        FieldForecaster(at_rest).fit(FIELD)


def test_what_is_missing_is_told_by_its_name():
    field = FieldForecaster(model().estimator, random_state=0)
    with pytest.raises(NotFittedError, match="This FieldForecaster"):
        field.partial_fit(FIELD[:1]).predict(FIELD[:3])
    with pytest.raises(NotFittedError, match="This FieldForecaster"):
        field.generate(3)
    assert field.partial_fit(FIELD[1:50]).generate(0).shape == (0, 20)
    for wrong, error in ((-1, ValueError), (2.5, TypeError)):
        for made in (field, field.estimators_[0]):
            with pytest.raises(error, match="n_steps"):
                made.generate(wrong)
    with pytest.raises(ValueError, match="score needs at least 3"):
        field.score(FIELD[50:52])
    assert np.isfinite(field.score(FIELD[50:53]))


def test_parameters_of_a_part_that_is_not_there_are_refused_by_name():
    for made, name in (
        (FieldForecaster(), "estimator__washout"),
        (ReservoirRegressor(), "reservoir__n_units"),
        (ReservoirRegressor(), "readout__alpha"),
    ):
        with pytest.raises(ValueError, match=f"{name} cannot be set: .* is None"):
            made.set_params(**{name: 1})
    both = FieldForecaster().set_params(
        estimator=ReservoirRegressor(EchoStateReservoir(carry_state=True)), estimator__washout=3
    )
    assert both.estimator.washout == 3
