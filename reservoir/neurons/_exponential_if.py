r"""Exponential integrate-and-fire unit: with a smooth onset of spikes.

.. math::
    \tau_{mem} \dot v = v_{rest} - v + \Delta \, e^{(v - v_{threshold}) / \Delta}
    + r_{mem} (i_{exc} - i_{inh} + \text{drive})

with :math:`\Delta` the parameter ``sharpness`` and exponential currents as in ``LIF``. Above
``v_threshold`` the potential diverges; the spike is counted at ``v_peak``, beyond which
the equation is not integrated. Potentials in mV.

References
----------
Fourcaud-Trocme, Hansel, van Vreeswijk, Brunel, "How spike generation mechanisms determine
the neuronal response to fluctuating inputs", Journal of Neuroscience 23, 11628-11640, 2003.
"""

from .._neuron_model import NeuronModel

ExponentialIF = NeuronModel(
    name="ExponentialIF",
    equations="""
        upstroke = sharpness * exp((v - v_threshold) / sharpness)
        current = i_exc - i_inh + drive
        dv/dt = (v_rest - v + upstroke + r_mem * current) / tau_mem (unless refractory)
        di_exc/dt = -i_exc / tau_exc
        di_inh/dt = -i_inh / tau_inh
    """,
    threshold="v >= v_peak",
    reset="v = v_reset",
    refractory="t_ref",
    excitatory="i_exc",
    inhibitory="i_inh",
    parameters={
        "tau_mem": 10.0,
        "tau_exc": 5.0,
        "tau_inh": 10.0,
        "t_ref": 1.7,
        "v_rest": -65.0,
        "v_reset": -68.0,
        "v_threshold": -59.9,
        "sharpness": 3.48,
        "v_peak": -30.0,
        "r_mem": 1.0,
    },
    units={
        "tau_mem": "ms",
        "tau_exc": "ms",
        "tau_inh": "ms",
        "t_ref": "ms",
        "v_rest": "mV",
        "v_reset": "mV",
        "v_threshold": "mV",
        "sharpness": "mV",
        "v_peak": "mV",
        "r_mem": "GOhm",
    },
    initial={"v": "v_rest"},
)
