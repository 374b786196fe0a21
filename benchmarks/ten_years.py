"""Ten years of many series under random restarts: `python benchmarks/ten_years.py [RESTARTS] [--json]`.

Each series is expanded from 2026 to 2035, and is followed again by a bot that is restarted at random instants and knows
only when the last occurrence was. Every occurrence must stand at its wall-clock time, none twice and none missing.
What should come is reckoned apart, by dateutil from the first date and by each zone's own clocks. Prints the counts,
and how long the next occurrence takes from any instant.
"""

import argparse
import json
import random
import sys
import time as stopwatch
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1]))

from dateutil import rrule, tz

from bot.domain.recurrence.occurrences import next_occurrence, occurrences
from bot.domain.recurrence.reading import read_phrase

BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
PHRASES = [
    "every Thursday 9 pm America/New_York",
    "second Thursday of the month 9 pm America/New_York",
    "every other Monday 7:30 pm America/Chicago",
    "first and third Tuesday of the month 8 pm America/Denver",
    "every day 2:30 am America/Los_Angeles",
    "every Sunday 1:30 am America/New_York",
    "last Wednesday of the month 20:00 Europe/London",
    "every Sunday 1:30 am Europe/London",
    "weekdays 12:15 pm Europe/Berlin",
    "every Saturday 10 am Australia/Lord_Howe",
    "every Sunday 2:15 am Australia/Lord_Howe",
    "every day 1:45 am Australia/Lord_Howe",
    "every Friday 9 pm Africa/Casablanca",
    "every day 2:30 am Africa/Casablanca",
    "every other Saturday 6 pm America/Santiago",
    "every Sunday 12:30 am America/Santiago",
    "fifth Friday of the month 7 pm Pacific/Apia",
    "every Monday and Thursday 8 am Pacific/Apia",
    "every month on the 31st 6 pm Asia/Tokyo",
    "Fridays at noon and 7 pm Australia/Sydney",
    "first Thursday of each quarter 3 pm Asia/Kolkata",
    "every year on February 29 at 1 pm Europe/Dublin",
    "every Tuesday except in August 7 pm Pacific/Auckland",
    "every 3 weeks on Wednesday 5:45 pm Asia/Kathmandu",
    "every Tuesday 8 pm America/Toronto from 6 January 2026 until 30 June 2031",
]

# Rules for which dateutil has to look far, or count from the beginning.
NY = "America/New_York"
RARE = [
    "FREQ=WEEKLY;BYDAY=TU;COUNT=1000 8 pm",
    "FREQ=DAILY;COUNT=1000 8 pm",
    "FREQ=MONTHLY;BYDAY=2TH;COUNT=120 8 pm",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29 8 pm",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SA 8 pm",
    "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29 8 pm",
    "FREQ=YEARLY;BYMONTH=2;BYDAY=5MO 8 pm",
    "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;BYDAY=FR 8 pm",
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO 8 pm",
    "FREQ=YEARLY;BYYEARDAY=366 8 pm",
    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13 8 pm",
    "FREQ=MONTHLY;BYMONTHDAY=31;INTERVAL=5 8 pm",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1 8 pm",
    "FREQ=MONTHLY;INTERVAL=1000;BYDAY=5FR 8 pm",
]


def expected(schedule):
    """The instants that should come, reckoned without the code under test."""
    found = []
    for sitting in schedule.sittings:
        zone = tz.gettz(sitting.zone)
        begins = datetime.combine(sitting.begins_on, sitting.at)
        rule = sitting.rule.text()
        if sitting.rule.until:
            rule = rule.replace(f"UNTIL={sitting.rule.until:%Y%m%d}", f"UNTIL={sitting.rule.until:%Y%m%d}T235959")
        for wall in rrule.rrulestr(rule, dtstart=begins):
            at = tz.resolve_imaginary(wall.replace(tzinfo=zone)).astimezone(UTC)
            if at >= END:
                break
            found.append(at)
    return sorted(found)


