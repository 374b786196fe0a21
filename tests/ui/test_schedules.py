"""Whatever is noted of a schedule, the host reads one plain sentence, and the examples are ones that work."""

from datetime import UTC, date, datetime, time

import pytest

from bot.domain.recurrence.reading import read_phrase
from bot.domain.recurrence.schedule import HolidayPolicy, Note, NoteKind
from bot.ui.schedules import EXAMPLES, note_line
from bot.ui.texts import Texts

SAY = Texts()
DAY = date(2027, 3, 14)
NOTES = {
    NoteKind.ZONE_AMBIGUOUS: (
        {"words": "CST", "zone": "America/Chicago", "others": ["Asia/Shanghai"]},
        "Asia/Shanghai",
    ),
    NoteKind.ZONE_ASSUMED: ({"zone": "UTC"}, "no time zone; I took UTC"),
    NoteKind.ZONE_SEASON: ({"words": "EST", "zone": "America/New_York"}, "summer and winter"),
    NoteKind.ZONE_FIXED: ({"words": "UTC+2", "zone": "Etc/GMT-2"}, "never follows summer time"),
    NoteKind.ZONES_DRIFT: ({"zone": "Europe/London", "other": "America/New_York"}, "Europe/London counts"),
    NoteKind.TIME_ASSUMED: ({"time": time(20)}, "I took 8 pm"),
    NoteKind.HALF_OF_DAY_ASSUMED: ({"time": time(20, 30)}, "I took 8:30 pm"),
    NoteKind.HOURS: ({"hours": "10.5"}, "lasts 10.5 hours"),
    NoteKind.ONCE_ASSUMED: ({"weekday": 3}, "say “every Thursday”"),
    NoteKind.WEEKLY_ASSUMED: ({}, "every week"),
    NoteKind.PATTERN_ASSUMED: ({"day": 15}, "day 15"),
    NoteKind.WORD_TAKEN: ({"words": "biweekly", "taken": "every 2 weeks"}, "I took it as every 2 weeks"),
    NoteKind.BEAT_ASSUMED: ({}, "the next that fits"),
    NoteKind.DATE_ORDER_ASSUMED: ({"month": 12, "day": 4}, "4 December"),
    NoteKind.YEAR_ASSUMED: ({"date": DAY}, "14 March 2027"),
    NoteKind.MONTHS_WITHOUT: ({"months": [DAY, date(2027, 5, 1)]}, "none: March, May."),
    NoteKind.YEARLY_ASSUMED: ({}, "every year"),
    NoteKind.MIDNIGHT: ({}, "from Thursday to Friday"),
    NoteKind.PERIOD_UNKNOWN: ({"words": "in Lent"}, "when “in Lent” is"),
    NoteKind.YEARS_WITHOUT: ({"month": 2, "day": 29}, "29 February"),
    NoteKind.HOLIDAYS: ({"policy": HolidayPolicy.SKIP}, "left out on holidays"),
    NoteKind.LEFT_OUT_ONCE: ({"date": DAY, "falls_on": True}, "14 March 2027 is left out"),
    NoteKind.SLOW: ({"minutes": 1440}, "over days"),
    NoteKind.WORDS_PASSED_OVER: ({"words": "2014"}, "“2014”"),
    NoteKind.ALL_PAST: ({"date": DAY}, "has passed already"),
}


def test_the_table_names_every_kind_of_note():
    assert set(NOTES) == set(NoteKind)


@pytest.mark.parametrize("kind", list(NoteKind))
def test_every_note_has_a_sentence_that_names_its_facts(kind):
    facts, says = NOTES[kind]
    line = note_line(Note(kind, facts), SAY)
    assert says in line
    assert line.endswith(".")
    assert "{" not in line


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        (HolidayPolicy.WEEK_LATER, "a week later"),
        (HolidayPolicy.ASK, "hosts are asked"),
        (HolidayPolicy.KEEP, "on holidays too"),
    ],
)
def test_each_holiday_policy_is_said(policy, says):
    assert says in note_line(Note(NoteKind.HOLIDAYS, {"policy": policy}), SAY)


def test_other_facts_make_other_sentences():
    nothing = Note(NoteKind.LEFT_OUT_ONCE, {"date": DAY, "falls_on": False})
    assert "not one of its dates" in note_line(nothing, SAY)
    assert "from the dates" in note_line(Note(NoteKind.PATTERN_ASSUMED, {"day": None}), SAY)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_work_and_need_no_guess_but_a_zone(example):
    reading = read_phrase(example, "UTC", datetime(2026, 11, 23, tzinfo=UTC))
    assert [note for note in reading.notes if note.to_confirm] == []
