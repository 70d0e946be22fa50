r"""Leaky integrate-and-fire unit with exponential synaptic currents.

.. math::
    \tau_{mem} \dot v &= v_{rest} - v + r_{mem} (i_{exc} - i_{inh} + \text{drive}) \\
    \tau_{exc} \dot i_{exc} &= -i_{exc}, \qquad \tau_{inh} \dot i_{inh} = -i_{inh}

A spike adds its weight to a current. At ``v_threshold`` the unit spikes and stays at
``v_reset`` for ``t_ref``. The potential is 0 at rest and 1 at threshold; other units
of measurement are possible. Affine, hence integrated exactly.

References
----------
Burkitt, "A review of the integrate-and-fire neuron model: I. Homogeneous synaptic
input", Biological Cybernetics 95, 1-19, 2006.
"""

from .._neuron_model import NeuronModel

LIF = NeuronModel(
    name="LIF",
    equations="""
        dv/dt = (v_rest - v + r_mem * (i_exc - i_inh + drive)) / tau_mem (unless refractory)
        di_exc/dt = -i_exc / tau_exc
        di_inh/dt = -i_inh / tau_inh
    """,
    threshold="v >= v_threshold",
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
        "r_mem": 1.0,
    },
    units={"tau_mem": "ms", "tau_exc": "ms", "tau_inh": "ms", "t_ref": "ms"},
    initial={"v": "v_rest"},
)
