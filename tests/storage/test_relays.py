"""Answers given through a form: saved once, posted once, and taken down if their author takes them back."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.run import Action, ActionKind
from bot.services.values import Posted, Relay
from tests.storage.making import START, THREAD, a_running_chat, counting, rows, said

LATE = START + timedelta(days=1)
POSTED = Posted(3500, START + timedelta(minutes=9))


@pytest.fixture
async def relay(database):
    chat = await a_running_chat(database)
    return Relay(555, chat.id, 2, 7, "Ade", "A wise answer", START + timedelta(minutes=8))


def action_of(relay):
    return Action(relay.chat_id, ActionKind.RELAY, due_at=relay.given_at, number=relay.id, lane=f"relay:{relay.id}")


async def due(agenda, kind):
    return [action for action in await agenda.due(LATE) if action.kind is kind]


async def test_an_answer_and_that_it_is_due_are_saved_at_once(archive, agenda, database, relay):
    with counting(database, "commit") as commits:
        await archive.add_relay(relay, action_of(relay))
    assert len(commits) == 1
    assert await archive.relay(555) == relay
    (action,) = await due(agenda, ActionKind.RELAY)
    assert replace(action, id=0) == action_of(relay)
    assert await archive.relay(404) is None


async def test_a_press_sent_twice_is_one_answer(archive, agenda, database, relay):
    again = replace(relay, text="Sent again")
    await asyncio.gather(archive.add_relay(relay, action_of(relay)), archive.add_relay(again, action_of(again)))
    assert await archive.relay(555) == relay
    assert len(await due(agenda, ActionKind.RELAY)) == 1
    (action,) = await due(agenda, ActionKind.RELAY)
    await archive.relay_posted(relay, THREAD, POSTED)
    await agenda.record(action, posted=POSTED)
    await archive.add_relay(again, action_of(again))
    assert await due(agenda, ActionKind.RELAY) == []


async def test_two_presses_are_two_answers(archive, agenda, relay):
    other = replace(relay, id=556)
    for press in (relay, other):
        await archive.add_relay(press, action_of(press))
    assert [action.number for action in await due(agenda, ActionKind.RELAY)] == [555, 556]


async def test_its_post_is_archived_as_its_authors_words(archive, database, relay):
    await archive.add_relay(relay, action_of(relay))
    await archive.relay_posted(relay, THREAD, POSTED)
    kept = (await said(archive, relay.chat_id))[3500]
    assert (kept.author_id, kept.author_name, kept.text, kept.by_machine) == (7, "Ade", "A wise answer", False)
    assert (kept.posted_at, kept.thread_id) == (POSTED.posted_at, THREAD)
    assert await rows(database, "SELECT message_id FROM relays") == [(3500,)]


async def test_recording_the_post_twice_keeps_it_once(archive, agenda, relay):
    await archive.add_relay(relay, action_of(relay))
    for _ in range(2):
        await archive.relay_posted(relay, THREAD, POSTED)
    assert list(await said(archive, relay.chat_id)) == [3500]
    assert await due(agenda, ActionKind.RETRACT) == []


async def test_taken_back_between_the_post_and_its_record_it_is_to_be_taken_down(archive, agenda, people, relay):
    await archive.add_relay(relay, action_of(relay))
    await people.leave_out(7, START)
    assert await archive.relay(555) is None
    await archive.relay_posted(relay, THREAD, POSTED)
    assert await said(archive, relay.chat_id) == {}
    (retraction,) = await due(agenda, ActionKind.RETRACT)
    assert (retraction.message_id, retraction.number) == (3500, 555)


async def test_taken_back_after_it_was_posted_it_is_to_be_taken_down_once(archive, agenda, people, relay):
    await archive.add_relay(relay, action_of(relay))
    await archive.relay_posted(relay, THREAD, POSTED)
    for _ in range(2):
        await people.leave_out(7, LATE)
    await archive.relay_posted(relay, THREAD, POSTED)
    (retraction,) = await due(agenda, ActionKind.RETRACT)
    assert retraction.message_id == 3500
    assert (await said(archive, relay.chat_id))[3500].text is None


async def test_a_deleted_post_takes_the_typed_words_with_it(archive, database, relay):
    other = replace(relay, id=556, text="Another answer")
    for press, posted in ((relay, POSTED), (other, replace(POSTED, message_id=3501))):
        await archive.add_relay(press, action_of(press))
        await archive.relay_posted(press, THREAD, posted)
    await archive.keep_deletion([3500], LATE)
    assert await archive.relay(555) is None
    assert await archive.relay(556) == replace(other, message_id=3501)
    assert (await said(archive, relay.chat_id))[3500].is_deleted
    assert await rows(database, "SELECT text FROM relays") == [("Another answer",)]


async def test_taking_down_waits_for_nobody(archive, agenda, people, relay):
    for number in range(3):
        press = replace(relay, id=600 + number)
        await archive.add_relay(press, action_of(press))
        await archive.relay_posted(press, THREAD, replace(POSTED, message_id=3500 + number))
    await people.leave_out(7, LATE)
    assert sorted(action.message_id for action in await due(agenda, ActionKind.RETRACT)) == [3500, 3501, 3502]


async def test_an_answer_of_a_chat_that_is_not_there_is_passed_over(archive, agenda, relay):
    await archive.relay_posted(replace(relay, chat_id=404), THREAD, POSTED)
    assert await due(agenda, ActionKind.RETRACT) == []
