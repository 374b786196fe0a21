"""What docs/schedules.md says can be typed can be typed, and what it says is answered is answered."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.errors import BadInput
from bot.domain.recurrence.reading import read_phrase
from bot.ui.problems import sentence
from bot.ui.texts import Texts

PAGE = (Path(__file__).parents[2] / "docs" / "schedules.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def rows(heading):
    """The cells of a section's table, without its head."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return lines[2:]


def typed(heading):
    return [phrase for row in rows(heading) for phrase in re.findall(r"`([^`]+)`", row[0])]


@pytest.mark.parametrize("phrase", typed("Days"))
def test_each_way_to_say_the_days_works(phrase):
    at = "" if re.search(r"\d ?[ap]", phrase) or "noon" in phrase else " at 8pm ET"
    assert read_phrase(phrase + at, "America/New_York", NOW).schedule.sittings


@pytest.mark.parametrize("phrase", typed("Beginning, end, exceptions"))
def test_each_limit_works(phrase):
    plain = read_phrase("every Tuesday at 8pm ET", "UTC", NOW)
    limited = read_phrase(f"every Tuesday at 8pm ET, {phrase}", "UTC", NOW)
    assert limited != plain


@pytest.mark.parametrize("phrase", re.findall(r"`(slow chat[^`]+)`", PAGE))
def test_each_slow_chat_works(phrase):
    assert read_phrase(phrase, "America/New_York", NOW).schedule.slow


@pytest.mark.parametrize(("phrase", "answer"), [(row[0].strip("`"), row[1]) for row in rows("What is refused")])
def test_each_refusal_is_the_one_on_the_page(phrase, answer):
    with pytest.raises(BadInput) as refused:
        read_phrase(phrase, "UTC", NOW)
    said = sentence(refused.value, Texts())
    assert said.startswith(answer.rstrip("…").strip())


def test_the_tables_were_found():
    assert len(typed("Days")) >= 25
    assert len(typed("Beginning, end, exceptions")) >= 14
    assert len(rows("What is refused")) == 7
