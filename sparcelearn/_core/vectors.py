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
from numba.extending import lower_builtin, type_callable

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
    turn,
    with_sign,
)
from .vector_types import (
    FLOATS,
    INT,
    LANE,
    LANE_NUMBERS,
    MASK,
    PLACES,
    Vector,
    alignment,
    call,
    is_row,
    llvm,
    name_of,
    splat,
    written,
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


@written(first, lambda n: MASK if isinstance(n, types.Integer) else None)
def _first(builder: Any, n: Any) -> Any:
    most = ir.Constant(n.type, LANES)
    n = builder.select(builder.icmp_signed("<", n, most), n, most)
    return builder.icmp_signed("<", LANE_NUMBERS, splat(builder, builder.trunc(n, INT)))


def _loaded(a: Any, at: Any, mask: Any) -> Any:
    return Vector(a.dtype) if is_row(a) and Vector(a.dtype) in FLOATS and mask == MASK else None


@written(load, _loaded)
def _load(builder: Any, a: Any, at: Any, mask: Any) -> Any:
    kind = ir.VectorType(a.type.pointee, LANES)
    place = builder.bitcast(builder.gep(a, [at]), kind.as_pointer())
    nothing, align = ir.Constant(kind, None), alignment(kind)
    name = name_of("masked.load", kind)
    return call(builder, f"{name}.p0", kind, place, align, mask, nothing)


def _stored(a: Any, at: Any, v: Any, mask: Any) -> Any:
    return types.void if is_row(a) and v == Vector(a.dtype) and mask == MASK else None


@written(store, _stored)
def _store(builder: Any, a: Any, at: Any, v: Any, mask: Any) -> None:
    place = builder.bitcast(builder.gep(a, [at]), v.type.as_pointer())
    name = name_of("masked.store", v.type)
    call(builder, f"{name}.p0", ir.VoidType(), v, place, alignment(v.type), mask)


@written(append, _stored)
def _append(builder: Any, a: Any, n: Any, v: Any, mask: Any) -> None:
    name = name_of("masked.compressstore", v.type)
    call(builder, name, ir.VoidType(), v, builder.gep(a, [n]), mask)


@written(spread, lambda x: Vector(x) if Vector(x) in FLOATS else None)
def _spread(builder: Any, x: Any) -> Any:
    return splat(builder, x)


@written(places, lambda at: PLACES if isinstance(at, types.Integer) else None)
def _places(builder: Any, at: Any) -> Any:
    return builder.add(splat(builder, builder.trunc(at, INT)), LANE_NUMBERS)


@written(count, lambda mask: types.int64 if mask == MASK else None)
def _count(builder: Any, mask: Any) -> Any:
    bits = builder.bitcast(mask, ir.IntType(LANES))
    return builder.zext(call(builder, f"llvm.ctpop.i{LANES}", bits.type, bits), ir.IntType(64))


@written(largest, lambda v: v.dtype if v in FLOATS else None)
def _largest(builder: Any, v: Any) -> Any:
    return call(builder, name_of("vector.reduce.fmax", v.type), v.type.element, v)


def _summed(v: Any, a: Any) -> Any:
    return v if is_row(a) and v == Vector(a.dtype) and v in FLOATS else None


@written(row_totals, _summed)
def _row_totals(builder: Any, v: Any, a: Any) -> Any:
    for column in _columns(builder, a):
        v = builder.fadd(v, column)
    return v


@written(turn, lambda a: types.void if is_row(a) and Vector(a.dtype) in FLOATS else None)
def _turn(builder: Any, a: Any) -> None:
    for place, column in zip(_row_places(builder, a), _columns(builder, a), strict=True):
        builder.store(column, place).align = alignment(column.type).constant


def _row_places(builder: Any, a: Any) -> list[Any]:
    """Return where the rows of sixteen rows of sixteen numbers begin."""
    kind = ir.VectorType(a.type.pointee, LANES).as_pointer()
    starts = [ir.Constant(ir.IntType(64), LANES * j) for j in range(LANES)]
    return [builder.bitcast(builder.gep(a, [start]), kind) for start in starts]


def _columns(builder: Any, a: Any) -> list[Any]:
    """Read rows and turn them into columns, in four rounds that swap ever larger blocks."""
    rows = [builder.load(place) for place in _row_places(builder, a)]
    for row in rows:
        row.align = alignment(row.type).constant
    for size in (1, 2, 4, 8):
        # of two rows, which of the 32 numbers go to the upper one, and which to the lower
        upper = [k if not k & size else LANES + k - size for k in range(LANES)]
        lower = [k + size if not k & size else LANES + k for k in range(LANES)]
        for j in range(LANES):
            if not j & size:
                pair = rows[j], rows[j + size]
                for row, lanes in ((j, upper), (j + size, lower)):
                    taken = ir.Constant(llvm(PLACES), lanes)
                    rows[row] = builder.shuffle_vector(*pair, taken)
    return rows


@written(half_power, lambda m: m if Vector(m) in FLOATS else None)
def _half_power(builder: Any, m: Any) -> Any:
    n_bits, bias, width = (23, 126, 32) if m.type == LANE[types.float32] else (52, 1022, 64)
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

    @written(plain, typed)
    def _each(builder: Any, *values: Any) -> Any:
        return call(builder, name_of(name, values[0].type), values[0].type, *values)


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

    @written(plain, lambda v, w: (result or v) if v in kinds and v == w else None, Vector, Vector)
    def _operator(builder: Any, v: Any, w: Any) -> Any:
        return getattr(builder, method)(*told, v, w)


_between(operator.add, "fadd")
_between(operator.sub, "fsub")
_between(operator.mul, "fmul")
_between(operator.truediv, "fdiv")
_between(operator.gt, "fcmp_ordered", ">", result=MASK)
_between(operator.ne, "fcmp_unordered", "!=", result=MASK)
_between(operator.and_, "and_", kinds=(MASK,))
