"""Checkpoints: what comes back, what is refused, and files of every earlier version."""

import io
import json
import os
import threading
import zipfile

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.linear_model import RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import sparcelearn
from sparcelearn._core.atomic_file import replacing
from sparcelearn._persistence.checkpoint import DIGEST_BYTES, _digest
from sparcelearn._persistence.known_classes import PACKAGES, _classes
from sparcelearn._persistence.tree import Reader, Writer
from sparcelearn.readouts import SparceClassifier, SparceRegressor
from sparcelearn.reservoir import (
    LIF,
    EchoStateReservoir,
    Gamma,
    LogNormal,
    Normal,
    SpikingReservoir,
    Uniform,
)
from tests.checkpoints.write import FOLDER, model, stream
from tests.reservoir.helpers import assert_same, fitted_arrays
from tests.test_house import public_objects

X, LABELS = stream()


def trip(value):
    """Send a value through a tree, as text, and back."""
    writer = Writer()
    tree = json.loads(json.dumps(writer.tree(value, "value"), allow_nan=False))
    return Reader(writer.arrays, json.loads(json.dumps(writer.shared))).value(tree)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.ckpt"


# --- what comes back ---


@pytest.mark.parametrize(
    "value",
    [
        [None, True, 3, 10**40, 0.1, "ä\n", (1, [2, ()])],
        {"a": {1: (2.5,)}, (0, "topic"): 17},
        [np.inf, -np.inf],
        np.float32(0.1),
        np.datetime64("2026-01-01"),
        np.array(["a", None, 3], dtype=object).reshape(3, 1),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.array([], dtype="<U4"),
        np.arange(3, dtype=">i2"),
        Uniform(1.0, 2.0),
        LIF(tau_mem=Gamma(20.0, 0.2), tau_exc=[1.0, 2.0], tau_inh=Normal(5.0, 0.0)),
        LIF(tau_mem=LogNormal(20.0, 0.2)),
    ],
    ids=repr,
)
def test_a_value_comes_back_as_it_was(value):
    back = trip(value)
    if isinstance(value, np.ndarray) and value.dtype == object:
        assert back.tolist() == value.tolist()
    else:
        assert_same(back, value)
    if isinstance(value, np.ndarray):
        assert back.flags.f_contiguous == value.flags.f_contiguous
        assert back.flags.writeable


def test_infinite_and_nan_floats_come_back():
    assert np.isnan(trip(float("nan")))
    assert trip({"loss": float("-inf")}) == {"loss": float("-inf")}


def test_any_sparse_matrix_comes_back_as_rows():
    matrix = sparse.random_array((5, 4), density=0.4, rng=0)
    for kind in (sparse.csr_array, sparse.csc_array, sparse.coo_matrix):
        back = trip(kind(matrix))
        assert isinstance(back, sparse.csr_array)
        assert (back != matrix.tocsr()).nnz == 0


@pytest.mark.parametrize("source", [np.random.RandomState(5), np.random.default_rng(5)])
def test_random_generators_go_on_where_they_were(source):
    source.standard_normal(3)
    one, other = trip([source, source])
    assert one is other  # shared, as before
    assert one.standard_normal(4).tolist() == source.standard_normal(4).tolist()


FITTED = [
    SpikingReservoir(n_units=9, carry_state=True, random_state=0),
    EchoStateReservoir(n_units=9, carry_state=True, random_state=0),
    SparceClassifier(max_iter=2, early_stopping=True, random_state=0),
    SparceRegressor(max_iter=2, random_state=0),
    make_pipeline(StandardScaler(), SpikingReservoir(n_units=9, random_state=0), RidgeClassifier()),
]


