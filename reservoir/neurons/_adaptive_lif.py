r"""Leaky integrate-and-fire unit with a threshold that rises with every spike.

.. math::
    \tau_{mem} \dot v &= v_{rest} - v + r_{mem} (i_{exc} - i_{inh} + \text{drive}) \\
    \tau_{adapt} \dot\theta &= -\theta

The unit spikes at :math:`v \ge v_{threshold} + \theta`, which raises :math:`\theta` by
``threshold_jump``: a memory of its past spikes over ``tau_adapt``. The rest is as in ``LIF``.
Affine, hence integrated exactly.

References
----------
Bellec, Salaj, Subramoney, Legenstein, Maass, "Long short-term memory and
learning-to-learn in networks of spiking neurons", NeurIPS 2018.
"""

from .._neuron_model import NeuronModel

AdaptiveLIF = NeuronModel(
    name="AdaptiveLIF",
    equations="""
        dv/dt = (v_rest - v + r_mem * (i_exc - i_inh + drive)) / tau_mem (unless refractory)
        di_exc/dt = -i_exc / tau_exc
        di_inh/dt = -i_inh / tau_inh
        dtheta/dt = -theta / tau_adapt
    """,
    threshold="v >= v_threshold + theta",
    reset="v = v_reset; theta += threshold_jump",
    refractory="t_ref",
    excitatory="i_exc",
    inhibitory="i_inh",
    parameters={
        "tau_mem": 20.0,
        "tau_exc": 5.0,
        "tau_inh": 10.0,
        "tau_adapt": 200.0,
        "t_ref": 2.0,
        "v_rest": 0.0,
        "v_reset": 0.0,
        "v_threshold": 1.0,
        "threshold_jump": 0.05,
        "r_mem": 1.0,
    },
    units={"tau_mem": "ms", "tau_exc": "ms", "tau_inh": "ms", "tau_adapt": "ms", "t_ref": "ms"},
    initial={"v": "v_rest"},
)
