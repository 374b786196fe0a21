"""Chats as rows: a draft becomes a plan once and as a whole, and only a chat that hasn't moved on is called off."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.agenda import plan_actions
from bot.domain.chat import RUNNING_STATES, UPCOMING_STATES, ChatState, Question, with_questions
from bot.domain.errors import BadInput, Problem, WrongMoment
from bot.domain.manner import Pace
from bot.domain.run import Action, ActionKind, ActionState
from tests.storage.making import NOW, START, a_draft, a_plan, a_running_chat, counting, rows

TEXTS = ("First?", "Second?")


def planned(draft, texts=TEXTS):
    return with_questions(replace(draft, state=ChatState.PLANNED), texts)


async def confirm(chats, draft, texts=TEXTS):
    plan = planned(draft, texts)
    return await chats.confirm(plan, plan_actions(plan, NOW))


async def test_a_draft_comes_back_as_it_was_given_with_a_number(chats):
    draft = a_draft(pace=Pace(7, 8, 45, 0), locale="de", title="Löwen & Бібліотеки 📚", minutes=90)
    saved = await chats.add_draft(draft)
    assert saved.id > 0
    assert saved == replace(draft, id=saved.id)
    assert await chats.get(saved.id) == saved
    assert await chats.get(saved.id + 1) is None


async def test_a_confirmed_draft_is_a_plan_with_its_questions_and_all_that_is_due(chats, agenda):
    draft = await chats.add_draft(a_draft())
    chat = await confirm(chats, draft)
    assert chat.state is ChatState.PLANNED
    assert chat.questions == (Question(1, "First?"), Question(2, "Second?"))
    assert await chats.get(draft.id) == chat
    wanted = plan_actions(planned(draft), NOW)
    found = await agenda.of_chat(draft.id)
    assert [replace(action, id=0) for action in found] == list(wanted)


async def test_confirming_twice_leaves_one_plan(chats, agenda, database):
    draft = await chats.add_draft(a_draft())
    first = await confirm(chats, draft)
    before = await rows(database, "SELECT * FROM actions ORDER BY id")
    with pytest.raises(WrongMoment):
        await confirm(chats, draft, ("Other?", "Another?"))
    assert await chats.get(draft.id) == first
    assert await rows(database, "SELECT * FROM actions ORDER BY id") == before


async def test_confirming_twice_at_the_same_moment_leaves_one_plan(chats, agenda):
    draft = await chats.add_draft(a_draft())
    outcomes = await asyncio.gather(confirm(chats, draft), confirm(chats, draft), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Chat", "WrongMoment"]
    assert len(await agenda.of_chat(draft.id)) == len(plan_actions(planned(draft), NOW))


async def test_of_two_drafts_for_one_hour_only_the_first_becomes_a_plan(chats, database):
    one, other = await chats.add_draft(a_draft()), await chats.add_draft(a_draft(title="Other"))
    outcomes = await asyncio.gather(confirm(chats, one), confirm(chats, other), return_exceptions=True)
    assert outcomes[0].state is ChatState.PLANNED
    assert isinstance(outcomes[1], BadInput)
    assert outcomes[1].problem is Problem.CHANNEL_BUSY
    assert outcomes[1].facts["other"] == outcomes[0]
    assert await chats.get(other.id) == other
    assert await rows(database, "SELECT DISTINCT chat_id FROM actions") == [(one.id,)]
    assert await rows(database, "SELECT DISTINCT chat_id FROM questions") == [(one.id,)]


@pytest.mark.parametrize(
    ("changes", "is_busy"),
    [
        ({"starts_at": START + timedelta(minutes=59)}, True),
        ({"starts_at": START + timedelta(minutes=60)}, False),
        ({"starts_at": START - timedelta(minutes=59)}, True),
        ({"starts_at": START - timedelta(minutes=60)}, False),
        ({"starts_at": START - timedelta(hours=23), "minutes": 24 * 60}, True),
        ({"channel_id": 3}, False),
    ],
)
async def test_a_channel_is_taken_for_as_long_as_a_chat_lasts(chats, database, changes, is_busy):
    taken = await a_plan(database)
    assert await chats.busy_with(a_draft(**changes)) == (taken if is_busy else None)


@pytest.mark.parametrize("state", list(ChatState))
async def test_only_planned_and_running_chats_take_a_channel(chats, database, state):
    taken = await a_plan(database)

    async def job(conn):
        await conn.exec_driver_sql("UPDATE chats SET state = ?", (state.value,))

    await database.write(job)
    found = await chats.busy_with(a_draft())
    assert (found is not None) == (state in UPCOMING_STATES | RUNNING_STATES)
    assert found is None or found.id == taken.id


async def test_a_chat_is_not_in_its_own_way(chats, database):
    chat = await a_plan(database)
    assert await chats.busy_with(chat) is None


async def test_calling_off_drops_what_is_due_and_makes_the_correction_due(chats, agenda, database):
    chat = await a_plan(database)
    done, *_ = await agenda.of_chat(chat.id)
    await agenda.record(done, step=(ChatState.PLANNED, ChatState.ANNOUNCED))
    chat = await chats.get(chat.id)
    correction = Action(chat.id, ActionKind.CALL_OFF, due_at=NOW, lane="call_off")
    assert await chats.cancel(chat, ChatState.CANCELLED, (correction,)) is True
    assert (await chats.get(chat.id)).state is ChatState.CANCELLED
    states = [action.state for action in await agenda.of_chat(chat.id)]
    assert states == [ActionState.DONE] + [ActionState.DROPPED] * (len(states) - 1)
    assert [action.kind for action in await agenda.due(START)] == [ActionKind.CALL_OFF]


async def test_a_chat_that_moved_on_meanwhile_is_not_called_off(chats, agenda, database):
    stale = await a_plan(database)
    first, *_ = await agenda.of_chat(stale.id)
    await agenda.record(first, step=(ChatState.PLANNED, ChatState.ANNOUNCED))
    before = await rows(database, "SELECT * FROM actions ORDER BY id")
    correction = Action(stale.id, ActionKind.CALL_OFF, due_at=NOW, lane="call_off")
    assert await chats.cancel(stale, ChatState.CANCELLED, (correction,)) is False
    assert (await chats.get(stale.id)).state is ChatState.ANNOUNCED
    assert await rows(database, "SELECT * FROM actions ORDER BY id") == before


async def test_called_off_twice_at_the_same_moment_is_called_off_once(chats, agenda, database):
    chat = await a_plan(database)
    correction = Action(chat.id, ActionKind.CALL_OFF, due_at=NOW, lane="call_off")
    twice = [chats.cancel(chat, ChatState.CANCELLED, (correction,)) for _ in range(2)]
    assert sorted(await asyncio.gather(*twice)) == [False, True]
    assert len(await agenda.due(NOW)) == 1


async def test_calling_off_leaves_answers_that_wait_for_nobody(chats, agenda, database):
    chat = await a_running_chat(database)

    async def job(conn):
        await conn.exec_driver_sql(
            "INSERT INTO actions (chat_id, kind, number, step, lane, due_at, state) VALUES (?, ?, 9, 0, ?, 0, 'due')",
            (chat.id, "relay", "relay:9"),
        )

    await database.write(job)
    assert await chats.cancel(chat, ChatState.CLOSED, ())
    assert [action.kind for action in await agenda.due(START + timedelta(days=1))] == [ActionKind.RELAY]


async def test_a_list_shows_one_server_in_order_of_the_starts(chats, database):
    late = await a_plan(database, starts_at=START + timedelta(days=2))
    early = await a_plan(database, starts_at=START)
    await a_plan(database, guild_id=9, channel_id=9)
    draft = await chats.add_draft(a_draft(starts_at=START + timedelta(days=1)))
    wanted = frozenset({ChatState.PLANNED})
    assert list(await chats.list(1, wanted)) == [early, late]
    assert list(await chats.list(1, wanted, newest_first=True)) == [late, early]
    assert list(await chats.list(1, wanted, limit=1)) == [early]
    assert list(await chats.list(1, wanted | {ChatState.DRAFT})) == [early, draft, late]
    assert list(await chats.list(1, frozenset())) == []
    assert list(await chats.list(404, wanted)) == []


async def test_a_list_takes_the_same_few_queries_however_long_it_is(chats, database):
    async def queries():
        with counting(database, "before_cursor_execute") as statements:
            await chats.list(1, frozenset({ChatState.PLANNED}))
        return len(statements)

    await a_plan(database)
    short = await queries()
    for day in range(1, 9):
        await a_plan(database, questions=12, starts_at=START + timedelta(days=day))
    assert await queries() == short


async def test_open_threads_are_all_that_were_opened(chats, database):
    await a_plan(database)
    running = await a_running_chat(database, channel_id=3)
    assert list(await chats.open_threads()) == [running]
    assert await chats.cancel(running, ChatState.CLOSED, ())
    assert [chat.id for chat in await chats.open_threads()] == [running.id]


async def test_what_was_typed_is_kept_until_it_is_a_plan(chats):
    draft = await chats.add_draft(a_draft())
    assert await chats.typed(draft.id) == ""
    await chats.keep_typed(draft.id, "only one")
    await chats.keep_typed(draft.id, "First?\nSecond?")
    assert await chats.typed(draft.id) == "First?\nSecond?"
    await confirm(chats, draft)
    assert await chats.typed(draft.id) == ""
    assert await chats.typed(404) == ""


async def test_a_host_who_asked_to_be_left_out_is_not_named_in_later_plans_either(chats, people):
    await people.leave_out(5, NOW)
    assert (await chats.add_draft(a_draft(host_id=5, host_name="Noor"))).host_name == ""
    assert (await chats.add_draft(a_draft(host_id=6, host_name="Ade"))).host_name == "Ade"
    await people.include(5)
    assert (await chats.add_draft(a_draft(host_id=5, host_name="Noor"))).host_name == "Noor"
