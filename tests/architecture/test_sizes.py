"""Functions fit on a screen and files can be read in one sitting; each file's first sentence says its rule."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for folder in ("bot", "cogs", "config", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")
)


def ident(path):
    return str(path.relative_to(ROOT))


def test_there_are_sources_to_check():
    assert len(SOURCES) > 60


@pytest.mark.parametrize("path", SOURCES, ids=ident)
def test_no_file_over_400_lines_and_no_function_over_60(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.end_lineno - node.lineno + 1 <= 60, node.name


@pytest.mark.parametrize("path", [p for p in SOURCES if p.name != "__init__.py" or p.read_text()], ids=ident)
def test_each_file_begins_with_a_sentence(path):
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring
    assert docstring.split("\n\n")[0].rstrip()[-1] in ".:"
