"""Sixteen numbers at a time, held in registers by compiled kernels.

Numba vectorises loops over arrays. It finds no way to hold sixteen outputs in a register while
a loop runs over features, nor to list the places where a comparison holds. So here stands what
each function of `lanes` is in LLVM's language. Numbers are equal to the bit: nothing is fused,
and no sum changes its order.

A processor without masks would branch sixteen times for each vector: who chooses kernels asks
`has_wide_vectors` before. What is of single numbers, `half_power`, is for any processor.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import cache
from typing import Any

from llvmlite import ir
from numba.core import cgutils, config, types
from numba.core.imputils import impl_ret_borrowed
from numba.core.registry import cpu_target
from numba.extending import lower_builtin, models, register_model, type_callable

from .lanes import (
    LANES,
    LINE,
    append,
    count,
    first,
    from_line,
    half_power,
    larger,
    largest,
    load,
    magnitude,
    places,
    root,
    row_totals,
    spread,
    store,
    with_sign,
)

_FEATURES = {"+avx512f", "+avx512vl", "+avx512bw", "+avx512dq"}


def has_wide_vectors() -> bool:
    """Return whether kernels are compiled for a processor with masks (AVX-512).

    It is False, too, where indices are to be checked: those of vectors never are.
    """
    is_plain = config.DISABLE_JIT or config.BOUNDSCHECK  # type: ignore[attr-defined]
    return not is_plain and _features() >= _FEATURES


@cache
def _features() -> set[str]:
    _, _, features = cpu_target.target_context.codegen().magic_tuple()
    return set(features.split(","))


class Vector(types.Type):
    """Sixteen numbers, or Booleans, in a register."""

    def __init__(self, dtype: Any) -> None:
        self.dtype = dtype
        super().__init__(name=f"Vector({dtype})")


MASK, PLACES = Vector(types.boolean), Vector(types.uint32)
FLOATS = (Vector(types.float32), Vector(types.float64))
_INT = ir.IntType(32)
_LANE = {
    types.boolean: ir.IntType(1),
    types.uint32: _INT,
    types.float32: ir.FloatType(),
    types.float64: ir.DoubleType(),
}


def _llvm(kind: Any) -> Any:
    return ir.VectorType(_LANE[kind.dtype], LANES)


@register_model(Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Vector) -> None:
        super().__init__(manager, kind, _llvm(kind))


_LANE_NUMBERS = ir.Constant(_llvm(PLACES), list(range(LANES)))


def _written(plain: Any, typed: Callable[..., Any], *kinds: Any) -> Callable[..., Any]:
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


def _call(builder: Any, name: str, result: Any, *values: Any) -> Any:
    """Call one of LLVM's own functions, whose names end with the type of their vector."""
    kind = ir.FunctionType(result, [value.type for value in values])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), values)


def _name(function: str, vector: Any) -> str:
    letter = {_LANE[types.float32]: "f32", _LANE[types.float64]: "f64"}.get(vector.element, "i32")
    return f"llvm.{function}.v{LANES}{letter}"


def _splat(builder: Any, value: Any) -> Any:
    empty = ir.Constant(ir.VectorType(value.type, LANES), ir.Undefined)
    one = builder.insert_element(empty, value, ir.Constant(_INT, 0))
    return builder.shuffle_vector(one, empty, ir.Constant(_llvm(PLACES), None))


def _alignment(vector: Any) -> Any:
    """Return the bytes that every place of an array is a multiple of: those of one number."""
    return ir.Constant(_INT, 8 if vector.element == _LANE[types.float64] else 4)


def _is_row(array: Any) -> bool:
    """Return whether numbers stand one after another."""
    return isinstance(array, types.Array) and array.ndim == 1 and array.layout == "C"


@_written(first, lambda n: MASK if isinstance(n, types.Integer) else None)
def _first(builder: Any, n: Any) -> Any:
    most = ir.Constant(n.type, LANES)
    n = builder.select(builder.icmp_signed("<", n, most), n, most)
    return builder.icmp_signed("<", _LANE_NUMBERS, _splat(builder, builder.trunc(n, _INT)))


def _loaded(a: Any, at: Any, mask: Any) -> Any:
    return Vector(a.dtype) if _is_row(a) and Vector(a.dtype) in FLOATS and mask == MASK else None


@_written(load, _loaded)
def _load(builder: Any, a: Any, at: Any, mask: Any) -> Any:
    kind = ir.VectorType(a.type.pointee, LANES)
    place = builder.bitcast(builder.gep(a, [at]), kind.as_pointer())
    nothing, align = ir.Constant(kind, None), _alignment(kind)
    name = _name("masked.load", kind)
    return _call(builder, f"{name}.p0", kind, place, align, mask, nothing)


def _stored(a: Any, at: Any, v: Any, mask: Any) -> Any:
    return types.void if _is_row(a) and v == Vector(a.dtype) and mask == MASK else None


@_written(store, _stored)
def _store(builder: Any, a: Any, at: Any, v: Any, mask: Any) -> None:
    place = builder.bitcast(builder.gep(a, [at]), v.type.as_pointer())
    name = _name("masked.store", v.type)
    _call(builder, f"{name}.p0", ir.VoidType(), v, place, _alignment(v.type), mask)


