"""Discord's objects become the domain's values here, and nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import discord

from bot.domain.messages import Attachment, Embed, Extras, Incoming, Poll
from bot.domain.names import can_be_seen

_PINS = discord.MessageType.pins_add
_SPEECH = frozenset({discord.MessageType.default, discord.MessageType.reply})
# Most messages have nothing but words.
_BARE = (Extras(), Extras(pinned=True))
# The numbers of those whose words a webhook carries lie below this.
_CARRIED = 1 << 56


def incoming(message: discord.Message, own_id: int, *, reads_text: bool = True) -> Incoming:
    """A message as the archive takes it.

    Args:
        message: from an event or from history.
        own_id: the bot's user id, to mark its own messages.
        reads_text: whether the bot asked Discord for the text of messages.
    """
    reference, author = message.reference, message.author
    unread = not reads_text and _is_unread(message, own_id)
    is_plain = not (
        unread or message.attachments or message.embeds or message.stickers or message.poll or message.message_snapshots
    )
    replies = reference is not None and message.type is discord.MessageType.reply
    return Incoming(
        id=message.id,
        thread_id=message.channel.id,
        author_id=_author_id(message),
        author_name=name_shown(author),
        posted_at=message.created_at,
        text=message.content if is_plain else "" if unread else _text(message),
        edited_at=message.edited_at,
        reply_to_id=reference.message_id if reference is not None and replies else None,
        by_machine=author.bot,
        is_system=message.type not in _SPEECH,
        is_own=author.id == own_id,
        is_unread=unread,
        attachments=() if unread or is_plain else _attachments(message),
        reactions=tuple(_reactions(message)) if message.reactions else (),
        extras=_BARE[message.pinned] if unread or is_plain else _extras(message),
        pins_id=reference.message_id if reference is not None and message.type is _PINS else None,
    )


def name_shown(person: discord.User | discord.Member) -> str:
    """How a person is called where they write; if nothing of that can be seen, by their account's name."""
    name = person.display_name
    # A first letter as nearly all names have it is told in no time.
    return name if (name[:1].isascii() and name[:1].isalnum()) or can_be_seen(name) else person.name


def _author_id(message: discord.Message) -> int:
    """Who wrote it: a webhook carries words of many people, each under a name of theirs, so each has a number here.

    No account has a number below zero.
    """
    author = message.author
    if message.webhook_id != author.id:
        return author.id
    named = hashlib.blake2b(f"{author.id}:{author.name}".encode(), digest_size=7)
    return -int.from_bytes(named.digest()) - _CARRIED


def _is_unread(message: discord.Message, own_id: int) -> bool:
    """Whether a bot that doesn't ask for words may not read this: only those that mention it are for it.

    A message's history has all words where Discord would grant them; the operator said that they aren't to be read.
    """
    is_for_bot = message.author.id == own_id or any(user.id == own_id for user in message.mentions)
    is_a_sticker = message.stickers and not (_text(message) or message.attachments or message.poll)
    return not is_for_bot and not is_a_sticker


def _reactions(message: discord.Message) -> Iterator[tuple[str, int]]:
    # The bot's own marks are no applause.
    for reaction in message.reactions:
        count = reaction.count - reaction.me
        if count > 0:
            yield str(reaction.emoji), count


def _text(message: discord.Message) -> str:
    if message.message_snapshots:
        # A forwarded message carries the words it forwards in a snapshot and none of its own.
        return "\n".join(snapshot.content for snapshot in message.message_snapshots)
    return message.content


def _attachments(message: discord.Message) -> tuple[Attachment, ...]:
    """The files of a message and of what it forwards, each once."""
    files = [*message.attachments, *(file for snapshot in message.message_snapshots for file in snapshot.attachments)]
    return tuple({file.id: _attachment(file) for file in files}.values())


def _attachment(file: discord.Attachment) -> Attachment:
    return Attachment(file.id, file.filename, file.url, file.size, file.content_type, file.description)


def _extras(message: discord.Message) -> Extras:
    carriers: list[discord.Message | discord.MessageSnapshot] = [message, *message.message_snapshots]
    return Extras(
        stickers=tuple(sticker.name for carrier in carriers for sticker in carrier.stickers),
        embeds=tuple(_embed(embed) for carrier in carriers for embed in carrier.embeds),
        poll=_poll(message.poll) if message.poll is not None else None,
        pinned=message.pinned,
    )


def _embed(embed: discord.Embed) -> Embed:
    """An embed's words: what an app put into its fields stands below its description."""
    fields = [f"{field.name}: {field.value}" for field in embed.fields]
    description = "\n".join(part for part in (embed.description, *fields, embed.footer.text) if part)
    return Embed(embed.title or embed.author.name or "", description, embed.url or "")


def _poll(poll: discord.Poll) -> Poll:
    answers = tuple((_choice(answer), answer.vote_count) for answer in poll.answers)
    return Poll(poll.question, answers, is_final=poll.is_finalised())


def _choice(answer: discord.PollAnswer) -> str:
    return " ".join(part for part in (str(answer.emoji or ""), answer.text or "") if part)
