"""The operator's files fit the program: the image starts what exists, as nobody special, with known settings."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from config.settings import each_setting

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def instructions(kind: str) -> list[str]:
    """What follows each instruction of a kind in the Dockerfile, its continued lines joined."""
    text = COMMENT.sub("", read("Dockerfile")).replace("\\\n", " ")
    return re.findall(rf"^{kind}\s+(.+)$", text, re.MULTILINE)


def image_variables() -> dict[str, str]:
    return dict(pair.split("=", 1) for line in instructions("ENV") for pair in line.split())


def test_a_linter_finds_nothing_in_the_dockerfile():
    beside = Path(sys.executable).with_name("hadolint")
    linter = str(beside) if beside.exists() else shutil.which("hadolint")
    if linter is None:
        pytest.skip("hadolint isn't installed")
    done = subprocess.run([linter, "--no-color", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_images_commands_are_the_projects():
    commands = [json.loads(line) for line in instructions("CMD")]
    health = [json.loads(line.partition("CMD ")[2]) for line in instructions("HEALTHCHECK")]
    assert commands == [["shelftalk", "run"]]
    assert health == [["shelftalk", "doctor", "--health"]]
    assert "shelftalk" in PROJECT["scripts"]


def test_the_image_runs_as_an_ordinary_user_and_stops_when_asked():
    assert instructions("USER") == ["10001"]
    assert any("--uid 10001" in line for line in instructions("RUN"))
    assert instructions("STOPSIGNAL") == ["SIGTERM"]


def test_the_image_keeps_its_data_in_the_volume():
    (volume,) = instructions("VOLUME")
    kept = {name: value for name, value in image_variables().items() if name.startswith("SHELFTALK_")}
    assert set(kept) == {"SHELFTALK_DATABASE__PATH", "SHELFTALK_FILES__EXPORTS"}
    assert all(Path(value).is_relative_to(volume) for value in kept.values())


def test_the_images_python_is_one_that_the_project_names():
    versions = {re.match(r"python:(\d+\.\d+)-slim\b", line)[1] for line in instructions("FROM")}
    assert len(versions) == 1
    assert f"Programming Language :: Python :: {versions.pop()}" in PROJECT["classifiers"]


def test_what_the_image_copies_is_there_and_not_ignored():
    copied = {source for line in instructions("COPY") if not line.startswith("--from") for source in line.split()[:-1]}
    allowed = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    assert copied == allowed
    assert all((ROOT / source).exists() for source in copied)


def test_every_variable_in_the_operators_files_is_a_setting():
    known = {setting.variable for setting in each_setting()} | {"SHELFTALK_CONFIG"}
    found = set(re.findall(r"SHELFTALK_\w+", read("Dockerfile") + read("compose.yaml")))
    assert found
    assert found <= known


def test_compose_gives_the_container_as_little_as_it_needs():
    yaml = pytest.importorskip("yaml", reason="a YAML reader comes with the dev extra only")
    compose = yaml.safe_load(read("compose.yaml"))
    (service,) = compose["services"].values()
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108 - the container's own
    assert service["restart"] == "unless-stopped"
    assert service["volumes"] == [f"{next(iter(compose['volumes']))}:{instructions('VOLUME')[0]}"]
    assert re.fullmatch(r"\$\{DISCORD_TOKEN:\?[^}]+\}", service["environment"]["DISCORD_TOKEN"])


def test_hooks_download_nothing_and_name_parts_of_the_check():
    yaml = pytest.importorskip("yaml", reason="a YAML reader comes with the dev extra only")
    repos = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    assert [repo["repo"] for repo in repos] == ["local"]
    parts = re.search(r"quick=\((.+)\)", read("check"))[1].split()
    assert [hook["entry"] for hook in repos[0]["hooks"]] == [f"./check {part}" for part in parts]
    assert {hook["language"] for hook in repos[0]["hooks"]} == {"system"}


@pytest.mark.parametrize("name", ["check", ".ci/run"])
def test_the_scripts_can_be_started(name):
    assert os.access(ROOT / name, os.X_OK)
    assert subprocess.run(["bash", "-n", ROOT / name], check=False).returncode == 0  # noqa: S607


def test_check_refuses_a_part_that_it_does_not_know():
    done = subprocess.run([ROOT / "check", "--everything"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "parts are: lint" in done.stderr


def make_executable(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def run_check(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    shutil.copy(ROOT / "check", folder / "check")
    environ = os.environ | {"PYTHON_BIN": str(folder / "tools")}
    return subprocess.run([folder / "check", *arguments], env=environ, capture_output=True, text=True, check=False)


def test_check_runs_every_part_and_names_those_that_failed(tmp_path):
    for tool, script in {
        "python": "",
        "ruff": 'test "$2" != --check',
        "mypy": "exit 1",
        "lint-imports": "echo imports-ran",
        "hadolint": "echo $1",
        "pytest": "echo 3 passed",
    }.items():
        make_executable(tmp_path / "tools" / tool, script)
    done = run_check(tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip() == "check: failed: format types"
    assert [line for line in ("imports-ran", "Dockerfile", "3 passed") if line not in done.stdout] == []
    quick = run_check(tmp_path, "--no-tests")
    assert "3 passed" not in quick.stdout
    named = run_check(tmp_path, "lint", "tests")
    assert (named.returncode, named.stderr) == (0, "")


def test_check_says_how_to_install_what_is_missing(tmp_path):
    done = run_check(tmp_path)
    assert done.returncode == 2
    assert "pip install -e '.[dev]'" in done.stderr


def run_ci(folder: Path, readme: str) -> subprocess.CompletedProcess:
    """CI in a checkout of stand-ins that say what was called; a browser seems to be installed."""
    make_executable(folder / "tools" / "chromium", "")
    make_executable(folder / ".venv" / "bin" / "pip", 'echo "pip $*"')
    make_executable(folder / "check", 'echo "check $*"')
    (folder / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", folder / ".ci" / "run")
    (folder / "README.md").write_text(readme, encoding="utf-8")
    environ = {"PATH": f"{folder / 'tools'}:{os.environ['PATH']}"}
    return subprocess.run([folder / ".ci" / "run"], env=environ, capture_output=True, text=True, check=False, cwd="/")


README = (
    "# Title\n\n<!-- tests -->\n```sh\necho tests CI=$CI\n{}\n```\n\n<!-- rehearsal -->\n\n```\necho rehearsed\n```\n"
)


def test_ci_runs_the_readmes_commands_word_for_word_then_the_other_checks(tmp_path):
    done = run_ci(tmp_path, README.format("echo here: $(basename $PWD)"))
    assert done.returncode == 0
    said = [line for line in done.stdout.splitlines() if not line.startswith("==")]
    assert said == [
        "tests CI=true",
        f"here: {tmp_path.name}",
        "pip install --quiet -e .[dev]",
        "check --no-tests",
        "rehearsed",
    ]


def test_ci_fails_when_a_command_of_the_readme_does(tmp_path):
    done = run_ci(tmp_path, README.format("(exit 5)\necho not reached"))
    assert done.returncode == 5
    assert "not reached" not in done.stdout


@pytest.mark.parametrize(
    "readme",
    ["", "<!-- tests -->\nNothing here\n```\nls\n```\n", "```\nls\n```\n", "<!-- tests -->\n```\nnever closed\n"],
)
def test_ci_says_so_when_the_readme_has_no_such_block(tmp_path, readme):
    done = run_ci(tmp_path, readme)
    assert done.returncode == 1
    assert "no fenced block" in done.stderr
    assert "<!-- tests -->" in done.stderr


def test_no_package_reads_its_settings_when_it_is_imported():
    """`config` calls nothing at its modules' top that looks at files or the environment."""
    for path in (ROOT / "config").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        top = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
        called = {ast.unparse(node.func) for part in top for node in ast.walk(part) if isinstance(node, ast.Call)}
        assert called <= {"Path", "re.compile", "AfterValidator", "_checked_address"}, path
