"""Ctrl-C while kernels are compiled and read: the caller stops, the compiler does not."""

import copy
import os
import pickle
import threading

import pytest
from numba.core.errors import TypingError

from sparcelearn._core import compile_thread
from sparcelearn._core.compile_thread import in_a_thread
from sparcelearn._core.jit import jit
from sparcelearn._core.warning import warn
from tests.test_house import run_python

HUNG = 120.0  # seconds: nothing here takes as long

# Ctrl-C is heard, also where tests run in the background of a shell that ignores it.
BEGIN = """
import os, random, signal, threading, time
import numpy as np
signal.signal(signal.SIGINT, signal.default_int_handler)
from sparcelearn._core.jit import jit

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)
"""
# Ctrl-C as the first compilation begins.
INTERRUPTED = """
from numba.core import event

class Compilations(event.Listener):
    def __init__(self):
        self.begun, self.ended = [], []
    def on_start(self, of):
        self.begun.append(of.data["dispatcher"])
        if len(self.begun) == 1:
            interrupt()
    def on_end(self, of):
        self.ended.append(of.data["dispatcher"])

seen = Compilations()
event.register("numba:compile", seen)

@jit
def heavy(x):
    return np.sort(x) + np.median(x) + np.sum(x)

x = np.array([1.0, 3.0, 2.0])
try:
    heavy(x)
    raise AssertionError("it was not interrupted")
except KeyboardInterrupt:
    was_on = heavy not in seen.ended
"""
# A kernel of those that are freed: each call reads it from disk.
RELEASED = """
from sparcelearn._core import released_kernel as module
from sparcelearn._core.bound_call import held
from sparcelearn._core.kernel_text import with_header
module.MAX_KEPT = 0
source = with_header("For a test.", "\\n\\n@jit\\ndef plus(x, y):\\n    return x + y + 4\\n")

def call():
    kernel = module.released_kernel(source, "plus")
    assert kernel(1, 2) == 7
    assert held(kernel, 1, 2)() == 7

call()
begin = time.perf_counter()
call()
seconds = time.perf_counter() - begin
"""


@pytest.fixture
def heard(monkeypatch):
    """Let the main thread take the way of one that hears Ctrl-C, wherever tests run."""
    is_main = lambda: threading.current_thread() is threading.main_thread()  # noqa: E731
    monkeypatch.setattr(compile_thread, "hears_interrupts", is_main)


@pytest.fixture
def not_kept(monkeypatch):
    """Compile in every process."""
    monkeypatch.setenv("SPARCELEARN_NO_CACHE", "1")


def test_the_caller_stops_at_once_and_the_compilation_goes_on(tmp_path, not_kept):
    then = """
assert was_on
np.testing.assert_array_equal(heavy(x), [9.0, 10.0, 11.0])
assert seen.begun.count(heavy) == seen.ended.count(heavy) == 1
"""
    run_python(BEGIN + INTERRUPTED + then, tmp_path, HUNG)


def test_a_process_that_ends_lets_the_compilation_end(tmp_path, not_kept):
    then = """
assert was_on
import atexit
atexit.register(lambda: print(heavy in seen.ended))
"""
    assert run_python(BEGIN + INTERRUPTED + then, tmp_path, HUNG) == "True\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked")
def test_a_process_is_not_forked_in_the_middle_of_a_compilation(tmp_path, not_kept):
    then = """
assert was_on
child = os.fork()
if not child:
    np.testing.assert_array_equal(heavy(x), [9.0, 10.0, 11.0])
    assert heavy(x.astype("f4")).sum() == 30
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""
    run_python(BEGIN + INTERRUPTED + then, tmp_path, HUNG)


def test_an_interrupt_as_llvm_frees_memory(tmp_path):
    """Before the line that notes it: the memory would be freed again."""
    program = """
from llvmlite.binding import ffi
free, n_to_come, n_heard = ffi.lib.LLVMPY_DisposeString, 0, 0

def free_and_interrupt(pointer):
    global n_to_come
    free(pointer)
    n_to_come -= 1
    if n_to_come == 0:
        interrupt()

ffi.lib._fntab["LLVMPY_DisposeString"] = free_and_interrupt
for which in range(1, 21):
    n_to_come = which
    try:
        call()
    except KeyboardInterrupt:
        n_heard += 1
n_to_come = 0
call()
print(n_heard)
"""
    assert int(run_python(BEGIN + RELEASED + program, tmp_path, HUNG)) > 10


def test_interrupts_at_any_moment_of_compiling_and_reading(tmp_path):
    program = """
random.seed(0)
n_heard = 0
for _ in range(20):
    timer = threading.Timer(random.uniform(0, seconds), interrupt)
    try:
        timer.start()
        for _ in range(5):
            call()
        timer.join()
    except KeyboardInterrupt:
        n_heard += 1
call()
print(n_heard)
"""
    # Python loses those that come while it destroys an object
    assert int(run_python(BEGIN + RELEASED + program, tmp_path, HUNG)) > 10


def test_compilers_within_compilers_and_in_other_threads(tmp_path):
    program = """
from joblib import Parallel, delayed

@jit
def inner(x):
    return x + 1

@jit
def outer(x):
    return 2 * inner(x)

threads = Parallel(3, backend="threading")
assert outer(1) == 4
assert threads(delayed(outer)(x) for x in (1.5, 2.5, 3.5)) == [5.0, 7.0, 9.0]
assert threads(delayed(outer)(x) for x in (1j, 2, np.float32(3))) == [2 + 2j, 6, 8]
outer(np.ones(2)), inner(np.ones(2))
"""
    run_python(BEGIN + program, tmp_path, HUNG)


def test_an_error_of_the_compiler_is_raised_as_it_was(heard, monkeypatch):
    def wrong(x):
        return x.nothing

    def error(compiled):
        with pytest.raises(TypingError) as caught:
            compiled(1)
        return caught.value

    plain = []
    thread = threading.Thread(target=lambda: plain.append(error(jit(wrong))))
    thread.start()
    thread.join()
    assert str(error(jit(wrong))) == str(plain[0])

    broken = jit(lambda x: x)
    given = RuntimeError("of the compiler")

    def fail(*_):
        raise given

    monkeypatch.setattr(broken._compiler, "compile", fail)
    with pytest.raises(RuntimeError) as caught:
        broken(1)
    assert caught.value is given
    assert "fail" in [entry.name for entry in caught.traceback]


def test_a_copy_is_compiled_alike(heard, monkeypatch):
    threads = []
    monkeypatch.setattr(
        compile_thread, "in_a_thread", lambda work: threads.append(1) or in_a_thread(work)
    )
    kernel = jit(lambda x: x + 1)
    assert copy.deepcopy(kernel) is kernel
    assert kernel(1) == 2 and len(threads) == 1
    assert kernel.compile(kernel.signatures[0]) and len(threads) == 1  # nothing to do
    other = pickle.loads(pickle.dumps(kernel))
    assert other(1.5) == 2.5 and len(threads) == 2


def test_where_no_thread_can_be_started_it_is_compiled_here(heard, monkeypatch):
    def fail(_):
        raise RuntimeError("no more threads")

    monkeypatch.setattr(threading.Thread, "start", fail)
    assert jit(lambda x: x + 3)(1) == 4
    assert not compile_thread._running


def test_a_warning_points_at_the_caller(recwarn):
    in_a_thread(lambda: warn("of the folder"))
    assert recwarn[0].filename == __file__
