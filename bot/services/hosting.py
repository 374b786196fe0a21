"""A host runs the hour: what is pressed at the desk is decided and saved, then the desk shows how things stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot.domain.chat import OPEN_STATES, Chat
from bot.domain.desk import Change, Lane, MoveKind, Press, Turnout, Unanswered, Waiting
from bot.domain.errors import BadInput, MissingPermissions, Problem, TryLater, WrongMoment
from bot.domain.masks import Masks
from bot.domain.obstacles import Obstacle
from bot.services.finding import find_running
from bot.services.ports import Chats, Clock, Desk, Platform
from bot.services.showing import Showings

Of = TypeVar("Of", Unanswered, Waiting)


@dataclass(frozen=True, slots=True)
class Board:
    """What a host's desk shows.

    Attributes:
        lane: the chat, and what is still to come.
        turnout: how many wrote, and who waits for a word.
        obstacles: what stands in the chat's way in Discord, the worst first.
        at: when it was drawn up (aware UTC).
    """

    lane: Lane
    turnout: Turnout
    obstacles: tuple[Obstacle, ...]
    at: datetime

    @property
    def chat(self) -> Chat:
        """The chat as it stands."""
        return self.lane.chat


class Hosting:
    """Use cases of a host while the hour runs."""

    def __init__(self, desk: Desk, chats: Chats, showings: Showings, platform: Platform, clock: Clock) -> None:
        self._desk = desk
        self._showings = showings
        self._chats = chats
        self._platform = platform
        self._clock = clock

    async def find(self, guild_id: int | None, place_id: int, chat_id: int | None = None) -> Chat:
        """The chat that a host means: the one named, else the one running in this thread or channel, else the only one.

        Args:
            guild_id: the server; None in a private message, where a chat has to be named.
            place_id: the channel or thread in which the host is.
            chat_id: the chat's number, if it is named.

        Raises:
            BadInput: there is none, or several and none of them here.
        """
        if chat_id is not None:
            chat = await self._chats.get(chat_id)
            if chat is None or guild_id not in {None, chat.guild_id}:
                raise BadInput(Problem.CHAT_UNKNOWN, number=chat_id)
            return chat
        return await find_running(self._chats, guild_id or 0, place_id)

    async def board(self, chat_id: int) -> Board:
        """How a chat stands now.

        Raises:
            WrongMoment: there is no such chat.
        """
        now = self._clock.now()
        lane = await self._desk.lane(chat_id, now)
        turnout = await self._desk.turnout(chat_id)
        masks = await self._showings.masks(lane.chat)
        if masks is not None:
            turnout = replace(turnout, unanswered=_as_chosen(turnout.unanswered, masks))
        return Board(lane, turnout, await self._obstacles(lane.chat), now)

    async def _obstacles(self, chat: Chat) -> tuple[Obstacle, ...]:
        if chat.state not in OPEN_STATES:
            return ()
        try:
            return await self._platform.obstacles(chat)
        except (TryLater, MissingPermissions):
            # The desk must open, above all when something is wrong.
            return ()

    async def waiting(self, chat_id: int, limit: int) -> tuple[Chat, Sequence[Waiting]]:
        """Messages that wait for a person to say where they belong, the likeliest answers first.

        Raises:
            WrongMoment: there is no such chat.
        """
        chat = (await self._desk.lane(chat_id, self._clock.now())).chat
        found, masks = await self._desk.waiting(chat_id, limit), await self._showings.masks(chat)
        if masks is None:
            return chat, found
        return chat, [replace(one, text=masks.text(one.text)) for one in _as_chosen(found, masks)]

    async def press(
        self,
        chat_id: int,
        kind: MoveKind,
        *,
        press_id: int,
        person_id: int,
        expected: int | None = None,
        text: str = "",
        confirmed: bool = False,
    ) -> Change:
        """Do what a host asked for.

        Raises:
            WrongMoment: the chat isn't at a point that allows it.
            BadInput: what was typed can't be used.
        """
        at = self._clock.now()
        return await self._desk.move(
            Press(press_id, chat_id, kind, person_id, at, expected=expected, text=text, confirmed=confirmed)
        )

    async def question_to_edit(self, chat_id: int) -> tuple[Chat, int, str]:
        """The chat, the number and the text of the question that comes next.

        Raises:
            WrongMoment: no question is left to be asked.
        """
        lane = await self._desk.lane(chat_id, self._clock.now())
        question = lane.chat.question(lane.asks[0].number) if lane.asks else None
        if question is None:
            raise WrongMoment(Problem.NO_QUESTION_AHEAD)
        return lane.chat, question.number, question.text


def _as_chosen(found: Sequence[Of], masks: Masks) -> tuple[Of, ...]:
    """Those of some people who aren't left out, called as they chose."""
    named = [replace(one, name=masks.name_of(one.author_id, one.name)) for one in found]
    return tuple(one for one in named if one.name)
