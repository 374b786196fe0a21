"""What files of other programs hold: places where people talked, and what of them is passed over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.domain.chat import Source
from bot.domain.messages import ArchivedMessage
from bot.domain.names import can_be_seen

# What is longer was never one message.
MOST_SIGNS = 40_000
MOST_NAME = 100
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_MOST_ID = 1 << 63
# Clocks differ a little.
_AHEAD = timedelta(days=1)
_BEFORE_ANY = datetime(2000, 1, 1, tzinfo=UTC)


class Why(StrEnum):
    """What in a file is passed over, in words."""

    RETWEET = "retweets, which repeat what somebody else said"
    SYSTEM = "notices of Discord itself, such as that somebody joined"
    NO_ID = "messages without an id that can be one"
    ROUNDED = "messages with an id that a spreadsheet has rounded"
    NO_TIME = "messages without a time that can be read"
    WRONG_TIME = "messages of a time that can't be: ahead of now, or long before there were such chats"
    NO_AUTHOR = "messages without an author"
    NO_TEXT = "messages with no words, file, sticker or preview"
    TOO_LONG = f"messages longer than {MOST_SIGNS:,} characters"
    TWICE = "messages that stand in the files twice"
    BETWEEN = "messages outside of the chats that were found"
    NO_MESSAGE = "things that aren't messages"


class Tally:
    """Counts what is passed over, and remembers where it began."""

    def __init__(self) -> None:
        self.counts: dict[Why, int] = {}
        self.lines: dict[Why, int] = {}
        self.notes: list[str] = []

    def pass_over(self, why: Why, line: int = 0, count: int = 1) -> None:
        """Something more; the line from 1, or 0 where that says nothing."""
        self.counts[why] = self.counts.get(why, 0) + count
        self.lines.setdefault(why, line)


@dataclass(slots=True)
class Place:
    """A channel, a thread or a hashtag of which files tell.

    Attributes:
        key: what it is known by, whichever file tells of it.
        source: where people talked.
        name: as it is called there.
        guild_id: the server; 0 where there is none.
        channel_id: the channel, or that of the thread; 0 where there is none.
        thread_id: where its messages stand; 0 where there is no such place.
        is_chat: all of it is one chat, as a thread is.
        hosts: who hosted, as far as the file says so.
        prompts: the numbers of questions and the messages that asked them, as far as the file says so.
        messages: what was said, in any order.
    """

    key: str
    source: Source
    name: str
    guild_id: int = 0
    channel_id: int = 0
    thread_id: int = 0
    is_chat: bool = False
    hosts: tuple[int, ...] = ()
    prompts: tuple[tuple[int, int], ...] = ()
    messages: list[ArchivedMessage] = field(default_factory=list)


def clean(value: object) -> str:
    """A text without signs that no text has; empty for what isn't one."""
    if not isinstance(value, str):
        return ""
    return _UNFIT.sub("\ufffd", value) if _UNFIT.search(value) else value


def name_of(*values: object) -> str:
    """The first of these that is a name that can be seen, on one line."""
    names = (" ".join(clean(value).split())[:MOST_NAME] for value in values)
    return next((name for name in names if can_be_seen(name)), "")


def id_of(value: object) -> int:
    """A number that is told as a text or a number; 0 where it can be nothing's."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return 0
    text = str(value)
    if not (text.isascii() and text.isdecimal() and len(text) < len(str(_MOST_ID)) + 1):
        return 0
    number = int(text)
    return number if number < _MOST_ID else 0


def instant_of(value: object) -> datetime | None:
    """An instant as ISO 8601 tells it (aware UTC); without an offset it is UTC."""
    if not isinstance(value, str) or not value:
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def can_be(at: datetime, now: datetime) -> bool:
    """Whether a chat's message can be of that instant (aware UTC, both)."""
    return _BEFORE_ANY <= at <= now + _AHEAD


def part(value: object, *names: str) -> dict[str, object]:
    """A part of a part of a JSON object; empty where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def parts(value: object) -> Sequence[dict[str, object]]:
    """The objects in a JSON list; none where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def count_of(value: object) -> int:
    """A count as a whole number, 0 where it is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 40 else 0
