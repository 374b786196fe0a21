"""A schedule's sentence, read as a phrase, gives the same schedule again."""

from datetime import UTC, date, datetime, time
from zoneinfo import available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.recurrence.dates import first_date
from bot.domain.recurrence.reading import read_phrase
from bot.domain.recurrence.rules import Frequency, Nth, Rule
from bot.domain.recurrence.schedule import Schedule, Sitting
from bot.domain.recurrence.wording import place, sentence
from tests.domain.recurrence.more_phrases import MORE_PHRASES
from tests.domain.recurrence.phrases import PHRASES

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)
ZONES = [
    "America/New_York",
    "America/Argentina/Buenos_Aires",
    "America/Port-au-Prince",
    "Europe/London",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Etc/UTC",
    "Etc/GMT+5",
]

weekdays = st.lists(st.integers(0, 6), min_size=1, max_size=6, unique=True).map(sorted)
months = st.lists(st.integers(1, 12), min_size=2, max_size=11, unique=True).map(sorted).map(tuple)
intervals = st.integers(1, 12)
nths = st.lists(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1, max_size=3, unique=True)


def _nth_days(days, numbers):
    return tuple(Nth(day, n) for day in days for n in numbers)


daily = st.builds(Rule, st.just(Frequency.DAILY), intervals)
weekly = st.builds(
    lambda days, interval, among: Rule(
        Frequency.WEEKLY, interval, tuple(map(Nth, days)), by_month=among if interval == 1 else ()
    ),
    weekdays,
    intervals,
    months | st.just(()),
)
monthly = st.builds(
    lambda days, numbers, interval: Rule(Frequency.MONTHLY, interval, _nth_days(days, numbers)),
    st.lists(st.integers(0, 6), min_size=1, max_size=1),
    nths,
    intervals,
)
in_months = st.builds(
    lambda day, numbers, among: Rule(Frequency.MONTHLY, 1, _nth_days([day], numbers), by_month=among),
    st.integers(0, 6),
    nths,
    months,
)
month_days = st.builds(
    lambda days, interval: Rule(Frequency.MONTHLY, interval, by_month_day=tuple(sorted(days))),
    st.sets(st.integers(1, 31), min_size=1, max_size=3),
    intervals,
)
last_weekday = st.just(Rule(Frequency.MONTHLY, 1, tuple(map(Nth, range(5))), by_set_pos=(-1,)))
yearly = st.builds(
    lambda month, day, interval: Rule(Frequency.YEARLY, interval, by_month_day=(day,), by_month=(month,)),
    st.integers(1, 12),
    st.integers(1, 28),
    intervals,
)
yearly_nth = st.builds(
    lambda month, day, n: Rule(Frequency.YEARLY, 1, (Nth(day, n),), by_month=(month,)),
    st.integers(1, 12),
    st.integers(0, 6),
    st.sampled_from([1, 2, 3, 4, -1]),
)
rules = daily | weekly | monthly | in_months | month_days | last_weekday | yearly | yearly_nth


@st.composite
def sittings(draw):
    rule = draw(rules)
    start = draw(st.dates(date(2026, 11, 23), date(2031, 12, 31)))
    begins_on = first_date(Rule(**{**{f: getattr(rule, f) for f in rule.__slots__}, "interval": 1}), start, start)
    if begins_on is None:
        begins_on = start
    ending = draw(st.none() | st.integers(2, 500) | st.dates(date(2040, 1, 1), date(2060, 12, 31)))
    at = time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 15, 30, 45, 59])))
    minutes = draw(st.integers(1, 1439) | st.sampled_from([1440, 2880, 10080, 1500]))
    fields = {f: getattr(rule, f) for f in rule.__slots__}
    if isinstance(ending, int):
        fields["count"] = ending
    else:
        fields["until"] = ending
    return Sitting(Rule(**fields), begins_on, at, draw(st.sampled_from(ZONES)), minutes)


def _every_day(at, minutes):
    return Sitting(Rule(Frequency.DAILY), date(2026, 11, 23), at, "America/New_York", minutes)


@given(sitting=sittings())
@example(_every_day(time(0), 961))
@example(_every_day(time(8), 960))
@example(_every_day(time(23), 961))
@example(_every_day(time(20), 1439))
def test_any_rule_comes_back_from_its_sentence(sitting):
    said = sentence(Schedule((sitting,)))
    (read,) = read_phrase(said, "Asia/Tokyo", NOW).schedule.sittings
    assert read == sitting, said


@given(day=st.dates(date(2026, 11, 25), date(2040, 1, 1)), zone=st.sampled_from(ZONES), hour=st.integers(0, 23))
def test_a_single_date_comes_back_from_its_sentence(day, zone, hour):
    sitting = Sitting(Rule(Frequency.DAILY, count=1), day, time(hour, 5), zone, 90)
    (read,) = read_phrase(sentence(Schedule((sitting,))), "Asia/Tokyo", NOW).schedule.sittings
    assert read == sitting


@pytest.mark.parametrize("phrase", [row[0] for row in PHRASES + MORE_PHRASES if "|" not in row[1]])
def test_what_was_understood_comes_back_from_its_sentence(phrase):
    read = read_phrase(phrase, "UTC", NOW).schedule
    said = sentence(read)
    again = read_phrase(said, "UTC", NOW).schedule
    # The zone UTC is written as Etc/UTC by some.
    assert again.sittings == read.sittings, said
    assert again.changes == read.changes, said


def test_every_zone_is_said_so_that_it_is_read_again():
    zones = [zone for zone in available_timezones() if "/" in zone and zone != "Etc/GMT0"]
    for zone in zones:
        read = read_phrase(f"every Tuesday, 8 pm {place(zone)} time", "Etc/UTC", NOW).schedule
        assert read.zone == zone
    assert [place(zone) for zone in ("America/St_Johns", "Etc/UTC", "Pacific/Easter")] == [
        "St Johns",
        "Etc/UTC",
        "Pacific/Easter",
    ]


def test_a_beginning_that_changes_nothing_is_left_out():
    schedule = read_phrase("every Thursday 8pm ET", "UTC", NOW).schedule
    assert sentence(schedule, NOW.date()) == "Every Thursday, 8 pm to 9 pm New York time"
    assert sentence(schedule).endswith(", starting 26 November 2026")
    other = read_phrase("every other Thursday 8:30pm ET until Christmas", "UTC", NOW).schedule
    assert sentence(other, NOW.date()) == (
        "Every other Thursday, 8:30 pm to 9:30 pm New York time, starting 26 November 2026, until 25 December 2026"
    )
