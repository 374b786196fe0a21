"""A finished chat's record is sealed once it is what Discord has, message by message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto

from bot.domain.messages import ArchivedMessage, Incoming
from bot.domain.run import Action, ActionKind

# What is on its way when a thread is locked arrives within this.
_SETTLING = timedelta(seconds=30)


class SealState(StrEnum):
    """What came of comparing a chat with Discord."""

    MATCHED = auto()
    DIFFERS = auto()
    GONE = auto()
    UNREADABLE = auto()


@dataclass(frozen=True, slots=True)
class Seal:
    """What the last look at Discord found in a chat that is over.

    Attributes:
        chat_id: which chat.
        state: what came of it. GONE: its thread was deleted; what was said stays as it was archived.
        messages: how many messages of people Discord has there.
        differences: how many of them are otherwise in the archive.
        checked_at: aware UTC.
    """

    chat_id: int
    state: SealState
    messages: int
    differences: int
    checked_at: datetime


def seal_action(chat_id: int, now: datetime) -> Action:
    """Compare a chat that closes now (aware UTC) with Discord."""
    return Action(chat_id, ActionKind.SEAL, due_at=now + _SETTLING, lane="seal")


def differences(
    found: Sequence[Incoming], archived: Sequence[ArchivedMessage], *, also_new: bool = True
) -> dict[int, tuple[str, ...]]:
    """What is otherwise in the archive than in Discord: by message, the names of what differs; empty if nothing does.

    Args:
        found: everything that stands in a chat's threads.
        archived: everything that was archived from these threads.
        also_new: whether a message that isn't archived at all counts.
    """
    there = {message.id: message for message in found if not message.is_system}
    here = {message.id: message for message in archived}
    differing = {message.id: tuple(_differences(there.get(message.id), message)) for message in archived}
    if also_new:
        differing |= {i: ("missing",) for i, m in there.items() if i not in here and not m.is_own}
    return {message_id: names for message_id, names in differing.items() if names}


def spoken(found: Sequence[Incoming], archived: Mapping[int, ArchivedMessage]) -> int:
    """How many of the messages that stand in Discord are people's, those that the bot posted for somebody included."""
    return sum(not m.is_system and (not m.is_own or m.id in archived) for m in found)


def _differences(there: Incoming | None, here: ArchivedMessage) -> Iterator[str]:
    if there is None or here.is_deleted:
        # What the bot posted for somebody and is to take down may stand there for a moment.
        if (there is not None and not there.is_own) or (there is None and not here.is_deleted):
            yield "deleted"
        return
    if sorted(there.reactions or ()) != sorted(here.reactions):
        yield "reactions"
    if not here.is_left_out and there.extras.pinned != here.extras.pinned:
        yield "pinned"
    # What the bot posted for somebody has its words from them.
    if not (here.is_left_out or there.is_own or there.is_unread):
        pairs = zip(_NAMES, _said(there), _said(here), strict=True)
        yield from (name for name, said, archived in pairs if said != archived)


_NAMES = ("text", "edited_at", "reply_to_id", "extras", "attachments")


def _said(message: Incoming | ArchivedMessage) -> tuple[object, ...]:
    files = {(file.id, file.filename, file.size, file.description) for file in message.attachments}
    return message.text, message.edited_at, message.reply_to_id, message.extras, files
