"""Kernels that are freed: shared while they are used, gone afterwards, compiled here or apart."""

import gc
import sys
import weakref

import pytest

from sparcelearn._core import released_kernel as module
from sparcelearn._core.bound_call import held
from sparcelearn._core.kernel_text import with_header
from sparcelearn._core.released_kernel import released_kernel


@pytest.fixture(autouse=True)
def few_models(monkeypatch):
    """Keep none, as after many models."""
    monkeypatch.setattr(module, "MAX_KEPT", 0)
    monkeypatch.setattr(module, "_troubles", [])


SOURCE = with_header("For a test.", "\n\n@jit\ndef plus(x, y):\n    return x + y + {}\n")


def test_those_who_use_a_kernel_share_it():
    kernel = released_kernel(SOURCE.format(1), "plus")
    assert released_kernel(SOURCE.format(1), "plus").function is kernel.function
    assert released_kernel(SOURCE.format(2), "plus").function is not kernel.function
    assert kernel(1, 2) == 4


def test_what_nobody_uses_is_gone():
    kernel = released_kernel(SOURCE.format(3), "plus")
    assert kernel(1, 2) == 6
    name, function = kernel.function.__module__, weakref.ref(kernel.function)
    assert name in sys.modules
    del kernel
    gc.collect()
    assert name not in sys.modules
    assert len(function().overloads) == 0 if function() else True
    assert released_kernel(SOURCE.format(3), "plus")(1, 2) == 6


def test_a_bound_call_keeps_its_kernel():
    call = held(released_kernel(SOURCE.format(4), "plus"), 1, 2)
    gc.collect()
    assert call() == 7


def test_code_read_from_disk_is_called_by_what_is_compiled_here():
    kernel = released_kernel(SOURCE.format(f"8 + {id(few_models)}"), "plus")
    assert kernel(1, 2) == 11 + id(few_models)
    assert kernel.function.stats.cache_hits
    text = f"from {kernel.function.__module__} import plus\n\n\n"
    text += "@jit\ndef twice(x, y):\n    return 2 * plus(x, y)\n"
    assert kernel.load(with_header("It calls one.", text)).twice(1, 2) == 2 * kernel(1, 2)


def test_another_process_compiles():
    kernel = released_kernel(SOURCE.format(f"5 + {id(module)}"), "plus")  # never seen before
    assert kernel(1, 2) == 8 + id(module)
    assert kernel.function.stats.cache_hits  # it was found on disk


@pytest.mark.parametrize("trouble", ["no process", "frozen"])
def test_where_no_process_can_be_started_it_is_compiled_here(monkeypatch, trouble):
    def fail(*_, **__):
        raise OSError("no more processes")

    monkeypatch.setattr(module, "ProcessPoolExecutor", fail)
    if trouble == "frozen":
        monkeypatch.setattr(sys, "frozen", True, raising=False)
    kernel = released_kernel(SOURCE.format(f"6 + {id(fail)}"), "plus")
    assert kernel(1, 2) == 9 + id(fail)
    assert not kernel.function.stats.cache_hits


def test_the_first_models_stay(monkeypatch):
    monkeypatch.setattr(module, "MAX_KEPT", 10_000)
    name = released_kernel(SOURCE.format(7), "plus").function.__module__
    gc.collect()
    assert name in sys.modules
