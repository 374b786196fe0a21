"""The run of a chat: one table of states and events, and the list of what is due when.

The table has the shape of h11's `_state.py`: `{state: {event: next state}}`, one error that names both, and a
test for every pair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, auto

from bot.domain.chat import OVER_STATES, UPCOMING_STATES, Chat, ChatState
from bot.domain.errors import Problem, WrongMoment
from bot.domain.manner import Format, Layout, Rhythm


class Event(StrEnum):
    """What can happen to a chat."""

    CONFIRMED = auto()
    ANNOUNCED = auto()
    OPENED = auto()
    ASKED = auto()
    HELD = auto()
    RESUMED = auto()
    WRAPPED_UP = auto()
    ENDED = auto()
    CLOSED = auto()
    CANCELLED = auto()


TRANSITIONS: Mapping[ChatState, Mapping[Event, ChatState]] = {
    ChatState.DRAFT: {
        Event.CONFIRMED: ChatState.PLANNED,
        Event.CANCELLED: ChatState.CANCELLED,
    },
    ChatState.PLANNED: {
        Event.ANNOUNCED: ChatState.ANNOUNCED,
        Event.OPENED: ChatState.GATHERING,
        Event.CANCELLED: ChatState.CANCELLED,
    },
    ChatState.ANNOUNCED: {
        Event.ANNOUNCED: ChatState.ANNOUNCED,
        Event.OPENED: ChatState.GATHERING,
        Event.CANCELLED: ChatState.CANCELLED,
    },
    ChatState.GATHERING: {
        Event.ASKED: ChatState.ASKING,
        Event.HELD: ChatState.HELD,
        Event.WRAPPED_UP: ChatState.WRAPPING,
        Event.ENDED: ChatState.LATE,
        Event.CANCELLED: ChatState.CLOSED,
    },
    ChatState.ASKING: {
        Event.ASKED: ChatState.ASKING,
        Event.HELD: ChatState.HELD,
        Event.WRAPPED_UP: ChatState.WRAPPING,
        Event.CANCELLED: ChatState.CLOSED,
    },
    ChatState.HELD: {
        Event.ASKED: ChatState.ASKING,
        Event.HELD: ChatState.HELD,
        Event.RESUMED: ChatState.ASKING,
        Event.WRAPPED_UP: ChatState.WRAPPING,
        Event.CANCELLED: ChatState.CLOSED,
    },
    ChatState.WRAPPING: {
        Event.ENDED: ChatState.LATE,
        Event.CANCELLED: ChatState.CLOSED,
    },
    ChatState.LATE: {
        Event.CLOSED: ChatState.CLOSED,
        Event.CANCELLED: ChatState.CLOSED,
    },
    ChatState.CLOSED: {},
    ChatState.CANCELLED: {},
}


def next_state(state: ChatState, event: Event) -> ChatState:
    """The state that follows.

    Raises:
        WrongMoment: the table has no such step.
    """
    try:
        return TRANSITIONS[state][event]
    except KeyError:
        raise WrongMoment(Problem.WRONG_STATE, state=state, event=event) from None


class ActionKind(StrEnum):
    """What the bot does by itself at its time, in the order in which a chat needs it."""

    ANNOUNCE = auto()
    REMIND = auto()
    OPEN = auto()
    THREAD = auto()
    WELCOME = auto()
    ASK = auto()
    WRAP_UP = auto()
    END = auto()
    CLOSE = auto()
    # Outside the sequence, as they come up:
    RELAY = auto()
    AMEND = auto()
    RETRACT = auto()
    CALL_OFF = auto()
    TELL = auto()
    CARD = auto()
    OWN_THREAD = auto()
    COPY = auto()
    RECAP = auto()
    CORRECT = auto()
    ROUNDUP = auto()
    REVISE = auto()
    NUDGE = auto()
    # What a series and a change of plan bring:
    EXTEND = auto()
    REWORD = auto()
    NOTE = auto()
    EVENT = auto()
    MISSING = auto()
    HOLIDAY = auto()
    # Once a chat is over, and again whenever something of it changed:
    SEAL = auto()


class ActionState(StrEnum):
    """Whether a due action is still to be done; TRIED means it may already stand in Discord.

    WAITING is a question that comes when a host says so; its time does nothing.
    """

    DUE = auto()
    WAITING = auto()
    TRIED = auto()
    DONE = auto()
    DROPPED = auto()


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that is due: a row with a unique key, so that it is done once.

    Attributes:
        chat_id: whose chat.
        kind: what to do.
        number: the question's number for ASK, CARD, OWN_THREAD and COPY, the answer's id for RELAY, AMEND and
            RETRACT, the obstacle's for TELL, the page's for RECAP and CORRECT, the wish's for ROUNDUP and REVISE,
            the reminder's for NUDGE, the host's for MISSING, the chat's `sequence` for NOTE, minutes before the start
            and that sequence for REMIND (see `reminder_number`), else 0.
        step: the place in the chat's sequence; actions of one lane are done in this order.
        lane: `run` for the chat's sequence, else the key of an action that waits for nobody.
        due_at: aware UTC.
        state: how far it got.
        first_tried_at: when it was first handed to Discord (aware UTC), or None.
        message_id: what it posted; for RETRACT what it takes down.
        id: the row's number; 0 before it is saved.
    """

    chat_id: int
    kind: ActionKind
    due_at: datetime
    number: int = 0
    step: int = 0
    lane: str = "run"
    state: ActionState = ActionState.DUE
    first_tried_at: datetime | None = None
    message_id: int | None = None
    id: int = 0

    @property
    def key(self) -> str:
        """Unique in the archive, and short enough for a control's id (Discord allows 100 characters)."""
        return f"{self.chat_id}:{self.kind}:{self.number}"


