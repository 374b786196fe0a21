"""A reader looks at what was said and what is coming; nothing about who read what is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.chat import RUNNING_STATES, UPCOMING_STATES, Chat, ChatState
from bot.domain.desk import Lane
from bot.domain.digest import Digest, Length, days_begun
from bot.domain.errors import BadInput, Problem
from bot.domain.messages import ChatRecord
from bot.services.digesting import Digesting
from bot.services.person_ports import Looks
from bot.services.ports import Archive, Chats, Clock, Desk

# Says whether a reader may see a channel, by its id.
MaySee = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class ListedChat:
    """A chat in a list.

    Attributes:
        chat: the chat.
        messages: how many messages people wrote in it so far.
        people: how many people wrote them.
    """

    chat: Chat
    messages: int
    people: int


@dataclass(frozen=True, slots=True)
class Programme:
    """What `/chats` shows.

    Attributes:
        running: the chats going on now.
        upcoming: what is planned, the next first.
        archived: what is over, the latest first.
    """

    running: tuple[ListedChat, ...]
    upcoming: tuple[ListedChat, ...]
    archived: tuple[ListedChat, ...]


def is_meant(chat: Chat, typed: str) -> bool:
    """Whether every word typed begins a word of a chat's name, or is its number."""
    words = f"{chat.hashtag} {chat.title} {chat.id}".casefold().split()
    return all(any(word.startswith(part) for word in words) for part in typed.casefold().replace("#", " ").split())


class Reading:
    """Use cases of a reader, who sees only chats of channels open to them."""

    def __init__(
        self, chats: Chats, archive: Archive, digesting: Digesting, looks: Looks, desk: Desk, clock: Clock
    ) -> None:
        self._chats = chats
        self._archive = archive
        self._looks = looks
        self._desk = desk
        self._clock = clock
        self._digesting = digesting

    async def find(self, guild_id: int, may_see: MaySee, chat_id: int | None = None) -> Chat:
        """The chat that a reader means: the one named, else the running one, else the latest that is over.

        Raises:
            BadInput: there is no such chat, or nothing yet that this reader may see.
        """
        chat = await (self._latest(guild_id, may_see) if chat_id is None else self._chats.get(chat_id))
        if chat is None or chat.guild_id != guild_id or not may_see(chat.home_id):
            if chat_id is not None:
                raise BadInput(Problem.CHAT_UNKNOWN, number=chat_id)
            raise BadInput(Problem.NOTHING_TO_DIGEST, upcoming=await self.next_chat(guild_id, may_see))
        if chat.state not in {*RUNNING_STATES, ChatState.CLOSED}:
            raise BadInput(Problem.NOTHING_TO_DIGEST, upcoming=chat)
        return chat

    async def chats_like(self, guild_id: int, may_see: MaySee, typed: str, limit: int = 25) -> Sequence[Chat]:
        """The chats with a digest that a reader may mean by what is typed so far: running ones, then the latest."""
        running = await self._visible(guild_id, RUNNING_STATES, may_see)
        over = await self._visible(guild_id, frozenset({ChatState.CLOSED}), may_see, newest_first=True)
        return [chat for chat in (*running, *over) if is_meant(chat, typed)][:limit]

    def days(self, chat: Chat, day: int = 0) -> int:
        """How many days of a chat have begun.

        Args:
            chat: as `find` gave it.
            day: the one that is asked for; 0 for none.

        Raises:
            BadInput: that day hasn't begun, or the chat has no such day.
        """
        begun = days_begun(chat, self._clock.now())
        if day > begun:
            raise BadInput(Problem.DAY_UNKNOWN, number=day, count=begun)
        return begun

    async def digest(
        self, chat: Chat, length: Length = Length.STANDARD, since: datetime | None = None, day: int = 0
    ) -> Digest:
        """A chat's digest.

        Args:
            chat: as `find` gave it.
            length: how much.
            since: only what was said from then on (aware UTC).
            day: only what was said on this day; 0 for all.

        Raises:
            BadInput: the chat is gone.
        """
        digest = await self._digesting.digest(chat, length, since, day)
        if digest is None:
            raise BadInput(Problem.CHAT_UNKNOWN, number=chat.id)
        return digest

    async def to_come(self, chat: Chat) -> Lane | None:
        """What is still to come of a chat that is running, for whoever comes late to it; None once it is over."""
        return await self._desk.lane(chat.id, self._clock.now()) if chat.state in RUNNING_STATES else None

    async def last_look(self, person_id: int, chat: Chat) -> datetime | None:
        """When a reader last looked at a chat (aware UTC); None if never.

        Raises:
            BadInput: this reader hasn't switched on that it is remembered.
        """
        if not await self._looks.is_on(person_id):
            raise BadInput(Problem.LOOKS_NOT_REMEMBERED)
        return await self._looks.last(person_id, chat.id)

    async def look(self, person_id: int, chat: Chat) -> None:
        """Remember that a reader looked now, if they switched that on; nothing is kept of anybody else."""
        if await self._looks.is_on(person_id):
            await self._looks.look(person_id, chat.id, self._clock.now())

    async def remember_looks(self, person_id: int, *, on: bool) -> bool:
        """Switch on or off that a reader's looks are remembered; off forgets them. Whether that changed anything."""
        if not on:
            return await self._looks.forget(person_id)
        was = await self._looks.is_on(person_id)
        await self._looks.remember(person_id, self._clock.now())
        return not was

    async def next_chat(self, guild_id: int, may_see: MaySee) -> Chat | None:
        """The next chat that a reader may come to."""
        upcoming = await self._visible(guild_id, UPCOMING_STATES, may_see)
        return upcoming[0] if upcoming else None

    async def programme(self, guild_id: int, may_see: MaySee, limit: int = 5) -> Programme:
        """What is running, what is coming and what is archived, at most `limit` of each."""
        running = await self._visible(guild_id, RUNNING_STATES, may_see)
        upcoming = await self._visible(guild_id, UPCOMING_STATES, may_see)
        archived = await self._visible(guild_id, frozenset({ChatState.CLOSED}), may_see, newest_first=True)
        shown = [running[:limit], upcoming[:limit], archived[:limit]]
        counts = await self._archive.counts([chat.id for chats in shown for chat in chats])
        listed = [tuple(ListedChat(chat, *counts.get(chat.id, (0, 0))) for chat in chats) for chats in shown]
        return Programme(*listed)

    async def record(self, chat_id: int) -> ChatRecord:
        """A chat with everything that was said in it.

        Raises:
            BadInput: there is no such chat.
        """
        record = await self._archive.record_of(chat_id)
        if record is None:
            raise BadInput(Problem.CHAT_UNKNOWN, number=chat_id)
        return record

    async def _latest(self, guild_id: int, may_see: MaySee) -> Chat | None:
        for states in (RUNNING_STATES, frozenset({ChatState.CLOSED})):
            found = await self._visible(guild_id, states, may_see, newest_first=True)
            if found:
                return found[0]
        return None

    async def _visible(
        self,
        guild_id: int,
        states: frozenset[ChatState],
        may_see: MaySee,
        *,
        newest_first: bool = False,
    ) -> Sequence[Chat]:
        chats = await self._chats.list(guild_id, states, newest_first=newest_first, limit=100)
        return [chat for chat in chats if may_see(chat.home_id)]
