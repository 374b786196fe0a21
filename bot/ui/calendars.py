"""A chat as an iCalendar file (RFC 5545), in the zone in which its host stated it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from bot.domain.chat import Chat
from bot.ui.texts import Texts

# What the file brings of the zone's clock changes reaches so far beyond the chat.
_AROUND = timedelta(days=400)


def calendar_of(chat: Chat, made_at: datetime, say: Texts) -> bytes:
    """One event with its time zone.

    Args:
        chat: a chat that is still to come.
        made_at: when the file is made (aware UTC).
        say: the reader's language.
    """
    zone = ZoneInfo(chat.zone)
    event = icalendar.Event()
    event.add("uid", f"chat-{chat.id}@{chat.guild_id}.shelftalk")
    event.add("dtstamp", made_at)
    event.add("dtstart", chat.starts_at.astimezone(zone))
    event.add("dtend", chat.ends_at.astimezone(zone))
    event.add("summary", f"#{chat.hashtag}: {chat.title}")
    place = f"https://discord.com/channels/{chat.guild_id}/{chat.channel_id}"
    host = say("Host: {name}", name=chat.host_name) if chat.host_name else ""
    count = say.plural("{count} question", "{count} questions", len(chat.questions))
    event.add("description", "\n".join(line for line in (host, count, place) if line))
    event.add("location", place)
    event.add("url", place)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Shelftalk//chats//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    day = chat.starts_at.date()
    calendar.add_missing_timezones(first_date=day - _AROUND, last_date=day + _AROUND)
    made: bytes = calendar.to_ical()
    return made
