"""What was said is kept as it comes: new, edited, deleted, reacted to; an older version never replaces a newer."""

from dataclasses import replace

import pytest

from bot.domain.chat import ChatState
from bot.domain.messages import ArchivedMessage, Attachment, Basis, Filing
from bot.services.values import Look
from tests.storage.making import (
    NOW,
    START,
    THREAD,
    a_message,
    a_running_chat,
    an_own_post,
    edited,
    reconcile,
    rows,
    said,
)

PHOTO = Attachment(81, "shelf.jpg", "https://cdn.example.org/shelf.jpg", 2048, "image/jpeg", "Our new shelf")
NOTES = Attachment(82, "notes", "https://cdn.example.org/notes", 0)
WORDS = "A1: see https://example.org/a?utm_source=x and https://example.org/b"


@pytest.fixture
async def chat(database):
    return await a_running_chat(database)


async def stored(database, table):
    return await rows(database, f"SELECT * FROM {table} ORDER BY 1, 2")  # noqa: S608 - a table's name can't be bound


async def test_a_message_is_kept_with_everything_that_belongs_to_it(archive, database, chat):
    message = a_message(
        2001,
        WORDS,
        attachments=(PHOTO, NOTES),
        reactions=(("❤️", 2), ("<:shelf:9>", 1)),
        reply_to_id=1500,
        by_machine=True,
        edited_at=NOW,
    )
    await archive.keep_message(chat.id, message)
    assert (await said(archive, chat.id))[2001] == ArchivedMessage(
        id=2001,
        thread_id=50,
        author_id=7,
        author_name="Reader 7",
        posted_at=message.posted_at,
        text=WORDS,
        edited_at=NOW,
        reply_to_id=1500,
        by_machine=True,
        filings=(Filing(1, Basis.LABEL),),
        attachments=(PHOTO, NOTES),
        reactions=tuple(sorted((("❤️", 2), ("<:shelf:9>", 1)))),
    )
    links = [(2001, 0, "https://example.org/a"), (2001, 1, "https://example.org/b")]
    assert await stored(database, "links") == links


@pytest.mark.parametrize(
    "text", ["", "x" * 4000, "Ünïcödé 📚 \u202etfel", "quote ' \" ; DROP TABLE chats; --", "a\nb\x00c"]
)
async def test_words_come_back_letter_by_letter(archive, chat, text):
    await archive.keep_message(chat.id, a_message(1, text))
    assert (await said(archive, chat.id))[1].text == text


async def test_messages_come_back_in_discords_order_whatever_order_they_came_in(archive, chat):
    for number in (3, 1, 2):
        await archive.keep_message(chat.id, a_message(number))
    assert list(await said(archive, chat.id)) == [1, 2, 3]


async def test_a_message_told_twice_is_kept_once(archive, database, chat):
    for _ in range(2):
        await archive.keep_message(chat.id, a_message(1, WORDS, attachments=(PHOTO,)))
    assert len(await said(archive, chat.id)) == 1
    assert len(await stored(database, "links")) == 2
    assert len(await stored(database, "attachments")) == 1


async def test_a_newer_version_replaces_words_links_and_files(archive, database, chat):
    first = a_message(1, WORDS, attachments=(PHOTO,))
    await archive.keep_message(chat.id, first)
    second = edited(first, "see https://example.org/c", attachments=(NOTES,))
    await archive.keep_message(chat.id, second)
    kept = (await said(archive, chat.id))[1]
    assert (kept.text, kept.edited_at, kept.attachments) == (second.text, second.edited_at, (NOTES,))
    assert await stored(database, "links") == [(1, 0, "https://example.org/c")]


async def test_a_file_taken_off_is_gone_though_the_words_stayed(archive, chat):
    first = a_message(1, "Look", attachments=(PHOTO,))
    await archive.keep_message(chat.id, first)
    await archive.keep_message(chat.id, edited(first, "Look", attachments=()))
    assert (await said(archive, chat.id))[1].attachments == ()


