"""A host plans a chat: what was typed becomes a draft, the draft with its questions a plan."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.chat import (
    Anonymous,
    Chat,
    ChatState,
    Layout,
    Pace,
    check_hashtag,
    check_minutes,
    check_start,
    check_title,
    split_questions,
    with_questions,
)
from bot.domain.errors import BadInput, MissingPermissions, NotAllowed, Problem, WrongMoment
from bot.domain.run import TRANSITIONS, Action, ActionKind, Event, plan_actions
from bot.domain.when import check_zone, parse_start
from bot.services.ports import Agenda, Chats, Clock, Platform


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where a host says nothing.

    Attributes:
        zone: IANA name.
        minutes: a chat's length.
        pace: how a chat's time is divided.
    """

    zone: str = "UTC"
    minutes: int = 60
    pace: Pace = field(default_factory=Pace)


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
        anonymous: whether answers may be given without a name.
        quiet: whether filing is confirmed by nothing at all.
        layout: where the chat is held.
        recap: whether its digest is posted in the channel when it is over.
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
    anonymous: Anonymous = Anonymous.NO
    quiet: bool = False
    layout: Layout = Layout.THREAD
    recap: bool = False


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
        pace = self._defaults.pace
        minutes = check_minutes(self._defaults.minutes if wish.minutes is None else wish.minutes, pace)
        chat = Chat(
            guild_id=wish.guild_id,
            channel_id=wish.channel_id,
            title=check_title(wish.title),
            hashtag=check_hashtag(wish.hashtag),
            starts_at=check_start(parse_start(wish.start, zone, now), now),
            zone=zone,
            minutes=minutes,
            host_id=wish.host_id,
            host_name=wish.host_name,
            pace=pace,
            locale=wish.locale,
            anonymous=wish.anonymous,
            quiet=wish.quiet,
            layout=wish.layout,
            recap=wish.recap,
        )
        missing = self._platform.missing_permissions(chat.channel_id)
        if missing:
            raise MissingPermissions(chat.channel_id, missing)
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
        planned = with_questions(replace(chat, state=ChatState.PLANNED), split_questions(typed))
        await self._check_channel_free(planned)
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

    async def agenda(self, chat: Chat) -> tuple[Action, ...]:
        """What the bot does in a chat by itself, in order."""
        return tuple(await self._agenda.of_chat(chat.id))

    def obstacles(self, chat: Chat) -> tuple[str, ...]:
        """The permissions that the bot lacks in a chat's channel just now."""
        return self._platform.missing_permissions(chat.channel_id)

    async def cancel(self, chat_id: int, guild_id: int, person_id: int, *, is_host: bool) -> Chat:
        """Call a chat off; if it was announced or has begun, a correction is due at once.

        Raises:
            BadInput: there is no such chat.
            NotAllowed: the person neither planned it nor is a host.
            WrongMoment: it is over or was called off before.
        """
        chat = await self.get(chat_id, guild_id)
        if not is_host and chat.host_id != person_id:
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
        call_off = Action(chat.id, ActionKind.CALL_OFF, due_at=now, lane="call_off")
        if chat.thread_id is None:
            return (call_off,)
        return (call_off, Action(chat.id, ActionKind.CLOSE, due_at=now, number=1, step=1, lane="call_off"))

    async def _check_channel_free(self, chat: Chat) -> None:
        other = await self._chats.busy_with(chat)
        if other is not None:
            raise BadInput(Problem.CHANNEL_BUSY, other=other)
