"""Reads what is to be rehearsed: a plan in TOML with its transcript, a real chat's transcript, or the sample.

A plan has the keys `title`, `hashtag`, `zone`, `minutes`, `host` and `questions`, and may have `start` and
`transcript`; `bot/rehearsal/sample/plan.toml` is one to copy.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from dateutil import tz
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.domain.chat import (
    MAX_MINUTES,
    MAX_QUESTIONS,
    MAX_TITLE_LENGTH,
    MIN_QUESTIONS,
    check_hashtag,
    check_minutes,
    check_title,
    split_questions,
)
from bot.domain.errors import BadInput, Problem, SetupProblem
from bot.domain.manner import Pace
from bot.domain.when import check_zone
from bot.rehearsal.transcript import MAX_NAME_LENGTH, Transcript, explain, load_transcript, read_utf8

SAMPLE = Path(__file__).parent / "sample" / "plan.toml"
# A real chat's file is played for at least as long as such a chat usually is given.
_LEAST_MINUTES = 30

_Given = TypeVar("_Given")
_Usable = TypeVar("_Usable")

_TAG = re.compile(r"(?<!\w)#(\w+)")

_REASONS = {
    Problem.TITLE_EMPTY: "the title is empty",
    Problem.TITLE_TOO_LONG: "the title has {length} characters, and {limit} is the most",
    Problem.HASHTAG_UNUSABLE: 'the hashtag "{hashtag}" isn\'t one word of letters and digits, {limit} at most',
    Problem.ZONE_UNKNOWN: 'there is no time zone "{zone}"',
    Problem.DURATION_OUT_OF_RANGE: "a chat has {least} to {most} minutes, and this one {minutes}",
    Problem.QUESTION_TOO_LONG: "question {number} has {length} characters, and {limit} is the most",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A chat as its host would plan it.

    Attributes:
        title: what it is about.
        hashtag: without the leading `#`.
        zone: IANA name of the zone in which `start` is meant.
        start: a wall clock's date and time without a zone, or None if any will do.
        minutes: from the start to the end, without the late window.
        host: the display name of who plans it.
        questions: in order, without labels. A plan file has 2 to 12; a real chat's file may have fewer.
        transcript: who says what, or None.
    """

    title: str
    hashtag: str
    zone: str
    start: datetime | None
    minutes: int
    host: str
    questions: tuple[str, ...]
    transcript: Path | None


class _PlanFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    title: str
    hashtag: str
    zone: str
    start: datetime | None = None
    minutes: int
    host: str
    questions: list[str]
    transcript: str | None = None


def load_chat(path: Path | None) -> tuple[Plan, Transcript | None]:
    """Read what is to be rehearsed.

    Args:
        path: a plan (`*.toml`), a transcript (anything else), or None for the sample that ships.

    Returns:
        The plan, and its transcript if it names one.

    Raises:
        SetupProblem: one of the files can't be read or used; says where and why.
    """
    path = path or SAMPLE
    if path.suffix.lower() != ".toml":
        transcript = load_transcript(path)
        return _derive_plan(transcript), transcript
    plan = load_plan(path)
    if plan.transcript is None:
        return plan, None
    return plan, load_transcript(plan.transcript, plan.questions, plan.minutes)


def load_plan(path: Path) -> Plan:
    """Read a plan; its transcript is found from the plan's folder, and not opened.

    Raises:
        SetupProblem: the file can't be read, isn't TOML, or has keys or values that can't be used.
    """
    try:
        values = tomllib.loads(read_utf8(path, "plan"))
    except tomllib.TOMLDecodeError as error:
        raise SetupProblem(
            f"The plan {path} isn't valid TOML: {error}.",
            'Text needs quotation marks ("UTC"), a list square brackets, and one key stands on each line.',
        ) from None
    try:
        written = _PlanFile.model_validate(values)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        wrong = "; ".join(explain(detail, _PlanFile.model_fields) for detail in details)
        raise _wrong(path, wrong, f"{SAMPLE} is a plan to copy.") from None
    zone = _checked(path, check_zone, written.zone)
    return Plan(
        title=_checked(path, check_title, written.title),
        hashtag=_checked(path, check_hashtag, written.hashtag),
        zone=zone,
        start=_check_start(path, written.start, zone),
        minutes=_checked(path, lambda minutes: check_minutes(minutes, Pace()), written.minutes),
        host=_check_host(path, written.host),
        questions=_check_questions(path, written.questions),
        transcript=path.parent / written.transcript if written.transcript else None,
    )


