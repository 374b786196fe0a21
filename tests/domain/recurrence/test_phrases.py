"""What people write on a poster is understood as they meant it; what can't be is refused with the words at fault."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.errors import BadInput, Problem
from bot.domain.recurrence.occurrences import next_occurrence, occurrences
from bot.domain.recurrence.reading import MOST_CHARACTERS, read_phrase
from bot.domain.recurrence.schedule import HolidayPolicy, NoteKind
from tests.domain.recurrence.more_phrases import MORE_PHRASES
from tests.domain.recurrence.phrases import LONDON, NY, PHRASES

# A Monday.
NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)


def read(phrase, zone="UTC", now=NOW):
    return read_phrase(phrase, zone, now)


def kinds(reading):
    return [note.kind for note in reading.notes]


def first(phrase, zone="UTC"):
    return next_occurrence(read(phrase, zone).schedule, NOW).starts_at


@pytest.mark.parametrize(("phrase", "rules", "times", "zone", "minutes"), PHRASES, ids=[row[0] for row in PHRASES])
def test_a_phrase_is_understood(phrase, rules, times, zone, minutes):
    sittings = read(phrase).schedule.sittings
    assert "|".join(dict.fromkeys(one.rule.text(one.at, one.zone) for one in sittings)) == rules
    assert [f"{one.at:%H:%M}" for one in sittings] == times.split()
    assert {one.zone for one in sittings} == {zone}
    assert {one.minutes for one in sittings} == {minutes}


@pytest.mark.parametrize(
    ("phrase", "rules", "times", "zones", "minutes", "days"), MORE_PHRASES, ids=[row[0] for row in MORE_PHRASES]
)
def test_a_strangers_phrase_is_understood(phrase, rules, times, zones, minutes, days):
    sittings = read(phrase).schedule.sittings
    assert "|".join(dict.fromkeys(one.rule.text(one.at, one.zone) for one in sittings)) == rules
    assert [f"{one.at:%H:%M}" for one in sittings] == times.split()
    assert " ".join(dict.fromkeys(one.zone for one in sittings)) == zones
    assert {one.minutes for one in sittings} == {minutes}
    assert " ".join(dict.fromkeys(f"{one.begins_on}" for one in sittings)) == days


def test_there_are_many_phrases():
    assert len({row[0] for row in PHRASES}) >= 80


@pytest.mark.parametrize(
    ("phrase", "problem", "words"),
    [
        ("", Problem.SCHEDULE_EMPTY, []),
        ("  \n ", Problem.SCHEDULE_EMPTY, []),
        ("x" * (MOST_CHARACTERS + 1), Problem.SCHEDULE_TOO_LONG, []),
        ("banana", Problem.SCHEDULE_NOT_UNDERSTOOD, ["banana"]),
        ("every blursday at 8pm ET", Problem.SCHEDULE_NOT_UNDERSTOOD, ["every blursday"]),
        ("Tuesdays at 8 pm Mars time", Problem.SCHEDULE_NOT_UNDERSTOOD, ["Mars time"]),
        ("8pm ET", Problem.SCHEDULE_NO_DAY, ["8pm ET"]),
        ("weekly at 8pm", Problem.SCHEDULE_NO_DAY, ["weekly"]),
        ("monthly on Thursdays at 8pm ET", Problem.SCHEDULE_WHICH_WEEK, ["monthly on Thursdays"]),
        ("every Tuesday on Wednesday at 8pm", Problem.SCHEDULE_DAYS_CONTRADICT, ["every Tuesday", "Wednesday"]),
        ("Tuesday Wednesday 8pm ET", Problem.SCHEDULE_DAYS_CONTRADICT, ["Tuesday", "Wednesday"]),
        ("weekly, every other Tuesday, 8pm", Problem.SCHEDULE_BEATS_CONTRADICT, ["weekly, every other Tuesday"]),
        ("8pm ET / 8pm PT on Tuesdays", Problem.SCHEDULE_ZONES_DISAGREE, ["8pm ET", "8pm PT"]),
        ("Tuesdays at 25:00", Problem.SCHEDULE_TIME_IMPOSSIBLE, ["25:00"]),
        ("Tuesdays at 13pm", Problem.SCHEDULE_TIME_IMPOSSIBLE, ["13pm"]),
        ("31 February at 8pm ET", Problem.SCHEDULE_DATE_IMPOSSIBLE, ["31 February"]),
        ("two Tuesdays a month, 8pm ET", Problem.SCHEDULE_WHICH_WEEK, ["Tuesdays"]),
        ("every Easter Monday at 8pm ET", Problem.SCHEDULE_NOT_UNDERSTOOD, ["every Easter Monday at 8pm ET"]),
        ("Tuesdays 8pm ET (except the 1st Tuesday, when it's 7pm)", Problem.SCHEDULE_NOT_UNDERSTOOD, ["when it's"]),
        ("9. Januar 2027, 20 Uhr", Problem.SCHEDULE_NO_DAY, ["9. Januar 2027, 20 Uhr"]),
        ("every year on February 30 at 8pm", Problem.SCHEDULE_DATE_IMPOSSIBLE, ["February 30"]),
        ("2027-02-29 at 8pm", Problem.SCHEDULE_DATE_IMPOSSIBLE, ["2027-02-29"]),
        ("Friday, December 3, 2026, 8pm ET", Problem.SCHEDULE_WRONG_WEEKDAY, ["Friday 3 December 2026"]),
        ("every minute", Problem.SCHEDULE_TOO_OFTEN, ["every minute"]),
        ("every 20 minutes", Problem.SCHEDULE_TOO_OFTEN, ["every 20 minutes"]),
        ("hourly", Problem.SCHEDULE_TOO_OFTEN, ["hourly"]),
        ("FREQ=HOURLY", Problem.SCHEDULE_TOO_OFTEN, ["FREQ=HOURLY"]),
        ("FREQ=DAILY;BYHOUR=1,2,3,4;BYMINUTE=0,15,30,45", Problem.SCHEDULE_TOO_OFTEN, ["BYHOUR=1,2,3,4"]),
        ("6th Thursday of the month at 8pm", Problem.SCHEDULE_NEVER, ["6th Thursday of the month"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", Problem.SCHEDULE_NEVER, ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31"]),
        ("daily 8pm except weekdays and weekends", Problem.SCHEDULE_NEVER, ["daily 8pm except weekdays and weekends"]),
        (
            "Tuesdays 8pm from 5 March 2027 until 1 February 2027",
            Problem.SCHEDULE_END_BEFORE_START,
            ["01 February 2027"],
        ),
        ("Thursdays 9 pm - 8 pm ET", Problem.SCHEDULE_TIMES_BACKWARDS, ["9 pm - 8 pm ET"]),
        ("Thursdays noon to 11 am", Problem.SCHEDULE_TIMES_BACKWARDS, ["noon to 11 am"]),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101", Problem.RRULE_COUNT_AND_UNTIL, ["COUNT=3", "UNTIL=20270101"]),
        ("FREQ=WEEKLY;BYDAY=XX", Problem.RRULE_UNREADABLE, ["BYDAY=XX"]),
        ("FREQ=WEEKLY;BYDAY=2TU", Problem.RRULE_UNREADABLE, ["BYDAY=2TU"]),
        ("FREQ=OFTEN", Problem.RRULE_UNREADABLE, ["FREQ=OFTEN"]),
        ("FREQ=DAILY;INTERVAL=0", Problem.RRULE_UNREADABLE, ["INTERVAL=0"]),
        ("FREQ=DAILY;COUNT=999999", Problem.RRULE_UNREADABLE, ["COUNT=999999"]),
        ("FREQ=DAILY;UNTIL=20271340", Problem.RRULE_UNREADABLE, ["UNTIL=20271340"]),
        ("FREQ=DAILY;FREQ=WEEKLY", Problem.RRULE_UNREADABLE, ["FREQ=WEEKLY"]),
    ],
)
def test_what_can_not_be_used_is_refused_with_the_words_at_fault(phrase, problem, words):
    with pytest.raises(BadInput) as refused:
        read(phrase)
    assert (refused.value.problem, refused.value.facts["words"]) == (problem, words)


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("Tuesdays at 8pm", NoteKind.ZONE_ASSUMED),
        ("Tuesdays, UK time", NoteKind.TIME_ASSUMED),
        ("Tuesdays at 8 ET", NoteKind.HALF_OF_DAY_ASSUMED),
        ("Tuesdays 9-8 ET", NoteKind.HOURS),
        ("Tuesday at 8pm ET", NoteKind.ONCE_ASSUMED),
        ("Tuesday and Thursday at 8pm ET", NoteKind.WEEKLY_ASSUMED),
        ("biweekly Tuesdays at 8pm ET", NoteKind.WORD_TAKEN),
        ("every second Tuesday at 8pm ET", NoteKind.WORD_TAKEN),
        ("every other Tuesday at 8pm ET", NoteKind.BEAT_ASSUMED),
        ("12/4/2026 at 8pm ET", NoteKind.DATE_ORDER_ASSUMED),
        ("Tuesdays at 8pm CST", NoteKind.ZONE_AMBIGUOUS),
        ("Tuesdays at 8pm IST", NoteKind.ZONE_AMBIGUOUS),
        ("first Tuesday in February, 8pm ET", NoteKind.YEARLY_ASSUMED),
        ("Fridays at midnight ET", NoteKind.MIDNIGHT),
        ("every Friday 24:00 UTC", NoteKind.MIDNIGHT),
        ("Mondays during term time 8pm UK time", NoteKind.PERIOD_UNKNOWN),
        ("Mondays 8pm ET except the summer holidays", NoteKind.PERIOD_UNKNOWN),
        ("Mondays 8pm ET, off for the summer", NoteKind.PERIOD_UNKNOWN),
        ("Mondays 8pm ET, a week later if it is a holiday, not during term time", NoteKind.PERIOD_UNKNOWN),
        ("Tuesdays 8pm ET until mid-June", NoteKind.WORD_TAKEN),
        ("either Tuesdays or Thursdays, 8pm ET", NoteKind.WORD_TAKEN),
        ("Tuesdays at 7pm or 8pm ET", NoteKind.WORD_TAKEN),
        ("second Tuesday, 8 pm ET, moved when that is a holiday", NoteKind.WORD_TAKEN),
        ("slow chat all week, one question a day, 9am ET", NoteKind.BEAT_ASSUMED),
    ],
)
def test_a_guess_is_flagged_for_confirmation(phrase, kind):
    (note,) = [note for note in read(phrase).notes if note.kind is kind]
    assert note.to_confirm


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("Tuesdays at 8pm EDT", NoteKind.ZONE_SEASON),
        ("Tuesdays at 8pm UTC+2", NoteKind.ZONE_FIXED),
        ("Tuesdays 8pm UK time / 3pm ET", NoteKind.ZONES_DRIFT),
        ("every February 29 at 8pm ET", NoteKind.YEARS_WITHOUT),
        ("3 December 2020 at 8pm ET", NoteKind.ALL_PAST),
        ("slow chat every Monday and Thursday, 9am ET", NoteKind.SLOW),
    ],
)
def test_what_a_host_should_know_is_noted_and_needs_no_confirmation(phrase, kind):
    (note,) = [note for note in read(phrase).notes if note.kind is kind]
    assert not note.to_confirm


def test_a_fifth_friday_names_the_months_that_have_none():
    (note,) = [
        note for note in read("the fifth Friday of the month, 8pm ET").notes if note.kind is NoteKind.MONTHS_WITHOUT
    ]
    assert [f"{month:%b}" for month in note.facts["months"]] == ["Nov", "Dec", "Feb", "Mar", "May", "Jun", "Aug", "Sep"]


@pytest.mark.parametrize(
    ("phrase", "server", "zone"),
    [
        ("Tuesdays 8pm CST", "America/Chicago", "America/Chicago"),
        ("Tuesdays 8pm CST", "Asia/Shanghai", "Asia/Shanghai"),
        ("Tuesdays 8pm IST", "Europe/Dublin", "Europe/Dublin"),
        ("Tuesdays 8pm IST", "Asia/Jerusalem", "Asia/Jerusalem"),
        ("Tuesdays 8pm BST", "Asia/Dhaka", "Asia/Dhaka"),
        ("Tuesdays 8pm ET", "America/Toronto", "America/Toronto"),
        ("Tuesdays 8pm EST", "Australia/Melbourne", "Australia/Melbourne"),
        ("Tuesdays 8pm", "Asia/Tokyo", "Asia/Tokyo"),
        ("Tuesdays 5pm PT / 8pm ET", NY, NY),
    ],
)
def test_the_servers_zone_decides_what_an_abbreviation_is(phrase, server, zone):
    assert read(phrase, server).schedule.zone == zone


@pytest.mark.parametrize(
    ("phrase", "policy"),
    [
        ("Tuesdays 8pm ET unless it is a holiday", HolidayPolicy.SKIP),
        ("Tuesdays 8pm ET; no chat on public holidays", HolidayPolicy.SKIP),
        ("Tuesdays 8pm ET. If it's a holiday we meet a week later", HolidayPolicy.WEEK_LATER),
        ("Tuesdays 8pm ET, a week later if it is a holiday", HolidayPolicy.WEEK_LATER),
        ("Tuesdays 8pm ET, moved to the following week if it's a holiday", HolidayPolicy.WEEK_LATER),
        ("2nd Monday 8pm ET (3rd Monday if holiday)", HolidayPolicy.WEEK_LATER),
        ("second Tuesday, 8 pm ET, moved when that is a holiday", HolidayPolicy.WEEK_LATER),
        ("first Monday 8pm ET, or the second if the first is a holiday", HolidayPolicy.WEEK_LATER),
        ("Tuesdays 8pm ET. If it is a holiday, ask the hosts.", HolidayPolicy.ASK),
        ("Tuesdays 8pm ET, holidays included", HolidayPolicy.KEEP),
        ("Tuesdays 8pm ET", None),
    ],
)
def test_what_is_said_of_holidays_is_kept(phrase, policy):
    assert read(phrase).holidays is policy


def test_single_dates_are_left_out():
    schedule = read("every Thursday 8pm ET, except December 24 and 31").schedule
    assert sorted(str(key) for key in schedule.changes.cancelled) == ["2026-12-24", "2026-12-31"]
    days = [one.wall.date() for one, _ in zip(occurrences(schedule, NOW), range(6), strict=False)]
    assert date(2026, 12, 17) in days
    assert date(2027, 1, 7) in days
    assert not {date(2026, 12, 24), date(2026, 12, 31)} & set(days)


def test_a_date_that_is_left_out_but_was_none_is_pointed_out():
    (note,) = [note for note in read("Tuesdays 8pm ET except December 25").notes if note.kind is NoteKind.LEFT_OUT_ONCE]
    assert note.facts == {"date": date(2026, 12, 25), "falls_on": False}


def test_alternating_days_take_turns():
    schedule = read("alternating Tuesdays at 8pm and Thursdays at noon, UK time").schedule
    found = [(one.wall.date(), one.wall.time()) for one, _ in zip(occurrences(schedule, NOW), range(4), strict=False)]
    assert found == [
        (date(2026, 11, 24), time(20)),
        (date(2026, 12, 3), time(12)),
        (date(2026, 12, 8), time(20)),
        (date(2026, 12, 17), time(12)),
    ]


def test_of_one_moment_in_several_zones_the_one_that_counts_is_named():
    (note,) = [
        note for note in read("Thursdays 20:00 UK time / 15:00 ET", NY).notes if note.kind is NoteKind.ZONES_DRIFT
    ]
    assert note.facts == {"zone": NY, "other": LONDON}
    halves = [n for n in read("Thursdays 8 ET/7 CT/6 MT").notes if n.kind is NoteKind.HALF_OF_DAY_ASSUMED]
    assert len(halves) == 1


def test_the_servers_clock_is_taken_only_with_its_own_day():
    assert read("Fridays 11am Sydney / 7pm ET", NY).schedule.zone == "Australia/Sydney"
    own = read("Saturdays 9am Sydney / Fridays 5pm New York", NY).schedule.sittings[0]
    assert (own.zone, own.begins_on) == (NY, date(2026, 11, 27))


def test_a_single_date_whose_hour_has_passed_is_pointed_out():
    assert NoteKind.ALL_PAST in kinds(read("23 November at 3pm"))
    assert NoteKind.ALL_PAST not in kinds(read("23 November at 5pm"))


def test_a_beat_is_counted_from_the_start_that_was_named():
    assert first("every other Thursday 8pm ET, starting 10 December") == datetime(2026, 12, 11, 1, tzinfo=UTC)
    in_step = read("every other Thursday 8pm ET, starting 5 November 2026").schedule
    assert next_occurrence(in_step, NOW).wall.date() == date(2026, 12, 3)


def test_today_counts_until_its_time_has_passed():
    assert first("Mondays at 5pm", "UTC") == datetime(2026, 11, 23, 17, tzinfo=UTC)
    assert first("Mondays at 3pm", "UTC") == datetime(2026, 11, 30, 15, tzinfo=UTC)
    assert first("this Monday at 3pm", "UTC") == datetime(2026, 11, 30, 15, tzinfo=UTC)
    assert first("next Monday at 5pm", "UTC") == datetime(2026, 11, 30, 17, tzinfo=UTC)


def test_figures_are_a_date_as_the_zone_writes_it():
    assert first("12/4/2026 8pm ET").date() == date(2026, 12, 5)
    assert first("4/12/2026 8pm UK time").date() == date(2026, 12, 4)
    assert kinds(read("13/12/2026 8pm UK time")) == []


def test_until_in_a_rule_is_read_on_the_clocks_of_its_zone():
    schedule = read("DTSTART;TZID=America/New_York:20261201T200000 RRULE:FREQ=WEEKLY;UNTIL=20261216T010000Z").schedule
    days = [one.wall.date().day for one in occurrences(schedule, NOW)]
    assert days == [1, 8, 15]


PIECES = st.sampled_from(
    [
        "every",
        "other",
        "each",
        "2nd",
        "first",
        "last",
        "Tuesday",
        "Thursdays",
        "weekdays",
        "month",
        "week",
        "of",
        "the",
        "at",
        "8",
        "8pm",
        "8-9:30",
        "-",
        ",",
        "/",
        "&",
        "(",
        ")",
        "ET",
        "PST",
        "UK",
        "time",
        "until",
        "starting",
        "from",
        "except",
        "in",
        "August",
        "3",
        "December",
        "2027",
        "noon",
        "daily",
        "one",
        "question",
        "a",
        "day",
        "holidays",
        "unless",
        "for",
        "six",
        "weeks",
        "FREQ=WEEKLY;",
        "BYDAY=",
        "31",
        "February",
        "0",
        "99",
        "\uff16",
        "12/4",
        "#tag",
        ".",
        "...",
        "\n",
        "this",
        "next",
        "between",
        "and",
        "biweekly",
        "EST5EDT",
        "year",
        "quarter",
        "evenings",
        "24:00",
        "1900",
        "UTC+14",
        "GMT-3",
        "Europe/London",
        "slow",
        "chat",
    ]
)


@given(
    phrase=st.text(max_size=60) | st.lists(PIECES, max_size=14).map(" ".join), zone=st.sampled_from(["UTC", NY, LONDON])
)
@example(phrase="²pm ٣ every", zone="UTC")
@example(phrase="every Tuesday noon 0 evenings", zone="UTC")
@example(phrase="0th Tuesday of the month", zone="UTC")
def test_no_text_does_worse_than_to_be_refused(phrase, zone):
    try:
        reading = read(phrase, zone)
    except BadInput as refused:
        assert isinstance(refused.facts["words"], list)  # noqa: PT017 - either is right
    else:
        assert reading.schedule.sittings
        assert all(1 <= one.minutes <= 31 * 24 * 60 for one in reading.schedule.sittings)
