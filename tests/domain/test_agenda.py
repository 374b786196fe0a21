"""What is due for a chat and when: by each rhythm, planned early or late, and anew when the plan changes."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.agenda import plan_actions, question_times, replan
from bot.domain.chat import Belonging
from bot.domain.desk import Lane, MoveKind, Press
from bot.domain.manner import Format, Notice, Rhythm
from bot.domain.moves import HOLD_FOR, LATER_BY, decide, most_questions
from bot.domain.run import Action, ActionKind, ActionState, least_gap, put_off, reminder_number
from tests.domain.making import NOW, START, a_chat, a_pace

K, S = ActionKind, ActionState
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WEEK_MINUTES = 7 * 24 * 60
BERLIN = ZoneInfo("Europe/Berlin")
# Clocks in Berlin go back in the night before Sunday, 25 October 2026.
AUTUMN = datetime(2026, 10, 22, 9, 0, tzinfo=BERLIN).astimezone(UTC)


def a_slow_chat(questions, times=(), starts_at=AUTUMN, minutes=WEEK_MINUTES, **changes):
    pace = a_pace(rhythm=Rhythm.SLOW, welcome=0, wrap_up=60, late=24 * 60, times=times)
    return a_chat(questions, starts_at=starts_at, minutes=minutes, zone="Europe/Berlin", pace=pace, **changes)


def walls(chat):
    """The times of a chat's questions as its zone's clocks show them."""
    return [f"{at.astimezone(BERLIN):%d %H:%M}" for at in question_times(chat)]


def after_start(chat):
    return [(at - chat.starts_at) / MINUTE for at in question_times(chat)]


def test_an_even_rhythm_shares_the_time():
    assert after_start(a_chat(5)) == [5, 15, 25, 35, 45]


def test_a_fixed_rhythm_keeps_its_minutes_and_shares_the_time_where_they_do_not_fit():
    pace = a_pace(rhythm=Rhythm.FIXED, every=10)
    assert after_start(a_chat(3, pace=pace)) == [5, 15, 25]
    assert after_start(a_chat(10, pace=pace)) == [5 + 5 * place for place in range(10)]


def test_questions_by_hand_wait_at_the_wrap_up():
    chat = a_chat(3, pace=a_pace(rhythm=Rhythm.BY_HAND))
    assert after_start(chat) == [55, 55, 55]
    assert {a.state for a in plan_actions(chat, NOW) if a.kind is K.ASK} == {S.WAITING}
    assert {a.state for a in plan_actions(chat, NOW) if a.kind is not K.ASK} == {S.DUE}


def test_a_question_a_day_comes_at_the_same_time_of_day_over_a_clock_change():
    chat = a_slow_chat(7)
    assert walls(chat) == [f"{day} 09:00" for day in range(22, 29)]
    gaps = {later - earlier for earlier, later in pairwise(question_times(chat))}
    assert gaps == {DAY, DAY + HOUR}


def test_listed_times_stay_on_the_clock_over_a_clock_change():
    start = datetime(2026, 10, 24, 12, 0, tzinfo=BERLIN).astimezone(UTC)
    chat = a_slow_chat(6, (time(9), time(18)), start)
    assert walls(chat) == ["24 12:00", "24 18:00", "25 09:00", "25 18:00", "26 09:00", "26 18:00"]


def test_a_time_that_clocks_skip_is_as_much_later():
    start = datetime(2027, 3, 27, 2, 30, tzinfo=BERLIN).astimezone(UTC)
    assert walls(a_slow_chat(3, (), start)) == ["27 02:30", "28 03:30", "29 02:30"]


def test_more_questions_than_listed_times_share_the_time_evenly():
    chat = a_slow_chat(8)
    times = question_times(chat)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert max(gaps) - min(gaps) <= timedelta(seconds=1)
    assert times[-1] < chat.ends_at - HOUR


@given(
    st.sampled_from(Rhythm),
    st.integers(1, 31),
    st.integers(1, 31 * 24 * 60),
    st.integers(0, 1000),
    st.lists(st.times().map(lambda at: at.replace(second=0, microsecond=0)), max_size=6, unique=True).map(sorted),
)
def test_questions_come_in_order_between_welcome_and_wrap_up(rhythm, count, minutes, hours, times):
    pace = a_pace(rhythm=rhythm, every=7, times=tuple(times), welcome=0, wrap_up=60)
    start = AUTUMN + hours * HOUR
    chat = a_chat(count, starts_at=start, minutes=minutes + 61, zone="Europe/Berlin", pace=pace)
    found = question_times(chat)
    assert len(found) == count
    assert list(found) == sorted(found)
    assert found[0] >= start
    assert found[-1] <= chat.ends_at - HOUR


def announced(chat, now):
    """When a chat is announced, in minutes before its start."""
    return [
        (a.kind.value, (chat.starts_at - a.due_at) / MINUTE)
        for a in plan_actions(chat, now)
        if a.kind in {K.ANNOUNCE, K.REMIND}
    ]


def in_series(**changes):
    return a_chat(belonging=Belonging(1, "key"), **changes)


def test_a_chat_of_its_own_is_announced_at_once_and_before():
    chat = a_chat(notice=Notice(before=(2 * 24 * 60, 60)))
    since_now = (START - NOW) / MINUTE
    assert announced(chat, NOW) == [("announce", since_now), ("remind", 2880), ("remind", 60)]
    assert announced(chat, START - 90 * MINUTE) == [("announce", 90), ("remind", 60)]
    assert announced(chat, START - 60.5 * MINUTE) == [("announce", 60.5)]


def test_a_chat_of_a_series_is_announced_in_time_and_made_up_for_once_if_planned_late():
    assert announced(in_series(), NOW) == [("announce", 10080), ("remind", 1440), ("remind", 15)]
    assert announced(in_series(), START - 3 * DAY) == [("announce", 3 * 1440), ("remind", 1440), ("remind", 15)]
    assert announced(in_series(), START - 2 * HOUR) == [("announce", 120), ("remind", 15)]
    assert announced(in_series(), START - 5 * MINUTE) == [("announce", 5)]


@pytest.mark.parametrize("before", [(), (0,)])
@pytest.mark.parametrize("belonging", [None, Belonging(1, "key")])
def test_none_and_at_the_start_leave_only_the_start(before, belonging):
    chat = a_chat(notice=Notice(before=before), belonging=belonging)
    assert announced(chat, NOW) == []
    assert next(a.kind for a in plan_actions(chat, NOW)) is K.OPEN


def test_an_informal_chat_has_no_questions_and_no_wrap_up_even_if_questions_were_written_before():
    chat = a_chat(3, format=Format.INFORMAL)
    kinds = [a.kind for a in plan_actions(chat, NOW) if a.lane == "run"]
    assert kinds == [K.ANNOUNCE, K.REMIND, K.OPEN, K.THREAD, K.WELCOME, K.END, K.CLOSE]


def numbered(actions):
    return [replace(action, id=place) for place, action in enumerate(actions, start=1)]


def test_a_change_keeps_what_is_done_moves_what_is_due_and_drops_what_is_not_wanted():
    before = a_chat(3)
    known = [replace(a, state=S.DONE) if a.kind is K.ANNOUNCE else a for a in numbered(plan_actions(before, NOW))]
    after = replace(a_chat(2), starts_at=START + DAY, sequence=1)
    changed = replan(known, after, NOW)
    assert K.ANNOUNCE not in {a.kind for a in changed}
    assert [a.due_at for a in changed if a.kind is K.OPEN] == [START + DAY]
    assert all(a.id for a in changed if a.kind is not K.REMIND)
    gone = [(a.kind, a.number) for a in changed if a.state is S.DROPPED]
    assert gone == [(K.REMIND, reminder_number(15, 0)), (K.ASK, 3)]
    (reminder,) = [a for a in changed if a.kind is K.REMIND and not a.id]
    assert (reminder.number, reminder.due_at) == (reminder_number(15, 1), START + DAY - 15 * MINUTE)


def test_what_is_being_done_stays_and_what_was_dropped_comes_back_if_it_is_wanted():
    chat = a_chat(2)
    known = [
        replace(a, state=S.TRIED if a.kind is K.REMIND else S.DROPPED if a.kind is K.ASK else a.state)
        for a in numbered(plan_actions(chat, NOW))
    ]
    changed = replan(known, replace(chat, sequence=1), NOW)
    assert not [a for a in changed if a.id and a.kind is K.REMIND]
    assert {a.state for a in changed if a.kind is K.ASK} == {S.DUE}


def test_a_chat_that_becomes_informal_and_hosted_again_asks_its_questions_again():
    chat = a_chat(2)
    known = numbered(plan_actions(chat, NOW))
    dropped = replan(known, replace(chat, format=Format.INFORMAL), NOW)
    assert {a.kind for a in dropped if a.state is S.DROPPED} == {K.ASK, K.WRAP_UP}
    known = [next((a for a in dropped if a.id == row.id), row) for row in known]
    again = replan(known, chat, NOW)
    assert [a.due_at for a in again if a.kind is K.ASK] == list(question_times(chat))


# A slow chat at the desk, and after an outage.


def slow_lane(asked, at, **changes):
    chat = a_slow_chat(4, (time(9), time(18)), **changes)
    times = question_times(chat)
    posted = [
        replace(q, message_id=q.number, asked_at=times[q.number - 1]) if q.number <= asked else q
        for q in chat.questions
    ]
    rest = [a for a in numbered(plan_actions(chat, AUTUMN - DAY)) if a.due_at > at]
    return Lane(replace(chat, questions=tuple(posted), state="asking"), tuple(rest))


def pressed(lane, kind, at, **changes):
    """The wall-clock times of what is still to come after a press."""
    change = decide(lane, Press(1, 7, kind, 5, at, **changes))
    found = {(a.kind, a.number): a for a in (*lane.rest, *change.actions) if a.kind in {K.ASK, K.WRAP_UP}}
    coming = [a for a in found.values() if a.state is not S.DROPPED]
    return change, [f"{a.due_at.astimezone(BERLIN):%d %H:%M}" for a in sorted(coming, key=lambda a: a.step)]


def test_in_a_slow_chat_the_next_takes_now_and_the_others_the_planned_times():
    at = AUTUMN + 2 * HOUR
    lane = slow_lane(1, at)
    assert pressed(lane, MoveKind.NEXT, at)[1] == ["22 11:00", "22 18:00", "23 09:00", "29 07:00"]
    assert pressed(lane, MoveKind.SKIP, at)[1] == ["22 18:00", "23 09:00", "29 07:00"]
    assert pressed(lane, MoveKind.ASK, at, text="And?")[1] == [
        "22 11:00",
        "22 18:00",
        "23 09:00",
        "23 18:00",
        "29 07:00",
    ]
    assert pressed(lane, MoveKind.LATER, at)[1] == ["22 18:02", "23 09:00", "23 18:00", "29 07:00"]


def test_a_hold_of_a_slow_chat_keeps_the_time_of_day_unless_it_falls_into_the_hold():
    at = AUTUMN + 2 * HOUR
    lane = slow_lane(1, at)
    change, times = pressed(lane, MoveKind.HOLD, at)
    assert times == ["22 18:00", "23 09:00", "23 18:00", "29 07:00"]
    held = Lane(change.chat, lane.rest)
    assert pressed(held, MoveKind.RESUME, at + 3 * MINUTE)[1] == times
    close = AUTUMN + 9 * HOUR - 4 * MINUTE
    change, times = pressed(lane, MoveKind.HOLD, close)
    assert times[0] == "22 18:06"
    assert times[1:] == ["23 09:00", "23 18:00", "29 07:00"]
    moved = tuple(next((a for a in change.actions if a.id == row.id), row) for row in lane.rest)
    assert pressed(Lane(change.chat, moved), MoveKind.RESUME, close + MINUTE)[1][0] == "22 17:57"


def test_a_slow_chats_end_stays_when_its_last_question_is_left_out():
    at = AUTUMN + DAY + 3 * HOUR
    lane = slow_lane(3, at)
    change, times = pressed(lane, MoveKind.SKIP, at)
    assert times == ["29 07:00"]
    assert change.at == lane.wrap_up.due_at


def test_a_slow_chat_has_room_for_a_month_and_some_more():
    assert most_questions(a_slow_chat(31, minutes=31 * 24 * 60)) == 39
    assert most_questions(a_chat(3)) == 20


def test_after_an_outage_a_slow_chats_other_questions_keep_their_times():
    lane = slow_lane(1, AUTUMN)
    ask, *rest = [a for a in lane.rest if a.kind is not K.ASK or a.number > 1]
    late = AUTUMN + DAY + HOUR
    moved = put_off(ask, rest, late, least_gap(lane.chat), keeps_times=True)
    assert [(a.number, a.due_at) for a in moved] == [(3, late + 30 * MINUTE)]
    on_time = ask.due_at + MINUTE
    assert put_off(ask, rest, on_time, 10 * HOUR, keeps_times=True) == ()
    # Where the wrap-up is overdue too, the end comes after it as it was to.
    wrap_up, end, close = rest[-3:]
    moved = put_off(rest[1], (wrap_up, end, close), wrap_up.due_at + HOUR, 30 * MINUTE, keeps_times=True)
    assert [a.due_at - b.due_at for a, b in zip(moved, (wrap_up, end, close), strict=True)] == [90 * MINUTE] * 3


@pytest.mark.parametrize(
    ("changes", "least"),
    [
        ({"questions": 5}, 5 * MINUTE),
        ({"questions": 4, "pace": a_pace(rhythm=Rhythm.FIXED, every=5)}, 2.5 * MINUTE),
        ({"questions": 2, "pace": a_pace(rhythm=Rhythm.FIXED, every=60)}, 12.5 * MINUTE),
        ({"questions": 1, "format": Format.JAR}, 50 * MINUTE / 12),
    ],
)
def test_the_least_time_of_a_question_is_never_longer_than_its_planned_one(changes, least):
    assert least_gap(a_chat(**changes)) == least


def test_a_fixed_rhythm_on_time_moves_nothing():
    chat = a_chat(4, pace=a_pace(rhythm=Rhythm.FIXED, every=5))
    first, *rest = [a for a in plan_actions(chat, NOW) if a.kind in {K.ASK, K.WRAP_UP, K.END, K.CLOSE}]
    assert put_off(first, rest, first.due_at + timedelta(seconds=2), least_gap(chat), keeps_times=False) == ()


def test_by_hand_the_end_moves_with_two_minutes_more_and_nothing_is_held():
    chat = a_chat(2, pace=a_pace(rhythm=Rhythm.BY_HAND), state="gathering")
    rest = [a for a in numbered(plan_actions(chat, NOW)) if a.kind in {K.ASK, K.WRAP_UP, K.END, K.CLOSE}]
    lane = Lane(chat, tuple(rest))
    later = decide(lane, Press(1, 7, MoveKind.LATER, 5, START + 6 * MINUTE))
    assert {after.due_at - before.due_at for after, before in zip(later.actions, rest, strict=True)} == {LATER_BY}
    assert decide(lane, Press(1, 7, MoveKind.HOLD, 5, START + 6 * MINUTE)).actions == ()
    assert HOLD_FOR > LATER_BY


def test_a_row_keeps_its_key_so_that_a_plan_is_never_done_twice():
    chat = replace(in_series(), notice=Notice(before=(WEEK_MINUTES, 1440, 60, 15)))
    keys = [a.key for a in plan_actions(chat, NOW)]
    assert len(keys) == len(set(keys))
    assert all(isinstance(a, Action) for a in plan_actions(chat, NOW))
