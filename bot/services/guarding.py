"""What stands in a chat's way is told in private, once, to whoever planned it; a chat whose thread is gone ends.

Everybody else learns it at the host's desk. What the bot couldn't do stays due, so the chat goes on by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from bot.domain.chat import RUNNING_STATES, UPCOMING_STATES, Chat
from bot.domain.errors import Gone, MissingPermissions, TryLater
from bot.domain.manner import Layout
from bot.domain.obstacles import Obstacle, ObstacleKind, untold
from bot.domain.run import Action, ActionKind, Event, next_state
from bot.services.ports import Agenda, Archive, Chats, Clock, Platform

_log = logging.getLogger(__name__)

# More chats don't run in one server at a time.
_MOST = 100


class Guarding:
    """Watches over the chats that are running.

    Args:
        unwatch: called with a chat's number and a thread's id once that is gone.
    """

    def __init__(
        self,
        agenda: Agenda,
        chats: Chats,
        archive: Archive,
        platform: Platform,
        clock: Clock,
        *,
        unwatch: Callable[[int, int], None],
    ) -> None:
        self._agenda = agenda
        self._chats = chats
        self._archive = archive
        self._platform = platform
        self._clock = clock
        self._unwatch = unwatch

    async def look(self, guild_id: int, thread_id: int | None = None) -> Sequence[int]:
        """Something changed in a server, or with one thread of it: see whether a running chat is hindered.

        Returns:
            The numbers of the chats that were looked at.
        """
        running = await self._chats.list(guild_id, RUNNING_STATES, limit=_MOST)
        concerned = [chat for chat in running if thread_id is None or thread_id in chat.threads]
        if thread_id is None:
            concerned += await self._without_forum(guild_id)
        for chat in concerned:
            try:
                await self._take_up(chat, await self._platform.obstacles(chat, afresh=True))
            except (TryLater, MissingPermissions) as error:
                _log.warning("chat %d: whether anything is in its way can't be seen: %s", chat.id, error)
        return [chat.id for chat in concerned]

    async def _without_forum(self, guild_id: int) -> list[Chat]:
        """Chats to come whose forum is gone: their hosts have time to choose another."""
        coming = await self._chats.list(guild_id, UPCOMING_STATES, limit=_MOST)
        in_forums = (chat for chat in coming if chat.layout is Layout.FORUM)
        return [chat for chat in in_forums if "view_channel" in self._platform.missing_permissions(chat.home_id)]

    async def check_forum(self, chat: Chat) -> None:
        """See that a chat that begins has its forum: nothing is said before that, and its host can choose another.

        Raises:
            MissingPermissions: it is gone, or the bot may not open a post in it; the host is told.
        """
        missing = self._platform.missing_permissions(chat.home_id) if chat.layout is Layout.FORUM else ()
        if missing:
            error = MissingPermissions(chat.home_id, missing)
            await self.heed(chat, error)
            raise error

    async def heed(self, chat: Chat, error: MissingPermissions) -> tuple[Obstacle, ...]:
        """Discord refused something that was due: find out why, and tell it; what stands in the way."""
        try:
            found = await self._platform.obstacles(chat, afresh=True)
        except (TryLater, MissingPermissions):
            found = ()
        if all(obstacle.kind is ObstacleKind.NO_TEXT for obstacle in found):
            # All looks well from here; Discord knows better.
            found = (Obstacle(ObstacleKind.PERMISSIONS, error.missing),)
        if isinstance(error, Gone) and chat.thread_id is None:
            found = (Obstacle(ObstacleKind.NO_CHANNEL),)
        await self._take_up(chat, found)
        return found

    async def _take_up(self, chat: Chat, found: Sequence[Obstacle]) -> None:
        news = untold(found, await self._agenda.numbers_of(chat.id, ActionKind.TELL))
        now = self._clock.now()
        tell = [
            Action(chat.id, ActionKind.TELL, due_at=now, number=one.number, lane=f"tell:{one.number}") for one in news
        ]
        is_gone = any(obstacle.kind is ObstacleKind.DELETED for obstacle in found)
        if is_gone and chat.state in RUNNING_STATES and chat.thread_id is not None:
            _log.warning("chat %d: its thread was deleted, so it ends here", chat.id)
            await self._archive.review(chat.id, last=True)
            if await self._chats.cancel(chat, next_state(chat.state, Event.CANCELLED), tell):
                for thread_id in chat.threads:
                    self._unwatch(chat.id, thread_id)
        elif tell:
            _log.warning("chat %d: %s", chat.id, "; ".join(" ".join((one.kind, *one.missing)) for one in news))
            await self._agenda.add(tell)
