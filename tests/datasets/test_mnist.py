"""MNIST: the real files where they are, and a clear word where they are not."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sparcelearn.datasets import load_mnist
from tests.datasets.idx_files import header, idx, save

TRAIN = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
TEST = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


@pytest.fixture(autouse=True)
def no_data_named(request, monkeypatch):
    """Leave the environment out of it, but for the tests on the real files."""
    if "data_home" not in request.fixturenames:
        monkeypatch.delenv("SPARCELEARN_DATA", raising=False)


def write(home, names=TRAIN, suffix=".gz", n_images=2, n_labels=2):
    """Write a small MNIST of 2 x 3 images that count from 0."""
    pixels = list(range(6 * n_images))
    save(home / "mnist" / (names[0] + suffix), idx(0x08, (n_images, 2, 3), pixels))
    save(home / "mnist" / (names[1] + suffix), idx(0x08, (n_labels,), list(range(n_labels))))


@pytest.mark.data
def test_the_training_set(data_home):
    images, labels = load_mnist(data_home=data_home)
    assert images.shape == (60000, 28, 28)
    assert labels.shape == (60000,)
    assert images.dtype == labels.dtype == np.uint8
    counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(labels).tolist() == counts
    assert round(images.mean(), 4) == 33.3184


@pytest.mark.data
def test_the_test_set_from_the_environment(data_home, monkeypatch):
    monkeypatch.setenv("SPARCELEARN_DATA", str(data_home))
    images, labels = load_mnist("test")
    assert images.shape == (10000, 28, 28)
    counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.bincount(labels).tolist() == counts
    assert round(images.mean(), 4) == 33.7912


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize(("subset", "names"), [("train", TRAIN), ("test", TEST)])
def test_files_packed_or_not(tmp_path, subset, names, suffix):
    write(tmp_path, names, suffix)
    for home in (tmp_path, str(tmp_path)):
        images, labels = load_mnist(subset, data_home=home)
        assert_array_equal(images, np.arange(12).reshape(2, 2, 3))
        assert_array_equal(labels, [0, 1])


def test_a_folder_that_is_given_goes_before_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SPARCELEARN_DATA", str(tmp_path / "other"))
    write(tmp_path)
    assert len(load_mnist(data_home=tmp_path)[0]) == 2


@pytest.mark.parametrize("subset", ["validation", "Train", "", None, 0])
def test_an_unknown_subset_is_told_the_known_ones(tmp_path, subset):
    with pytest.raises(ValueError, match=r"subset must be one of \['train', 'test'\]"):
        load_mnist(subset, data_home=tmp_path)


def test_no_folder_at_all_is_told_of_both_ways():
    with pytest.raises(FileNotFoundError, match="data_home, or set SPARCELEARN_DATA"):
        load_mnist()


@pytest.mark.parametrize("missing", TRAIN)
def test_a_missing_file_is_named_with_its_folder(tmp_path, missing):
    write(tmp_path, suffix="")
    path = tmp_path / "mnist" / missing
    path.unlink()
    with pytest.raises(FileNotFoundError) as caught:
        load_mnist(data_home=tmp_path)
    assert str(path) in str(caught.value)
    assert f"{path}.gz" in str(caught.value)


def test_images_and_labels_must_be_as_many(tmp_path):
    write(tmp_path, n_labels=3)
    with pytest.raises(ValueError, match=r"\(2, 2, 3\) and labels \(3,\) do not fit"):
        load_mnist(data_home=tmp_path)


def test_images_must_have_rows_and_columns(tmp_path):
    write(tmp_path)
    save(tmp_path / "mnist" / f"{TRAIN[0]}.gz", header(0x08, 2) + b"ab")
    with pytest.raises(ValueError, match="do not fit"):
        load_mnist(data_home=tmp_path)


def test_a_damaged_file_is_named(tmp_path):
    write(tmp_path)
    save(tmp_path / "mnist" / f"{TRAIN[1]}.gz", header(0x08, 2) + b"a")
    with pytest.raises(ValueError, match=TRAIN[1]):
        load_mnist(data_home=tmp_path)
