"""Each message stands under the question it answers as soon as it is kept, and is filed anew when it is edited."""

from datetime import timedelta

import pytest

from bot.domain.chat import ChatState
from bot.services.values import Posted, Relay
from bot.storage.archive import ArchiveStore
from tests.storage.making import (
    START,
    THREAD,
    a_message,
    a_plan,
    a_running_chat,
    an_own_post,
    edited,
    filed,
    reconcile,
    said,
)


@pytest.fixture
async def chat(database):
    """Q1 stands as message 1000, Q2 as 2000, Q3 as 3000."""
    return await a_running_chat(database)


async def keep(archive, chat, *messages):
    for message in messages:
        await archive.keep_message(chat.id, message)
    return {number: filed(message) for number, message in (await said(archive, chat.id)).items()}


async def test_a_label_says_which(archive, chat):
    kept = await keep(archive, chat, a_message(3500, "A1: books"), a_message(3501, "A1 & A3: both"))
    assert kept == {3500: [(1, "label")], 3501: [(1, "label"), (3, "label")]}


async def test_a_label_beyond_the_last_question_is_no_label(archive, chat):
    assert await keep(archive, chat, a_message(3500, "A9: books")) == {3500: [(3, "inferred")]}


async def test_without_a_sign_it_is_the_question_that_stood_last(archive, chat):
    kept = await keep(archive, chat, *(a_message(number, "books") for number in (999, 1001, 2500, 9000)))
    assert kept == {999: [], 1001: [(1, "inferred")], 2500: [(2, "inferred")], 9000: [(3, "inferred")]}


async def test_a_reply_to_a_prompt_answers_it(archive, chat):
    assert await keep(archive, chat, a_message(3500, "books", reply_to_id=1000)) == {3500: [(1, "reply")]}


async def test_a_reply_stands_where_the_message_stands_that_it_answers(archive, chat):
    kept = await keep(
        archive,
        chat,
        a_message(3500, "A1 & A2: books"),
        a_message(3501, "same here", reply_to_id=3500),
        a_message(3502, "and here", reply_to_id=3501),
    )
    assert kept[3501] == kept[3502] == [(1, "reply"), (2, "reply")]


async def test_a_label_outranks_the_message_replied_to(archive, chat):
    assert await keep(archive, chat, a_message(3500, "A2 books", reply_to_id=1000)) == {3500: [(2, "label")]}


async def test_a_hosts_q_asks_and_anybody_elses_answers(archive, database, chat):
    question = "Q2: how do you choose, those of you who just came?"
    kept = await keep(
        archive,
        chat,
        a_message(3500, question, author=chat.host_id),
        a_message(3501, "Q2: from a jar", author=8),
        a_message(3502, "from a jar too", author=9, reply_to_id=3500),
        a_message(3503, "A2: mine comes from my sister", author=chat.host_id),
    )
    assert kept == {3500: [], 3501: [(2, "label")], 3502: [(2, "reply")], 3503: [(2, "label")]}
    # After a restart too.
    later = a_message(3504, "and a hat", author=7, reply_to_id=3500)
    assert (await keep(ArchiveStore(database), chat, later))[3504] == [(2, "reply")]


async def test_a_reply_to_a_greeting_is_a_greeting(archive, agenda, chat):
    welcome = next(action.message_id for action in await agenda.of_chat(chat.id) if action.kind == "welcome")
    kept = await keep(
        archive,
        chat,
        a_message(900, "Hello from Leeds"),
        a_message(3500, "Hello Leeds", reply_to_id=900),
        a_message(3501, "Thanks for having me", reply_to_id=welcome),
    )
    assert kept == {900: [], 3500: [], 3501: []}


async def test_a_reply_to_what_the_archive_never_saw_is_no_reply(archive, chat):
    assert await keep(archive, chat, a_message(3500, "books", reply_to_id=77)) == {3500: [(3, "inferred")]}


async def test_an_edit_files_anew(archive, chat):
    first = a_message(3500, "books")
    assert await keep(archive, chat, first) == {3500: [(3, "inferred")]}
    assert await keep(archive, chat, edited(first, "A1: books", 1)) == {3500: [(1, "label")]}
    assert await keep(archive, chat, edited(first, "A1, A2: books", 2)) == {3500: [(1, "label"), (2, "label")]}
    assert await keep(archive, chat, edited(first, "just books", 3)) == {3500: [(3, "inferred")]}


async def test_an_edit_that_lost_its_reference_is_still_the_reply_it_was(archive, chat):
    first = a_message(3500, "books", reply_to_id=1000)
    assert await keep(archive, chat, first) == {3500: [(1, "reply")]}
    assert await keep(archive, chat, edited(first, "more books", reply_to_id=None)) == {3500: [(1, "reply")]}


async def test_an_older_version_does_not_file_anew(archive, chat):
    first = a_message(3500, "A1: books")
    kept = await keep(archive, chat, edited(first, "A2: books", 5), edited(first, "A3: books", 4), first)
    assert kept == {3500: [(2, "label")]}


async def test_a_deleted_message_still_stands_where_it_stood(archive, chat):
    await keep(archive, chat, a_message(3500, "A1: books"))
    await archive.keep_deletion([3500], START)
    assert filed((await said(archive, chat.id))[3500]) == [(1, "label")]


async def test_what_was_fetched_later_is_filed_as_if_it_had_come_live(archive, chat):
    found = [an_own_post(10), *(a_message(n, "books") for n in (999, 1500, 3500)), a_message(2500, "A1 late")]
    await reconcile(archive, chat, found, START)
    kept = {number: filed(message) for number, message in (await said(archive, chat.id)).items()}
    assert kept == {999: [], 1500: [(1, "inferred")], 2500: [(1, "label")], 3500: [(3, "inferred")]}


async def test_an_answer_by_button_stands_under_its_question_whatever_it_says(archive, chat):
    relay = Relay(555, chat.id, 2, 7, "Ade", "A1: I mean the second", START)
    await archive.relay_posted(relay, THREAD, Posted(3500, START))
    # Never added, it counts as taken back.
    assert await said(archive, chat.id) == {}
    await archive.add_relay(relay, a_relay_action(relay))
    await archive.relay_posted(relay, THREAD, Posted(3500, START))
    kept = (await said(archive, chat.id))[3500]
    assert filed(kept) == [(2, "button")]
    assert (kept.author_id, kept.author_name, kept.text) == (7, "Ade", "A1: I mean the second")


def a_relay_action(relay):
    from bot.domain.run import Action, ActionKind

    return Action(relay.chat_id, ActionKind.RELAY, due_at=START, number=relay.id, lane=f"relay:{relay.id}")


async def test_the_bots_own_edit_of_such_a_post_does_not_touch_the_answer(archive, chat):
    relay = Relay(555, chat.id, 2, 7, "Ade", "A wise answer", START)
    await archive.add_relay(relay, a_relay_action(relay))
    await archive.relay_posted(relay, THREAD, Posted(3500, START))
    await archive.keep_message(chat.id, edited(an_own_post(3500), "**Ade** answers", 60))
    assert (await said(archive, chat.id))[3500].text == "A wise answer"


async def test_a_reply_before_any_question_is_known_waits_for_no_question(archive, database):
    plan = await a_plan(database, channel_id=9)
    await archive.keep_message(plan.id, a_message(1, "A1: eager", thread_id=51))
    await archive.keep_message(plan.id, a_message(2, "early", thread_id=51, posted_at=START + timedelta(minutes=5)))
    kept = await said(archive, plan.id)
    assert plan.state is ChatState.PLANNED
    assert [filed(message) for message in kept.values()] == [[(1, "label")], []]
