r"""Wang-Buzsaki unit: a fast-spiking interneuron of the hippocampus.

.. math::
    C \dot v = g_{leak} (e_{leak} - v) + g_{na} m_\infty^3 h (e_{na} - v) + g_k n^4 (e_k - v)
    + g_{exc} (e_{exc} - v) + g_{inh} (e_{inh} - v) + \text{drive}

with :math:`m_\infty = \alpha_m / (\alpha_m + \beta_m)`, for sodium opens at once, and
:math:`\dot x = \varphi (\alpha_x (1 - x) - \beta_x x)` for the gates :math:`x = h, n`. Its spikes
follow one another fast and without adaptation, which makes networks of it oscillate at 30 to
100 Hz. Nothing is reset: a spike is counted where :math:`v` crosses ``v_threshold`` upwards.
Conductances are those of the paper on 10,000 square micrometres. Potentials in mV, conductances in
nS, currents in pA.

References
----------
Wang, Buzsaki, "Gamma oscillation by synaptic inhibition in a hippocampal interneuronal network
model", Journal of Neuroscience 16, 6402-6413, 1996.
"""

from .._neuron_model import NeuronModel

WangBuzsaki = NeuronModel(
    name="WangBuzsaki",
    equations="""
        alpha_m = 1 / exprel(-(v + 35) / 10)   # 0.1 (v + 35) / (1 - exp(-(v + 35) / 10))
        beta_m = 4 * exp(-(v + 60) / 18)
        alpha_h = 0.07 * exp(-(v + 58) / 20)
        beta_h = 1 / (1 + exp(-(v + 28) / 10))
        alpha_n = 0.1 / exprel(-(v + 34) / 10)
        beta_n = 0.125 * exp(-(v + 44) / 80)
        m_inf = alpha_m / (alpha_m + beta_m)
        ionic = g_na * m_inf**3 * h * (e_na - v) + g_k * n**4 * (e_k - v)
        synaptic = g_exc * (e_exc - v) + g_inh * (e_inh - v)
        dv/dt = (g_leak * (e_leak - v) + ionic + synaptic + drive) / c_mem
        dh/dt = phi * (alpha_h * (1 - h) - beta_h * h)
        dn/dt = phi * (alpha_n * (1 - n) - beta_n * n)
        dg_exc/dt = -g_exc / tau_exc
        dg_inh/dt = -g_inh / tau_inh
    """,
    threshold="v >= v_threshold and v_previous < v_threshold",
    excitatory="g_exc",
    inhibitory="g_inh",
    parameters={
        "c_mem": 100.0,
        "g_leak": 10.0,
        "g_na": 3500.0,
        "g_k": 900.0,
        "tau_exc": 5.0,
        "tau_inh": 10.0,
        "e_leak": -65.0,
        "e_na": 55.0,
        "e_k": -90.0,
        "e_exc": 0.0,
        "e_inh": -75.0,
        "phi": 5.0,
        "v_threshold": -20.0,
    },
    units={
        "c_mem": "pF",
        "g_leak": "nS",
        "g_na": "nS",
        "g_k": "nS",
        "tau_exc": "ms",
        "tau_inh": "ms",
        "e_leak": "mV",
        "e_na": "mV",
        "e_k": "mV",
        "e_exc": "mV",
        "e_inh": "mV",
        "v_threshold": "mV",
    },
    # where the equations stand still at the default parameters
    initial={"v": -64.017565, "h": 0.78079155, "n": 0.08907801},
)
