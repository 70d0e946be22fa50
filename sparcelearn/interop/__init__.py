"""Reservoirs and spike trains in other libraries.

:func:`to_pynn` builds a fitted reservoir of spiking units on NEST, Brian2, NEURON, or whatever PyNN
speaks to, and :class:`PyNNReservoir` is a transformer that runs there.

Spike trains come from Neo, Tonic and pandas, and go there: :func:`from_neo`, :func:`to_neo`, ...

aeon and sktime have data with other axes, and river has rows of named values. Import the module of
the library, which must be installed::

    from sparcelearn.interop.aeon import ReservoirSeriesClassifier, ReservoirTransformer
    from sparcelearn.interop.sktime import ReservoirSeriesClassifier, ReservoirTransformer
    from sparcelearn.interop.river import StreamClassifier, StreamRegressor

The first two take ``(n_cases, n_channels, n_timepoints)``, or their own containers, and swap the
axes. All pass their library's own estimator checks.
"""

from ._axes import as_sequences, as_series
from ._neo import from_neo, to_neo
from ._pandas import from_pandas, to_pandas
from ._pynn_reservoir import PyNNReservoir
from ._to_pynn import to_pynn
from ._tonic import from_tonic, to_tonic

__all__ = [
    "PyNNReservoir",
    "as_sequences",
    "as_series",
    "from_neo",
    "from_pandas",
    "from_tonic",
    "to_neo",
    "to_pandas",
    "to_pynn",
    "to_tonic",
]
