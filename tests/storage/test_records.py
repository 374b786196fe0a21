"""Reading a whole chat takes the same few queries however long it is; short notes survive a restart."""

import asyncio

import pytest

from bot.domain.messages import Attachment
from bot.storage.database import Database
from bot.storage.notes import NoteStore
from tests.storage.making import NOW, a_message, a_plan, a_running_chat, counting, indexed


async def fill(archive, chat, numbers):
    await asyncio.gather(
        *[
            archive.keep_message(
                chat.id,
                a_message(
                    number,
                    f"A1 A2 https://example.org/{number}",
                    author=number,
                    reply_to_id=number - 1,
                    reactions=(("👍", 1), ("❤️", 2)),
                    attachments=(Attachment(number, "a", "https://example.org/a", 1),),
                ),
            )
            for number in numbers
        ]
    )


async def test_a_long_chat_takes_no_more_queries_than_an_empty_one(archive, database):
    chat = await a_running_chat(database)

    async def queries():
        await indexed(database)
        with counting(database, "before_cursor_execute") as statements:
            await archive.record_of(chat.id)
        return len(statements)

    empty = await queries()
    await fill(archive, chat, range(3500, 3502))
    short = await queries()
    await fill(archive, chat, range(3502, 3600))
    assert len((await archive.record_of(chat.id)).messages) == 100
    assert empty == short == await queries() <= 10


async def test_a_list_of_chats_takes_one_query(archive, database):
    chats = [await a_running_chat(database, channel_id=n, thread_id=n, questions=2) for n in range(60, 64)]
    for chat in chats:
        await archive.keep_message(chat.id, a_message(chat.id))
    with counting(database, "before_cursor_execute") as statements:
        counted = await archive.counts([chat.id for chat in chats])
    assert counted == {chat.id: (1, 1) for chat in chats}
    assert len([statement for _, _, statement, *_ in statements if statement.startswith("SELECT")]) == 1


async def test_a_chat_in_which_nothing_was_said_has_an_empty_record(archive, database):
    plan = await a_plan(database)
    record = await archive.record_of(plan.id)
    assert record.chat == plan
    assert record.messages == ()
    assert await archive.record_of(404) is None


async def test_a_record_is_of_one_moment(archive, database):
    """A message deleted while the record is read is either wholly in it or wholly gone."""
    chat = await a_running_chat(database)
    await fill(archive, chat, range(3500, 3520))

    async def delete_all():
        for number in range(3500, 3520):
            await archive.keep_deletion([number], NOW)

    deleting = asyncio.ensure_future(delete_all())
    while not deleting.done():
        record = await archive.record_of(chat.id)
        for message in record.messages:
            assert message.is_deleted == (message.text is None) == (message.attachments == ())
    await deleting


async def test_only_what_belongs_to_the_chat_is_in_its_record(archive, database):
    one = await a_running_chat(database)
    other = await a_running_chat(database, channel_id=3, thread_id=51)
    await fill(archive, one, [3500])
    await fill(archive, other, [3600])
    assert [message.id for message in (await archive.record_of(one.id)).messages] == [3500]
    assert [message.id for message in (await archive.record_of(other.id)).messages] == [3600]


@pytest.mark.parametrize("value", ["", "plain", "Ünïcödé 📚\n'; --"])
async def test_a_note_is_kept_replaced_and_found_after_a_restart(database, value):
    notes = NoteStore(database)
    assert await notes.get("commands") is None
    await notes.put("commands", "first")
    await notes.put("commands", value)
    await notes.put("other", "else")
    assert await notes.get("commands") == value
    await database.close()
    again = Database(database.path)
    await again.open()
    assert await NoteStore(again).get("commands") == value
    await again.close()
