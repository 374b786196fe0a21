"""The host's desk in values: what is pressed, what is still to come, what a press changes, how the hour stands."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto

from bot.domain.chat import RUNNING_STATES, Chat, ChatState
from bot.domain.run import Action, ActionKind, ActionState

# Before the wrap-up the course of the hour can still be changed.
CHANGEABLE = RUNNING_STATES - {ChatState.WRAPPING, ChatState.LATE}


class MoveKind(StrEnum):
    """What a host can do while the hour runs."""

    NEXT = auto()
    HOLD = auto()
    RESUME = auto()
    LATER = auto()
    SKIP = auto()
    ASK = auto()
    EDIT = auto()
    WRAP_UP = auto()
    END = auto()
    # All that is still to come, as one text.
    REWRITE = auto()


class Outcome(StrEnum):
    """What became of a press."""

    DONE = auto()
    ALREADY = auto()
    CONFIRM = auto()


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed, a form sent or a command typed.

    Attributes:
        id: Discord's id of the interaction, or a number below zero for what may be done once in a chat; the same
            number counts once.
        chat_id: whose chat.
        kind: what is wanted.
        person_id: who wants it.
        at: when (aware UTC).
        expected: what the presser saw: for NEXT the number of the question that was to come, for SKIP and EDIT its
            `mark`, for LATER when it was to come (Unix seconds); None where nothing was shown.
        text: the question's text for ASK and EDIT, all questions still to come for REWRITE, one a line.
        confirmed: whether questions may be left out by WRAP_UP and END.
    """

    id: int
    chat_id: int
    kind: MoveKind
    person_id: int
    at: datetime
    expected: int | None = None
    text: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """An earlier move, as far as a later one has to know it.

    Attributes:
        kind: what was done.
        at: when (aware UTC).
    """

    kind: MoveKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What a press changes.

    Attributes:
        outcome: DONE; ALREADY where somebody did it before; CONFIRM where questions would be left out.
        chat: the chat afterwards, with its questions and state.
        actions: the rows of its sequence that differ, new ones with id 0.
        number: the question concerned, or None.
        at: when what comes next is due (aware UTC), or None.
        left_out: the questions that aren't asked then.
    """

    outcome: Outcome
    chat: Chat
    actions: tuple[Action, ...] = ()
    number: int | None = None
    at: datetime | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    """What is still to be done of a chat's sequence.

    Attributes:
        chat: as it stands.
        rest: its unfinished actions, in order.
        made: the moves of the last seconds.
    """

    chat: Chat
    rest: tuple[Action, ...]
    made: tuple[Made, ...] = field(default=())

    @property
    def asks(self) -> tuple[Action, ...]:
        """The questions that can still be changed."""
        return tuple(a for a in self.rest if a.kind is ActionKind.ASK and a.state in _TO_COME)

    @property
    def on_its_way(self) -> Action | None:
        """The prompt that is being posted right now."""
        return next((a for a in self.rest if a.kind in _PROMPTS and a.state is ActionState.TRIED), None)

    @property
    def is_wrapping(self) -> bool:
        """Whether the wrap-up stands, or is being posted, and the end is still to come."""
        is_posting = self.on_its_way is not None and self.on_its_way.kind is ActionKind.WRAP_UP
        return self.chat.state is ChatState.WRAPPING or (self.chat.state in CHANGEABLE and is_posting)

    @property
    def wrap_up(self) -> Action | None:
        """The wrap-up, unless it is posted or being posted."""
        return next((a for a in self.rest if a.kind is ActionKind.WRAP_UP and a.state is ActionState.DUE), None)

    @property
    def waits_for_host(self) -> bool:
        """Whether the next question comes when a host says so."""
        return bool(self.asks) and self.asks[0].state is ActionState.WAITING

    @property
    def coming(self) -> Action | None:
        """What comes next: a question, or the wrap-up."""
        return self.asks[0] if self.asks else self.wrap_up


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Somebody to whom nobody has said a word yet.

    Attributes:
        name: as shown then.
        message_id: the last thing that this person wrote.
        thread_id: where.
        author_id: who.
    """

    name: str
    message_id: int
    thread_id: int
    author_id: int = 0


@dataclass(frozen=True, slots=True)
class Turnout:
    """A running chat in figures.

    Attributes:
        messages: written by people.
        people: who wrote them.
        answers: under the question asked last.
        answered_by: who wrote those.
        unanswered: who was neither replied to nor mentioned, those who wait longest first; hosts are left out.
        unsure: messages that wait to be filed by a person.
        to_approve: anonymous answers that wait for a host.
    """

    messages: int
    people: int
    answers: int
    answered_by: int
    unanswered: tuple[Unanswered, ...] = ()
    unsure: int = 0
    to_approve: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits for a person to say where it belongs.

    Attributes:
        message_id: Discord's id.
        name: its author's, as shown then.
        text: as written.
        guess: the number of the question that it most likely answers.
        thread_id: where it was written.
        author_id: whose it is.
    """

    message_id: int
    name: str
    text: str
    guess: int
    thread_id: int
    author_id: int = 0


_PROMPTS = frozenset({ActionKind.ASK, ActionKind.WRAP_UP})
_TO_COME = frozenset({ActionState.DUE, ActionState.WAITING})


def mark(text: str) -> int:
    """A number that tells one question's text from another's, for a button's id."""
    return zlib.crc32(text.encode())
