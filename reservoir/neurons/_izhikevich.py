r"""Izhikevich's unit: a quadratic equation and a recovery variable.

.. math::
    \dot v &= 0.04 v^2 + 5 v + 140 - u + i_{exc} - i_{inh} + \text{drive} \\
    \dot u &= a (b v - u)

The spike is counted at ``v_peak``, beyond which the equations are not integrated; it sets
:math:`v = c` and adds :math:`d` to :math:`u`. The four constants choose among about
twenty firing patterns; the defaults fire regularly. Potentials in mV, time in ms.

References
----------
Izhikevich, "Simple model of spiking neurons", IEEE Transactions on Neural Networks 14,
1569-1572, 2003.
"""

from .._neuron_model import NeuronModel

Izhikevich = NeuronModel(
    name="Izhikevich",
    equations="""
        dv/dt = 0.04 * v**2 + 5 * v + 140 - u + i_exc - i_inh + drive
        du/dt = a * (b * v - u)
        di_exc/dt = -i_exc / tau_exc
        di_inh/dt = -i_inh / tau_inh
    """,
    threshold="v >= v_peak",
    reset="v = c; u += d",
    excitatory="i_exc",
    inhibitory="i_inh",
    parameters={
        "a": 0.02,
        "b": 0.2,
        "c": -65.0,
        "d": 8.0,
        "v_peak": 30.0,
        "v_rest": -70.0,
        "tau_exc": 5.0,
        "tau_inh": 10.0,
    },
    units={
        "a": "1/ms",
        "c": "mV",
        "v_peak": "mV",
        "v_rest": "mV",
        "tau_exc": "ms",
        "tau_inh": "ms",
    },
    initial={"v": "v_rest", "u": "b * v_rest"},
)
