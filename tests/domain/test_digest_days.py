"""The days of a chat over days are its whole, each once, and begin at the clock time of its start."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digest import Length, count_days, day_of, days_begun, digest_day
from tests.domain.making import START, a_chat, a_record, an_answer, an_asked_chat

WEEK = 7 * 1440
LONG = Length.STANDARD


def at_noon(zone, *day):
    return datetime(*day, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(("minutes", "days"), [(60, 1), (1440, 1), (1441, 2), (2 * 1440, 2), (WEEK, 7), (WEEK + 30, 8)])
def test_a_chat_has_a_day_for_each_24_hours_begun(minutes, days):
    assert count_days(a_chat(minutes=minutes)) == days


def test_a_day_begins_at_the_clock_time_of_the_start_when_clocks_change_too():
    zone = "America/New_York"
    chat = a_chat(zone=zone, minutes=WEEK, starts_at=at_noon(zone, 2026, 10, 29))
    begins = [day_of(chat, number).since for number in range(2, 8)]
    assert {at.astimezone(ZoneInfo(zone)).hour for at in begins} == {12}
    assert [day_of(chat, number).date for number in (1, 4, 7)] == [
        date(2026, 10, 29), date(2026, 11, 1), date(2026, 11, 4)
    ]  # fmt: skip
    assert {at.hour for at in begins} == {16, 17}, "in UTC it moves"


@given(
    minutes=st.integers(15, 31 * 1440),
    start=st.integers(0, 2 * 365 * 1440).map(lambda minutes: START + timedelta(minutes=minutes)),
    zone=st.sampled_from(["America/New_York", "Australia/Lord_Howe", "America/Santiago", "UTC", "Asia/Kathmandu"]),
    after=st.integers(-3 * 86_400, 40 * 86_400),
)
def test_each_instant_is_in_one_day(minutes, start, zone, after):
    chat = a_chat(minutes=minutes, starts_at=start, zone=zone)
    at = start + timedelta(seconds=after)
    days = [day_of(chat, number) for number in range(1, count_days(chat) + 1)]
    (holding,) = [day for day in days if day.holds(at)]
    assert holding.number == days_begun(chat, at)
    assert [day.until for day in days[:-1]] == [day.since for day in days[1:]]


def test_a_number_beyond_means_the_nearest_day():
    chat = a_chat(minutes=WEEK)
    assert (day_of(chat, 0).number, day_of(chat, -3).number, day_of(chat, 99).number) == (1, 1, 7)


def slow_record():
    """Q1 on the first day and Q2 on the third; Q1 is answered on the first and second, Q2 on the third and late."""
    chat = an_asked_chat(2, minutes=3 * 1440)
    asked = (chat.questions[0], replace(chat.questions[1], asked_at=START + timedelta(days=2)))
    said = (
        an_answer(1, "A1: the reading garden behind the mill", posted_at=START + timedelta(hours=2)),
        an_answer(2, "A1: the porch by the harbour, in the rain", posted_at=START + timedelta(hours=30)),
        an_answer(3, "A2: a bus that stops at the bakery", question=2, posted_at=START + timedelta(hours=50)),
        an_answer(4, "A2: the museum's cellar, cool in summer", question=2, posted_at=START + timedelta(days=5)),
    )
    return a_record(*said, chat=replace(chat, questions=asked))


def told(record, number):
    digest = digest_day(record, day_of(record.chat, number), LONG)
    return {part.question.number: [quote.message_id for quote in part.quotes] for part in digest.questions}


def test_a_day_tells_of_the_questions_asked_or_answered_then():
    record = slow_record()
    assert told(record, 1) == {1: [101]}
    assert told(record, 2) == {1: [102]}
    assert told(record, 3) == {2: [103, 104]}, "what comes late belongs to the last day"


def test_a_question_that_nobody_answered_on_its_day_is_told_all_the_same():
    record = slow_record()
    silent = replace(record, messages=record.messages[1:])
    assert told(silent, 1) == {1: []}


def test_the_days_together_count_every_message_once():
    record = slow_record()
    days = [digest_day(record, day_of(record.chat, number), LONG) for number in (1, 2, 3)]
    assert sum(day.messages for day in days) == len(record.messages)