@pytest.mark.parametrize("estimator", FITTED, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("fitted", [False, True])
def test_an_estimator_comes_back(estimator, fitted, path):
    y = X[:, 0] if isinstance(estimator, SparceRegressor) else LABELS
    if fitted:
        estimator.fit(X, y)
    sparcelearn.save(path, estimator)
    back = sparcelearn.load(path)
    if not hasattr(estimator, "steps"):
        assert_same(fitted_arrays(back), fitted_arrays(estimator))
    if fitted:
        method = "predict" if hasattr(estimator, "predict") else "transform"
        np.testing.assert_array_equal(getattr(back, method)(X), getattr(estimator, method)(X))
    again = path.with_name("again.ckpt")
    sparcelearn.save(again, back)
    assert again.read_bytes() == path.read_bytes()


def test_the_offset_comes_back_with_the_model(path):
    for offset in (None, 7, {"topic": {0: 17, 1: 4}}, ["a", (1, 2)]):
        sparcelearn.save(path, SparceClassifier(), offset)
        estimator, back = sparcelearn.load(path, return_offset=True)
        assert isinstance(estimator, SparceClassifier)
        assert back == offset


def test_a_reservoir_of_format_1_is_refused():
    message = "format 1, written by sparcelearn .* no longer has: .*recurrent_scaling"
    with pytest.raises(ValueError, match=message):
        sparcelearn.load(FOLDER / "format_1.ckpt")


FILES = sorted(set(FOLDER.glob("format_*.ckpt")) - {FOLDER / "format_1.ckpt"})


@pytest.mark.parametrize("file", FILES, ids=lambda p: p.stem)
def test_files_of_every_format_since_2_are_read_for_ever(file):
    estimator, offset = sparcelearn.load(file, return_offset=True)
    assert offset == {"rows": 40}
    expected = np.load(file.with_name(f"{file.stem}_outputs.npy"))
    np.testing.assert_allclose(estimator.decision_function(X), expected, rtol=1e-10)
    # and learning goes on
    reservoir, readout = estimator[0], estimator[1]
    readout.partial_fit(reservoir.transform(X[40:]), LABELS[40:])
    assert readout.t_ == 30
    assert reservoir.random_state is readout.random_state


def test_the_present_format_has_its_file():
    names = {file.name for file in FOLDER.glob("format_*.ckpt")}
    assert f"format_{sparcelearn._persistence.checkpoint.FORMAT}.ckpt" in names


def test_numpy_and_unzip_read_the_file_too(path):
    sparcelearn.save(path, model())
    with np.load(path, allow_pickle=False) as arrays:
        assert sum(arrays[name].size for name in arrays.files if name.startswith("arrays")) > 100
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("header.json"))["versions"]["numpy"] == np.__version__


def test_every_public_class_can_be_stored():
    ours = {name.rsplit(".", 1)[0] for name, thing in public_objects() if isinstance(thing, type)}
    no_state = {f"sparcelearn.{name}" for name in ("datasets", "displays", "measures")}
    assert ours - no_state - {"sparcelearn.reservoir.equations"} <= set(PACKAGES)
    names = [thing.__name__ for thing in _classes().values()]
    assert len(names) == len(set(names)) > 15


# --- what is refused ---


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (SparceClassifier(sparsity=len), r"SparceClassifier.sparsity is of type builtins\.builtin"),
        (type("Mine", (SparceClassifier,), {})(), r"Mine is of type .*\.Mine, which cannot"),
        (BaseEstimator(), "BaseEstimator is of type sklearn.base.BaseEstimator"),
        (make_pipeline(np.zeros(2, dtype="f8,f8")), r"steps\[0\]\[1\] is an array of"),
    ],
)
def test_what_cannot_be_saved_is_named_and_nothing_is_written(estimator, message, path):
    with pytest.raises(TypeError, match=message):
        sparcelearn.save(path, estimator)
    assert os.listdir(path.parent) == []


def test_what_contains_itself_is_refused(path):
    pipeline = make_pipeline(StandardScaler())
    pipeline.steps.append(("self", pipeline))
    with pytest.raises(TypeError, match=r"steps\[1\]\[1\] contains itself"):
        sparcelearn.save(path, pipeline)


def test_a_file_cannot_point_at_a_cache_of_pickles(path):
    pipeline = make_pipeline(StandardScaler(), memory="/tmp/of/this/machine")
    sparcelearn.save(path, pipeline)
    assert sparcelearn.load(path).memory is None
    assert b"/tmp/of" not in path.read_bytes()
    tree = {"class": "Pipeline", "parameters": {"steps": [], "memory": "/tmp/evil"}, "fitted": {}}
    assert Reader([], [tree]).value({"shared": 0}).memory is None


def test_what_is_missing_is_an_os_error(path):
    with pytest.raises(FileNotFoundError):
        sparcelearn.load(path)
    with pytest.raises(FileNotFoundError):
        sparcelearn.save(path / "deeper", SparceClassifier())


# --- writing ---


def test_a_failed_save_leaves_the_old_file_and_nothing_else(path, monkeypatch):
    sparcelearn.save(path, SparceClassifier(), offset=1)

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        sparcelearn.save(path, SparceClassifier(), offset=2)
    assert sparcelearn.load(path, return_offset=True)[1] == 1
    assert os.listdir(path.parent) == [path.name]