@_written(append, _stored)
def _append(builder: Any, a: Any, n: Any, v: Any, mask: Any) -> None:
    name = _name("masked.compressstore", v.type)
    _call(builder, name, ir.VoidType(), v, builder.gep(a, [n]), mask)


@_written(spread, lambda x: Vector(x) if Vector(x) in FLOATS else None)
def _spread(builder: Any, x: Any) -> Any:
    return _splat(builder, x)


@_written(places, lambda at: PLACES if isinstance(at, types.Integer) else None)
def _places(builder: Any, at: Any) -> Any:
    return builder.add(_splat(builder, builder.trunc(at, _INT)), _LANE_NUMBERS)


@_written(count, lambda mask: types.int64 if mask == MASK else None)
def _count(builder: Any, mask: Any) -> Any:
    bits = builder.bitcast(mask, ir.IntType(LANES))
    return builder.zext(_call(builder, f"llvm.ctpop.i{LANES}", bits.type, bits), ir.IntType(64))


@_written(largest, lambda v: v.dtype if v in FLOATS else None)
def _largest(builder: Any, v: Any) -> Any:
    return _call(builder, _name("vector.reduce.fmax", v.type), v.type.element, v)


def _summed(v: Any, a: Any) -> Any:
    return v if _is_row(a) and v == Vector(a.dtype) and v in FLOATS else None


@_written(row_totals, _summed)
def _row_totals(builder: Any, v: Any, a: Any) -> Any:
    """Turn rows into columns, in four rounds that swap ever larger blocks, and add those."""
    rows = []
    for j in range(LANES):
        row = builder.gep(a, [ir.Constant(ir.IntType(64), LANES * j)])
        rows.append(builder.load(builder.bitcast(row, v.type.as_pointer())))
        rows[j].align = _alignment(v.type).constant
    for size in (1, 2, 4, 8):
        # of two rows, which of the 32 numbers go to the upper one, and which to the lower
        upper = [k if not k & size else LANES + k - size for k in range(LANES)]
        lower = [k + size if not k & size else LANES + k for k in range(LANES)]
        for j in range(LANES):
            if not j & size:
                pair = rows[j], rows[j + size]
                for row, lanes in ((j, upper), (j + size, lower)):
                    taken = ir.Constant(_llvm(PLACES), lanes)
                    rows[row] = builder.shuffle_vector(*pair, taken)
    for column in rows:
        v = builder.fadd(v, column)
    return v


@_written(half_power, lambda m: m if Vector(m) in FLOATS else None)
def _half_power(builder: Any, m: Any) -> Any:
    n_bits, bias, width = (23, 126, 32) if m.type == _LANE[types.float32] else (52, 1022, 64)
    bits = ir.IntType(width)
    exponent = builder.add(builder.bitcast(m, bits), ir.Constant(bits, bias))
    return builder.bitcast(builder.shl(exponent, ir.Constant(bits, n_bits)), m.type)


@type_callable(from_line)
def _typed_from_line(context: Any) -> Any:
    def typed(a: Any) -> Any:
        return a if isinstance(a, types.Array) and a.ndim == 2 and a.layout == "C" else None

    return typed


@lower_builtin(from_line, types.Array)
def _from_line(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    array = context.make_array(sig.return_type)(context, builder, args[0])
    n_rows, width = cgutils.unpack_tuple(builder, array.shape)
    n_rows = builder.sub(n_rows, ir.Constant(n_rows.type, 1))
    at = builder.ptrtoint(array.data, n_rows.type)
    at = builder.add(at, ir.Constant(at.type, LINE - 1))
    at = builder.and_(at, ir.Constant(at.type, -LINE))
    array.data = builder.inttoptr(at, array.data.type)
    array.shape = cgutils.pack_array(builder, [n_rows, width])
    array.nitems = builder.mul(n_rows, width)
    return impl_ret_borrowed(context, builder, sig.return_type, array._getvalue())


def _of_each(plain: Any, name: str, typed: Callable[..., Any]) -> None:
    """Let LLVM's function of a number stand for a plain function of vectors."""

    @_written(plain, typed)
    def _each(builder: Any, *values: Any) -> Any:
        return _call(builder, _name(name, values[0].type), values[0].type, *values)


def _of_one(v: Any) -> Any:
    return v if v in FLOATS else None


def _of_two(v: Any, w: Any) -> Any:
    return v if v in FLOATS and v == w else None


_of_each(magnitude, "fabs", _of_one)
_of_each(root, "sqrt", _of_one)
_of_each(with_sign, "copysign", _of_two)
_of_each(larger, "maxnum", _of_two)


def _between(plain: Any, method: str, *told: str, kinds: Any = FLOATS, result: Any = None) -> None:
    """Let kernels write an operator between two vectors of one type."""

    @_written(plain, lambda v, w: (result or v) if v in kinds and v == w else None, Vector, Vector)
    def _operator(builder: Any, v: Any, w: Any) -> Any:
        return getattr(builder, method)(*told, v, w)


_between(operator.add, "fadd")
_between(operator.sub, "fsub")
_between(operator.mul, "fmul")
_between(operator.truediv, "fdiv")
_between(operator.gt, "fcmp_ordered", ">", result=MASK)
_between(operator.ne, "fcmp_unordered", "!=", result=MASK)
_between(operator.and_, "and_", kinds=(MASK,))
