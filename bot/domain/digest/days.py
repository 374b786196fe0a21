"""The days of a chat that goes on over days: each lasts from the clock time of the start to the same the next day.

So a day begins with its question, and whoever answers that night or early next morning is told of on the same day.
What comes late belongs to the last day, so that the days together are the whole chat.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from bot.domain.chat import Chat
from bot.domain.digest.making import Digest, Length, make_digest
from bot.domain.messages import ChatRecord

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a chat.

    Attributes:
        number: which, from 1.
        of: how many days the chat has.
        date: on which it begins, on the clock of the chat's zone.
        since: its first instant (aware UTC); None for the first day, to which all before belongs.
        until: the first instant of the next day (aware UTC); None for the last.
    """

    number: int
    of: int
    date: date
    since: datetime | None
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether an instant (aware) is in it."""
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


def count_days(chat: Chat) -> int:
    """How many days a chat goes on; 1 for a chat of an evening."""
    return max(1, ceil(timedelta(minutes=chat.minutes) / _DAY))


def day_of(chat: Chat, number: int) -> Day:
    """One of its days; the nearest there is to the number."""
    count = count_days(chat)
    number = min(max(number, 1), count)
    return Day(
        number,
        count,
        chat.starts_at.astimezone(ZoneInfo(chat.zone)).date() + (number - 1) * _DAY,
        _begins(chat, number) if number > 1 else None,
        _begins(chat, number + 1) if number < count else None,
    )


def days_begun(chat: Chat, now: datetime) -> int:
    """How many of a chat's days have begun by now (aware UTC): at least 1, the last one when it is over."""
    return next((n - 1 for n in range(2, count_days(chat) + 1) if _begins(chat, n) > now), count_days(chat))


def digest_day(record: ChatRecord, day: Day, length: Length, newcomers: frozenset[int] = frozenset()) -> Digest:
    """What was said on one day of a chat, with the questions that were asked or answered then.

    Args:
        record: the chat and all that was said in it, on the other days too.
        day: one of the chat's.
        length: how many quotes.
        newcomers: ids of those who take part for the first time.
    """
    said = replace(record, messages=tuple(m for m in record.messages if day.holds(m.posted_at)))
    digest = make_digest(said, length.quotes, length.per_person, newcomers)
    asked = {q.number for q in record.chat.questions if q.asked_at is not None and day.holds(q.asked_at)}
    told = tuple(part for part in digest.questions if part.answers or part.question.number in asked)
    return replace(digest, questions=told)


def _begins(chat: Chat, number: int) -> datetime:
    # Reckoned on the clock, so that a day has 23 or 25 hours when the clocks change.
    zone = ZoneInfo(chat.zone)
    begun = chat.starts_at.astimezone(zone).replace(tzinfo=None)
    return (begun + (number - 1) * _DAY).replace(tzinfo=zone).astimezone(UTC)
