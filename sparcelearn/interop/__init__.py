"""Reservoirs in other libraries: as estimators of theirs, and on their simulators.

:func:`to_pynn` builds a fitted reservoir of spiking units on NEST, Brian2, NEURON, or whatever PyNN
speaks to, and :class:`PyNNReservoir` is a transformer that runs there.

aeon and sktime have data with other axes, and river has rows of named values. Import the module of
the library, which must be installed::

    from sparcelearn.interop.aeon import ReservoirSeriesClassifier, ReservoirTransformer
    from sparcelearn.interop.sktime import ReservoirSeriesClassifier, ReservoirTransformer
    from sparcelearn.interop.river import StreamClassifier, StreamRegressor

The first two take ``(n_cases, n_channels, n_timepoints)``, or their own containers, and swap the
axes. All pass their library's own estimator checks.
"""

from ._axes import as_sequences, as_series
from ._pynn_reservoir import PyNNReservoir
from ._to_pynn import to_pynn

__all__ = ["PyNNReservoir", "as_sequences", "as_series", "to_pynn"]
