"""Reservoirs in other libraries: as estimators of theirs, and on their simulators.

:func:`to_pynn` builds a fitted reservoir of spiking units on NEST, Brian2, NEURON, or whatever PyNN
speaks to, and :class:`PyNNReservoir` is a transformer that runs there.

aeon and sktime have data with other axes. Import the module of the library, which must be
installed::

    from sparcelearn.interop.aeon import ReservoirSeriesClassifier, ReservoirTransformer
    from sparcelearn.interop.sktime import ReservoirSeriesClassifier, ReservoirTransformer

Both take ``(n_cases, n_channels, n_timepoints)``, or their own containers, swap the axes, and
pass their library's own estimator checks. river needs no wrapper of ours: its
``compat.convert_sklearn_to_river`` takes the online estimators.
"""

from ._axes import as_sequences, as_series
from ._pynn_reservoir import PyNNReservoir
from ._to_pynn import to_pynn

__all__ = ["PyNNReservoir", "as_sequences", "as_series", "to_pynn"]
