"""On a holiday a series does what its hosts chose, and the preview points it out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.errors import BadInput, Problem
from bot.domain.recurrence.holidays import HolidayCalendar, cancelled_by_hand, check_calendar, holidays_on
from bot.domain.recurrence.preview import preview, upcoming
from bot.domain.recurrence.reading import read_phrase
from bot.domain.recurrence.schedule import HolidayPolicy, Key

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)
US = HolidayCalendar("US")


def series(phrase):
    return read_phrase(phrase, "UTC", NOW).schedule


def days(schedule, policy, since=NOW, calendar=US, count=3):
    return [
        (one.occurrence.wall.date(), one.occurrence.holidays)
        for one in preview(schedule, since, calendar, policy, count)
    ]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("US", "US"),
        ("us-ca", "US-CA"),
        ("Germany", "DE"),
        ("Scotland", "GB-SCT"),
        ("uk", "GB"),
        ("united states", "US"),
    ],
)
def test_a_calendar_is_found_by_code_or_name(typed, found):
    assert str(check_calendar(typed)) == found


def test_an_unknown_country_is_refused_with_what_it_may_be():
    with pytest.raises(BadInput) as refused:
        check_calendar("Germny")
    assert refused.value.problem is Problem.CALENDAR_UNKNOWN
    assert refused.value.facts["words"] == ["Germny"]
    assert "Germany (DE)" in refused.value.facts["suggestions"]


def test_an_unknown_region_is_refused_with_regions_of_that_country():
    with pytest.raises(BadInput) as refused:
        check_calendar("US-ZZ")
    assert refused.value.problem is Problem.CALENDAR_REGION_UNKNOWN
    assert all(name.startswith("US-") for name in refused.value.facts["suggestions"])


@pytest.mark.parametrize("typed", ["", "Atlantis", "XX", "-", "US-", "🎉", "x" * 200])
def test_no_text_does_worse_than_to_be_refused(typed):
    try:
        assert holidays_on(check_calendar(typed), date(2026, 12, 25))
    except BadInput as refused:
        assert refused.problem is Problem.CALENDAR_UNKNOWN  # noqa: PT017 - either is right


THANKSGIVING = (date(2026, 11, 26), ("Thanksgiving Day",))


def test_skip_leaves_the_holiday_out():
    found = days(series("every Thursday 8pm ET"), HolidayPolicy.SKIP)
    assert found[0] == (date(2026, 12, 3), ())


def test_keep_names_the_holiday():
    assert days(series("every Thursday 8pm ET"), HolidayPolicy.KEEP)[0] == THANKSGIVING


def test_ask_marks_the_occurrence():
    first = next(upcoming(series("every Thursday 8pm ET"), NOW, US, HolidayPolicy.ASK))
    assert (first.wall.date(), first.to_ask, first.holidays) == (THANKSGIVING[0], True, THANKSGIVING[1])


def test_a_week_later_moves_it_and_keeps_its_name():
    schedule = series("first Monday of the month 8pm ET")
    since = datetime(2027, 9, 1, tzinfo=UTC)
    found = list(zip(range(2), upcoming(schedule, since, US, HolidayPolicy.WEEK_LATER), strict=False))
    moved = found[0][1]
    assert moved.wall.date() == date(2027, 9, 13)
    assert (moved.key, moved.is_moved, moved.holidays) == (Key(date(2027, 9, 6)), True, ("Labor Day",))
    assert found[1][1].wall.date() == date(2027, 10, 4)


def test_a_week_later_is_found_by_whoever_looks_between():
    schedule = series("first Monday of the month 8pm ET")
    for day in range(7, 14):
        first = next(upcoming(schedule, datetime(2027, 9, day, tzinfo=UTC), US, HolidayPolicy.WEEK_LATER))
        assert first.wall.date() == date(2027, 9, 13)


def test_a_weekly_series_is_not_doubled_by_what_was_moved():
    schedule = series("every Thursday 8pm ET")
    found = days(schedule, HolidayPolicy.WEEK_LATER, count=20)
    assert len({day for day, _ in found}) == 20
    assert found[0][0] == date(2026, 12, 3)


def test_what_was_cancelled_by_hand_stays_so():
    schedule = cancelled_by_hand(series("every Thursday 8pm ET"), frozenset({Key(date(2026, 12, 3))}))
    assert [day for day, _ in days(schedule, HolidayPolicy.KEEP)] == [
        date(2026, 11, 26),
        date(2026, 12, 10),
        date(2026, 12, 17),
    ]


def test_a_preview_points_out_where_clocks_change():
    since = datetime(2027, 3, 1, tzinfo=UTC)
    found = preview(series("every Tuesday 8pm ET"), since)
    assert [(one.local.day, one.utc_shift) for one in found] == [
        (2, timedelta()),
        (9, timedelta()),
        (16, timedelta(hours=1)),
        (23, timedelta()),
        (30, timedelta()),
    ]


def test_a_preview_points_out_a_time_that_does_not_exist_or_comes_twice():
    gap = preview(series("every Sunday 2:30am ET"), datetime(2027, 3, 13, tzinfo=UTC), count=1)[0]
    assert (gap.is_skipped_time, gap.local.hour, gap.local.minute) == (True, 3, 30)
    fold = preview(series("every Sunday 1:30am ET"), datetime(2027, 11, 6, tzinfo=UTC), count=2)
    assert [one.is_repeated_time for one in fold] == [True, False]
