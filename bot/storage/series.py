"""Series as rows, and the chats that stand planned for them: what a series plans, it plans in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Chat, Guest
from bot.domain.errors import BadInput, Problem, WrongMoment
from bot.domain.obstacles import Obstacle, ObstacleKind
from bot.domain.recurrence.holidays import HolidayCalendar
from bot.domain.recurrence.schedule import HolidayPolicy
from bot.domain.run import Action, ActionKind
from bot.domain.series import MOST_SERIES, Lineup, Series, SeriesState
from bot.storage import tables as t
from bot.storage.agenda import insert_actions
from bot.storage.changes import change_chat, drop_chat, first_keys, insert_chat
from bot.storage.chat_rows import load_chats, load_cohosts, model_of, model_values
from bot.storage.chats import busy_with
from bot.storage.database import Database
from bot.storage.schedules import read_schedule, schedule_text

_KEPT = (SeriesState.ACTIVE, SeriesState.PAUSED)
# No zone's date is further from now; what is older, by its start and by its place, can't matter any more.
_LOOK_BACK = timedelta(days=2)
_DRAFTS_KEPT = timedelta(days=7)
_NO_START = datetime(1970, 1, 1, tzinfo=UTC)


class SeriesStore:
    """Implements the port `AllSeries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, series: Series, hosts: Sequence[int], now: datetime) -> Series:
        """Save a draft; it comes back with its number."""

        async def job(conn: AsyncConnection) -> Series:
            await _forget_old_drafts(conn, now)
            values = _values(series) | {"created_at": now}
            asked = select(t.left_out.c.person_id).where(t.left_out.c.person_id == series.model.host_id)
            if (await conn.execute(asked)).first() is not None:
                values["host_name"] = ""
            row = await conn.execute(insert(t.series).values(**values).returning(t.series.c.id))
            series_id = row.scalar_one()
            await _set_hosts(conn, series_id, hosts)
            return await _require(conn, series_id)

        return await self._database.write(job)

    async def redraft(self, series: Series) -> Series:
        """Give a draft another schedule."""

        async def job(conn: AsyncConnection) -> Series:
            is_draft = (t.series.c.id == series.id) & (t.series.c.state == SeriesState.DRAFT)
            done = await conn.execute(update(t.series).where(is_draft).values(**_values(series)))
            if not done.rowcount:
                raise WrongMoment(Problem.SERIES_SAVED)
            return await _require(conn, series.id)

        return await self._database.write(job)

    async def get(self, series_id: int) -> Series | None:
        """A series or a draft."""
        async with self._database.read() as conn:
            return await _load(conn, series_id)

    async def hosts(self, series_id: int) -> tuple[Guest, ...]:
        """Who hosts a series beside the one who planned it."""
        async with self._database.read() as conn:
            return tuple((await load_cohosts(conn, [series_id])).get(series_id, ()))

    async def of_guild(self, guild_id: int) -> Sequence[Series]:
        """A server's series, active and paused, by name."""
        mine = (t.series.c.guild_id == guild_id) & t.series.c.state.in_(_KEPT)
        return await self._select(mine)

    async def active(self) -> Sequence[Series]:
        """All series for which chats are planned."""
        return await self._select(t.series.c.state == SeriesState.ACTIVE)

    async def _select(self, where: object) -> Sequence[Series]:
        query = select(t.series).where(where).order_by(func.lower(t.series.c.title), t.series.c.id)  # type: ignore[arg-type]
        async with self._database.read() as conn:
            return [_series(row) for row in (await conn.execute(query)).mappings()]

    async def standing(self, series_id: int, now: datetime) -> Sequence[Chat]:
        """The chats of a series that it hasn't let go of, from two days before now on, by start."""
        async with self._database.read() as conn:
            return await _standing(conn, series_id, now)

    async def first_keys(self, series_id: int) -> Sequence[str]:
        """By which names calendars know the chats that a series planned."""
        async with self._database.read() as conn:
            return await first_keys(conn, series_id)

    async def save(
        self, draft_id: int, decide: Callable[[Series, Sequence[Chat]], Lineup], now: datetime
    ) -> tuple[Series, Lineup]:
        """Make a draft a series, or what it says that of the series it replaces, and plan its chats, at once.

        Args:
            draft_id: the draft.
            decide: what to do with the series' chats.
            now: aware UTC.

        Raises:
            WrongMoment: it was saved before, or is gone.
            BadInput: the name is taken, the server has too many, or a chat's channel is taken at its time.
        """

        async def job(conn: AsyncConnection) -> tuple[Series, Lineup]:
            draft = await _load(conn, draft_id)
            if draft is None or draft.state is not SeriesState.DRAFT:
                raise WrongMoment(Problem.SERIES_SAVED)
            await _check_free(conn, draft)
            saved = await _promote(conn, draft)
            lineup = decide(saved, await _standing(conn, saved.id, now))
            return saved, await _apply(conn, lineup, now, strict=True)

        return await self._database.write(job)

    async def set_state(
        self,
        series_id: int,
        before: SeriesState,
        after: SeriesState,
        decide: Callable[[Series, Sequence[Chat]], Lineup],
        now: datetime,
    ) -> tuple[Series, Lineup]:
        """Pause, resume or end a series, with what that means for its chats, at once.

        Raises:
            WrongMoment: it isn't in the state expected any more.
        """

        async def job(conn: AsyncConnection) -> tuple[Series, Lineup]:
            mine = (t.series.c.id == series_id) & (t.series.c.state == before)
            changed = await conn.execute(update(t.series).where(mine).values(state=after))
            current = await _load(conn, series_id)
            if current is None or not changed.rowcount:
                raise WrongMoment(Problem.SERIES_STATE, state=current.state if current else SeriesState.ENDED)
            lineup = decide(current, await _standing(conn, series_id, now))
            return current, await _apply(conn, lineup, now, strict=False)

        return await self._database.write(job)

    async def extend(self, series_id: int, decide: Callable[[Series, Sequence[Chat]], Lineup], now: datetime) -> Lineup:
        """Plan what is missing of a series' chats; what stands already stays. Safe to repeat."""

        async def job(conn: AsyncConnection) -> Lineup:
            current = await _load(conn, series_id)
            if current is None:
                return Lineup()
            return await _apply(conn, decide(current, await _standing(conn, series_id, now)), now, strict=False)

        return await self._database.write(job)


async def _apply(conn: AsyncConnection, lineup: Lineup, now: datetime, *, strict: bool) -> Lineup:
    """Do what a series' chats need.

    Args:
        conn: the writing connection.
        lineup: what to do.
        now: aware UTC.
        strict: refuse where a channel is taken; else the chat is planned all the same, and whoever planned it is told.
    """
    for chat in lineup.drop:
        await drop_chat(conn, chat, now)
    # A chat may take the place that another one leaves.
    moving = [before.id for before, _ in lineup.change]
    await conn.execute(update(t.chats).where(t.chats.c.id.in_(moving)).values(series_key=None))
    changed = []
    for before, after in lineup.change:
        try:
            changed.append((before, await change_chat(conn, before, after, now)))
        except WrongMoment:
            # It began a moment ago: it stays what it is, in its place.
            key = before.belonging.key if before.belonging is not None else None
            await conn.execute(update(t.chats).where(t.chats.c.id == before.id).values(series_key=key or None))
    added = [(await insert_chat(conn, chat, now, asks_about_holiday=asks), asks) for chat, asks in lineup.add]
    for chat in [*(chat for chat, _ in added), *(after for _, after in changed)]:
        other = await busy_with(conn, chat)
        if other is None:
            continue
        if strict:
            # What was planned above is undone with it.
            raise BadInput(Problem.CHANNEL_BUSY, other=other)
        number = Obstacle(ObstacleKind.OVERLAP).number
        tell = Action(chat.id, ActionKind.TELL, due_at=now, number=number, lane=f"tell:{number}")
        await insert_actions(conn, [tell])
    return Lineup(tuple(added), tuple(changed), lineup.drop)


async def _promote(conn: AsyncConnection, draft: Series) -> Series:
    if draft.replaces is None:
        await conn.execute(update(t.series).where(t.series.c.id == draft.id).values(state=SeriesState.ACTIVE))
        return replace(draft, state=SeriesState.ACTIVE)
    old = await _load(conn, draft.replaces)
    if old is None or old.state not in _KEPT:
        raise WrongMoment(Problem.SERIES_STATE, state=SeriesState.ENDED)
    values = _values(replace(draft, id=old.id, state=old.state, replaces=None))
    # Who planned it stays who planned it.
    for name in ("host_id", "host_name"):
        values.pop(name)
    await conn.execute(update(t.series).where(t.series.c.id == old.id).values(**values))
    hosts = (await load_cohosts(conn, [draft.id])).get(draft.id, [])
    await _set_hosts(conn, old.id, [host.person_id for host in hosts])
    await conn.execute(delete(t.series).where(t.series.c.id == draft.id))
    return await _require(conn, old.id)


async def _check_free(conn: AsyncConnection, draft: Series) -> None:
    others = (t.series.c.guild_id == draft.guild_id) & t.series.c.state.in_(_KEPT)
    others &= t.series.c.id != (draft.replaces or draft.id)
    names = [row.title.casefold() for row in await conn.execute(select(t.series.c.title).where(others))]
    if draft.name.casefold() in names:
        raise BadInput(Problem.SERIES_NAME_TAKEN, name=draft.name)
    if draft.replaces is None and len(names) >= MOST_SERIES:
        raise BadInput(Problem.SERIES_TOO_MANY, most=MOST_SERIES)


async def _set_hosts(conn: AsyncConnection, series_id: int, hosts: Sequence[int]) -> None:
    mine = t.series_hosts.c.series_id == series_id
    known = set((await conn.execute(select(t.series_hosts.c.person_id).where(mine))).scalars())
    await conn.execute(delete(t.series_hosts).where(mine, t.series_hosts.c.person_id.not_in(hosts)))
    rows = [{"series_id": series_id, "person_id": person} for person in hosts if person not in known]
    if rows:
        await conn.execute(insert(t.series_hosts), rows)


async def _forget_old_drafts(conn: AsyncConnection, now: datetime) -> None:
    old = (t.series.c.state == SeriesState.DRAFT) & (t.series.c.created_at < now - _DRAFTS_KEPT)
    await conn.execute(delete(t.series).where(old))


async def _standing(conn: AsyncConnection, series_id: int, now: datetime) -> Sequence[Chat]:
    c = t.chats.c
    since = now - _LOOK_BACK
    # A key begins with the date that its rule has; a chat that was moved may stand far from it.
    mine = (c.series_id == series_id) & ((c.starts_at > since) | (c.series_key >= f"{since:%Y-%m-%d}"))
    mine &= c.series_key.is_not(None)
    return await load_chats(conn, select(t.chats).where(mine).order_by(c.starts_at, c.id))


async def _require(conn: AsyncConnection, series_id: int) -> Series:
    found = await _load(conn, series_id)
    if found is None:
        raise BadInput(Problem.SERIES_UNKNOWN, name=str(series_id))
    return found


async def _load(conn: AsyncConnection, series_id: int) -> Series | None:
    row = (await conn.execute(select(t.series).where(t.series.c.id == series_id))).mappings().first()
    return _series(row) if row is not None else None


def _series(row: RowMapping) -> Series:
    country, _, region = row["calendar"].partition("-")
    return Series(
        model=Chat(**model_of(row), starts_at=_NO_START),
        schedule=read_schedule(row["schedule"]),
        phrase=row["phrase"],
        calendar=HolidayCalendar(country, region) if country else None,
        policy=HolidayPolicy(row["policy"]),
        host_role_id=row["host_role_id"],
        state=SeriesState(row["state"]),
        replaces=row["replaces"],
        id=row["id"],
    )


def _values(series: Series) -> dict[str, object]:
    return {
        **model_values(series.model),
        "phrase": series.phrase,
        "schedule": schedule_text(series.schedule),
        "calendar": str(series.calendar) if series.calendar is not None else "",
        "policy": series.policy,
        "host_role_id": series.host_role_id,
        "state": series.state,
        "replaces": series.replaces,
    }
