"""What Brian2's pages on models and equations show, pasted: it works, or the message helps."""

import pytest

from sparcelearn.reservoir import NeuronModel

RESET = "v = -70*mV"
# equations, threshold, reset, refractory, parameters
WORK = {
    "an equation": ("dv/dt = -v/(10*ms) : volt", "v > -50*mV", RESET, None, {}),
    "an outer constant": ("dv/dt = -v/tau : volt", "v > -50*mV", RESET, None, {"tau": 10}),
    "a parameter": ("dv/dt = -v/tau : volt\ntau : second", "v > 0*mV", RESET, None, {"tau": 10}),
    "a constant parameter": (
        "dv/dt = -v/tau : volt\ntau : second (constant)",
        "v > 0*mV",
        RESET,
        "5*ms",
        {"tau": 10},
    ),
    "a shared parameter": (
        "dv/dt = (-v + shared_input)/tau : volt\nshared_input : volt (shared)\ntau : second",
        "v > 0*mV",
        RESET,
        None,
        {"tau": 10, "shared_input": 3},
    ),
    "a subexpression below": (
        "dv/dt = I_leak / Cm : volt\nI_leak = g_L*(E_L - v) : amp",
        "v > -50*mV",
        RESET,
        None,
        {"Cm": 200, "g_L": 10, "E_L": -60},
    ),
    "noise": (
        "dv/dt = -v/tau + sigma*xi*tau**-0.5 : volt",
        "v > 1*mV",
        "v = 0*mV",
        None,
        {"tau": 10, "sigma": 1},
    ),
    "two noises": (
        "dv/dt = -v/tau + xi_1*tau**-0.5 + xi_inh*tau**-0.5 : 1",
        "v > 1",
        "v = 0",
        None,
        {"tau": 10},
    ),
    "a threshold of its own": (
        "dv/dt = -v/tau : volt\nv_th : volt  # neuron-specific threshold",
        "v > v_th",
        "v = v_r",
        None,
        {"tau": 10, "v_th": -50, "v_r": -70},
    ),
    "held while refractory": (
        "dv/dt = -(v + w)/ tau_v : 1 (unless refractory)\ndw/dt = -w / tau_w : 1",
        "v > 1",
        "v=0; w+=0.1",
        "2*ms",
        {"tau_v": 10, "tau_w": 100},
    ),
    "constant over a step": (
        "dv/dt = (x - v)/tau : 1\nx = v**2 : 1 (constant over dt)",
        "v > 1",
        "v = 0",
        None,
        {"tau": 10},
    ),
    "a Poisson unit": ("dv/dt = 0/second : 1", "rand() < 50*Hz*dt", "", None, {}),
}
# equations, refractory, what the message says
REFUSED = {
    "time": ("dv/dt = (sin(2*pi*100*Hz*t) - v)/(10*ms) : 1", None, "units know no time"),
    "linked": ("noise : 1 (linked)\ndv/dt = (noise - v)/(10*ms) : 1", None, "give what comes from"),
    "event-driven": ("dv/dt = -v/(10*ms) : 1 (event-driven)", None, "synapses have no equations"),
    "summed": ("v_in : 1 (summed)\ndv/dt = (v_in - v)/(10*ms) : 1", None, "excitatory"),
    "rand in equations": ("dv/dt = (rand() - v)/(10*ms) : 1", None, "noise in equations is xi"),
    "the index": ("dv/dt = (i - v)/(10*ms) : 1", None, "as an array in parameters"),
    "the last spike": ("dv/dt = (lastspike - v)/(10*ms) : 1", None, "count the time"),
    "a flag of refractoriness": (
        "dv/dt = int(not_refractory)*(1 - v)/(10*ms) : 1",
        None,
        "int takes a condition",
    ),
    "a random period": ("dv/dt = -v/(10*ms) : 1", "(1 + 2*rand())*ms", "calls rand or randn"),
    "a period that changes": ("dv/dt = -v/(10*ms) : 1\nref : second", "ref", "'ref' has no value"),
    "a period by condition": ("dv/dt = -v/(10*ms) : 1", "v >= -20*mV", "v_previous"),
    "wrong units": ("dv/dt = -v/(10*mV) : 1", None, "must be in 1 / ms"),
    "an input without a name": ("dv/dt = (I - v)/(10*ms) : 1\nI : 1", None, "is called 'drive'"),
}


@pytest.mark.parametrize("name", WORK)
def test_what_works(name):
    equations, threshold, reset, refractory, parameters = WORK[name]
    model = NeuronModel(
        equations,
        threshold=threshold,
        reset=reset,
        refractory=refractory,
        excitatory="v",
        parameters=parameters,
    )
    assert next(iter(model.parsed.derivatives)) == "v"


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_what_to_write(name):
    equations, refractory, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        NeuronModel(
            equations, threshold="v > 1", reset="v = 0", refractory=refractory, excitatory="v"
        )
