"""The run of a chat: one table of states and events, and the list of what is due when.

The table has the shape of h11's `_state.py`: `{state: {event: next state}}`, one error that names both, and a
test for every pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, auto

from bot.domain.chat import Chat, ChatState
from bot.domain.errors import Problem, WrongMoment


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


class ActionState(StrEnum):
    """Whether a due action is still to be done; TRIED means it may already stand in Discord."""

    DUE = auto()
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
            the reminder's for NUDGE, else 0.
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


def question_times(chat: Chat) -> tuple[datetime, ...]:
    """When each question is due (aware UTC), spread evenly between the welcome and the wrap-up."""
    first = chat.starts_at + timedelta(minutes=chat.pace.welcome)
    last = chat.ends_at - timedelta(minutes=chat.pace.wrap_up)
    gap = (last - first) / len(chat.questions)
    return tuple((first + gap * index).replace(microsecond=0) for index in range(len(chat.questions)))


def plan_actions(chat: Chat, now: datetime) -> tuple[Action, ...]:
    """Everything the bot will do for a chat by itself, in order.

    The reminder is left out where it would come at the same time as the announcement or after the start.
    """
    due: list[tuple[ActionKind, int, datetime]] = [(ActionKind.ANNOUNCE, 0, now)]
    reminder_at = chat.starts_at - timedelta(minutes=chat.pace.reminder)
    if chat.pace.reminder and reminder_at > now + timedelta(minutes=1):
        due.append((ActionKind.REMIND, 0, reminder_at))
    due += [(kind, 0, chat.starts_at) for kind in (ActionKind.OPEN, ActionKind.THREAD, ActionKind.WELCOME)]
    due += [
        (ActionKind.ASK, question.number, at) for question, at in zip(chat.questions, question_times(chat), strict=True)
    ]
    due.append((ActionKind.WRAP_UP, 0, chat.ends_at - timedelta(minutes=chat.pace.wrap_up)))
    due += [(ActionKind.END, 0, chat.ends_at), (ActionKind.CLOSE, 0, chat.closes_at)]
    return tuple(
        Action(chat.id, kind, due_at=at, number=number, step=place_of(kind, number)) for kind, number, at in due
    )


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


def least_gap(chat: Chat) -> timedelta:
    """The least time that each question gets, whatever happens: half of the planned one."""
    span = chat.ends_at - chat.starts_at - timedelta(minutes=chat.pace.welcome + chat.pace.wrap_up)
    return span / max(len(chat.questions), 1) / 2


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
    following = next((a for a in rest if a.kind in {ActionKind.ASK, ActionKind.WRAP_UP}), None)
    if done.kind is not ActionKind.ASK or following is None:
        return timedelta()
    return max(timedelta(), now + least - following.due_at)


def moved(actions: Sequence[Action], by: timedelta) -> tuple[Action, ...]:
    """The same actions, later by so much."""
    return tuple(replace(action, due_at=action.due_at + by) for action in actions)


def is_moot(action: Action, chat: Chat, now: datetime) -> bool:
    """Whether an action comes too late to be of use, after a long outage.

    Announcements are moot once the chat has begun; everything up to the wrap-up is when it comes later than the
    chat is long; a correction or a relayed answer is after a day, a round-up after a week. The end and closing never
    are, nor is taking down what its author wants gone. A thread for a question is once the chat is over.
    """
    if action.kind in {ActionKind.CARD, ActionKind.OWN_THREAD, ActionKind.COPY}:
        return not chat.is_open
    if action.kind in {ActionKind.ANNOUNCE, ActionKind.REMIND}:
        return now >= chat.starts_at
    if action.kind is ActionKind.NUDGE:
        return now >= chat.ends_at or chat.state in {ChatState.CLOSED, ChatState.CANCELLED}
    if action.kind in {
        ActionKind.OPEN,
        ActionKind.THREAD,
        ActionKind.WELCOME,
        ActionKind.ASK,
        ActionKind.WRAP_UP,
    }:
        return now > action.due_at + timedelta(minutes=chat.minutes)
    if action.kind in {ActionKind.END, ActionKind.CLOSE, ActionKind.RETRACT, ActionKind.CORRECT, ActionKind.REVISE}:
        return False
    return now > action.due_at + timedelta(days=7 if action.kind is ActionKind.ROUNDUP else 1)
