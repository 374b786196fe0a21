"""A host plans a chat: what was typed becomes a draft, the draft with its questions a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.agenda import plan_actions
from bot.domain.chat import (
    MAX_QUESTIONS,
    MAX_SLOW_QUESTIONS,
    Chat,
    ChatState,
    check_hashtag,
    check_minutes,
    check_start,
    check_title,
    split_questions,
    with_questions,
)
from bot.domain.errors import BadInput, MissingPermissions, NotAllowed, Problem, WrongMoment
from bot.domain.manner import EventHindrance
from bot.domain.run import TRANSITIONS, Action, ActionKind, Event
from bot.domain.when import check_zone, parse_start
from bot.services.manner import Defaults, Manner, held, usual_minutes
from bot.services.ports import Agenda, Chats, Clock, Platform


@dataclass(frozen=True, slots=True)
class Wish:
    """What a host typed into `/chat plan`.

    Attributes:
        title: what the chat is about.
        hashtag: with or without `#`.
        start: date and time as typed.
        zone: as typed; None for the server's.
        minutes: the length; None for the usual.
        guild_id: the server.
        channel_id: where to announce it and open its thread.
        host_id: who asks.
        host_name: that person's display name.
        locale: the server's language, as Discord writes it.
        manner: how it is held.
    """

    title: str
    hashtag: str
    start: str
    zone: str | None
    minutes: int | None
    guild_id: int
    channel_id: int
    host_id: int
    host_name: str
    locale: str = "en-US"
    manner: Manner = field(default_factory=Manner)


class Planning:
    """Use cases of a host before the hour."""

    def __init__(self, chats: Chats, agenda: Agenda, platform: Platform, clock: Clock, defaults: Defaults) -> None:
        self._chats = chats
        self._agenda = agenda
        self._platform = platform
        self._clock = clock
        self._defaults = defaults

    async def draft(self, wish: Wish) -> Chat:
        """Check what was typed and save it as a draft, so that nothing typed is lost while questions are asked.

        Raises:
            BadInput: something typed can't be used, or the channel is taken at that time.
            MissingPermissions: the bot couldn't run a chat in that channel.
        """
        now = self._clock.now()
        zone = check_zone(wish.zone) if wish.zone else self._defaults.zone
        chat = Chat(
            guild_id=wish.guild_id,
            channel_id=wish.channel_id,
            title=check_title(wish.title),
            hashtag=check_hashtag(wish.hashtag),
            starts_at=check_start(parse_start(wish.start, zone, now), now),
            zone=zone,
            minutes=self._defaults.minutes,
            host_id=wish.host_id,
            host_name=wish.host_name,
            pace=self._defaults.pace,
            locale=wish.locale,
        )
        chat = held(chat, wish.manner, self._defaults)
        usual = usual_minutes(chat, self._defaults)
        chat = replace(chat, minutes=check_minutes(usual if wish.minutes is None else wish.minutes, chat.pace))
        check_place(chat, self._platform)
        await self._check_channel_free(chat)
        return await self._chats.add_draft(chat)

    async def set_questions(self, chat_id: int, typed: str) -> Chat:
        """Give a draft its questions, which makes it a plan; sent twice, it stays the same plan.

        Raises:
            BadInput: the questions can't be used; what was typed is kept for another try.
            WrongMoment: the chat is no draft any more.
        """
        chat = await self.get(chat_id)
        if chat.state is ChatState.PLANNED:
            return chat
        if chat.state is not ChatState.DRAFT:
            raise WrongMoment(Problem.WRONG_STATE, state=chat.state)
        await self._chats.keep_typed(chat_id, typed)
        now = self._clock.now()
        check_start(chat.starts_at, now)
        most = MAX_SLOW_QUESTIONS if chat.is_slow else MAX_QUESTIONS
        planned = with_questions(replace(chat, state=ChatState.PLANNED), split_questions(typed, most))
        await self._check_channel_free(planned)
        return await self._chats.confirm(planned, plan_actions(planned, now))

    async def confirm(self, chat_id: int) -> Chat:
        """Make a draft a plan without questions, as for an informal chat; asked twice, it stays the same plan.

        Raises:
            WrongMoment: the chat is no draft any more.
        """
        chat = await self.get(chat_id)
        if chat.state is ChatState.PLANNED:
            return chat
        if chat.state is not ChatState.DRAFT:
            raise WrongMoment(Problem.WRONG_STATE, state=chat.state)
        now = self._clock.now()
        planned = replace(chat, state=ChatState.PLANNED)
        return await self._chats.confirm(planned, plan_actions(planned, now))

    async def typed(self, chat_id: int) -> str:
        """What was typed last as a draft's questions, to fill the form when it opens again."""
        return await self._chats.typed(chat_id)

    async def get(self, chat_id: int, guild_id: int | None = None) -> Chat:
        """A chat by its number, within one server if that is given.

        Raises:
            BadInput: there is none.
        """
        chat = await self._chats.get(chat_id)
        if chat is None or (guild_id is not None and chat.guild_id != guild_id):
            raise BadInput(Problem.CHAT_UNKNOWN, number=chat_id)
        return chat

    async def chats_in(self, guild_id: int, states: frozenset[ChatState]) -> Sequence[Chat]:
        """A server's chats in some states, by start."""
        return await self._chats.list(guild_id, states, limit=200)

    async def agenda(self, chat: Chat) -> tuple[Action, ...]:
        """What the bot does in a chat by itself, in order."""
        return tuple(await self._agenda.of_chat(chat.id))

    def obstacles(self, chat: Chat) -> tuple[int, tuple[str, ...]]:
        """Where the bot lacks permissions for a chat just now, and which; none where all is well."""
        lacking = self._platform.missing_permissions(chat.channel_id)
        if lacking or chat.home_id == chat.channel_id:
            return chat.channel_id, lacking
        return chat.home_id, self._platform.missing_permissions(chat.home_id)

    def may_ping(self, chat: Chat) -> bool:
        """Whether the bot can ping the role that a chat's announcements name; True where they name none."""
        return self._platform.may_ping(chat)

    def event_hindrance(self, chat: Chat) -> EventHindrance | None:
        """Why Discord's list of events can't show a chat just now, if so."""
        return self._platform.event_hindrance(chat.guild_id, chat.home_id)

    async def cancel(self, chat_id: int, guild_id: int, person_id: int, *, is_host: bool) -> Chat:
        """Call a chat off; if it was announced or has begun, a correction is due at once.

        Raises:
            BadInput: there is no such chat.
            NotAllowed: the person neither planned it nor is a host.
            WrongMoment: it is over or was called off before.
        """
        chat = await self.get(chat_id, guild_id)
        if not is_host and person_id not in chat.host_ids:
            raise NotAllowed(Problem.NOT_A_HOST)
        state = TRANSITIONS[chat.state].get(Event.CANCELLED)
        if state is None:
            raise WrongMoment(Problem.WRONG_STATE, state=chat.state)
        if not await self._chats.cancel(chat, state, self._corrections(chat, self._clock.now())):
            return await self.cancel(chat_id, guild_id, person_id, is_host=is_host)
        return replace(chat, state=state)

    @staticmethod
    def _corrections(chat: Chat, now: datetime) -> tuple[Action, ...]:
        if chat.state in {ChatState.DRAFT, ChatState.PLANNED}:
            return ()
        reword = Action(chat.id, ActionKind.REWORD, due_at=now, lane="reword")
        call_off = Action(chat.id, ActionKind.CALL_OFF, due_at=now, lane="call_off")
        if chat.thread_id is None:
            return (reword, call_off)
        return (call_off, Action(chat.id, ActionKind.CLOSE, due_at=now, number=1, step=1, lane="call_off"))

    async def _check_channel_free(self, chat: Chat) -> None:
        other = await self._chats.busy_with(chat)
        if other is not None:
            raise BadInput(Problem.CHANNEL_BUSY, other=other)


def check_place(chat: Chat, platform: Platform) -> None:
    """Whether the bot can hold a chat where it is to be held.

    Raises:
        MissingPermissions: it can't.
    """
    for place in dict.fromkeys((chat.channel_id, chat.home_id)):
        missing = platform.missing_permissions(place)
        if missing:
            raise MissingPermissions(place, missing)
