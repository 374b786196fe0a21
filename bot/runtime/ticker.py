"""One ticker sleeps until the earliest due row and wakes when one is added; it never polls.

Each chat's sequence is a lane: within a lane one thing is done after another, and lanes don't wait for each other,
so that one chat's slow channel can't hold up another chat's prompt. A lane that failed rests a while, longer each
time; its rows stay due in the database, so nothing is lost if the process ends meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import MissingPermissions, TryLater
from bot.domain.run import Action
from bot.runtime.logging import new_incident_id
from bot.runtime.tasks import Tasks
from bot.services.ports import Agenda, Clock
from bot.services.running import Running

_log = logging.getLogger(__name__)

_FIRST_REST = timedelta(seconds=1)
_LONGEST_REST = timedelta(seconds=30)
# A timer may fire a hair before its instant by rounding; then it is set once more.
_LEAST_WAIT = 0.001


@dataclass(slots=True)
class _Rest:
    until: datetime
    length: timedelta


class Ticker:
    """Wakes up when something is due and hands it to `Running`.

    Args:
        agenda: what is due.
        running: who does it.
        clock: when it is now.
        tasks: where it runs.
        changed: called with a chat's number whenever something was done in it or refused.
    """

    def __init__(
        self, agenda: Agenda, running: Running, clock: Clock, tasks: Tasks, changed: Callable[[int], None]
    ) -> None:
        self._agenda = agenda
        self._running = running
        self._clock = clock
        self._tasks = tasks
        self._changed = changed
        self._timer: asyncio.TimerHandle | None = None
        self._resting: dict[str, _Rest] = {}
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
            for action in await self._agenda.due(now):
                self._start(action, now)
            next_due_at = await self._agenda.next_due_at(now)
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

    def _start(self, action: Action, now: datetime) -> None:
        name = f"chat {action.chat_id} {action.lane}"
        rest = self._resting.get(name)
        if rest is None or rest.until <= now:
            self._tasks.start(name, self._perform(name, action), then=self.wake)

    async def _perform(self, name: str, action: Action) -> None:
        try:
            await self._running.perform(action)
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