def _wrong(path: Path, reason: str, advice: str) -> SetupProblem:
    return SetupProblem(f"{path}: {reason}.", advice)


def _checked(path: Path, check: Callable[[_Given], _Usable], value: _Given) -> _Usable:
    """What the bot itself makes of a value, its refusal put as a sentence about the file."""
    try:
        return check(value)
    except BadInput as refusal:
        reason = _REASONS.get(refusal.problem, refusal.problem.value).format(**refusal.facts)
        suggestions = refusal.facts.get("suggestions")
    if isinstance(suggestions, list) and suggestions:
        raise _wrong(path, reason, f"Did you mean {' or '.join(suggestions)}?")
    raise _wrong(path, reason, "Correct it in the plan.")


def _check_start(path: Path, start: datetime | None, zone: str) -> datetime | None:
    if start is None:
        return None
    if start.tzinfo is not None:
        raise _wrong(
            path, "the start has an offset", f"Write it as clocks in {zone} show it: {start:%Y-%m-%dT%H:%M:%S}."
        )
    if not tz.datetime_exists(start, ZoneInfo(zone)):
        reason = f"clocks in {zone} skip {start:%Y-%m-%d %H:%M}"
        raise _wrong(path, reason, "Start an hour earlier or later.")
    return start


def _check_host(path: Path, host: str) -> str:
    if not host.strip() or len(host.strip()) > MAX_NAME_LENGTH:
        reason = f"the host's name needs 1 to {MAX_NAME_LENGTH} characters"
        raise _wrong(path, reason, "Write it as Discord would show it.")
    return host.strip()


def _check_questions(path: Path, written: list[str]) -> tuple[str, ...]:
    texts = [" ".join(text.split()) for text in written]
    if not MIN_QUESTIONS <= len(texts) <= MAX_QUESTIONS:
        reason = f"a chat has {MIN_QUESTIONS} to {MAX_QUESTIONS} questions, and this plan {len(texts)}"
        raise _wrong(path, reason, "Add some, or take some out.")
    if not all(texts):
        raise _wrong(path, f"question {texts.index('') + 1} is empty", "Write it, or take it out.")
    # The bot takes numbers off that hosts put in front; so the plan says what the bot will post.
    return _checked(path, split_questions, "\n".join(texts))


def _derive_plan(transcript: Transcript) -> Plan:
    """A plan for a real chat's file, long enough for all of it."""
    minutes = math.ceil(transcript.duration_seconds / 60)
    title = transcript.title
    return Plan(
        title=title if len(title) <= MAX_TITLE_LENGTH else title[: MAX_TITLE_LENGTH - 1].rstrip() + "\u2026",
        hashtag=_find_hashtag(transcript),
        zone="UTC",
        start=None,
        minutes=min(max(minutes, _LEAST_MINUTES), MAX_MINUTES),
        host=next(iter((*transcript.hosts, *transcript.people)), "Host"),
        questions=tuple(question.text for question in transcript.questions),
        transcript=transcript.source,
    )


def _find_hashtag(transcript: Transcript) -> str:
    """The letters before `_` in the title, or else the commonest hashtag that the bot takes, or else `chat`."""
    named = re.match(r"([^\W\d_]+)_", transcript.title)
    tags = [tag for line in transcript.lines for tag in _TAG.findall(line.text)]
    spelling = {tag.casefold(): tag for tag in reversed(tags)}
    common = (spelling[tag] for tag, _ in Counter(tag.casefold() for tag in tags).most_common())
    for candidate in (*([named[1]] if named else ()), *common):
        try:
            return check_hashtag(candidate)
        except BadInput:
            continue
    return "chat"
