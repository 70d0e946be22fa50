"""Shared fixtures and rules: compiled code that is never stale, real data that may not skip."""

from __future__ import annotations

import gc
import hashlib
import importlib.util
import os
import tempfile
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

# Threads of linear algebra wait for each other by running: on small matrices, and beside another
# worker, that takes several times the work itself. Nothing above imports numpy, which
# looks at this once.
for library in ("OPENBLAS", "MKL", "OMP"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

# The compiler makes millions of objects that live on: looking through them as often as Python does
# by default takes a tenth of its time.
gc.set_threshold(100_000, 50, 50)

# No test is judged by its time: the first call of a kernel compiles it.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

# What is compiled where it stands, and how. Generated modules are named by their own text besides.
KERNELS = (
    "_core/bound_call.py",
    "_core/jit.py",
    "_core/kernel_modules.py",
    "_core/kernel_text.py",
    "*/kernels/*.py",
    "readouts/synapses/*.py",
)
REQUIRE_DATA = bool(os.environ.get("SPARCELEARN_REQUIRE_DATA"))


def pytest_configure(config: pytest.Config) -> None:
    """Keep compiled code in a folder named by what it is compiled from.

    Numba looks at the file of the function it is asked for and at no other, so an
    edited callee or compile policy would leave the old code in use.
    """
    cache = getattr(config, "cache", None)
    if named := os.environ.get("SPARCELEARN_TEST_KERNELS"):  # several suites may share it
        parent = Path(named)
    else:
        parent = cache.mkdir("kernels") if cache else Path(tempfile.mkdtemp(prefix="kernels-"))
    folder = parent / digest_of_kernels()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # the package uses private folders only
    os.environ["SPARCELEARN_CACHE_DIR"] = os.environ["NUMBA_CACHE_DIR"] = str(folder)


def digest_of_kernels() -> str:
    """Return a digest of all sources that compiled code depends on."""
    package = package_folder()
    digest = hashlib.sha256()
    for path in sorted(path for pattern in KERNELS for path in package.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def package_folder() -> Path:
    """Find the package under test without importing it, for that would import numba."""
    spec = importlib.util.find_spec("sparcelearn")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


def pytest_report_header() -> str:
    """Say which sparcelearn is tested: a checkout's or an installed one."""
    return f"sparcelearn: {package_folder()}"


@pytest.fixture(scope="session", autouse=True)
def kernels_stay() -> None:
    """Keep the kernels of all models: tests meet many, and each of them again and again."""
    from sparcelearn._core import released_kernel

    released_kernel.MAX_KEPT = 10_000


@pytest.fixture(scope="session")
def data_home() -> Path:
    """Return the folder of real data files; skip the test where there is none."""
    named = os.environ.get("SPARCELEARN_DATA")
    if named and Path(named).is_dir():
        return Path(named)
    pytest.skip("real data needed: set SPARCELEARN_DATA to their folder")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for the data as ``data``, so that the rule below misses none."""
    for item in items:
        if "data_home" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.data)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With SPARCELEARN_REQUIRE_DATA, a test of real data that skips has failed."""
    report = yield
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    if REQUIRE_DATA and is_skip and item.get_closest_marker("data"):
        report.outcome = "failed"
        report.longrepr = f"SPARCELEARN_REQUIRE_DATA is set, but: {report.longrepr}"
    return report
