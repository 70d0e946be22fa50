r"""Unit with a multi-timescale adaptive threshold (MAT): nothing is reset but the threshold.

.. math::
    \dot v &= (v_{rest} - v) / \tau_{mem} + (i_{exc} - i_{inh} + \text{drive}) / C \\
    \tau_1 \dot\theta_1 &= -\theta_1, \qquad \tau_2 \dot\theta_2 = -\theta_2

A spike at :math:`v \ge v_{rest} + \omega + \theta_1 + \theta_2` raises :math:`\theta_1` by
:math:`\alpha_1` and :math:`\theta_2` by :math:`\alpha_2`. The membrane goes on as if there had been
no spike, so that it stays the filter of what drives the unit. The two numbers :math:`\alpha` choose
among regular, bursting and fast spiking; of models of its size it predicts recorded spikes best.
Affine, hence integrated exactly. Potentials in mV, currents in pA.

References
----------
Kobayashi, Tsubo, Shinomoto, "Made-to-order spiking neuron model equipped with a multi-timescale
adaptive threshold", Frontiers in Computational Neuroscience 3, 9, 2009.
"""

from .._neuron_model import NeuronModel

MAT = NeuronModel(
    name="MAT",
    equations="""
        dv/dt = (v_rest - v) / tau_mem + (i_exc - i_inh + drive) / c_mem
        dtheta_1/dt = -theta_1 / tau_1
        dtheta_2/dt = -theta_2 / tau_2
        di_exc/dt = -i_exc / tau_exc
        di_inh/dt = -i_inh / tau_inh
    """,
    threshold="v >= v_rest + omega + theta_1 + theta_2",
    reset="theta_1 += alpha_1; theta_2 += alpha_2",
    refractory="t_ref",
    excitatory="i_exc",
    inhibitory="i_inh",
    parameters={
        "tau_mem": 5.0,
        "c_mem": 100.0,
        "tau_1": 10.0,
        "tau_2": 200.0,
        "tau_exc": 1.0,
        "tau_inh": 3.0,
        "t_ref": 2.0,
        "v_rest": -70.0,
        "omega": 19.0,
        "alpha_1": 37.0,
        "alpha_2": 2.0,
    },
    units={
        "tau_mem": "ms",
        "c_mem": "pF",
        "tau_1": "ms",
        "tau_2": "ms",
        "tau_exc": "ms",
        "tau_inh": "ms",
        "t_ref": "ms",
        "v_rest": "mV",
        "omega": "mV",
        "alpha_1": "mV",
        "alpha_2": "mV",
    },
    initial={"v": "v_rest"},
)
