"""Rows of numbers, none of which acts on synapses."""

from sparcelearn._core.jit import inlined

# --- the text below this line goes into every generated module ---


@inlined
def arrives(inputs, row, lag):
    """Say whether anything arrives."""
    return False


@inlined
def receive(inputs, row, begin, past, lags, receivers, starts, targets, words, weights, variables):
    """Nothing arrives."""
