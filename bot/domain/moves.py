"""What a host's press at the desk changes: the questions still to come, when they come, and the chat's state.

Questions that are still to come are *slots*: the n-th of them belongs to the n-th ASK that is due. Leaving one out or
putting one in moves the texts from slot to slot and leaves the numbers gapless. A slot that is being posted (TRIED)
belongs to nobody any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.chat import (
    MAX_QUESTION_LENGTH,
    MAX_QUESTIONS,
    MAX_SLOW_QUESTIONS,
    Chat,
    ChatState,
    Question,
    split_questions,
)
from bot.domain.desk import CHANGEABLE, Change, Lane, MoveKind, Outcome, Press, mark
from bot.domain.errors import BadInput, Problem, WrongMoment
from bot.domain.manner import Format, Rhythm
from bot.domain.run import Action, ActionKind, ActionState, Event, least_gap, next_state, place_of

# Room for questions that nobody planned.
MOST_QUESTIONS = 20
LATER_BY = timedelta(minutes=2)
# Without a host the chat goes on by itself after so long; another press of Hold begins the time anew.
HOLD_FOR = timedelta(minutes=10)
# Two presses within so short a time are one wish: a double tap, or two hosts with the same thought.
SAME_WISH = timedelta(seconds=3)
JUST_ASKED = timedelta(seconds=5)


def check_question(text: str) -> str:
    """A question on one line.

    Raises:
        BadInput: it is empty or too long for a prompt.
    """
    tidy = " ".join(text.split())
    if not tidy:
        raise BadInput(Problem.QUESTION_EMPTY)
    if len(tidy) > MAX_QUESTION_LENGTH:
        raise BadInput(Problem.NEW_QUESTION_TOO_LONG, length=len(tidy), limit=MAX_QUESTION_LENGTH)
    return tidy


def most_questions(chat: Chat) -> int:
    """How many questions a chat can have, those included that nobody planned."""
    return MOST_QUESTIONS + (MAX_SLOW_QUESTIONS - MAX_QUESTIONS if chat.is_slow else 0)


def decide(lane: Lane, press: Press) -> Change:
    """What a press changes; nothing is saved here.

    Raises:
        WrongMoment: the chat hasn't begun, is wrapping up or is over.
        BadInput: the question's text can't be used, or there are too many questions.
    """
    is_typed = press.kind in {MoveKind.ASK, MoveKind.EDIT, MoveKind.REWRITE}
    if not is_typed and any(made.kind is press.kind and press.at - made.at < SAME_WISH for made in lane.made):
        return _already(lane)
    if lane.is_wrapping and press.kind is MoveKind.WRAP_UP:
        return _already(lane)
    if lane.is_wrapping and press.kind is MoveKind.END:
        return _wrapped(lane, press.at, press.at)
    if press.kind is MoveKind.END and lane.chat.format is Format.INFORMAL and lane.chat.state in CHANGEABLE:
        return _wrapped(lane, press.at, press.at)
    if lane.chat.format is Format.INFORMAL and lane.chat.state in CHANGEABLE:
        raise BadInput(Problem.NO_QUESTIONS_HERE)
    if lane.chat.state not in CHANGEABLE or lane.wrap_up is None:
        raise WrongMoment(Problem.NOT_RUNNING, state=lane.chat.state)
    return _MOVES[press.kind](lane, press)


def _already(lane: Lane) -> Change:
    coming = lane.coming
    return Change(Outcome.ALREADY, lane.chat, at=coming.due_at if coming else None)


def _next(lane: Lane, press: Press) -> Change:
    if not lane.asks:
        return _wrap_up(lane, press)
    coming = lane.asks[0]
    last = lane.chat.current_question
    just_asked = last is not None and last.asked_at is not None and press.at - last.asked_at < JUST_ASKED
    if press.expected is None and (just_asked or lane.on_its_way is not None):
        return _already(lane)
    if press.expected is not None and press.expected != coming.number:
        return replace(_already(lane), number=press.expected)
    return _moved(lane, press.at, number=coming.number, asked=True)


def _hold(lane: Lane, press: Press) -> Change:
    if lane.chat.pace.rhythm is Rhythm.BY_HAND:
        return _already(lane)
    first_at = press.at + HOLD_FOR + _left(lane, press.at)
    if lane.chat.is_slow and lane.coming is not None:
        # Its time of day stays, unless it would fall into the hold.
        first_at = max(press.at + HOLD_FOR, lane.coming.due_at)
    held = replace(lane.chat, state=next_state(lane.chat.state, Event.HELD), held_at=press.at)
    return replace(_moved(lane, first_at), chat=held)


def _resume(lane: Lane, press: Press) -> Change:
    if lane.chat.state is not ChatState.HELD:
        return _already(lane)
    coming, left = lane.coming, _left(lane, press.at)
    if lane.chat.is_slow and coming is not None and left:
        return _moved(lane, coming.due_at)
    return _moved(lane, press.at + left)


def _later(lane: Lane, press: Press) -> Change:
    coming = lane.coming
    if coming is None or (press.expected is not None and press.expected != int(coming.due_at.timestamp())):
        return _already(lane)
    if lane.waits_for_host and lane.wrap_up is not None:
        return _all_later(lane)
    change = _moved(lane, max(coming.due_at, press.at) + LATER_BY)
    # Later is later: it doesn't end a hold.
    return replace(change, chat=lane.chat)


def _all_later(lane: Lane) -> Change:
    """Where questions wait for a host, what can come later is the end."""
    moved = tuple(replace(action, due_at=action.due_at + LATER_BY) for action in lane.rest)
    wrap_up_at = lane.wrap_up.due_at + LATER_BY if lane.wrap_up is not None else None
    return Change(Outcome.DONE, lane.chat, moved, at=wrap_up_at)


def _skip(lane: Lane, press: Press) -> Change:
    if not lane.asks:
        raise WrongMoment(Problem.NO_QUESTION_AHEAD)
    coming = lane.asks[0]
    texts = _texts(lane)
    if press.expected is not None and press.expected != mark(texts[0]):
        return _already(lane)
    fewer = _with_texts(lane, texts[1:])
    change = _moved(fewer, max(coming.due_at, press.at))
    dropped = replace(lane.asks[-1], state=ActionState.DROPPED)
    chat = replace(fewer.chat, state=lane.chat.state, held_at=lane.chat.held_at)
    return replace(change, chat=chat, actions=(*change.actions, dropped), left_out=texts[:1])


def _ask(lane: Lane, press: Press) -> Change:
    text = check_question(press.text)
    most = most_questions(lane.chat)
    if len(lane.chat.questions) >= most:
        raise BadInput(Problem.TOO_MANY_QUESTIONS, count=len(lane.chat.questions) + 1, most=most)
    more = _with_texts(lane, (text, *_texts(lane)))
    return _moved(more, press.at, number=more.asks[0].number, asked=True)


def _edit(lane: Lane, press: Press) -> Change:
    text = check_question(press.text)
    texts = list(_texts(lane))
    marks = [mark(one) for one in texts]
    if not texts:
        raise WrongMoment(Problem.NO_QUESTION_AHEAD)
    if press.expected is not None and press.expected not in marks:
        raise WrongMoment(Problem.QUESTION_CHANGED)
    place = marks.index(press.expected) if press.expected is not None else 0
    texts[place] = text
    edited = _with_texts(lane, tuple(texts))
    return Change(Outcome.DONE, edited.chat, number=lane.asks[place].number, at=lane.asks[place].due_at)


def _rewrite(lane: Lane, press: Press) -> Change:
    """Other questions, or another order, in the place of all that weren't asked yet."""
    room = most_questions(lane.chat) - (len(lane.chat.questions) - len(lane.asks))
    texts = split_questions(press.text, room, least=1)
    fewer = len(lane.asks) - len(texts)
    rewritten = _with_texts(lane, texts)
    coming = lane.asks[0].due_at if lane.asks else press.at + least_gap(lane.chat)
    change = _moved(rewritten, max(coming, press.at))
    dropped = tuple(replace(ask, state=ActionState.DROPPED) for ask in lane.asks[len(texts) :]) if fewer > 0 else ()
    chat = replace(rewritten.chat, state=lane.chat.state, held_at=lane.chat.held_at)
    return replace(change, chat=chat, actions=(*change.actions, *dropped), left_out=_texts(lane))


