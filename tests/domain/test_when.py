"""A typed date and time becomes the instant that the host's clock will show, or is refused with what to type."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.errors import BadInput, Problem
from bot.domain.when import check_zone, parse_start
from tests.domain.making import NOW

NEW_YORK = "America/New_York"
ZONES = (
    NEW_YORK,
    "Europe/London",
    "Europe/Berlin",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "UTC",
)


def wall(typed, zone=NEW_YORK, now=NOW):
    """What the clocks of the zone show at the instant that was understood."""
    return f"{parse_start(typed, zone, now).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    "typed",
    [
        "2026-12-03 20:00",
        "2026-12-3 20:00",
        "2026/12/03 20:00",
        "2026.12.03 20:00",
        "2026-12-03T20:00",
        "20261203T2000",
        "2026-12-03 20.00",
        "2026-12-03 20h",
        "2026-12-03 20h00",
        "2026-12-03 20",
        "20:00 2026-12-03",
        "2026 Dec 3 20:00",
        "3 Dec 2026 8 pm",
        "3 Dec 8 pm",
        "3 dec 8PM",
        "Dec 3 8pm",
        "Dec. 3, 8 p.m.",
        "8pm 3 Dec",
        "3 Dec at 8pm",
        "  3   December\t8.00 pm ",
        "3rd of December 2026 8 p.m.",
        "December 3rd, 2026 at 8:00 p.m.",
        "Thursday 3 December 8 pm",
        "3 Dec 26 8 pm",
        "Dec 3 '26 8 pm",
        "2026-12-03 20:00:00.7",
    ],
)
def test_many_spellings_mean_the_same_evening(typed):
    assert wall(typed) == "2026-12-03 20:00"
    assert parse_start(typed, NEW_YORK, NOW) == datetime(2026, 12, 4, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("3 Dec noon", "2026-12-03 12:00"),
        ("3 Dec 12 noon", "2026-12-03 12:00"),
        ("2026-12-03 Midday", "2026-12-03 12:00"),
        ("3 Dec midnight", "2026-12-03 00:00"),
        ("3 Dec 12 midnight", "2026-12-03 00:00"),
        ("3 Dec 12am", "2026-12-03 00:00"),
        ("3 Dec 12pm", "2026-12-03 12:00"),
        ("3 Dec 8:30 pm", "2026-12-03 20:30"),
        ("3 Dec 8.30pm", "2026-12-03 20:30"),
        ("3 Dec 20.30", "2026-12-03 20:30"),
        ("3 Dec 20h30", "2026-12-03 20:30"),
    ],
)
def test_times_in_words_and_with_other_signs(typed, understood):
    assert wall(typed) == understood


@pytest.mark.parametrize(
    ("typed", "now", "understood"),
    [
        ("3 Dec 8pm", "2026-12-03 19:59", "2026-12-03 20:00"),
        ("3 Dec 8pm", "2026-12-03 20:01", "2027-12-03 20:00"),
        ("1 Jan 8pm", "2026-12-31 23:00", "2027-01-01 20:00"),
        ("22 Nov 8pm", "2026-11-23 12:00", "2027-11-22 20:00"),
        ("23 Nov 8pm", "2026-11-23 12:00", "2026-11-23 20:00"),
        ("2025-12-03 20:00", "2026-11-23 12:00", "2025-12-03 20:00"),
        ("27 Dec 26 8pm", "2026-11-23 12:00", "2026-12-27 20:00"),
        ("29 Feb 2028 8pm", "2027-11-23 12:00", "2028-02-29 20:00"),
    ],
)
def test_a_date_without_a_year_is_the_next_one_and_a_year_that_was_typed_stands(typed, now, understood):
    """`now` is on the clocks of the zone."""
    at = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(NEW_YORK)).astimezone(UTC)
    assert wall(typed, now=at) == understood


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("today 8pm", "2026-11-23 20:00"),
        ("tonight, 8.30 pm", "2026-11-23 20:30"),
        ("Tomorrow at 20h", "2026-11-24 20:00"),
        ("Friday 8pm", "2026-11-27 20:00"),
        ("on Fri, 20:00", "2026-11-27 20:00"),
        ("Monday at 8 pm", "2026-11-23 20:00"),
        ("Monday 6:59 am", "2026-11-30 06:59"),
        ("in 3 hours", "2026-11-23 10:00"),
        ("In an hour", "2026-11-23 08:00"),
        ("in 20 min", "2026-11-23 07:20"),
        ("in 2 days", "2026-11-25 07:00"),
        ("in 1 week", "2026-11-30 07:00"),
    ],
)
def test_days_and_times_are_counted_from_now_on_the_hosts_clock(typed, understood):
    # There it is 7 am on Monday.
    assert wall(typed) == understood


def test_the_next_year_is_told_on_the_hosts_clock():
    """At noon UTC on New Year's Eve it is next year already in Kiritimati, where 1 January is today."""
    now = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
    assert wall("1 Jan 8pm", "Pacific/Kiritimati", now) == "2027-01-01 20:00"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "soon",
        "8pm",
        "20:00",
        "3 Dec",
        "2026-12-03",
        "Sept10 2026",
        "Dec 8:00pm",
        "2026-12 20:00",
        "5 Dec 10",
        "tomorrow",
        "tomorrow 3 Dec 8pm",
        "next Friday 8pm",
        "Friday 25:00",
        "Friday 8pm ET",
        "in 3 fortnights",
        "in 0.5 hours",
        "3/12 8pm",
        "12/25 8pm",
        "3/12/2026 20:00",
        "3-12-2026 20:00",
        "12-3-26 20:00",
        "26-12-03 20:00",
        "3.12.2026 20:00",
        "3. 12. 2026 20:00",
        "3. 12. 2026",
        "3.12. 20:00",
        "2026-02-30 20:00",
        "29 Feb 2027 20:00",
        "2026-12-03 24:00",
        "2026-12-03 25:00",
        "2026-12-03 20:61",
        "2026-12-03 20:00 pm",
        "3 Dec 8-9 pm",
        "2026-12-03 20:00-21:00",
        "3 Dec 8 pm EST",
        "3 Dec 8 pm ET",
        "2026-12-03 20:00 UTC",
        "2026-12-03T20:00Z",
        "2026-12-03T20:00+02:00",
        "9999-12-31 23:59",
        "3 décembre 20h",
        "\x00",
        "1e999 Dec 8pm",
    ],
)
def test_what_can_not_be_read_is_refused_with_what_was_typed(typed):
    with pytest.raises(BadInput) as refused:
        parse_start(typed, NEW_YORK, NOW)
    assert refused.value.problem is Problem.START_UNREADABLE
    assert refused.value.facts == {"typed": typed.strip()}


