"""The type of sixteen numbers in a register, and what functions of it are written with.

`vectors` has the functions. A plain function of `lanes` is `written` by one that gets a builder of
LLVM's instructions and the values, and returns the value of the result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import lower_builtin, models, register_model, type_callable

from .lanes import LANES


class Vector(types.Type):
    """Sixteen numbers, or Booleans, in a register."""

    def __init__(self, dtype: Any) -> None:
        self.dtype = dtype
        super().__init__(name=f"Vector({dtype})")


MASK, PLACES = Vector(types.boolean), Vector(types.uint32)
FLOATS = (Vector(types.float32), Vector(types.float64))
INT = ir.IntType(32)
LANE = {
    types.boolean: ir.IntType(1),
    types.uint32: INT,
    types.float32: ir.FloatType(),
    types.float64: ir.DoubleType(),
}


def llvm(kind: Any) -> Any:
    """Return what LLVM calls a type of vectors."""
    return ir.VectorType(LANE[kind.dtype], LANES)


@register_model(Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Vector) -> None:
        super().__init__(manager, kind, llvm(kind))


LANE_NUMBERS = ir.Constant(llvm(PLACES), list(range(LANES)))


def written(plain: Any, typed: Callable[..., Any], *kinds: Any) -> Callable[..., Any]:
    """Return a decorator of what writes a plain function's LLVM, given the builder and values.

    ``typed`` returns the type of the result, None where the types of arguments do not fit.
    """

    def register(write: Callable[..., Any]) -> Callable[..., Any]:
        type_callable(plain)(lambda context: typed)

        @lower_builtin(plain, *kinds or [types.VarArg(types.Any)])
        def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            values = [
                context.make_array(kind)(context, builder, value).data
                if isinstance(kind, types.Array)
                else context.cast(builder, value, kind, types.int64)
                if isinstance(kind, types.Integer)
                else value
                for kind, value in zip(sig.args, args, strict=True)
            ]
            found = write(builder, *values)
            return context.get_dummy_value() if sig.return_type == types.void else found

        return write

    return register


def call(builder: Any, name: str, result: Any, *values: Any) -> Any:
    """Call one of LLVM's own functions, whose names end with the type of their vector."""
    kind = ir.FunctionType(result, [value.type for value in values])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), values)


def name_of(function: str, vector: Any) -> str:
    """Return the full name of LLVM's function of a vector type."""
    letter = {LANE[types.float32]: "f32", LANE[types.float64]: "f64"}.get(vector.element, "i32")
    return f"llvm.{function}.v{LANES}{letter}"


def splat(builder: Any, value: Any) -> Any:
    """Return a vector whose lanes are all one number."""
    empty = ir.Constant(ir.VectorType(value.type, LANES), ir.Undefined)
    one = builder.insert_element(empty, value, ir.Constant(INT, 0))
    return builder.shuffle_vector(one, empty, ir.Constant(llvm(PLACES), None))


def alignment(vector: Any) -> Any:
    """Return the bytes that every place of an array is a multiple of: those of one number."""
    return ir.Constant(INT, 8 if vector.element == LANE[types.float64] else 4)


def is_row(array: Any) -> bool:
    """Return whether numbers stand one after another."""
    return isinstance(array, types.Array) and array.ndim == 1 and array.layout == "C"
