"""A spiking rule's kernels, compiled together with all that they call."""

from __future__ import annotations

from types import ModuleType

from sparcelearn._module_cache import kernel_text, load_module

KERNELS = "sparcelearn.readouts.kernels"
PARTS = ("_surrogates", "_losses", "_solvers", "_events")
_HEADER = """\
# Written by sparcelearn for a spiking readout. Safe to delete: it is written again when needed.
import numpy as np

from sparcelearn._jit import jit
"""


def compiled(*rule: str) -> ModuleType:
    """Return the module of a rule: its own files behind the parts that all rules share.

    One module holds everything that calls each other, because compiled code on disk does
    not notice an edit of a function in another file.

    Parameters
    ----------
    *rule : str
        Names of files in ``kernels``; none for the parts alone.

    Returns
    -------
    module
    """
    texts = [kernel_text(KERNELS, name) for name in (*PARTS, *rule)]
    return load_module("\n\n".join([_HEADER, *texts]))
