"""What is said in a chat, as the archive keeps it: values that pass between the layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto

from bot.domain.chat import Chat


class Basis(StrEnum):
    """Why a message is filed under a question, the surest first."""

    AUTHOR = auto()
    HOST = auto()
    BUTTON = auto()
    LABEL = auto()
    THREAD = auto()
    REPLY = auto()
    INFERRED = auto()


@dataclass(frozen=True, slots=True)
class Filing:
    """A message stands under a question.

    Attributes:
        question: the question's number.
        basis: what it rests on; INFERRED where its author gave no sign.
        confidence: how likely it is right, 0 to 1.
        sure: whether it may be shown without a person having looked.
        reasons: what speaks for it, the strongest first: `label`, `reply`, `time`, `words`, `author`, `neighbours` …
    """

    question: int
    basis: Basis
    confidence: float = 1.0
    sure: bool = True
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a message that was archived or filed anew.

    Attributes:
        chat: where it was said.
        message_id: which.
        thread_id: in which thread.
        filed: the questions under which it stands now, where that is sure.
        before: the same before; empty for a new one.
        is_first: its author had never written in a chat of this server before.
    """

    chat: Chat
    message_id: int
    thread_id: int
    filed: tuple[int, ...] = ()
    before: tuple[int, ...] = ()
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Embed:
    """What Discord or an app showed beside a message's words: a preview of a page, mostly.

    Attributes:
        title: its heading; may be empty.
        description: its text; may be empty.
        url: where it leads; may be empty.
    """

    title: str = ""
    description: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll and how it stood when the bot looked last.

    Attributes:
        question: what is asked.
        answers: each answer and how many chose it; who chose what isn't kept.
        is_final: whether it is over.
    """

    question: str
    answers: tuple[tuple[str, int], ...]
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Extras:
    """What a message has beside words, files and reactions.

    Attributes:
        stickers: their names.
        embeds: in order.
        poll: the poll it carries, or None.
        pinned: whether it is pinned.
    """

    stickers: tuple[str, ...] = ()
    embeds: tuple[Embed, ...] = ()
    poll: Poll | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """An earlier wording of a message.

    Attributes:
        text: as it stood.
        replaced_at: until when (aware UTC).
    """

    text: str
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file's particulars.

    Attributes:
        id: Discord's id.
        filename: as uploaded.
        url: Discord's address, which expires.
        size: in bytes.
        content_type: a media type, or None if Discord named none.
        description: its alt text, or None.
        stored: the name under which the archive keeps the file itself, or None where it stays with Discord.
    """

    id: int
    filename: str
    url: str
    size: int
    content_type: str | None = None
    description: str | None = None
    stored: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as Discord tells of it, before it is filed.

    Attributes:
        id: Discord's id; ids order messages.
        thread_id: where it was said.
        author_id: who said it.
        author_name: that person's name as shown then.
        posted_at: aware UTC.
        text: as written; empty if it has only files or stickers.
        edited_at: of its last edit (aware UTC), or None.
        reply_to_id: the message it replies to, or None.
        by_machine: whether a bot or webhook wrote it.
        is_system: Discord's own notice, such as that somebody pinned a message.
        is_own: this bot wrote it.
        is_unread: Discord told that it was written, not what: the bot has no right to read it.
        attachments: the files with it.
        reactions: emoji and how many people chose it; None where Discord didn't say.
        extras: stickers, previews, a poll, whether it is pinned.
        pins_id: for Discord's notice that a message was pinned, which one.
    """

    id: int
    thread_id: int
    author_id: int
    author_name: str
    posted_at: datetime
    text: str
    edited_at: datetime | None = None
    reply_to_id: int | None = None
    by_machine: bool = False
    is_system: bool = False
    is_own: bool = False
    is_unread: bool = False
    attachments: tuple[Attachment, ...] = ()
    reactions: tuple[tuple[str, int], ...] | None = None
    extras: Extras = Extras()
    pins_id: int | None = None


@dataclass(frozen=True, slots=True)
class ArchivedMessage:
    """A message as the archive holds it.

    Attributes:
        text: None once its author deleted it or asked to be left out, or where the bot had no right to read it.
        author_name: empty where the author asked to be left out.
        is_deleted: its author or a moderator deleted it; id, author and time remain.
        is_left_out: its author asked to be left out.
        filings: the questions it stands under, in order, doubtful ones too; empty for asides.
        replies: how many messages reply to it.
        reactions: emoji and how many people chose it.
        extras: stickers, previews, a poll, whether it is pinned.
        versions: its earlier wordings, the oldest first; mostly empty once a chat is over.
    """

    id: int
    thread_id: int
    author_id: int
    author_name: str
    posted_at: datetime
    text: str | None
    edited_at: datetime | None = None
    reply_to_id: int | None = None
    by_machine: bool = False
    is_deleted: bool = False
    is_left_out: bool = False
    filings: tuple[Filing, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    reactions: tuple[tuple[str, int], ...] = ()
    replies: int = 0
    extras: Extras = Extras()
    versions: tuple[Version, ...] = ()

    @property
    def is_readable(self) -> bool:
        """Whether it may be shown to others."""
        return self.text is not None and not self.is_deleted and not self.is_left_out

    @property
    def is_unread(self) -> bool:
        """Whether the bot had no right to read it."""
        return self.text is None and not self.is_deleted and not self.is_left_out

    @property
    def questions(self) -> tuple[int, ...]:
        """The numbers of the questions it stands under without doubt."""
        return tuple(filing.question for filing in self.filings if filing.sure)

    @property
    def is_unsure(self) -> bool:
        """Whether it waits for a person to say where it belongs."""
        return any(not filing.sure for filing in self.filings)


@dataclass(frozen=True, slots=True)
class ChatRecord:
    """A chat with everything that was said in it, in Discord's order."""

    chat: Chat
    messages: tuple[ArchivedMessage, ...] = field(default=())


def jump_url(guild_id: int, channel_id: int, message_id: int) -> str:
    """The address that opens a message in Discord."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"
