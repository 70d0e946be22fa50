"""Several horizons at once: targets made from the series, no leak, intervals that hold."""

import copy
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import TimeSeriesSplit, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sparcelearn import AdaptiveIntervals, Forecast, ReservoirForecaster, load, save
from sparcelearn.datasets import make_mackey_glass
from sparcelearn.readouts import RLSRegressor
from sparcelearn.reservoir import EchoStateReservoir
from tests.online.streams import digest

SERIES = np.sin(np.arange(500) / 7)[:, None] + 0.05 * np.random.RandomState(0).randn(500, 1)


def network(**parameters):
    defaults = {"n_units": 30, "carry_state": True, "random_state": 0}
    return EchoStateReservoir(**defaults | {"input_scaling": 1.0, "bias_scaling": 0.3} | parameters)


def forecaster(**parameters):
    return ReservoirForecaster(network(), **{"horizon": 4, "washout": 20} | parameters)


def test_a_forecast_prints_as_a_table():
    forecast = Forecast(np.array([1, 12]), np.array([0.5, 1 / 3]), np.zeros(2), np.array([1, 1e7]))
    assert str(forecast).splitlines() == [
        "  step         low       value        high",
        "     1           0         0.5           1",
        "    12           0     0.33333       1e+07",
    ]
    two = forecaster().fit(np.hstack([SERIES, -SERIES])).forecast()
    assert len(str(two).splitlines()) == 1 + 4 * 2


def test_targets_are_what_the_series_is_some_steps_later():
    model = forecaster(readout=Ridge(), horizon=[5, 2]).fit(SERIES[:400])
    features = network().fit(SERIES[:400]).transform(SERIES[:400])
    rows = np.arange(20, 395)  # the targets of later rows are not known
    readout = Ridge().fit(features[rows], np.hstack([SERIES[rows + 2], SERIES[rows + 5]]))
    np.testing.assert_array_equal(model.horizons_, [2, 5])
    np.testing.assert_array_equal(model.readout_.coef_, readout.coef_)
    later = network().fit(SERIES[:400]).partial_fit(SERIES[:400]).transform(SERIES[400:])
    np.testing.assert_allclose(model.predict(SERIES[400:]), readout.predict(later))
    np.testing.assert_allclose(model.forecast().value, readout.predict(features[-1:])[0])


@pytest.mark.parametrize("horizon", [1, 4, [3]])
def test_what_comes_after_the_cut_is_not_seen(horizon):
    spoilt = np.concatenate([SERIES[:400], np.full((100, 1), 1e3)])
    one, two = (forecaster(horizon=horizon).fit(s[:400]) for s in (SERIES, spoilt))
    assert digest(one) == digest(two)


def test_intervals_begin_with_errors_of_a_readout_that_has_not_seen_the_last_part():
    model = forecaster(readout=Ridge(1e-3), calibration=0.25).fit(SERIES[:400])
    features = network().fit(SERIES[:400]).transform(SERIES[:400])
    n_late = round(0.25 * 376)
    late = np.arange(396 - n_late, 396)
    early = np.arange(20, late[0] - 4 + 1)
    targets = np.hstack([np.roll(SERIES, -h, axis=0) for h in range(1, 5)])
    trial = Ridge(1e-3).fit(features[early], targets[early])
    errors = np.sort(np.abs(trial.predict(features[late]) - targets[late]), axis=0)
    np.testing.assert_array_equal(model.intervals_.n_seen_, n_late)
    np.testing.assert_allclose(model.intervals_.levels_, 0.1)  # none was given an interval
    rank = int(np.ceil(0.9 * (n_late + 1)))
    np.testing.assert_allclose(model.intervals_.reach_, errors[rank - 1])


def test_pieces_of_any_size_give_the_same():
    whole = forecaster().fit(SERIES[:300]).partial_fit(SERIES[300:])
    pieces = forecaster().fit(SERIES[:300])
    for piece in np.split(SERIES[300:], [1, 2, 5, 60, 61]):
        pieces.partial_fit(piece)
    assert digest(pieces) == digest(whole)
    from_rest = [forecaster().partial_fit(SERIES), forecaster()]
    for piece in np.split(SERIES, [1, 3, 100]):
        from_rest[1].partial_fit(piece)
    assert digest(from_rest[0]) == digest(from_rest[1])