@pytest.mark.parametrize("seconds", [-1, 0])
async def test_an_older_or_equal_version_changes_nothing(archive, database, chat, seconds):
    first = a_message(1, "first")
    newest = edited(first, "newest", seconds=10)
    await archive.keep_message(chat.id, newest)
    await archive.keep_message(chat.id, edited(first, "older", seconds=10 + seconds, attachments=(PHOTO,)))
    await archive.keep_message(chat.id, first)
    kept = (await said(archive, chat.id))[1]
    assert (kept.text, kept.edited_at, kept.attachments) == ("newest", newest.edited_at, ())
    assert await stored(database, "versions") == []


async def test_who_said_it_and_when_never_changes(archive, chat):
    first = a_message(1, "first")
    await archive.keep_message(chat.id, first)
    renamed = edited(first, "second", author_name="New Name", posted_at=NOW, reply_to_id=5)
    await archive.keep_message(chat.id, renamed)
    kept = (await said(archive, chat.id))[1]
    assert (kept.author_name, kept.posted_at, kept.reply_to_id) == ("Reader 7", first.posted_at, None)


async def test_earlier_wordings_are_kept_while_the_chat_is_on_and_gone_once_it_is_over(archive, agenda, database, chat):
    first = a_message(1, "one")
    for message in (first, edited(first, "two", 1), edited(first, "three", 2)):
        await archive.keep_message(chat.id, message)
    assert [text for _, _, text in await stored(database, "versions")] == ["one", "two"]
    close = (await agenda.of_chat(chat.id))[-1]
    await agenda.record(close, step=(ChatState.ASKING, ChatState.CLOSED))
    assert await stored(database, "versions") == []
    await archive.keep_message(chat.id, edited(first, "four", 3))
    assert await stored(database, "versions") == []
    assert (await said(archive, chat.id))[1].text == "four"


@pytest.mark.parametrize("state", [ChatState.CLOSED, ChatState.CANCELLED])
async def test_earlier_wordings_are_gone_once_the_chat_is_called_off(archive, chats, database, chat, state):
    await archive.keep_message(chat.id, a_message(1, "one"))
    await archive.keep_message(chat.id, edited(a_message(1), "two"))
    assert await chats.cancel(chat, state, ())
    assert await stored(database, "versions") == []


async def test_a_deletion_takes_the_words_and_leaves_that_there_was_a_message(archive, database, chat):
    first = a_message(1, WORDS, attachments=(PHOTO,))
    await archive.keep_message(chat.id, first)
    await archive.keep_message(chat.id, edited(first, WORDS + "!", attachments=(PHOTO,)))
    await archive.keep_deletion([1], NOW)
    kept = (await said(archive, chat.id))[1]
    assert kept.is_deleted
    assert not kept.is_readable
    assert kept.text is None
    assert (kept.author_id, kept.author_name, kept.posted_at) == (7, "Reader 7", first.posted_at)
    for table in ("links", "attachments", "versions"):
        assert await stored(database, table) == []


async def test_a_deleted_message_stays_deleted_whatever_comes_late(archive, database, chat):
    first = a_message(1, WORDS, attachments=(PHOTO,))
    await archive.keep_message(chat.id, first)
    await archive.keep_deletion([1], NOW)
    await archive.keep_deletion([1], NOW)
    for late in (first, edited(first, "late", 500, attachments=(PHOTO,))):
        await archive.keep_message(chat.id, late)
    kept = (await said(archive, chat.id))[1]
    assert kept.is_deleted
    assert kept.text is None
    for table in ("links", "attachments", "versions"):
        assert await stored(database, table) == []


async def test_a_deletion_of_what_was_never_kept_is_passed_over(archive, chat):
    await archive.keep_message(chat.id, a_message(1))
    await archive.keep_deletion([404, 405], NOW)
    await archive.keep_deletion([], NOW)
    kept = await said(archive, chat.id)
    assert [(message.id, message.is_deleted) for message in kept.values()] == [(1, False)]


