r"""Leaky integrate-and-fire unit with alpha-shaped synaptic currents.

.. math::
    \tau_{mem} \dot v &= v_{rest} - v + r_{mem} (i_{exc} - i_{inh} + \text{drive}) \\
    \tau_{exc} \dot i_{exc} &= e \, x_{exc} - i_{exc}, \qquad \tau_{exc} \dot x_{exc} = -x_{exc}

and the same for inhibition. A spike of weight :math:`w` adds :math:`w` to
:math:`x`; its current :math:`w \frac{t}{\tau} e^{1 - t / \tau}` rises smoothly and peaks
at :math:`w` after :math:`\tau`. The rest is as in ``LIF``. Affine, hence integrated exactly.

References
----------
Rotter, Diesmann, "Exact digital simulation of time-invariant linear systems with
applications to neuronal modeling", Biological Cybernetics 81, 381-402, 1999.
"""

from .._neuron_model import NeuronModel

AlphaLIF = NeuronModel(
    name="AlphaLIF",
    equations="""
        dv/dt = (v_rest - v + r_mem * (i_exc - i_inh + drive)) / tau_mem (unless refractory)
        di_exc/dt = (exp(1) * x_exc - i_exc) / tau_exc
        dx_exc/dt = -x_exc / tau_exc
        di_inh/dt = (exp(1) * x_inh - i_inh) / tau_inh
        dx_inh/dt = -x_inh / tau_inh
    """,
    threshold="v >= v_threshold",
    reset="v = v_reset",
    refractory="t_ref",
    excitatory="x_exc",
    inhibitory="x_inh",
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
