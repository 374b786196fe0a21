"""A private message before a chat begins, for whoever pressed the button; one press more takes it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.domain.chat import UPCOMING_STATES, Chat
from bot.domain.errors import Problem, WrongMoment
from bot.domain.run import Action, ActionKind, ActionState
from bot.services.person_ports import Reminders
from bot.services.ports import Agenda, Chats, Clock, Platform
from bot.services.values import Post, Posted

BEFORE = timedelta(minutes=15)


class Reminding:
    """Wishes for reminders, and the messages."""

    def __init__(self, reminders: Reminders, chats: Chats, agenda: Agenda, platform: Platform, clock: Clock) -> None:
        self._reminders = reminders
        self._chats = chats
        self._agenda = agenda
        self._platform = platform
        self._clock = clock

    async def upcoming(self, chat_id: int, guild_id: int | None) -> Chat:
        """A chat that is still to come.

        Raises:
            WrongMoment: it has begun, is over or was called off.
        """
        chat = await self._chats.get(chat_id)
        if chat is None or guild_id not in {None, chat.guild_id}:
            raise WrongMoment(Problem.CHAT_UNKNOWN, number=chat_id)
        if chat.is_open:
            raise WrongMoment(Problem.ALREADY_BEGUN, thread=chat.thread_id)
        if chat.state not in UPCOMING_STATES or chat.starts_at <= self._clock.now():
            raise WrongMoment(Problem.WRONG_STATE, state=chat.state)
        return chat

    async def switch(self, chat: Chat, person_id: int, locale: str) -> bool:
        """Wish for a reminder, or take the wish back; whether there is one now."""
        early = chat.starts_at - BEFORE
        due_at = early if early > self._clock.now() else chat.starts_at

        def nudge(reminder_id: int) -> Action:
            return Action(chat.id, ActionKind.NUDGE, due_at=due_at, number=reminder_id, lane=f"nudge:{reminder_id}")

        return await self._reminders.switch(chat.id, person_id, locale, nudge)

    async def perform(self, action: Action, chat: Chat, post_once: Callable[[Post], Awaitable[Posted]]) -> None:
        """Send one; safe to repeat."""
        reminder = await self._reminders.get(action.number)
        if reminder is None:
            await self._agenda.record(action, outcome=ActionState.DROPPED)
            return
        place = await self._platform.private_channel(reminder.person_id)
        posted = await post_once(Post(action, chat, place, reminder=reminder))
        await self._agenda.record(action, posted=posted)
