"""Every occurrence is at its wall-clock time, none twice and none missing, wherever one begins to look."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.recurrence.dates import dates_from, first_date
from bot.domain.recurrence.occurrences import instant, next_occurrence, occurrences
from bot.domain.recurrence.rules import Frequency, Nth, Rule
from bot.domain.recurrence.schedule import Changes, Key, Schedule, Sitting
from tests.domain.recurrence.test_wording import rules

NY = "America/New_York"
ZONES = [NY, "Europe/London", "Australia/Lord_Howe", "Africa/Casablanca", "America/Santiago", "Pacific/Apia", "UTC"]
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def weekly(weekday, at, zone, **changes):
    return Sitting(Rule(Frequency.WEEKLY, by_day=(Nth(weekday),)), date(2026, 1, 1), at, zone, **changes)


@pytest.mark.parametrize(
    ("wall", "zone", "utc"),
    [
        ("2027-03-14 02:30", NY, "2027-03-14 07:30"),
        ("2027-03-28 01:15", "Europe/London", "2027-03-28 01:15"),
        ("2027-10-03 02:10", "Australia/Lord_Howe", "2027-10-02 15:40"),
        ("2027-11-07 01:30", NY, "2027-11-07 05:30"),
        ("2027-04-04 01:45", "Australia/Lord_Howe", "2027-04-03 14:45"),
        ("2011-12-30 20:00", "Pacific/Apia", "2011-12-31 06:00"),
    ],
)
def test_a_time_in_a_gap_moves_by_the_gap_and_of_two_the_first_counts(wall, zone, utc):
    assert instant(datetime.fromisoformat(wall), zone) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@given(
    rule=rules,
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    restarts=st.lists(st.integers(0, 9), min_size=1, max_size=8),
)
def test_none_is_doubled_and_none_is_missing_wherever_one_restarts(rule, zone, hour, restarts):
    schedule = Schedule((Sitting(rule, date(2026, 1, 1), time(hour, 30), zone),))
    whole = [one.starts_at for one in islice(occurrences(schedule, BEGIN), 72)]
    found, after = [], BEGIN
    for steps in restarts:
        # A restart knows only when the last one was.
        for one in islice(occurrences(schedule, after), steps):
            found.append(one.starts_at)
            after = one.starts_at + timedelta(microseconds=1)
    assert found == whole[: len(found)]
    assert len(set(found)) == len(found)


@given(
    rule=rules,
    begins=st.dates(date(2020, 1, 1), date(2024, 1, 1)),
    ahead=st.integers(0, 2000),
    count=st.none() | st.integers(1, 90),
)
def test_dates_are_those_of_dateutil_from_wherever_one_looks(rule, begins, ahead, count):
    if count is not None:
        rule = replace(rule, count=count, until=None)
    first, last = begins + timedelta(days=ahead), date(2032, 12, 31)
    expanded = rrule.rrulestr(rule.text(), dtstart=datetime.combine(begins, time()))
    between = expanded.between(datetime.combine(first, time()), datetime.combine(last, time()), inc=True)
    found = takewhile(lambda day: day <= last, dates_from(rule, begins, first))
    assert list(islice(found, 60)) == [at.date() for at in between][:60]


@given(at=st.times(), zone=st.sampled_from(ZONES), weekday=st.integers(0, 6))
def test_wall_clock_time_stays_through_the_years(at, zone, weekday):
    exact = at.replace(second=0, microsecond=0)
    for one in islice(occurrences(Schedule((weekly(weekday, exact, zone),)), BEGIN), 120):
        local = one.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        exists = one.wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert local == (one.wall if exists == one.wall else exists)
        assert one.wall.time() == exact


def test_sittings_come_in_the_order_of_their_starts():
    schedule = Schedule((weekly(4, time(19), NY), weekly(4, time(12), NY)))
    found = [(one.key.sitting, one.wall.hour) for one in islice(occurrences(schedule, BEGIN), 4)]
    assert found == [(1, 12), (0, 19), (1, 12), (0, 19)]


def test_a_cancelled_date_is_left_out_and_a_moved_one_comes_where_it_was_moved():
    first, second, third = date(2026, 1, 1), date(2026, 1, 8), date(2026, 1, 15)
    changes = Changes(frozenset({Key(first)}), {Key(second): datetime(2026, 1, 20, 18, 0)})  # noqa: DTZ001
    found = list(islice(occurrences(Schedule((weekly(3, time(20), NY),), changes), BEGIN), 3))
    assert [(one.key.on, one.is_moved) for one in found] == [(third, False), (second, True), (date(2026, 1, 22), False)]
    assert found[1].starts_at == datetime(2026, 1, 20, 23, tzinfo=UTC)


def test_a_key_comes_back_from_its_text():
    for key in (Key(date(2027, 1, 2)), Key(date(2027, 1, 2), 3)):
        assert Key.read(str(key)) == key


@pytest.mark.parametrize(
    "rule",
    [
        Rule(Frequency.MONTHLY, by_month_day=(31,), by_month=(2, 4)),
        Rule(Frequency.YEARLY, by_month_day=(30,), by_month=(2,)),
        Rule(Frequency.WEEKLY, by_day=(Nth(1),), until=date(2025, 12, 31)),
    ],
)
def test_what_never_comes_ends(rule):
    assert first_date(rule, date(2026, 1, 1), date(2026, 1, 1)) is None


def test_the_29th_of_february_is_found_over_2100():
    rule = Rule(Frequency.YEARLY, by_month_day=(29,), by_month=(2,))
    assert first_date(rule, date(2096, 2, 29), date(2097, 1, 1)) == date(2104, 2, 29)


def test_the_series_that_is_over_has_no_next():
    sitting = weekly(3, time(20), NY)
    over = Schedule((Sitting(Rule(Frequency.WEEKLY, by_day=(Nth(3),), count=2), sitting.begins_on, sitting.at, NY),))
    assert next_occurrence(over, datetime(2026, 1, 10, tzinfo=UTC)) is None
