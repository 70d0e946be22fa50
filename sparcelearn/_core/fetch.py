"""Asking for memory before it is read.

A processor sees by itself that an array is read from one end to the other. It does not see that
rows are read in the order of a list: each then begins with a wait.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import lower_builtin, type_callable

_INT, _BYTES = ir.IntType(32), ir.IntType(8).as_pointer()
_READ, _KEPT_LONG, _DATA = (ir.Constant(_INT, number) for number in (0, 3, 1))


def fetch(a: Any, at: int) -> None:
    """Ask for the line of the cache that holds ``a[at]``, and wait for nothing.

    Kernels that are not compiled have no use for it. A place beyond the array does no harm.
    """


@type_callable(fetch)
def _typed(context: Any) -> Any:
    def typed(a: Any, at: Any) -> Any:
        is_row = isinstance(a, types.Array) and a.ndim == 1 and a.layout == "C"
        return types.void if is_row and isinstance(at, types.Integer) else None

    return typed


@lower_builtin(fetch, types.Array, types.Integer)
def _lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    data = context.make_array(sig.args[0])(context, builder, args[0]).data
    place = builder.bitcast(builder.gep(data, [args[1]]), _BYTES)
    kind = ir.FunctionType(ir.VoidType(), [_BYTES, _INT, _INT, _INT])
    prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
    builder.call(prefetch, [place, _READ, _KEPT_LONG, _DATA])
    return context.get_dummy_value()
