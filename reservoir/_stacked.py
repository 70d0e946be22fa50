"""Several reservoirs as one: in a chain, or side by side."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import TransformerMixin, clone
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.as_fitted import keep_parameters
from sparcelearn._core.callbacks import CallbackSupportMixin, fit_task, with_callbacks
from sparcelearn._core.nested import NamedPartsMixin
from sparcelearn._core.validation import StrOptions, check_parameters, unchanged_on_error

from ._base import BaseReservoir, Input, Samples
from ._calibration import calibration_samples
from ._handing_on import check_chain, gives_spikes, hand_on
from ._running_stack import RunningStack

__all__ = ["StackedReservoir"]


class StackedReservoir(CallbackSupportMixin, TransformerMixin, RunningStack, NamedPartsMixin):
    """Reservoirs in a chain, each driven by the one before, or side by side on one input.

    Deeper reservoirs see a longer past, reservoirs of other time constants another
    one. In a chain a spiking reservoir hands its spikes to a spiking one, event by
    event; every other pair hands over features, read after each row of input. No
    more than a block of samples of that is kept. Nothing here learns.

    Parameters
    ----------
    reservoirs : list of (str, estimator)
        Names and reservoirs, the first to see the input first. All must agree in
        ``carry_state``; ``<name>__<parameter>`` can be searched over.
    connection : {"chain", "parallel"}, default="chain"
        Whether each reservoir is driven by the one before, or all by the input.
    skip : bool, default=True
        In a chain, whether the features of all reservoirs are given, or only those of
        the last, which then may be ``"spikes"``.

    Attributes
    ----------
    reservoirs_ : list of (str, estimator)
        The reservoirs, drawn.
    n_features_in_ : int
        Number of channels.

    Raises
    ------
    ValueError
        By ``fit``, where a parameter or the input is not as it must be.

    References
    ----------
    Gallicchio, Micheli, Pedrelli, "Deep reservoir computing: A critical experimental
    analysis", Neurocomputing 268, 87-99, 2017.

    Examples
    --------
    A fast reservoir that drives a slow one, features of both at 4 instants:

    >>> import numpy as np
    >>> from sparcelearn.reservoir import EchoStateReservoir, StackedReservoir
    >>> X = np.random.RandomState(0).rand(5, 8, 3)  # 5 samples, 8 time steps, 3 channels
    >>> fast = EchoStateReservoir(n_units=30, leak_rate=1.0, n_readouts=4, random_state=0)
    >>> slow = EchoStateReservoir(n_units=50, leak_rate=0.02, n_readouts=4, random_state=1)
    >>> StackedReservoir([("fast", fast), ("slow", slow)]).fit_transform(X).shape
    (5, 320)
    """

    _parts = "reservoirs"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "reservoirs": [list],
        "connection": [StrOptions({"chain", "parallel"})],
        "skip": ["boolean"],
    }

    def __init__(
        self, reservoirs: list[Any], *, connection: str = "chain", skip: bool = True
    ) -> None:
        self.reservoirs = reservoirs
        self.connection = connection
        self.skip = skip

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: Input, y: Any = None) -> Self:
        """Draw all reservoirs, each for what the one before hands it, and return to rest.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_channels) or \
                (n_samples, n_timesteps, n_channels), list of (n_timesteps, n_channels), \
                or SpikeTrains
            Input, as the first reservoir takes it. Deeper ones are calibrated on what
            some of the samples become.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        check_parameters(self)
        is_last_read = self.connection == "chain" and not self.skip
        check_chain(self.reservoirs, is_last_read=is_last_read)
        self._validate_names([name for name, _ in self.reservoirs])
        drawn = [clone(reservoir) for _, reservoir in self.reservoirs]
        self._validated(X, drawn[0], reset=True)
        keep_parameters(self)
        task = fit_task(self, X, y)
        for k, reservoir in enumerate(drawn):
            if k == 0 or self.connection == "parallel":
                reservoir.fit(X)
                samples = reservoir._check_input(X)
            else:
                samples = self._some_of(drawn[k - 1], samples, reservoir)
                check_parameters(reservoir)
                reservoir._fit(samples)
        # spikes are no table of numbers, which set_output could turn into another
        self._sklearn_auto_wrap_output_keys = () if gives_spikes(drawn[-1]) else ("transform",)
        names = (name for name, _ in self.reservoirs)
        self.reservoirs_ = list(zip(names, drawn, strict=True))
        task.end()
        return self

    def _some_of(self, before: BaseReservoir, samples: Samples, after: BaseReservoir) -> Samples:
        """Return what some samples become, as input to calibrate the next reservoir on."""
        n_rows = after.calibration_rows if before.carry_state else None
        some = calibration_samples(samples, n_rows)
        return hand_on(before, some, before._start(), after, reset=True)

    @unchanged_on_error
    def partial_fit(self, X: Input, y: Any = None) -> Self:
        """Move the state of the stream past ``X``; the first call draws the reservoirs.

        Parameters
        ----------
        X : array-like or SpikeTrains
            The next rows of the stream, in any form that ``fit`` takes.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        if not hasattr(self, "reservoirs_"):
            self.fit(X)
        self._go_on(self._respond(X)[2])
        return self

    @unchanged_on_error
    def fit_transform(self, X: Input, y: Any = None) -> Any:
        """Draw all reservoirs for ``X`` and return their features, from rest.

        With ``carry_state`` the stream then stands at the end of ``X``; ``fit`` leaves it at rest.

        Parameters
        ----------
        X : array-like or SpikeTrains
            Input, as for ``fit``.
        y : None
            Ignored.

        Returns
        -------
        ndarray of shape (n_samples, n_features), or SpikeTrains
        """
        features, _, after = self.fit(X)._respond(X)
        self._go_on(after)
        return features

    def _begin(self, X: Input) -> Self:
        """Draw the reservoirs for a stream that begins with ``X``, and calibrate them on it."""
        return self.fit(X)

    def transform(self, X: Input) -> Any:
        """Simulate all reservoirs and return their features, reservoir by reservoir.

        Parameters
        ----------
        X : array-like or SpikeTrains
            Input, in any form that ``fit`` takes.

        Returns
        -------
        ndarray of shape (n_samples, n_features), or SpikeTrains
        """
        check_is_fitted(self)
        return self._respond(X)[0]

    def reset_state(self) -> Self:
        """Return the stream to rest.

        Returns
        -------
        self
        """
        check_is_fitted(self)
        for _, reservoir in self.reservoirs_:
            reservoir.reset_state()
        return self

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the names of features, after the name of their reservoir.

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of shape (n_features,), dtype object
        """
        check_is_fitted(self)
        read = self._read()
        names = [
            f"{name}__{feature}"
            for name, reservoir in self.reservoirs_
            if any(reservoir is other for other in read)
            for feature in reservoir.get_feature_names_out()
        ]
        return np.array(names, dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags
