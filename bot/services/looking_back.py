"""A reader looks back on a series: its latest chats in brief, those of them that this reader may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.chat import RUNNING_STATES, UPCOMING_STATES, Chat, ChatState
from bot.domain.digest import Digest, Length
from bot.domain.errors import BadInput, Problem
from bot.domain.series import Series, find_series, series_like, series_seen
from bot.services.digesting import Digesting
from bot.services.ports import Chats
from bot.services.reading import MaySee
from bot.services.series_ports import AllSeries

_WITH_A_DIGEST = frozenset({*RUNNING_STATES, ChatState.CLOSED})
# How many chats a reader is told of.
_SHOWN = {Length.GLANCE: 3, Length.STANDARD: 5, Length.FULL: 8}


@dataclass(frozen=True, slots=True)
class LookBack:
    """A series in brief.

    Attributes:
        series: the series.
        digests: of its latest chats in which something was said, the latest first.
        upcoming: its next chat, or None.
    """

    series: Series
    digests: tuple[Digest, ...]
    upcoming: Chat | None


class LookingBack:
    """Use cases of a reader of a series."""

    def __init__(self, series: AllSeries, chats: Chats, digesting: Digesting) -> None:
        self._series = series
        self._chats = chats
        self._digesting = digesting

    async def series_like(self, guild_id: int, may_see: MaySee, typed: str, limit: int = 25) -> Sequence[Series]:
        """The series that a reader may mean by what is typed so far."""
        return series_like(await self._visible(guild_id, may_see), typed)[:limit]

    async def look_back(self, guild_id: int, may_see: MaySee, typed: str, length: Length) -> LookBack:
        """The latest chats of a series.

        Args:
            guild_id: the server.
            may_see: what this reader may read.
            typed: the series' number, as completion gives it, or its name or hashtag.
            length: how many chats.

        Raises:
            BadInput: there is no such series, or nothing was said in it yet.
        """
        series = find_series(await self._visible(guild_id, may_see), typed)
        upcoming = await self._chats_of(series, UPCOMING_STATES, may_see)
        digests: list[Digest] = []
        for chat in await self._chats_of(series, _WITH_A_DIGEST, may_see, newest_first=True):
            digest = await self._digesting.digest(chat, Length.GLANCE)
            if digest is not None and digest.messages:
                digests.append(digest)
            if len(digests) == _SHOWN[length]:
                break
        if not digests:
            raise BadInput(Problem.NOTHING_TO_DIGEST, upcoming=next(iter(upcoming), None))
        return LookBack(series, tuple(digests), next(iter(upcoming), None))

    async def _visible(self, guild_id: int, may_see: MaySee) -> Sequence[Series]:
        return series_seen(await self._series.of_guild(guild_id), may_see)

    async def _chats_of(
        self, series: Series, states: frozenset[ChatState], may_see: MaySee, *, newest_first: bool = False
    ) -> Sequence[Chat]:
        found = await self._chats.list(series.guild_id, states, newest_first=newest_first, series_id=series.id)
        # A chat may have been moved to a channel of its own.
        return [chat for chat in found if may_see(chat.home_id)]
