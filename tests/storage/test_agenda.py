"""What is due: each once, in order within a lane, and found through the index of what is unfinished."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.chat import ChatState
from bot.domain.run import Action, ActionKind, ActionState
from bot.services.values import Posted
from bot.storage import agenda as storing
from tests.storage.making import NOW, START, a_message, a_plan, a_running_chat, counting, edited, rows

MINUTE = timedelta(minutes=1)
LATE = START + timedelta(days=1)


async def insert(database, *actions):
    await database.write(lambda conn: storing.insert_actions(conn, actions))


def on_its_own(chat, number, due_at=NOW, kind=ActionKind.RELAY):
    """An action that waits for nobody."""
    return Action(chat.id, kind, due_at=due_at, number=number, lane=f"{kind}:{number}")


async def test_only_the_first_unfinished_action_of_a_sequence_is_due(agenda, database):
    chat = await a_plan(database)
    sequence = await agenda.of_chat(chat.id)
    for action in sequence:
        assert await agenda.due(LATE) == [action]
        await agenda.record(action)
    assert [action.step for action in sequence] == sorted({action.step for action in sequence})
    assert await agenda.due(LATE) == []


async def test_a_tried_action_is_due_again_and_still_blocks_what_follows(agenda, database):
    await a_plan(database)
    (first,) = await agenda.due(LATE)
    assert await agenda.claim(first, NOW)
    (again,) = await agenda.due(LATE)
    assert again == replace(first, state=ActionState.TRIED, first_tried_at=NOW)


async def test_what_was_dropped_blocks_nothing(agenda, database):
    await a_plan(database)
    (first,) = await agenda.due(LATE)
    await agenda.record(first, outcome=ActionState.DROPPED)
    (second,) = await agenda.due(LATE)
    assert second.step == 1


async def test_nothing_is_due_before_its_time_not_even_by_a_microsecond(agenda, database):
    chat = await a_plan(database)
    first, second, *_ = await agenda.of_chat(chat.id)
    await agenda.record(first)
    assert await agenda.due(second.due_at - timedelta(microseconds=1)) == []
    assert await agenda.due(second.due_at) == [second]


async def test_an_action_whose_time_has_come_waits_for_an_earlier_one_whose_time_has_not(agenda, database):
    chat = await a_plan(database)
    first, second, *_ = await agenda.of_chat(chat.id)
    await agenda.record(first)
    assert second.due_at > NOW
    await insert(database, Action(chat.id, ActionKind.CALL_OFF, due_at=NOW, number=5, step=second.step + 1))
    assert await agenda.due(NOW) == []


async def test_lanes_and_chats_do_not_wait_for_each_other(agenda, database):
    chat, other = await a_plan(database), await a_plan(database, channel_id=3)
    await insert(
        database,
        on_its_own(chat, 2, NOW - MINUTE),
        on_its_own(chat, 1, NOW + MINUTE),
        replace(on_its_own(chat, 3, NOW - MINUTE), lane="two steps"),
        replace(on_its_own(chat, 4, NOW - MINUTE), lane="two steps", step=1),
        replace(on_its_own(chat, 5, NOW - MINUTE), step=9),
    )
    due = await agenda.due(LATE)
    assert [(action.chat_id, action.lane) for action in due] == [
        (chat.id, "relay:2"),
        (chat.id, "two steps"),
        (chat.id, "relay:5"),
        (chat.id, "run"),
        (other.id, "run"),
        (chat.id, "relay:1"),
    ]


async def test_the_first_try_is_remembered_through_later_ones(agenda, database):
    chat = await a_plan(database)
    first, *_ = await agenda.of_chat(chat.id)
    assert await agenda.claim(first, NOW)
    assert await agenda.claim(first, NOW + MINUTE)
    (tried, *_) = await agenda.of_chat(chat.id)
    assert tried.state is ActionState.TRIED
    assert tried.first_tried_at == NOW


@pytest.mark.parametrize("outcome", [ActionState.DONE, ActionState.DROPPED])
async def test_what_is_finished_can_not_be_claimed(agenda, database, outcome):
    chat = await a_plan(database)
    first, *_ = await agenda.of_chat(chat.id)
    await agenda.record(first, outcome=outcome)
    assert await agenda.claim(first, NOW) is False
    assert (await agenda.of_chat(chat.id))[0].state is outcome


async def test_an_action_called_off_meanwhile_can_not_be_claimed(agenda, chats, database):
    chat = await a_plan(database)
    first, *_ = await agenda.of_chat(chat.id)
    claims = await asyncio.gather(chats.cancel(chat, ChatState.CANCELLED, ()), agenda.claim(first, NOW))
    assert claims == [True, False]
    assert await agenda.due(LATE) == []


async def test_recording_a_prompt_saves_all_that_follows_from_it_in_one_transaction(agenda, chats, database):
    chat = await a_running_chat(database)
    before = (await agenda.of_chat(chat.id))[-3:]
    ask = next(action for action in await agenda.of_chat(chat.id) if action.kind is ActionKind.ASK)
    posted = Posted(4321, START + 9 * MINUTE)
    with counting(database, "commit") as commits:
        await agenda.record(
            ask,
            posted=posted,
            step=(ChatState.ASKING, ChatState.WRAPPING),
            thread_id=77,
            done_at=before[0].due_at,
            least_gap=3 * MINUTE,
        )
    assert len(commits) == 1
    recorded = await chats.get(chat.id)
    assert recorded.state is ChatState.WRAPPING
    assert recorded.thread_id == 77
    assert (recorded.question(1).message_id, recorded.question(1).asked_at) == (4321, START + 9 * MINUTE)
    later = (await agenda.of_chat(chat.id))[-3:]
    assert [action.due_at for action in later] == [action.due_at + 3 * MINUTE for action in before]
    done = next(action for action in await agenda.of_chat(chat.id) if action.id == ask.id)
    assert (done.state, done.message_id) == (ActionState.DONE, 4321)
    assert await rows(database, "SELECT done_at IS NOT NULL FROM actions WHERE id = ?", ask.id) == [(1,)]


async def test_a_delay_moves_only_what_is_left_of_the_same_sequence(agenda, database):
    chat, other = await a_plan(database), await a_plan(database, channel_id=3)
    await insert(database, on_its_own(chat, 1))
    before = {action.id: action for action in await agenda.of_chat(chat.id)}
    elsewhere = await agenda.of_chat(other.id)
    asks = [action for action in before.values() if action.kind is ActionKind.ASK]
    dropped = before[max(before)]
    await agenda.record(dropped, outcome=ActionState.DROPPED)
    await agenda.record(asks[0], done_at=asks[1].due_at, least_gap=7 * MINUTE)
    for action in await agenda.of_chat(chat.id):
        moves = action.step > asks[0].step and action.id != dropped.id
        assert action.due_at - before[action.id].due_at == (7 * MINUTE if moves else timedelta())
    assert await agenda.of_chat(other.id) == elsewhere
    assert [action.due_at for action in await agenda.due(NOW) if action.kind is ActionKind.RELAY] == [NOW]


async def test_a_chat_that_was_called_off_meanwhile_stays_called_off(agenda, chats, database):
    chat = await a_plan(database)
    first, *_ = await agenda.of_chat(chat.id)
    assert await chats.cancel(chat, ChatState.CANCELLED, ())
    await agenda.record(first, posted=Posted(11, NOW), step=(ChatState.PLANNED, ChatState.ANNOUNCED))
    assert (await chats.get(chat.id)).state is ChatState.CANCELLED
    recorded = (await agenda.of_chat(chat.id))[0]
    assert (recorded.state, recorded.message_id) == (ActionState.DONE, 11)


async def test_earlier_wordings_outlive_a_step_that_did_not_happen(agenda, archive, database):
    chat = await a_running_chat(database)
    await archive.keep_message(chat.id, a_message(1, "First thought"))
    await archive.keep_message(chat.id, edited(a_message(1), "Second thought"))
    close = (await agenda.of_chat(chat.id))[-1]
    await agenda.record(close, step=(ChatState.WRAPPING, ChatState.CLOSED))
    assert await rows(database, "SELECT text FROM versions") == [("First thought",)]
    await agenda.record(close, step=(ChatState.ASKING, ChatState.CLOSED))
    assert await rows(database, "SELECT text FROM versions") == []


async def test_the_next_time_lies_strictly_after_the_instant_asked_about(agenda, database):
    assert await agenda.next_due_at(NOW) is None
    chat = await a_plan(database)
    times = sorted({action.due_at for action in await agenda.of_chat(chat.id)})
    found = [NOW - MINUTE]
    for _ in times:
        found.append(await agenda.next_due_at(found[-1]))
    assert found[1:] == times
    assert await agenda.next_due_at(times[-1]) is None
    assert await agenda.next_due_at(times[0] - timedelta(microseconds=1)) == times[0]


async def test_the_next_time_passes_over_what_is_finished(agenda, database):
    chat = await a_plan(database)
    for action in (await agenda.of_chat(chat.id))[:-1]:
        await agenda.record(action)
    last = (await agenda.of_chat(chat.id))[-1]
    assert await agenda.next_due_at(NOW) == last.due_at
    assert await agenda.claim(last, last.due_at)
    assert await agenda.next_due_at(NOW) == last.due_at


async def test_an_action_that_is_there_already_stays_as_it_is(agenda, database):
    chat = await a_plan(database)
    await insert(database, on_its_own(chat, 1))
    (first,) = [action for action in await agenda.due(NOW) if action.kind is ActionKind.RELAY]
    await agenda.record(first)
    await insert(database, on_its_own(chat, 1, NOW - MINUTE))
    assert [action for action in await agenda.due(NOW) if action.kind is ActionKind.RELAY] == []


async def test_the_schema_itself_refuses_the_same_action_twice(database):
    chat = await a_plan(database)

    async def twice(conn):
        await conn.exec_driver_sql(
            "INSERT INTO actions (chat_id, kind, number, step, lane, due_at, state)"
            " SELECT chat_id, kind, number, 99, 'other', 0, 'due' FROM actions WHERE chat_id = ? LIMIT 1",
            (chat.id,),
        )

    with pytest.raises(IntegrityError):
        await database.write(twice)


async def test_the_message_of_an_action_is_found_by_its_kind(agenda, database):
    chat = await a_plan(database)
    assert await agenda.message_of(chat.id, ActionKind.OPEN) is None
    opening = next(action for action in await agenda.of_chat(chat.id) if action.kind is ActionKind.OPEN)
    await agenda.record(opening, posted=Posted(4321, START))
    assert await agenda.message_of(chat.id, ActionKind.OPEN) == 4321
    assert await agenda.message_of(404, ActionKind.OPEN) is None


async def plan_of(database, call):
    """How SQLite goes about the queries of a call, one line a step."""
    with counting(database, "before_cursor_execute") as statements:
        await call
    selects = [(statement, values) for _, _, statement, values, *_ in statements if statement.startswith("SELECT")]
    lines = []
    for statement, values in selects:
        lines += [detail for *_, detail in await rows(database, f"EXPLAIN QUERY PLAN {statement}", *values)]
    return "\n".join(lines)


async def test_what_is_due_is_found_without_reading_what_is_done(agenda, database):
    """However many chats there have been, the ticker reads only what is unfinished."""
    for channel in range(3, 9):
        await a_plan(database, channel_id=channel)
    due = await plan_of(database, agenda.due(LATE))
    assert "ix_actions_unfinished" in due
    assert "ix_actions_lane" in due
    assert "SCAN" not in due
    upcoming = await plan_of(database, agenda.next_due_at(NOW))
    assert "ix_actions_unfinished" in upcoming
    assert "SCAN" not in upcoming
