"""From equations as text to one program of update expressions. Text is parsed, never evaluated."""

from ._integrators import METHODS
from ._parser import ParsedModel, parse_model
from ._program import Program, build_program

__all__ = [
    "METHODS",
    "ParsedModel",
    "Program",
    "build_program",
    "parse_model",
]
