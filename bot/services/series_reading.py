"""What a host typed into a series' command becomes a series: its schedule in words, how its chats are held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import takewhile

from bot.domain.chat import SLOW_MINUTES, Chat, check_hashtag, check_minutes, check_title
from bot.domain.errors import BadInput, Problem
from bot.domain.manner import Format, Rhythm
from bot.domain.recurrence.holidays import calendar_of_zone, holidays_on
from bot.domain.recurrence.occurrences import occurrences
from bot.domain.recurrence.preview import Preview
from bot.domain.recurrence.reading import read_phrase
from bot.domain.recurrence.schedule import HolidayPolicy, Note
from bot.domain.recurrence.zones import resolve
from bot.domain.series import Series, as_one_slow_chat, coming
from bot.domain.when import check_zone
from bot.services.manner import Defaults, Manner, held

_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class SeriesWish:
    """What a host typed into `/series create` or `/series edit`; None where nothing was said.

    Attributes:
        guild_id: the server.
        host_id: who asks.
        host_name: that person's display name.
        locale: the server's language, as Discord writes it.
        channel_id: where its chats are announced and held.
        name: what it is called.
        hashtag: with or without `#`.
        when: the schedule in words.
        zone: as typed.
        minutes: how long a chat takes; goes before what the schedule says.
        hosts: who hosts it beside the one who planned it.
        host_role_id: the role whose members host it too; 0 for none.
        holidays: whose holidays count, as typed.
        policy: what becomes of a chat on a holiday.
        manner: how its chats are held.
    """

    guild_id: int
    host_id: int
    host_name: str
    locale: str = "en-US"
    channel_id: int | None = None
    name: str | None = None
    hashtag: str | None = None
    when: str | None = None
    zone: str | None = None
    minutes: int | None = None
    hosts: tuple[int, ...] | None = None
    host_role_id: int | None = None
    holidays: str | None = None
    policy: HolidayPolicy | None = None
    manner: Manner = field(default_factory=Manner)


def model_of(wish: SeriesWish, of: Series | None, now: datetime, defaults: Defaults) -> Chat:
    """What each chat of a series is like, as was said; what wasn't said stays as the series has it.

    Raises:
        BadInput: something typed can't be used.
    """
    if of is not None:
        model = of.model
    else:
        model = Chat(
            guild_id=wish.guild_id,
            channel_id=wish.channel_id or 0,
            title="",
            hashtag="",
            starts_at=now,
            zone=defaults.zone,
            minutes=defaults.minutes,
            host_id=wish.host_id,
            host_name=wish.host_name,
            pace=defaults.pace,
            locale=wish.locale,
        )
    model = replace(
        model,
        starts_at=now,
        channel_id=wish.channel_id or model.channel_id,
        title=model.title if wish.name is None and of is not None else check_title(wish.name or wish.hashtag or ""),
        hashtag=model.hashtag if wish.hashtag is None else check_hashtag(wish.hashtag),
        zone=_zone(wish.zone, now) if wish.zone else model.zone,
    )
    return held(model, wish.manner, defaults)


def scheduled(
    series: Series, phrase: str, wish: SeriesWish, now: datetime, defaults: Defaults
) -> tuple[Series, tuple[Note, ...], bool]:
    """The series with the schedule of a phrase; what to point out; whether the holidays' country was guessed.

    Raises:
        BadInput: the phrase can't be used, or all its dates have passed.
    """
    model = series.model
    reading = read_phrase(phrase, model.zone, now, wish.minutes or model.minutes)
    policy = reading.holidays if wish.policy is None and reading.holidays is not None else series.policy
    made = replace(series, schedule=reading.schedule, phrase=phrase.strip(), policy=policy)
    if reading.schedule.slow and model.format is Format.HOSTED:
        slow = held(model, Manner(pace="slow"), defaults) if model.pace.rhythm is not Rhythm.SLOW else model
        made = as_one_slow_chat(replace(made, model=slow))
    made = _lengthened(made, wish, now)
    guessed = policy is not HolidayPolicy.KEEP and made.calendar is None
    if guessed:
        made = replace(made, calendar=calendar_of_zone(made.schedule.zone))
    if not coming(made, now, 1):
        raise BadInput(Problem.SERIES_OVER, words=[phrase.strip()])
    first = made.schedule.sittings[0]
    model = replace(made.model, zone=first.zone, minutes=check_minutes(first.minutes, made.model.pace))
    return replace(made, model=model), reading.notes, guessed and made.calendar is not None


def _lengthened(series: Series, wish: SeriesWish, now: datetime) -> Series:
    minutes = wish.minutes
    if minutes is None and series.model.is_slow and series.schedule.minutes <= _DAY_MINUTES:
        # Where nothing is said of a slow chat's length it takes a week, or until just before the next one.
        starts = [one.starts_at for one in coming(series, now, 2)]
        gap = starts[1] - starts[0] if len(starts) > 1 else timedelta(days=365)
        minutes = min(SLOW_MINUTES, int(gap / timedelta(minutes=1)) - 60)
        minutes = max(minutes, series.schedule.minutes - 60)
    if minutes is None:
        return series
    length = check_minutes(minutes, series.model.pace)
    sittings = tuple(replace(one, minutes=length) for one in series.schedule.sittings)
    return replace(series, schedule=replace(series.schedule, sittings=sittings))


def _zone(typed: str, now: datetime) -> str:
    said = resolve(typed, "Etc/UTC", now)
    return said.name if said is not None and not said.others else check_zone(typed)


def left_out(series: Series, dates: Sequence[Preview], now: datetime) -> tuple[tuple[date, tuple[str, ...]], ...]:
    """The dates before the last of those shown that are left out because of a holiday, with its names."""
    calendar = series.calendar
    if calendar is None or series.policy is not HolidayPolicy.SKIP or not dates:
        return ()
    last = dates[-1].occurrence.starts_at
    regular = takewhile(lambda one: one.starts_at <= last, occurrences(series.schedule, now))
    days = (one.wall.date() for one in regular)
    return tuple((day, names) for day in days if (names := holidays_on(calendar, day)))
