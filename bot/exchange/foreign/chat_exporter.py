"""Reads the JSON of DiscordChatExporter, of any of its versions: one channel or thread to a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from bot.domain.chat import Source
from bot.domain.errors import SetupProblem
from bot.domain.messages import ArchivedMessage, Attachment, Embed, Extras
from bot.exchange.archive.text import JsonText
from bot.exchange.foreign.model import (
    MOST_SIGNS,
    Place,
    Tally,
    Why,
    can_be,
    clean,
    count_of,
    id_of,
    instant_of,
    name_of,
    part,
    parts,
)
from bot.exchange.foreign.walking import items, members
from bot.exchange.problems import Unreadable

_SPEECH = frozenset({"Default", "Reply", "0", "19"})
_REPLY = frozenset({"Reply", "19"})
_DIRECT = frozenset({"DirectTextChat", "DirectGroupTextChat"})
_THREADS = frozenset({"GuildNewsThread", "GuildPublicThread", "GuildPrivateThread"})
_OF_PERSON = ("id", "nickname", "name", "isBot", "discriminator")
_NO_DISCRIMINATOR = frozenset({"0000", "0"})
# The numbers of those whose words a webhook carries lie below this, as those recorded here do.
_CARRIED = 1 << 56
_SALVAGE = "Export it again, or add --salvage to take in the messages before that."


def read_chat_exporter(stream: BinaryIO, now: datetime, tally: Tally, *, salvage: bool) -> Place:
    """A channel or thread with its messages.

    Args:
        stream: bytes.
        now: aware UTC; nothing can have been said later.
        tally: told what is passed over.
        salvage: of a file that is broken somewhere, take what stands before that.

    Raises:
        Unreadable: it is no such file, or is broken somewhere; says in which line and how much stands before it.
        SetupProblem: it is a private conversation.
    """
    text = JsonText(stream)
    place: Place | None = None
    found: dict[str, object] = {}
    try:
        for name in members(text):
            if name != "messages":
                found[name] = text.value()[0]
                continue
            place = _place(text, found)
            reader = _Reader(place.thread_id, now)
            for _ in items(text):
                raw, source = text.value()
                message = reader.message(raw)
                if isinstance(message, Why):
                    # Where it begins; worked out only here, for it takes longer than reading a message.
                    tally.pass_over(message, text.problem("").line - source.count("\n"))
                else:
                    place.messages.append(message)
                found["here"] = count_of(found.get("here")) + 1
    except Unreadable as problem:
        whole = count_of(found.get("here"))
        counted = f"{whole:,} whole message{'s' * (whole != 1)} before it"
        if salvage and whole and place is not None:
            tally.notes.append(f"The file is broken in line {problem.line}: {problem.why}. There are {counted}.")
            return place
        why = f"{problem.why}; there are {counted}" if place is not None else problem.why
        raise Unreadable(why, problem.line, problem.column, _SALVAGE if whole else problem.advice) from None
    if place is None:
        raise Unreadable("there are no messages in this file", 0, 0, "It should be an export of DiscordChatExporter.")
    _compare(found, tally)
    return place


def _compare(found: dict[str, object], tally: Tally) -> None:
    said, here = found.get("messageCount"), count_of(found.get("here"))
    if isinstance(said, int) and said != here:
        tally.notes.append(f"The file says that it has {said:,} messages, and it has {here:,}.")


def _place(text: JsonText, found: dict[str, object]) -> Place:
    guild, channel = part(found, "guild"), part(found, "channel")
    kind = channel.get("type")
    channel_id, guild_id = id_of(channel.get("id")), id_of(guild.get("id"))
    if kind in _DIRECT or (channel_id and guild.get("id") in {"0", 0}):
        raise SetupProblem(
            "This file is a private conversation, which is nobody else's.",
            "Export the channel or the thread in which the chat was held.",
        )
    if not channel_id or not guild_id:
        raise text.problem("the file doesn't say which server and channel it is of")
    is_thread = kind in _THREADS
    parent = id_of(channel.get("categoryId")) if is_thread else 0
    return Place(
        key=f"discord:{channel_id}",
        source=Source.IMPORTED,
        name=name_of(channel.get("name")) or str(channel_id),
        guild_id=guild_id,
        channel_id=parent or channel_id,
        thread_id=channel_id,
        is_chat=is_thread,
    )


class _Reader:
    """Makes messages of what the exporter wrote; who wrote one before is known the next time."""

    def __init__(self, thread_id: int, now: datetime) -> None:
        self._thread_id = thread_id
        self._now = now
        self._people: dict[tuple[object, ...], tuple[int, str, bool]] = {}

    def message(self, raw: object) -> ArchivedMessage | Why:
        """A message, or why it is passed over."""
        if not isinstance(raw, dict):
            return Why.NO_MESSAGE
        kind, number, at = str(raw.get("type", "Default")), id_of(raw.get("id")), instant_of(raw.get("timestamp"))
        author_id, name, is_bot = self._author(part(raw, "author"))
        text = _text(raw)
        if kind not in _SPEECH:
            return Why.SYSTEM
        if at is None or not (number and author_id):
            return Why.NO_TIME if at is None else Why.NO_AUTHOR if number else Why.NO_ID
        if not can_be(at, self._now) or len(text) > MOST_SIGNS:
            return Why.TOO_LONG if len(text) > MOST_SIGNS else Why.WRONG_TIME
        return ArchivedMessage(
            id=number,
            thread_id=self._thread_id,
            author_id=author_id,
            author_name=name,
            posted_at=at,
            text=text,
            edited_at=instant_of(raw.get("timestampEdited")),
            reply_to_id=(id_of(part(raw, "reference").get("messageId")) or None) if kind in _REPLY else None,
            by_machine=is_bot,
            attachments=tuple(_files(raw.get("attachments"))),
            reactions=tuple(_reactions(raw.get("reactions"))),
            extras=_extras(raw),
        )

    def _author(self, author: dict[str, object]) -> tuple[int, str, bool]:
        """Number, name, and whether it is a bot or a webhook."""
        key = tuple(map(str, map(author.get, _OF_PERSON)))
        found = self._people.get(key)
        if found is None:
            number, is_bot = id_of(author.get("id")), author.get("isBot") is True
            name = name_of(author.get("nickname"), author.get("name")) or str(number)
            if number and is_bot and str(author.get("discriminator")) in _NO_DISCRIMINATOR:
                number = _carried(number, clean(author.get("name")))
            found = self._people[key] = (number, name, is_bot)
        return found


def _carried(webhook_id: int, name: str) -> int:
    """A webhook carries words of many people, each under a name of theirs: the number they have where it is live."""
    named = hashlib.blake2b(f"{webhook_id}:{name}".encode(), digest_size=7)
    return -int.from_bytes(named.digest()) - _CARRIED


def _text(raw: dict[str, object]) -> str:
    text = clean(raw.get("content"))
    if not text and "forwardedMessage" in raw:
        text = clean(part(raw, "forwardedMessage").get("content"))
    if "@" not in text:
        return text
    # The exporter writes a mention as a name; its number is what people's choices reach.
    names: dict[str, int] = {}
    for mentioned in parts(raw.get("mentions")):
        for name in (clean(mentioned.get("nickname")), clean(mentioned.get("name"))):
            if name and (number := id_of(mentioned.get("id"))):
                names.setdefault(name, number)
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(f"@{name}", f"<@{names[name]}>")
    return text


def _extras(raw: dict[str, object]) -> Extras:
    pinned = raw.get("isPinned") is True
    forwarded = part(raw, "forwardedMessage") if "forwardedMessage" in raw else {}
    if not (pinned or forwarded or raw.get("embeds") or raw.get("stickers")):
        return _NOTHING
    embeds = [*parts(raw.get("embeds")), *parts(forwarded.get("embeds"))]
    stickers = [*parts(raw.get("stickers")), *parts(forwarded.get("stickers"))]
    return Extras(
        stickers=tuple(name_of(sticker.get("name")) for sticker in stickers),
        embeds=tuple(
            Embed(clean(embed.get("title")), clean(embed.get("description")), clean(embed.get("url")))
            for embed in embeds
        ),
        pinned=pinned,
    )


_NOTHING = Extras()


def _files(raw: object) -> Iterator[Attachment]:
    for file in parts(raw):
        url = clean(file.get("url"))
        if number := id_of(file.get("id")):
            # An export with its media names files on somebody's disk.
            address = url if url.startswith(("https://", "http://")) else ""
            name = name_of(file.get("fileName")) or "file"
            yield Attachment(number, name, address, count_of(file.get("fileSizeBytes")))


def _reactions(raw: object) -> Iterator[tuple[str, int]]:
    found: dict[str, int] = {}
    for reaction in parts(raw):
        emoji = part(reaction, "emoji")
        name, number = name_of(emoji.get("name")), id_of(emoji.get("id"))
        if name and (count := count_of(reaction.get("count"))):
            sign = f"<{'a' * (emoji.get('isAnimated') is True)}:{name}:{number}>" if number else name
            found[sign] = found.get(sign, 0) + count
    yield from found.items()
