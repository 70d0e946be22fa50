r"""Leaky integrate-and-fire unit that escapes at random: its threshold is soft.

.. math::
    \tau_{mem} \dot v &= v_{rest} - v + r_{mem} (i_{exc} - i_{inh} + \text{drive}) \\
    \rho &= \frac{1}{\tau_{escape}} e^{(v - v_{threshold}) / \Delta}

In a step of :math:`h` the unit spikes with the chance :math:`1 - e^{-\rho h}`, which makes
:math:`\rho` the rate of spikes at a constant :math:`v`, whatever the step; :math:`\Delta` is the
parameter ``sharpness``. Sample after sample it spikes at other times, as real neurons do, and its
likelihood is known. The rest is as in ``LIF``. Affine, hence integrated exactly.

References
----------
Gerstner, Kistler, Naud, Paninski, "Neuronal Dynamics", chapter 9, Cambridge University Press, 2014.
"""

from .._neuron_model import NeuronModel

EscapeNoiseLIF = NeuronModel(
    name="EscapeNoiseLIF",
    equations="""
        dv/dt = (v_rest - v + r_mem * (i_exc - i_inh + drive)) / tau_mem (unless refractory)
        di_exc/dt = -i_exc / tau_exc
        di_inh/dt = -i_inh / tau_inh
        rate = exp((v - v_threshold) / sharpness) / tau_escape
    """,
    threshold="rand() < -expm1(-rate * dt)",
    reset="v = v_reset",
    refractory="t_ref",
    excitatory="i_exc",
    inhibitory="i_inh",
    parameters={
        "tau_mem": 20.0,
        "tau_exc": 5.0,
        "tau_inh": 10.0,
        "tau_escape": 10.0,
        "t_ref": 2.0,
        "v_rest": 0.0,
        "v_reset": 0.0,
        "v_threshold": 1.0,
        "sharpness": 0.15,
        "r_mem": 1.0,
    },
    units={
        "tau_mem": "ms",
        "tau_exc": "ms",
        "tau_inh": "ms",
        "tau_escape": "ms",
        "t_ref": "ms",
    },
    initial={"v": "v_rest"},
)