# Each kind has a place of its own in a chat's sequence, with room for questions that nobody planned.
_PLACES: Mapping[ActionKind, int] = {
    ActionKind.ANNOUNCE: 0,
    ActionKind.REMIND: 1,
    ActionKind.OPEN: 2,
    ActionKind.THREAD: 3,
    ActionKind.WELCOME: 4,
    ActionKind.ASK: 10,
    ActionKind.WRAP_UP: 900,
    ActionKind.END: 901,
    ActionKind.CLOSE: 902,
}


_A_CHANGE = 1_000_000


def reminder_number(minutes: int, sequence: int) -> int:
    """The number of a REMIND: what comes after a change of plan is another one than what was posted before it."""
    return minutes + _A_CHANGE * sequence


def place_of(kind: ActionKind, number: int = 0) -> int:
    """The step of an action in its chat's sequence; questions come in the order of their numbers."""
    return _PLACES[kind] + (number if kind is ActionKind.ASK else 0)


EVENT_OF: Mapping[ActionKind, Event] = {
    ActionKind.ANNOUNCE: Event.ANNOUNCED,
    ActionKind.REMIND: Event.ANNOUNCED,
    ActionKind.WELCOME: Event.OPENED,
    ActionKind.ASK: Event.ASKED,
    ActionKind.WRAP_UP: Event.WRAPPED_UP,
    ActionKind.END: Event.ENDED,
    ActionKind.CLOSE: Event.CLOSED,
}


# What a question drawn live is taken to have for its own, as nobody planned how many there will be.
_DRAWN_IN_AN_HOUR = 6
# Of a slow chat's questions that an outage held up, each stands at least so long before the next.
_SLOW_GAP = timedelta(minutes=30)


def least_gap(chat: Chat) -> timedelta:
    """The least time that each question gets, whatever happens: half of the planned one."""
    span = chat.ends_at - chat.starts_at - timedelta(minutes=chat.pace.welcome + chat.pace.wrap_up)
    half = span / max(len(chat.questions), _DRAWN_IN_AN_HOUR if chat.format is Format.JAR else 1) / 2
    match chat.pace.rhythm:
        case Rhythm.FIXED:
            return min(half, timedelta(minutes=chat.pace.every) / 2)
        case Rhythm.SLOW:
            return min(half, _SLOW_GAP)
        case _:
            return half


