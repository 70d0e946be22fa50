"""Names of channels in lists of frames and in single rows; axes that have changed places."""

from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator

from sparcelearn import ReservoirRegressor
from sparcelearn.readouts import DeltaRegressor
from sparcelearn.readouts._spiking.event_grid import as_steps
from sparcelearn.reservoir import EchoStateReservoir, StackedReservoir
from sparcelearn.reservoir.encoders import DirectCurrentEncoder, RateEncoder

RNG = np.random.RandomState(0)
NAMES = ["a", "b", "c"]
FRAMES = [pd.DataFrame(RNG.rand(n, 3), columns=NAMES) for n in (5, 6, 7, 5)]
TURNED = [frame[["c", "b", "a"]] for frame in FRAMES]
TAKERS = {
    "reservoir": EchoStateReservoir(8, random_state=0),
    "stack": StackedReservoir([("one", EchoStateReservoir(8, random_state=0))]),
    "code": RateEncoder(random_state=0),
    "current": DirectCurrentEncoder(),
}


@pytest.mark.parametrize("name", TAKERS)
def test_columns_of_lists_of_frames_are_compared(name):
    fitted = TAKERS[name].fit(FRAMES)
    assert fitted.feature_names_in_.tolist() == NAMES
    for other in (TURNED, [frame.rename(columns={"a": "x"}) for frame in FRAMES]):
        with pytest.raises(ValueError, match="feature names should match"):
            fitted.transform(other)
    mixed = [FRAMES[0], TURNED[1], FRAMES[2]]
    for call in (fitted.transform, fitted.fit):
        with pytest.raises(ValueError, match="sample 0 has a, b, c, sample 1 has c, b, a"):
            call(mixed)
    with pytest.raises(ValueError, match="sample 1 has no names"):
        fitted.transform([FRAMES[0], FRAMES[1].to_numpy()])
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        fitted.transform([frame.to_numpy() for frame in FRAMES])


def test_names_are_forgotten_by_a_fit_without_them():
    reservoir = EchoStateReservoir(8, random_state=0).fit(FRAMES)
    assert not hasattr(reservoir.fit([f.to_numpy() for f in FRAMES]), "feature_names_in_")


def test_readouts_of_sequences_look_at_names():
    estimator = BaseEstimator()
    as_steps(estimator, FRAMES, reset=True, dt=1.0)
    with pytest.raises(ValueError, match="feature names should match"):
        as_steps(estimator, TURNED, reset=False, dt=1.0)


def test_rows_with_names_are_compared():
    rows = pd.DataFrame(RNG.rand(30, 3), columns=NAMES)
    model = ReservoirRegressor(EchoStateReservoir(8, carry_state=True), DeltaRegressor())
    model.partial_fit(rows, rows["a"])
    unknown = rows.iloc[0].rename({"a": "x"})
    with pytest.raises(ValueError, match="x"):
        model.step(unknown)
    with pytest.raises(ValueError, match="x"):
        model.learn(unknown, 1.0)
    assert model.counters["rejected_inputs"] == 2
    assert model.counters["steps"] == 30
    twin = deepcopy(model)
    assert model.step(rows.iloc[0][["b", "a", "c"]]) == twin.step(rows.iloc[0])  # in any order
    model.step(rows.iloc[0])
    model.step(rows.iloc[0].to_numpy())
    model.step(rows.iloc[0].tolist())
    model.step(pd.Series([0.1, 0.2, 0.3]))  # numbered, not named


@pytest.mark.parametrize("carry_state", [False, True])
def test_swapped_axes_are_told(carry_state):
    reservoir = EchoStateReservoir(8, carry_state=carry_state, random_state=0)
    X = RNG.rand(4, 9, 2)
    reservoir.fit(X)
    for swapped in (X.swapaxes(1, 2), [x.T for x in X], X[0].T):
        with pytest.raises(ValueError, match="axes were swapped"):
            reservoir.transform(swapped)
    with pytest.raises(ValueError, match="axes were swapped"):
        reservoir.fit([RNG.rand(2, n) for n in (5, 6, 7)])


def test_series_without_channels_and_padding_are_told():
    reservoir = EchoStateReservoir(8, random_state=0)
    with pytest.raises(ValueError, match="1-D series of different lengths"):
        reservoir.fit([np.zeros(3), np.zeros(4)])
    padded = RNG.rand(3, 6, 2)
    padded[1, 4:] = np.nan
    with pytest.raises(ValueError, match="1 of 3 samples end in rows of NaN"):
        reservoir.fit(padded)
