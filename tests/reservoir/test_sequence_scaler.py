"""SequenceScaler: StandardScaler over samples and time steps."""

import numpy as np
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from sparcelearn.reservoir import EchoStateReservoir
from sparcelearn.reservoir.encoders import SequenceScaler

TRANSFORMERS = [SequenceScaler()]
RNG = np.random.default_rng(0)
RAGGED = [RNG.normal(3, 2, size=(n, 3)) * [1, 10, 0] for n in (4, 7, 1)]
ROWS = np.concatenate(RAGGED)


def test_it_is_standard_scaler_on_all_rows():
    peer = StandardScaler().fit(ROWS)
    scaler = SequenceScaler().fit(RAGGED)
    assert_allclose(scaler.mean_, peer.mean_)
    assert_allclose(scaler.scale_, peer.scale_)
    out = scaler.transform(RAGGED)
    assert [len(sample) for sample in out] == [4, 7, 1]
    assert_allclose(np.concatenate(out), peer.transform(ROWS))
    back = scaler.inverse_transform(out)
    assert_allclose(np.concatenate(back), ROWS, atol=1e-12)


def test_arrays_keep_their_dimensions():
    X = RNG.normal(size=(5, 6, 2))
    assert SequenceScaler().fit_transform(X).shape == X.shape
    assert SequenceScaler().fit_transform(X[:, :1]).shape == (5, 1, 2)
    assert SequenceScaler().fit_transform(X[:, 0]).shape == (5, 2)


def test_pieces_are_the_whole():
    parts = SequenceScaler().partial_fit(RAGGED[:1]).partial_fit(RAGGED[1:])
    assert_allclose(parts.mean_, ROWS.mean(axis=0))
    assert_allclose(parts.scale_[:2], ROWS.std(axis=0)[:2])


def test_it_stands_before_a_reservoir():
    model = make_pipeline(SequenceScaler(), EchoStateReservoir(10, random_state=0))
    assert len(model.fit_transform(RAGGED)) == 3


def test_the_contract_of_scikit_learn():
    check_estimator(TRANSFORMERS[0])
