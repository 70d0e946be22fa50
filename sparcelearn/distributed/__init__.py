"""Data larger than memory, and work on several machines.

`merge_readouts` and `average_readouts` combine readouts that learned in different places, and
`transform_to_file` stores features in a file. All others need Dask
(``pip install "sparce-learn[distributed]"``) and run on the threads of this process, or on the
cluster that a ``dask.distributed.Client`` is connected to. Searches need nothing from here:
start a client, and run them under ``joblib.parallel_config("dask")``.
"""

from ._blocks import transform, transform_to_file
from ._federated import average_readouts, merge_readouts
from ._training import fit_by_averaging, fit_by_merging

__all__ = [
    "average_readouts",
    "fit_by_averaging",
    "fit_by_merging",
    "merge_readouts",
    "transform",
    "transform_to_file",
]
