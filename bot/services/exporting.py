"""A host takes chats out of Discord: which ones they may, and what of them, as their server sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.chat import OVER_STATES, RUNNING_STATES, Chat, ChatState
from bot.domain.consent import shown
from bot.domain.errors import BadInput, NotAllowed, Problem
from bot.domain.messages import ChatRecord
from bot.domain.series import Series, find_series, series_like, series_seen
from bot.services.ports import Archive, Chats
from bot.services.publishing_ports import Publications
from bot.services.reading import MaySee, is_meant
from bot.services.series_ports import AllSeries

EXPORTABLE = RUNNING_STATES | OVER_STATES
_OVER = frozenset({ChatState.CLOSED})
_MOST = 1_000
# So many chats are handed over together; they are held in memory meanwhile.
MOST_TOGETHER = 100


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody who asks for an export.

    Attributes:
        sees: whether they may read a channel, by its id.
        hosts: whether they host a chat.
        is_host: whether they may plan chats, and so host all of them.
        role: the host role's name, for the sentence to those who don't.
    """

    sees: MaySee
    hosts: Callable[[Chat], bool]
    is_host: bool
    role: str


class Exporting:
    """Use cases of a host, who exports only chats that they host and whose channel they may read."""

    def __init__(self, chats: Chats, all_series: AllSeries, archive: Archive, publications: Publications) -> None:
        self._chats = chats
        self._series = all_series
        self._archive = archive
        self._publications = publications

    async def find(self, guild_id: int, asking: Asking, chat_id: int | None = None) -> Chat:
        """The chat that a host means: the one named, else the latest of theirs that is over, else the running one.

        Raises:
            BadInput: there is no such chat, it hasn't begun, or there is none yet.
            NotAllowed: whoever asks hosts neither this chat nor any.
        """
        if chat_id is None:
            return _theirs(await self._visible(guild_id, asking), asking, BadInput(Problem.EXPORT_NOTHING))[0]
        chat = await self._chats.get(chat_id)
        if chat is None or chat.guild_id != guild_id or not asking.sees(chat.home_id):
            raise BadInput(Problem.CHAT_UNKNOWN, number=chat_id)
        if not asking.hosts(chat):
            raise NotAllowed(Problem.EXPORT_FOR_HOSTS, role=asking.role)
        if chat.state not in EXPORTABLE:
            raise BadInput(Problem.EXPORT_NOT_BEGUN, chat=chat)
        return chat

    async def find_series(self, guild_id: int, asking: Asking, typed: str) -> tuple[Series, Sequence[Chat]]:
        """A series and its chats that a host may export, the earliest first.

        Args:
            guild_id: the server.
            asking: who asks.
            typed: the series' number, as completion gives it, or its name or hashtag.

        Raises:
            BadInput: there is no such series, none of its chats has begun, or they are too many to be handed over.
            NotAllowed: whoever asks hosts none of them.
        """
        series = find_series(series_seen(await self._series.of_guild(guild_id), asking.sees), typed)
        found = await self._chats.list(guild_id, EXPORTABLE, limit=_MOST, series_id=series.id)
        # A chat may have been moved to a channel of its own.
        seen = [chat for chat in found if asking.sees(chat.home_id)]
        theirs = _theirs(seen, asking, BadInput(Problem.EXPORT_SERIES_NOTHING, name=series.name))
        if len(theirs) > MOST_TOGETHER:
            raise BadInput(Problem.EXPORT_TOO_MANY, name=series.name, count=len(theirs), limit=MOST_TOGETHER)
        return series, theirs

    async def series_like(self, guild_id: int, asking: Asking, typed: str, limit: int = 25) -> Sequence[Series]:
        """The series that a host may mean by what is typed so far."""
        found = series_seen(await self._series.of_guild(guild_id), asking.sees)
        return series_like([one for one in found if asking.hosts(one.model)], typed)[:limit]

    async def chats_like(self, guild_id: int, asking: Asking, typed: str, limit: int = 25) -> Sequence[Chat]:
        """The chats that a host may mean by what is typed so far: those that are over first, the latest before all."""
        found = await self._visible(guild_id, asking)
        return [chat for chat in found if asking.hosts(chat) and is_meant(chat, typed)][:limit]

    async def record(self, chat: Chat) -> ChatRecord:
        """A chat with what was said in it, as its people want to be shown within their server.

        Raises:
            BadInput: the chat is gone.
        """
        record = await self._archive.record_of(chat.id)
        if record is None:
            raise BadInput(Problem.CHAT_UNKNOWN, number=chat.id)
        return shown(record, await self._publications.consent(chat.guild_id, outside=False))

    async def _visible(self, guild_id: int, asking: Asking) -> list[Chat]:
        found: list[Chat] = []
        for states in (_OVER, RUNNING_STATES):
            found += await self._chats.list(guild_id, states, newest_first=True, limit=_MOST)
        return [chat for chat in found if asking.sees(chat.home_id)]


def _theirs(seen: Sequence[Chat], asking: Asking, nothing: BadInput) -> Sequence[Chat]:
    """Those of some chats that somebody may see which they host too.

    Raises:
        NotAllowed: there are none.
        BadInput: there is nothing to host yet for somebody who might; this is raised then.
    """
    theirs = [chat for chat in seen if asking.hosts(chat)]
    if not theirs and (seen or not asking.is_host):
        raise NotAllowed(Problem.EXPORT_FOR_HOSTS, role=asking.role)
    if not theirs:
        raise nothing
    return theirs
