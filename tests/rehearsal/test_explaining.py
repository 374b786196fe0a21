"""`shelftalk digest` prints what the archive holds, and why, or says in a sentence what stands in the way."""

import sqlite3

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.domain.errors import SetupProblem
from bot.explaining import explain
from bot.rehearsal.rehearse import rehearse
from config.settings import DatabaseSettings, Settings


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("played")
    assert rehearse(None, folder=folder) == 0
    return folder / "shelftalk.db"


def settings_of(path):
    return Settings(database=DatabaseSettings(path=path))


def test_the_digest_is_printed_with_reasons(played, tmp_path):
    config = tmp_path / "shelftalk.toml"
    config.write_text(f"[database]\npath = '{played}'\n", encoding="utf-8")
    plain = CliRunner().invoke(cli, ["digest", "1", "--config", str(config)])
    told = CliRunner().invoke(cli, ["digest", "1", "--config", str(config), "--explain"])
    assert (plain.exit_code, told.exit_code) == (0, 0)
    assert "Themes: " in plain.output
    assert plain.output.count("   > ") == told.output.count("     why: worth ") == 18
    assert "why:" not in plain.output


def test_every_printed_quote_is_in_the_archive(played):
    connection = sqlite3.connect(played)
    said = [
        " ".join(text.split()) for (text,) in connection.execute("SELECT text FROM messages WHERE text IS NOT NULL")
    ]
    connection.close()
    quoted = [line for line in explain(settings_of(played), 1, why=False) if line.startswith("   > ")]
    for line in quoted:
        shown = line.partition(": ")[2].partition(" (and ")[0].removeprefix("\u2026 ").removesuffix(" \u2026")
        assert any(shown in text for text in said), shown


def test_what_is_not_there_is_said(played, tmp_path):
    with pytest.raises(SetupProblem, match="no chat 99"):
        list(explain(settings_of(played), 99, why=False))
    with pytest.raises(SetupProblem, match="no database"):
        list(explain(settings_of(tmp_path / "none.db"), 1, why=False))