def keeps_wall_clock(occurrence):
    """Whether it stands at its wall-clock time, or moved by the gap where that doesn't exist."""
    local = occurrence.starts_at.astimezone(ZoneInfo(occurrence.zone)).replace(tzinfo=None)
    zone = tz.gettz(occurrence.zone)
    exists = tz.datetime_exists(occurrence.wall.replace(tzinfo=zone))
    return local == occurrence.wall if exists else local > occurrence.wall


def follow(schedule, restarts, dice):
    """What a bot does that is restarted again and again and knows only when the last occurrence was."""
    length = int((END - BEGIN).total_seconds())
    stops = sorted(BEGIN + timedelta(seconds=dice.randrange(length)) for _ in range(restarts))
    done, last = [], BEGIN
    for stop in [*stops, END]:
        for one in occurrences(schedule, last):
            if one.starts_at >= stop:
                break
            done.append(one.starts_at)
            last = one.starts_at + TICK
    return done


def timings(schedules, dice, each):
    """Milliseconds that the next occurrence takes from random instants: by the clock, and of this thread alone.

    What is measured by the clock has in it what other processes did meanwhile.
    """
    taken = []
    length = int((END - BEGIN).total_seconds())
    for schedule in schedules:
        for _ in range(each):
            since = BEGIN + timedelta(seconds=dice.randrange(length))
            begun, worked = stopwatch.perf_counter(), stopwatch.thread_time()
            next_occurrence(schedule, since)
            ended, done = stopwatch.perf_counter(), stopwatch.thread_time()
            taken.append(((ended - begun) * 1000, (done - worked) * 1000))
    return taken


def percentile(figures, share):
    """The figure under which that share of them lies."""
    return round(sorted(figures)[int(len(figures) * share)], 4)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("restarts", type=int, nargs="?", default=500)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    dice = random.Random(2026)
    schedules = [read_phrase(phrase, "UTC", BEGIN).schedule for phrase in PHRASES]
    count = doubled = missing = strayed = off = 0
    for schedule in schedules:
        wanted = expected(schedule)
        listed = list(takewhile(lambda one: one.starts_at < END, occurrences(schedule, BEGIN)))
        done = follow(schedule, args.restarts, dice)
        count += len(done)
        doubled += len(done) - len(set(done))
        missing += len(set(wanted) - set(done))
        strayed += len(set(done) - set(wanted))
        off += sum(not keeps_wall_clock(one) for one in listed)
    taken = timings(schedules, dice, 200)
    rare = {phrase: timings([read_phrase(phrase, NY, BEGIN).schedule], dice, 200) for phrase in RARE}
    slowest = max(rare, key=lambda phrase: percentile([own for _, own in rare[phrase]], 0.99))
    result = {
        "series": len(schedules),
        "zones": len({sitting.zone for schedule in schedules for sitting in schedule.sittings}),
        "restarts": args.restarts,
        "occurrences": count,
        "doubled": doubled,
        "missing": missing,
        "unexpected": strayed,
        "not_at_wall_clock": off,
        "next_ms_p50": percentile([ms for ms, _ in taken], 0.5),
        "next_ms_p99": percentile([ms for ms, _ in taken], 0.99),
        "next_own_ms_p99": percentile([own for _, own in taken], 0.99),
        "next_own_ms_max": round(max(own for _, own in taken), 4),
        "rare_rules": len(rare),
        "rare_own_ms_p99": percentile([own for _, own in rare[slowest]], 0.99),
        "rare_own_ms_first": round(max(found[0][1] for found in rare.values()), 4),
        "rare_slowest": slowest,
    }
    print(json.dumps(result) if args.json else "\n".join(f"{name:18} {value}" for name, value in result.items()))
    return 1 if doubled or missing or strayed or off else 0


if __name__ == "__main__":
    sys.exit(main())
