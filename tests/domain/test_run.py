"""The run of a chat: what follows what, what is due when, and what an outage moves or makes pointless."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.agenda import plan_actions, question_times
from bot.domain.chat import MAX_MINUTES, MAX_QUESTIONS, MIN_QUESTIONS, ChatState, check_minutes
from bot.domain.errors import Problem, WrongMoment
from bot.domain.manner import Pace
from bot.domain.run import (
    EVENT_OF,
    TRANSITIONS,
    Action,
    ActionKind,
    Event,
    delay_after,
    is_moot,
    least_gap,
    moved,
    next_state,
)
from tests.domain.making import NOW, START, a_chat, a_pace

S, E, K = ChatState, Event, ActionKind

# Written out a second time on purpose: a step that is added or lost by accident differs from it.
FOLLOWS = {
    (S.DRAFT, E.CONFIRMED): S.PLANNED,
    (S.DRAFT, E.CANCELLED): S.CANCELLED,
    (S.PLANNED, E.ANNOUNCED): S.ANNOUNCED,
    (S.PLANNED, E.OPENED): S.GATHERING,
    (S.PLANNED, E.CANCELLED): S.CANCELLED,
    (S.ANNOUNCED, E.ANNOUNCED): S.ANNOUNCED,
    (S.ANNOUNCED, E.OPENED): S.GATHERING,
    (S.ANNOUNCED, E.CANCELLED): S.CANCELLED,
    (S.GATHERING, E.ASKED): S.ASKING,
    (S.GATHERING, E.HELD): S.HELD,
    (S.GATHERING, E.WRAPPED_UP): S.WRAPPING,
    (S.GATHERING, E.ENDED): S.LATE,
    (S.GATHERING, E.CANCELLED): S.CLOSED,
    (S.ASKING, E.ASKED): S.ASKING,
    (S.ASKING, E.WRAPPED_UP): S.WRAPPING,
    (S.ASKING, E.HELD): S.HELD,
    (S.ASKING, E.CANCELLED): S.CLOSED,
    (S.HELD, E.ASKED): S.ASKING,
    (S.HELD, E.HELD): S.HELD,
    (S.HELD, E.RESUMED): S.ASKING,
    (S.HELD, E.WRAPPED_UP): S.WRAPPING,
    (S.HELD, E.CANCELLED): S.CLOSED,
    (S.WRAPPING, E.ENDED): S.LATE,
    (S.WRAPPING, E.CANCELLED): S.CLOSED,
    (S.LATE, E.CLOSED): S.CLOSED,
    (S.LATE, E.CANCELLED): S.CLOSED,
}


@pytest.mark.parametrize(("state", "event"), list(product(ChatState, Event)))
def test_every_pair_of_state_and_event(state, event):
    """Each pair leads where the list says, or is refused with both named."""
    expected = FOLLOWS.get((state, event))
    if expected is not None:
        assert next_state(state, event) is expected
        return
    with pytest.raises(WrongMoment) as refused:
        next_state(state, event)
    assert refused.value.problem is Problem.WRONG_STATE
    assert refused.value.facts == {"state": state, "event": event}


def test_the_table_has_a_row_for_every_state():
    assert set(TRANSITIONS) == set(ChatState)


def test_a_chat_that_is_over_or_called_off_stays_so():
    assert TRANSITIONS[S.CLOSED] == TRANSITIONS[S.CANCELLED] == {}


def test_the_actions_of_a_plan_lead_from_planned_to_closed():
    state = S.PLANNED
    for action in plan_actions(a_chat(), NOW):
        event = EVENT_OF.get(action.kind)
        state = next_state(state, event) if event else state
    assert state is S.CLOSED


def test_a_plan_is_in_order_with_its_times():
    chat = a_chat(3, minutes=60, pace=Pace(welcome=5, wrap_up=5, late=30, reminder=15))
    planned = [(a.kind, a.number, int((a.due_at - START).total_seconds())) for a in plan_actions(chat, NOW)]
    before = int((NOW - START).total_seconds())
    assert planned == [
        (K.ANNOUNCE, 0, before),
        (K.REMIND, 15, -15 * 60),
        (K.OPEN, 0, 0),
        (K.THREAD, 0, 0),
        (K.WELCOME, 0, 0),
        (K.ASK, 1, 5 * 60),
        (K.ASK, 2, 5 * 60 + 1000),
        (K.ASK, 3, 5 * 60 + 2000),
        (K.WRAP_UP, 0, 55 * 60),
        (K.END, 0, 60 * 60),
        (K.CLOSE, 0, 90 * 60),
    ]


def test_steps_count_up_in_one_lane_and_keys_are_unique():
    actions = plan_actions(a_chat(MAX_QUESTIONS), NOW)
    steps = [a.step for a in actions]
    assert steps == sorted(set(steps))
    assert {a.lane for a in actions} == {"run"}
    assert {a.chat_id for a in actions} == {7}
    assert len({a.key for a in actions}) == len(actions)


@pytest.mark.parametrize(
    ("reminder", "minutes_ahead", "reminded"),
    [
        (15, 60, True),
        (15, 17, True),
        (15, 16, False),
        (15, 15, False),
        (15, 1, False),
        (0, 60, False),
    ],
)
def test_a_reminder_is_left_out_where_it_would_only_repeat_the_announcement(reminder, minutes_ahead, reminded):
    chat = a_chat(pace=a_pace(reminder=reminder))
    kinds = [a.kind for a in plan_actions(chat, START - timedelta(minutes=minutes_ahead))]
    assert (K.REMIND in kinds) is reminded


def test_questions_are_spread_evenly_at_whole_seconds():
    times = question_times(a_chat(7, minutes=60))
    gaps = {(later - earlier).total_seconds() for earlier, later in pairwise(times)}
    assert all(at.microsecond == 0 for at in times)
    assert gaps <= {428, 429}
    assert times[0] == START + timedelta(minutes=5)


@given(data=st.data())
def test_prompts_fall_between_welcome_and_wrap_up(data):
    """Whatever the length, pace and number of questions: in time, one after another, and closing comes last."""
    welcome, wrap_up, late = (data.draw(st.integers(0, 240)) for _ in range(3))
    pace = Pace(welcome=welcome, wrap_up=wrap_up, late=late, reminder=data.draw(st.integers(0, 600)))
    minutes = data.draw(st.integers(max(10, welcome + wrap_up + 1), MAX_MINUTES))
    starts_at = data.draw(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))  # noqa: DTZ001 - made aware below
    chat = a_chat(
        data.draw(st.integers(MIN_QUESTIONS, MAX_QUESTIONS)),
        minutes=check_minutes(minutes, pace),
        pace=pace,
        starts_at=starts_at.replace(microsecond=0, tzinfo=UTC),
    )
    actions = plan_actions(chat, chat.starts_at - timedelta(minutes=data.draw(st.integers(1, 10_000))))
    asked = [a.due_at for a in actions if a.kind is K.ASK]
    assert chat.starts_at + timedelta(minutes=welcome) <= asked[0]
    assert asked[-1] < chat.ends_at - timedelta(minutes=wrap_up)
    assert all(earlier < later for earlier, later in pairwise(asked))
    assert all(earlier.due_at <= later.due_at for earlier, later in pairwise(actions))
    assert actions[-1].kind is K.CLOSE
    assert actions[-1].due_at == chat.closes_at


def _rest(chat, after):
    actions = plan_actions(chat, NOW)
    place = next(i for i, a in enumerate(actions) if (a.kind, a.number) == after)
    return actions[place], actions[place + 1 :]


# Three questions in 60 minutes with 5 of welcome and 5 of wrap-up are 1,000 seconds apart; half of that is 500.
@pytest.mark.parametrize(
    ("done", "late_by", "delay"),
    [
        ((K.ASK, 1), 0, 0),
        ((K.ASK, 1), 60, 0),
        ((K.ASK, 1), 500, 0),
        ((K.ASK, 1), 501, 1),
        ((K.ASK, 1), 1000, 500),
        ((K.ASK, 2), 2500, 2000),
        ((K.ASK, 3), 0, 0),
        ((K.ASK, 3), 600, 100),
        ((K.WELCOME, 0), 3000, 0),
        ((K.WRAP_UP, 0), 3000, 0),
        ((K.CLOSE, 0), 3000, 0),
    ],
)
def test_a_late_prompt_moves_the_rest_so_that_it_gets_half_its_time(done, late_by, delay):
    chat = a_chat(3)
    action, rest = _rest(chat, done)
    now = action.due_at + timedelta(seconds=late_by)
    assert delay_after(action, rest, now, least_gap(chat)) == timedelta(seconds=delay)


def test_nothing_moves_when_nothing_is_left():
    chat = a_chat(3)
    action, _ = _rest(chat, (K.ASK, 3))
    assert delay_after(action, (), action.due_at + timedelta(hours=1), least_gap(chat)) == timedelta()


def test_questions_due_during_an_outage_come_one_by_one_afterwards():
    """After half an hour's silence no two prompts are closer than half the planned distance."""
    chat = a_chat(5)
    waiting = list(plan_actions(chat, NOW))
    now, posted = START + timedelta(minutes=40), []
    while waiting:
        action, *waiting = waiting
        now = max(now, action.due_at)
        if action.kind in {K.ASK, K.WRAP_UP}:
            posted.append(now)
        waiting = list(moved(waiting, delay_after(action, waiting, now, least_gap(chat))))
    assert len(posted) == 6
    assert all((later - earlier).total_seconds() >= 300 for earlier, later in pairwise(posted))


