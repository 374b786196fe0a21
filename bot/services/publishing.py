"""Hosts decide which chats may be shown outside their server; what not everybody may read needs a yes of its own."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from bot.domain.chat import Chat, ChatState
from bot.domain.consent import is_published
from bot.domain.errors import BadInput, Problem, TryLater, WrongMoment
from bot.domain.showing import Showing
from bot.services.ports import Chats
from bot.services.publishing_ports import Doors, Publications, PublishingRules, Readers

_log = logging.getLogger(__name__)

_NEVER = frozenset({ChatState.DRAFT, ChatState.CANCELLED})
# So many of the latest a host is shown.
LISTED = 10


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a host's word about one chat.

    Attributes:
        chat: as it stands now.
        is_shown: whether it may be shown outside; once it is over, if it isn't yet.
        ask: who may read it now, where a host has to say yes once more; nothing was saved then.
    """

    chat: Chat
    is_shown: bool
    ask: Readers | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a server publishes.

    Attributes:
        rules: what its hosts decided.
        chats: its latest chats that are over, each with whether it may be shown outside.
        count: how many may be shown in all.
    """

    rules: PublishingRules
    chats: tuple[tuple[Chat, bool], ...]
    count: int


class Publishing:
    """Use cases of hosts about what is shown outside Discord."""

    def __init__(self, publications: Publications, chats: Chats, doors: Doors) -> None:
        self._publications = publications
        self._chats = chats
        self._doors = doors

    async def standing(self, guild_id: int) -> Standing:
        """What a server publishes now."""
        await self.look(guild_id)
        rules = await self._publications.rules(guild_id)
        over = await self._chats.list(guild_id, frozenset({ChatState.CLOSED}), newest_first=True, limit=LISTED)
        shown = tuple((chat, is_published(chat, publishes=rules.publishes)) for chat in over)
        return Standing(rules, shown, len(await self._publications.chats(guild_id)))

    async def decide(self, guild_id: int, *, publishes: bool | None, showing: Showing | None) -> PublishingRules:
        """Save what hosts decide for their server; None leaves it as it is.

        Raises:
            BadInput: nothing was chosen.
        """
        if publishes is None and showing is None:
            raise BadInput(Problem.NOTHING_TO_PUBLISH)
        rules = await self._publications.rules(guild_id)
        rules = replace(
            rules,
            publishes=rules.publishes if publishes is None else publishes,
            showing=rules.showing if showing is None else showing,
        )
        await self._publications.decide(guild_id, rules)
        await self.look(guild_id)
        return rules

    async def find(self, guild_id: int, chat_id: int) -> Chat:
        """A chat about which something can be decided.

        Raises:
            BadInput: there is no such chat in this server.
            WrongMoment: it never took place.
        """
        chat = await self._chats.get(chat_id)
        if chat is None or chat.guild_id != guild_id:
            raise BadInput(Problem.CHAT_UNKNOWN, number=chat_id)
        if chat.state in _NEVER:
            raise WrongMoment(Problem.NEVER_HELD)
        return chat

    async def say(self, chat: Chat, *, published: bool | None, is_sure: bool = False) -> Decided:
        """Decide about one chat.

        Args:
            chat: as `find` gave it.
            published: whether it may be shown outside; None for what the server does.
            is_sure: whether a host said yes once more, knowing who may read it.
        """
        await self.look_at(chat)
        chat = await self._chats.get(chat.id) or chat
        if published and not chat.is_public and not is_sure and not chat.published:
            return Decided(chat, is_shown=False, ask=self._readers(chat))
        await self._publications.publish(chat.id, published=published)
        chat = await self._chats.get(chat.id) or chat
        rules = await self._publications.rules(chat.guild_id)
        return Decided(chat, is_published(chat, publishes=rules.publishes))

    async def look(self, guild_id: int) -> None:
        """See who may read a server's chats now: what was made private is shown no more from this moment."""
        for channel_id in await self._publications.places(guild_id):
            await self._note(guild_id, channel_id)

    async def look_at(self, chat: Chat) -> None:
        """The same for one chat, which opens or is over."""
        await self._note(chat.guild_id, chat.home_id)

    def _readers(self, chat: Chat) -> Readers:
        return self._seen(chat.guild_id, chat.home_id) or Readers(everybody=False)

    def _seen(self, guild_id: int, channel_id: int) -> Readers | None:
        try:
            return self._doors.readers(guild_id, channel_id)
        except TryLater:
            return None

    async def _note(self, guild_id: int, channel_id: int) -> None:
        readers = self._seen(guild_id, channel_id)
        if readers is None:
            # Deleted, or out of sight for now: what was noted last stands.
            return
        everybody = readers.everybody
        news = await self._publications.note_readers(guild_id, channel_id, everybody=everybody)
        if news and not everybody:
            _log.info("not everybody may read channel %d: %d chats count as private", channel_id, len(news))
