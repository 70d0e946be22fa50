"""Who is connected to whom, and how strongly: sparse matrices with a row for each source."""

from ._fixed_degree import choose_distinct, fixed_in_degree
from ._scaling import as_matrix, scale_spectral_radius, synaptic_response

__all__ = [
    "as_matrix",
    "choose_distinct",
    "fixed_in_degree",
    "scale_spectral_radius",
    "synaptic_response",
]
