"""Kernels of which there are as many as there are models: freed when nothing uses them.

Numba keeps all that it compiled for as long as a process lasts, and compiling leaves 30 MB more
that nothing can free. Few programs meet more than a few models, and theirs are kept. Where there
are more, each further module has a memory of its own for code, which takes longer to fill, and is
compiled by another process, which ends, and read from disk.
"""

from __future__ import annotations

import gc
import itertools
import signal
import sys
import threading
import weakref
from functools import partial
from types import ModuleType
from typing import Any

from joblib.externals.loky import ProcessPoolExecutor  # its workers do not run __main__
from llvmlite import binding as llvm
from numba.core.codegen import JITCodeLibrary, JITCPUCodegen
from numba.core.registry import CPUTarget, cpu_target

from .interrupts import Uninterrupted
from .kernel_cache import KernelCache
from .kernel_folder import cache_folder
from .kernel_modules import new_module

__all__ = ["ReleasedKernel", "compile_given", "released_kernel"]

MAX_KEPT = 24
N_RELEASED = 4  # between two rounds of the garbage collector, which takes a tenth of a second
_LOCK = threading.RLock()
_ALIVE: weakref.WeakValueDictionary[str, ReleasedModule] = weakref.WeakValueDictionary()
_kept: dict[str, ReleasedModule] = {}
_released = itertools.count(1)
_troubles: list[Exception] = []  # with other processes


def released_kernel(source: str, name: str) -> ReleasedKernel:
    """Return a kernel of a generated module; all that use the module at a time share it.

    Parameters
    ----------
    source : str
        Text of the module.
    name : str
        Name of the function.

    Returns
    -------
    ReleasedKernel
    """
    with _LOCK:
        module = _ALIVE.get(source)
        if module is None:
            is_kept = len(_kept) < MAX_KEPT
            module = _ALIVE[source] = ReleasedModule(source, is_kept=is_kept)
            if is_kept:
                _kept[source] = module
        return ReleasedKernel(module, name)


class ReleasedKernel:
    """A function of a module that is freed when nothing uses it.

    Parameters
    ----------
    module : ReleasedModule
        The module.
    name : str
        Name of the function.

    Attributes
    ----------
    function : callable
        What was compiled, or plain Python where numba is disabled.
    """

    def __init__(self, module: ReleasedModule, name: str) -> None:
        self.module = module
        self.function = getattr(module.load(module.source), name)

    def __call__(self, *arguments: Any) -> Any:
        return self.function(*arguments)

    def load(self, source: str) -> ModuleType:
        """Return a module that calls the function; it is freed with it."""
        return self.module.load(source)


class ReleasedModule:
    """A generated module, and what was compiled for it, which is freed together with this object.

    Parameters
    ----------
    source : str
        Text of the module.
    is_kept : bool
        Whether it is one of the first, which stay.
    """

    def __init__(self, source: str, *, is_kept: bool) -> None:
        self.source = source
        self._modules: dict[str, ModuleType] = {}
        self._target = None if is_kept else _Target()
        if is_kept:
            return
        for function in _compiled_functions(self.load(source)):
            cache = getattr(function, "_cache", None)
            if isinstance(cache, KernelCache):
                name = function.py_func.__name__
                cache.compile_apart = partial(_compile_apart, source, name)
        weakref.finalize(self, _release, self._modules)

    def load(self, source: str) -> ModuleType:
        """Return a module that is freed with this one: itself, or one that calls its functions.

        Parameters
        ----------
        source : str
            Text of the module.

        Returns
        -------
        module
        """
        with _LOCK:
            if source not in self._modules:
                module = self._modules[source] = new_module(source)
                if self._target is not None:
                    for thing in _compiled_functions(module):
                        thing.targetdescr = thing._compiler.targetdescr = self._target
                        thing.targetctx = self._target.target_context
            return self._modules[source]


class _Target(CPUTarget):
    """Numba's target for the processor, with memory of its own for code."""

    def __init__(self) -> None:
        super().__init__("cpu")
        with Uninterrupted():
            codegen = _Codegen("numba.exec")
        self._own = cpu_target.target_context.subtarget(_internal_codegen=codegen)

    @property
    def target_context(self) -> Any:
        return self._own

    @property
    def typing_context(self) -> Any:
        return cpu_target.typing_context


class _Library(JITCodeLibrary):
    """Code read from disk, whose text is read for its names alone until other code calls it.

    All texts that numba reads go into one context of LLVM, which keeps parts of them for ever:
    of a kernel some 20 kB.
    """

    _text: bytes | None = None

    @classmethod
    def _unserialize(cls, codegen: Any, state: Any) -> Any:
        name, kind, (code, text) = state
        nothing = llvm.parse_assembly("").as_bitcode()
        library = super()._unserialize(codegen, (name, kind, (code, nothing)))
        names = llvm.parse_bitcode(text, llvm.create_context())
        codegen._engine._load_defined_symbols(names)
        library._text = text
        return library

    def _get_module_for_linking(self) -> Any:
        if self._text is not None:
            self._shared_module, self._text = llvm.parse_bitcode(self._text), None
        return super()._get_module_for_linking()


class _Codegen(JITCPUCodegen):
    _library_class = _Library


def _compiled_functions(module: ModuleType) -> list[Any]:
    """Return the functions that a module defines itself."""
    return [
        thing
        for thing in vars(module).values()
        if hasattr(thing, "overloads") and thing.py_func.__module__ == module.__name__
    ]


def _release(modules: dict[str, ModuleType]) -> None:
    """Let go of compiled code: numba's tables would keep it."""
    with Uninterrupted():
        for module in modules.values():
            if sys.modules.get(module.__name__) is module:
                del sys.modules[module.__name__]
            for thing in _compiled_functions(module):
                thing._make_finalizer()()
                thing._reset_overloads()
        modules.clear()
    if next(_released) % N_RELEASED == 0:
        gc.collect()


def _compile_apart(source: str, name: str, types: Any) -> bool:
    """Compile in another process; whether that was done."""
    folder = cache_folder()
    if getattr(sys, "frozen", False) or folder is None or _troubles:
        return False
    try:
        with ProcessPoolExecutor(
            1,
            env={"SPARCELEARN_CACHE_DIR": str(folder)},
            initializer=signal.signal,  # Ctrl-C in a terminal goes to all processes
            initargs=(signal.SIGINT, signal.SIG_IGN),
        ) as process:
            process.submit(compile_given, source, name, types).result()
    except Exception as error:  # the process cannot be started, or was killed
        _troubles.append(error)  # every function of the module would try again
        return False
    return True


def compile_given(source: str, name: str, types: Any) -> None:
    """Compile a function and write it to the disk, on behalf of another process.

    Parameters
    ----------
    source : str
        Text of the module.
    name : str
        Name of the function.
    types : tuple of numba types
        Of its arguments.
    """
    getattr(new_module(source), name).compile(types)
