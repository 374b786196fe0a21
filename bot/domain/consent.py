"""Whose words may be kept and shown: a person's own wish decides, for what was said and what will be said."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.chat import Chat
from bot.domain.masks import Masks
from bot.domain.messages import ChatRecord, Extras, Incoming
from bot.domain.showing import Consent, Showing

__all__ = ["NOBODY", "Consent", "Erased", "Showing", "is_published", "masks_of", "shown", "without_words"]

# Whose a message is of which nothing is kept but that there was one.
NOBODY = 0


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took away, or would take, for the sentence that says so.

    Attributes:
        messages: how many messages lost their words and name.
        chats: in how many chats.
    """

    messages: int
    chats: int


def without_words(message: Incoming) -> Incoming:
    """The message as it is kept of somebody who asked to be left out: that there was one, and when."""
    return replace(message, text="", author_id=NOBODY, author_name="", attachments=(), extras=Extras())


def is_published(chat: Chat, *, publishes: bool) -> bool:
    """Whether a chat may be shown outside Discord.

    Args:
        chat: as it stands.
        publishes: whether its server publishes what everybody in it may read without asking for each chat.
    """
    if chat.published is not None:
        return chat.published
    return publishes and chat.is_public


def masks_of(record: ChatRecord, consent: Consent) -> Masks:
    """Who is called what in a chat, as its people want to be shown."""
    return Masks(record.chat, consent, ((m.author_id, m.author_name) for m in record.messages))


def shown(record: ChatRecord, consent: Consent) -> ChatRecord:
    """A chat's record as its people want to be shown; nothing else of them is left in it.

    Whoever isn't named has another number in it, so that no output can tell who it is, or that it is the same person
    as in another chat. What is left out is like what its author took back. Whom others mention, by a number or a name
    that can't be anything else, is called as they are called where they write, or by no name.
    """
    if not consent.hides_anybody:
        return record
    masks = masks_of(record, consent)
    return ChatRecord(masks.chat(), tuple(masks.message(message) for message in record.messages))
