"""Chats as iCalendar (RFC 5545): a single one as a file, a server's or a series' as a feed, each in its own zone.

An entry keeps its UID for good: that of its place in its series, or of the chat where it has none. Its SEQUENCE grows
with every change of time or topic, and what was called off stays in the feed as cancelled, so that calendars take it
out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from bot.domain.chat import Chat, ChatState
from bot.domain.manner import Ahead, Format
from bot.ui.texts import Texts

# What a file brings of a zone's clock changes reaches so far beyond its entries.
_AROUND = timedelta(days=400)
# How often calendars should look for changes; most look less often.
_REFRESH = timedelta(hours=1)


def calendar_of(chat: Chat, made_at: datetime, say: Texts) -> bytes:
    """One chat with its time zone.

    Args:
        chat: a chat that is still to come.
        made_at: when the file is made (aware UTC).
        say: the reader's language.
    """
    return _made([chat], "", made_at, say)


def feed(chats: Sequence[Chat], name: str, made_at: datetime, say: Texts) -> bytes:
    """Many chats, for calendars that subscribe to them.

    Args:
        chats: planned, running, over and called off.
        name: what the calendar is called.
        made_at: when it is made (aware UTC).
        say: the server's language.
    """
    return _made(chats, name, made_at, say)


def uid_of(chat: Chat) -> str:
    """By which calendars know a chat, whatever becomes of it."""
    if chat.belonging is not None and chat.belonging.key:
        key = chat.belonging.key.replace("/", "-")
        return f"series-{chat.belonging.series_id}-{key}@{chat.guild_id}.shelftalk"
    return f"chat-{chat.id}@{chat.guild_id}.shelftalk"


def _made(chats: Sequence[Chat], name: str, made_at: datetime, say: Texts) -> bytes:
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Shelftalk//chats//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    for chat in chats:
        calendar.add_component(_event(chat, made_at, say))
    if chats:
        days = [chat.starts_at.date() for chat in chats]
        calendar.add_missing_timezones(first_date=min(days) - _AROUND, last_date=max(days) + _AROUND)
    made: bytes = calendar.to_ical()
    return made


def _event(chat: Chat, made_at: datetime, say: Texts) -> icalendar.Event:
    zone = ZoneInfo(chat.zone)
    is_off = chat.state is ChatState.CANCELLED
    event = icalendar.Event()
    event.add("uid", uid_of(chat))
    event.add("dtstamp", made_at)
    event.add("dtstart", chat.starts_at.astimezone(zone))
    event.add("dtend", chat.ends_at.astimezone(zone))
    event.add("sequence", chat.sequence + int(is_off))
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("summary", f"#{chat.hashtag}: {chat.title}")
    place = f"https://discord.com/channels/{chat.guild_id}/{chat.home_id}"
    event.add("description", "\n".join(line for line in (*_described(chat, say), place) if line))
    event.add("location", place)
    event.add("url", place)
    return event


def _described(chat: Chat, say: Texts) -> list[str]:
    host = say("Host: {name}", name=chat.host_name) if chat.host_name and chat.format is not Format.INFORMAL else ""
    lines = [chat.description, host]
    # Only what people were told already; a question that comes as a surprise stays one.
    if chat.notice.ahead is Ahead.ALL and chat.state is not ChatState.PLANNED:
        shown = chat.questions
    else:
        shown = tuple(question for question in chat.questions if question.message_id is not None)
    if shown:
        return [*lines, *(f"Q{question.number}. {question.text}" for question in shown)]
    if chat.questions and chat.notice.ahead is not Ahead.NOTHING:
        lines.append(say.plural("{count} question", "{count} questions", len(chat.questions)))
    return lines