def _wrap_up(lane: Lane, press: Press) -> Change:
    if lane.asks and not press.confirmed:
        return Change(Outcome.CONFIRM, lane.chat, left_out=_texts(lane))
    ends_at = press.at + timedelta(minutes=lane.chat.pace.wrap_up)
    return _wrapped(lane, press.at, ends_at)


def _end(lane: Lane, press: Press) -> Change:
    if lane.asks and not press.confirmed:
        return Change(Outcome.CONFIRM, lane.chat, left_out=_texts(lane))
    return _wrapped(lane, press.at, press.at)


def _wrapped(lane: Lane, wrap_up_at: datetime, ends_at: datetime) -> Change:
    closes_at = ends_at + timedelta(minutes=lane.chat.pace.late)
    times = {ActionKind.WRAP_UP: wrap_up_at, ActionKind.END: ends_at, ActionKind.CLOSE: closes_at}
    changed = [
        replace(action, due_at=times[action.kind])
        for action in lane.rest
        if action.kind in times and action.state is ActionState.DUE
    ]
    dropped = [replace(action, state=ActionState.DROPPED) for action in lane.asks]
    chat = _with_texts(lane, ()).chat
    return Change(Outcome.DONE, chat, (*dropped, *changed), at=ends_at, left_out=_texts(lane))


