"""A series: what its chats are like, when they take place, and which of them stand planned ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, auto
from itertools import islice

from bot.domain.chat import UPCOMING_STATES, Belonging, Chat, ChatState
from bot.domain.errors import BadInput, Problem
from bot.domain.manner import Rhythm
from bot.domain.recurrence.holidays import HolidayCalendar
from bot.domain.recurrence.occurrences import next_occurrence
from bot.domain.recurrence.preview import upcoming
from bot.domain.recurrence.schedule import HolidayPolicy, Occurrence, Schedule

MOST_SERIES = 50
MOST_HOSTS = 10
# So many chats of a series always stand planned, however far they are; a busy series also those that are announced
# soon, up to the second number.
PLANNED_AHEAD = 3
MOST_AHEAD = 15
_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)


class SeriesState(StrEnum):
    """A draft is being looked at before it is saved; of a paused or ended series no more chats are planned."""

    DRAFT = auto()
    ACTIVE = auto()
    PAUSED = auto()
    ENDED = auto()


@dataclass(frozen=True, slots=True)
class Series:
    """A series of chats.

    Attributes:
        model: what each of its chats is like; its title is the series' name, its start and state mean nothing.
        schedule: when they take place.
        phrase: the schedule as the host typed it.
        calendar: whose holidays count, or None.
        policy: what becomes of a chat on one of them.
        host_role_id: the role whose members host it too, or None.
        state: whether chats are planned.
        replaces: the series that takes over what this draft says once it is confirmed, or None.
        id: the archive's own number; 0 before it is saved.
    """

    model: Chat
    schedule: Schedule
    phrase: str
    calendar: HolidayCalendar | None = None
    policy: HolidayPolicy = HolidayPolicy.KEEP
    host_role_id: int | None = None
    state: SeriesState = SeriesState.DRAFT
    replaces: int | None = None
    id: int = 0

    @property
    def name(self) -> str:
        """What it is called."""
        return self.model.title

    @property
    def guild_id(self) -> int:
        """The Discord server."""
        return self.model.guild_id


@dataclass(frozen=True, slots=True)
class Lineup:
    """What is to be done so that the right chats of a series stand planned.

    Attributes:
        add: chats to plan, with whether their hosts are to be asked about a holiday.
        change: chats that stand otherwise than they should, as they stand and as they should.
        drop: chats that don't take place any more.
    """

    add: tuple[tuple[Chat, bool], ...] = ()
    change: tuple[tuple[Chat, Chat], ...] = ()
    drop: tuple[Chat, ...] = ()


def coming(series: Series, since: datetime, count: int) -> list[Occurrence]:
    """The next occurrences that start at or after an instant (aware UTC), holidays observed."""
    return list(islice(upcoming(series.schedule, since, series.calendar, series.policy), count))


def ahead(series: Series, now: datetime) -> list[Occurrence]:
    """The occurrences that should stand planned now; one that begins at this very moment isn't ahead any more."""
    longest = max(_as_chat(series, None).announced_before, default=0)
    horizon = now + timedelta(minutes=longest) + _DAY
    found: list[Occurrence] = []
    for occurrence in coming(series, now + _TICK, MOST_AHEAD):
        if len(found) >= PLANNED_AHEAD and occurrence.starts_at > horizon:
            break
        found.append(occurrence)
    return found


def as_chat(series: Series, occurrence: Occurrence) -> Chat:
    """The chat of an occurrence, as its series has it."""
    return _as_chat(series, occurrence)


def _as_chat(series: Series, occurrence: Occurrence | None) -> Chat:
    model = replace(series.model, id=0, state=ChatState.PLANNED, belonging=Belonging(series.id, ""))
    if occurrence is None:
        return model
    return replace(
        model,
        starts_at=occurrence.starts_at,
        zone=occurrence.zone,
        minutes=length_of(series.model, occurrence),
        belonging=Belonging(series.id, str(occurrence.key)),
    )


def first_key(key: str, known: Iterable[str]) -> str:
    """The name for good of the chat that takes a place in its series: that of the place, unless another chat has it.

    Another one may have it that has moved on to another date, or was called off while the series paused.

    Args:
        key: the occurrence.
        known: the names of all chats that the series ever planned.
    """
    same = sum(one == key or one.startswith(f"{key}.") for one in known)
    return f"{key}.{same + 1}" if same else key


def length_of(model: Chat, occurrence: Occurrence) -> int:
    """How long a chat takes, in minutes: as its schedule says, but at least so that its pace fits in."""
    return max(occurrence.minutes, model.pace.welcome + model.pace.wrap_up + 1)


def line_up(series: Series, standing: Iterable[Chat], now: datetime) -> Lineup:
    """What to do so that the chats of the next occurrences stand planned, each at its time.

    A chat that hosts moved stays where they put it. What is called off by hand isn't planned again.

    Args:
        series: an active one; of any other nothing is planned.
        standing: its chats that were not let go of, whatever their state, from a while before now on.
        now: aware UTC.
    """
    if series.state is not SeriesState.ACTIVE:
        return Lineup()
    known = {chat.belonging.key: chat for chat in standing if chat.belonging is not None}
    add, change = [], []
    for occurrence in ahead(series, now):
        chat = known.pop(str(occurrence.key), None)
        if chat is None:
            add.append((as_chat(series, occurrence), occurrence.to_ask))
        elif chat.state in UPCOMING_STATES and not _is_own(chat) and chat.starts_at != occurrence.starts_at:
            change.append((chat, replace(chat, starts_at=occurrence.starts_at)))
    return Lineup(tuple(add), tuple(change))


