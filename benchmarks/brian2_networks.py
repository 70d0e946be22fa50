"""Small networks as Brian2 reads them, for brian2_agreement.py."""

from __future__ import annotations

CURRENTS = """
    di_exc/dt = -i_exc / (5*ms) : 1
    di_inh/dt = -i_inh / (10*ms) : 1
"""
CONDUCTANCES = """
    dg_exc/dt = -g_exc / (5*ms) : 1
    dg_inh/dt = -g_inh / (10*ms) : 1
"""
RECEPTORS = """
    dg_ampa/dt = -g_ampa / (2*ms) : 1
    dg_nmda/dt = 0.2 * g_ampa / ms - g_nmda / (100*ms) : 1
    dg_gaba/dt = -g_gaba / (10*ms) : 1
"""
UPSTROKE = "2 * exp((clip(v, -inf, 0) + 50.4) / 2)"
# Refractory periods are in ms. Excitation and inhibition go to two variables, or each excitatory
# synapse to one of the first two of three. Delays are DELAY, or drawn up to ``longest`` (ms).
NETWORKS = {
    "LIF": dict(
        method="exact",
        equations="dv/dt = (i_exc - i_inh + drive - v) / (20*ms) : 1 (unless refractory)",
        threshold="v >= 1",
        reset="v = 0",
        refractory=2.0,
        start={},
        drive=(0.8, 1.5),
        weights=(0.3, 0.9),
    ),
    "AdEx": dict(
        method="rk4",
        equations=f"""
            dv/dt = (30 * (-70.6 - clip(v, -inf, 0) + {UPSTROKE})
                     - w + i_exc - i_inh + drive) / 281 / ms : 1
            dw/dt = (4 * (clip(v, -inf, 0) + 70.6) - w) / (144*ms) : 1
        """,
        threshold="v >= 0",
        reset="v = -70.6; w += 80.5",
        refractory=-1.0,
        start={"v": -70.6},
        drive=(500.0, 1200.0),
        weights=(60.0, 180.0),
    ),
    "Izhikevich": dict(
        method="rk4",
        equations="""
            dv/dt = (0.04 * clip(v, -inf, 30)**2 + 5 * clip(v, -inf, 30) + 140
                     - u + i_exc - i_inh + drive) / ms : 1
            du/dt = 0.02 * (0.2 * clip(v, -inf, 30) - u) / ms : 1
        """,
        threshold="v >= 30",
        reset="v = -65; u += 8",
        refractory=-1.0,
        start={"v": -70.0, "u": -14.0},
        drive=(3.0, 12.0),
        weights=(0.8, 2.4),
    ),
    "LIF with delays": dict(
        method="exact",
        equations="dv/dt = (i_exc - i_inh + drive - v) / (20*ms) : 1 (unless refractory)",
        threshold="v >= 1",
        reset="v = 0",
        refractory=2.0,
        start={},
        drive=(0.8, 1.5),
        weights=(0.3, 0.9),
        longest=8.0,
    ),
    "ConductanceLIF": dict(
        method="exponential_euler",
        equations="""
            dv/dt = (10 * (-60 - v) + g_exc * (0 - v) + g_inh * (-80 - v) + drive) / 200 / ms
                : 1 (unless refractory)
        """,
        synapses=CONDUCTANCES,
        receivers=("g_exc", "g_inh"),
        threshold="v >= -50",
        reset="v = -60",
        refractory=5.0,
        start={"v": -60.0},
        drive=(80.0, 200.0),
        weights=(0.6, 6.0),
        longest=4.0,
    ),
    "NMDALIF": dict(
        method="rk4",
        equations="""
            block = 1 / (1 + 1 / 3.57 * exp(-0.062 * v)) : 1
            dv/dt = (10 * (-70 - v) + (g_ampa + g_nmda * block) * (0 - v) + g_gaba * (-70 - v)
                     + drive) / 200 / ms : 1 (unless refractory)
        """,
        synapses=RECEPTORS,
        receivers=("g_ampa", "g_nmda", "g_gaba"),
        threshold="v >= -50",
        reset="v = -60",
        refractory=2.0,
        start={"v": -70.0},
        drive=(150.0, 300.0),
        weights=(0.2, 2.0),
        longest=4.0,
    ),
    "two inputs": dict(
        method="exact",
        equations="""
            dv/dt = (i_exc - i_inh + drive_soma - v + 0.5 * (u - v)) / (20*ms) : 1
            du/dt = (drive_dendrite - u + 0.5 * (v - u)) / (10*ms) : 1
        """,
        inputs=("drive_soma", "drive_dendrite"),
        threshold="v >= 1",
        reset="v = 0",
        refractory=-1.0,
        start={},
        drive=(0.6, 1.6),
        weights=(0.3, 0.9),
    ),
    "gap junctions": dict(
        method="exact",
        equations="""
            dv/dt = (i_exc - i_inh + drive + gap - v) / (20*ms) : 1 (unless refractory)
            gap : 1
        """,
        junctions=(0.01, 0.1),
        threshold="v >= 1",
        reset="v = 0",
        refractory=2.0,
        start={},
        drive=(0.8, 1.5),
        weights=(0.3, 0.9),
    ),
}