_MOVES: Mapping[MoveKind, Callable[[Lane, Press], Change]] = {
    MoveKind.NEXT: _next,
    MoveKind.HOLD: _hold,
    MoveKind.RESUME: _resume,
    MoveKind.LATER: _later,
    MoveKind.SKIP: _skip,
    MoveKind.ASK: _ask,
    MoveKind.EDIT: _edit,
    MoveKind.REWRITE: _rewrite,
    MoveKind.WRAP_UP: _wrap_up,
    MoveKind.END: _end,
}


def _left(lane: Lane, now: datetime) -> timedelta:
    """How long the next prompt had still to wait, without the time for which it is held."""
    coming = lane.coming
    if coming is None:
        return timedelta()
    held_at = lane.chat.held_at
    since = now if held_at is None or lane.chat.state is not ChatState.HELD else held_at + HOLD_FOR
    return max(timedelta(), coming.due_at - since)


def _texts(lane: Lane) -> tuple[str, ...]:
    return tuple(question.text for ask in lane.asks if (question := lane.chat.question(ask.number)) is not None)


def _with_texts(lane: Lane, texts: Sequence[str]) -> Lane:
    """The same lane with these questions to come; their number decides how many ASKs there are."""
    known = {ask.number: ask for ask in lane.asks}
    behind = tuple(q for q in lane.chat.questions if q.number not in known)
    first = max((q.number for q in behind), default=0) + 1
    questions = tuple(Question(first + place, text) for place, text in enumerate(texts))
    due_at = lane.wrap_up.due_at if lane.wrap_up else lane.chat.ends_at
    state = ActionState.WAITING if lane.chat.pace.rhythm is Rhythm.BY_HAND else ActionState.DUE
    asks = tuple(
        known.get(q.number)
        or Action(lane.chat.id, ActionKind.ASK, due_at, q.number, place_of(ActionKind.ASK, q.number), state=state)
        for q in questions
    )
    others = tuple(a for a in lane.rest if a not in lane.asks)
    rest = tuple(sorted((*asks, *others), key=lambda action: action.step))
    return Lane(replace(lane.chat, questions=(*behind, *questions)), rest, lane.made)


