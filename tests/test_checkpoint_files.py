"""What a checkpoint's file may be, and what is around it."""

import json
import os
import stat
import sys
import zipfile

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, RidgeClassifierCV
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

import sparcelearn
from sparcelearn.readouts import SparceClassifier
from tests.test_checkpoint import sealed

ROWS = np.random.RandomState(0).rand(12, 3)
LABELS = np.arange(12) % 2


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.ckpt"


# --- what is written to ---


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o664], ids=oct)
def test_a_file_keeps_its_permissions(path, mode):
    sparcelearn.save(path, SparceClassifier())
    path.chmod(mode)
    sparcelearn.save(path, SparceClassifier(), offset=2)
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert sparcelearn.load(path, return_offset=True)[1] == 2


@pytest.mark.parametrize(
    "name",
    [
        ".model.ckpt.backup.tmp",
        ".model.ckpt.0123456789abcdef.tmp",
        ".model.ckpt.mine.sparcelearn.tmp",
        "model.ckpt.tmp",
        ".other.ckpt.0123456789abcdef.sparcelearn.tmp",
    ],
)
def test_temporary_files_of_others_stay(path, name):
    path.with_name(name).write_text("mine")
    sparcelearn.save(path, SparceClassifier())
    assert path.with_name(name).read_text() == "mine"


def test_links_and_folders_of_the_name_of_a_temporary_file_stay(path):
    (path.parent / "precious").write_text("mine")
    link = path.with_name(f".{path.name}.{0:016x}.sparcelearn.tmp")
    link.symlink_to(path.parent / "precious")
    folder = path.with_name(f".{path.name}.{1:016x}.sparcelearn.tmp")
    folder.mkdir()
    sparcelearn.save(path, SparceClassifier())
    assert link.is_symlink() and folder.is_dir()
    assert (path.parent / "precious").read_text() == "mine"


def test_a_long_name(path):
    long = path.with_name("m" * 250)
    sparcelearn.save(long, SparceClassifier())
    assert os.listdir(path.parent) == [long.name]


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes with names")
@pytest.mark.parametrize("what", ["folder", "pipe", "device", "link to a pipe"])
def test_what_is_no_regular_file_is_refused(path, what):
    place = path
    if what == "folder":
        path.mkdir()
    elif what == "device":
        place = "/dev/null"
    else:
        os.mkfifo(path)
    if "link" in what:
        place = path.with_name("link")
        place.symlink_to(path)
    before = os.stat(place).st_mode
    for use in (
        lambda: sparcelearn.save(place, SparceClassifier()),
        lambda: sparcelearn.load(place),
    ):
        with pytest.raises(OSError, match=r"it is (a folder|no regular file)"):
            use()
    assert os.stat(place).st_mode == before


# --- how it is called ---


def test_the_estimator_may_come_first(path):
    sparcelearn.save(SparceClassifier(sparsity=0.25), path, offset=3)
    estimator, offset = sparcelearn.load(path, return_offset=True)
    assert (estimator.sparsity, offset) == (0.25, 3)
    sparcelearn.save(SparceClassifier(), str(path))
    assert sparcelearn.load(str(path)).sparsity == SparceClassifier().sparsity


@pytest.mark.parametrize("wrong", [3, None, b"bytes", ["model.ckpt"]])
def test_a_path_that_is_none(wrong):
    with pytest.raises(TypeError, match="path must be a str or path-like"):
        sparcelearn.save(wrong, SparceClassifier())
    with pytest.raises(TypeError, match="path must be a str or path-like"):
        sparcelearn.load(wrong)


@pytest.mark.parametrize(
    "estimator",
    [
        GridSearchCV(SparceClassifier(), {"sparsity": [0.0]}),
        RidgeClassifierCV(),
        [SparceClassifier(), RidgeClassifierCV()],
    ],
    ids=["a search", "of scikit-learn", "in a list"],
)
def test_others_are_refused_with_what_to_do(path, estimator):
    with pytest.raises(TypeError, match=r"best_estimator_; other estimators .*skops.io.dump"):
        sparcelearn.save(path, estimator)


@pytest.mark.parametrize("offset", [object, {"a": object()}, [len]])
def test_offsets_that_cannot_be_kept_are_refused_with_what_can(path, offset):
    with pytest.raises(TypeError, match=r"cannot be saved\. Besides estimators .* numbers, texts"):
        sparcelearn.save(path, SparceClassifier(), offset=offset)


# --- forged: refused when loaded, not when used ---


def forge(path, change):
    """Save a logistic regression whose parts were changed, with a right checksum."""
    with zipfile.ZipFile(path) as archive:
        header = json.loads(archive.read("header.json"))
        arrays = [archive.read(name) for name in archive.namelist()[1:]]
    change(header)
    path.write_bytes(sealed(json.dumps(header), arrays))


def fitted(header):
    return header["shared"][-1]["fitted"]


FORGED = {
    "coefficients left out": lambda h: fitted(h).pop("coef_"),
    "another number of features": lambda h: fitted(h).update(n_features_in_=4),
    "features without end": lambda h: fitted(h).update(n_features_in_=10**12),
    "a text for features": lambda h: fitted(h).update(n_features_in_="3"),
    "a text for coefficients": lambda h: fitted(h).update(coef_="3"),
    "intercept of another": lambda h: fitted(h).update(intercept_=fitted(h)["coef_"]),
    "a format that is none": lambda h: h.update(format="2"),
    "no format": lambda h: h.pop("format"),
    "nothing shared": lambda h: h.update(shared=None),
    "fewer arrays": lambda h: h.update(n_arrays=1),
    "arrays without end": lambda h: h.update(n_arrays=10**300),
    "a number of infinity": lambda h: h.update(offset={"float": "one"}),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_file_is_refused_when_it_is_loaded(path, name):
    sparcelearn.save(path, LogisticRegression().fit(ROWS, LABELS))
    forge(path, lambda header: None)
    assert sparcelearn.load(path).predict(ROWS).shape == (12,)
    forge(path, FORGED[name])
    with pytest.raises(ValueError, match="is not a sound checkpoint"):
        sparcelearn.load(path)


def test_a_forged_scaler_is_refused_when_it_is_loaded(path):
    sparcelearn.save(path, StandardScaler().fit(ROWS))
    forge(path, lambda header: fitted(header).pop("scale_"))
    with pytest.raises(ValueError, match="is not a sound checkpoint"):
        sparcelearn.load(path)


def test_a_header_of_many_small_things_is_refused(path):
    path.write_bytes(sealed("[" + "[]," * 300_000 + "[]]", []))
    with pytest.raises(ValueError, match="too many entries"):
        sparcelearn.load(path, max_bytes=2**20)
