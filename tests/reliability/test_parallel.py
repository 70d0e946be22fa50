"""Row 9: the same numbers, whoever computes them. A real cluster of two processes, too."""

import threading
from concurrent.futures import ThreadPoolExecutor

import dask.array as da
import dask.bag as db
import joblib
import numpy as np
import pytest
from distributed import Client, LocalCluster
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import make_pipeline

from sparcelearn.distributed import fit_by_averaging, fit_by_merging, transform
from sparcelearn.readouts import SparceClassifier, StreamingRidgeClassifier
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir
from tests.reliability.helpers import report

RNG = np.random.RandomState(0)
X = RNG.rand(60, 6, 3)
y = (X[:, -1, 0] > X[:, -1, 1]).astype(int)
FOLDS = KFold(3)
GRID = {"sparceclassifier__sparsity": [0.0, 0.3, 0.6]}
RESERVOIRS = [SpikingReservoir, EchoStateReservoir]


@pytest.fixture(scope="module")
def cluster():
    """Start two worker processes of one thread each."""
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def model(kind, **parameters):
    reservoir = kind(20, random_state=0).set_params(**parameters)
    return make_pipeline(reservoir, SparceClassifier(max_iter=3, random_state=0))


@pytest.mark.parametrize("kind", RESERVOIRS)
def test_row_9_every_backend_gives_the_same_search(kind, cluster, tmp_path):
    counts = 0
    expected = GridSearchCV(model(kind), GRID, cv=FOLDS).fit(X, y)
    for backend in ("loky", "threading", "dask"):
        for n_jobs in (1, 2):
            memory = str(tmp_path) if n_jobs == 2 else None
            search = GridSearchCV(model(kind, memory=memory), GRID, cv=FOLDS, n_jobs=n_jobs)
            with joblib.parallel_config(backend):
                search.fit(X, y)
            for fold in range(3):
                name = f"split{fold}_test_score"
                np.testing.assert_array_equal(search.cv_results_[name], expected.cv_results_[name])
            best, wanted = search.best_estimator_, expected.best_estimator_
            assert best[0].transform(X).tobytes() == wanted[0].transform(X).tobytes()
            assert best[1].coef_.tobytes() == wanted[1].coef_.tobytes()
            counts += 1
    report(9, f"{kind.__name__}: {counts} searches (loky, threading, dask; 1, 2 jobs) identical")


@pytest.mark.parametrize("kind", RESERVOIRS)
def test_row_9_many_threads_share_one_fitted_model(kind):
    fitted = model(kind).fit(X, y)
    expected = fitted.decision_function(X)
    together = threading.Barrier(8)

    def use(_):
        together.wait()
        return [fitted.decision_function(X).tobytes() for _ in range(5)]

    with ThreadPoolExecutor(8) as pool:
        results = [result for many in pool.map(use, range(8)) for result in many]
    assert set(results) == {expected.tobytes()}
    report(9, f"{kind.__name__}: {len(results)} calls of 8 threads on one model identical")


@pytest.mark.parametrize("kind", RESERVOIRS)
def test_workers_transform_what_is_too_large_for_one(kind, cluster):
    reservoir = kind(20, random_state=0).fit(X)
    expected = reservoir.transform(X)
    states = transform(reservoir, da.from_array(X, chunks=(9, 6, 3)))
    assert states.compute().tobytes() == expected.tobytes()
    bag = db.from_sequence(list(X), npartitions=4)
    assert transform(reservoir, bag).compute().tobytes() == expected.tobytes()


def test_workers_train_where_the_data_are(cluster):
    reservoir = EchoStateReservoir(20, random_state=0).fit(X)
    states = transform(reservoir, da.from_array(X, chunks=(10, 6, 3))).persist()
    labels = da.from_array(y, chunks=10)
    here = reservoir.transform(X)
    ridge = StreamingRidgeClassifier(alpha=0.01)
    merged = fit_by_merging(ridge, states, labels)
    np.testing.assert_allclose(merged.coef_, clone(ridge).fit(here, y).coef_, rtol=1e-6)

    sparce = SparceClassifier(0.2, learning_rate=0.01, random_state=0)
    averaged = fit_by_averaging(sparce, states, labels, n_rounds=3, n_calibration=30)
    blocks = da.from_array(here, chunks=(10, 20))
    same = fit_by_averaging(sparce, blocks, labels, n_rounds=3, n_calibration=30)
    assert averaged.coef_.tobytes() == same.coef_.tobytes()
