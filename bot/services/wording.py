"""What a person does with one message: say where it belongs, take it back, keep it for oneself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.errors import BadInput, NotAllowed, Problem
from bot.domain.masks import Masks
from bot.domain.messages import Kept
from bot.services.person_ports import Words
from bot.services.ports import Chats, Clock
from bot.services.reading import MaySee
from bot.services.showing import Showings
from bot.services.values import SavedMessage, Standing


class Wording:
    """Use cases behind the menu of a message."""

    def __init__(self, words: Words, chats: Chats, showings: Showings, clock: Clock) -> None:
        self._words = words
        self._chats = chats
        self._showings = showings
        self._clock = clock

    async def to_file(self, message_id: int, person_id: int, *, is_host: bool) -> Standing:
        """Where a message stands, for somebody who may say where it belongs.

        Raises:
            BadInput: it isn't a message of a chat.
            NotAllowed: the person is neither its author nor a host.
        """
        standing = await self._words.standing(message_id)
        if standing is None:
            raise BadInput(Problem.MESSAGE_UNKNOWN)
        if person_id != standing.author_id and not is_host and person_id != standing.chat.host_id:
            raise NotAllowed(Problem.NOT_YOURS_TO_FILE)
        return standing

    async def file(self, message_id: int, questions: Sequence[int], person_id: int, *, is_host: bool) -> Kept:
        """File a message under questions, or under none; it outranks the machine from now on.

        Raises:
            BadInput: as for `to_file`.
            NotAllowed: as for `to_file`.
        """
        standing = await self.to_file(message_id, person_id, is_host=is_host)
        return await self._words.rule(message_id, questions, by_author=person_id == standing.author_id)

    async def withdraw(self, message_id: int, person_id: int) -> bool:
        """Take one's own words out of the archive; True if the bot posted them and takes that down too.

        Raises:
            BadInput: it isn't a message of a chat, or has been taken back.
            NotAllowed: somebody else wrote it.
        """
        return await self._words.withdraw(message_id, person_id, self._clock.now())

    async def save(self, message_id: int, person_id: int) -> bool:
        """Keep a bookmark, or take it away again; whether it is kept now.

        Raises:
            BadInput: it isn't a message of a chat.
        """
        return await self._words.save(message_id, person_id, self._clock.now())

    async def saved(self, person_id: int, guild_id: int, may_see: MaySee) -> Sequence[SavedMessage]:
        """A person's bookmarks, as far as they may still read the channel, and their authors as they chose."""
        found = [one for one in await self._words.saved(person_id, guild_id) if may_see(one.channel_id)]
        masks: dict[int, Masks | None] = {}
        for one in found:
            if one.chat_id not in masks:
                chat = await self._chats.get(one.chat_id)
                masks[one.chat_id] = await self._showings.masks(chat) if chat is not None else None
        return [_as_chosen(one, masks[one.chat_id]) for one in found]


def _as_chosen(saved: SavedMessage, masks: Masks | None) -> SavedMessage:
    if masks is None or saved.text is None:
        return saved
    name = masks.name_of(saved.author_id, saved.author_name)
    return replace(saved, author_name=name, text=masks.text(saved.text) if name else None)
