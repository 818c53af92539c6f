"""Exported notebooks must show their mathematics without a network."""

from __future__ import annotations

import re
import unittest
from pathlib import Path

import nbformat

from notebook_html import mathml, page

ROOT = Path(__file__).resolve().parent.parent


class Mathematics(unittest.TestCase):
    """Formulas of pages."""

    def test_formulas_become_mathml(self) -> None:
        """Fractions, scripts, words and letters of another style."""
        found = mathml(r"\delta = \frac{1}{1 + \exp(A_{mix})}", "block")
        for part in ("<mfrac>", "<msub>", "&#x003B4;", 'display="block"'):
            self.assertIn(part, found)
        self.assertIn("&#x02112;", mathml(r"\mathcal L_y", "inline"))

    def test_pages_load_nothing_and_leave_no_tex(self) -> None:
        """Of every notebook, and of code, in which a dollar is none."""
        for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            told = "".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
            formulas = len(re.findall(r"\$\$.+?\$\$|\$[^$\n]+\$", told, re.DOTALL))
            html = page(notebook)
            with self.subTest(path.name):
                self.assertEqual(html.count("<math"), formulas)
                self.assertEqual(re.findall(r"<script|<link[^>]+href=.http", html), [])
                for formula in re.findall(r"<math.*?</math>", html, re.DOTALL):
                    self.assertNotIn("\\", formula)

    def test_code_keeps_its_dollars(self) -> None:
        """A price in code is no formula."""
        cells = [nbformat.v4.new_markdown_cell("`$x$` and $x$"), nbformat.v4.new_code_cell("let a = \"$y$\";")]
        html = page(nbformat.v4.new_notebook(cells=cells))
        self.assertEqual(html.count("<math"), 1)
        self.assertIn("$x$", html)


if __name__ == "__main__":
    unittest.main()
