"""A host plans a series: the words of a poster become a draft to look at, the draft a series with its next chats."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.chat import Chat, ChatState, Guest
from bot.domain.errors import BadInput, Problem, WrongMoment
from bot.domain.manner import EventHindrance
from bot.domain.recurrence.holidays import check_calendar
from bot.domain.recurrence.preview import Preview, preview
from bot.domain.recurrence.schedule import HolidayPolicy, Note, Schedule
from bot.domain.series import (
    MOST_HOSTS,
    Lineup,
    Series,
    SeriesState,
    coming,
    find_series,
    let_go,
    line_up,
    realign,
)
from bot.services.manner import Defaults
from bot.services.planning import check_place
from bot.services.ports import Clock, Platform
from bot.services.series_ports import AllSeries, Decide
from bot.services.series_reading import SeriesWish, left_out, model_of, scheduled

_log = logging.getLogger(__name__)

_OF_SCHEDULES = ("schedule_", "rrule_", "series_over")


@dataclass(frozen=True, slots=True)
class Draft:
    """A series to look at before it is saved.

    Attributes:
        series: as it would be.
        looked_at: when (aware UTC).
        dates: its next dates.
        notes: what to point out about the schedule's words; empty if they weren't read just now.
        hosts: who hosts it beside the one who planned it.
        prepared: with an edit, chats that hosts have prepared, which the edit may change too.
        left_out: dates that would be among those but for a holiday, with the holidays' names.
        guessed_calendar: the holidays' country was guessed from the time zone.
        event_hindrance: why Discord's list of events can't show its chats.
    """

    series: Series
    looked_at: datetime
    dates: tuple[Preview, ...]
    notes: tuple[Note, ...] = ()
    hosts: tuple[Guest, ...] = ()
    prepared: tuple[Chat, ...] = ()
    left_out: tuple[tuple[date, tuple[str, ...]], ...] = ()
    guessed_calendar: bool = False
    event_hindrance: EventHindrance | None = None


class SeriesPlanning:
    """Use cases of a host who plans a series."""

    def __init__(self, series: AllSeries, platform: Platform, clock: Clock, defaults: Defaults) -> None:
        self._series = series
        self._platform = platform
        self._clock = clock
        self._defaults = defaults

    async def draft(self, wish: SeriesWish, of: Series | None = None) -> Draft:
        """Check what was typed and save it as a draft; with `of`, as a change of that series.

        Raises:
            BadInput: something typed can't be used; if it is the schedule, the fact `draft` is the number under which
                all the rest is kept.
            MissingPermissions: the bot couldn't run a chat in that channel.
        """
        now = self._clock.now()
        model = model_of(wish, of, now, self._defaults)
        hosts = wish.hosts
        if hosts is None:
            hosts = tuple(host.person_id for host in await self._series.hosts(of.id)) if of is not None else ()
        hosts = tuple(dict.fromkeys(person for person in hosts if person != model.host_id))
        if len(hosts) > MOST_HOSTS:
            raise BadInput(Problem.TOO_MANY_HOSTS, most=MOST_HOSTS)
        role = of.host_role_id if of is not None and wish.host_role_id is None else (wish.host_role_id or None)
        base = Series(
            model,
            of.schedule if of is not None else Schedule(()),
            of.phrase if of is not None else "",
            of.calendar if of is not None else None,
            of.policy if of is not None else HolidayPolicy.KEEP,
            host_role_id=role,
            replaces=of.id if of is not None else None,
        )
        base = replace(
            base,
            calendar=check_calendar(wish.holidays) if wish.holidays else base.calendar,
            policy=base.policy if wish.policy is None else wish.policy,
        )
        check_place(base.model, self._platform)
        reads_anew = wish.when is not None or wish.zone is not None or wish.minutes is not None or not base.phrase
        try:
            made, notes, guessed = (
                scheduled(base, wish.when or base.phrase, wish, now, self._defaults)
                if reads_anew
                else (base, (), False)
            )
        except BadInput as refused:
            if wish.when is None or not refused.problem.startswith(_OF_SCHEDULES):
                raise
            # All else that was typed is kept, so that only the schedule need be said otherwise.
            model = replace(base.model, minutes=wish.minutes or base.model.minutes)
            kept = await self._series.add(replace(base, model=model, phrase=wish.when.strip()), hosts, now)
            raise BadInput(refused.problem, **refused.facts, draft=kept.id) from refused
        saved = await self._series.add(made, hosts, now)
        return await self._look(saved, notes, guessed=guessed)

    async def rephrase(self, draft_id: int, guild_id: int, phrase: str) -> Draft:
        """Give a draft another schedule.

        Raises:
            BadInput: the phrase can't be used; the draft stays as it was. The fact `draft` is its number.
            WrongMoment: it was saved meanwhile.
        """
        draft = await self.get(draft_id, guild_id)
        if draft.state is not SeriesState.DRAFT:
            raise WrongMoment(Problem.SERIES_SAVED)
        model = draft.model
        wish = SeriesWish(draft.guild_id, model.host_id, model.host_name, zone=model.zone, minutes=None)
        try:
            made, notes, guessed = scheduled(draft, phrase, wish, self._clock.now(), self._defaults)
        except BadInput as refused:
            if not draft.schedule.sittings:
                # Of one that was never understood, the last try is what to go on from.
                await self._series.redraft(replace(draft, phrase=phrase.strip()))
            raise BadInput(refused.problem, **refused.facts, draft=draft.id) from refused
        return await self._look(await self._series.redraft(made), notes, guessed=guessed)

    async def _look(self, series: Series, notes: Sequence[Note] = (), *, guessed: bool = False) -> Draft:
        now = self._clock.now()
        prepared: tuple[Chat, ...] = ()
        if series.replaces is not None:
            standing = await self._series.standing(series.replaces, now)
            prepared = tuple(chat for chat in let_go(standing, also_prepared=True) if chat.is_prepared)
        dates = tuple(preview(series.schedule, now, series.calendar, series.policy))
        hosts = await self._series.hosts(series.id)
        hindrance = self._platform.event_hindrance(series.guild_id, series.model.home_id)
        missed = left_out(series, dates, now)
        return Draft(series, now, dates, tuple(notes), hosts, prepared, missed, guessed, hindrance)

    async def save(self, draft_id: int, guild_id: int, *, also_prepared: bool) -> tuple[Series, Lineup]:
        """Make a draft what it says: a series with its next chats, or a change of one.

        Args:
            draft_id: the draft.
            guild_id: the server in which it is asked for.
            also_prepared: with a change, whether chats that hosts have prepared follow it too.

        Raises:
            WrongMoment: it was saved before.
            BadInput: the name or a chat's channel is taken, or its schedule was never understood.
        """
        draft = await self.get(draft_id, guild_id)
        if not draft.schedule.sittings:
            raise BadInput(Problem.SCHEDULE_EMPTY, words=[])
        now = self._clock.now()

        def decide(series: Series, standing: Sequence[Chat]) -> Lineup:
            aligned = realign(series, standing, now, also_prepared=also_prepared) if standing else Lineup()
            if series.state is not SeriesState.ACTIVE:
                return aligned
            after = {chat.id: chat for _, chat in aligned.change}
            dropped = {chat.id for chat in aligned.drop}
            new = [after.get(chat.id, chat) for chat in standing if chat.id not in dropped]
            return replace(aligned, add=line_up(series, new, now).add)

        return await self._series.save(draft_id, decide, now)

    async def pause(self, series_id: int, guild_id: int, *, also_prepared: bool) -> tuple[Series, Lineup]:
        """Plan no more chats until it is resumed; those that stand are called off.

        Raises:
            WrongMoment: it is paused already, or over.
        """
        return await self._let_go(series_id, guild_id, SeriesState.PAUSED, also_prepared=also_prepared)

    async def end(self, series_id: int, guild_id: int, *, also_prepared: bool) -> tuple[Series, Lineup]:
        """Plan no more chats for good; its past chats stay archived.

        Raises:
            WrongMoment: it is over already.
        """
        return await self._let_go(series_id, guild_id, SeriesState.ENDED, also_prepared=also_prepared)

    async def _let_go(
        self, series_id: int, guild_id: int, state: SeriesState, *, also_prepared: bool
    ) -> tuple[Series, Lineup]:
        series = await self.get(series_id, guild_id)
        allowed = {SeriesState.ACTIVE} if state is SeriesState.PAUSED else {SeriesState.ACTIVE, SeriesState.PAUSED}
        if series.state not in allowed:
            raise WrongMoment(Problem.SERIES_STATE, state=series.state)

        def decide(_series: Series, standing: Sequence[Chat]) -> Lineup:
            return Lineup(drop=let_go(standing, also_prepared=also_prepared))

        return await self._series.set_state(series_id, series.state, state, decide, self._clock.now())

    async def resume(self, series_id: int, guild_id: int) -> tuple[Series, Lineup]:
        """Plan its chats again.

        Raises:
            WrongMoment: it isn't paused.
        """
        series = await self.get(series_id, guild_id)
        if series.state is not SeriesState.PAUSED:
            raise WrongMoment(Problem.SERIES_STATE, state=series.state)
        now = self._clock.now()
        paused, active = SeriesState.PAUSED, SeriesState.ACTIVE
        return await self._series.set_state(series_id, paused, active, self._line_up(now), now)

    async def extend(self, series_id: int) -> Lineup:
        """Plan what is missing of a series' next chats, and put right what the zones' clocks moved; safe to repeat."""
        now = self._clock.now()
        return await self._series.extend(series_id, self._line_up(now), now)

    async def extend_all(self) -> None:
        """The same for every series; called at each start."""
        for series in await self._series.active():
            lineup = await self.extend(series.id)
            if lineup.add or lineup.change:
                _log.info("series %d: %d chats planned, %d moved", series.id, len(lineup.add), len(lineup.change))

    @staticmethod
    def _line_up(now: datetime) -> Decide:
        return lambda series, standing: line_up(series, standing, now)

    async def get(self, series_id: int, guild_id: int) -> Series:
        """A series or a draft by its number, within one server.

        Raises:
            BadInput: there is none.
        """
        series = await self._series.get(series_id)
        if series is None or series.guild_id != guild_id:
            raise BadInput(Problem.SERIES_UNKNOWN, name=str(series_id))
        return series

    async def find(self, guild_id: int, typed: str) -> Series:
        """The series that a host means: by its number, as completion gives it, or by its name or hashtag.

        Raises:
            BadInput: there is none, or several.
        """
        return find_series(await self._series.of_guild(guild_id), typed)

    async def hosts_of(self, series: Series) -> tuple[Guest, ...]:
        """Who hosts a series or a draft of one beside the one who planned it."""
        return await self._series.hosts(series.replaces or series.id)

    async def listed(self, guild_id: int) -> Sequence[tuple[Series, Preview | None]]:
        """A server's series, each with its next date."""
        now = self._clock.now()
        found = await self._series.of_guild(guild_id)
        return [(one, next(iter(preview(one.schedule, now, one.calendar, one.policy, 1)), None)) for one in found]

    async def of_guild(self, guild_id: int) -> Sequence[Series]:
        """A server's series, active and paused, by name."""
        return await self._series.of_guild(guild_id)

    async def show(self, series: Series) -> tuple[Draft, Sequence[Chat]]:
        """A series with its next dates, and the chats that stand planned."""
        now = self._clock.now()
        standing = await self._series.standing(series.id, now)
        upcoming = [chat for chat in standing if chat.starts_at > now and chat.state is not ChatState.CANCELLED]
        return await self._look(series), upcoming

    async def in_question(self, series: Series) -> tuple[Chat, ...]:
        """The chats that don't take place if a series pauses or ends; prepared ones only if its hosts say so."""
        return let_go(await self._series.standing(series.id, self._clock.now()), also_prepared=True)

    async def next_of(self, series: Series, count: int) -> Sequence[datetime]:
        """When it takes place next (aware UTC)."""
        return [one.starts_at for one in coming(series, self._clock.now(), count)]
