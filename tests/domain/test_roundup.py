"""A round-up comes on its morning at nine on the clocks of its zone, through every clock change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.roundup import Every, due_after


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("every", "zone", "at", "due"),
    [
        (Every.WEEK, "UTC", utc(2026, 1, 1, 12), utc(2026, 1, 5, 9)),
        (Every.WEEK, "UTC", utc(2026, 1, 5, 9), utc(2026, 1, 12, 9)),
        (Every.WEEK, "America/New_York", utc(2026, 1, 5, 13, 59), utc(2026, 1, 5, 14)),
        (Every.MONTH, "Europe/Berlin", utc(2026, 3, 31, 12), utc(2026, 4, 1, 7)),
        (Every.MONTH, "Europe/Berlin", utc(2026, 2, 1, 8), utc(2026, 3, 1, 8)),
    ],
)
def test_it_is_the_next_one(every, zone, at, due):
    assert due_after(every, zone, at) == due


@given(
    at=st.integers(0, 5_000_000).map(lambda minutes: utc(2026, 1, 1) + timedelta(minutes=minutes)),
    zone=st.sampled_from(["UTC", "Australia/Lord_Howe", "Africa/Casablanca", "America/Santiago", "Pacific/Apia"]),
    every=st.sampled_from(list(Every)),
)
def test_it_is_at_nine_on_its_day_and_soon_enough(at, zone, every):
    due = due_after(every, zone, at)
    local = due.astimezone(ZoneInfo(zone))
    assert at < due <= at + timedelta(days=8 if every is Every.WEEK else 32)
    assert (local.hour, local.minute) == (9, 0)
    assert local.weekday() == 0 if every is Every.WEEK else local.day == 1
