"""Entries of the log can be read by people and programs, and hold no secret."""

import json
import logging
import re
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from bot.runtime.logging import configure_logging, new_incident_id

TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"
LIBRARIES = ("discord", "aiosqlite", "aiohttp.access")
FORMATS = pytest.mark.parametrize("fmt", ["text", "json"])
log = logging.getLogger("bot.tested")


@pytest.fixture(autouse=True)
def _logging_as_it_was():
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in LIBRARIES}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, earlier in levels.items():
        logging.getLogger(name).setLevel(earlier)


def test_importing_the_module_leaves_the_root_logger_alone():
    script = "import logging, bot.runtime.logging as it; r = logging.getLogger(); print(r.handlers, r.level)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"[] {logging.WARNING}"


def test_a_line_of_text_has_time_level_logger_and_message(capsys):
    configure_logging("INFO", "text")
    log.warning("the thread of %s is locked", "#BookChat")
    written = capsys.readouterr()
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 WARNING bot\.tested: the thread of #BookChat is locked\n",
        written.err,
    )
    assert written.out == ""


def test_a_json_line_has_time_level_logger_message_and_exception(capsys):
    configure_logging("INFO", "json")
    try:
        raise KeyError("Q7")  # noqa: TRY301 - a traceback is needed
    except KeyError:
        log.exception("no such “question”\nhere")
    line = capsys.readouterr().err
    entry = json.loads(line)
    assert line.count("\n") == 1
    assert line.isascii()
    assert datetime.fromisoformat(entry.pop("at")).utcoffset() == timedelta(0)
    assert entry.pop("exception").endswith("KeyError: 'Q7'")
    assert entry == {"level": "ERROR", "logger": "bot.tested", "message": "no such “question”\nhere"}


def test_what_a_person_typed_can_not_pass_for_an_entry(capsys):
    configure_logging("INFO", "text")
    log.info("title: %s", "Fine\n2026-01-01T00:00:00.000+00:00 ERROR   bot: made up")
    lines = capsys.readouterr().err.splitlines()
    assert [line[:4] == "    " for line in lines] == [False, True]


@FORMATS
def test_a_secret_is_taken_out_of_message_arguments_and_traceback(capsys, fmt):
    configure_logging("INFO", fmt, ['hunter2 "x"', ""])
    log.info('plain hunter2 "x"')
    log.info("argument %s", 'hunter2 "x"')
    try:
        raise ValueError('inside hunter2 "x"')  # noqa: TRY301 - a traceback is needed
    except ValueError:
        log.exception("failed")
    written = capsys.readouterr().err
    assert written.count("[secret]") == 3 + written.count("raise ValueError('inside [secret]')")
    assert "hunter2" not in written
    assert "ValueError: inside [secret]" in written


@FORMATS
def test_whatever_looks_like_a_token_is_taken_out(capsys, fmt):
    configure_logging("INFO", fmt)
    log.info("token=%s and %s", TOKEN, {"Authorization": f"Bot {TOKEN}"})
    log.info("POST https://discord.com/api/v10/webhooks/1234/%s failed", "aW50ZXJhY3Rpb24" * 5)
    log.info("stays: bot.platform.posting 2026.12.31 https://example.org/a.b.c")
    written = capsys.readouterr().err
    assert written.count("[secret]") == 3
    assert TOKEN[:20] not in written
    assert "aW50" not in written
    assert "/webhooks/1234/[secret] failed" in written
    assert "stays: bot.platform.posting 2026.12.31 https://example.org/a.b.c" in written


@FORMATS
def test_a_secret_that_is_part_of_another_leaves_no_rest(capsys, fmt):
    configure_logging("INFO", fmt, ["abc", "abcdef"])
    log.info("it is abcdef.")
    assert "it is [secret]." in capsys.readouterr().err


@FORMATS
def test_arguments_that_do_not_fit_are_still_written_without_secrets(capsys, fmt):
    configure_logging("INFO", fmt, ["hunter2"])
    entry = log.makeRecord(log.name, logging.INFO, __file__, 1, "%d answers", ("hunter2",), None)
    logging.getLogger().handlers[-1].handle(entry)  # pytest's own handler would fail the test
    written = capsys.readouterr().err
    assert "%d answers ('[secret]',)" in written
    assert "Logging error" not in written
    assert "hunter2" not in written


@FORMATS
def test_a_stack_is_written_when_asked_for(capsys, fmt):
    configure_logging("INFO", fmt)
    log.info("here", stack_info=True)
    assert "test_a_stack_is_written_when_asked_for" in capsys.readouterr().err


def test_configuring_again_replaces_the_earlier_way(capsys):
    before = len(logging.getLogger().handlers)
    configure_logging("INFO", "text")
    configure_logging("ERROR", "json")
    log.warning("not important enough")
    log.error("once")
    assert json.loads(capsys.readouterr().err)["message"] == "once"
    assert len(logging.getLogger().handlers) == before + 1


def test_libraries_never_write_what_people_said_or_where_they_come_from(capsys):
    """At DEBUG, discord.py writes whole messages and aiosqlite whole rows; aiohttp writes addresses at INFO."""
    configure_logging("DEBUG", "text")
    log.debug("ours")
    logging.getLogger("discord.gateway").debug("a message")
    logging.getLogger("aiosqlite").debug("a row")
    logging.getLogger("aiohttp.access").info("an address")
    logging.getLogger("discord.gateway").info("connected")
    lines = capsys.readouterr().err.splitlines()
    assert [line.rsplit(": ", 1)[1] for line in lines] == ["ours", "connected"]


def test_incident_ids_are_short_clear_and_different():
    ids = {new_incident_id() for _ in range(500)}
    assert len(ids) == 500
    assert all(re.fullmatch(r"[2-9A-Z]{8}", one) for one in ids)
    assert not set("".join(ids)) & set("01OILSB58")
