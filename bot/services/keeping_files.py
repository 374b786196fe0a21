"""Files are fetched one at a time, as Discord's addresses expire; what can't be had is given up with its reason."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.domain.errors import Gone, MissingPermissions, TryLater
from bot.domain.files import FileRules, Refusal, kind_of, refusal_of
from bot.services.file_ports import DueFile, ExpiredError, Files, FileSource, RefusedError
from bot.services.ports import Archive, Clock, Platform

_log = logging.getLogger(__name__)

# How long a file rests after each time that it couldn't be fetched; after the last it is given up.
_RESTS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720, 1440, 2880))


class KeepingFiles:
    """Keeps what people send, within the operator's rules."""

    def __init__(
        self, files: Files, source: FileSource, archive: Archive, platform: Platform, clock: Clock, rules: FileRules
    ) -> None:
        self._files = files
        self._source = source
        self._archive = archive
        self._platform = platform
        self._clock = clock
        self._rules = rules
        self._is_swept = False

    async def work(self) -> datetime | None:
        """Remove what is withdrawn, and fetch what is due; when there is more to do (aware UTC), if ever.

        Raises:
            TryLater: the archive is out of reach.
        """
        if not self._is_swept:
            await self._files.sweep()
            self._is_swept = True
        await self._files.tidy()
        if not self._rules.keep:
            return None
        while (due := await self._files.next_due(self._clock.now())) is not None:
            try:
                await self._fetch(due)
            except RefusedError as error:
                _log.info("a file of message %d isn't kept: %s", due.message_id, error.why)
                await self._files.refuse(due, error.why)
            except (TryLater, MissingPermissions) as error:
                await self._put_off(due, error)
            await self._files.tidy()
        return await self._files.next_try_at()

    async def _fetch(self, due: DueFile) -> None:
        kind, why = kind_of(due.file), refusal_of(due.file, self._rules)
        if kind is None or why is not None:
            raise RefusedError(why or Refusal.KIND)
        try:
            await self._files.keep(due, kind, self._source.stream(due.file.url, self._rules.most_bytes))
        except ExpiredError:
            url = await self._new_address(due)
            try:
                await self._files.keep(due, kind, self._source.stream(url, self._rules.most_bytes))
            except ExpiredError:
                raise RefusedError(Refusal.GONE) from None

    async def _new_address(self, due: DueFile) -> str:
        try:
            message = await self._platform.message(due.thread_id, due.message_id)
        except Gone:
            raise RefusedError(Refusal.GONE) from None
        if message is None:
            # Nobody told that it was deleted.
            await self._archive.keep_deletion([due.message_id], self._clock.now())
            raise RefusedError(Refusal.GONE)
        url = next((file.url for file in message.attachments if file.id == due.file.id), None)
        if url is None:
            raise RefusedError(Refusal.GONE)
        await self._files.move(due, url)
        return url

    async def _put_off(self, due: DueFile, error: Exception) -> None:
        if due.tries >= len(_RESTS):
            _log.warning("a file of message %d is given up: %s", due.message_id, error)
            await self._files.refuse(due, Refusal.UNREACHABLE)
            return
        await self._files.put_off(due, self._clock.now() + _RESTS[due.tries])