def test_what_killed_writers_left_is_removed_and_what_living_ones_write_is_not(path):
    left = [path.with_name(f".{path.name}.{k:016x}.sparcelearn.tmp") for k in range(3)]
    other = path.with_name(".another.ckpt.0.tmp")
    for file in (*left, other):
        file.write_bytes(b"half")
    with replacing(path) as living:
        sparcelearn.save(path, SparceClassifier(), offset=1)
        assert not any(file.exists() for file in left)
        assert other.exists()
        assert os.path.exists(living.name)
        living.write(b"whole")
    assert path.read_bytes() == b"whole"
    assert sorted(os.listdir(path.parent)) == [other.name, path.name]


def test_many_writers_of_one_file_leave_a_whole_one(path):
    def write(start):
        for k in range(20):
            sparcelearn.save(path, SparceClassifier(), offset=start + k)

    threads = [threading.Thread(target=write, args=(1000 * k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sparcelearn.load(path, return_offset=True)[1] % 1000 == 19
    assert os.listdir(path.parent) == [path.name]


def test_a_link_stays_a_link_and_the_umask_is_kept(path):
    link = path.with_name("link")
    link.symlink_to(path)
    sparcelearn.save(link, SparceClassifier())
    assert link.is_symlink()
    plain = path.with_name("plain")
    plain.touch()
    assert path.stat().st_mode == plain.stat().st_mode


# --- reading what others wrote ---


def sealed(header, arrays=(), compression=zipfile.ZIP_STORED):
    """Return a file with a right checksum and a header of one's own."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        archive.writestr("header.json", header if isinstance(header, str) else json.dumps(header))
        for k, array in enumerate(arrays):
            archive.writestr(f"arrays/{k}.npy", array)
        archive.comment = b"0" * DIGEST_BYTES
    end = len(file.getvalue()) - DIGEST_BYTES
    return file.getvalue()[:end] + _digest(file, end)


def header(**changes):
    head = {"format": 1, "versions": {"sparcelearn": "9.9"}, "offset": None, "estimator": None}
    return {**head, "shared": [], "n_arrays": 0, **changes}


def npy(shape, dtype="<f8", data=b""):
    head = {"descr": dtype, "fortran_order": False, "shape": shape}
    file = io.BytesIO()
    np.lib.format.write_array_header_2_0(file, head)
    return file.getvalue() + data


ONE = {"n_arrays": 1, "estimator": {"array": 0}}
HOSTILE = [
    (sealed(header(format=6)), "format 6, written by sparcelearn 9.9"),
    (sealed(header(), compression=zipfile.ZIP_DEFLATED), "compressed"),
    (sealed("[" * 100_000), ""),
    (sealed(header(estimator=[[]] * (2**22))), "header is too large"),
    (sealed(header(estimator={"class": "os.system"})), "unknown entry"),
    (sealed(header(shared=[{"class": "system", "parameters": {}, "fitted": {}}])), "'system'"),
    (sealed(header(shared=[{"class": "Interval", "parameters": {}, "fitted": {}}])), "'Interval'"),
    (sealed(header(estimator={"shared": 0}, shared=[{"RandomState": {"dict": []}}])), ""),
    (sealed(header(shared=[{"Generator": {"dict": [["bit_generator", "os"]]}}])), "'os'"),
    (sealed(header(**ONE)), ""),
    (sealed(header(**ONE), [npy((10**12,))]), "not what its header says"),
    (sealed(header(**ONE), [npy((2,), data=b"1234567")]), "not what its header says"),
    (sealed(header(**ONE), [npy((1,), "|O", b"12345678")]), "not what its header says"),
    (sealed(header(**ONE), [b"\x93NUMPY\x02\x00" + b"\xff" * 40]), ""),
    (
        sealed(
            header(n_arrays=3, estimator={"sparse": [0, 1, 2], "shape": [1, 2]}),
            [
                npy((1,), data=b"\0" * 8),
                npy((1,), "<i4", b"\x09\0\0\0"),  # column 9 of 2
                npy((2,), "<i4", b"\0\0\0\0\x01\0\0\0"),
            ],
        ),
        "",
    ),
]


@pytest.mark.parametrize(("content", "message"), HOSTILE)
def test_a_file_made_to_harm_is_refused(content, message, path):
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is not a sound checkpoint.*" + message):
        sparcelearn.load(path)


def test_a_file_above_the_limit_is_not_read(path):
    sparcelearn.save(path, SparceClassifier())
    size = path.stat().st_size
    with pytest.raises(ValueError, match=f"has {size} bytes, more than max_bytes={size - 1}"):
        sparcelearn.load(path, max_bytes=size - 1)
    sparcelearn.load(path, max_bytes=size)
