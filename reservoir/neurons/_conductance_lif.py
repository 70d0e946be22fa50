r"""Leaky integrate-and-fire unit with conductance-based synapses.

.. math::
    C \dot v = g_{leak} (v_{rest} - v) + g_{exc} (e_{exc} - v) + g_{inh} (e_{inh} - v)
    + \text{drive}

with conductances that decay exponentially. A spike adds its weight to a conductance, so
its effect shrinks as :math:`v` approaches the reversal potential, and strong input makes
the unit faster. Potentials in mV, conductances in nS, currents in pA. Defaults are those
of the network COBA of the review below.

References
----------
Vogels, Abbott, "Signal propagation and logic gating in networks of integrate-and-fire
neurons", Journal of Neuroscience 25, 10786-10795, 2005; Brette et al., "Simulation of
networks of spiking neurons: a review of tools and strategies", Journal of Computational
Neuroscience 23, 349-398, 2007.
"""

from .._neuron_model import NeuronModel

ConductanceLIF = NeuronModel(
    name="ConductanceLIF",
    equations="""
        synaptic = g_exc * (e_exc - v) + g_inh * (e_inh - v)
        dv/dt = (g_leak * (v_rest - v) + synaptic + drive) / c_mem (unless refractory)
        dg_exc/dt = -g_exc / tau_exc
        dg_inh/dt = -g_inh / tau_inh
    """,
    threshold="v >= v_threshold",
    reset="v = v_reset",
    refractory="t_ref",
    excitatory="g_exc",
    inhibitory="g_inh",
    parameters={
        "c_mem": 200.0,
        "g_leak": 10.0,
        "tau_exc": 5.0,
        "tau_inh": 10.0,
        "t_ref": 5.0,
        "v_rest": -60.0,
        "v_reset": -60.0,
        "v_threshold": -50.0,
        "e_exc": 0.0,
        "e_inh": -80.0,
    },
    units={
        "c_mem": "pF",
        "g_leak": "nS",
        "tau_exc": "ms",
        "tau_inh": "ms",
        "t_ref": "ms",
        "v_rest": "mV",
        "v_reset": "mV",
        "v_threshold": "mV",
        "e_exc": "mV",
        "e_inh": "mV",
    },
    initial={"v": "v_rest"},
)
