"""Generated modules on disk: compiled once, never trusted blindly, safe to share."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sparcelearn._core.kernel_folder import cache_folder, forget_folder
from sparcelearn._core.kernel_modules import _load, load_module

SOURCE = "VALUE = {}\n"

# Synapses have the smallest generated modules, compiled in a tenth of the time of a network.
PROGRAM = """
import sys
from sparcelearn.readouts import HopfieldMemory
from sparcelearn.readouts.synapses import FloatSynapse, SimpleSynapse
from sparcelearn._core.kernel_folder import cache_folder
bound = float(sys.argv[1])
synapse = SimpleSynapse(bound=bound) if sys.argv[2] == "same" else FloatSynapse(bound=bound)
weights = HopfieldMemory(synapse, random_state=0).fit([[1.0, -1.0, 1.0]]).weights_
print(weights.tobytes().hex(), cache_folder())
"""


def environment(folder):
    # the test run's own folder for numba would take the compiled code elsewhere
    return {**os.environ, "SPARCELEARN_CACHE_DIR": str(folder), "NUMBA_CACHE_DIR": ""}


def start(folder, bound=1.0, synapse="same"):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(bound), synapse],
        env=environment(folder),
        stdout=subprocess.PIPE,
        text=True,
    )


def run(folder, bound=1.0, synapse="same"):
    process = start(folder, bound, synapse)
    output, _ = process.communicate()
    assert process.returncode == 0
    return output.split()


def files(folder, *suffixes):
    return {
        path.name: path.stat().st_mtime_ns
        for path in Path(folder).rglob("*")
        if path.suffix in suffixes
    }


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """Return a folder in which one process has compiled, and what it printed."""
    folder = tmp_path_factory.mktemp("kernels") / "new" / "nested"
    return folder, run(folder)


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """Put this process on an empty folder of its own."""

    def use(folder):
        monkeypatch.setenv("SPARCELEARN_CACHE_DIR", str(folder))
        forget_folder()
        _load.cache_clear()
        return folder

    yield use
    monkeypatch.undo()
    forget_folder()
    _load.cache_clear()


# --- what a second process finds ---


def test_the_folder_is_made_private_with_its_parents(warm):
    folder, (_, used) = warm
    assert used == str(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_second_process_does_not_compile(warm):
    folder, printed = warm
    before = files(folder, ".py", ".nbi", ".nbc")
    assert {Path(name).suffix for name in before} == {".py", ".nbi", ".nbc"}
    assert run(folder) == printed
    assert files(folder, ".py", ".nbi", ".nbc") == before


def test_new_values_need_no_new_module(warm):
    folder, printed = warm
    before = files(folder, ".py", ".nbi", ".nbc")
    assert run(folder, bound=2.0)[0] != printed[0]
    assert files(folder, ".py", ".nbi", ".nbc") == before


def test_another_model_needs_a_new_module(warm):
    folder, _ = warm
    before = set(files(folder, ".py"))
    run(folder, synapse="other")
    after = set(files(folder, ".py"))
    assert len(after - before) == 1
    assert before < after


def test_an_edited_module_is_written_anew_and_not_run(warm, tmp_path):
    folder, printed = warm
    path = sorted(folder.glob("*.py"))[0]
    text, proof = path.read_text(), tmp_path / "was_run"
    path.write_text(f"open({str(proof)!r}, 'w').close()\n" + text)
    run(folder)
    run(folder, synapse="other")
    assert not proof.exists()
    assert path.read_text() == text
    assert run(folder) == printed


def test_two_processes_race_on_a_cold_folder(tmp_path, warm):
    racers = [start(tmp_path / "cold") for _ in range(2)]
    outputs = [racer.communicate()[0].split() for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0]
    assert outputs[0] == outputs[1]
    assert outputs[0][0] == warm[1][0]
    assert len(files(tmp_path / "cold", ".py")) == 1
    assert not files(tmp_path / "cold", ".tmp")


# --- one module, in this process ---


def test_a_module_is_written_once_and_imported_once(fresh, tmp_path):
    folder = fresh(tmp_path / "kernels")
    module = load_module(SOURCE.format(1))
    assert module.VALUE == 1
    assert Path(module.__file__).parent == folder
    assert load_module(SOURCE.format(1)) is module
    assert load_module(SOURCE.format(2)).VALUE == 2
    assert len(files(folder, ".py")) == 2
    assert not files(folder, ".tmp")


@pytest.mark.parametrize("damage", ["", "VALUE = 666\n", "VALUE = 1", "\0", "\ufffd" * 9])
def test_a_damaged_file_is_written_anew(fresh, tmp_path, damage):
    folder = fresh(tmp_path / "kernels")
    path = Path(load_module(SOURCE.format(1)).__file__)
    path.write_text(damage, "utf-8")
    fresh(folder)  # as a new process would
    assert load_module(SOURCE.format(1)).VALUE == 1
    assert path.read_text("utf-8") == SOURCE.format(1)


def test_a_file_that_is_not_text_is_written_anew(fresh, tmp_path):
    folder = fresh(tmp_path / "kernels")
    path = Path(load_module(SOURCE.format(1)).__file__)
    path.write_bytes(b"\xff\xfe\xff")
    fresh(folder)
    assert load_module(SOURCE.format(1)).VALUE == 1


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_folder_that_others_can_write_to_is_passed_over(fresh, tmp_path, mode):
    folder = tmp_path / "kernels"
    folder.mkdir()
    folder.chmod(mode)
    fresh(folder)
    with pytest.warns(UserWarning, match="others can write to it") as caught:
        used = cache_folder()
    assert len(caught) == 1
    assert used != folder
    assert stat.S_IMODE(used.stat().st_mode) == 0o700
    load_module(SOURCE.format(3))
    assert not files(folder, ".py")


@pytest.mark.parametrize("kind", ["a file", "below a file", "a null device"])
def test_an_unusable_folder_is_passed_over(fresh, tmp_path, kind):
    (tmp_path / "file").write_text("")
    named = {
        "a file": tmp_path / "file",
        "below a file": tmp_path / "file" / "kernels",
        "a null device": Path("/dev/null/kernels"),
    }[kind]
    fresh(named)
    with pytest.warns(UserWarning, match="SPARCELEARN_CACHE_DIR to a folder of your own"):
        used = cache_folder()
    assert used != named
    assert used.is_dir()
    assert load_module(SOURCE.format(5)).VALUE == 5


def test_without_a_name_the_folder_is_in_the_users_cache(fresh, tmp_path, monkeypatch):
    fresh("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "sparcelearn" / "kernels"
