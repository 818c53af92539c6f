"""Notebooks as HTML pages that need no network: their mathematics is MathML, not TeX for a script."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import DictLoader
from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

#: What browsers lay out badly unless told: room for a formula of its own, and for wide ones.
STYLE = (
    "<style>math[display=block]{overflow-x:auto;overflow-y:hidden;max-width:100%;padding:.3em 0}"
    "math{font-size:1.06em}</style>"
)


#: JupyterLab's page without the scripts that it would load.
TEMPLATE = """{% extends 'lab/index.html.j2' %}
{% block html_head_js %}{% endblock %}
{% block html_head_js_mathjax %}{% endblock %}
{% block html_head_js_mermaidjs %}{% endblock %}
"""


def mathml(tex: str, display: str) -> str:
    """A formula as MathML."""
    # Of `\mathcal L` the converter makes a letter whose style browsers no longer know, of `\mathcal{L}` a script L.
    return convert(re.sub(r"\\mathcal\s+([A-Za-z])", r"\\mathcal{\1}", tex.strip()), display=display)


class MathRenderer(IPythonRenderer):
    """Renders formulas where nbconvert would hand them to MathJax."""

    def block_math(self, body: str) -> str:
        """A formula of its own."""
        return mathml(body, "block")

    def inline_math(self, body: str) -> str:
        """A formula in a line."""
        return mathml(body, "inline")

    def latex_environment(self, name: str, body: str) -> str:
        """`\\begin{...}` to `\\end{...}`."""
        return mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")


class OfflineExporter(HTMLExporter):
    """`HTMLExporter` whose pages load nothing from anywhere."""

    def __init__(self, **settings: Any) -> None:
        loader = DictLoader({"offline.html.j2": TEMPLATE})
        super().__init__(extra_loaders=[loader], template_file="offline.html.j2", **settings)

    def default_filters(self) -> Any:
        """Those of nbconvert, with this class's Markdown."""
        yield from super().default_filters()
        yield ("markdown2html", self.markdown_with_mathml)

    def markdown_with_mathml(self, source: str) -> str:
        """A cell of Markdown."""
        renderer = MathRenderer(
            escape=False,
            anchor_link_text=self.anchor_link_text,
            exclude_anchor_links=self.exclude_anchor_links,
        )
        return str(MarkdownWithMath(renderer=renderer).render(source))


def page(notebook: NotebookNode) -> str:
    """The notebook as one HTML page."""
    html, _ = OfflineExporter().from_notebook_node(notebook)
    return html.replace("</head>", f"{STYLE}</head>", 1)