def delay_after(done: Action, rest: Sequence[Action], now: datetime, least: timedelta) -> timedelta:
    """How far the rest of a chat moves because a prompt went out late.

    After an outage the questions that fell due meanwhile are not poured out at once: each gets its least time. A
    prompt on time moves nothing.

    Args:
        done: the action that was just done.
        rest: what is left of the chat's sequence, in order.
        now: when it was done (aware UTC).
        least: the least time of a question; see `least_gap`.
    """
    following = _following(rest)
    if done.kind is not ActionKind.ASK or following is None:
        return timedelta()
    return max(timedelta(), now + least - following.due_at)


def _following(rest: Sequence[Action]) -> Action | None:
    coming = (a for a in rest if a.state is not ActionState.WAITING)
    return next((a for a in coming if a.kind in {ActionKind.ASK, ActionKind.WRAP_UP}), None)


def put_off(
    done: Action, rest: Sequence[Action], now: datetime, least: timedelta, *, keeps_times: bool
) -> tuple[Action, ...]:
    """What moves because a prompt went out late, with its new times; the arguments are those of `delay_after`.

    With `keeps_times`, as in a slow chat, each question belongs to a time of day: only one that is overdue too moves.
    """
    delay, following = delay_after(done, rest, now, least), _following(rest)
    if not delay or following is None or (keeps_times and following.due_at > now):
        return ()
    return moved([following] if keeps_times and following.kind is ActionKind.ASK else rest, delay)


def moved(actions: Sequence[Action], by: timedelta) -> tuple[Action, ...]:
    """The same actions, later by so much."""
    return tuple(replace(action, due_at=action.due_at + by) for action in actions)


_NEVER_MOOT = frozenset(
    {
        ActionKind.END,
        ActionKind.CLOSE,
        ActionKind.RETRACT,
        ActionKind.CORRECT,
        ActionKind.REVISE,
        ActionKind.EXTEND,
        ActionKind.REWORD,
        ActionKind.EVENT,
        ActionKind.SEAL,
    }
)


_FOR_OPEN = frozenset({ActionKind.CARD, ActionKind.OWN_THREAD, ActionKind.COPY})
_FOR_UPCOMING = frozenset({ActionKind.MISSING, ActionKind.HOLIDAY})


def _next_reminder(action: Action, chat: Chat) -> int:
    """Minutes before the start at which a later announcement takes the place of one that couldn't be made."""
    if action.kind is ActionKind.ANNOUNCE:
        return 0
    return max((minutes for minutes in chat.announced_before if minutes < action.number % _A_CHANGE), default=0)


def is_looked_at_first(action: Action, chat: Chat) -> bool:
    """Whether it must be seen first that all is there for an action: once it was tried, a host can change no plan."""
    return action.kind is ActionKind.OPEN and chat.layout is Layout.FORUM


def is_moot(action: Action, chat: Chat, now: datetime) -> bool:
    """Whether an action comes too late to be of use, after a long outage.

    Announcements are moot once the chat has begun or the next is due; everything up to the wrap-up is when it comes
    later than the chat is long; a correction or a relayed answer is after a day, a round-up after a week. The end and
    closing never are, nor is taking down what its author wants gone. A thread for a question is once the chat is over.
    """
    if action.kind in _NEVER_MOOT:
        return False
    if action.kind in _FOR_OPEN:
        return not chat.is_open
    if action.kind in _FOR_UPCOMING and chat.state not in {*UPCOMING_STATES, ChatState.DRAFT}:
        return True
    if action.kind is ActionKind.NUDGE and chat.state in OVER_STATES:
        return True
    return now >= _moot_at(action, chat)


def _moot_at(action: Action, chat: Chat) -> datetime:
    match action.kind:
        case ActionKind.ANNOUNCE | ActionKind.REMIND:
            return chat.starts_at - timedelta(minutes=_next_reminder(action, chat))
        case ActionKind.MISSING | ActionKind.HOLIDAY:
            return chat.starts_at
        case ActionKind.NUDGE:
            return chat.ends_at
        case ActionKind.OPEN | ActionKind.THREAD | ActionKind.WELCOME | ActionKind.ASK | ActionKind.WRAP_UP:
            # A moment more: what comes just when the chat is as long late is still done.
            return action.due_at + timedelta(minutes=chat.minutes, microseconds=1)
        case ActionKind.ROUNDUP:
            return action.due_at + timedelta(days=7, microseconds=1)
        case _:
            return action.due_at + timedelta(days=1, microseconds=1)
