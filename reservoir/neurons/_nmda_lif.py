r"""Leaky integrate-and-fire unit with AMPA, NMDA and GABA receptors.

.. math::
    C \dot v = g_{leak} (v_{rest} - v) + (g_{ampa} + g_{nmda} B(v)) (e_{exc} - v)
    + g_{gaba} (e_{inh} - v) + \text{drive}, \qquad
    B(v) = \frac{1}{1 + \frac{[\text{Mg}]}{3.57} e^{-0.062 v}}

Magnesium blocks the slow conductance :math:`g_{nmda}` at rest and leaves it where :math:`v` rises:
the same input does more to a unit that is active, for a tenth of a second. A spike adds its weight
to :math:`g_{ampa}`, which feeds :math:`g_{nmda}` at the rate ``alpha``; synapses of the slow kind
alone are wired by name, ``wiring={"g_nmda": ...}``. Potentials in mV, conductances in nS, currents
in pA, magnesium in mM.

References
----------
Jahr, Stevens, "Voltage dependence of NMDA-activated macroscopic conductances predicted by
single-channel kinetics", Journal of Neuroscience 10, 3178-3182, 1990.
"""

from .._neuron_model import NeuronModel

NMDALIF = NeuronModel(
    name="NMDALIF",
    equations="""
        block = 1 / (1 + magnesium / 3.57 * exp(-0.062 * v))
        synaptic = (g_ampa + g_nmda * block) * (e_exc - v) + g_gaba * (e_inh - v)
        dv/dt = (g_leak * (v_rest - v) + synaptic + drive) / c_mem (unless refractory)
        dg_ampa/dt = -g_ampa / tau_ampa
        dg_nmda/dt = alpha * g_ampa - g_nmda / tau_nmda
        dg_gaba/dt = -g_gaba / tau_gaba
    """,
    threshold="v >= v_threshold",
    reset="v = v_reset",
    refractory="t_ref",
    excitatory="g_ampa",
    inhibitory="g_gaba",
    channels=("g_ampa", "g_nmda", "g_gaba"),
    parameters={
        "c_mem": 200.0,
        "g_leak": 10.0,
        "tau_ampa": 2.0,
        "tau_nmda": 100.0,
        "tau_gaba": 10.0,
        "alpha": 0.2,
        "magnesium": 1.0,
        "t_ref": 2.0,
        "v_rest": -70.0,
        "v_reset": -60.0,
        "v_threshold": -50.0,
        "e_exc": 0.0,
        "e_inh": -70.0,
    },
    units={
        "c_mem": "pF",
        "g_leak": "nS",
        "tau_ampa": "ms",
        "tau_nmda": "ms",
        "tau_gaba": "ms",
        "alpha": "1/ms",
        "magnesium": "mM",
        "t_ref": "ms",
        "v_rest": "mV",
        "v_reset": "mV",
        "v_threshold": "mV",
        "e_exc": "mV",
        "e_inh": "mV",
    },
    initial={"v": "v_rest"},
)
