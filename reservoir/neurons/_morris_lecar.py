r"""Morris-Lecar unit: a calcium and a potassium current make the spike.

.. math::
    C \dot v &= g_{leak} (e_{leak} - v) + g_{ca} m_\infty (e_{ca} - v) + g_k w (e_k - v)
    + i_{exc} - i_{inh} + \text{drive} \\
    \dot w &= \varphi \cosh\frac{v - v_3}{2 v_4} \, (w_\infty - w)

with :math:`m_\infty = (1 + \tanh((v - v_1) / v_2)) / 2` and :math:`w_\infty` likewise with
:math:`v_3, v_4`. The argument of cosh stays within 5, where no membrane gets; beyond, a step
could never be short enough. Nothing is reset: a spike is counted where :math:`v` crosses
``v_threshold`` upwards. With the defaults firing starts at a rate of zero (class 1); with
``v_3=2``, ``v_4=30`` and ``phi=0.04`` it starts at once (class 2). For studies of how spikes
arise, in two variables.
Potentials in mV, conductances in nS, currents in pA.

References
----------
Morris, Lecar, "Voltage oscillations in the barnacle giant muscle fiber", Biophysical Journal 35,
193-213, 1981.
"""

from .._neuron_model import NeuronModel

MorrisLecar = NeuronModel(
    name="MorrisLecar",
    equations="""
        m_inf = (1 + tanh((v - v_1) / v_2)) / 2
        w_inf = (1 + tanh((v - v_3) / v_4)) / 2
        ionic = g_ca * m_inf * (e_ca - v) + g_k * w * (e_k - v)
        dv/dt = (g_leak * (e_leak - v) + ionic + i_exc - i_inh + drive) / c_mem
        dw/dt = phi * cosh(clip((v - v_3) / (2 * v_4), -5, 5)) * (w_inf - w)
        di_exc/dt = -i_exc / tau_exc
        di_inh/dt = -i_inh / tau_inh
    """,
    threshold="v >= v_threshold and v_previous < v_threshold",
    excitatory="i_exc",
    inhibitory="i_inh",
    parameters={
        "c_mem": 20.0,
        "g_leak": 2.0,
        "g_ca": 4.0,
        "g_k": 8.0,
        "tau_exc": 5.0,
        "tau_inh": 10.0,
        "e_leak": -60.0,
        "e_ca": 120.0,
        "e_k": -84.0,
        "v_1": -1.2,
        "v_2": 18.0,
        "v_3": 12.0,
        "v_4": 17.0,
        "phi": 1 / 15,
        "v_threshold": 0.0,
    },
    units={
        "c_mem": "pF",
        "g_leak": "nS",
        "g_ca": "nS",
        "g_k": "nS",
        "tau_exc": "ms",
        "tau_inh": "ms",
        "e_leak": "mV",
        "e_ca": "mV",
        "e_k": "mV",
        "v_1": "mV",
        "v_2": "mV",
        "v_3": "mV",
        "v_4": "mV",
        "phi": "1/ms",
        "v_threshold": "mV",
    },
    # where the equations stand still at the default parameters
    initial={"v": -59.469066, "w": 0.00022299784},
)
