"""A chat as an entry in Discord's own list of events, in texts of the lengths that Discord allows there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.chat import Chat
from bot.domain.digest import shorten
from bot.ui.texts import texts_for

_NAME, _PLACE, _DESCRIPTION = 100, 100, 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What an event says.

    Attributes:
        name: at most 100 characters.
        location: at most 100 characters; where it takes place, as a link.
        description: at most 1,000 characters; ends with `mark`.
        mark: by which the entry of a chat is found again.
    """

    name: str
    location: str
    description: str
    mark: str


def entry(chat: Chat) -> Entry:
    """What the event of a chat says, in the chat's language."""
    say = texts_for(chat.locale)
    mark = mark_of(chat)
    lines = [chat.description, say("Reading along is welcome; nobody has to write.")]
    text = "\n".join(line for line in lines if line)
    return Entry(
        name=shorten(f"#{chat.hashtag}: {chat.title}", _NAME),
        location=f"https://discord.com/channels/{chat.guild_id}/{chat.home_id}"[:_PLACE],
        description=f"{shorten(text, _DESCRIPTION - len(mark) - 2)}\n{mark}",
        mark=mark,
    )


def mark_of(chat: Chat) -> str:
    """The line by which an event is known as a chat's."""
    return f"Shelftalk chat {chat.id}"
