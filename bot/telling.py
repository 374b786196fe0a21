"""`shelftalk when`: prints what a phrase means and its next dates, with the code that Discord's commands use."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import typer

from bot.domain.errors import BadInput, Problem, Refusal
from bot.domain.recurrence.icalendar import rules_text
from bot.domain.recurrence.occurrences import instant
from bot.domain.recurrence.preview import Preview, preview
from bot.domain.recurrence.reading import read_phrase
from bot.domain.recurrence.schedule import Reading
from bot.domain.recurrence.wording import sentence
from bot.domain.recurrence.zones import resolve
from bot.domain.when import check_zone
from bot.ui.problems import sentence as problem_sentence
from bot.ui.schedules import note_line
from bot.ui.texts import Texts

MOST_DATES = 5_000


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked on the command line.

    Attributes:
        phrase: what a host would type.
        zone: the server's zone, as typed.
        since: ISO date or date and time on that zone's clocks, from which on dates are wanted; or None for now.
        count: how many dates.
        as_json: for programs.
    """

    phrase: str
    zone: str
    since: str | None
    count: int
    as_json: bool


def tell(question: Question, now: datetime) -> bool:
    """Print the answer; whether the phrase was understood."""
    say = Texts()
    try:
        zone = _zone(question.zone, now)
        since = _since(question.since, zone) or now
        reading = read_phrase(question.phrase, zone, since)
        dates = list(islice(preview(reading.schedule, since, count=question.count), question.count))
    except Refusal as refusal:
        text, words = problem_sentence(refusal, say), refusal.facts.get("words") or _named(refusal)
        typer.echo(json.dumps({"error": text, "words": words}, ensure_ascii=False) if question.as_json else text)
        return False
    show = _json if question.as_json else _text
    typer.echo(show(reading, dates, since, say))
    return True


def _named(refusal: Refusal) -> list[object]:
    """The words at fault of a problem that names them otherwise."""
    return [refusal.facts[key] for key in ("zone", "typed") if key in refusal.facts]


def _zone(typed: str, now: datetime) -> str:
    said = resolve(typed, "Etc/UTC", now)
    return said.name if said is not None and not said.others else check_zone(typed)


def _since(typed: str | None, zone: str) -> datetime | None:
    if typed is None:
        return None
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        raise BadInput(Problem.START_UNREADABLE, typed=typed, words=[typed]) from None
    return instant(at, zone) if at.tzinfo is None else at.astimezone(UTC)


def _json(reading: Reading, dates: Sequence[Preview], since: datetime, say: Texts) -> str:
    schedule = reading.schedule
    return json.dumps(
        {
            "sentence": sentence(schedule, since.astimezone(ZoneInfo(schedule.zone)).date()),
            "rrule": rules_text(schedule),
            "timezone": schedule.zone,
            "duration_minutes": schedule.minutes,
            "occurrences": [
                {"utc": f"{one.occurrence.starts_at:%Y-%m-%dT%H:%M:%SZ}", "local": one.local.isoformat()}
                for one in dates
            ],
            "notes": [note_line(note, say) for note in reading.notes],
            "confirm": any(note.to_confirm for note in reading.notes),
            "slow": schedule.slow,
            "holidays": reading.holidays,
        },
        ensure_ascii=False,
        indent=2,
    )


def _text(reading: Reading, dates: Sequence[Preview], since: datetime, say: Texts) -> str:
    schedule = reading.schedule
    lines = [f"{sentence(schedule, since.astimezone(ZoneInfo(schedule.zone)).date())}.", ""]
    rules = rules_text(schedule).split("\n")
    lines += [f"Rule:  {rule}" for rule in rules]
    lines.append(f"Zone:  {schedule.zone}")
    lines += [f"{'Check' if note.to_confirm else 'Note'}:  {note_line(note, say)}" for note in reading.notes]
    lines.append("")
    for one in dates:
        moved = "  (clocks have changed)" if one.utc_shift else ""
        skipped = "  (clocks skip the time that was named)" if one.is_skipped_time else ""
        local = f"{one.local:%a %d %b %Y %H:%M %Z}"
        lines.append(f"{one.occurrence.starts_at:%Y-%m-%d %H:%M} UTC   {local}{moved}{skipped}")
    if not dates:
        lines.append("No dates lie ahead.")
    return "\n".join(lines)
