"""Rows 3, 4, 11 and 14: forms of sequences, malformed input, kinds of memory, golden networks."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone

from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir
from tests.reliability.helpers import ESTIMATORS, X, make, outcome, report, target
from tests.reservoir.helpers import SATURATED, SILENT, assert_same, fitted_arrays

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]

# --- row 4: malformed input ---

WIDE = np.ones((40, 5))
MALFORMED = {
    "NaN": np.where(X > 0.9, np.nan, X),
    "infinity": np.where(X > 0.9, np.inf, X),
    "no rows": X[:0],
    "no columns": X[:, :0],
    "one dimension": X[:, 0],
    "four dimensions": X.reshape(5, 2, 4, 4),
    "a number": 3.0,
    "None": None,
    "text": "text",
    "a table of text": np.full(X.shape, "a"),
    "objects": np.array([[object()] * 4] * 40),
    "complex": X.astype(complex),
    "ragged rows": [[1.0, 2.0], [1.0]],
    "sparse": sparse.csr_array(X),
    "a dictionary": {"a": 1},
    "a set": {1, 2},
    "an empty list": [],
    "a list of None": [None] * 40,
}


@pytest.mark.parametrize("name", ESTIMATORS)
def test_row_4_malformed_input_is_refused_and_changes_nothing(name):
    fitted = make(name)
    fitted.fit(X, target(fitted))
    before = fitted_arrays(fitted)
    methods = [m for m in ("fit", "partial_fit", "predict", "transform") if hasattr(fitted, m)]
    n_cases = 0
    for method in methods:
        cases = dict(MALFORMED)
        if method != "fit":
            cases["another number of columns"] = WIDE
        for case, bad in cases.items():
            call = getattr(fitted, method)
            more = (target(fitted),) if "fit" in method else ()
            with pytest.raises((ValueError, TypeError)) as raised:
                call(bad, *more)
            assert len(str(raised.value)) > 10, case
            assert_same(fitted_arrays(fitted), before)
            n_cases += 1
    for parameter in fitted.get_params(deep=False):
        unfit = make(name).set_params(**{parameter: object()})
        with pytest.raises((ValueError, TypeError), match=parameter):
            unfit.fit(X, target(unfit))
        n_cases += 1
    report(4, f"{name}: {n_cases} malformed inputs refused, nothing changed")
    assert n_cases >= 35  # so that ten estimators make 350


# --- row 11: kinds of memory ---


def mapped(array, path):
    np.save(path, array)
    return np.load(path, mmap_mode="r")


def read_only(array, path):
    array = array.copy()
    array.flags.writeable = False
    return array


def strided(array, path):
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


FORMS = {
    "memory map": mapped,
    "read-only": read_only,
    "F order": lambda array, path: np.asfortranarray(array),
    "not contiguous": strided,
    "big-endian": lambda array, path: array.astype(array.dtype.newbyteorder(">")),
    "reversed twice": lambda array, path: array[::-1].copy()[::-1],
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ESTIMATORS)
def test_row_11_any_kind_of_memory_is_alike(name, dtype, tmp_path):
    plain = X.astype(dtype)
    model = make(name)
    model.fit(plain, target(model))
    expected = outcome(model, plain)
    for number, form in enumerate(FORMS.values()):
        other = form(plain, tmp_path / f"{number}.npy")
        again = clone(model).fit(other, target(model))
        # float32 of the other byte order is read as float64, and differs within its precision
        is_exact = dtype == "float64" or other.dtype.isnative
        close = {"rtol": 0, "atol": 0} if is_exact else {"rtol": 1e-4, "atol": 1e-6}
        np.testing.assert_allclose(outcome(again, plain), expected, **close)
        np.testing.assert_allclose(outcome(model, other), expected, **close)
    report(11, f"{name}, {dtype}: {len(FORMS)} kinds of memory alike")


# --- row 14: golden networks ---

GOLDEN = Path(__file__).parent / "golden_networks.json"
COUPLED = {"loop_gain": 0.8, "excitatory_fraction": 0.8}  # by default, spiking units are not
SETTINGS = [
    (kind, {"n_units": n_units, "connectivity": connectivity, "random_state": seed, **more})
    for kind, more in ((SpikingReservoir, COUPLED), (EchoStateReservoir, {}))
    for n_units, connectivity in ((30, 0.1), (64, 0.3))
    for seed in range(5)
]


def network(kind, parameters):
    """Return a digest of who is connected to whom, and what the weights sum up to."""
    fitted = kind(input_scaling=1.0, **parameters).fit(np.ones((1, 20, 3)))
    digest = hashlib.sha256()
    sums = []
    for matrix in (fitted.input_weights_, fitted.recurrent_weights_):
        rows = sparse.csr_array(matrix)
        assert rows.nnz
        rows.sort_indices()
        digest.update(rows.indptr.astype("<i8").tobytes())
        digest.update(rows.indices.astype("<i8").tobytes())
        sums += [float(rows.sum()), float(np.abs(rows).sum())]
    return {"digest": digest.hexdigest(), "sums": sums}


def test_row_14_networks_are_what_they_were():
    golden = json.loads(GOLDEN.read_text())
    assert len(golden) == len(SETTINGS) == 20
    for setting, known in zip(SETTINGS, golden, strict=True):
        found = network(*setting)
        assert found["digest"] == known["digest"], setting
        np.testing.assert_allclose(found["sums"], known["sums"], rtol=1e-9, atol=1e-9)
    report(14, f"{len(golden)} networks as recorded")


if __name__ == "__main__":  # after a change that is meant: python -m tests.reliability.test_rows
    GOLDEN.write_text(json.dumps([network(*s) for s in SETTINGS], indent=1) + "\n")
