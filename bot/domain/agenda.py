"""What is due for a chat and when: all of it at the planning, and anew when the plan is changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from bot.domain.chat import Chat
from bot.domain.manner import EventWish, Format, Rhythm
from bot.domain.recurrence.occurrences import instant
from bot.domain.run import Action, ActionKind, ActionState, place_of, reminder_number

_DAY = 24 * 60
HOSTS_ASKED_BEFORE = timedelta(days=3)
HOLIDAY_ASKED_BEFORE = timedelta(days=21)
_A_MINUTE = timedelta(minutes=1)
# What a chat brings with it beside its sequence, and what is due anew with it.
_BESIDE = frozenset({ActionKind.EXTEND, ActionKind.EVENT, ActionKind.MISSING, ActionKind.HOLIDAY})


def question_times(chat: Chat) -> tuple[datetime, ...]:
    """When each question is due (aware UTC), by the chat's rhythm.

    Where the fixed minutes or listed times don't hold all questions, they share the time evenly. Questions that wait
    for a host are put at the wrap-up, where those that weren't asked are left out.
    """
    count = len(chat.questions)
    first = chat.starts_at + timedelta(minutes=chat.pace.welcome)
    last = chat.ends_at - timedelta(minutes=chat.pace.wrap_up)
    if not count:
        return ()
    gap = (last - first) / count
    match chat.pace.rhythm:
        case Rhythm.BY_HAND:
            return (last,) * count
        case Rhythm.FIXED:
            gap = min(gap, timedelta(minutes=chat.pace.every))
        case Rhythm.SLOW:
            listed = _listed_times(chat, first, last)
            if len(listed) == count:
                return listed
        case _:
            pass
    return tuple((first + gap * index).replace(microsecond=0) for index in range(count))


def _listed_times(chat: Chat, first: datetime, last: datetime) -> tuple[datetime, ...]:
    """As many of the listed times as there are questions, if there are so many before the wrap-up."""
    zone = ZoneInfo(chat.zone)
    local = chat.starts_at.astimezone(zone)
    times: Sequence[time] = chat.pace.times or (local.time().replace(microsecond=0),)
    days = (local.date() + timedelta(days=number) for number in range(chat.minutes // _DAY + 2))
    coming = (instant(datetime.combine(day, at), chat.zone) for day in days for at in times)
    fitting = [first, *(at for at in coming if first < at < last)]
    return tuple(at.astimezone(UTC) for at in islice(fitting, len(chat.questions)))


def plan_actions(chat: Chat, now: datetime, *, asks_about_holiday: bool = False) -> tuple[Action, ...]:
    """Everything the bot will do for a chat by itself, in order.

    A reminder is left out where it would come at the same time as the announcement or after the start.

    Args:
        chat: with its questions, as far as there are any.
        now: aware UTC.
        asks_about_holiday: it falls on a holiday, and its hosts wish to be asked.
    """
    due = _announcements(chat, now)
    due += [(kind, 0, chat.starts_at) for kind in (ActionKind.OPEN, ActionKind.THREAD, ActionKind.WELCOME)]
    if chat.format is not Format.INFORMAL:
        # What was written before it became informal isn't asked; it is there if it becomes another again.
        asked = zip(chat.questions, question_times(chat), strict=True)
        due += [(ActionKind.ASK, question.number, at) for question, at in asked]
        due.append((ActionKind.WRAP_UP, 0, chat.ends_at - timedelta(minutes=chat.pace.wrap_up)))
    due += [(ActionKind.END, 0, chat.ends_at), (ActionKind.CLOSE, 0, chat.closes_at)]
    waits = chat.pace.rhythm is Rhythm.BY_HAND
    return (
        *(
            Action(
                chat.id,
                kind,
                due_at=at,
                number=number,
                step=place_of(kind, number),
                state=ActionState.WAITING if waits and kind is ActionKind.ASK else ActionState.DUE,
            )
            for kind, number, at in due
        ),
        *_beside(chat, now, asks_about_holiday=asks_about_holiday),
    )


def _announcements(chat: Chat, now: datetime) -> list[tuple[ActionKind, int, datetime]]:
    if not chat.is_told_ahead:
        return []
    times = {minutes: chat.starts_at - timedelta(minutes=minutes) for minutes in chat.announced_before if minutes}
    first_at, rest = now, dict(times)
    if chat.belonging is not None:
        if not times:
            return []
        # A series is planned ahead of its first announcement; one that is late is made up for.
        first = max(times)
        first_at = max(times[first], now)
        rest.pop(first)
    due = [(ActionKind.ANNOUNCE, 0, first_at)]
    later = [(minutes, at) for minutes, at in sorted(rest.items(), reverse=True) if at > max(first_at, now) + _A_MINUTE]
    return due + [(ActionKind.REMIND, reminder_number(minutes, chat.sequence), at) for minutes, at in later]


def _beside(chat: Chat, now: datetime, *, asks_about_holiday: bool) -> list[Action]:
    found = []
    if chat.belonging is not None:
        found.append(Action(chat.id, ActionKind.EXTEND, due_at=chat.starts_at, lane="extend"))
    if chat.notice.event is not EventWish.NO:
        found.append(Action(chat.id, ActionKind.EVENT, due_at=now, lane="event"))
    ask_at = chat.starts_at - HOSTS_ASKED_BEFORE
    # All of them, since one may have left; 0 is whoever planned it.
    hosts = (0, *(host.id for host in (*chat.guests, *chat.cohosts)))
    if chat.belonging is not None and chat.format.has_plan and not chat.questions and ask_at > now:
        found += [
            Action(chat.id, ActionKind.MISSING, due_at=ask_at, number=number, lane=f"missing:{number}")
            for number in hosts
        ]
    if asks_about_holiday:
        ask_at = max(now, chat.starts_at - HOLIDAY_ASKED_BEFORE)
        found += [
            Action(chat.id, ActionKind.HOLIDAY, due_at=ask_at, number=number, lane=f"holiday:{number}")
            for number in hosts
        ]
    return found


def replan(known: Iterable[Action], chat: Chat, now: datetime) -> tuple[Action, ...]:
    """The rows that differ once a chat that hasn't begun has its new plan; new ones with id 0.

    What was done or is being done stays; what isn't wanted any more is dropped.

    Args:
        known: all of the chat's actions.
        chat: with its new time and questions.
        now: aware UTC.
    """
    mine = {(a.kind, a.number): a for a in known if a.lane == "run" or a.kind in _BESIDE}
    changed = []
    for wanted in plan_actions(chat, now):
        row = mine.pop((wanted.kind, wanted.number), None)
        if row is None:
            changed.append(wanted)
        elif wanted.kind is ActionKind.EVENT:
            changed.append(replace(row, state=ActionState.DUE))
        elif row.state not in {ActionState.DONE, ActionState.TRIED}:
            changed.append(replace(row, due_at=wanted.due_at, state=wanted.state))
    # Discord's list of events showed it, and isn't to show it any more.
    event = mine.pop((ActionKind.EVENT, 0), None)
    if event is not None:
        changed.append(replace(event, state=ActionState.DUE))
    still = {ActionState.DUE, ActionState.WAITING}
    # Whether the hosts are asked about a holiday is decided once.
    gone = [row for row in mine.values() if row.state in still and row.kind is not ActionKind.HOLIDAY]
    return (*changed, *(replace(row, state=ActionState.DROPPED) for row in gone))


def corrections(chat: Chat, now: datetime, *, said_aloud: bool) -> tuple[Action, ...]:
    """What puts right what was announced: its posts get their new words, and a change of time or topic is said.

    Args:
        chat: as it is now, with its new `sequence`.
        now: aware UTC.
        said_aloud: whether a post of its own says so.
    """
    reword = Action(chat.id, ActionKind.REWORD, due_at=now, lane="reword")
    note = Action(chat.id, ActionKind.NOTE, due_at=now, number=chat.sequence, lane="note")
    return (reword, note) if said_aloud else (reword,)


def own_thread_actions(chat: Chat, numbers: Iterable[int], now: datetime) -> tuple[Action, ...]:
    """What opens threads of their own for questions, ahead of time, since Discord lets nobody open many at once."""
    return tuple(
        Action(chat.id, kind, due_at=now, number=number, step=2 * number + step, lane="own_threads")
        for number in numbers
        for step, kind in enumerate((ActionKind.CARD, ActionKind.OWN_THREAD))
    )


def copy_action(chat: Chat, number: int, now: datetime) -> Action:
    """What puts a question that was asked into its own thread too, once that is open."""
    return Action(chat.id, ActionKind.COPY, due_at=now, number=number, lane=f"copy:{number}")


def recap_actions(chat: Chat, pages: Iterable[int], now: datetime) -> tuple[Action, ...]:
    """What posts the digest of a chat that is over, a message for each page."""
    return tuple(Action(chat.id, ActionKind.RECAP, due_at=now, number=page, step=page, lane="recap") for page in pages)
