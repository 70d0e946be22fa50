"""Echo state networks: reservoirs of rate units."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from numpy.random import RandomState

from sparcelearn._core.validation import Interval, StrOptions

from ._base import Samples
from ._calibrated import CalibratedReservoir, checked_range
from ._delays import draw_delays
from ._distributions import Distribution, Uniform
from ._features import Reading, read_rates
from ._form_defaults import RateDefaults, given, rate_defaults
from ._network_layout import rate_network, resting_state
from ._neuron_model import NeuronModel
from ._rate_stability import warn_if_unstable
from ._saturation import warn_if_deaf
from ._simulator import Simulator
from ._time_steps import check_step
from .equations import METHODS, Program, build_program
from .neurons import LeakyTanh
from .wiring import FixedInDegree, Topology, scale_spectral_radius
from .wiring._matrix import drawn_matrix

__all__ = ["EchoStateReservoir"]


class EchoStateReservoir(CalibratedReservoir):
    r"""Sparse random network of leaky rate units.

    .. math::
        v_j(t) = (1 - a)\,v_j(t-1) + a\,f\Big(b_j + g \sum_c x_c(t) W^{in}_{cj}
        + \sum_i v_i(t-1) W_{ij}\Big), \qquad v(0) = 0

    which is one step of the Euler method on
    :math:`\tau \dot v = f(\text{drive} + \text{recurrent}) - v` with
    :math:`a = dt / \tau`. Nothing here learns: ``fit`` draws the network. With
    ``residual_wiring`` a unit keeps :math:`\sum_i v_i(t-1)\,O_{ij}` instead of its own
    :math:`v_j(t-1)`; if :math:`O` is orthogonal, this is ES2N [2]_.

    Channels are centred and scaled, and every unit is calibrated: the spread of what drives it is
    ``drive_spread``, and without ``bias_scaling`` it is 0 at a quantile of that, drawn for the unit
    (``excitability``). All is measured in ``fit``, without labels, and then frozen. So neither
    scale nor offset of a channel matters. With a number as ``input_scaling`` nothing is
    calibrated: an echo state network as first described [1]_.

    Parameters that are None have these values:

    ================  ==============  ===============  ====================  ===============
    parameter         rows            sequences        stream (carry_state)  not calibrated
    ================  ==============  ===============  ====================  ===============
    ``input_wiring``  all channels    TemporalFilters  Delays                all channels
    ``drive_spread``  1               1                0.3                   --
    ``bias_scaling``  1               1                1                     0
    ``features``      state           mean             state                 state
    ================  ==============  ===============  ====================  ===============

    Parameters
    ----------
    n_units : int, default=500
        Number of units.
    neuron : NeuronModel, default=LeakyTanh
        Equations of a unit, without a threshold; another is ``LeakyReLU``.
    leak_rate : float, default=0.3
        The step :math:`a`, in units of the time constant; 1 is a unit without memory
        of its own.
    spectral_radius : float or None, default=0.9
        Modulus of the largest eigenvalue of the recurrent weights; None leaves them as they are.
    connectivity : float, default=0.1
        Fraction of the other units that send to each unit, the same for every unit.
    wiring : Topology, sparse matrix or ndarray of shape (n_units, n_units), default=None
        None is :class:`FixedInDegree` at ``connectivity``, with weights uniform in [-1, 1].
        A topology is drawn, a matrix holds weights from row to column; both are then scaled.
    residual_wiring : Topology, sparse matrix or ndarray of shape (n_units, n_units), default=None
        What units keep of the last rates, used as it is; None: each its own. :class:`Ring`,
        :class:`Permutation` and :class:`Orthogonal` are orthogonal.
    delay : float, ndarray of shape (n_units,), sparse matrix or Distribution, default=None
        From a unit to its targets (rows), as of `SpikingReservoir`; None is 1 for all.
    input_wiring : InputWiring, matrix of shape (n_channels, n_units), or dict, default=None
        What units hear: a rule of :mod:`sparcelearn.reservoir.input_wiring`; a matrix; or a
        matrix for each lag (rows), as in ``{0: now, 3: earlier}``. None: see above.
    input_scaling : "auto" or float, default="auto"
        ``"auto"`` calibrates channels and units as told above. A number is the gain :math:`g` of
        the input weights; units then hear channels as they are.
    drive_spread : float, default=None
        Spread of what drives a unit, for ``input_scaling="auto"``. None: see above.
    excitability : tuple of (float, float), default=(0.1, 0.9)
        Lowest and highest quantile at which a unit's drive is 0, likewise.
    bias_scaling : float, default=None
        Constant drive of each unit besides, uniform between minus and plus this: where on
        :math:`f` it works. None: see above. Units that have no bend at 1, such as
        ``LeakyReLU``, want 0.
    calibration_rows : int, default=256
        Rows of a stream to calibrate on: the first. What ``partial_fit`` begins with is
        calibrated as rows come, when there are 1, 2, 4, 8, ... of them.
    method : {"euler", "exact", "exponential_euler", "heun", "rk4", "auto"}, default="euler"
        Integrator; Euler's gives the equation above, ``"exact"`` is for linear units such as
        ``LinearRecurrent``.
    features : str or tuple of str, default=None
        What is read of each unit: ``"state"``, its rate; ``"mean"``, the mean of its rate
        over the steps since the instant before; or any variable of the equations by name. None:
        see above.
    n_readouts : int, default=1
        Instants at which features are read, equally spaced over a sample, the last at
        its end.
    carry_state : bool, default=False
        Whether samples are successive pieces of one stream.
    dtype : {"float32", "float64"}, default="float64"
        Precision of the simulation and of the features.
    backend : {"numba", "numpy"}, default="numba"
        Compiled kernel, or the slow reference in plain numpy.
    memory : str, path-like or joblib.Memory, default=None
        Where results of simulations are stored, those of calibration too: a simulation of the
        same network on the same input is loaded from there. Nothing in it is ever deleted.
    n_jobs : int, default=None
        Threads over blocks of samples. Results do not depend on it.
    verbose : int, default=0
        Whether to show the progress of a long simulation.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.

    Attributes
    ----------
    input_weights_ : sparse array of shape (n_lags * n_channels, n_units)
        Input weights, gain included; row ``k * n_channels + c`` is channel ``c`` at the ``k``-th
        lag.
    input_lags_ : ndarray of shape (n_lags,)
        The lags, in rows.
    channel_means_, channel_scales_ : ndarray of shape (n_channels,)
        Units hear ``(x - mean) * scale`` of each channel.
    recurrent_weights_ : sparse array of shape (n_units, n_units)
        Weights from row (source) to column (target).
    residual_weights_ : sparse array of shape (n_units, n_units) or None
        What units keep of the last rates.
    delay_steps_ : ndarray of shape (n_synapses,) or (1,)
        Delay of each entry of ``recurrent_weights_.data``, or of all, in steps.
    bias_ : ndarray of shape (n_units,)
        Constant drive.
    neuron_parameters_ : dict of str to float or ndarray of shape (n_units,)
        Values of the constants of the neuron model.
    noise_seed_ : int
        What the noise of equations with ``xi`` is made from, together with each sample.
    state_ : dict of str to ndarray
        Where the stream stands.
    n_features_in_ : int
        Number of channels.

    Raises
    ------
    ValueError
        By ``fit``, where a parameter or the input is not as it must be.

    See Also
    --------
    SpikingReservoir : The same with spiking units.

    References
    ----------
    .. [1] Jaeger, "The 'echo state' approach to analysing and training recurrent neural
       networks", GMD report 148, 2001.
    .. [2] Ceni, Gallicchio, "Edge of Stability Echo State Network", IEEE Transactions on Neural
       Networks and Learning Systems, 2025.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.reservoir import EchoStateReservoir
    >>> X = np.random.RandomState(0).rand(5, 8, 3)  # 5 samples, 8 time steps, 3 channels
    >>> reservoir = EchoStateReservoir(n_units=50, random_state=0)
    >>> reservoir.fit_transform(X).shape
    (5, 50)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **CalibratedReservoir._parameter_constraints,
        "leak_rate": [Interval(Real, 0, 1, closed="right")],
        "spectral_radius": [Interval(Real, 0, None, closed="left"), None],
        "neuron": [NeuronModel],
        "residual_wiring": [Topology, "sparse matrix", np.ndarray, None],
        "delay": [
            Interval(Real, 0, None, closed="neither"),
            np.ndarray,
            "sparse matrix",
            Distribution,
            None,
        ],
        "excitability": [tuple],
        "bias_scaling": [Interval(Real, 0, None, closed="left"), None],
        "n_readouts": [Interval(Integral, 1, None, closed="left")],
        "method": [StrOptions({"auto", *METHODS})],
        "features": [str, tuple, None],
    }

    neuron: NeuronModel
    drive_spread: float | None
    features: str | tuple[str, ...] | None
    excitability: tuple[float, float]

    def __init__(
        self,
        n_units: int = 500,
        *,
        neuron: NeuronModel = LeakyTanh,
        leak_rate: float = 0.3,
        spectral_radius: float | None = 0.9,
        connectivity: float = 0.1,
        wiring: Any = None,
        residual_wiring: Any = None,
        delay: Any = None,
        input_wiring: Any = None,
        input_scaling: float | str = "auto",
        drive_spread: float | None = None,
        excitability: tuple[float, float] = (0.1, 0.9),
        bias_scaling: float | None = None,
        calibration_rows: int = 256,
        method: str = "euler",
        features: str | tuple[str, ...] | None = None,
        n_readouts: int = 1,
        carry_state: bool = False,
        dtype: str = "float64",
        backend: str = "numba",
        memory: Any = None,
        n_jobs: int | None = None,
        verbose: int = 0,
        random_state: int | RandomState | None = None,
    ) -> None:
        self.n_units = n_units
        self.neuron = neuron
        self.leak_rate = leak_rate
        self.spectral_radius = spectral_radius
        self.connectivity = connectivity
        self.wiring = wiring
        self.residual_wiring = residual_wiring
        self.delay = delay
        self.input_wiring = input_wiring
        self.input_scaling = input_scaling
        self.drive_spread = drive_spread
        self.excitability = excitability
        self.bias_scaling = bias_scaling
        self.calibration_rows = calibration_rows
        self.method = method
        self.features = features
        self.n_readouts = n_readouts
        self.carry_state = carry_state
        self.dtype = dtype
        self.backend = backend
        self.memory = memory
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.random_state = random_state

    def _build(self, random_state: RandomState, samples: Samples) -> None:
        if self.neuron.is_spiking:
            raise ValueError(f"neuron={self.neuron!r} has a threshold; use SpikingReservoir.")
        self._reading()
        self._quantile_range = checked_range(self.excitability)
        self.neuron_parameters_, self.rest_ = self.neuron.draw(random_state, self.n_units)
        check_step("leak_rate", self.leak_rate, self.neuron_parameters_)
        heard = given(self.input_wiring, self._defaults.input_wiring)
        self._draw_inputs(random_state, samples, {"input_wiring": heard})
        wiring = FixedInDegree(float(self.connectivity)) if self.wiring is None else self.wiring
        shape, signed = (self.n_units, self.n_units), Uniform(-1.0, 1.0)
        weights = drawn_matrix("wiring", wiring, random_state, shape, signed)
        if self.spectral_radius is not None:
            weights = scale_spectral_radius(weights, self.spectral_radius)
        self.recurrent_weights_ = weights
        self.noise_seed_ = int(random_state.randint(2**31))
        self.delay_steps_ = draw_delays(given(self.delay, 1), random_state, weights, 1.0)
        self.residual_weights_, kept = None, self.residual_wiring
        if kept is None:
            warn_if_unstable(self.neuron.name, self._program, self.rest_, self.leak_rate)
        else:
            self.residual_weights_ = drawn_matrix("residual_wiring", kept, random_state, shape)

    @property
    def _calibrates(self) -> bool:
        return self.input_scaling == "auto"

    def _calibrate(self, samples: Samples) -> None:
        self.bias_ = np.zeros(self.n_units)
        ones = np.ones(self.n_units)
        spread = given(self.drive_spread, self._defaults.drive_spread)
        self._calibrate_inputs(samples, least=ones, threshold=0.0, spread=spread)
        scaling = given(self.bias_scaling, self._defaults.bias_scaling)
        sign = -1 if self._calibrates else 1  # what is excitable at a low quantile gets more
        self.bias_ = self.bias_ + sign * scaling * (2 * self._excitability - 1)
        self._simulator = self._make_simulator(self._program())
        warn_if_deaf(self, samples)

    def _program(self, step: float | None = None) -> Program:
        values = self.neuron_parameters_
        return build_program(self.neuron.parsed, values, step or self.leak_rate, self.method)

    def _make_simulator(self, program: Program) -> Simulator:
        network = rate_network(
            program,
            self._row_layout(),
            self.bias_,
            self.recurrent_weights_,
            delay_steps=getattr(self, "delay_steps_", None),
            residual_weights=getattr(self, "residual_weights_", None),
            dtype=self.dtype,
        )
        reading = self._reading()
        return Simulator(
            program,
            network,
            resting_state(self.rest_, network, n_traces=len(reading.taus), dtype=self.dtype),
            reading=reading,
            n_readouts=self.n_readouts,
            dt=1.0,
            backend=self.backend,
            seed=self.noise_seed_,
            name=self.neuron.name,
        )

    def _reading(self) -> Reading:
        features = given(self.features, self._defaults.features)
        return read_rates(features, self.neuron.parsed.states)

    @property
    def _defaults(self) -> RateDefaults:
        return rate_defaults(
            is_calibrated=self._calibrates,
            is_stream=self.carry_state,
            takes_sequences=bool(self._takes_sequences),
        )
