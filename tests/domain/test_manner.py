"""Announcements and paces as hosts type them: many spellings are read, whatever else is refused, nothing crashes."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadInput, Problem
from bot.domain.manner import (
    MOST_ANNOUNCEMENTS,
    MOST_MINUTES_BEFORE,
    MOST_TIMES,
    Rhythm,
    check_announcements,
    check_pace,
)

HOUR, DAY, WEEK = 60, 24 * 60, 7 * 24 * 60


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("a week, 1 day, 2h", (WEEK, DAY, 2 * HOUR)),
        ("1 week and 1 day", (WEEK, DAY)),
        ("2h, 1 day, a week", (WEEK, DAY, 2 * HOUR)),
        ("1 week, 1 day & 2 hours", (WEEK, DAY, 2 * HOUR)),
        ("1 week / 1 day + 30 min; 5 m", (WEEK, DAY, 30, 5)),
        ("1 week,1 day and 15 minutes", (WEEK, DAY, 15)),
        ("30 min before", (30,)),
        ("30 Minutes Before The Start", (30,)),
        ("an hour before it starts", (HOUR,)),
        ("2 days before the chat", (2 * DAY,)),
        ("the day before", (DAY,)),
        ("a day in advance", (DAY,)),
        ("1 hour prior to the start", (HOUR,)),
        ("3 hours early", (3 * HOUR,)),
        ("half an hour, half a day", (12 * HOUR, 30)),
        ("1.5 hours", (90,)),
        ("1,5 hours", (90,)),
        ("1 day,5 hours", (DAY, 5 * HOUR)),
        ("ten minutes", (10,)),
        ("seven days and twelve hours", (WEEK, 12 * HOUR)),
        ("1 wk, 3 d, 2 hrs.", (WEEK, 3 * DAY, 2 * HOUR)),
        ("a month", (30 * DAY,)),
        ("week, day", (WEEK, DAY)),
        ("1 day, 1 day, 24 hours", (DAY,)),
        ("60 days", (MOST_MINUTES_BEFORE,)),
        ("none", ()),
        (" None ", ()),
        ("no", ()),
        ("-", ()),
        ("at the start", (0,)),
        ("when it starts", (0,)),
        ("a day before and at the start", (DAY, 0)),
        ("0 minutes", (0,)),
    ],
)
def test_announcements_are_read_as_people_write_them(typed, minutes):
    assert check_announcements(typed) == minutes


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", Problem.ANNOUNCEMENTS_TOO_MANY),
        (" , ; ", Problem.ANNOUNCEMENTS_TOO_MANY),
        ("1 h, 2 h, 3 h, 4 h, 5 h, 6 h, 7 h", Problem.ANNOUNCEMENTS_TOO_MANY),
        ("61 days", Problem.ANNOUNCEMENTS_TOO_EARLY),
        ("999999 weeks", Problem.ANNOUNCEMENTS_TOO_EARLY),
        ("9" * 400 + " weeks", Problem.ANNOUNCEMENTS_UNREADABLE),
        ("a fortnight", Problem.ANNOUNCEMENTS_UNREADABLE),
        ("15", Problem.ANNOUNCEMENTS_UNREADABLE),
        ("10:00", Problem.ANNOUNCEMENTS_UNREADABLE),
        ("1 day, soon", Problem.ANNOUNCEMENTS_UNREADABLE),
        ("none, 1 day", Problem.ANNOUNCEMENTS_UNREADABLE),
        ("1 day after", Problem.ANNOUNCEMENTS_UNREADABLE),
        ("-1 day", Problem.ANNOUNCEMENTS_UNREADABLE),
        # One span or two? Whoever reads it can't know.
        ("1 week 1 day", Problem.ANNOUNCEMENTS_UNREADABLE),
    ],
)
def test_what_cannot_be_read_as_announcements_is_refused(typed, problem):
    with pytest.raises(BadInput) as refused:
        check_announcements(typed)
    assert refused.value.problem is problem


def test_a_refusal_names_the_part_that_could_not_be_read():
    with pytest.raises(BadInput) as refused:
        check_announcements("1 day, briskly and 2 h")
    assert refused.value.facts["words"] == ["briskly"]


# Text as people type it, made of the words that the two grammars know and of anything else.
_KNOWN = (
    "a an the half one two ten 1 2,5 90 999999 0 min minutes h hours day days week weeks month before start at and "
    "none by hand evenly every daily slow per question 9:00 18:00 25:99 9am 12 pm noon , ; & / + : . - \u00b2 \u0661"
)
WORDS = st.sampled_from(_KNOWN.split())
TYPED = st.one_of(st.text(), st.lists(WORDS, max_size=12).map(" ".join), st.lists(WORDS, max_size=8).map("".join))


@given(TYPED)
def test_announcements_are_sorted_and_unique_or_refused(typed):
    try:
        found = check_announcements(typed)
    except BadInput:
        return
    assert list(found) == sorted(set(found), reverse=True)
    assert len(found) <= MOST_ANNOUNCEMENTS
    assert all(0 <= minutes <= MOST_MINUTES_BEFORE for minutes in found)


@given(st.lists(st.integers(1, 59), unique=True, min_size=1, max_size=MOST_ANNOUNCEMENTS), st.sampled_from([", ", ";"]))
def test_any_few_minutes_are_read_back(minutes, sign):
    assert check_announcements(sign.join(f"{count} min" for count in minutes)) == tuple(sorted(minutes, reverse=True))


@pytest.mark.parametrize("typed", ["evenly", "Even", "spread evenly", "spread", "auto", "automatically", "  evenly  "])
def test_an_even_pace(typed):
    assert check_pace(typed) == (Rhythm.EVEN, 0, ())


@pytest.mark.parametrize(
    "typed", ["by hand", "By  Hand", "hand", "manual", "manually", "the host decides", "when I press", "when I say"]
)
def test_a_pace_by_hand(typed):
    assert check_pace(typed) == (Rhythm.BY_HAND, 0, ())


@pytest.mark.parametrize(
    "typed",
    [
        "10 minutes",
        "10",
        "10m",
        "10 min.",
        "every 10 minutes",
        "each 10 mins",
        "one every 10 minutes",
        "a question every 10 minutes",
        "10 minutes each",
        "10 minutes per question",
    ],
)
def test_a_fixed_pace(typed):
    assert check_pace(typed) == (Rhythm.FIXED, 10, ())


@pytest.mark.parametrize(
    "typed",
    ["one a day", "1 a day", "once a day", "one question a day", "a question per day", "daily", "every day", "slow"],
)
def test_a_question_a_day(typed):
    assert check_pace(typed) == (Rhythm.SLOW, 0, ())


@pytest.mark.parametrize(
    ("typed", "times"),
    [
        ("9:00 and 18:00", (time(9), time(18))),
        ("18:00, 9:00", (time(9), time(18))),
        ("9 am and 6 pm", (time(9), time(18))),
        ("9am & 6:30 p.m.", (time(9), time(18, 30))),
        ("daily at 9:00", (time(9),)),
        ("every day at 9:00 / 18:00", (time(9), time(18))),
        ("slow, 9.30", (time(9, 30),)),
        ("9h30; 12 am; 12 pm", (time(0), time(9, 30), time(12))),
        ("noon", (time(12),)),
        ("9:00, 9 am, 9:00", (time(9),)),
    ],
)
def test_times_of_day(typed, times):
    assert check_pace(typed) == (Rhythm.SLOW, 0, times)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "briskly",
        "0 minutes",
        "1000 minutes",
        "1 hour",
        "25:00",
        "9:60",
        "13 pm",
        "0 am",
        "9 and 18",
        "two a day",
        "9:00 18:00",
        "1:00, 2:00, 3:00, 4:00, 5:00, 6:00, 7:00",
        "\u00b2 minutes",
    ],
)
def test_what_cannot_be_read_as_a_pace_is_refused(typed):
    with pytest.raises(BadInput) as refused:
        check_pace(typed)
    assert refused.value.problem is Problem.PACE_UNREADABLE


@given(TYPED)
def test_a_pace_is_whole_or_refused(typed):
    try:
        rhythm, every, times = check_pace(typed)
    except BadInput:
        return
    assert (rhythm is Rhythm.FIXED) == bool(every)
    assert rhythm is Rhythm.SLOW or not times
    assert list(times) == sorted(set(times))
    assert len(times) <= MOST_TIMES
