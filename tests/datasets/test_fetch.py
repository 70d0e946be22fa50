"""The published files: what comes out of them, and what is said where they are not there."""

from __future__ import annotations

import gc
import http.server
import os
import threading
import warnings
from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sparcelearn import SpikeTrains
from sparcelearn.datasets import (
    fetch_fsdd,
    fetch_japanese_vowels,
    fetch_mackey_glass,
    fetch_mnist,
    fetch_nmnist,
    fetch_santa_fe,
    load_uea,
    read_nmnist,
    read_series,
    to_forecasting,
)
from sparcelearn.datasets._home import Source, content_digest, data_folder, fetch

FETCHERS = [
    fetch_fsdd,
    fetch_japanese_vowels,
    fetch_mackey_glass,
    fetch_mnist,
    partial(fetch_nmnist, version="small"),
    fetch_santa_fe,
]


def name(fetcher) -> str:
    return getattr(fetcher, "func", fetcher).__name__


# --- real files ---


@pytest.mark.parametrize(
    ("subset", "n", "mean", "counts"),
    [
        ("train", 60000, 33.3184, [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]),
        ("test", 10000, 33.7912, [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]),
    ],
)
def test_mnist(data_home, subset, n, mean, counts):
    X, y = fetch_mnist(subset, data_home=data_home, return_X_y=True)
    assert (X.shape, X.dtype, y.dtype) == ((n, 28, 28), np.uint8, np.int64)
    assert round(X.mean(), 4) == mean
    assert np.bincount(y).tolist() == counts


def test_fsdd(data_home):
    train, test = (fetch_fsdd(subset, data_home=data_home) for subset in ("train", "test"))
    assert (len(train.data), len(test.data)) == (2700, 300)
    assert sum(map(len, train.data)) + sum(map(len, test.data)) == 10_498_424
    assert {sound.shape[1:] for sound in train.data} == {(1,)}
    assert train.data[0].dtype == np.float32
    assert max(np.abs(sound).max() for sound in train.data) <= 1
    assert np.bincount(train.target).tolist() == [270] * 10
    assert np.bincount(test.target).tolist() == [30] * 10
    assert set(test.take) == set(range(5))
    assert set(train.take) == set(range(5, 50))
    assert len(set(train.speaker)) == 6
    assert train.sample_rate == 8000


@pytest.mark.parametrize(("subset", "n", "longest"), [("train", 270, 26), ("test", 370, 29)])
def test_japanese_vowels_in_both_forms(data_home, tmp_path, subset, n, longest):
    X, y = fetch_japanese_vowels(subset, data_home=data_home, return_X_y=True)
    assert (len(X), min(map(len, X)), max(map(len, X))) == (n, 7, longest)
    assert {x.shape[1] for x in X} == {12}

    folder = tmp_path / "japanese_vowels"
    folder.mkdir()
    file = f"JapaneseVowels_{subset.upper()}.ts"
    (folder / file).symlink_to(data_home / "japanese_vowels" / file)
    X_uea, y_uea = fetch_japanese_vowels(subset, data_home=tmp_path, return_X_y=True)
    assert_array_equal(y, y_uea)
    for ours, theirs in zip(X, X_uea, strict=True):
        assert_allclose(ours, theirs, atol=1e-5)


def test_any_folder_of_the_archive(data_home):
    bunch = load_uea(data_home / "japanese_vowels", "test")
    reference = fetch_japanese_vowels("test", data_home=data_home)
    assert_array_equal(bunch.target.astype(int) - 1, reference.target)
    assert bunch.target_names.tolist() == list("123456789")
    assert "Japanese" in bunch.DESCR
    assert len(bunch.data) == 370


def test_santa_fe(data_home):
    bunch = fetch_santa_fe(data_home=data_home, horizon=3)
    assert bunch.series[:4].tolist() == [86, 141, 95, 41]
    assert (len(bunch.series), bunch.series.min(), bunch.series.max()) == (10093, 0, 255)
    assert_array_equal(bunch.series, np.load(data_home / "santa_fe/santafe_laser.npy").ravel())
    assert_array_equal(bunch.data[3:, 0], bunch.target[:-3])


def test_mackey_glass(data_home):
    X, y = fetch_mackey_glass(data_home=data_home, return_X_y=True)
    assert X.shape == (9999, 1)
    assert_array_equal(X[1:, 0], y[:-1])
    assert (round(X.min(), 4), round(y.max(), 4)) == (-0.5282, 0.3111)


def test_nmnist(data_home):
    train = fetch_nmnist(version="small", data_home=data_home)
    test = fetch_nmnist("test", version="small", data_home=data_home, n_samples=10)
    assert isinstance(train.data, SpikeTrains)
    assert (len(train.data), len(test.data), train.data.n_channels) == (200, 10, 2312)
    digits = fetch_mnist(data_home=data_home)  # the same order
    assert_array_equal(train.target, digits.target[:200])
    assert_array_equal(test.target, digits.target[200:210])
    assert train.data.durations.max() == 350


