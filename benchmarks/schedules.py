"""Whether posters' phrases are understood as they were meant: `python benchmarks/schedules.py FILE [--json]`.

FILE is a table with tabs and a header: phrase, rrule, tz, duration_min, local_start, note. A phrase is understood if
its occurrences over five years are those of the rule that was meant; what the table doesn't say (an hour, a length, a
zone that isn't in the phrase) is not compared, or handed in as the server's zone. A row without a rule needs a clear
answer. Where a phrase tells a start, an interval is compared in the phrase's own beat.
"""

import argparse
import csv
import json
import sys
from datetime import UTC, datetime, time, timedelta
from itertools import takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1]))

from dateutil import rrule

from bot.domain.errors import BadInput
from bot.domain.recurrence.occurrences import instant, occurrences
from bot.domain.recurrence.reading import read_phrase
from bot.ui.problems import sentence
from bot.ui.texts import Texts

NOW = datetime(2027, 1, 1, tzinfo=UTC)
YEARS = timedelta(days=5 * 365 + 1)
# "+ FREQ=WEEKLY;INTERVAL=4;BYDAY=TU 21:00" in a note is one more sitting.
MORE = "+ FREQ="


def meant(row, begins, since, until, at):
    """The instants that a row's rules mean."""
    rules = [(row["rrule"], at)]
    if MORE in row["note"]:
        rule, _, hour = ("FREQ=" + row["note"].partition(MORE)[2]).partition(" ")
        rules.append((rule, time.fromisoformat(hour.strip())))
    found = set()
    for number, (rule, clock) in enumerate(rules):
        start = datetime.combine(begins[min(number, len(begins) - 1)], clock)
        for wall in rrule.rrulestr(rule, dtstart=start):
            if (begun := instant(wall, row["tz"])) > until:
                break
            if begun >= since:
                found.add(begun)
    return found


def judge(row):
    """Whether a row was understood, and what to say of it."""
    zone = row["tz"] or "UTC"
    try:
        reading = read_phrase(row["phrase"], zone, NOW)
    except BadInput as refused:
        return not row["rrule"], sentence(refused, Texts())
    schedule = reading.schedule
    one = schedule.sittings[0]
    if not row["rrule"]:
        return bool(reading.notes), "a rule was guessed, and is to be confirmed"
    begins = [sitting.begins_on for sitting in schedule.sittings]
    once = all(sitting.rule.is_once for sitting in schedule.sittings)
    since = instant(datetime.combine(min(begins), time()), zone) if once else NOW
    until = since + YEARS
    found = {each.starts_at for each in takewhile(lambda each: each.starts_at <= until, occurrences(schedule, since))}
    # An hour that the phrase doesn't say (the note tells) can't be compared.
    hour = row["local_start"] if "from other posts" not in row["note"] else ""
    at = time.fromisoformat(hour) if hour else one.at
    same = found == meant(row, begins, since, until, at)
    local = {each.astimezone(ZoneInfo(zone)).strftime("%a %H:%M") for each in found}
    lengths = {sitting.minutes for sitting in schedule.sittings}
    length = not row["duration_min"] or "from other posts" in row["note"] or lengths == {int(row["duration_min"])}
    return same and length, f"{len(found)} occurrences, {', '.join(sorted(local)[:4])}, {min(lengths)} minutes"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with args.file.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    results = [(row, *judge(row)) for row in rows]
    good = sum(right for _, right, _ in results)
    if args.json:
        print(json.dumps({"phrases": len(rows), "understood": good, "share": good / len(rows)}))
    else:
        for row, right, what in results:
            print(f"{'ok   ' if right else 'WRONG'}  {row['phrase'][:70]}\n         {what}")
        print(f"{good} of {len(rows)} phrases understood as they were meant ({good / len(rows):.0%})")
    return 0 if good == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
