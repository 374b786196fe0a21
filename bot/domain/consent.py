"""Whose words may be kept and shown: a person's own wish decides, for what was said and what will be said."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum, auto
from itertools import count

from bot.domain.chat import Chat
from bot.domain.messages import ArchivedMessage, ChatRecord, Incoming

_MENTION = re.compile(r"<@!?(\d+)>")
_READERS = 10_000
# Stands for whoever isn't named; in any language.
_SOMEBODY = "\u2026"
_DIGEST_BYTES = 7
# Nobody has a number below zero, and those of webhooks lie above this.
_SURROGATES = 1 << 58


class Showing(StrEnum):
    """How a person is shown where their words are shown."""

    NAMED = auto()
    PSEUDONYM = auto()
    LEFT_OUT = auto()


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took away, for the sentence that confirms it.

    Attributes:
        messages: how many messages lost their words and name.
        chats: in how many chats.
    """

    messages: int
    chats: int


@dataclass(frozen=True, slots=True)
class Consent:
    """How the people of one chat are shown.

    Attributes:
        key: the archive's secret, from which pseudonyms are made; the same chat and key give the same pseudonyms.
        choices: what people chose, by their number.
        otherwise: how those are shown who chose nothing: by their name within their server, as its hosts decided
            outside of it.
    """

    key: bytes
    choices: Mapping[int, Showing] = field(default_factory=dict)
    otherwise: Showing = Showing.LEFT_OUT

    def of(self, person_id: int) -> Showing:
        """How a person is shown."""
        return self.choices.get(person_id, self.otherwise)


def without_words(message: Incoming) -> Incoming:
    """The message as it is kept of somebody who asked to be left out: that there was one, and when."""
    return replace(message, text="", author_name="", attachments=())


def is_published(chat: Chat, *, publishes: bool) -> bool:
    """Whether a chat may be shown outside Discord.

    Args:
        chat: as it stands.
        publishes: whether its server publishes what everybody in it may read without asking for each chat.
    """
    if chat.published is not None:
        return chat.published
    return publishes and chat.is_public


def shown(record: ChatRecord, consent: Consent) -> ChatRecord:
    """A chat's record as its people want to be shown; nothing else of them is left in it.

    Whoever isn't named has another number in it, so that no output can tell who it is, or that it is the same person
    as in another chat. What is left out is like what its author took back.
    """
    people = _People(record, consent)
    messages = tuple(people.message(message) for message in record.messages)
    return ChatRecord(people.chat(record.chat), messages)


class _People:
    """Who is called what in one chat."""

    def __init__(self, record: ChatRecord, consent: Consent) -> None:
        self._consent = consent
        self._chat = record.chat
        wrote = {m.author_id: m for m in record.messages if m.author_name}
        known = {record.chat.host_id, *wrote}
        hidden = {i for i in known if consent.of(i) is not Showing.NAMED}
        self._names = {i: m.author_name for i, m in wrote.items()} | {record.chat.host_id: record.chat.host_name}
        self._pseudonyms = _pseudonyms(
            {i: self._number(i) for i in hidden if consent.of(i) is Showing.PSEUDONYM}, set(self._names.values())
        )

    def _number(self, person_id: int) -> int:
        said = f"{self._chat.id}:{person_id}".encode()
        made = hmac.new(self._consent.key, said, hashlib.sha256).digest()[:_DIGEST_BYTES]
        return -int.from_bytes(made) - _SURROGATES

    def chat(self, chat: Chat) -> Chat:
        """The chat with its host as they want to be shown."""
        showing = self._consent.of(chat.host_id)
        if showing is Showing.NAMED or not chat.host_name:
            return chat
        return replace(chat, host_id=self._number(chat.host_id), host_name=self._pseudonyms.get(chat.host_id, ""))

    def message(self, message: ArchivedMessage) -> ArchivedMessage:
        """A message with its author, and whom it mentions, as they want to be shown."""
        showing = self._consent.of(message.author_id)
        if showing is Showing.LEFT_OUT:
            return replace(
                message,
                author_id=self._number(message.author_id),
                author_name="",
                text=None,
                is_left_out=True,
                attachments=(),
                extras=type(message.extras)(),
                versions=(),
                reactions=(),
            )
        versions = tuple(replace(version, text=self.text(version.text)) for version in message.versions)
        text = self.text(message.text) if message.text is not None else None
        if showing is Showing.NAMED:
            return replace(message, text=text, versions=versions)
        return replace(
            message,
            author_id=self._number(message.author_id),
            author_name=self._pseudonyms.get(message.author_id, ""),
            text=text,
            versions=versions,
        )

    def text(self, text: str) -> str:
        """A text whose mentions say no more than those who are mentioned want to be said."""
        return _MENTION.sub(self._mention, text)

    def _mention(self, match: re.Match[str]) -> str:
        person_id = int(match[1])
        if self._consent.of(person_id) is Showing.NAMED:
            return match[0]
        return "@" + self._pseudonyms.get(person_id, _SOMEBODY)


def _pseudonyms(numbers: Mapping[int, int], taken: Iterable[str]) -> dict[int, str]:
    """A name for each person that nobody else has in the chat; it doesn't change when others come or go."""
    used, found = set(taken), {}
    for person_id, number in sorted(numbers.items(), key=lambda pair: pair[1]):
        tries = (f"Reader {(place - number) % _READERS:04}" for place in count())
        name = next(name for name in tries if name not in used)
        used.add(name)
        found[person_id] = name
    return found
