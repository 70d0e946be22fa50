"""What spiking and rate reservoirs share: the transformer, its input, and its stream."""

from __future__ import annotations

import os
from abc import abstractmethod
from copy import copy
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted

from sparcelearn._core.as_fitted import as_fitted, with_fitted_parameters
from sparcelearn._core.callbacks import CallbackSupportMixin, fit_task, with_callbacks
from sparcelearn._core.sequences import Events, Sequences
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.validation import (
    HasMethods,
    Interval,
    StrOptions,
    check_parameters,
    unchanged_on_error,
)

from ._features import feature_names
from ._network_layout import as_dict, check_network, check_state, check_weights
from ._neuron_model import NeuronModel
from ._samples import check_form, check_lengths, checked_samples, follow
from ._simulation_cache import recall
from ._simulator import Simulator
from ._stepper import RowStepper, Stepper
from ._summary import html_with_summary
from .equations import Program
from .input_wiring import InputWiring
from .kernels.layout import State
from .wiring import Topology

Samples = Sequences | Events
Input = ArrayLike | SpikeTrains


class BaseReservoir(CallbackSupportMixin, TransformerMixin, BaseEstimator):
    """A fixed random network that turns input into features. Nothing in it learns."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_units": [Interval(Integral, 1, None, closed="left")],
        "neuron": [NeuronModel],
        "connectivity": [Interval(Real, 0, 1, closed="both")],
        "wiring": [Topology, "sparse matrix", np.ndarray, None],
        "input_wiring": [InputWiring, "sparse matrix", np.ndarray, dict, None],
        "n_readouts": [Interval(Integral, 1, None, closed="left")],
        "carry_state": ["boolean"],
        "dtype": [StrOptions({"float32", "float64"})],
        "backend": [StrOptions({"numba", "numpy"})],
        "memory": [str, os.PathLike, HasMethods(["cache"]), None],
        "n_jobs": [Integral, None],
        "verbose": ["verbose"],
        "random_state": ["random_state"],
    }

    neuron: NeuronModel | None
    memory: Any
    _takes_sequences: bool | None = None  # None: both, or a file of an earlier version

    @abstractmethod
    def _program(self) -> Program:
        """Integrate the equations."""

    @abstractmethod
    def _make_simulator(self, program: Program) -> Simulator:
        """Put the fitted attributes together into a network that runs."""

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: Input, y: Any = None) -> Self:
        """Draw the network for the channels of ``X``, and return to rest.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_channels) or \
                (n_samples, n_timesteps, n_channels), list of (n_timesteps, n_channels), \
                or SpikeTrains
            Input; a spiking reservoir takes events too. Its values serve only to
            calibrate channels, units and features.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or ``X`` is not as it must be. The reservoir is then unchanged.
        """
        check_parameters(self)
        samples = self._validated(X, reset=True)
        task = fit_task(self, X, y)
        self._fit(samples)
        task.end()
        return self

    @unchanged_on_error
    def fit_transform(self, X: Input, y: Any = None) -> Any:
        """Draw the network for ``X`` and return its features, from rest.

        With ``carry_state`` the stream then stands at the end of ``X``; ``fit`` leaves it at rest.

        Parameters
        ----------
        X : array-like or SpikeTrains
            Input, as for ``fit``.
        y : None
            Ignored.

        Returns
        -------
        ndarray of shape (n_samples, n_readouts * n_features * n_units), or SpikeTrains
            As of ``transform``.
        """
        features, _, after = self.fit(X)._respond(X)
        self._go_on(after)
        return features

    @abstractmethod
    def _fit(self, samples: Samples) -> Self:
        """Draw the network for samples whose channels are known."""

    @abstractmethod
    def _begin(self, X: Input) -> Self:
        """Draw the network for a stream that begins with ``X``."""

    @unchanged_on_error
    def partial_fit(self, X: Input, y: Any = None) -> Self:
        """Move the state of the stream past ``X``; the first call draws the network.

        Drawn so, the network is calibrated as rows come: on all that have, when they are 1, 2,
        4, 8, ..., and for good at ``calibration_rows``. Nothing else moves without ``carry_state``.

        Parameters
        ----------
        X : array-like
            The next rows of the stream, in any form that ``fit`` takes.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        if not hasattr(self, "input_weights_"):
            self._begin(X)
        self._go_on(self._respond(X)[2])
        return self

    def transform(self, X: Input) -> Any:
        """Simulate the network on ``X`` and return its features.

        Every sample starts from rest, or, with ``carry_state``, the first goes on
        from where ``partial_fit`` left the stream. The reservoir is not changed.

        Parameters
        ----------
        X : array-like, or SpikeTrains
            Input, in the form that ``fit`` took.

        Returns
        -------
        ndarray of shape (n_samples, n_readouts * n_features * n_units), or SpikeTrains
            Instant by instant, then feature by feature, then unit by unit; or, where
            ``features="spikes"``, the spikes themselves.

        Raises
        ------
        ValueError
            If ``X`` has another number of channels than in ``fit``, NaN or infinity, or
            samples with fewer steps than ``n_readouts``.
        """
        check_is_fitted(self)
        return self._respond(X)[0]

    def reset_state(self) -> Self:
        """Return the stream to rest.

        Returns
        -------
        self
        """
        check_is_fitted(self, "input_weights_")
        self.state_ = as_dict(self._simulator.rest)
        return self

    @with_fitted_parameters
    def _check_input(self, X: Input) -> Samples:
        samples = self._validated(X, reset=False)
        check_form(self, X, samples)
        self._check_lengths(samples)
        return samples

    def _validated(self, X: Input, *, reset: bool) -> Samples:
        return checked_samples(self, X, reset=reset)

    def _check_lengths(self, samples: Samples) -> None:
        check_lengths(self._simulator, samples)

    @with_fitted_parameters
    def _respond(self, X: Input) -> tuple[Any, NDArray[np.int64], dict[str, Any]]:
        """Return features, the spikes of each unit, and attributes that change as time moves."""
        features, spike_counts, state = self._drive(self._check_input(X), self._start())
        return features, spike_counts, {"state_": as_dict(state)} if self.carry_state else {}

    @with_fitted_parameters
    def _follow(self, X: Any) -> tuple[Any, NDArray[np.int64], dict[str, Any]]:
        """Return the same as ``_respond``, of one sequence from rest, read after every row."""
        features, spike_counts, state = follow(self._simulator, self._check_input([X]))
        return features, spike_counts, {"state_": as_dict(state)} if self.carry_state else {}

    def _go_on(self, after: dict[str, Any]) -> None:
        """Let time move: set what a response has changed, all at once."""
        self.__dict__.update(after)

    def _ahead(self) -> Self:
        return copy(self)

    @with_fitted_parameters
    def _drive(self, samples: Samples, start: State | None) -> tuple[Any, NDArray[np.int64], State]:
        """Run samples from a place in a stream, or each from rest: features, spikes, the end."""
        run, how = self._simulator.run, self._how()
        features, spike_counts, state = recall(self.memory, run, samples, start=start, **how)
        return features.reshape(len(features), -1), spike_counts, state

    def _unfold(self, samples: Samples, start: State | None) -> Sequences:
        """Return the features after every row of input, as input of another reservoir."""
        features = self._simulator.unfold(samples, start=start, **self._how())
        return Sequences(features.reshape(len(features), -1), samples.starts)

    def _how(self) -> dict[str, Any]:
        return {"n_jobs": self.n_jobs, "verbose": bool(self.verbose)}

    def _start(self) -> State | None:
        return State(**self.state_) if as_fitted(self).carry_state else None

    def _stepper(self, *, is_final: bool = False) -> Stepper | RowStepper:
        """Return what moves the stream row by row; with ``is_final``, without calibration."""
        stepper = Stepper(self._simulator, State(**self.state_))
        self.state_ = stepper.state._asdict()
        return stepper

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
        _check_feature_names_in(self, input_features, generate_names=False)
        simulator = self._simulator
        return feature_names(simulator.reading, simulator.n_readouts, simulator.n_units)

    @property
    def _n_features_out(self) -> int:
        simulator = self._simulator
        return simulator.n_readouts * len(simulator.reading.kinds) * simulator.n_units

    def _check_loaded(self) -> None:
        """Raise ValueError where a file holds what the kernels must not be given."""
        for parameters in (self, as_fitted(self)):
            check_parameters(parameters)
        check_weights(self, self._simulator.n_units)
        check_network(self._simulator.network, self._simulator.n_units)
        check_state(self.state_, self._simulator.rest)

    _html_repr = html_with_summary  # for notebooks

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_simulator"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if hasattr(self, "state_"):  # the simulator follows from the rest
            fitted = as_fitted(self)
            self._simulator: Simulator = fitted._make_simulator(fitted._program())

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = [self.dtype]
        tags.input_tags.three_d_array = True
        return tags
