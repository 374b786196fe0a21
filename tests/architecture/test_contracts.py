"""The layers hold: import-linter's contracts, run here where it is installed and by `./check` always."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_contracts_hold():
    pytest.importorskip("importlinter", reason="import-linter comes with the extra `dev`")
    # A process of its own: the linter changes this one's logging.
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    assert "0 broken" in ended.stdout


def test_nothing_reads_the_clock_but_the_clock():
    """The domain and the services get `now` handed in; nobody else calls for it either."""
    readers = {
        str(path.relative_to(ROOT))
        for folder in ("bot", "cogs")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "utcnow", "today"}
        and isinstance(node.func.value, (ast.Name, ast.Attribute))
        and ast.unparse(node.func.value) in {"datetime", "date", "discord.utils", "datetime.datetime"}
    }
    assert readers == {"bot/runtime/clock.py"}


def test_dependencies_have_an_upper_bound():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = (
        project["dependencies"]
        + project["optional-dependencies"]["test"]
        + project["optional-dependencies"]["rehearsal"]
    )
    unbounded = [name for name in named if "<" not in name]
    # tzdata is numbered by the year of its zones; the newest is always the right one.
    assert [name.partition(">")[0] for name in unbounded] == ["tzdata"]
