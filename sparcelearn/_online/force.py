"""Outputs fed back into the reservoir while they are learned: FORCE."""

from __future__ import annotations

from copy import deepcopy
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import check_array, check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from sparcelearn._core.as_fitted import fitted_parameter
from sparcelearn._core.callbacks import fit_task, with_callbacks
from sparcelearn._core.validation import Interval, fill, unchanged_on_error
from sparcelearn.readouts import RLSRegressor
from sparcelearn.reservoir import EchoStateReservoir

from .stream import StreamBase

__all__ = ["ForceRegressor"]


class ForceRegressor(RegressorMixin, StreamBase):
    r"""Reservoir that hears its own outputs, which are learned while time runs (FORCE).

    The outputs are channels of the reservoir like any other, with fixed random weights: in every
    row it hears the input and what its readout gave a row before.

    .. math::
        h_t = F(h_{t-1}, [x_t, s z_{t-1}]) \qquad z_t = \text{readout}(h_t) \qquad
        \text{then the readout learns } y_t

    The readout learns so fast that the outputs are almost right from the beginning, so that what
    is fed back while learning is what will be fed back afterwards, small errors included [1]_. With
    spiking units it is the method of [2]_. Only the readout learns. With ``teacher_forcing`` the
    right values are fed back instead, which is safer and needs noise to become robust.

    Parameters
    ----------
    reservoir : reservoir, StackedReservoir or Pipeline, default=None
        Cloned by ``fit``. It must have ``carry_state=True``. None is an `EchoStateReservoir` of
        300 units that is chaotic by itself.
    readout : estimator, default=None
        Any regressor with ``partial_fit``, cloned by ``fit``; a local rule learns as well, but
        more slowly. None is an `RLSRegressor`.
    feedback_scaling : float, default=1.0
        Factor :math:`s` of what is fed back.
    feedback_noise : float, default=0.0
        Standard deviation of normal noise on what is fed back while learning.
    teacher_forcing : bool, default=False
        Whether targets are fed back while learning, instead of outputs.
    learn_every : int, default=1
        Learn from one row in so many.
    washout : int, default=0
        Number of samples at the start of a stream (in ``fit``, or after ``reset_state``) that
        are not learned from.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.
        Used for the default reservoir and the noise only.

    Attributes
    ----------
    reservoir_ : estimator
        The reservoir; its last channels are the outputs.
    readout_ : estimator
        The readout.
    feedback_ : ndarray of shape (n_outputs,)
        What is fed back into the next row.
    n_steps_ : int
        Samples that went through the reservoir.
    spike_counts_ : ndarray of shape (n_units,)
        Spikes of each unit, over all those samples.
    n_updates_, n_skipped_, n_rejected_ : int
        The counters ``updates``, ``updates_skipped`` and ``rejected_inputs``.
    n_features_in_ : int
        Number of channels of the input.

    See Also
    --------
    ReservoirRegressor : Forecasts by feeding predictions back after learning.

    References
    ----------
    .. [1] D. Sussillo, L. F. Abbott, "Generating Coherent Patterns of Activity from Chaotic
       Neural Networks", Neuron 63(4), 544-557, 2009.
    .. [2] W. Nicola, C. Clopath, "Supervised learning in spiking neural networks with FORCE
       training", Nature Communications 8, 2208, 2017.

    Examples
    --------
    A chaotic network learns to draw a wave, and goes on alone:

    >>> import numpy as np
    >>> from sparcelearn import ForceRegressor
    >>> wave, nothing = np.sin(np.arange(1500) / 10), np.zeros((1500, 1))
    >>> model = ForceRegressor(random_state=0).fit(nothing[:1300], wave[:1300])
    >>> bool(np.corrcoef(model.predict(nothing[1300:]), wave[1300:])[0, 1] > 0.95)
    True
    """

    max_pending = 1
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "reservoir": StreamBase._parameter_constraints["reservoir"],
        "readout": [BaseEstimator, None],
        "feedback_scaling": [Interval(Real, None, None, closed="neither")],
        "feedback_noise": [Interval(Real, 0, None, closed="left")],
        "teacher_forcing": ["boolean"],
        "learn_every": [Interval(Integral, 1, None, closed="left")],
        "washout": [Interval(Integral, 0, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        reservoir: Any = None,
        readout: Any = None,
        *,
        feedback_scaling: float = 1.0,
        feedback_noise: float = 0.0,
        teacher_forcing: bool = False,
        learn_every: int = 1,
        washout: int = 0,
        random_state: int | RandomState | None = None,
    ) -> None:
        self.reservoir = reservoir
        self.readout = readout
        self.feedback_scaling = feedback_scaling
        self.feedback_noise = feedback_noise
        self.teacher_forcing = teacher_forcing
        self.learn_every = learn_every
        self.washout = washout
        self.random_state = random_state

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Draw the reservoir, and learn in one pass; the stream then stands at the end of ``X``.

        Parameters
        ----------
        X : array-like of shape (n_timesteps, n_channels)
            Input, row by row; zeros where there is none.
        y : array-like of shape (n_timesteps,) or (n_timesteps, n_outputs)
            What the outputs are to be.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter, ``X`` or ``y`` is not valid, or learning diverges. The estimator is
            then unchanged.
        """
        task = fit_task(self, X, y)
        rows, targets, is_flat = self._checked(X, y, reset=True)
        n_channels = self.n_features_in_
        names = getattr(self, "feature_names_in_", None)
        self._by_step = False
        self._draw(np.hstack([rows, targets]))
        self.n_features_in_ = n_channels
        if names is not None:
            self.feature_names_in_ = names
        if not self._carries_state:
            raise ValueError("ForceRegressor needs a reservoir with carry_state=True.")
        self._front.reset_state()
        self._forget_buffers()
        first = np.hstack([rows[:1], targets[:1]])
        self._pending_features = np.zeros_like(self._front._respond(first)[0])
        self.feedback_ = np.zeros(targets.shape[1])
        self._noise_seed = int(check_random_state(self.random_state).randint(2**31))
        self._run(rows, targets, is_flat)
        task.end()
        return self

    @unchanged_on_error
    def partial_fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Go on learning, row by row.

        Parameters
        ----------
        X : array-like of shape (n_timesteps, n_channels)
            The next rows of the stream.
        y : array-like of shape (n_timesteps,) or (n_timesteps, n_outputs)
            What the outputs are to be.

        Returns
        -------
        self
        """
        if not hasattr(self, "reservoir_"):
            return self.fit(X, y)
        self._check_parameters()
        rows, targets, is_flat = self._checked(X, y, reset=False)
        if targets.shape[1] != len(self.feedback_):
            raise ValueError(
                f"y has {targets.shape[1]} outputs; there are {len(self.feedback_)} so far."
            )
        ahead = deepcopy(self)
        ahead._run(rows, targets, is_flat)
        self.__dict__ = ahead.__dict__
        return self

    def predict(self, X: ArrayLike) -> NDArray[np.float64]:
        """Run on alone from where the stream stands, outputs fed back; time does not move.

        Parameters
        ----------
        X : array-like of shape (n_timesteps, n_channels)
            Input of the rows that follow.

        Returns
        -------
        ndarray of shape (n_timesteps,) or (n_timesteps, n_outputs)
        """
        check_is_fitted(self)
        rows = validate_data(self, X, reset=False, dtype=np.float64)
        stepper, row = self._front._ahead()._stepper(is_final=True), self.n_features_in_
        buffer = np.zeros((1, self.readout_.n_features_in_), self._pending_features.dtype)
        learner, fed_back, outputs = self._row_learner(buffer), self.feedback_, []
        for x in rows:
            stepper.row[:row] = x
            stepper.row[row:] = fed_back
            stepper.step()
            buffer[0] = stepper.features
            output = np.array(learner.predict(0), dtype=np.float64)
            outputs.append(output)
            fed_back = self._scaling * output
        return np.array(outputs)

    def step(self, x: Any) -> Any:
        """Move time by one row, and feed the output back into the next.

        Parameters
        ----------
        x : array-like of shape (n_channels,)
            The next row of input.

        Returns
        -------
        object
            The output, a number or an array; None while nothing has been learned.
        """
        check_is_fitted(self, "feedback_")
        row = np.empty(self.n_features_in_)
        fill(row, x, "x")
        output = super().step(np.append(row, self.feedback_))
        if output is not None:
            self.feedback_ = np.reshape(self._scaling * np.asarray(output), -1)
        return output

    def reset_state(self) -> Self:
        super().reset_state()
        self.feedback_ = np.zeros_like(self.feedback_)
        return self

    def _run(self, rows: NDArray[Any], targets: NDArray[np.float64], is_flat: bool) -> None:
        """Move past rows, and learn."""
        for k, x in enumerate(rows):
            if self.feedback_noise:  # by the number of the row, however the stream is cut
                normal = np.random.default_rng([self._noise_seed, self.n_steps_]).normal
                noise = normal(0.0, self.feedback_noise, len(self.feedback_))
                self.feedback_ = self.feedback_ + self._scaling * noise
            self.step(x)
            if self.n_steps_ % self.learn_every == 0:
                self.learn(float(targets[k, 0]) if is_flat else targets[k])
            if self.teacher_forcing:
                self.feedback_ = self._scaling * targets[k]

    def _checked(
        self, X: Any, y: Any, *, reset: bool
    ) -> tuple[NDArray[Any], NDArray[np.float64], bool]:
        """Return rows, targets of two dimensions, and whether they came with one."""
        rows, targets = validate_data(
            self, X, y, reset=reset, dtype=np.float64, multi_output=True, y_numeric=True
        )
        targets = check_array(targets, dtype=np.float64, ensure_2d=False, input_name="y")
        return rows, targets.reshape(len(targets), -1), targets.ndim == 1

    @property
    def _scaling(self) -> float:
        return float(fitted_parameter(self, "feedback_scaling"))

    def _default_reservoir(self) -> EchoStateReservoir:
        chaotic = EchoStateReservoir(300, spectral_radius=1.5, leak_rate=0.1, carry_state=True)
        return chaotic.set_params(input_scaling=1.0, random_state=self.random_state)

    def _default_readout(self) -> RLSRegressor:
        return RLSRegressor()

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True  # on rows that do not follow one another
        tags.input_tags.three_d_array = False
        return tags