def test_moved_actions_differ_only_in_their_time():
    actions = plan_actions(a_chat(), NOW)
    by = timedelta(minutes=3)
    assert [replace(a, due_at=a.due_at - by) for a in moved(actions, by)] == list(actions)
    assert moved((), by) == ()


@pytest.mark.parametrize(
    ("kind", "due", "now", "moot"),
    [
        (K.ANNOUNCE, -600, -1, False),
        (K.ANNOUNCE, -600, 0, True),
        (K.REMIND, -15, -1, False),
        (K.REMIND, -15, 0, True),
        (K.OPEN, 0, 60, False),
        (K.OPEN, 0, 61, True),
        (K.THREAD, 0, 60, False),
        (K.THREAD, 0, 61, True),
        (K.WELCOME, 0, 61, True),
        (K.ASK, 5, 65, False),
        (K.ASK, 5, 66, True),
        (K.WRAP_UP, 55, 115, False),
        (K.WRAP_UP, 55, 116, True),
        (K.CLOSE, 90, 1_000_000, False),
        (K.RETRACT, 10, 1_000_000, False),
        (K.RELAY, 10, 10 + 24 * 60, False),
        (K.RELAY, 10, 11 + 24 * 60, True),
        (K.CALL_OFF, 10, 10 + 24 * 60, False),
        (K.CALL_OFF, 10, 11 + 24 * 60, True),
    ],
)
def test_what_comes_too_late_is_moot(kind, due, now, moot):
    """Minutes from the start of an hour's chat."""
    action = Action(7, kind, due_at=START + timedelta(minutes=due))
    assert is_moot(action, a_chat(), START + timedelta(minutes=now)) is moot


def test_a_key_names_chat_kind_and_number():
    assert Action(7, K.ASK, due_at=NOW, number=3).key == "7:ask:3"