async def test_more_messages_than_one_statement_takes_are_deleted_at_once(archive, database, chat):
    await archive.keep_message(chat.id, a_message(1, WORDS))

    async def copy(conn):
        await conn.exec_driver_sql(
            "WITH RECURSIVE ids(id) AS (SELECT 2 UNION ALL SELECT id + 1 FROM ids WHERE id < 1201)"
            " INSERT INTO messages SELECT ids.id, chat_id, thread_id, author_id, author_name, posted_at, text,"
            " edited_at, reply_to_id, by_machine, by_button, deleted_at, left_out, NULL, 0, NULL, 0 FROM messages, ids"
        )

    await database.write(copy)
    await archive.keep_deletion(range(1, 1201), NOW)
    kept = await said(archive, chat.id)
    assert len(kept) == 1201
    assert [message.id for message in kept.values() if not message.is_deleted] == [1201]


async def test_deleted_replies_do_not_count_as_replies(archive, chat):
    await archive.keep_message(chat.id, a_message(1))
    for number in (2, 3):
        await archive.keep_message(chat.id, a_message(number, reply_to_id=1))
    assert (await said(archive, chat.id))[1].replies == 2
    await archive.keep_deletion([3], NOW)
    assert (await said(archive, chat.id))[1].replies == 1


async def test_reactions_are_counted_and_never_below_none(archive, chat):
    await archive.keep_message(chat.id, a_message(1))
    changes = [("👍", 1), ("👍", 1), ("❤️", 1), ("👍", -1), ("❤️", -1), ("❤️", -1), ("❤️", 1), ("🎉", -1)]
    for emoji, change in changes:
        await archive.keep_reaction(1, emoji, change)
    assert (await said(archive, chat.id))[1].reactions == (("❤️", 1), ("👍", 1))


async def test_reactions_taken_off_are_gone(archive, chat):
    for number in (1, 2):
        reactions = (("👍", 2), ("❤️", 1), ("🎉", 4))
        await archive.keep_message(chat.id, a_message(number, reactions=reactions))
    await archive.keep_reactions_cleared(1, "👍")
    assert dict((await said(archive, chat.id))[1].reactions) == {"❤️": 1, "🎉": 4}
    await archive.keep_reactions_cleared(1, None)
    kept = await said(archive, chat.id)
    assert kept[1].reactions == ()
    assert len(kept[2].reactions) == 3


async def test_reactions_to_what_was_never_kept_are_passed_over(archive, database, chat):
    await archive.keep_reaction(404, "👍", 1)
    await archive.keep_reactions_cleared(404, None)
    assert await stored(database, "reactions") == []


async def test_reactions_stay_where_discord_does_not_speak_of_them(archive, chat):
    first = a_message(1, reactions=(("👍", 2),))
    await archive.keep_message(chat.id, first)
    await archive.keep_message(chat.id, edited(replace(first, reactions=None), "second"))
    assert (await said(archive, chat.id))[1].reactions == (("👍", 2),)
    await archive.keep_message(chat.id, edited(replace(first, reactions=()), "third", 2))
    assert (await said(archive, chat.id))[1].reactions == ()


async def test_a_message_for_a_chat_that_is_not_there_is_passed_over(archive, database):
    await archive.keep_message(404, a_message(1))
    assert await stored(database, "messages") == []


async def test_one_message_that_can_not_be_kept_costs_no_other(archive, chat):
    """A lone half of a surrogate pair is no text that a database takes."""
    before, broken, after = (
        archive.keep_message(chat.id, a_message(1, "before")),
        archive.keep_message(chat.id, a_message(2, "\ud83d")),
        archive.keep_message(chat.id, a_message(3, "after")),
    )
    await before
    with pytest.raises(UnicodeEncodeError):
        await broken
    await after
    assert sorted(await said(archive, chat.id)) == [1, 3]


async def test_a_list_counts_the_messages_and_people_that_are_left(archive, database, chat):
    other = await a_running_chat(database, channel_id=3, thread_id=51)
    for number, author in ((1, 7), (2, 7), (3, 8), (4, 9)):
        await archive.keep_message(chat.id, a_message(number, author=author))
    await archive.keep_message(chat.id, a_message(5, author=98, by_machine=True))
    await archive.keep_deletion([4], NOW)
    assert await archive.counts([chat.id, other.id]) == {chat.id: (3, 2)}
    assert await archive.counts([]) == {}


