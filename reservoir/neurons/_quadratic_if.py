r"""Quadratic integrate-and-fire unit: the common form of units near the onset of firing.

.. math::
    \tau_{mem} \dot v = \frac{(v - v_{rest}) (v - v_{threshold})}{v_{threshold} - v_{rest}}
    + r_{mem} (i_{exc} - i_{inh} + \text{drive})

with exponential currents as in ``LIF``. Above ``v_threshold`` the potential diverges; the
spike is counted at ``v_peak``, beyond which the equation is not integrated. The potential
is 0 at rest and 1 at threshold, and near rest it behaves as that of ``LIF``.

References
----------
Latham, Richmond, Nelson, Nirenberg, "Intrinsic dynamics in neuronal networks. I. Theory",
Journal of Neurophysiology 83, 808-827, 2000.
"""

from .._neuron_model import NeuronModel

QuadraticIF = NeuronModel(
    name="QuadraticIF",
    equations="""
        parabola = (v - v_rest) * (v - v_threshold) / (v_threshold - v_rest)
        dv/dt = (parabola + r_mem * (i_exc - i_inh + drive)) / tau_mem (unless refractory)
        di_exc/dt = -i_exc / tau_exc
        di_inh/dt = -i_inh / tau_inh
    """,
    threshold="v >= v_peak",
    reset="v = v_reset",
    refractory="t_ref",
    excitatory="i_exc",
    inhibitory="i_inh",
    parameters={
        "tau_mem": 20.0,
        "tau_exc": 5.0,
        "tau_inh": 10.0,
        "t_ref": 2.0,
        "v_rest": 0.0,
        "v_reset": 0.0,
        "v_threshold": 1.0,
        "v_peak": 5.0,
        "r_mem": 1.0,
    },
    units={"tau_mem": "ms", "tau_exc": "ms", "tau_inh": "ms", "t_ref": "ms"},
    initial={"v": "v_rest"},
)
