"""A chat that was planned is changed: moved, given another topic, its questions or a guest; its series stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.chat import (
    MAX_QUESTIONS,
    MAX_SLOW_QUESTIONS,
    UPCOMING_STATES,
    Chat,
    check_minutes,
    check_start,
    check_title,
    split_questions,
    with_questions,
)
from bot.domain.desk import Change, MoveKind, Press
from bot.domain.errors import BadInput, NotAllowed, Problem, WrongMoment
from bot.domain.manner import Format
from bot.domain.recurrence.occurrences import instant
from bot.domain.recurrence.schedule import Key
from bot.domain.series import MOST_HOSTS, meets_at
from bot.domain.when import check_zone, parse_start
from bot.services.manner import Defaults, Manner, held, usual_minutes
from bot.services.planning import check_place
from bot.services.ports import Chats, Clock, Desk, Platform
from bot.services.series_ports import AllSeries, Changes

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class NewPlan:
    """What a host typed into `/chat edit`; None where nothing was said.

    Attributes:
        title: the topic.
        start: date and time as typed.
        zone: in which the start is meant, as typed.
        minutes: the length.
        channel_id: where it is announced and held.
        manner: how it is held.
    """

    title: str | None = None
    start: str | None = None
    zone: str | None = None
    minutes: int | None = None
    channel_id: int | None = None
    manner: Manner | None = None


def _room(chat: Chat) -> tuple[object, ...]:
    """What decides which other chats there is room for beside it."""
    return chat.starts_at, chat.closes_at, chat.layout, chat.is_slow, chat.channel_id


class Changing:
    """Use cases of a host whose chat is planned and hasn't begun; questions also while it runs."""

    def __init__(
        self,
        changes: Changes,
        chats: Chats,
        series: AllSeries,
        desk: Desk,
        platform: Platform,
        clock: Clock,
        defaults: Defaults,
    ) -> None:
        self._changes = changes
        self._chats = chats
        self._series = series
        self._desk = desk
        self._platform = platform
        self._clock = clock
        self._defaults = defaults

    async def change(self, chat: Chat, plan: NewPlan) -> tuple[Chat, Chat]:
        """Give a chat another topic, time or manner; the chat before and after.

        Raises:
            BadInput: something typed can't be used, or the channel is taken at that time.
            WrongMoment: it has begun, or was called off.
        """
        self._check_upcoming(chat)
        now = self._clock.now()
        zone = check_zone(plan.zone) if plan.zone else chat.zone
        after = replace(
            chat,
            title=chat.title if plan.title is None else check_title(plan.title),
            starts_at=chat.starts_at if plan.start is None else check_start(parse_start(plan.start, zone, now), now),
            zone=zone if plan.start is not None else chat.zone,
            channel_id=plan.channel_id or chat.channel_id,
        )
        if plan.manner is not None:
            after = held(after, plan.manner, self._defaults)
        if plan.minutes is not None or after.pace != chat.pace:
            same = chat.minutes if after.is_slow is chat.is_slow else usual_minutes(after, self._defaults)
            after = replace(after, minutes=check_minutes(same if plan.minutes is None else plan.minutes, after.pace))
        if (after.channel_id, after.home_id) != (chat.channel_id, chat.home_id):
            check_place(after, self._platform)
        return chat, await self._save(chat, after, now)

    async def week_later(self, chat: Chat) -> Chat:
        """Move a chat by a week on its own zone's clocks; one that was moved to another day already stays there.

        Raises:
            BadInput: the channel is taken then, or the series meets then anyway.
            WrongMoment: it has begun, or was called off.
        """
        self._check_upcoming(chat)
        wall = chat.starts_at.astimezone(ZoneInfo(chat.zone)).replace(tzinfo=None) + _WEEK
        key = chat.belonging.key if chat.belonging is not None else None
        if key and Key.read(key).on != (wall - _WEEK).date():
            return chat
        starts_at = instant(wall, chat.zone)
        series = await self._series.get(chat.belonging.series_id) if chat.belonging is not None else None
        if series is not None and meets_at(series, starts_at):
            raise BadInput(Problem.SERIES_MEETS_THEN, hashtag=chat.hashtag, start=starts_at)
        return await self._save(chat, replace(chat, starts_at=starts_at), self._clock.now())

    async def _save(self, before: Chat, after: Chat, now: datetime) -> Chat:
        other = await self._chats.busy_with(after)
        if other is not None and _room(after) != _room(before):
            raise BadInput(Problem.CHANNEL_BUSY, other=other)
        own = (after.starts_at, after.title, after.channel_id) != (before.starts_at, before.title, before.channel_id)
        if after.belonging is not None and own:
            after = replace(after, belonging=replace(after.belonging, own=True))
        return await self._changes.change(before, after, now)

    async def write_questions(self, chat: Chat, typed: str, *, press_id: int, person_id: int) -> Chat:
        """Give a chat its questions; while it runs, those that weren't asked yet.

        Args:
            chat: planned or running.
            typed: one question a line.
            press_id: Discord's id of the form that was sent; one counts once.
            person_id: who sent it.

        Raises:
            BadInput: the questions can't be used; what was typed is kept for another try.
            WrongMoment: the chat is over.
        """
        if not chat.format.has_plan and chat.format is not Format.JAR:
            raise BadInput(Problem.NO_QUESTIONS_HERE)
        await self._chats.keep_typed(chat.id, typed)
        if chat.state in UPCOMING_STATES:
            most = MAX_SLOW_QUESTIONS if chat.is_slow else MAX_QUESTIONS
            after = with_questions(chat, split_questions(typed, most))
            written = await self._changes.change(chat, after, self._clock.now())
            await self._chats.keep_typed(chat.id, "")
            return written
        press = Press(press_id, chat.id, MoveKind.REWRITE, person_id, self._clock.now(), text=typed)
        change: Change = await self._desk.move(press)
        await self._chats.keep_typed(chat.id, "")
        return change.chat

    @staticmethod
    def to_come(chat: Chat) -> Sequence[str]:
        """The texts of the questions that can still be changed."""
        return [question.text for question in chat.questions if question.message_id is None]

    async def invite(self, chat: Chat, person_id: int, *, asker_id: int, is_host: bool) -> Chat:
        """Let somebody host this one chat.

        Raises:
            NotAllowed: whoever asks is a guest too.
            BadInput: they host it already, or there are too many.
            WrongMoment: the chat is over.
        """
        self._check_may_invite(chat, asker_id, is_host=is_host)
        if len(chat.guests) >= MOST_HOSTS:
            raise BadInput(Problem.TOO_MANY_HOSTS, most=MOST_HOSTS)
        return await self._changes.add_guest(chat, person_id, self._clock.now())

    async def disinvite(self, chat: Chat, person_id: int, *, asker_id: int, is_host: bool) -> Chat:
        """Let somebody host this one chat no more; guests may take only themselves out.

        Raises:
            NotAllowed: whoever asks is a guest too.
            BadInput: they weren't a guest of it.
            WrongMoment: the chat is over.
        """
        if asker_id != person_id:
            self._check_may_invite(chat, asker_id, is_host=is_host)
        return await self._changes.remove_guest(chat, person_id, self._clock.now())

    @staticmethod
    def _check_may_invite(chat: Chat, asker_id: int, *, is_host: bool) -> None:
        hosts = {chat.host_id, *(host.person_id for host in chat.cohosts)}
        if not is_host and asker_id not in hosts:
            raise NotAllowed(Problem.NOT_A_HOST)
        if chat.state not in UPCOMING_STATES and not chat.is_open:
            raise WrongMoment(Problem.WRONG_STATE, state=chat.state)

    @staticmethod
    def _check_upcoming(chat: Chat) -> None:
        if chat.state not in UPCOMING_STATES:
            raise WrongMoment(Problem.NOT_UPCOMING, state=chat.state)
