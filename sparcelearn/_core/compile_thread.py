"""Ctrl-C while a kernel is compiled: the caller stops at once, the compiler goes on to its end.

Python raises KeyboardInterrupt in the main thread, between any two of its lines: also between the
line of llvmlite that frees memory and the line that notes it, so that it is freed again and the
process dies. In other threads nothing is raised. So kernels are compiled, and read from disk, in
another thread, for which the main thread waits. What it made is kept.
"""

from __future__ import annotations

import contextvars
import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import CPUDispatcher

from .interrupts import Uninterrupted, hears_interrupts

__all__ = ["Kernel", "in_a_thread"]

PATIENCE = 0.1  # seconds: on Windows no interrupt ends a wait for a lock
_running: set[threading.Thread] = set()


class Kernel(CPUDispatcher):
    """A compiled function whose compiler no interrupt enters."""

    def compile(self, sig: Any) -> Any:
        """Return the code for types of arguments, which is compiled or read from disk if need be.

        Parameters
        ----------
        sig : tuple of numba types or signature
            Types of the arguments.

        Returns
        -------
        callable
        """
        work = partial(super().compile, sig)
        # who has the lock compiles already, and the thread would wait for it
        is_direct = not hears_interrupts() or global_compiler_lock.is_locked()
        return work() if is_direct or sig in self.overloads else in_a_thread(work)


def in_a_thread(work: Callable[[], Any]) -> Any:
    """Do work in a thread of its own, and wait for it; an interrupt ends the wait alone.

    The process does not end before the thread does: LLVM would crash.

    Parameters
    ----------
    work : callable
        Needs no lock that the caller holds.

    Returns
    -------
    object
        What the work returns. What it raises is raised.
    """
    # A plain lock: an interrupt may leave what is made of several ones locked.
    is_busy = threading.Lock()
    is_busy.acquire()
    outcome: list[Any] = []
    context = contextvars.copy_context()  # numpy's warnings are as they are for the caller
    thread: Any = threading.Thread(target=_run, args=(partial(context.run, work), outcome, is_busy))
    thread.caller = sys._getframe()  # whom warnings point at
    with Uninterrupted():
        is_started = _is_started(thread)
    if not is_started:
        return work()
    while not is_busy.acquire(timeout=PATIENCE):
        pass
    result, error = outcome.pop()
    if error is None:
        return result
    try:
        raise error
    finally:
        del error  # which has this frame in its traceback


def _is_started(thread: Any) -> bool:
    _running.add(thread)
    try:
        thread.start()
    except RuntimeError:  # there are too many threads, or the process ends
        _leave(thread)
        return False
    return True


def _leave(thread: Any) -> None:
    del thread.caller  # it has the thread, and all that the caller has
    _running.discard(thread)


def _run(work: Callable[[], Any], outcome: list[Any], is_busy: Any) -> None:
    if hasattr(signal, "pthread_sigmask"):  # neither here nor in processes that are started here
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        outcome.append((work(), None))
    except BaseException as error:
        outcome.append((None, error))
    finally:
        _leave(threading.current_thread())
        is_busy.release()


def _finish() -> None:
    """Wait for what is still compiled: a forked process would wait for its locks for ever."""
    for thread in _running - {threading.current_thread()}:
        if thread.is_alive():
            thread.join()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_finish)
