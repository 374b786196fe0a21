"""A chat that comes from Shelftalk itself goes back to its series; where that is gone, it is there again, as over.

Series are numbered anew in each archive: another one that happens to have the number is told by its server and hashtag.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Belonging, Chat
from bot.domain.recurrence.rules import Frequency, Rule
from bot.domain.recurrence.schedule import HolidayPolicy, Schedule, Sitting
from bot.domain.series import SeriesState
from bot.storage import tables as t
from bot.storage.chat_rows import COHOSTS, model_values
from bot.storage.schedules import schedule_text


async def belonging_of(conn: AsyncConnection, chat: Chat, left_out: set[int], at: datetime) -> Belonging | None:
    """Where a chat belongs here; its series is made if it isn't there.

    Args:
        conn: an open transaction.
        chat: as the file has it.
        left_out: who asked to be left out.
        at: when it comes in (aware UTC).
    """
    belonging, s, c = chat.belonging, t.series.c, t.chats.c
    if belonging is None or not 0 < belonging.series_id < COHOSTS:
        return None
    found = (await conn.execute(select(s.guild_id, s.hashtag).where(s.id == belonging.series_id))).first()
    if found is None:
        await _make(conn, chat, belonging.series_id, left_out, at)
    elif (found.guild_id, found.hashtag) != (chat.guild_id, chat.hashtag):
        return None
    same = (c.series_id == belonging.series_id) & (c.series_key == belonging.key)
    taken = belonging.key and (await conn.execute(select(c.id).where(same))).first() is not None
    return replace(belonging, key="") if taken else belonging


async def _make(conn: AsyncConnection, chat: Chat, series_id: int, left_out: set[int], at: datetime) -> None:
    begin = chat.starts_at.astimezone(ZoneInfo(chat.zone))
    once = Sitting(Rule(Frequency.DAILY, count=1), begin.date(), begin.time(), chat.zone, chat.minutes)
    values = model_values(chat) | {
        "id": series_id,
        "host_name": "" if chat.host_id in left_out else chat.host_name,
        "phrase": "",
        "schedule": schedule_text(Schedule((once,))),
        "calendar": "",
        "policy": HolidayPolicy.KEEP,
        "host_role_id": chat.host_role_id,
        "state": SeriesState.ENDED,
        "replaces": None,
        "created_at": at,
    }
    await conn.execute(insert(t.series).values(**values))
    hosts = [
        {"id": host.id - COHOSTS, "series_id": series_id, "person_id": host.person_id}
        for host in chat.cohosts
        if host.id > COHOSTS and host.person_id not in left_out
    ]
    if hosts:
        await conn.execute(insert(t.series_hosts).prefix_with("OR IGNORE", dialect="sqlite"), hosts)
