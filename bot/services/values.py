"""What passes between the services, the storage and the platform, beside the domain's own values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from bot.domain.chat import Chat, Question
from bot.domain.digest import Digest
from bot.domain.roundup import Roundup
from bot.domain.run import Action


@dataclass(frozen=True, slots=True)
class Reminder:
    """Somebody's wish to be reminded of a chat.

    Attributes:
        id: the archive's own number.
        chat_id: which chat.
        person_id: who.
        locale: their language, as Discord writes it.
    """

    id: int
    chat_id: int
    person_id: int
    locale: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a digest of a chat is made of, in a few numbers.

    Attributes:
        gone: changes whenever words or a name were taken back, or somebody chose how to be shown.
        rest: changes whenever anything else did.
    """

    gone: tuple[int, ...]
    rest: tuple[object, ...]


class RelayState(StrEnum):
    """Whether an answer given through a form may be posted; all but DUE are for anonymous ones."""

    DUE = auto()
    WAITING = auto()
    DECLINED = auto()
    BLOCKED = auto()


@dataclass(frozen=True, slots=True)
class Relay:
    """An answer given through a form, which the bot posts for its author.

    Attributes:
        id: the interaction's id; one press of Send is one answer.
        chat_id: the chat.
        question: the question's number.
        author_id: whose words they are; below zero for an anonymous one.
        author_name: that person's name as shown then, or the word that stands for it.
        text: as typed.
        given_at: aware UTC.
        message_id: the bot's post of it, once it stands.
        state: whether it may be posted.
    """

    id: int
    chat_id: int
    question: int
    author_id: int
    author_name: str
    text: str
    given_at: datetime
    message_id: int | None = None
    state: RelayState = RelayState.DUE


@dataclass(frozen=True, slots=True)
class Standing:
    """A message with its words, and where it stands.

    Attributes:
        chat: where it was said.
        message_id: Discord's id.
        author_id: whose words they are.
        text: as written.
        questions: under which it stands without doubt.
    """

    chat: Chat
    message_id: int
    author_id: int
    text: str
    questions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SavedMessage:
    """A bookmark.

    Attributes:
        guild_id: the server.
        channel_id: in which the chat was announced.
        thread_id: where the message stands.
        message_id: Discord's id.
        hashtag: the chat's.
        author_name: empty where the author asked to be left out.
        text: None where its author took it back.
        chat_id: in which chat.
        author_id: whose words they are.
    """

    guild_id: int
    channel_id: int
    thread_id: int
    message_id: int
    hashtag: str
    author_name: str
    text: str | None
    chat_id: int = 0
    author_id: int = 0


@dataclass(frozen=True, slots=True)
class Post:
    """Something the bot says in a channel or thread.

    Attributes:
        action: why; its key becomes the id of the post's first control, by which it is found again.
        chat: the chat as it stands now.
        channel_id: where.
        question: for a prompt.
        relay: for an answer given through a form.
        digest: for a recap.
        roundup: for a round-up, the wish.
        reminder: for a reminder, whose.
        digests: for a round-up, of the chats that it tells of.
        holidays: for HOLIDAY, the names of what the chat falls on.
        closes_at: for the wrap-up, when the thread will be closed (aware UTC), later than planned after an outage.
    """

    action: Action
    chat: Chat
    channel_id: int
    question: Question | None = None
    relay: Relay | None = None
    digest: Digest | None = None
    roundup: Roundup | None = None
    reminder: Reminder | None = None
    digests: tuple[Digest, ...] = ()
    holidays: tuple[str, ...] = ()
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that stands in Discord.

    Attributes:
        message_id: Discord's id.
        posted_at: Discord's time of it (aware UTC).
    """

    message_id: int
    posted_at: datetime