@pytest.mark.parametrize(
    ("typed", "zone", "instead"),
    [
        ("2027-03-14 02:30", NEW_YORK, "2027-03-14 03:30"),
        ("2027-03-14 02:00", NEW_YORK, "2027-03-14 03:00"),
        ("2027-03-28 01:15", "Europe/London", "2027-03-28 02:15"),
        ("2027-10-03 02:10", "Australia/Lord_Howe", "2027-10-03 02:40"),
        ("2011-12-30 20:00", "Pacific/Apia", "2011-12-31 20:00"),
    ],
)
def test_a_time_that_clocks_skip_is_refused_with_the_time_they_show_instead(typed, zone, instead):
    with pytest.raises(BadInput) as refused:
        parse_start(typed, zone, NOW)
    assert refused.value.problem is Problem.START_IN_GAP
    assert refused.value.facts == {
        "wall": datetime.fromisoformat(typed),
        "zone": zone,
        "instead": datetime.fromisoformat(instead),
    }


@pytest.mark.parametrize(
    ("typed", "zone", "instant"),
    [
        ("2027-11-07 01:30", NEW_YORK, "2027-11-07T05:30+00:00"),
        ("2027-10-31 01:30", "Europe/London", "2027-10-31T00:30+00:00"),
        ("2027-04-04 01:45", "Australia/Lord_Howe", "2027-04-03T14:45+00:00"),
    ],
)
def test_a_time_that_clocks_show_twice_means_the_first(typed, zone, instant):
    assert parse_start(typed, zone, NOW) == datetime.fromisoformat(instant)


