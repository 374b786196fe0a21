"""Discord's own list of events is kept in step with the chats: one entry a chat, made, changed, begun and ended."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.chat import RUNNING_STATES, UPCOMING_STATES, Chat, ChatState
from bot.domain.manner import EventWish
from bot.domain.run import Action
from bot.services.ports import Agenda, Clock
from bot.services.series_ports import EventIds, ServerEvents

_LOOKED_AHEAD = timedelta(days=14)


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
        is_on = chat.state in UPCOMING_STATES | RUNNING_STATES - {ChatState.LATE}
        if is_on and chat.notice.event is not EventWish.NO:
            if chat.ends_at > now:
                made = await self._events.keep(chat, event_id, now)
                if made is not None and made != event_id:
                    await self._ids.set_event(chat.id, made)
        elif event_id is not None:
            await self._events.finish(chat, event_id)
            if is_on:
                # A host doesn't want it any more; whoever wants it again gets a new one.
                await self._ids.forget_event(chat.id, again=False)
        await self._agenda.record(action)

    async def on_deleted(self, event_id: int) -> bool:
        """Somebody deleted an event: it is made again where that is wished; whether anything falls due."""
        chat = await self._ids.chat_of(event_id)
        if chat is None or chat.state not in UPCOMING_STATES or chat.notice.event is not EventWish.KEPT:
            # Where it isn't wished, the number of what was deleted stays: it tells that there was one.
            return False
        await self._ids.forget_event(chat.id, again=True)
        return True

    async def look_again(self) -> None:
        """Events of the coming weeks may have been deleted while the bot was away, or the right to make them granted.

        Called at each start, and when the right is granted.
        """
        now = self._clock.now()
        await self._ids.look_again(now, now + _LOOKED_AHEAD)
