r"""Gap junctions: currents between units that touch, as their potentials differ.

At a step a unit is driven, besides what it hears, by :math:`\sum_j G_{ij} (v_j - v_i)`, with the
potentials as they are when the step begins, and constant during it. A difference of potentials then
has the factor :math:`a - \lambda` from step to step, with :math:`a` what is left of a deviation of
a unit on its own, and :math:`\lambda` the largest eigenvalue of what junctions take of it. Below 0
units would swing from one side to the other, at each step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import RandomState
from scipy import sparse
from scipy.sparse.linalg import eigsh

from ._spike_charge import slopes
from .equations import Program
from .wiring import Topology
from .wiring._matrix import drawn_matrix

__all__ = ["draw_gap_junctions", "uncoupled"]

ASYMMETRY = 1e-9  # of the largest conductance: that of rounding
TINY = 1e-6  # what is left of a deviation, at least
FEW = 50  # units, whose matrix is dense enough


def uncoupled(network: Any, n_units: int) -> sparse.csr_array | None:
    """Return junctions that conduct nothing, for a network that has some; else None.

    So units are measured on their own, and by the kernel that runs the network.

    Parameters
    ----------
    network : SpikingNetwork
        A network.
    n_units : int
        Number of the units measured.

    Returns
    -------
    csr_array of shape (n_units, n_units) or None
    """
    return None if network.gap_junctions is None else sparse.csr_array((n_units, n_units))


def draw_gap_junctions(
    random_state: RandomState, network: Any, program: Program
) -> sparse.csr_array | None:
    """Return the conductance between each two units, None where there is no junction at all.

    Parameters
    ----------
    random_state : RandomState
        Source of randomness.
    network : SpikingNetwork
        A network whose units are drawn.
    program : Program
        Its units.

    Returns
    -------
    csr_array of shape (n_units, n_units) or None
        Symmetric.

    Raises
    ------
    ValueError
        If a matrix is not as it must be, or junctions are too strong for the step.
    """
    given, n_units = network.gap_junctions, network.n_units
    if given is None:
        return None
    matrix = drawn_matrix("gap_junctions", given, random_state, (n_units, n_units))
    if matrix.data.min(initial=0.0) < 0:
        raise ValueError(
            f"gap_junctions holds {matrix.data.min():.3g}; conductances must be at least 0."
        )
    if isinstance(given, Topology):  # current goes either way
        matrix = sparse.csr_array(matrix.maximum(matrix.T))
    elif abs(matrix - matrix.T).max() > ASYMMETRY * matrix.max():
        apart = sparse.csr_array(matrix - matrix.T).tocoo()
        place = int(np.abs(apart.data).argmax())
        row, column = int(apart.row[place]), int(apart.col[place])
        raise ValueError(
            f"gap_junctions must be symmetric, as current goes either way: it holds "
            f"{matrix[row, column]:.3g} at {row, column}, and {matrix[column, row]:.3g} at "
            f"{column, row}."
        )
    matrix = sparse.csr_array(matrix - sparse.diags_array(matrix.diagonal()))
    matrix.eliminate_zeros()
    if matrix.nnz:
        _check_step(network, program, matrix)
    return matrix


def _check_step(network: Any, program: Program, matrix: sparse.csr_array) -> None:
    """Raise ValueError where differences of potential would grow, or be turned around in a step."""
    rest = network.rest_.astype(np.float64)
    with np.errstate(all="ignore"):
        kept, moved = slopes(program, rest, 0)[0], slopes(program, rest, None)[0]
    kept, moved = np.nan_to_num(kept, nan=1.0), np.nan_to_num(moved)  # undefined where units rest
    if moved.min() < 0:
        raise ValueError(
            f"gap_junctions drive units through {program.inputs[0]}, the first input, which lowers "
            f"{program.states[0]}: potentials would be driven apart. Let an input that raises it "
            "come first in the equations."
        )
    roots = sparse.diags_array(np.sqrt(np.maximum(moved, 0.0)))
    out = sparse.diags_array(np.asarray(matrix.sum(axis=0)))
    taken = sparse.csr_array(roots @ (out - matrix) @ roots)
    if len(rest[0]) < FEW:
        largest = float(np.linalg.eigvalsh(taken.toarray()).max())
    else:
        start = np.random.RandomState(0).standard_normal(len(rest[0]))
        largest = float(eigsh(taken, k=1, which="LA", return_eigenvectors=False, v0=start)[0])
    factor = largest / max(float(kept.min()), TINY)
    if factor > 1:
        raise ValueError(
            f"gap_junctions are {factor:.3g} times as strong as steps of {network._step:g} ms "
            "allow: a step would turn differences of potential around. Lower dt, give more "
            "substeps, or weaker junctions."
        )