@given(
    at=st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31)),  # noqa: DTZ001 - a wall clock has no zone yet
    zone=st.sampled_from(ZONES),
)
def test_any_wall_clock_comes_back_unless_clocks_skip_it(at, zone):
    typed = f"{at:%Y-%m-%d %H:%M}"
    exact = at.replace(second=0, microsecond=0)
    back = exact.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if back == exact:
        start = parse_start(typed, zone, NOW)
        assert start.tzinfo is UTC
        assert start.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == exact
        return
    with pytest.raises(BadInput) as refused:
        parse_start(typed, zone, NOW)
    assert refused.value.problem is Problem.START_IN_GAP
    assert timedelta() < refused.value.facts["instead"] - exact <= timedelta(days=1)


# Pieces that dateutil knows reach further into it than letters drawn at random.
_PIECES = st.sampled_from(
    re.findall(
        r"\S+",
        "3 31 12 0 1e5 99999 9999 0001 Dec Feb 29 20:00 8 pm a.m. noon midnight T Z + - / . : , of at h m s th "
        "Mon EST UTC ² ٣ \uff11 '26 2026-12-03 20h30 8.30",
    )
)


@given(typed=st.text() | st.lists(_PIECES | st.just(" "), max_size=9).map("".join), zone=st.sampled_from(ZONES))
@example(typed="0001-01-01 00:00", zone="Asia/Tokyo")
@example(typed="9999-12-31 23:59", zone="America/New_York")
@example(typed="29 Feb 8pm", zone="UTC")
def test_no_text_does_worse_than_to_be_refused(typed, zone):
    try:
        start = parse_start(typed, zone, NOW)
    except BadInput as refused:
        assert refused.problem in {Problem.START_UNREADABLE, Problem.START_IN_GAP}  # noqa: PT017 - either is right
    else:
        assert start.tzinfo is UTC
        assert start.microsecond == 0


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("America/New_York", NEW_YORK),
        ("america/new_york", NEW_YORK),
        ("AMERICA/NEW YORK", NEW_YORK),
        ("new york", NEW_YORK),
        (" New  York ", NEW_YORK),
        ("new_york", NEW_YORK),
        ("london", "Europe/London"),
        ("Tokyo", "Asia/Tokyo"),
        ("sao paulo", "America/Sao_Paulo"),
        ("st johns", "America/St_Johns"),
        ("utc", "UTC"),
        ("gmt", "GMT"),
        ("us/eastern", "US/Eastern"),
        ("eastern", "US/Eastern"),
        ("pacific", "US/Pacific"),
        ("Etc/GMT+5", "Etc/GMT+5"),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_citys_in_any_case(typed, zone):
    assert check_zone(typed) == zone


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("Europe/Londn", "Europe/London"),
        ("Nwe York", NEW_YORK),
        ("America / New York", NEW_YORK),
        ("São Paulo", "America/Sao_Paulo"),
        ("St. John's", "America/St_Johns"),
        ("posix/Europe/London", "Europe/London"),
        ("ET", NEW_YORK),
        ("EST", NEW_YORK),
        ("cdt", "America/Chicago"),
        ("MST", "America/Phoenix"),
        ("PT", "America/Los_Angeles"),
        ("BST", "Europe/London"),
        ("AEST", "Australia/Brisbane"),
    ],
)
def test_a_mistyped_or_ambiguous_zone_is_refused_with_what_it_may_mean(typed, suggested):
    with pytest.raises(BadInput) as refused:
        check_zone(typed)
    assert refused.value.problem is Problem.ZONE_UNKNOWN
    assert refused.value.facts["zone"] == typed
    assert suggested in refused.value.facts["suggestions"]
    assert len(refused.value.facts["suggestions"]) <= 3


@pytest.mark.parametrize("typed", ["", "   ", "the moon", "localtime", "Factory", "UTC+2", "x" * 100])
def test_what_is_no_zone_is_refused(typed):
    with pytest.raises(BadInput) as refused:
        check_zone(typed)
    assert refused.value.facts["zone"] == typed.strip()


@given(typed=st.text())
def test_no_text_does_worse_than_to_be_an_unknown_zone(typed):
    try:
        assert ZoneInfo(check_zone(typed))
    except BadInput as refused:
        assert all(ZoneInfo(name) for name in refused.facts["suggestions"])  # noqa: PT017 - either is right
