"""A reservoir that runs on another simulator, as a transformer."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.sequences import Events, Sequences
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.validation import Interval, check_parameters, unchanged_on_error
from sparcelearn.reservoir import LIF, SoftResetLIF, SpikingReservoir

from ._pynn_cells import check_sayable, counterpart
from ._spike_features import check_readable, spike_features
from ._to_pynn import build, pause_steps, with_padding

__all__ = ["PyNNReservoir"]

MAX_WORK = 2**25  # units times steps that are simulated at once: spikes and currents are in memory
NAME = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*")


class PyNNReservoir(TransformerMixin, BaseEstimator):
    """A spiking reservoir that is calibrated here and simulated by NEST, Brian2 or NEURON.

    ``fit`` fits a copy of the reservoir, here. ``transform`` builds its network with
    :func:`to_pynn`, runs it on the simulator and reads the spikes that come back, so that
    any readout learns on them. Samples are independent: each starts from rest, after a pause.

    Parameters
    ----------
    reservoir : SpikingReservoir, default=None
        Cloned by ``fit``. Of units that PyNN has, as :func:`to_pynn` lists them; it reads spikes:
        ``features`` are counts, traces, first spikes, or the spikes themselves. None is one of
        500 LIF units.
    sim : str, default="nest"
        Name of the backend, ``pyNN.<sim>``, such as ``"nest"``, ``"brian2"`` or ``"neuron"``. It
        is imported by ``transform``.
    pause : float, default=None
        Time before each sample (ms). None is 20 of the longest time constant, the longest delay
        and the refractory period.
    setup : dict, default=None
        Further arguments of the backend's ``setup``, such as ``{"threads": 2}`` with NEST.

    Attributes
    ----------
    reservoir_ : SpikingReservoir
        The fitted reservoir.
    n_features_in_ : int
        Number of channels.

    Raises
    ------
    ValueError
        By ``fit``, if there is something that PyNN has no word for, or if a variable is to be
        read.
    ImportError
        By ``transform``, if PyNN or the simulator is missing.

    See Also
    --------
    to_pynn : The network alone.

    References
    ----------
    Davison, Brüderle, Eppler, Kremkow, Muller, Pecevski, Perrinet, Yger, "PyNN: a common
    interface for neuronal network simulators", Frontiers in Neuroinformatics 2, 11, 2009.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from sparcelearn.interop import PyNNReservoir
    >>> from sparcelearn.readouts import SparceClassifier
    >>> from sparcelearn.reservoir import LIF, SoftResetLIF, SpikingReservoir
    >>> X = np.random.RandomState(0).rand(20, 3)
    >>> y = (X[:, 0] > 0.5).astype(int)
    >>> reservoir = SpikingReservoir(50, neuron=LIF, random_state=0)
    >>> on_nest = PyNNReservoir(reservoir, sim="nest", setup={"threads": 2})
    >>> on_nest.fit(X).n_features_in_
    3
    >>> model = make_pipeline(on_nest, SparceClassifier(random_state=0))
    >>> model.fit(X, y).score(X, y)  # doctest: +SKIP
    1.0
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "reservoir": [SpikingReservoir, None],
        "sim": [str],
        "pause": [Interval(Real, 0, None, closed="neither"), None],
        "setup": [Mapping, None],
    }

    def __init__(
        self,
        reservoir: SpikingReservoir | None = None,
        *,
        sim: str = "nest",
        pause: float | None = None,
        setup: Mapping[str, Any] | None = None,
    ) -> None:
        self.reservoir = reservoir
        self.sim = sim
        self.pause = pause
        self.setup = setup

    @unchanged_on_error
    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit a copy of the reservoir, and see whether PyNN can build it.

        Parameters
        ----------
        X : array-like or SpikeTrains
            Input, as for :class:`~sparcelearn.reservoir.SpikingReservoir`.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        check_parameters(self)
        if not NAME.fullmatch(self.sim):
            raise ValueError(f"sim={self.sim!r} must be the name of a backend, such as 'nest'.")
        given = SpikingReservoir(neuron=LIF) if self.reservoir is None else clone(self.reservoir)
        counterpart(SoftResetLIF if given.neuron is None else given.neuron)  # before the work
        self.reservoir_ = given.fit(X)
        check_sayable(self.reservoir_)
        check_readable(self.reservoir_._simulator)
        pause_steps(self.reservoir_, self.pause)
        self.n_features_in_ = self.reservoir_.n_features_in_
        if hasattr(self.reservoir_, "feature_names_in_"):
            self.feature_names_in_ = self.reservoir_.feature_names_in_
        self._sklearn_auto_wrap_output_keys = self.reservoir_._sklearn_auto_wrap_output_keys
        return self

    def transform(self, X: Any) -> NDArray[np.floating] | SpikeTrains:
        """Simulate the network on the backend, and read its spikes.

        Parameters
        ----------
        X : array-like or SpikeTrains
            Input, in the form that ``fit`` took.

        Returns
        -------
        ndarray of shape (n_samples, n_readouts * n_features * n_units), or SpikeTrains
            As the reservoir's ``transform`` gives them.
        """
        check_is_fitted(self)
        samples = with_padding(self.reservoir_, X)
        sim, trains = _backend(self.sim), []
        for block in self._blocks(samples):
            network = build(self.reservoir_, sim, block, self.pause, dict(self.setup or {}))
            sim.run(network.duration)
            trains.append(network.spikes())
            sim.end()
        joined = SpikeTrains.concatenate(trains)
        if self.reservoir_.features_ in ("spikes", ("spikes",)):
            return joined
        return spike_features(self.reservoir_._simulator, joined)

    def _blocks(self, samples: Sequences | Events) -> Iterator[Sequences | Events]:
        """Yield a few samples after another: what is simulated at once."""
        simulator = self.reservoir_._simulator
        pause = pause_steps(self.reservoir_, self.pause)
        steps = np.cumsum(samples.lengths * simulator.steps_per_row + pause)
        most, first = max(1, MAX_WORK // simulator.n_units), 0
        while first < len(samples):
            before = steps[first - 1] if first else 0
            last = max(first + 1, int(np.searchsorted(steps, before + most, side="right")))
            yield samples.block(first, last)
            first = last

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the names of features: instant, kind and unit, as in ``t2_trace_unit17``.

        Parameters
        ----------
        input_features : array-like of str or None, default=None
            Names of channels; checked, where ``fit`` saw names, and otherwise ignored.

        Returns
        -------
        ndarray of shape (n_features,), dtype object
        """
        check_is_fitted(self)
        return self.reservoir_.get_feature_names_out(input_features)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        given = get_tags(SpikingReservoir() if self.reservoir is None else self.reservoir)
        tags.input_tags, tags.transformer_tags = given.input_tags, given.transformer_tags
        return tags


def _backend(name: str) -> Any:
    """Import a backend of PyNN, or say how to get it."""
    try:
        return importlib.import_module(f"pyNN.{name}")
    except ImportError as error:
        raise ImportError(
            f"pyNN.{name} cannot be imported ({error}). PyNN is an extra, pip install "
            "'sparce-learn[pynn]', and the simulator is installed beside it: pip install "
            "nest-simulator for sim='nest'."
        ) from error
