"""Several reservoirs along a stream, seen as one."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.as_fitted import as_fitted, with_fitted_parameters
from sparcelearn._core.sequences import as_events, as_sequences
from sparcelearn._core.spike_trains import SpikeTrains

from ._base import BaseReservoir, Input, Samples
from ._handing_on import gives_spikes, run_stack
from ._network_layout import as_dict
from ._spiking import SpikingReservoir
from ._stepper import RowStepper
from .kernels.layout import State


class RunningStack:
    """What runs a stack of reservoirs that are drawn."""

    reservoirs: list[Any]
    reservoirs_: list[Any]
    connection: str
    skip: bool

    def _validated(self, X: Input, first: BaseReservoir, *, reset: bool) -> Samples:
        if isinstance(X, SpikeTrains) and isinstance(first, SpikingReservoir):
            return as_events(self, X, reset=reset, dt=first.dt)
        return as_sequences(self, X, reset=reset, dtype=["float64", "float32"])

    @with_fitted_parameters
    def _respond(self, X: Input) -> tuple[NDArray[Any], NDArray[np.int64], dict[str, Any]]:
        """Return the features of all samples, the spikes of each unit, and the states after."""
        reservoirs = [reservoir for _, reservoir in self.reservoirs_]
        self._validated(X, reservoirs[0], reset=False)
        return self._run(self._inputs(X), [reservoir._start() for reservoir in reservoirs])

    @with_fitted_parameters
    def _follow(self, X: Any) -> tuple[NDArray[Any], NDArray[np.int64], dict[str, Any]]:
        """Return the same of one sequence from rest, read after every row."""
        inputs = [
            replace(samples, starts=np.arange(samples.starts[-1] + 1))
            for samples in self._inputs([X])
        ]
        return self._run(inputs, [reservoir._simulator.rest for _, reservoir in self.reservoirs_])

    @with_fitted_parameters
    def _inputs(self, X: Input) -> list[Samples]:
        """Return the input of every reservoir that hears it."""
        driven = self.reservoirs_ if self.connection == "parallel" else self.reservoirs_[:1]
        return [reservoir._check_input(X) for _, reservoir in driven]

    @with_fitted_parameters
    def _run(
        self, inputs: list[Samples], states: list[State | None]
    ) -> tuple[NDArray[Any], NDArray[np.int64], dict[str, Any]]:
        features, counts, ends = run_stack(
            [reservoir for _, reservoir in self.reservoirs_],
            inputs,
            states,
            is_chain=self.connection == "chain",
            skip=self.skip,
        )
        after = [None if state is None else as_dict(state) for state in ends]
        return features, counts, {"states": after} if self.carry_state else {}

    def _go_on(self, after: dict[str, Any]) -> None:
        """Let time move."""
        for (_, reservoir), state in zip(self.reservoirs_, after.get("states", ()), strict=False):
            reservoir.state_ = state

    def _ahead(self) -> Self:
        """Return a copy whose time may move."""
        ahead = copy(self)
        ahead.reservoirs_ = [(name, reservoir._ahead()) for name, reservoir in self.reservoirs_]
        return ahead

    def _stepper(self, *, is_final: bool = False) -> RowStepper:
        if gives_spikes(self.reservoirs_[-1][1]):
            raise ValueError("step and learn need features that are numbers, not 'spikes'.")
        return RowStepper(self, is_final=True)

    def _drawn(self) -> list[Any]:
        """Return the reservoirs as they are drawn, or before that as they are to be."""
        return getattr(self, "reservoirs_", self.reservoirs)

    @property
    def carry_state(self) -> bool:
        """Whether samples are successive pieces of one stream."""
        return bool(as_fitted(self._drawn()[0][1]).carry_state)

    @property
    def n_units(self) -> int:
        """Number of units of all reservoirs."""
        return sum(as_fitted(reservoir).n_units for _, reservoir in self._drawn())

    @property
    def dtype(self) -> Any:
        """Precision of the features."""
        return np.result_type(*(as_fitted(reservoir).dtype for reservoir in self._read()))

    @property
    def _n_features_out(self) -> int:
        return sum(reservoir._n_features_out for reservoir in self._read())

    @with_fitted_parameters
    def _read(self) -> list[BaseReservoir]:
        """Return the reservoirs whose features are given."""
        reservoirs = [reservoir for _, reservoir in self.reservoirs_]
        return reservoirs if self.skip or self.connection == "parallel" else reservoirs[-1:]
