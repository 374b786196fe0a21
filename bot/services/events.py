"""Discord's own list of events is kept in step with the chats: one entry a chat, made, changed, begun and ended."""

from __future__ import annotations

from bot.domain.chat import RUNNING_STATES, UPCOMING_STATES, Chat, ChatState
from bot.domain.manner import EventWish
from bot.domain.run import Action
from bot.services.ports import Agenda, Clock
from bot.services.series_ports import EventIds, ServerEvents


class Events:
    """Keeps a server's events in step."""

    def __init__(self, ids: EventIds, events: ServerEvents, agenda: Agenda, clock: Clock) -> None:
        self._ids = ids
        self._events = events
        self._agenda = agenda
        self._clock = clock

    async def perform(self, action: Action, chat: Chat) -> None:
        """Make a chat's entry as it should be now; safe to repeat.

        Raises:
            MissingPermissions: Discord doesn't let the bot make or change it.
            TryLater: Discord is out of reach, or the server has as many events as it may have.
        """
        now = self._clock.now()
        event_id = await self._ids.event_of(chat.id)
        if chat.state in UPCOMING_STATES | RUNNING_STATES - {ChatState.LATE}:
            if chat.notice.event is not EventWish.NO and chat.ends_at > now:
                made = await self._events.keep(chat, event_id, now)
                if made is not None and made != event_id:
                    await self._ids.set_event(chat.id, made)
        elif event_id is not None:
            await self._events.finish(chat, event_id)
        await self._agenda.record(action)

    async def on_deleted(self, event_id: int) -> bool:
        """Somebody deleted an event: it is made again where that is wished; whether anything falls due."""
        chat = await self._ids.chat_of(event_id)
        if chat is None or chat.state not in UPCOMING_STATES:
            return False
        await self._ids.forget_event(chat.id, again=chat.notice.event is EventWish.KEPT)
        return chat.notice.event is EventWish.KEPT