def test_a_row_is_learned_from_when_its_last_target_has_come():
    model = forecaster(readout=RLSRegressor(alpha=0.1)).partial_fit(SERIES[:200])
    features = network().fit(SERIES).transform(SERIES[:200])
    rows = np.arange(20, 196)
    targets = np.hstack([SERIES[rows + h] for h in range(1, 5)])
    readout = RLSRegressor(alpha=0.1).partial_fit(features[rows], targets)
    np.testing.assert_array_equal(model.readout_.coef_, readout.coef_)
    assert model.counters["updates_skipped"] == 20


def test_observing_adapts_intervals_only():
    model = forecaster(readout=Ridge()).fit(SERIES[:300])
    assert not hasattr(model, "partial_fit")
    weights, before = model.readout_.coef_.copy(), digest(model.intervals_.__dict__)
    twin = copy.deepcopy(model).observe(SERIES[300:350])
    np.testing.assert_array_equal(twin.readout_.coef_, weights)
    assert digest(twin.intervals_.__dict__) != before == digest(model.intervals_.__dict__)
    np.testing.assert_allclose(twin.predict(SERIES[350:]), model.predict(SERIES[300:])[50:])
    assert twin.forecast().low.shape == (4,)


def test_other_targets_and_several_channels():
    X = np.hstack([SERIES, np.cos(SERIES)])
    both = forecaster().fit(X)
    assert both.predict(X).shape == (500, 4, 2)
    assert both.forecast().high.shape == (4, 2)
    low, high = both.predict_interval(X)
    assert np.all(low < high)
    one = forecaster(horizon=1).fit(X, SERIES[:, 0])
    assert one.predict(X).shape == (500,)
    assert one.score(X, SERIES[:, 0]) > 0.9
    with pytest.raises(ValueError, match="1 target"):
        one.partial_fit(X, X)


def test_score_compares_with_what_is_known():
    model = forecaster().fit(SERIES[:300])
    targets = np.hstack([SERIES[300 + h : 496 + h] for h in range(1, 5)])
    assert model.score(SERIES[300:]) == r2_score(targets, model.predict(SERIES[300:])[:-4])
    scaled = ReservoirForecaster(make_pipeline(StandardScaler(), network()), horizon=3)
    assert cross_val_score(scaled, SERIES, cv=TimeSeriesSplit(3)).min() > 0.8


