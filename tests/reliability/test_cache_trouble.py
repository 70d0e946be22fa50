"""Row 20: whatever is wrong with the folder of compiled code, kernels run, with one warning."""

import os
import resource
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import sparcelearn
from tests.reliability.helpers import FULL, report

# Synapses have the smallest kernels; the second call must not warn again.
PROGRAM = """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    from sparcelearn.readouts import HopfieldMemory
    from sparcelearn.readouts.synapses import FloatSynapse, SimpleSynapse
    made = []
    for synapse in (SimpleSynapse(bound=1.0), FloatSynapse(bound=1.0)):
        memory = HopfieldMemory(synapse, random_state=0).fit([[1.0, -1.0, 1.0]])
        made.append(memory.weights_.tobytes().hex())
from sparcelearn._core.kernel_folder import cache_folder
print(*made)
print(cache_folder())
texts = [str(warned.message).replace(chr(10), " ") for warned in caught]
print(*(text for text in texts if "ompiled" in text), sep="|")
"""
PACKAGE = Path(sparcelearn.__file__).parent
# each starts processes that compile: make reliability runs them all
in_full = pytest.mark.skipif(not FULL, reason="a part of make reliability")


def run(cwd, program=PROGRAM, limit=None, umask=None, python=(sys.executable,), **environment):
    """Return what the program printed: weights, folder and warnings."""

    def prepare():
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        if umask is not None:
            os.umask(umask)

    variables = {**os.environ, "NUMBA_CACHE_DIR": "", "PYTHONPATH": str(PACKAGE.parent)}
    variables |= {name: str(value) for name, value in environment.items()}
    variables = {name: value for name, value in variables.items() if value != "None"}
    result = subprocess.run(
        [*python, "-c", program],
        cwd=cwd,
        env=variables,
        capture_output=True,
        text=True,
        preexec_fn=prepare,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    weights, folder, warned = result.stdout.splitlines()
    return weights, folder, [text for text in warned.split("|") if text]


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """Return a folder in which a process has compiled, and the weights it made."""
    folder = tmp_path_factory.mktemp("kernels") / "cache"
    weights, used, warned = run("/", SPARCELEARN_CACHE_DIR=folder)
    assert used == str(folder) and not warned
    return folder, weights


@pytest.fixture
def copied(warm, tmp_path):
    """Return a copy of the warm folder, whose modules have the same times of change."""
    shutil.copytree(warm[0], tmp_path / "copy")
    (tmp_path / "copy").chmod(0o700)
    (tmp_path / "copy" / "__pycache__").chmod(0o700)
    return tmp_path / "copy"


def is_gone(folder):
    return not Path(folder).exists()


def stamps(folder):
    return {path.name: path.stat().st_mtime_ns for path in Path(folder).rglob("*.nb[ic]")}


# --- nowhere to write ---


def test_no_home(warm, tmp_path):
    weights, folder, warned = run(
        tmp_path, HOME="/proc/nope", XDG_CACHE_HOME=None, SPARCELEARN_CACHE_DIR=None
    )
    assert weights == warm[1]
    assert "a temporary folder" in warned[0] and len(warned) == 1
    assert is_gone(folder)
    report(20, "no home: one warning, a temporary folder that is gone afterwards")


@in_full
def test_nowhere_at_all(warm, tmp_path):
    """No home, and no temporary folder either: it runs in memory."""
    no_folders = "import tempfile, os\n" + (
        "def fail(*a, **k): raise FileNotFoundError('No usable temporary directory found')\n"
        "tempfile.mkdtemp = fail\n"
    )
    weights, folder, warned = run(
        tmp_path, no_folders + PROGRAM, SPARCELEARN_CACHE_DIR="/proc/nope/kernels"
    )
    assert weights == warm[1]
    assert folder == "None"
    assert "in memory" in warned[0] and len(warned) == 1
    report(20, "no folder at all: one warning, in memory")


@in_full
def test_a_package_and_a_home_that_cannot_be_written(warm, tmp_path):
    """The package's own folder is read-only, too: importing it compiles nothing there."""
    package = tmp_path / "site" / "sparcelearn"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    # as root, permissions do not hold: files where folders should be do
    for folder in {path.parent for path in package.rglob("*.py")}:
        (folder / "__pycache__").write_text("")
    weights, folder, warned = run(
        tmp_path,
        PYTHONPATH=package.parent,
        HOME="/proc/nope",
        XDG_CACHE_HOME=None,
        SPARCELEARN_CACHE_DIR=None,
    )
    assert weights == warm[1]
    assert len(warned) == 1 and is_gone(folder)
    report(20, "site-packages and home that cannot be written: imported, one warning")


@pytest.mark.parametrize("limit", [1, 2_000, 20_000] if FULL else [2_000])
def test_a_disk_that_is_full(warm, tmp_path, limit):
    """No room for modules, for indices, for code: what fits is kept."""
    weights, _, warned = run(tmp_path, limit=limit, SPARCELEARN_CACHE_DIR=tmp_path / "kernels")
    assert weights == warm[1]
    assert len(warned) == 1
    assert not list(tmp_path.rglob("*.tmp*"))
    report(20, f"no room for files above {limit} bytes: one warning, nothing half-written")


@in_full
def test_a_quota(warm, tmp_path):
    """Errors of a quota come when a file is written, closed or renamed."""
    quota = (
        "import errno, os\n"
        "replace = os.replace\n"
        "def full(source, target, **k):\n"
        "    if str(target).endswith(('.nbi', '.nbc')):\n"
        "        raise OSError(errno.EDQUOT, 'Disk quota exceeded', str(target))\n"
        "    return replace(source, target, **k)\n"
        "os.replace = full\n"
    )
    weights, folder, warned = run(
        tmp_path, quota + PROGRAM, SPARCELEARN_CACHE_DIR=tmp_path / "kernels"
    )
    assert weights == warm[1]
    assert folder == str(tmp_path / "kernels")
    assert "quota exceeded" in warned[0] and len(warned) == 1
    report(20, "a quota: one warning, uncached")


# --- files that are broken ---

DAMAGES = {
    "empty": lambda content: b"",
    "cut short": lambda content: content[: len(content) // 2],
    "a bit of its end": lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
    "other text": lambda content: b"nonsense" * 50,
}


@pytest.mark.parametrize("damage", DAMAGES if FULL else ["cut short"])
def test_broken_files_are_replaced(warm, copied, damage):
    """Of all kinds: modules, indices and code."""
    broken = [path for path in copied.rglob("*") if path.suffix in (".py", ".nbi", ".nbc")]
    assert {path.suffix for path in broken} == {".py", ".nbi", ".nbc"}
    for path in broken:
        stamp = path.stat()
        path.write_bytes(DAMAGES[damage](path.read_bytes()))
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    weights, folder, warned = run(copied, SPARCELEARN_CACHE_DIR=copied)
    assert weights == warm[1]
    assert folder == str(copied) and not warned
    replaced = stamps(copied)
    assert run(copied, SPARCELEARN_CACHE_DIR=copied)[0] == warm[1]
    assert stamps(copied) == replaced  # the second process finds all of it
    report(20, f"{len(broken)} files {damage}: replaced, found by the next process")


@in_full
@pytest.mark.parametrize("suffix", [".py", ".nbi", ".nbc"])
def test_files_that_are_gone(warm, copied, suffix):
    for path in copied.rglob(f"*{suffix}"):
        path.unlink()
    weights, folder, warned = run(copied, SPARCELEARN_CACHE_DIR=copied)
    assert weights == warm[1] and folder == str(copied) and not warned


# --- folders that move, and others in them ---


@in_full
def test_a_relative_folder_and_a_change_of_folder(warm, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    program = PROGRAM.replace(
        "    made = []", f"    made = []; import os; os.chdir({str(tmp_path / 'elsewhere')!r})"
    ).replace(
        "for synapse", "from sparcelearn._core.kernel_folder import cache_folder\n    for synapse"
    )
    before = "from sparcelearn._core.kernel_folder import cache_folder; cache_folder()\n"
    weights, folder, warned = run(tmp_path, before + program, SPARCELEARN_CACHE_DIR="kernels")
    assert weights == warm[1] and not warned
    assert folder == str(tmp_path / "kernels")
    assert list((tmp_path / "kernels").glob("*.py"))
    assert not list((tmp_path / "elsewhere").iterdir())
    report(20, "a relative folder: it stays where it was")


@pytest.mark.parametrize("umask", [0o000, 0o027, 0o777] if FULL else [0o000], ids=oct)
def test_the_folder_is_private_whatever_the_umask(warm, tmp_path, umask):
    home = tmp_path / "home" / "cache"
    weights, folder, warned = run(
        tmp_path, umask=umask, XDG_CACHE_HOME=home, SPARCELEARN_CACHE_DIR=None
    )
    assert weights == warm[1] and not warned
    made = [home, home / "sparcelearn", Path(folder), Path(folder) / "__pycache__"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in made] == [0o700] * 4
    report(20, f"umask {umask:o}: all folders private")


@in_full
def test_compiled_code_that_others_could_write_is_not_run(warm, copied):
    (copied / "__pycache__").chmod(0o777)
    weights, folder, warned = run(copied, SPARCELEARN_CACHE_DIR=copied)
    assert weights == warm[1]
    assert folder != str(copied) and is_gone(folder)
    assert "others can write to it" in warned[0] and len(warned) == 1


@in_full
def test_python_code_beside_a_module_is_not_run(warm, copied, tmp_path):
    """Python would take a planted ``.pyc`` of the same time and size for the module."""
    import py_compile

    proof = tmp_path / "was_run"
    for path in copied.glob("*.py"):
        text, stamp = path.read_bytes(), path.stat()
        planted = f"open({str(proof)!r}, 'w').close()\n".encode()
        path.write_bytes(planted.ljust(len(text), b"#"))
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        py_compile.compile(str(path), doraise=True)
        path.write_bytes(text)
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert run(copied, SPARCELEARN_CACHE_DIR=copied)[0] == warm[1]
    assert not proof.exists()


@in_full
def test_two_processors_share_a_folder(warm, copied):
    """Each finds its own code again, and leaves that of the other."""
    one = stamps(copied)
    other = run(copied, SPARCELEARN_CACHE_DIR=copied, NUMBA_CPU_NAME="generic")
    both = stamps(copied)
    assert other[0] == warm[1] and not other[2]
    assert set(one) < set(both)
    for settings in ({}, {"NUMBA_CPU_NAME": "generic"}):
        assert run(copied, SPARCELEARN_CACHE_DIR=copied, **settings)[0] == warm[1]
        assert stamps(copied) == both
    report(20, f"two processors: {len(one)} and {len(both) - len(one)} files, none compiled twice")


@in_full
def test_a_package_in_a_zip_file(warm, tmp_path):
    archive = tmp_path / "library.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in PACKAGE.rglob("*"):
            if path.suffix in (".py", ".csv", ".json") and "__pycache__" not in path.parts:
                file.write(path, Path("sparcelearn") / path.relative_to(PACKAGE))
        for name in ("datasets", "readouts", "reservoir"):  # links in a checkout
            for path in (PACKAGE / name).resolve().rglob("*.py"):
                inside = str(
                    Path("sparcelearn") / name / path.relative_to((PACKAGE / name).resolve())
                )
                if inside not in file.namelist():
                    file.write(path, inside)
    weights, folder, warned = run(
        tmp_path, PYTHONPATH=archive, SPARCELEARN_CACHE_DIR=tmp_path / "kernels"
    )
    assert weights == warm[1] and not warned
    assert folder == str(tmp_path / "kernels")
    report(20, "a package in a zip file: imported and compiled")


@in_full
def test_no_cache_writes_nothing(warm, tmp_path):
    weights, _, warned = run(
        tmp_path, SPARCELEARN_NO_CACHE="1", SPARCELEARN_CACHE_DIR=tmp_path / "kernels"
    )
    assert weights == warm[1] and not warned
    assert not list(tmp_path.rglob("*.py")) and not list(tmp_path.rglob("*.nb*"))
