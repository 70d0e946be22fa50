"""Reservoirs whose units are calibrated one by one: at once by ``fit``, or as a stream comes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils import check_random_state

from sparcelearn._core.as_fitted import keep_parameters, with_fitted_parameters
from sparcelearn._core.sequences import Events, Sequences, joined
from sparcelearn._core.validation import Interval, StrOptions, check_parameters, unchanged_on_error

from ._base import BaseReservoir, Input, Samples
from ._calibration import (
    MAX_ROWS,
    InputScale,
    calibrate_units,
    calibration_samples,
    channel_scale,
    unit_drives,
)
from ._features import joined_features
from ._input_layout import row_layout
from ._input_synapses import draw_input_synapses
from ._nested_parameters import with_rules_replaced
from ._network_layout import as_dict
from ._stepper import NotingStepper, RowStepper, Stepper

__all__ = ["CalibratedReservoir", "checked_range"]


class CalibratedReservoir(BaseReservoir):
    """Adds what units hear, and how excitable they are.

    While units are still being calibrated, ``_seen`` holds the rows that came so far, and
    ``_drawn_weights`` and ``_excitability`` what was drawn; afterwards all three are None.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **BaseReservoir._parameter_constraints,
        "input_scaling": [Interval(Real, 0, None, closed="left"), StrOptions({"auto"})],
        "drive_spread": [Interval(Real, 0, None, closed="neither"), None],
        "excitability": [tuple, None],
        "bias_scaling": [Interval(Real, 0, None, closed="left")],
        "calibration_rows": [Interval(Integral, 1, None, closed="left")],
    }

    input_scaling: float | str
    excitability: tuple[float, float] | None
    _quantile_range: tuple[float, float]
    calibration_rows: int
    input_weights_: sparse.csr_array
    input_lags_: NDArray[np.int64]
    bias_: NDArray[np.float64]
    _drawn_weights: Any
    _excitability: Any
    _seen: dict[str, NDArray[Any]] | None

    @abstractmethod
    def _build(self, random_state: RandomState, samples: Samples) -> None:
        """Draw the network and set its fitted attributes."""

    @abstractmethod
    def _calibrate(self, samples: Samples) -> None:
        """Set all that follows from some samples, and make the network that runs."""

    @property
    @abstractmethod
    def _calibrates(self) -> bool:
        """Whether anything follows from samples."""

    def _fit(self, samples: Samples) -> Self:
        self._draw(samples)
        self._seen = None
        n_rows = self.calibration_rows if self.carry_state else None
        most = MAX_ROWS if self._calibrates else MAX_ROWS // 10  # only to see how units fire
        self._calibrate(calibration_samples(samples, n_rows, most))
        self._drawn_weights = self._excitability = None
        self.reset_state()
        self._check_lengths(samples)
        return self

    @unchanged_on_error
    def _begin(self, X: Input) -> Self:
        """Draw the network for the channels of ``X``, to be calibrated as rows come."""
        check_parameters(self)
        samples = self._validated(X, reset=True)
        if not self._calibrates:
            return self._fit(samples)
        self._draw(samples)
        self._seen = {}
        self._simulator = self._make_simulator(self._program())  # until the first row comes
        self.reset_state()
        self._check_lengths(samples)
        return self

    def _draw(self, samples: Samples) -> None:
        if self.n_jobs == 0:
            raise ValueError("n_jobs must be None or an integer other than 0.")
        keep_parameters(self)
        self._takes_sequences = bool(samples.lengths.max() > 1)
        self._build(check_random_state(self.random_state), samples)

    def _draw_inputs(
        self,
        random_state: RandomState,
        samples: Samples,
        wirings: Mapping[str, Any],
        step: float | None = None,
    ) -> None:
        """Draw who hears what, and how excitable each unit is, from 0 to 1."""
        self._drawn_weights, self.input_lags_ = draw_input_synapses(
            random_state,
            wirings,
            n_channels=self.n_features_in_,
            n_units=self.n_units,
            n_rows=int(samples.lengths.max()),
            step=step,
        )
        self._excitability = random_state.uniform(size=self.n_units)
        self.channel_means_ = np.zeros(self.n_features_in_)
        self.channel_scales_ = np.ones(self.n_features_in_)
        self.input_weights_ = self._drawn_weights
        self.bias_ = np.zeros(self.n_units)

    def _calibrate_inputs(
        self,
        samples: Samples,
        *,
        least: NDArray[np.float64],
        threshold: NDArray[np.float64] | float,
        spread: float,
    ) -> None:
        """Set what units hear, and their bias."""
        if self.input_scaling != "auto":
            self.input_weights_ = self._drawn_weights * self.input_scaling
            return
        if isinstance(samples, Sequences):
            self.channel_means_, self.channel_scales_ = self._channel_scale(samples.rows)
        if self.carry_state:  # what was heard earlier comes from samples before
            samples = samples.as_one()
        low, high = self._quantile_range
        gains, self.bias_ = calibrate_units(
            self._drives(samples),
            low + (high - low) * self._excitability,
            least,
            spread,
            threshold,
        )
        n_columns = self._drawn_weights.shape[1]  # of events one for each unit, of rows as of gains
        self.input_weights_ = sparse.csr_array(self._drawn_weights * gains[:n_columns])
        self.input_weights_.eliminate_zeros()

    def _channel_scale(self, rows: NDArray[np.floating]) -> InputScale:
        return channel_scale(rows)

    def _drives(self, samples: Samples) -> Iterator[NDArray[np.float64]]:
        """Yield what units hear over all rows, with weights as they were drawn."""
        assert isinstance(samples, Sequences)
        scale = InputScale(self.channel_means_, self.channel_scales_)
        return unit_drives(samples, scale, self._drawn_weights, self.input_lags_)

    def _row_layout(self, arrivals: dict[str, Any] | None = None) -> dict[str, Any]:
        return row_layout(
            self.input_weights_,
            self.input_lags_,
            self.channel_means_,
            self.channel_scales_,
            self.dtype,
            arrivals,
        )

    @with_fitted_parameters
    def _respond(self, X: Input) -> tuple[Any, NDArray[np.int64], dict[str, Any]]:
        if self._seen is None:
            return super()._respond(X)
        samples = self._check_input(X)
        ahead = object.__new__(type(self))  # a copy, whose attributes change
        ahead.__dict__.update(vars(self))
        features, counts = ahead._listen(samples)
        before = vars(self)
        after = {name: x for name, x in vars(ahead).items() if x is not before.get(name)}
        return features, counts, after

    def _listen(self, samples: Samples) -> tuple[Any, NDArray[np.int64]]:
        """Move past samples; calibrate when 1, 2, 4, 8, ... rows have come, up to enough.

        Returns features and the spikes of each unit.
        """
        parts, k = [], 0
        while k < len(samples):
            last = len(samples)
            if self._seen is not None:
                ends = samples.starts[k + 1 :] - samples.starts[k]
                last = k + int(np.searchsorted(ends, self._rows_to_come()))
                if last == k:  # this sample is the one that is waited for
                    last = k + 1
                    self._note(samples.block(k, last))
                    self._calibrate_further(is_final=self._n_seen >= self.calibration_rows)
                else:
                    self._note(samples.block(k, last))
            features, counts, state = self._drive(samples.block(k, last), self._start())
            parts.append((features, counts))
            if self.carry_state:
                self.state_ = as_dict(state)
            k = last
        features = joined_features([features for features, _ in parts])
        return features, np.sum([counts for _, counts in parts], axis=0)

    def _calibrate_further(self, *, is_final: bool) -> None:
        """Calibrate on all rows that came; at last, tell what comes of it and forget them."""
        samples = _samples_of(self._seen)
        if is_final:
            self._seen = None
        self._calibrate(samples)
        if is_final:
            self._drawn_weights = self._excitability = None

    def _stepper(self, *, is_final: bool = False) -> Stepper | RowStepper:
        if self._seen is None or is_final:
            return super()._stepper()
        return NotingStepper(self) if self._rows_to_come() > 1 else RowStepper(self)

    @property
    def _n_seen(self) -> int:
        return int(self._seen["starts"][-1]) if self._seen else 0

    def _rows_to_come(self) -> int:
        """Return after how many more rows units are calibrated again."""
        return min(1 << self._n_seen.bit_length(), self.calibration_rows) - self._n_seen

    def _note(self, samples: Samples) -> None:
        seen = [_samples_of(self._seen)] if self._seen else []
        self._seen = vars(joined([*seen, samples]))

    def set_params(self, **params: Any) -> Self:
        """Set parameters; ``neuron__<name>`` sets a constant of the neuron model.

        In the same way ``wiring__<name>`` and ``input_wiring__<name>`` set a number of a rule.

        Parameters
        ----------
        **params : dict
            Names and values.

        Returns
        -------
        self
        """
        super().set_params(**with_rules_replaced(self, params))
        return self


def _samples_of(arrays: dict[str, NDArray[Any]] | None) -> Samples:
    """Return samples from their arrays by name."""
    assert arrays is not None
    return Events(**arrays) if "channels" in arrays else Sequences(**arrays)


def checked_range(excitability: tuple[float, float]) -> tuple[float, float]:
    """Return two quantiles, or raise ValueError where they are none.

    Parameters
    ----------
    excitability : tuple of (float, float)
        Lowest and highest.

    Returns
    -------
    tuple of (float, float)
    """
    is_pair = len(excitability) == 2 and all(isinstance(q, Real) for q in excitability)
    if not is_pair or not 0 <= excitability[0] <= excitability[1] <= 1:
        raise ValueError(
            f"excitability={excitability!r} must be two quantiles from 0 to 1, the lower first."
        )
    return excitability