@pytest.mark.parametrize("learns", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_coverage_holds_before_through_and_after_a_drift(seed, learns):
    rng = np.random.RandomState(seed)
    series = make_mackey_glass(3000, random_state=seed)
    series += 0.05 * series.std() * rng.randn(3000, 1)
    series[1800:] = 2 * series[1800:] + 0.5 * np.sin(np.arange(1200) / 20)[:, None]
    model = ReservoirForecaster(
        network(n_units=50, input_scaling="auto", bias_scaling=None, random_state=seed),
        horizon=[1, 6],
        washout=50,
    ).fit(series[:1000])
    for first in range(1000, 3000, 500):
        before = model.intervals_.n_outside_.copy()
        (model.partial_fit if learns else model.observe)(series[first : first + 500])
        outside = (model.intervals_.n_outside_ - before) / 500
        # six steps ahead neighbouring errors are alike, so there are fewer to count
        assert np.all(np.abs(outside - 0.1) <= [0.02, 0.035]), first


@pytest.mark.parametrize("horizon", [1, 6])
def test_values_outside_are_those_outside_the_intervals_that_were_given(horizon):
    model = forecaster(horizon=[horizon]).fit(SERIES[:300])
    given = [model.forecast()]
    for t in range(300, 500):
        given.append(model.partial_fit(SERIES[t : t + 1]).forecast())
    values = SERIES[299 + horizon : 500, 0]
    outside = [not f.low[0] <= value <= f.high[0] for f, value in zip(given, values, strict=False)]
    # what was forecast from the last rows of `fit` had the interval of its end
    early = forecaster(horizon=[horizon]).fit(SERIES[:300])
    if horizon > 1:
        early.partial_fit(SERIES[300 : 299 + horizon])
    assert model.intervals_.n_outside_[0] == sum(outside) + early.intervals_.n_outside_[0]
    assert 0 < sum(outside) < 60


def test_intervals_without_adaptation_lose_their_coverage():
    """So the test above can fail."""
    noise = np.random.RandomState(0).normal(size=2000) * np.repeat([1, 3], 1000)
    still, adaptive = AdaptiveIntervals(rate=1e-9, window=10**5), AdaptiveIntervals()
    for value in noise:
        still.update(0.0, value)
        adaptive.update(0.0, value)
    assert abs(adaptive.n_outside_[0] / 2000 - 0.1) < 0.01
    assert still.n_outside_[0] / 2000 > 0.2


def test_the_quantile_is_that_of_the_last_errors():
    intervals = AdaptiveIntervals(coverage=0.8, window=9, rate=1e-12)
    errors = np.random.RandomState(0).rand(40)
    for error in errors:
        intervals.update(1.0, 1.0 - error)
    low, high = intervals.around(5.0)
    assert high - 5.0 == pytest.approx(np.sort(errors[-9:])[7])  # ceil(0.8 * 10) = 8th of 9
    assert low + high == pytest.approx(10.0)
    empty = AdaptiveIntervals()
    assert empty.around(1.0) == (-np.inf, np.inf)
    for name in ("coverage", "rate", "window", "n_outputs"):
        with pytest.raises(ValueError, match=f"{name}=0 must be"):
            AdaptiveIntervals(**{name: 0})
    with pytest.raises(ValueError, match="y must not hold NaN"):
        intervals.update(0.0, np.nan)
    seen = intervals.n_seen_.copy()
    for reach in (np.nan, -1.0, [1.0, 2.0]):
        with pytest.raises(ValueError, match="reach must be"):
            intervals.update(0.0, 1.0, reach=reach)
    np.testing.assert_array_equal(intervals.n_seen_, seen)


def test_copies_files_and_rest(tmp_path):
    model = forecaster().fit(SERIES[:300])
    save(tmp_path / "model", model)
    for twin in (load(tmp_path / "model"), pickle.loads(pickle.dumps(model))):
        for one, other in zip(model.forecast(), twin.forecast(), strict=True):
            np.testing.assert_array_equal(one, other)
        twin.partial_fit(SERIES[300:])
        assert not np.array_equal(twin.forecast().value, model.forecast().value)
    with pytest.raises(ValueError, match="at rest"):
        model.reset_state().forecast()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"horizon": 0}, "horizon"),
        ({"horizon": [1, 1]}, "each once"),
        ({"horizon": [0.5]}, "whole number"),
        ({"coverage": 1.0}, "coverage"),
        ({"reservoir": network(carry_state=False)}, "carry_state=True"),
        ({"horizon": 499}, "too few"),
    ],
)
def test_what_cannot_be_forecast_is_refused(parameters, message):
    model = forecaster().set_params(**parameters)
    with pytest.raises(ValueError, match=message):
        model.fit(SERIES)
    assert set(vars(model)) == set(vars(clone(model)))


# --- differences ---

MONTHS = np.arange(420)
TREND = (50 + 0.7 * MONTHS + 8 * np.sin(2 * np.pi * MONTHS / 12))[:, None]
TREND = TREND + np.random.RandomState(1).randn(420, 1)


def test_a_difference_is_what_it_would_be_by_hand():
    changes = TREND[12:] - TREND[:-12]
    heard = np.concatenate([TREND[:12] - TREND[0], changes[:300]])
    by_hand = forecaster(horizon=[1, 6, 12]).fit(heard)
    model = forecaster(horizon=[1, 6, 12], difference=12).fit(TREND[:312])
    expected = by_hand.forecast().value + TREND[[300, 305, 311], 0]
    np.testing.assert_allclose(model.forecast().value, expected)
    later = by_hand.predict(changes[300:])
    added = np.column_stack([TREND[300 + h : 408 + h, 0] for h in (1, 6, 12)])
    np.testing.assert_allclose(model.predict(TREND[312:]), later + added)
    assert model.intervals_.levels_.tobytes() == by_hand.intervals_.levels_.tobytes()


