"""Which units are connected, and how strongly: sparse matrices with a row for each source."""

from ._cycle_with_jumps import CycleWithJumps
from ._erdos_renyi import ErdosRenyi
from ._fixed_in_degree import FixedInDegree, fixed_in_degree
from ._fixed_out_degree import FixedOutDegree
from ._hierarchical import Hierarchical
from ._lattice import Lattice
from ._orthogonal import Orthogonal
from ._permutation import Permutation
from ._ring import Ring
from ._scaling import scale_spectral_radius
from ._small_world import SmallWorld
from ._topology import Topology

__all__ = [
    "CycleWithJumps",
    "ErdosRenyi",
    "FixedInDegree",
    "FixedOutDegree",
    "Hierarchical",
    "Lattice",
    "Orthogonal",
    "Permutation",
    "Ring",
    "SmallWorld",
    "Topology",
    "fixed_in_degree",
    "scale_spectral_radius",
]
