"""What a spiking rule's file gives; the loops in ``_samples.py`` are checked against this.

A generated module holds these functions for one rule, followed by the loops.

=========== ============ ==============================================================
symbol      shape        meaning
=========== ============ ==============================================================
constants   -            the rule's numbers, as its Python class made them
begin, end  -            the sample is these steps, of all samples laid end to end
step_starts (n_steps+1,) events of step t are ``step_starts[t]:step_starts[t + 1]``
channels    (n_events,)  which channel each is on
values      (n_events,)  how large each is
T           (K, S)       target outputs, in each step; or in all alike, where S is 1
weight      -            what multiplies the sample's gradient
active      (D,)         channels with an event in this sample so far
g           as W, b      gradients, to add to
state       -            arrays to work in, of the rule's own shape
=========== ============ ==============================================================
"""

from typing import Any


def new_state(constants: Any, D: int, K: int) -> Any:
    """Return arrays to work in, for D channels and the K columns of W."""
    raise NotImplementedError


def learn(
    constants: Any,
    events: Any,
    begin: int,
    end: int,
    T: Any,
    weight: float,
    learning: Any,
    parameters: Any,
    g: Any,
    moments: Any,
    is_active: Any,
    active: Any,
    state: Any,
) -> tuple[float, int]:
    """Run a sample from rest and add its gradient; return its loss and how many are active."""
    raise NotImplementedError


def respond(
    constants: Any, events: Any, begin: int, end: int, parameters: Any, state: Any, out: Any
) -> None:
    """Run a sample from rest and fill ``out``, of shape (n_outputs, S), with its outputs."""
    raise NotImplementedError