def test_one_recording(data_home):
    path = data_home / "nmnist_sample/sample_nmnist.bin"
    trains = read_nmnist(path)
    assert (len(trains), len(trains.times)) == (1, 4325)
    raw = np.frombuffer(path.read_bytes(), np.uint8).reshape(-1, 5).astype(int)
    dense = np.zeros((2, 34, 34), dtype=int)
    np.add.at(dense, (raw[:, 2] >> 7, raw[:, 1], raw[:, 0]), 1)
    assert_array_equal(trains.counts()[0], dense.ravel())
    microseconds = [
        int.from_bytes(bytes(e[2:].tolist()).rjust(4, b"\0"), "big") & 0x7FFFFF for e in raw
    ]
    assert_allclose(trains.times * 1000, np.sort(microseconds))


@pytest.mark.parametrize("fetcher", FETCHERS, ids=name)
def test_a_bunch_says_what_it_is_and_where_it_is_from(data_home, fetcher, monkeypatch):
    monkeypatch.setenv("SPARCELEARN_DATA", str(data_home))
    bunch = fetcher()
    assert bunch.licence in bunch.DESCR
    assert bunch.citation in bunch.DESCR
    assert len(bunch.data) == len(bunch.target)
    X, y = fetcher(return_X_y=True)
    assert len(X) == len(y) == len(bunch.target)


# --- files that are not there ---


@pytest.mark.parametrize("fetcher", FETCHERS, ids=name)
def test_a_missing_file_is_told_where_to_put_it_and_where_it_is_from(fetcher, tmp_path):
    with pytest.raises(FileNotFoundError, match="download_if_missing=True") as caught:
        fetcher(data_home=tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert "https://" in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_the_folder_given_goes_before_the_environment_and_that_before_the_default(monkeypatch):
    monkeypatch.setenv("SPARCELEARN_DATA", "/there")
    assert str(data_folder("/here")) == "/here"
    assert str(data_folder(None)) == "/there"
    monkeypatch.delenv("SPARCELEARN_DATA")
    assert data_folder(None).name == "sparcelearn_data"
    assert data_folder("~/x").is_absolute()


@pytest.mark.parametrize("fetcher", [fetch_mnist, fetch_fsdd, fetch_japanese_vowels, fetch_nmnist])
@pytest.mark.parametrize("subset", ["validation", "Train", "", None, 0])
def test_an_unknown_subset_is_told_the_known_ones(fetcher, subset, tmp_path):
    with pytest.raises(ValueError, match=r"subset must be one of \['train', 'test'\]"):
        fetcher(subset, data_home=tmp_path)


@pytest.mark.parametrize("option", [{"version": "tiny"}, {"n_samples": 0}])
def test_other_options_of_nmnist(option, tmp_path):
    with pytest.raises(ValueError, match=next(iter(option))):
        fetch_nmnist(data_home=tmp_path, **option)


# --- downloads, from a server of our own ---


@pytest.fixture
def server(tmp_path):
    """Serve a folder; return its address and the folder."""
    pytest.importorskip("pooch")
    folder = tmp_path / "published"
    folder.mkdir()
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    handler.func.log_message = lambda *_: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}", folder
        running.shutdown()
    with warnings.catch_warnings():  # pooch leaves it to the garbage collector to hang up
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def download(address, home, content=""):
    source = Source("set/numbers.txt", f"{address}/numbers.txt", content)
    read = lambda path: [read_series(path)]  # noqa: E731
    return fetch(source, read, data_home=home, download_if_missing=True)[0]


def test_a_download_is_checked_and_kept(server, tmp_path):
    address, folder = server
    (folder / "numbers.txt").write_text("1\n2.5\n")
    digest = content_digest(np.array([1, 2.5]))
    assert download(address, tmp_path / "home", digest).tolist() == [1, 2.5]
    (folder / "numbers.txt").unlink()
    assert download(address, tmp_path / "home", digest).tolist() == [1, 2.5]  # not asked again


@pytest.mark.parametrize("text", ["<html>404</html>", "1\n2.5\nx", "1\n2.6\n"])
def test_a_wrong_download_leaves_nothing_behind(server, tmp_path, text):
    address, folder = server
    (folder / "numbers.txt").write_text(text)
    with pytest.raises(ValueError, match=r"numbers\.txt"):
        download(address, tmp_path / "home", content_digest(np.array([1, 2.5])))
    assert os.listdir(tmp_path / "home" / "set") == []


def test_without_a_network_the_place_for_the_file_is_told(server, tmp_path):
    address, _ = server
    with pytest.raises(FileNotFoundError, match="by hand") as caught:
        download(address, tmp_path / "home")  # 404
    assert str(tmp_path / "home/set/numbers.txt") in str(caught.value)
    with pytest.raises(FileNotFoundError, match="by hand"):
        download("http://127.0.0.1:1", tmp_path / "home")  # nobody listens
    assert os.listdir(tmp_path / "home" / "set") == []


# --- pairs to forecast ---


def test_pairs_to_forecast():
    series = np.arange(10.0)
    X, y = to_forecasting(series, 4)
    assert_array_equal(X[:, 0] + 4, y)
    X, y = to_forecasting(np.stack([series, -series], axis=1), 2)
    assert X.shape == y.shape == (8, 2)
    for horizon in (0, 10, -1):
        with pytest.raises(ValueError, match="horizon must be from 1 to 9"):
            to_forecasting(series, horizon)
    with pytest.raises(ValueError, match="1 or 2 dimensions"):
        to_forecasting(series.reshape(1, 2, 5))
