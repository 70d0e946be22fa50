"""Single rows with names: in any order, none missing and none unknown."""

import numpy as np
import pandas as pd
import pytest

from sparcelearn import ReservoirRegressor
from sparcelearn.reservoir import SpikingReservoir, StackedReservoir
from tests.online.streams import ROWS, VALUES, digest, regressor

FRAME = pd.DataFrame(ROWS, columns=["temperature", "pressure"])


def test_rows_by_name_in_any_order_are_the_same():
    models = [regressor("echo").partial_fit(FRAME[:100], VALUES[:100]) for _ in range(4)]
    for row in range(100, 120):
        t, p = ROWS[row]
        rows = (
            ROWS[row],
            {"temperature": t, "pressure": p},
            {"pressure": p, "temperature": t},
            pd.Series({"pressure": p, "temperature": t}),
        )
        found = {model.step(x) for model, x in zip(models, rows, strict=True)}
        assert len(found) == 1
        for model, x in zip(models, rows, strict=True):
            model.learn(x, VALUES[row])
    assert len({digest(model) for model in models}) == 1


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"temperature": 1.0}, "missing: pressure, unknown: -"),
        ({"temperature": 1.0, "pressure": 1.0, "wind": 1.0}, "missing: -, unknown: wind"),
        ({"temperature": 1.0, "wind": 1.0}, "missing: pressure, unknown: wind"),
        (pd.Series({"temperature": 1.0, "wind": 1.0}), "missing: pressure, unknown: wind"),
        ({}, "missing: temperature, pressure"),
    ],
)
def test_missing_and_unknown_names_are_refused(row, told):
    model = regressor("echo").partial_fit(FRAME[:100], VALUES[:100])
    with pytest.raises(ValueError, match=told):
        model.step(row)
    assert model.counters["steps"] == 100
    assert model.counters["rejected_inputs"] == 1


@pytest.mark.parametrize("is_stacked", [False, True])
def test_named_rows_bring_no_warning_while_units_are_calibrated(is_stacked):
    units = SpikingReservoir(20, carry_state=True, random_state=0)
    units = StackedReservoir([("one", units)]) if is_stacked else units
    models = [ReservoirRegressor(units).partial_fit(FRAME[:100], VALUES[:100]) for _ in range(2)]
    for row in range(100, 105):  # calibration_rows are 256; warnings are errors
        assert models[0].step(FRAME.iloc[row]) == models[1].step(FRAME.iloc[row].to_dict())


def test_names_need_a_model_that_knows_them():
    model = regressor("echo").partial_fit(ROWS[:100], VALUES[:100])
    with pytest.raises(ValueError, match="fitted on rows without"):
        model.step({"temperature": 1.0, "pressure": 1.0})
    assert np.isfinite(model.step(pd.Series([0.1, 0.2])))
