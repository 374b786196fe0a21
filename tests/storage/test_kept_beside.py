"""What a message has beside its words is kept, changes without an edit, and goes with the words."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from bot.domain.chat import ChatState
from bot.domain.messages import Embed, Extras, Poll
from bot.domain.sealing import Seal, SealState
from bot.storage import tables as t
from bot.storage.agenda import change_state
from bot.storage.extras import from_text, to_text
from bot.storage.seals import SealStore
from bot.storage.versions import agree
from tests.storage.making import NOW, START, a_message, a_running_chat, edited, reconcile, rows, said

POLL = Poll("Paper or screen?", (("paper", 1), ("screen", 0)))
EXTRAS = Extras(("a cat",), (Embed("A list", "Long.", "https://example.org/"),), POLL, pinned=True)

_texts = st.text(max_size=20)
_polls = st.builds(Poll, _texts, st.lists(st.tuples(_texts, st.integers(0, 9)), max_size=3).map(tuple), st.booleans())
_extras = st.builds(
    Extras,
    st.lists(_texts, max_size=2).map(tuple),
    st.lists(st.builds(Embed, _texts, _texts, _texts), max_size=2).map(tuple),
    st.none() | _polls,
    st.booleans(),
)


@pytest.fixture
async def chat(database):
    return await a_running_chat(database)


@given(_extras)
def test_as_text_it_is_the_same(extras):
    assert from_text(to_text(extras), pinned=extras.pinned) == extras


async def test_it_is_kept_and_a_preview_comes_without_an_edit(archive, chat):
    message = a_message(11, extras=EXTRAS)
    await archive.keep_message(chat.id, message)
    assert (await said(archive, chat.id))[11].extras == EXTRAS
    plain = replace(message, extras=Extras())
    await archive.keep_message(chat.id, plain)
    assert (await said(archive, chat.id))[11].extras == Extras()
    # What is older than its last edit is older in this too.
    await archive.keep_message(chat.id, edited(plain, "A1: other", 5, extras=EXTRAS))
    await archive.keep_message(chat.id, plain)
    assert (await said(archive, chat.id))[11].extras == EXTRAS


async def test_votes_and_pins_are_counted_as_they_come(archive, chat):
    await archive.keep_message(chat.id, a_message(11, extras=Extras(poll=POLL)))
    await archive.keep_message(chat.id, a_message(12))
    for message_id, answer, change in (
        (11, 1, 1),
        (11, 1, 1),
        (11, 0, -1),
        (11, 0, -1),
        (11, 7, 1),
        (12, 0, 1),
        (99, 0, 1),
    ):
        await archive.keep_vote(message_id, answer, change)
    await archive.keep_pinned(11)
    kept = await said(archive, chat.id)
    assert kept[11].extras == Extras(poll=replace(POLL, answers=(("paper", 0), ("screen", 2))), pinned=True)
    assert kept[12].extras == Extras()


async def test_it_goes_with_the_words(archive, people, chat, database):
    await archive.keep_message(chat.id, a_message(11, extras=EXTRAS))
    await archive.keep_message(chat.id, a_message(12, author=8, extras=EXTRAS))
    await archive.keep_deletion([11], NOW)
    await people.leave_out(8, NOW)
    await archive.keep_message(chat.id, a_message(13, author=8, extras=EXTRAS))
    await archive.keep_pinned(13)
    assert await rows(database, "SELECT extras, pinned FROM messages") == [(None, 0)] * 3


async def end(database, chat):
    await database.write(lambda conn: change_state(conn, chat.id, ChatState.ASKING, ChatState.CLOSED))


@pytest.mark.parametrize(("keeps", "chosen", "left"), [(False, True, 0), (True, False, 0), (True, True, 1)])
async def test_earlier_wordings_outlast_a_chat_only_where_operator_and_author_agree(
    archive, database, chat, keeps, chosen, left
):
    await archive.keep_message(chat.id, a_message(11, "A1: first"))
    await archive.keep_message(chat.id, edited(a_message(11), "A1: second", 5))
    (version,) = (await said(archive, chat.id))[11].versions
    assert (version.text, version.replaced_at) == ("A1: first", START + timedelta(seconds=16))
    await database.write(lambda conn: agree(conn, keeps=keeps))
    if chosen:
        choice = {"guild_id": 1, "person_id": 7, "showing": "named", "chosen_at": NOW}
        await database.write(lambda conn: conn.execute(insert(t.showings).values(**choice)))
    await end(database, chat)
    assert len((await said(archive, chat.id))[11].versions) == left
    await database.write(lambda conn: agree(conn, keeps=False))
    assert (await said(archive, chat.id))[11].versions == ()


async def test_reactions_to_what_the_bot_posted_for_somebody_are_put_right(archive, database, chat):
    await archive.keep_message(chat.id, a_message(11))
    await database.write(lambda conn: conn.exec_driver_sql("UPDATE messages SET by_button = 1"))
    post = a_message(11, "Reader 7 answers", is_own=True, reactions=(("👍", 2),), extras=Extras(pinned=True))
    await reconcile(archive, chat, [post])
    kept = (await said(archive, chat.id))[11]
    assert (kept.text, kept.reactions, kept.extras.pinned) == ("Hello", (("👍", 2),), True)


async def test_a_message_posted_after_the_end_is_taken_only_where_it_belongs_to_the_chat(archive, database, chat):
    await end(database, chat)
    await archive.keep_message(chat.id, a_message(11))
    await reconcile(archive, chat, [a_message(12)], also_new=False)
    assert await said(archive, chat.id) == {}
    await reconcile(archive, chat, [a_message(13)])
    assert list(await said(archive, chat.id)) == [13]


async def test_it_is_due_to_compare_again_once_a_message_of_a_sealed_chat_changes(archive, agenda, database, chat):
    seals = SealStore(database)
    await archive.keep_message(chat.id, a_message(11))
    await seals.look_again([chat.id], NOW)
    soon = NOW + timedelta(seconds=30)
    (action,) = [a for a in await agenda.due(soon) if a.kind == "seal"]
    assert await agenda.claim(action, soon)
    seal = Seal(chat.id, SealState.MATCHED, 1, 0, NOW)
    await seals.save(seal)
    # Something changed while it was compared: it stays due.
    await seals.changed([11], NOW + timedelta(minutes=2))
    await agenda.record(action)
    assert [a.kind for a in await agenda.due(soon) if a.kind == "seal"] == []
    later = NOW + timedelta(minutes=2)
    (again,) = [a for a in await agenda.due(later) if a.kind == "seal"]
    assert again.first_tried_at is None
    await agenda.claim(again, later)
    await agenda.record(again)
    await seals.changed([99], NOW)
    assert [a for a in await agenda.due(later) if a.kind == "seal"] == []
    assert await seals.of(chat.id) == seal
    assert await rows(database, "SELECT sealed_at IS NOT NULL FROM chats WHERE id = ?", chat.id) == [(1,)]
    await seals.save(replace(seal, state=SealState.DIFFERS, differences=1))
    assert await rows(database, "SELECT sealed_at IS NULL FROM chats WHERE id = ?", chat.id) == [(1,)]
