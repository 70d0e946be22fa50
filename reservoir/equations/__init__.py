"""From equations as text to one program of update expressions. Text is parsed, never evaluated."""

from ._grammar import read
from ._integrators import METHODS, finite
from ._parser import ParsedModel, check_known, normal, parse_model
from ._program import Program, build_program

__all__ = [
    "METHODS",
    "ParsedModel",
    "Program",
    "build_program",
    "check_known",
    "finite",
    "normal",
    "parse_model",
    "read",
]
