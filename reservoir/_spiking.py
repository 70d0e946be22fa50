"""Spiking reservoirs."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from numpy.random import RandomState

from sparcelearn._core.validation import Interval, StrOptions

from ._distributions import Distribution
from ._neuron_model import NeuronModel
from ._short_term_plasticity import TsodyksMarkram
from ._spiking_network import SpikingNetwork
from .equations import METHODS
from .wiring import Topology

__all__ = ["SpikingReservoir"]


class SpikingReservoir(SpikingNetwork):
    r"""Sparse random network of spiking units, integrated step by step.

    Every unit hears the input in a way of its own: through a filter in time, at some delays, or as
    a mix of channels, as ``input_wiring`` says. What it hears,
    :math:`z_j(t) = \sum_c \sum_l W^{in}_{lcj}\, x_c(t - l)` with every channel centred and
    scaled, drives it for ``steps_per_input`` steps of ``dt``:

    .. math::
        \text{drive}_j = \theta_j + g\,\theta_j\, (z_j - Q_j) / \sigma_j

    with :math:`\theta_j` the least constant drive at which it spikes. The gain comes from the
    spread :math:`\sigma_j` of what it hears, and it begins to spike at a quantile :math:`Q_j` of
    that, drawn for each unit (``excitability``). Both are measured in ``fit``, without labels, and
    then frozen. So neither scale nor offset of a channel matters. Where equations read :math:`n`
    inputs, each is calibrated so, with its own :math:`\theta_j` (the others at 0), of which it
    brings a part: :math:`\theta_j / n + g\,|\theta_j|\, (z_j - Q_j) / (\sigma_j \sqrt n)`. Where an
    input inhibits, :math:`\theta_j < 0`: a unit spikes when it hears little of it.

    Where the input is :class:`~sparcelearn.SpikeTrains`, an event acts as the spike of a unit
    would: it adds its weight to a synaptic variable of each of its targets. When unit :math:`i`
    crosses its threshold, :math:`W_{ij}` is added to a synaptic variable of each of its targets
    ``delay`` ms later [1]_. Nothing here learns.

    What is best differs with the form of the input. Parameters that are None have these values:

    ===================  ==============  ==================  ============  ====================
    parameter            rows            sequences           events        stream (carry_state)
    ===================  ==============  ==================  ============  ====================
    ``neuron``           SoftResetLIF    SoftResetLIF        SoftResetLIF  SoftResetLIF
    -- ``tau_mem``       5               1.5                 10            10
    -- ``tau_syn``       5               1.5                 5             40
    ``input_wiring``     Projection      TemporalFilters     Projection    Delays
    ``drive_spread``     5               2.5                 2.5           5
    ``excitability``     0.05 to 0.95    0.05 to 0.95        0.05 to 0.95  0.02 to 0.98
    ``steps_per_input``  10              1                   --            20
    ``features``         count           count               count         membrane, trace
    ``n_readouts``       1               1; to 8 if short    3             1
    ``padding``          0               0; half if short    --            0
    ``loop_gain``        0               0                   0             0.8
    ``delay``            a step          a step              a step        a row
    ===================  ==============  ==================  ============  ====================

    Sequences are short below 71 rows: 2 instants, below 36 rows 4, below 18 rows 8.
    With a ``neuron`` that is given, ``steps_per_input`` is 10.

    Order in a step: the state advances and synaptic currents decay; spikes that
    are due are added; units at threshold spike, are reset, and hold for
    ``t_ref / dt`` steps, rounded, halves up, while currents go on.

    Parameters
    ----------
    n_units : int, default=500
        Number of units.
    neuron : NeuronModel, default=None
        Equations and constants of a unit. ``neuron__<constant>`` can be searched over.
    input_wiring : InputWiring, matrix of shape (n_channels, n_units), or dict, default=None
        What units hear: a rule of :mod:`sparcelearn.reservoir.input_wiring`; a matrix; or a
        matrix for each lag, as in ``{0: now, 3: earlier}``. Lags are in rows, of events in ms.
        Of events, ``{"g_ampa": ..., "g_gaba": ...}`` has one of these for each synaptic channel.
        Of rows, where equations read several inputs, ``{"drive_soma": ..., "drive_dendrite": ...}``
        has one for each of them; what is not in such a dict holds for each, and a rule is drawn
        for each. Synaptic channels may be named besides, ``{"drive": Delays(), "g_ampa": ...}``,
        or alone: a number of a row is then so many events at the beginning of the row. Columns
        that act so are neither centred nor scaled, and their weights are as given, times
        ``input_scaling`` if that is a number.
    input_scaling : "auto" or float, default="auto"
        ``"auto"`` calibrates channels and units as told above. With a number, units hear
        channels as they are, times this gain.
    drive_spread : float, default=None
        Spread :math:`g` of what drives a unit, in multiples of the least drive that makes it
        spike; for ``input_scaling="auto"``.
    excitability : tuple of (float, float), default=None
        Lowest and highest quantile at which a unit begins to spike.
    bias_scaling : float, default=0.0
        With an ``input_scaling`` that is a number, constant drive of each unit, uniform between
        0 and this.
    calibration_rows : int, default=256
        Rows of a stream that channels, units and features are calibrated on: the first. What
        ``partial_fit`` begins with is calibrated as rows come, when there are 1, 2, 4, 8, ... of
        them, so that nothing depends on how the stream is cut.
    loop_gain : float, default=None
        Gain of recurrence: by how much a rise of all rates comes back in one round, at most
        (spectral radius of weights times charge per spike times slope of the rate). The slope is
        that of uncoupled units at 1.5 to 2.5 times their least drive; where rates saturate, the
        gain falls. Where weights go by their sign, the charge is that of excitation, for all. 0 is
        without recurrence. None is 0.8 for streams of units that have a gain, else 0.
    connectivity : float, default=0.1
        Fraction of the other units that send to each unit, the same for every unit.
    excitatory_fraction : float, default=None
        Fraction of units whose weights are all positive, the first; those of the others are all
        negative (Dale's law). None: every weight has a sign of its own.
    inhibition : float, default=1.0
        Total inhibition over total excitation, where ``excitatory_fraction`` is given.
    wiring : Topology, sparse matrix or ndarray of shape (n_units, n_units), default=None
        None is :class:`FixedInDegree` at ``connectivity``. A topology is drawn and scaled to
        ``loop_gain``. A matrix, such as a connectome, holds weights from row to column; it is
        scaled too if ``loop_gain`` is given, and else used as it is. A dict has one for each
        synaptic channel of the neuron that is used, ``{"g_ampa": ..., "g_nmda": ...}``; weights
        of its topologies are positive, as the equations say which channels inhibit.
    delay : float, ndarray of shape (n_units,), sparse matrix, Distribution or dict, default=None
        From a spike to its arrival (ms), in whole steps, at least one. A number for all, one for
        each source, or one for each synapse: a matrix with an entry for every entry of the
        wiring, or a distribution to draw them from. A dict has one of them for each channel.
    short_term_plasticity : TsodyksMarkram, default=None
        Depression and facilitation of the recurrent synapses; None keeps their weights constant.
    gap_junctions : Topology, sparse matrix or ndarray of shape (n_units, n_units), default=None
        Conductances :math:`G` between units that touch, at least 0 and symmetric:
        :math:`\sum_j G_{ij} (v_j - v_i)` is added to the drive of unit :math:`i`, through the first
        input of the equations, with the first variables :math:`v` as they are when a step begins
        [2]_. A topology draws them, with its ``weights``, 1 by default; each junction conducts
        either way, and the larger of two counts. Junctions so strong that a step would turn
        differences of potential around are refused. Units are calibrated on their own.
    dt : float, default=1.0
        Step (ms). Not longer than any time constant.
    steps_per_input : int, default=None
        Steps for which a row of input is held; events have no rows.
    substeps : int or "auto", default="auto"
        Into how many parts a step is divided, so that equations are followed. ``"auto"``: 1, where
        they are integrated exactly, else as few as it takes, a power of two up to 64. It is found
        in ``fit``, where a few units are driven by constants: intervals between their spikes must
        stay the same, up to 1 % and the grid, at half the step; and with ``input_scaling="auto"``
        states must stay finite where drives of ten times ``drive_spread`` jump up and down.
    method : {"auto", "exact", "exponential_euler", "rk4", "heun", "euler"}, default="auto"
        Integrator; ``"auto"`` takes the first that applies to the equations. Where they make the
        spike themselves, without a reset, it is ``"exact"``, or ``"rk4"``, or, where that is not
        stable, ``"exponential_euler"``.
    features : str or tuple of str, default=None
        What is read of each unit: ``"trace"``, its spikes filtered with ``tau_trace``;
        ``"count"``, its spikes since the instant before; ``"first_spike"``, the time
        from the instant before to its first spike (ms), or to this instant where it is
        silent; ``"membrane"``, its first variable; or any variable of the equations by
        name. ``"spikes"``, alone, gives the spikes themselves as
        :class:`~sparcelearn.SpikeTrains` of ``n_units`` channels, that of step ``k`` at
        the time ``k * dt``.
    feature_scaling : {"scale", "standardize"} or None, default="scale"
        ``"scale"`` takes the square root of counts and divides features of each unit by their
        spread on the data given to ``fit``, so that a silent unit stays 0; ``"standardize"``
        subtracts their mean, too; None gives numbers as they are.
    tau_trace : float or tuple of float, default=None
        Time constant of the trace (ms); several give as many traces. None is ``tau_mem`` of the
        neuron, or 20 if it has none.
    n_readouts : int, default=None
        Instants at which features are read, equally spaced over a sample, the last
        at its end.
    padding : int, default=None
        Rows for which a sample goes on after its end, with all channels at their mean, so that
        filters take its end in. Streams, events and spikes read have none.
    carry_state : bool, default=False
        Whether samples are successive pieces of one stream.
    dtype : {"float32", "float64"}, default="float32"
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
    input_weights_ : sparse array of shape (n_lags * n_channels, n_inputs * n_units)
        Input weights, gain included; row ``k * n_channels + c`` is channel ``c`` at the ``k``-th
        lag. Equations that read several inputs have a block of columns for each, side by side, in
        the order of their text; ``drive`` is first. Of events, where ``input_channels_`` are
        named, one block of rows for each, on top of each other.
    input_lags_ : ndarray of shape (n_lags,)
        The lags, in rows; of events, in steps.
    channel_means_, channel_scales_ : ndarray of shape (n_channels,)
        Units hear ``(x - mean) * scale`` of each channel.
    bias_ : ndarray of shape (n_inputs * n_units,)
        Constant drive, input by input.
    recurrent_weights_ : sparse array of shape (n_units, n_units)
        Weights from row (source) to column (target). Where ``channels_`` are named, one such
        block for each, on top of each other.
    channels_, input_channels_ : tuple of str
        Synaptic channels that ``wiring`` and ``input_wiring`` name.
    event_weights_ : sparse array of shape (n_input_channels * n_lags * n_channels, n_units) or None
        Weights of rows that act on ``input_channels_``, one block for each; None where none do.
    feature_offsets_, feature_scales_ : ndarray of shape (n_kinds, n_units)
        Features are given as ``(value - offset) * scale``.
    firing_rates_ : ndarray of shape (n_units,)
        Rate of each unit on the samples used for calibration (Hz).
    neuron_ : NeuronModel
        The neuron in use.
    neuron_parameters_ : dict of str to float or ndarray of shape (n_units,)
        Values of the constants of the neuron model.
    delay_steps_ : ndarray of shape (n_synapses,) or (1,)
        Delay of each entry of ``recurrent_weights_.data``, or of all, in steps.
    gap_weights_ : sparse array of shape (n_units, n_units) or None
        Conductances between units that touch; None where none do.
    plasticity_ : ndarray of shape (3, n_units) or (0, n_units)
        Utilisation, and ``dt`` over each time constant, of changing synapses.
    noise_seed_ : int
        What the noise of equations with ``xi`` is made from, together with each sample.
    method_ : str
        The integrator in use.
    substeps_ : int
        Into how many parts a step is divided. Spikes are on that finer grid.
    state_ : dict of str to ndarray
        Where the stream stands.
    n_features_in_ : int
        Number of channels.

    Raises
    ------
    ValueError
        By ``fit``, where a parameter or the input is not as it must be.

    Warns
    -----
    UserWarning
        If units are silent or saturated on the data given to ``fit``, or steps are too long.

    See Also
    --------
    EchoStateReservoir : The same with rate units.
    NeuronModel : How to write your own unit.

    References
    ----------
    .. [1] Maass, Natschlaeger, Markram, "Real-time computing without stable states",
       Neural Computation 14(11), 2531-2560, 2002.
    .. [2] Connors, Long, "Electrical synapses in the mammalian brain", Annual Review of
       Neuroscience 27, 393-418, 2004.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.reservoir import SpikingReservoir
    >>> X = np.random.RandomState(0).rand(5, 8, 3)  # 5 samples, 8 time steps, 3 channels
    >>> reservoir = SpikingReservoir(n_units=50, n_readouts=2, random_state=0)
    >>> reservoir.fit_transform(X).shape
    (5, 100)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **SpikingNetwork._parameter_constraints,
        "wiring": [*SpikingNetwork._parameter_constraints["wiring"], dict],
        "neuron": [NeuronModel, None],
        "loop_gain": [Interval(Real, 0, None, closed="left"), None],
        "excitatory_fraction": [Interval(Real, 0, 1, closed="both"), None],
        "inhibition": [Interval(Real, 0, None, closed="left")],
        "delay": [
            Interval(Real, 0, None, closed="neither"),
            np.ndarray,
            "sparse matrix",
            Distribution,
            dict,
            None,
        ],
        "short_term_plasticity": [TsodyksMarkram, None],
        "gap_junctions": [Topology, "sparse matrix", np.ndarray, None],
        "dt": [Interval(Real, 0, None, closed="neither")],
        "steps_per_input": [Interval(Integral, 1, None, closed="left"), None],
        "substeps": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "method": [StrOptions({"auto", *METHODS})],
        "features": [str, tuple, None],
        "feature_scaling": [StrOptions({"scale", "standardize"}), None],
        "tau_trace": [Interval(Real, 0, None, closed="neither"), tuple, None],
        "n_readouts": [Interval(Integral, 1, None, closed="left"), None],
        "padding": [Interval(Integral, 0, None, closed="left"), None],
    }

    def __init__(
        self,
        n_units: int = 500,
        *,
        neuron: NeuronModel | None = None,
        input_wiring: Any = None,
        input_scaling: float | str = "auto",
        drive_spread: float | None = None,
        excitability: tuple[float, float] | None = None,
        bias_scaling: float = 0.0,
        calibration_rows: int = 256,
        loop_gain: float | None = None,
        connectivity: float = 0.1,
        excitatory_fraction: float | None = None,
        inhibition: float = 1.0,
        wiring: Any = None,
        delay: Any = None,
        short_term_plasticity: TsodyksMarkram | None = None,
        gap_junctions: Any = None,
        dt: float = 1.0,
        steps_per_input: int | None = None,
        substeps: int | str = "auto",
        method: str = "auto",
        features: str | tuple[str, ...] | None = None,
        feature_scaling: str | None = "scale",
        tau_trace: float | tuple[float, ...] | None = None,
        n_readouts: int | None = None,
        padding: int | None = None,
        carry_state: bool = False,
        dtype: str = "float32",
        backend: str = "numba",
        memory: Any = None,
        n_jobs: int | None = None,
        verbose: int = 0,
        random_state: int | RandomState | None = None,
    ) -> None:
        self.n_units = n_units
        self.neuron = neuron
        self.input_wiring = input_wiring
        self.input_scaling = input_scaling
        self.drive_spread = drive_spread
        self.excitability = excitability
        self.bias_scaling = bias_scaling
        self.calibration_rows = calibration_rows
        self.loop_gain = loop_gain
        self.connectivity = connectivity
        self.excitatory_fraction = excitatory_fraction
        self.inhibition = inhibition
        self.wiring = wiring
        self.delay = delay
        self.short_term_plasticity = short_term_plasticity
        self.gap_junctions = gap_junctions
        self.dt = dt
        self.steps_per_input = steps_per_input
        self.substeps = substeps
        self.method = method
        self.features = features
        self.feature_scaling = feature_scaling
        self.tau_trace = tau_trace
        self.n_readouts = n_readouts
        self.padding = padding
        self.carry_state = carry_state
        self.dtype = dtype
        self.backend = backend
        self.memory = memory
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.random_state = random_state
