"""What a host's press changes: the questions still to come, their times, and never what is being posted."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.agenda import plan_actions
from bot.domain.chat import ChatState
from bot.domain.desk import Lane, Made, MoveKind, Outcome, Press, mark
from bot.domain.errors import BadInput, Problem, WrongMoment
from bot.domain.moves import HOLD_FOR, LATER_BY, MOST_QUESTIONS, decide
from bot.domain.run import ActionKind, ActionState, least_gap, next_state, place_of
from tests.domain.making import NOW, START, a_chat

K, S, A = MoveKind, ChatState, ActionKind
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def a_lane(asked=0, questions=3, state=None, on_its_way=None, **changes):
    """A chat under way: so many questions asked, one perhaps being posted, the rest due."""
    chat = a_chat(questions, state=state or (S.ASKING if asked else S.GATHERING), thread_id=50, **changes)
    actions = plan_actions(chat, NOW)
    times = {a.number: a.due_at for a in actions if a.kind is A.ASK}
    posted = tuple(
        replace(q, message_id=100 * q.number, asked_at=times[q.number]) if q.number <= asked else q
        for q in chat.questions
    )
    rest = [a for a in actions if a.step > place_of(A.WELCOME) and not (a.kind is A.ASK and a.number <= asked)]
    rest = [
        replace(a, id=n, state=ActionState.TRIED if a.kind is A.ASK and a.number == on_its_way else a.state)
        for n, a in enumerate(rest, start=1)
    ]
    return Lane(replace(chat, questions=posted), tuple(rest))


def press(kind, at=START + 6 * MINUTE, **changes):
    return Press(id=1, chat_id=7, kind=kind, person_id=5, at=at, **changes)


def after(lane, change):
    """The lane once a change is saved."""
    changed = {a.id: a for a in change.actions if a.id}
    kept = [changed.get(a.id, a) for a in lane.rest]
    last = max(a.id for a in lane.rest)
    new = [replace(a, id=last + n) for n, a in enumerate((a for a in change.actions if not a.id), start=1)]
    rest = [a for a in (*kept, *new) if a.state in {ActionState.DUE, ActionState.TRIED}]
    return Lane(change.chat, tuple(sorted(rest, key=lambda a: a.step)))


def due(lane):
    return {(a.kind.value, a.number): a.due_at for a in lane.rest}


def test_next_asks_now_and_spreads_the_rest_over_what_is_left():
    lane = a_lane(asked=1)
    at = START + 10 * MINUTE
    change = decide(lane, press(K.NEXT, at, expected=2))
    assert (change.outcome, change.number) == (Outcome.DONE, 2)
    times = due(after(lane, change))
    # 45 minutes are left until the planned wrap-up, for two questions.
    assert times["ask", 2] == at
    assert times["ask", 3] == at + 22 * MINUTE + 30 * SECOND
    assert times["wrap_up", 0] == START + 55 * MINUTE
    assert times["end", 0] == START + 60 * MINUTE


def test_what_was_asked_already_is_not_asked_again_for_a_press_that_came_late():
    lane = a_lane(asked=2)
    change = decide(lane, press(K.NEXT, START + 50 * MINUTE, expected=2))
    assert (change.outcome, change.number, change.actions) == (Outcome.ALREADY, 2, ())


def test_a_command_right_after_a_question_does_not_ask_the_next_one():
    lane = a_lane(asked=2)
    asked_at = lane.chat.question(2).asked_at
    assert decide(lane, press(K.NEXT, asked_at + 4 * SECOND)).outcome is Outcome.ALREADY
    assert decide(lane, press(K.NEXT, asked_at + 5 * SECOND)).outcome is Outcome.DONE


def test_a_prompt_that_is_being_posted_is_left_alone():
    lane = a_lane(asked=1, on_its_way=2)
    assert decide(lane, press(K.NEXT)).outcome is Outcome.ALREADY
    assert decide(lane, press(K.NEXT, expected=2)).outcome is Outcome.ALREADY
    skipped = decide(lane, press(K.SKIP))
    assert [q.text for q in skipped.chat.questions] == ["What about 1?", "What about 2?"]
    edited = decide(lane, press(K.EDIT, text="Other words"))
    assert [q.text for q in edited.chat.questions] == ["What about 1?", "What about 2?", "Other words"]
    with pytest.raises(WrongMoment) as refused:
        decide(lane, press(K.EDIT, text="Other words", expected=mark("What about 2?")))
    assert refused.value.problem is Problem.QUESTION_CHANGED


def test_a_hold_lapses_by_itself_and_what_was_left_is_left_again_after_it():
    lane = a_lane(asked=1)
    before = due(lane)["ask", 2]
    at = before - 4 * MINUTE
    held = after(lane, decide(lane, press(K.HOLD, at)))
    assert (held.chat.state, held.chat.held_at) == (S.HELD, at)
    assert due(held)["ask", 2] == at + HOLD_FOR + 4 * MINUTE
    longer = after(held, decide(held, press(K.HOLD, at + 3 * MINUTE)))
    assert due(longer)["ask", 2] == at + 3 * MINUTE + HOLD_FOR + 4 * MINUTE
    resumed = after(longer, decide(longer, press(K.RESUME, at + 5 * MINUTE)))
    assert (resumed.chat.state, resumed.chat.held_at) == (S.ASKING, None)
    assert due(resumed)["ask", 2] == at + 5 * MINUTE + 4 * MINUTE
    assert next_state(held.chat.state, "asked") is S.ASKING


def test_two_minutes_more_during_a_hold_keep_it_held():
    lane = a_lane(asked=1)
    held = after(lane, decide(lane, press(K.HOLD)))
    later = after(held, decide(held, press(K.LATER)))
    assert later.chat.state is S.HELD
    assert due(later)["ask", 2] == due(held)["ask", 2] + LATER_BY


def test_later_moves_once_for_two_hosts_who_saw_the_same_time():
    lane = a_lane(asked=1)
    seen = int(due(lane)["ask", 2].timestamp())
    moved = after(lane, decide(lane, press(K.LATER, expected=seen)))
    assert due(moved)["ask", 2] == due(lane)["ask", 2] + LATER_BY
    assert decide(moved, press(K.LATER, expected=seen)).outcome is Outcome.ALREADY


def test_skip_leaves_one_out_and_the_next_takes_its_time_and_number():
    lane = a_lane(asked=1)
    change = decide(lane, press(K.SKIP, expected=mark("What about 2?")))
    assert change.left_out == ("What about 2?",)
    skipped = after(lane, change)
    assert [(q.number, q.text) for q in skipped.chat.questions] == [(1, "What about 1?"), (2, "What about 3?")]
    assert due(skipped)["ask", 2] == due(lane)["ask", 2]
    assert ("ask", 3) not in due(skipped)
    # A second host who saw the same question has had their wish.
    assert decide(skipped, press(K.SKIP, expected=mark("What about 2?"))).outcome is Outcome.ALREADY


def test_what_nobody_planned_is_asked_now_and_the_others_come_after_it():
    lane = a_lane(asked=1)
    at = START + 9 * MINUTE
    change = decide(lane, press(K.ASK, at, text="  And what about\ntea? "))
    more = after(lane, change)
    assert change.number == 2
    assert [q.text for q in more.chat.questions] == [
        "What about 1?",
        "And what about tea?",
        "What about 2?",
        "What about 3?",
    ]
    assert [q.number for q in more.chat.questions] == [1, 2, 3, 4]
    assert due(more)["ask", 2] == at
    assert ("ask", 4) in due(more)


def test_something_can_still_be_asked_after_the_last_planned_question():
    lane = a_lane(asked=3)
    at = START + 50 * MINUTE
    more = after(lane, decide(lane, press(K.ASK, at, text="One more?")))
    assert due(more)["ask", 4] == at
    assert due(more)["wrap_up", 0] >= at + least_gap(more.chat) - SECOND


@pytest.mark.parametrize(
    ("text", "problem"), [("  \n ", Problem.QUESTION_EMPTY), ("w" * 1501, Problem.NEW_QUESTION_TOO_LONG)]
)
@pytest.mark.parametrize("kind", [K.ASK, K.EDIT])
def test_a_question_without_words_or_with_too_many_is_refused(kind, text, problem):
    with pytest.raises(BadInput) as refused:
        decide(a_lane(asked=1), press(kind, text=text))
    assert refused.value.problem is problem


def test_there_is_room_for_twenty_questions_and_no_more():
    lane = a_lane(asked=1, questions=MOST_QUESTIONS)
    with pytest.raises(BadInput) as refused:
        decide(lane, press(K.ASK, text="One more?"))
    assert refused.value.problem is Problem.TOO_MANY_QUESTIONS


def test_wrapping_up_asks_back_while_questions_are_left():
    lane = a_lane(asked=1)
    change = decide(lane, press(K.WRAP_UP))
    assert (change.outcome, change.left_out, change.actions) == (
        Outcome.CONFIRM,
        ("What about 2?", "What about 3?"),
        (),
    )
    at = START + 30 * MINUTE
    wrapped = after(lane, decide(lane, press(K.WRAP_UP, at, confirmed=True)))
    assert [q.number for q in wrapped.chat.questions] == [1]
    assert due(wrapped) == {("wrap_up", 0): at, ("end", 0): at + 5 * MINUTE, ("close", 0): at + 35 * MINUTE}


def test_next_wraps_up_once_no_question_is_left():
    lane = a_lane(asked=3)
    at = START + 50 * MINUTE
    change = decide(lane, press(K.NEXT, at))
    assert (change.outcome, change.number) == (Outcome.DONE, None)
    assert due(after(lane, change))["wrap_up", 0] == at


def test_ending_wraps_up_first_and_leaves_the_late_window():
    lane = a_lane(asked=3)
    at = START + 50 * MINUTE
    ended = after(lane, decide(lane, press(K.END, at)))
    assert due(ended) == {("wrap_up", 0): at, ("end", 0): at, ("close", 0): at + 30 * MINUTE}
    wrapping = Lane(replace(lane.chat, state=S.WRAPPING), tuple(a for a in lane.rest if a.kind is not A.WRAP_UP))
    assert due(after(wrapping, decide(wrapping, press(K.END, at))))["end", 0] == at
    assert decide(wrapping, press(K.WRAP_UP, at)).outcome is Outcome.ALREADY


@pytest.mark.parametrize("kind", [K.NEXT, K.HOLD, K.RESUME, K.LATER, K.SKIP, K.WRAP_UP, K.END])
def test_two_hosts_with_the_same_thought_are_heard_once(kind):
    lane = a_lane(asked=1, state=S.HELD if kind is K.RESUME else None)
    at = START + 12 * MINUTE
    thought = replace(lane, made=(Made(kind, at - 2 * SECOND),))
    assert decide(thought, press(kind, at, confirmed=True)).outcome is Outcome.ALREADY
    earlier = replace(lane, made=(Made(kind, at - 3 * SECOND),))
    assert decide(earlier, press(kind, at, confirmed=True)).outcome is Outcome.DONE


def test_two_questions_typed_at_the_same_time_are_both_asked():
    lane = a_lane(asked=1)
    at = START + 12 * MINUTE
    more = replace(after(lane, decide(lane, press(K.ASK, at, text="First?"))), made=(Made(K.ASK, at),))
    both = after(more, decide(more, press(K.ASK, at + SECOND, text="Second?")))
    assert {q.text for q in both.chat.questions} >= {"First?", "Second?"}


@pytest.mark.parametrize("kind", list(MoveKind))
@pytest.mark.parametrize("state", [S.DRAFT, S.PLANNED, S.ANNOUNCED, S.LATE, S.CLOSED, S.CANCELLED])
def test_a_chat_that_is_not_running_is_not_moved(kind, state):
    with pytest.raises(WrongMoment) as refused:
        decide(a_lane(asked=3, state=state), press(kind, text="Why?"))
    assert refused.value.problem is Problem.NOT_RUNNING


moves = st.lists(
    st.tuples(st.sampled_from([*MoveKind, "post", "claim"]), st.integers(0, 400), st.booleans()), max_size=25
)


@given(moves, st.integers(2, 12))
def test_whatever_hosts_do_the_course_stays_whole(steps, questions):
    """Numbers stay gapless, each coming question has one slot, times keep their order, nothing asked is touched."""
    lane, now = a_lane(questions=questions), START
    for step, seconds, confirmed in steps:
        now += seconds * SECOND
        before = lane.chat.questions
        if isinstance(step, MoveKind):
            try:
                change = decide(lane, press(step, now, text=f"Asked at {now:%H:%M:%S}?", confirmed=confirmed))
            except (WrongMoment, BadInput):
                continue
            if change.outcome is not Outcome.DONE:
                continue
            lane = after(lane, change)
        else:
            lane = perform(lane, now, whole=step == "post")
        numbers = [q.number for q in lane.chat.questions]
        assert numbers == list(range(1, len(numbers) + 1))
        slots = [a.number for a in lane.rest if a.kind is A.ASK]
        waiting = [q.number for q in lane.chat.questions if q.message_id is None]
        assert slots == waiting
        asked = [q for q in before if q.message_id]
        assert [q for q in lane.chat.questions if q.message_id][: len(asked)] == asked
        times = [a.due_at for a in lane.rest if a.state is ActionState.DUE]
        assert all(earlier <= later for earlier, later in pairwise(times))
        # Without another press the chat ends by itself.
        assert lane.rest[-1].kind is A.CLOSE
        assert lane.rest[-1].due_at <= max(now, START + 60 * MINUTE) + timedelta(hours=6)


def perform(lane, now, *, whole):
    """What the clock does: the first action that is due is claimed, and posted too if `whole`."""
    first = lane.rest[0]
    if first.state is ActionState.DUE and first.due_at > now:
        return lane
    if not whole:
        return replace(lane, rest=(replace(first, state=ActionState.TRIED), *lane.rest[1:]))
    event = {A.ASK: "asked", A.WRAP_UP: "wrapped_up", A.END: "ended", A.CLOSE: "closed"}[first.kind]
    if first.kind is A.CLOSE:
        return lane
    chat = replace(lane.chat, state=next_state(lane.chat.state, event), held_at=None)
    asked = tuple(
        replace(q, message_id=100 * q.number, asked_at=now) if first.kind is A.ASK and q.number == first.number else q
        for q in chat.questions
    )
    return Lane(replace(chat, questions=asked), lane.rest[1:])
