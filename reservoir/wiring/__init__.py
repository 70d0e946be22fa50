"""Which units are connected, and how strongly: sparse matrices with a row for each source."""

from ._distinct import choose_distinct, make_distinct
from ._erdos_renyi import ErdosRenyi
from ._fixed_in_degree import FixedInDegree, fixed_in_degree
from ._fixed_out_degree import FixedOutDegree
from ._hierarchical import Hierarchical
from ._lattice import Lattice
from ._permutation import Permutation
from ._ring import Ring
from ._scaling import as_matrix, scale_spectral_radius, synaptic_responses
from ._small_world import SmallWorld
from ._topology import Topology

__all__ = [
    "ErdosRenyi",
    "FixedInDegree",
    "FixedOutDegree",
    "Hierarchical",
    "Lattice",
    "Permutation",
    "Ring",
    "SmallWorld",
    "Topology",
    "as_matrix",
    "choose_distinct",
    "fixed_in_degree",
    "make_distinct",
    "scale_spectral_radius",
    "synaptic_responses",
]
