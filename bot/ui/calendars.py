"""Chats as iCalendar (RFC 5545): a single one as a file, a server's or a series' as a feed, each in its own zone.

An entry keeps its UID for good: that of the place in its series for which it was planned, or of the chat where it has
none. Its SEQUENCE grows with every change of time or topic, and what was called off stays in the feed as cancelled, so
that calendars take it out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from bot.domain.chat import RUNNING_STATES, Chat, ChatState
from bot.domain.manner import Ahead, Format
from bot.ui.texts import Texts
from bot.ui.timezones import timezone_of

# What a file brings of a zone's clock changes reaches so far beyond its entries.
_AROUND = timedelta(days=400)
# How often calendars should look for changes; most look less often.
_REFRESH = timedelta(hours=1)
_KNOWN = RUNNING_STATES | {ChatState.ANNOUNCED, ChatState.CLOSED}


def calendar_of(chat: Chat, made_at: datetime, say: Texts) -> bytes:
    """One chat with its time zone.

    Args:
        chat: a chat that is still to come.
        made_at: when the file is made (aware UTC).
        say: the reader's language.
    """
    return _made([chat], "", made_at, say, _channel)


def feed(
    chats: Sequence[Chat], name: str, made_at: datetime, say: Texts, page: Callable[[Chat], str] | None = None
) -> bytes:
    """Many chats, for calendars that subscribe to them.

    Args:
        chats: planned, running, over and called off.
        name: what the calendar is called.
        made_at: when it is made (aware UTC).
        say: the server's language.
        page: the address at which a chat is to be found, empty if there is none; else its channel in Discord.
    """
    return _made(chats, name, made_at, say, page or _channel)


def uid_of(chat: Chat) -> str:
    """By which calendars know a chat, whatever becomes of it."""
    if chat.belonging is not None and chat.belonging.first_key:
        key = chat.belonging.first_key.replace("/", "-")
        return f"series-{chat.belonging.series_id}-{key}@{chat.guild_id}.shelftalk"
    return f"chat-{chat.id}@{chat.guild_id}.shelftalk"


def _made(chats: Sequence[Chat], name: str, made_at: datetime, say: Texts, page: Callable[[Chat], str]) -> bytes:
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Shelftalk//chats//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        # The library escapes no line breaks here.
        called = _plain(" ".join(name.split()))
        calendar.add("name", called)
        calendar.add("x-wr-calname", called)
        calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    for chat in chats:
        calendar.add_component(_event(chat, page(chat), made_at, say))
    if chats:
        first_at = min(chat.starts_at for chat in chats) - _AROUND
        last_at = max(chat.ends_at for chat in chats) + _AROUND
        zones = [timezone_of(zone, first_at, last_at) for zone in sorted(calendar.get_missing_tzids())]
        calendar.subcomponents[:0] = zones
    made: bytes = calendar.to_ical()
    return made


def _event(chat: Chat, place: str, made_at: datetime, say: Texts) -> icalendar.Event:
    is_off = chat.state is ChatState.CANCELLED
    event = icalendar.Event()
    event.add("uid", uid_of(chat))
    event.add("dtstamp", made_at)
    event.add("dtstart", _clock(chat.starts_at, chat.zone))
    event.add("dtend", _clock(chat.ends_at, chat.zone))
    event.add("sequence", chat.sequence + int(is_off))
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("summary", _plain(f"#{chat.hashtag}: {chat.title}"))
    event.add("description", _plain("\n".join(line for line in (*_described(chat, say), place) if line)))
    if place:
        event.add("location", place)
        event.add("url", place)
    return event


def _channel(chat: Chat) -> str:
    return f"https://discord.com/channels/{chat.guild_id}/{chat.home_id}"


def _described(chat: Chat, say: Texts) -> list[str]:
    host = say("Host: {name}", name=chat.host_name) if chat.host_name and chat.format is not Format.INFORMAL else ""
    lines = [chat.description, host]
    # Only what people were told already; a question that comes as a surprise stays one.
    asked = tuple(question for question in chat.questions if question.message_id is not None)
    shown = chat.questions if _questions_were_told(chat) else asked
    if shown:
        return [*lines, *(f"Q{question.number}. {question.text}" for question in shown)]
    if chat.questions and chat.notice.ahead is not Ahead.NOTHING and chat.format is Format.HOSTED:
        lines.append(say.plural("{count} question", "{count} questions", len(chat.questions)))
    return lines


def _questions_were_told(chat: Chat) -> bool:
    """Whether announcements told all of its questions, and still tell them."""
    if chat.notice.ahead is not Ahead.ALL or chat.format is not Format.HOSTED:
        return False
    before = chat.announced_before
    # Of a series, nothing is said before the start where its announcements come only then.
    is_announced = any(before) if chat.belonging is not None else chat.notice.before != ()
    return is_announced and chat.state in _KNOWN


def _clock(at: datetime, zone: str) -> datetime:
    """A moment on the clocks of a zone; in UTC where they show its time for the second time that day.

    A file has no way to say which of the two is meant, and calendars take the first.
    """
    local = at.astimezone(ZoneInfo(zone))
    return at if local.fold else local


def _plain(text: str) -> str:
    """Without control characters, which a calendar file may not have."""
    return "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) != "Cc")