def meets_at(series: Series, at: datetime) -> bool:
    """Whether one of a series' occurrences starts at an instant (aware UTC), as its rule has it."""
    found = next_occurrence(series.schedule, at)
    return found is not None and found.starts_at == at


def let_go(standing: Iterable[Chat], *, also_prepared: bool) -> tuple[Chat, ...]:
    """The chats that don't take place once a series pauses or ends.

    Args:
        standing: the series' chats.
        also_prepared: also those that hosts gave a time, a topic, questions or a guest of their own.
    """
    return tuple(chat for chat in standing if chat.state in UPCOMING_STATES and (also_prepared or not chat.is_prepared))


def realign(series: Series, standing: Sequence[Chat], now: datetime, *, also_prepared: bool) -> Lineup:
    """What to do once a series was edited: its chats move, in their order, to the new schedule's next occurrences.

    So a chat keeps its questions and its guests when the series goes from Thursdays to Wednesdays, and who was told
    the old time is told the new one.

    Args:
        series: as it is now.
        standing: its chats as they were planned before.
        now: aware UTC.
        also_prepared: whether chats that differ from the series follow it too; else they stay as they are.
    """
    upcoming_chats = sorted(
        (chat for chat in standing if chat.state in UPCOMING_STATES), key=lambda chat: (chat.starts_at, chat.id)
    )
    follow = [chat for chat in upcoming_chats if also_prepared or not chat.is_prepared]
    staying = {chat.belonging.key for chat in upcoming_chats if chat not in follow and chat.belonging is not None}
    gone = {
        chat.belonging.key
        for chat in standing
        if chat.state not in UPCOMING_STATES and chat.belonging is not None and chat.belonging.key
    }
    free = [
        occurrence
        for occurrence in coming(series, now, len(follow) + len(standing) + 1)
        if str(occurrence.key) not in staying | gone
    ]
    change = []
    for chat, occurrence in zip(follow, free, strict=False):
        wanted = _following(series, chat, occurrence)
        if wanted != chat:
            change.append((chat, wanted))
    return Lineup(change=tuple(change), drop=tuple(follow[len(free) :]))


def _following(series: Series, chat: Chat, occurrence: Occurrence) -> Chat:
    made = as_chat(series, occurrence)
    own = _is_own(chat) and chat.title != series.name
    return replace(
        made,
        id=chat.id,
        # A topic that a host gave it stays its topic.
        title=chat.title if own else made.title,
        belonging=Belonging(
            series.id,
            str(occurrence.key),
            own=own,
            first_key=chat.belonging.first_key if chat.belonging is not None else "",
        ),
        state=chat.state,
        questions=chat.questions,
        guests=chat.guests,
        cohosts=chat.cohosts,
        sequence=chat.sequence,
        moved_from=chat.moved_from,
        announced_in=chat.announced_in,
        thread_id=chat.thread_id,
        question_threads=chat.question_threads,
        held_at=chat.held_at,
    )


def _is_own(chat: Chat) -> bool:
    return chat.belonging is not None and chat.belonging.own


def series_seen(everything: Iterable[Series], may_see: Callable[[int], bool]) -> list[Series]:
    """The series whose chats somebody may read.

    Args:
        everything: a server's series.
        may_see: whether they may see a channel, by its id.
    """
    return [one for one in everything if may_see(one.model.home_id)]


def find_series(everything: Sequence[Series], typed: str) -> Series:
    """The series that is meant: by its number, as completion gives it, or by its name or hashtag.

    Raises:
        BadInput: there is none, or several.
    """
    said = typed.strip().lstrip("#").casefold()
    for named in (
        [one for one in everything if str(one.id) == said],
        [one for one in everything if one.name.casefold() == said],
        [one for one in everything if said in {one.model.hashtag.casefold(), one.name.casefold().lstrip("#")}],
        [one for one in everything if said and said in one.name.casefold()],
    ):
        if len(named) == 1:
            return named[0]
    raise BadInput(Problem.SERIES_UNKNOWN, name=typed.strip(), known=[one.name for one in everything[:5]])


def series_like(everything: Iterable[Series], typed: str) -> list[Series]:
    """The series whose names or hashtags have what is typed so far."""
    said = typed.strip().lstrip("#").casefold()
    return [one for one in everything if said in f"{one.name} {one.model.hashtag}".casefold()]


def as_one_slow_chat(series: Series) -> Series:
    """A slow series that a phrase gave as a question a day becomes one chat over those days.

    "One question a day from 7 to 13 December" is a chat of seven days, not seven chats; a rule without an end stays
    what it is: a chat on each of its days.
    """
    schedule = series.schedule
    if not schedule.slow or len(schedule.sittings) != 1:
        return series
    sitting = schedule.sittings[0]
    if sitting.rule.until is None and sitting.rule.count in {None, 1}:
        return _slow(series)
    first = datetime.combine(sitting.begins_on, sitting.at)
    days = [one.wall for one in islice(upcoming(schedule, series.model.starts_at), 32)]
    if not days or days[-1] - first > timedelta(days=30):
        return _slow(series)
    minutes = int((days[-1] - days[0]) / timedelta(minutes=1)) + 24 * 60
    once = replace(sitting.rule, count=1, until=None, by_day=(), interval=1)
    one = replace(sitting, rule=once, begins_on=days[0].date(), minutes=minutes)
    return _slow(replace(series, schedule=replace(schedule, sittings=(one,))))


def _slow(series: Series) -> Series:
    return replace(series, model=replace(series.model, pace=replace(series.model.pace, rhythm=Rhythm.SLOW)))