@pytest.mark.parametrize("difference", [1, 5, 12])
def test_horizons_beyond_a_difference_start_at_the_last_value_of_the_season(difference):
    line = np.arange(200.0)[:, None]
    model = ReservoirForecaster(horizon=13, difference=difference, washout=20, random_state=0)
    model.fit(line)
    np.testing.assert_allclose(model.forecast().value, np.arange(200.0, 213.0), atol=0.01)


@pytest.mark.parametrize("difference", [1, 12])
def test_differences_on_a_stream_do_not_depend_on_pieces(difference):
    whole, pieces = (forecaster(difference=difference).fit(TREND[:300]) for _ in range(2))
    whole.partial_fit(TREND[300:400])
    for row in range(300, 400):
        pieces.partial_fit(TREND[row : row + 1])
    assert digest(whole) == digest(pieces)
    np.testing.assert_array_equal(whole.predict(TREND[400:]), pieces.predict(TREND[400:]))
    assert whole.score(TREND[400:]) == pieces.score(TREND[400:]) > 0.7


def test_a_stream_with_differences_begins_anew_at_rest():
    one, other = (forecaster(difference=3).fit(TREND[:200]) for _ in range(2))
    one.reset_state().observe(TREND[200:240])
    other.partial_fit(TREND[200:210]).reset_state().observe(TREND[200:240])
    assert one.forecast().value.tobytes() != other.forecast().value.tobytes()  # it learned
    np.testing.assert_array_equal(one._waiting_references, other._waiting_references)
    np.testing.assert_array_equal(one._past_rows, TREND[237:240])


def test_a_difference_helps_with_a_trend_and_narrows_its_intervals():
    errors, widths = {}, {}
    for difference in (None, 12):
        model = ReservoirForecaster(horizon=12, difference=difference, washout=24, random_state=0)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            forecast = model.fit(TREND[:408]).forecast()
        assert [("difference=1" in str(w.message)) for w in told] == [True] * (difference is None)
        errors[difference] = np.abs(forecast.value - TREND[408:, 0]).mean()
        widths[difference] = (forecast.high - forecast.low).mean()
    assert errors[12] < 2.5
    assert errors[12] < errors[None]
    assert 3 * widths[12] < widths[None]


def test_a_target_of_its_own_is_forecast_from_what_was_observed():
    rows = np.hstack([TREND, SERIES[:420]])
    model = forecaster(difference=12).fit(rows[:300], TREND[:300, 0])
    with pytest.raises(ValueError, match=r"difference=12 .* observe\(X, y\)"):
        model.predict(rows[300:])
    model.observe(rows[300:400], TREND[300:400, 0])
    assert np.abs(model.forecast().value - TREND[400:404, 0]).mean() < 3
    assert model.score(rows[400:], TREND[400:, 0]) > 0.5


def test_names_of_channels_are_looked_at_with_differences_too():
    frame = pd.DataFrame(np.hstack([TREND, SERIES[:420]]), columns=["sales", "weather"])
    model = forecaster(difference=12).fit(frame[:300])
    with pytest.raises(ValueError, match="Feature names"):
        model.predict(frame[["weather", "sales"]][300:])
    np.testing.assert_array_equal(
        model.predict(frame[300:]), forecaster(difference=12).fit(frame[:300]).predict(frame[300:])
    )


def test_a_saved_forecaster_remembers_the_season(tmp_path):
    model = forecaster(difference=12).fit(TREND[:300])
    save(tmp_path / "model", model)
    back = load(tmp_path / "model").partial_fit(TREND[300:])
    assert digest(back) == digest(model.partial_fit(TREND[300:]))


@pytest.mark.parametrize(
    ("series", "message"),
    [
        (np.zeros(50), "np.reshape"),
        (pd.Series(np.zeros(50)), "X.to_frame"),
        (pd.DataFrame({"day": pd.date_range("2020-01-01", periods=50), "x": 0.0}), "'day'"),
    ],
    ids=["array", "series", "dates"],
)
def test_a_series_without_channels_and_dates_are_told(series, message):
    with pytest.raises(ValueError, match=message):
        ReservoirForecaster().fit(series)
