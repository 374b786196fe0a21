"""Somebody looks for what was said: what they typed, where they may read, and a page of what is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.chat import RUNNING_STATES, Chat, ChatState
from bot.domain.errors import BadInput, Problem
from bot.domain.masks import Masks
from bot.domain.search import Query, Term, has_all, read_query, words_of
from bot.domain.series import series_seen
from bot.services.ports import Chats
from bot.services.reading import MaySee
from bot.services.search_ports import Hit, Scope, Searchable
from bot.services.series_ports import AllSeries
from bot.services.showing import Showings

PAGE = 5
# What is older than so many newer hits is found by a closer search.
MOST = 200
# The best match is chosen among so many of the newest.
MOST_COMPARED = 500
_MOST_CHATS = 1_000
_ME = "me"
_SAID_IN = frozenset({*RUNNING_STATES, ChatState.CLOSED})


@dataclass(frozen=True, slots=True)
class SearchWish:
    """What somebody looks for.

    Attributes:
        typed: as it was typed; may be empty where something else is given.
        author_id: only what this person said; 0 for anybody.
        chat_id: only what was said in this chat; 0 for any.
        best: the best match first, not the newest.
        page: which page, from 1.
    """

    typed: str
    author_id: int = 0
    chat_id: int = 0
    best: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found.

    Attributes:
        wish: what was looked for; its page is one that there is.
        hits: this page's, each with its chat.
        terms: what to mark in them.
        total: how many were found, `MOST` at most, or `MOST_COMPARED` if the best are wanted.
        is_more: whether there are more than that.
    """

    wish: SearchWish
    hits: tuple[tuple[Hit, Chat], ...]
    terms: tuple[Term, ...]
    total: int
    is_more: bool

    @property
    def pages(self) -> int:
        """How many pages there are; 0 if nothing was found."""
        return -(-self.total // PAGE)


class Searching:
    """Use cases of somebody who looks for something; nothing about it is kept."""

    def __init__(self, index: Searchable, chats: Chats, series: AllSeries, showings: Showings, zone: str) -> None:
        self._index = index
        self._chats = chats
        self._series = series
        self._showings = showings
        self._zone = zone

    async def search(self, guild_id: int, may_see: MaySee, asker_id: int, wish: SearchWish) -> Found:
        """A page of what was said and may be read by whoever asks.

        Args:
            guild_id: the server.
            may_see: what the asker may read.
            asker_id: whom `from:me` means.
            wish: what is looked for.

        Raises:
            BadInput: it can't be understood, or names a chat, series or nothing that isn't there.
        """
        query = self._query(wish, asker_id)
        scope = await self._scope(guild_id, may_see, query, wish)
        # Who wants another name isn't found by their own.
        by_name = bool(query.author) or query.author_id not in {None, asker_id}
        unseen = await self._showings.hidden(guild_id, also_pseudonyms=by_name)
        scope = replace(scope, without=tuple(unseen))
        most = MOST_COMPARED if wish.best else MOST
        found = await self._index.find(query, scope, most + 1, best=wish.best)
        total = min(len(found), most)
        page = min(max(wish.page, 1), max(-(-total // PAGE), 1))
        hits = await self._index.hits(found[(page - 1) * PAGE : min(page * PAGE, total)])
        chats = {chat_id: await self._chats.get(chat_id) for chat_id in {hit.chat_id for hit in hits}}
        shown = await self._as_chosen([(hit, chat) for hit in hits if (chat := chats[hit.chat_id])], query.terms)
        if not shown and total <= PAGE:
            # What there was tells of somebody by a name that isn't shown.
            total = 0
        return Found(replace(wish, page=page), shown, query.terms, total, len(found) > most)

    async def _as_chosen(self, hits: Sequence[tuple[Hit, Chat]], terms: Sequence[Term]) -> tuple[tuple[Hit, Chat], ...]:
        """The hits with their people as they chose to be shown in this server."""
        masks = await self._showings.masks_of([chat for _, chat in hits])
        if not masks:
            return tuple(hits)
        found = [(_masked(hit, masks[chat.id]), chat) for hit, chat in hits]
        # What was found by a name that isn't shown would tell whose pseudonym stands in its place.
        return tuple(
            (hit, chat) for hit, chat in found if hit.message.is_readable and has_all(hit.message.text or "", terms)
        )

    def _query(self, wish: SearchWish, asker_id: int) -> Query:
        is_narrowed = bool(wish.author_id or wish.chat_id)
        query = Query() if is_narrowed and not wish.typed.strip() else read_query(wish.typed, self._zone)
        if query.author == _ME:
            query = replace(query, author="", author_id=asker_id)
        return replace(query, author_id=wish.author_id) if wish.author_id else query

    async def _scope(self, guild_id: int, may_see: MaySee, query: Query, wish: SearchWish) -> Scope:
        hidden = tuple(home for home in await self._index.homes(guild_id) if not may_see(home))
        scope = Scope(guild_id, hidden)
        if wish.chat_id:
            chat = await self._chats.get(wish.chat_id)
            if chat is None or chat.guild_id != guild_id or not may_see(chat.home_id):
                raise BadInput(Problem.CHAT_UNKNOWN, number=wish.chat_id)
            return replace(scope, chats=(chat.id,))
        if query.place:
            return await self._place(scope, may_see, query.place)
        return scope

    async def _place(self, scope: Scope, may_see: MaySee, place: str) -> Scope:
        seen = series_seen(await self._series.of_guild(scope.guild_id), may_see)
        series = [one.id for one in seen if _is_called(place, one.name, one.model)]
        chats = await self._chats.list(scope.guild_id, _SAID_IN, newest_first=True, limit=_MOST_CHATS)
        named = [chat for chat in chats if may_see(chat.home_id) and _is_called(place, chat.title, chat)]
        apart = [c.id for c in named if c.belonging is None or c.belonging.series_id not in series]
        if not series and not apart:
            raise BadInput(Problem.SEARCH_PLACE_UNKNOWN, name=place)
        return replace(scope, series=tuple(series), chats=tuple(apart))


def _masked(hit: Hit, masks: Masks) -> Hit:
    beside = [masks.message(message) if message is not None else None for message in (hit.before, hit.after)]
    before, after = (message if message is not None and message.is_readable else None for message in beside)
    return replace(hit, message=masks.message(hit.message), before=before, after=after)


def _is_called(place: str, title: str, chat: Chat) -> bool:
    """Whether each word of a place begins one of a name."""
    name = [word.folded for word in words_of(f"{chat.hashtag} {title}")]
    return all(any(word.startswith(part) for word in name) for part in place.split())
