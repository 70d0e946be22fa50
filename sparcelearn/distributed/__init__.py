"""Data larger than memory, and work for more than one machine.

All but `transform_to_file` need Dask (``pip install "sparce-learn[distributed]"``), and run
wherever it does: on the threads of this process, or on the cluster that a
``dask.distributed.Client`` is connected to. Searches need nothing from here: start a
client, and run them under ``joblib.parallel_config("dask")``.
"""

from sparcelearn.distributed._blocks import transform, transform_to_file
from sparcelearn.distributed._training import fit_by_averaging, fit_by_merging

__all__ = ["fit_by_averaging", "fit_by_merging", "transform", "transform_to_file"]
