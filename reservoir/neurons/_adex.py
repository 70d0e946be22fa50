r"""Adaptive exponential integrate-and-fire unit.

.. math::
    C \dot v &= g_{leak} (v_{rest} - v) + g_{leak} \Delta \, e^{(v - v_{threshold}) / \Delta}
    - w + i_{exc} - i_{inh} + \text{drive} \\
    \tau_w \dot w &= a (v - v_{rest}) - w

with :math:`\Delta` the parameter ``sharpness``. The spike is counted at ``v_peak``, beyond
which the equations are not integrated; it resets :math:`v` and adds ``b`` to the
adaptation current :math:`w`. ``a``, ``b`` and ``v_reset`` choose among tonic and bursting,
adapting and delayed firing. Potentials in mV, currents in pA, conductances in nS.

References
----------
Brette, Gerstner, "Adaptive exponential integrate-and-fire model as an effective
description of neuronal activity", Journal of Neurophysiology 94, 3637-3642, 2005.
"""

from .._neuron_model import NeuronModel

AdEx = NeuronModel(
    name="AdEx",
    equations="""
        upstroke = sharpness * exp((v - v_threshold) / sharpness)
        dv/dt = (g_leak * (v_rest - v + upstroke) - w + current) / c_mem (unless refractory)
        current = i_exc - i_inh + drive
        dw/dt = (a * (v - v_rest) - w) / tau_w
        di_exc/dt = -i_exc / tau_exc
        di_inh/dt = -i_inh / tau_inh
    """,
    threshold="v >= v_peak",
    reset="v = v_reset; w += b",
    refractory="t_ref",
    excitatory="i_exc",
    inhibitory="i_inh",
    parameters={
        "c_mem": 281.0,
        "g_leak": 30.0,
        "tau_w": 144.0,
        "tau_exc": 5.0,
        "tau_inh": 10.0,
        "t_ref": 2.0,
        "v_rest": -70.6,
        "v_reset": -70.6,
        "v_threshold": -50.4,
        "sharpness": 2.0,
        "v_peak": 0.0,
        "a": 4.0,
        "b": 80.5,
    },
    units={
        "c_mem": "pF",
        "g_leak": "nS",
        "tau_w": "ms",
        "tau_exc": "ms",
        "tau_inh": "ms",
        "t_ref": "ms",
        "v_rest": "mV",
        "v_reset": "mV",
        "v_threshold": "mV",
        "sharpness": "mV",
        "v_peak": "mV",
        "a": "nS",
        "b": "pA",
    },
    initial={"v": "v_rest"},
)
