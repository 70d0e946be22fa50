r"""Hodgkin-Huxley unit of the cortex: sodium and potassium currents produce the spike.

.. math::
    C \dot v = g_{leak} (e_{leak} - v) + g_{na} m^3 h (e_{na} - v) + g_k n^4 (e_k - v)
    + g_{exc} (e_{exc} - v) + g_{inh} (e_{inh} - v) + \text{drive}

with :math:`\dot x = \alpha_x (1 - x) - \beta_x x` for the gates :math:`x = m, h, n`, and
rates (1/ms) of Traub and Miles, shifted by ``v_shift``. Nothing is reset: a spike
is counted where :math:`v` crosses ``v_threshold`` upwards. Potentials in mV,
conductances in nS, currents in pA. Defaults are those of the network COBAHH of the review
below, except ``v_shift``: with its -63 mV a unit fires without any input. Spikes last
about a millisecond, so a longer step is divided: ``substeps="auto"`` of the reservoir.

References
----------
Traub, Miles, "Neuronal Networks of the Hippocampus", Cambridge University Press, 1991;
Brette et al., "Simulation of networks of spiking neurons: a review of tools and
strategies", Journal of Computational Neuroscience 23, 349-398, 2007.
"""

from .._neuron_model import NeuronModel

HodgkinHuxley = NeuronModel(
    name="HodgkinHuxley",
    equations="""
        x = v - v_shift
        alpha_m = 1.28 / exprel((13 - x) / 4)   # 0.32 (13 - x) / (exp((13 - x) / 4) - 1)
        beta_m = 1.4 / exprel((x - 40) / 5)
        alpha_h = 0.128 * exp((17 - x) / 18)
        beta_h = 4 / (1 + exp((40 - x) / 5))
        alpha_n = 0.16 / exprel((15 - x) / 5)
        beta_n = 0.5 * exp((10 - x) / 40)
        ionic = g_na * m**3 * h * (e_na - v) + g_k * n**4 * (e_k - v)
        synaptic = g_exc * (e_exc - v) + g_inh * (e_inh - v)
        dv/dt = (g_leak * (e_leak - v) + ionic + synaptic + drive) / c_mem
        dm/dt = alpha_m * (1 - m) - beta_m * m
        dh/dt = alpha_h * (1 - h) - beta_h * h
        dn/dt = alpha_n * (1 - n) - beta_n * n
        dg_exc/dt = -g_exc / tau_exc
        dg_inh/dt = -g_inh / tau_inh
    """,
    threshold="v >= v_threshold and v_previous < v_threshold",
    refractory="t_ref",
    excitatory="g_exc",
    inhibitory="g_inh",
    parameters={
        "c_mem": 200.0,
        "g_leak": 10.0,
        "g_na": 20_000.0,
        "g_k": 6000.0,
        "tau_exc": 5.0,
        "tau_inh": 10.0,
        "t_ref": 2.0,
        "e_leak": -60.0,
        "e_na": 50.0,
        "e_k": -90.0,
        "e_exc": 0.0,
        "e_inh": -80.0,
        "v_shift": -55.0,
        "v_threshold": -20.0,
    },
    units={
        "c_mem": "pF",
        "g_leak": "nS",
        "g_na": "nS",
        "g_k": "nS",
        "tau_exc": "ms",
        "tau_inh": "ms",
        "t_ref": "ms",
        "e_leak": "mV",
        "e_na": "mV",
        "e_k": "mV",
        "e_exc": "mV",
        "e_inh": "mV",
        "v_shift": "mV",
        "v_threshold": "mV",
    },
    # where the equations stand still at the default parameters
    initial={"v": -59.9714, "m": 0.00514057, "h": 0.998857, "n": 0.0162298},
)
