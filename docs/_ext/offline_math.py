"""Formulas as MathML, which browsers draw themselves: no script, no font, no network."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.util.math import get_node_equation_number

BIG = re.compile(r"\\[bB]igg?[lrm]?(?![a-zA-Z])")  # sizes of brackets, which MathML finds itself


def mathml(text: str, *, as_block: bool = False) -> str:
    """Return a formula as MathML; one that cannot be read is an error that shows it."""
    try:
        known = re.sub(r"\\dots(?![a-zA-Z])", r"\\ldots", BIG.sub("", text))
        return tex2mathml(known, as_block=as_block)
    except Exception as error:
        raise ValueError(f"{error} in the formula {text}") from error


def visit_inline(translator: Any, node: Any) -> None:
    """Write a formula within a line."""
    translator.body.append(mathml(node.astext()))
    raise nodes.SkipNode  # its text is not written again


def visit_block(translator: Any, node: Any) -> None:
    """Write formulas of their own; those between empty lines stand one below the other."""
    translator.body.append(translator.starttag(node, "div", CLASS="math-block"))
    for part in filter(str.strip, node.astext().split("\n\n")):
        translator.body.append(mathml(part, as_block=True))
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})</span>')
    translator.body.append("</div>")
    raise nodes.SkipNode


def setup(app: Any) -> dict[str, bool]:
    """Register the renderer."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
