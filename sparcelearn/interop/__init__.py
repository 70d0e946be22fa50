"""Reservoirs as estimators of other libraries, whose data have other axes.

Import the module of the library, which must be installed::

    from sparcelearn.interop.aeon import ReservoirSeriesClassifier, ReservoirTransformer
    from sparcelearn.interop.sktime import ReservoirSeriesClassifier, ReservoirTransformer

Both take ``(n_cases, n_channels, n_timepoints)``, or their own containers, swap the axes, and
pass their library's own estimator checks. river needs no wrapper of ours: its
``compat.convert_sklearn_to_river`` takes the online estimators.
"""

from ._axes import as_sequences, as_series

__all__ = ["as_sequences", "as_series"]
