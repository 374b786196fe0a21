"""One ticker sleeps until the earliest due row and wakes when one is added; it never polls.

Each chat's sequence is a lane: within a lane one thing is done after another, and lanes don't wait for each other,
so that one chat's slow channel can't hold up another chat's prompt. A lane that failed rests a while, longer each
time; its rows stay due in the database, so nothing is lost if the process ends meanwhile.

It wakes a little early and reads ahead what is due next, so that at the instant itself nothing is left but to claim
it, all at once, however many chats begin then. That is for speed alone: what wasn't read ahead is found all the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.chat import Chat
from bot.domain.errors import MissingPermissions, TryLater
from bot.domain.run import Action, ActionState
from bot.runtime.logging import new_incident_id
from bot.runtime.tasks import Tasks
from bot.services.ports import Agenda, Claims, Clock
from bot.services.running import Running

_log = logging.getLogger(__name__)

_FIRST_REST = timedelta(seconds=1)
_LONGEST_REST = timedelta(seconds=30)
# A timer may fire a hair before its instant by rounding; then it is set once more.
_LEAST_WAIT = 0.001
# So long before something is due it is read, together with what follows within as long again.
_AHEAD = timedelta(seconds=1)
# While what was read ahead falls due at such short distances, it is all that is looked after.
_RUSH = timedelta(milliseconds=50)


@dataclass(slots=True)
class _Rest:
    until: datetime
    length: timedelta


class Ticker:
    """Wakes up when something is due and hands it to `Running`.

    Args:
        agenda: what is due.
        claims: how it is claimed when it is due for the first time.
        running: who does it.
        clock: when it is now.
        tasks: where it runs.
        changed: called with a chat's number whenever something was done in it or refused.
    """

    def __init__(
        self,
        agenda: Agenda,
        claims: Claims,
        running: Running,
        clock: Clock,
        tasks: Tasks,
        changed: Callable[[int], None],
    ) -> None:
        self._agenda = agenda
        self._claims = claims
        self._running = running
        self._clock = clock
        self._tasks = tasks
        self._changed = changed
        self._timer: asyncio.TimerHandle | None = None
        self._resting: dict[str, _Rest] = {}
        self._soon: deque[Action] = deque()
        self._prepared_until: datetime | None = None
        self._again = False
        self._stopped = False

    def wake(self) -> None:
        """Look now at what is due; called at the start and whenever a row was added or moved."""
        if not self._stopped:
            self._again = not self._tasks.start("ticker", self._look(), then=self._looked)

    def retry(self) -> None:
        """Try at once what failed lately: what stood in its way may be gone."""
        self._resting.clear()
        self.wake()

    def stop(self) -> None:
        """Start nothing more."""
        self._stopped = True
        self._disarm()

    async def _look(self) -> None:
        self._disarm()
        now = self._clock.now()
        try:
            await self._begin_prepared(now)
            now = self._clock.now()
            if self._soon and self._soon[0].due_at - now < _RUSH:
                # What begins comes before what goes on, for as long at most as was prepared.
                next_due_at: datetime | None = self._soon[0].due_at
            else:
                await self._begin(await self._agenda.due(now), now)
                next_due_at = await self._prepare(now)
        except Exception:
            _log.exception("incident %s: the agenda can't be read; trying again", new_incident_id())
            next_due_at = now + _LONGEST_REST
        # What is due already either runs, and wakes the ticker when it ends, or rests until its time.
        rests = (rest.until for rest in self._resting.values() if rest.until > now)
        wake_at = min((at for at in (next_due_at, *rests) if at is not None), default=None)
        if wake_at is not None and not self._stopped:
            delay = max((wake_at - self._clock.now()).total_seconds(), _LEAST_WAIT)
            self._timer = asyncio.get_running_loop().call_later(delay, self.wake)

    def _looked(self) -> None:
        if self._again:
            self.wake()

    async def _prepare(self, now: datetime) -> datetime | None:
        """Read ahead what is due soon; when to look again."""
        next_due_at = await self._agenda.next_due_at(now)
        if next_due_at is None or (self._prepared_until is not None and next_due_at <= self._prepared_until):
            return next_due_at
        if next_due_at - now > _AHEAD:
            return next_due_at - _AHEAD
        self._prepared_until = next_due_at + _AHEAD
        try:
            self._soon = deque(await self._claims.prepare(now, self._prepared_until))
        except Exception:
            # What isn't read ahead is read when it is due.
            _log.exception("incident %s: what is due soon can't be read ahead", new_incident_id())
        return next_due_at

    async def _begin_prepared(self, now: datetime) -> None:
        due = []
        while self._soon and self._soon[0].due_at <= now:
            due.append(self._soon.popleft())
        await self._claim([action for action in due if self._is_free(action, now)], now)

    async def _begin(self, due: Sequence[Action], now: datetime) -> None:
        free = [action for action in due if self._is_free(action, now)]
        claimed = await self._claim([action for action in free if action.state is ActionState.DUE], now)
        for action in free:
            # What was tried before may stand in Discord, and what comes too late may be left out: each by itself.
            if action.id not in claimed:
                self._start(action)

    async def _claim(self, actions: Sequence[Action], now: datetime) -> set[int]:
        """Start what can be claimed of these; the numbers of their rows."""
        claimed: Sequence[tuple[Action, Chat]] = ()
        if actions:
            try:
                claimed = await self._claims.claim(actions, now)
            except TryLater:
                _log.info("%d actions couldn't be claimed together; each is tried by itself", len(actions))
            except Exception:
                # What stands in the way of one must not hold up the others.
                _log.exception("incident %s: %d actions can't be claimed together", new_incident_id(), len(actions))
        for action, chat in claimed:
            self._start(action, chat)
        return {action.id for action, _ in claimed}

    def _is_free(self, action: Action, now: datetime) -> bool:
        name = _name_of(action)
        rest = self._resting.get(name)
        return not self._tasks.is_running(name) and (rest is None or rest.until <= now)

    def _start(self, action: Action, chat: Chat | None = None) -> None:
        name = _name_of(action)
        self._tasks.start(name, self._perform(name, action, chat), then=self.wake)

    async def _perform(self, name: str, action: Action, chat: Chat | None) -> None:
        try:
            if chat is None:
                await self._running.perform(action)
            else:
                await self._running.carry_out(action, chat)
        except MissingPermissions as error:
            _log.warning("%s has to wait: %s", action.key, error)
            self._rest(name, _LONGEST_REST)
            self._changed(action.chat_id)
        except TryLater as error:
            _log.warning("%s has to wait: %s", action.key, error)
            self._rest(name, timedelta(seconds=error.retry_after) if error.retry_after else None)
        except Exception:
            _log.exception("incident %s: %s failed; it stays due", new_incident_id(), action.key)
            self._rest(name, None)
        else:
            self._resting.pop(name, None)
            self._changed(action.chat_id)

    def _rest(self, name: str, length: timedelta | None) -> None:
        before = self._resting.get(name)
        if length is None:
            length = _FIRST_REST if before is None else min(before.length * 2, _LONGEST_REST)
        self._resting[name] = _Rest(self._clock.now() + length, length)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _name_of(action: Action) -> str:
    return f"chat {action.chat_id} {action.lane}"