def _moved(lane: Lane, first_at: datetime, number: int | None = None, *, asked: bool = False) -> Change:
    """What comes next comes at `first_at`, the rest after it, and a hold is over; `asked` if a host asks it now."""
    resumes = lane.chat.state is ChatState.HELD
    state = next_state(lane.chat.state, Event.RESUMED) if resumes else lane.chat.state
    chat = replace(lane.chat, state=state, held_at=None)
    wrap_up = lane.wrap_up
    match lane.chat.pace.rhythm:
        case Rhythm.BY_HAND if lane.asks:
            actions = _by_hand(lane, first_at, asked=asked)
        case Rhythm.SLOW if lane.asks:
            actions = _slowly(lane, first_at)
        case Rhythm.SLOW if wrap_up is not None and first_at < wrap_up.due_at:
            # The last question was left out, or a hold on the wrap-up ended early; the end stays.
            actions, first_at = (), wrap_up.due_at
        case _:
            actions = spread(lane, first_at)
    return Change(Outcome.DONE, chat, actions, number=number, at=first_at)


def _by_hand(lane: Lane, first_at: datetime, *, asked: bool) -> tuple[Action, ...]:
    # The others are among the changes, so that rows are made for new ones.
    return tuple(
        replace(ask, due_at=_whole(first_at), state=ActionState.DUE) if asked and place == 0 else ask
        for place, ask in enumerate(lane.asks)
    )


def _slowly(lane: Lane, first_at: datetime) -> tuple[Action, ...]:
    """A slow chat's questions take the times that were planned, one after the other; its end stays."""
    wrap_up_at = lane.wrap_up.due_at if lane.wrap_up is not None else lane.chat.ends_at
    times = [ask.due_at for ask in lane.asks if first_at < ask.due_at < wrap_up_at]
    last = max([first_at, *times])
    # With more questions than times, those left share what is left.
    rest = len(lane.asks) - 1 - len(times)
    gap = (wrap_up_at - last) / (rest + 1) if rest > 0 else timedelta()
    times += [last + gap * place for place in range(1, rest + 1)]
    return tuple(replace(ask, due_at=_whole(at)) for ask, at in zip(lane.asks, [first_at, *times], strict=False))


def spread(lane: Lane, first_at: datetime) -> tuple[Action, ...]:
    """The rest of a chat's sequence from its next prompt on, with new times.

    The questions share what is left until the planned wrap-up evenly, or come so many minutes apart as was planned if
    that fits. None gets less than half of the time that was planned for a question; rather does the chat take longer.

    Args:
        lane: what is left.
        first_at: when the next prompt is due (aware UTC).
    """
    chat, asks = lane.chat, lane.asks
    planned = chat.ends_at - timedelta(minutes=chat.pace.wrap_up)
    gap = max((planned - first_at) / len(asks), least_gap(chat)) if asks else timedelta()
    wrap_up_at = max(_whole(first_at + gap * len(asks)), _whole(first_at))
    if chat.pace.rhythm is Rhythm.FIXED:
        gap = min(gap, timedelta(minutes=chat.pace.every))
    ends_at = wrap_up_at + timedelta(minutes=chat.pace.wrap_up)
    times = {
        ActionKind.WRAP_UP: wrap_up_at,
        ActionKind.END: ends_at,
        ActionKind.CLOSE: ends_at + timedelta(minutes=chat.pace.late),
    }
    changed = [replace(ask, due_at=_whole(first_at + gap * place)) for place, ask in enumerate(asks)]
    changed += [
        replace(action, due_at=times[action.kind])
        for action in lane.rest
        if action.kind in times and action.state is ActionState.DUE
    ]
    return tuple(changed)


def _whole(at: datetime) -> datetime:
    # Rounded down, so that what is due now isn't due in a moment.
    return at.replace(microsecond=0)