class TestReconcile:
    """What Discord has, once asked, is what the archive has."""

    async def test_it_adds_changes_deletes_and_counts(self, archive, chat):
        for number in (11, 12, 13):
            await archive.keep_message(chat.id, a_message(number, f"old {number}"))
        found = [
            an_own_post(10),
            a_message(11, "old 11", reactions=(("👍", 3),)),
            edited(a_message(12), "new 12"),
            a_message(14, "missed"),
        ]
        await reconcile(archive, chat, found, START.replace(hour=2))
        kept = await said(archive, chat.id)
        assert {number: message.text for number, message in kept.items()} == {
            11: "old 11",
            12: "new 12",
            13: None,
            14: "missed",
        }
        assert kept[13].is_deleted
        assert kept[11].reactions == (("👍", 3),)

    async def test_doing_it_again_changes_nothing(self, archive, chat):
        found = [an_own_post(10), edited(a_message(11), "new"), a_message(12, reactions=(("👍", 3),))]
        await reconcile(archive, chat, found, NOW)
        before = await archive.record_of(chat.id)
        await reconcile(archive, chat, found, NOW)
        assert await archive.record_of(chat.id) == before

    async def test_it_never_brings_back_what_was_deleted(self, archive, chat):
        await archive.keep_message(chat.id, a_message(11, "gone"))
        await archive.keep_deletion([11], NOW)
        await reconcile(archive, chat, [an_own_post(10), edited(a_message(11), "back?", 60)], START)
        assert (await said(archive, chat.id))[11].text is None

    async def test_an_answer_without_the_bots_own_posts_deletes_nothing(self, archive, chat):
        """It looks incomplete: the welcome stands in every thread that can be read."""
        await archive.keep_message(chat.id, a_message(11))
        for found in ([], [a_message(12)]):
            await reconcile(archive, chat, found, START.replace(hour=2))
        assert not (await said(archive, chat.id))[11].is_deleted

    async def test_what_came_while_discord_answered_is_newer_than_its_answer(self, archive, chat):
        for number in (5, 11, 12):
            await archive.keep_message(chat.id, a_message(number))
        known = await archive.known(chat.id, THREAD, None)
        # Said, reacted to and deleted since: none of it is in the answer.
        await archive.keep_message(chat.id, a_message(13))
        await archive.keep_reaction(12, "👍", 1)
        found = [an_own_post(10), a_message(11), a_message(12, reactions=()), a_message(9, "known to be deleted")]
        await archive.reconcile(chat.id, Look(found, known, {9, 12}, NOW))
        kept = await said(archive, chat.id)
        assert set(kept) == {5, 11, 12, 13}
        assert [number for number, message in kept.items() if message.is_deleted] == [5]
        assert kept[12].reactions == (("👍", 1),)

    async def test_discords_own_notices_and_the_bots_posts_are_not_kept(self, archive, chat):
        found = [an_own_post(10), a_message(11, "pinned a message", is_system=True), a_message(12)]
        await reconcile(archive, chat, found, NOW)
        assert list(await said(archive, chat.id)) == [12]

    async def test_a_long_thread_is_put_right_to_the_last_message(self, archive, chat):
        await archive.keep_message(chat.id, a_message(1, "deleted meanwhile"))
        found = [an_own_post(2), *(a_message(number, str(number)) for number in range(3, 304))]
        await reconcile(archive, chat, found, START.replace(hour=3))
        kept = await said(archive, chat.id)
        assert len(kept) == 302
        assert kept[1].is_deleted
        assert all(kept[number].text == str(number) for number in range(3, 304))

    async def test_other_chats_are_left_alone(self, archive, database, chat):
        other = await a_running_chat(database, channel_id=3, thread_id=51)
        await archive.keep_message(other.id, a_message(11, thread_id=51))
        await reconcile(archive, chat, [an_own_post(10)], START.replace(hour=3))
        assert not (await said(archive, other.id))[11].is_deleted
