"""Whose words may be kept and shown: a person's own wish decides, for what was said and what will be said."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.messages import Incoming


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took away, for the sentence that confirms it.

    Attributes:
        messages: how many messages lost their words and name.
        chats: in how many chats.
    """

    messages: int
    chats: int


def without_words(message: Incoming) -> Incoming:
    """The message as it is kept of somebody who asked to be left out: that there was one, and when."""
    return replace(message, text="", author_name="", attachments=())
