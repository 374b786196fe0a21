"""What is claimed together is claimed as each by itself would be: once, if it still may be, in its chat as it is."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.domain.chat import ChatState, Question
from bot.domain.errors import TryLater
from bot.domain.run import Action, ActionKind, ActionState
from bot.services.values import Posted
from bot.storage import agenda as storing
from bot.storage import chat_rows
from bot.storage.agenda import AgendaStore
from bot.storage.claims import ClaimStore
from bot.storage.series import SeriesStore
from tests.storage.making import NOW, a_plan, counting, rows
from tests.storage.test_series import saved

SECOND = timedelta(seconds=1)


async def plans(database, count):
    return [await a_plan(database, channel_id=2 + number) for number in range(count)]


async def change(database, statement):
    await database.write(lambda conn: conn.execute(text(statement)))


def fail_once(database):
    """Let the next transaction find the disk full."""
    transaction, broken = database._writer._transaction, [TryLater("the disk is full")]

    def failing(job):
        if broken:
            raise broken.pop()
        return transaction(job)

    database._writer._transaction = failing


async def read_ahead(claims):
    """The announcements that are due, as the ticker knows them a second before."""
    return await claims.prepare(NOW - SECOND, NOW + SECOND)


async def test_all_are_claimed_in_one_transaction_and_come_with_their_chats(claims, agenda, database):
    chats = await plans(database, 3)
    soon = await read_ahead(claims)
    with counting(database, "commit") as commits:
        claimed = await claims.claim(soon, NOW)
    assert len(commits) == 1
    assert claimed == list(zip(soon, chats, strict=True))
    assert [action.state for action, _ in claimed] == [ActionState.DUE] * 3
    assert await agenda.due(NOW) == [replace(a, state=ActionState.TRIED, first_tried_at=NOW) for a in soon]


@pytest.mark.parametrize("is_prepared", [True, False])
async def test_what_was_claimed_when_the_bot_was_killed_is_looked_up_before_it_is_tried_again(
    claims, database, is_prepared
):
    await plans(database, 2)
    soon = await (read_ahead(claims) if is_prepared else AgendaStore(database).due(NOW))
    assert len(await claims.claim(soon, NOW)) == 2
    afterwards = ClaimStore(database)
    assert await read_ahead(afterwards) == []
    assert await afterwards.claim(soon, NOW + SECOND) == []
    assert {(a.state, a.first_tried_at) for a in await AgendaStore(database).due(NOW)} == {(ActionState.TRIED, NOW)}


async def test_a_claim_that_could_not_be_committed_claims_nothing(claims, agenda, database):
    await plans(database, 2)
    soon = await read_ahead(claims)
    fail_once(database)
    with pytest.raises(TryLater):
        await claims.claim(soon, NOW)
    assert await agenda.due(NOW) == soon
    assert len(await claims.claim(soon, NOW)) == 2


async def test_one_that_was_called_off_meanwhile_is_left_out(claims, agenda, chats, database):
    first, second = await plans(database, 2)
    soon = await read_ahead(claims)
    assert await chats.cancel(first, ChatState.CANCELLED, ())
    assert [chat for _, chat in await claims.claim(soon, NOW)] == [second]
    assert (await agenda.of_chat(first.id))[0].state is ActionState.DROPPED


async def test_one_that_was_put_off_meanwhile_is_left_out(claims, agenda, database):
    first, second = await plans(database, 2)
    soon = await read_ahead(claims)
    await change(database, "UPDATE actions SET due_at = due_at + 1 WHERE chat_id = 1")
    assert [chat for _, chat in await claims.claim(soon, NOW)] == [second]
    assert (await agenda.of_chat(first.id))[0].state is ActionState.DUE


async def test_one_that_has_to_wait_for_another_meanwhile_is_left_out(claims, database):
    first, second = await plans(database, 2)
    soon = await read_ahead(claims)
    earlier = Action(first.id, ActionKind.CALL_OFF, due_at=NOW + SECOND, step=soon[0].step - 1)
    await database.write(lambda conn: storing.insert_actions(conn, [earlier]))
    assert [chat for _, chat in await claims.claim(soon, NOW)] == [second]


async def test_one_that_comes_too_late_is_left_out(claims, database):
    first, _ = await plans(database, 2)
    soon = await read_ahead(claims)
    await change(database, "UPDATE chats SET starts_at = starts_at - 864000000000 WHERE id = 2")
    assert [chat.id for _, chat in await claims.claim(soon, first.starts_at - 10 * SECOND)] == [first.id]


async def test_one_is_claimed_once_however_many_ask(claims, database):
    await plans(database, 2)
    soon = await read_ahead(claims)
    claimed = await asyncio.gather(*[claims.claim(soon, NOW) for _ in range(3)])
    assert [len(found) for found in claimed] == [2, 0, 0]


async def test_nothing_is_claimed_before_its_time(claims, database):
    await plans(database, 1)
    soon = await read_ahead(claims)
    assert await claims.claim(soon, NOW - timedelta(microseconds=1)) == []


@pytest.mark.parametrize(
    ("statement", "changed"),
    [
        ("UPDATE chats SET title = 'Another' WHERE id = 1", {"title": "Another"}),
        ("UPDATE chats SET held_at = 0 WHERE id = 1", None),
        ("UPDATE questions SET text = 'How?' WHERE chat_id = 1 AND number = 2", None),
        ("DELETE FROM questions WHERE chat_id = 1 AND number > 1", {"questions": (Question(1, "What about 1?"),)}),
        ("INSERT INTO question_threads VALUES (1, 2, 77)", {"question_threads": ((2, 77),)}),
    ],
)
async def test_a_chat_that_changed_since_it_was_read_ahead_comes_as_it_is_now(
    claims, chats, database, statement, changed
):
    first, second = await plans(database, 2)
    soon = await read_ahead(claims)
    await change(database, statement)
    found = [chat for _, chat in await claims.claim(soon, NOW)]
    assert found == [await chats.get(first.id), second]
    assert found[0] != first
    assert changed is None or found[0] == replace(first, **changed)


async def test_everything_that_a_chat_is_made_of_tells_whether_it_changed(claims, chats, database):
    """Whoever reads another table for a chat has to name it in `PARTS`."""
    _, [chat, *_] = await saved(SeriesStore(database))
    with counting(database, "before_cursor_execute") as statements:
        await chats.get(chat.id)
    read = {table for _, _, statement, *_ in statements for table in re.findall(r"FROM (\w+)", statement)}
    assert read - {"chats"} == {part.name for part, _ in chat_rows.PARTS}


async def test_a_chat_that_did_not_change_is_not_read_again(claims, database):
    await plans(database, 3)
    soon = await read_ahead(claims)
    with counting(database, "before_cursor_execute") as statements:
        await claims.claim(soon, NOW)
    assert sum(bool(re.search(r"FROM questions WHERE questions.chat_id IN", s)) for _, _, s, *_ in statements) == 0
    assert claims._prepared == {}


async def test_what_was_posted_in_the_same_moment_is_recorded_in_one_transaction(claims, agenda, chats, database):
    planned = await plans(database, 4)
    claimed = await claims.claim(await read_ahead(claims), NOW)
    await chats.cancel(planned[3], ChatState.CANCELLED, ())
    step = (ChatState.PLANNED, ChatState.ANNOUNCED)
    with counting(database, "commit") as commits:
        await asyncio.gather(
            *[agenda.record(a, posted=Posted(100 + a.id, NOW + SECOND), step=step) for a, _ in claimed]
        )
    assert len(commits) == 1
    for action, chat in claimed:
        (recorded, *_) = await agenda.of_chat(chat.id)
        assert (recorded.state, recorded.message_id) == (ActionState.DONE, 100 + action.id)
    assert len(await rows(database, "SELECT 1 FROM actions WHERE done_at IS NOT NULL")) == 4
    states = [(await chats.get(chat.id)).state for chat in planned]
    assert states == [ChatState.ANNOUNCED] * 3 + [ChatState.CANCELLED]


async def test_what_could_not_be_recorded_is_told_to_each_and_recorded_the_next_time(claims, agenda, database):
    await plans(database, 2)
    claimed = await claims.claim(await read_ahead(claims), NOW)
    fail_once(database)
    for expected in (["TryLater"] * 2, ["NoneType"] * 2):
        records = [agenda.record(a, posted=Posted(100 + a.id, NOW)) for a, _ in claimed]
        found = await asyncio.gather(*records, return_exceptions=True)
        assert [type(one).__name__ for one in found] == expected
    assert [a.step for a in await agenda.due(NOW + timedelta(days=365))] == [1, 1]
