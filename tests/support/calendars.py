"""Reads iCalendar files with a parser that isn't the one which wrote them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from ical.calendar_stream import IcsCalendarStream


@dataclass(frozen=True)
class Read:
    """What the other library read of an entry."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    status: str
    sequence: int
    description: str


def read(made):
    """The entries of a file by their UID; none may be there twice."""
    calendar = IcsCalendarStream.calendar_from_ics(made.decode())
    found = [
        Read(
            event.uid,
            event.dtstart.astimezone(UTC),
            event.dtend.astimezone(UTC),
            event.summary,
            event.status.value,
            event.sequence,
            event.description,
        )
        for event in calendar.events
    ]
    assert len({one.uid for one in found}) == len(found)
    return {one.uid: one for one in found}


def as_written(chat):
    """What an entry has to say of a chat, as far as the chat alone decides."""
    return (chat.starts_at, chat.ends_at, f"#{chat.hashtag}: {chat.title}")


def as_read(entry):
    """The same, as it was read."""
    return (entry.starts_at, entry.ends_at, entry.summary)
