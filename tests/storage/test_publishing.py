"""What may be shown outside: hosts' decisions, who may read a channel, and people's choices, each of them at once."""

import pytest
import sqlalchemy as sa

from bot.domain.errors import BadInput, Problem, TryLater, WrongMoment
from bot.domain.showing import Showing
from bot.services.publishing import Publishing
from bot.services.publishing_ports import PublishingRules, Readers
from bot.storage import tables as t
from bot.storage.archive import ArchiveStore
from bot.storage.chats import ChatStore
from bot.storage.publishing import PublicationStore
from tests.storage.making import NOW, a_message, a_plan, a_running_chat, rows

EVERYBODY = Readers(everybody=True)
FEW = Readers(everybody=False, roles=("Staff",))


class Channels:
    """Who may read which channel: as a test says."""

    def __init__(self):
        self.open = {}
        self.is_away = False

    def readers(self, guild_id, channel_id):
        if self.is_away:
            raise TryLater("out of reach")
        return self.open.get(channel_id)


@pytest.fixture
def channels():
    return Channels()


@pytest.fixture
def publications(database):
    return PublicationStore(database)


@pytest.fixture
def publishing(publications, chats, channels):
    return Publishing(publications, chats, channels)


async def over(database, **changes):
    chat = await a_running_chat(database, **changes)

    async def close(conn):
        await conn.execute(sa.update(t.chats).where(t.chats.c.id == chat.id).values(state="closed"))

    await database.write(close)
    return await ChatStore(database).get(chat.id)


async def published(publications):
    return [chat.id for chat in await publications.chats(1)]


async def test_until_hosts_decide_nothing_is_published_and_nobody_named(publications):
    assert await publications.rules(1) == PublishingRules(publishes=False, showing=Showing.LEFT_OUT)
    assert (await publications.consent(1, outside=True)).of(5) is Showing.LEFT_OUT
    assert (await publications.consent(1, outside=False)).of(5) is Showing.NAMED


async def test_a_channel_that_was_not_looked_at_counts_as_private(database, publishing, publications):
    await over(database)
    await publishing.decide(1, publishes=True, showing=None)
    assert await published(publications) == []


async def test_what_everybody_may_read_is_published_until_it_is_made_private(
    database, publishing, publications, channels
):
    chat = await over(database)
    channels.open[2] = EVERYBODY
    await publishing.decide(1, publishes=True, showing=None)
    assert await published(publications) == [chat.id]
    await publications.built("/srv", (await publications.stale("/srv")).mark)
    await publishing.look(1)
    assert (await publications.stale("/srv")).chats == ()
    channels.open[2] = FEW
    await publishing.look(1)
    assert await published(publications) == []
    assert (await publications.stale("/srv")).chats == (chat.id,)


async def test_a_yes_to_what_everybody_could_read_ends_when_it_is_made_private(
    database, publishing, publications, channels
):
    chat = await over(database)
    channels.open[2] = EVERYBODY
    assert (await publishing.say(chat, published=True)).is_shown
    channels.open[2] = FEW
    await publishing.look(1)
    assert await published(publications) == []
    channels.open[2] = EVERYBODY
    await publishing.look(1)
    assert await published(publications) == []


async def test_a_private_chat_is_published_only_by_a_yes_that_knows_who_may_read_it(
    database, publishing, publications, channels
):
    chat = await over(database)
    channels.open[2] = FEW
    asked = await publishing.say(chat, published=True)
    assert (asked.ask, asked.is_shown) == (FEW, False)
    assert await published(publications) == []
    assert (await publishing.say(chat, published=True, is_sure=True)).is_shown
    await publishing.look(1)
    assert await published(publications) == [chat.id]
    again = await publishing.say(await ChatStore(database).get(chat.id), published=True)
    assert again.ask is None
    assert not (await publishing.say(chat, published=False)).is_shown
    assert await published(publications) == []


async def test_what_can_not_be_seen_leaves_all_as_it_was(database, publishing, publications, channels):
    """A deleted channel's record stays; while Discord is out of reach nothing is known."""
    chat = await over(database)
    channels.open[2] = EVERYBODY
    await publishing.decide(1, publishes=True, showing=None)
    del channels.open[2]
    await publishing.look(1)
    channels.is_away = True
    await publishing.look(1)
    assert await published(publications) == [chat.id]
    other = await over(database, channel_id=3, thread_id=60)
    assert (await publishing.say(other, published=True)).ask == Readers(everybody=False)


async def test_a_chat_that_goes_on_is_published_once_it_is_over(database, publishing, publications, channels):
    chat = await a_running_chat(database)
    channels.open[2] = EVERYBODY
    assert (await publishing.say(await publishing.find(1, chat.id), published=True)).is_shown
    assert await published(publications) == []


async def test_what_can_not_be_decided_is_refused(database, publishing):
    chat = await a_plan(database)
    for guild_id, number in ((1, 404), (2, chat.id)):
        with pytest.raises(BadInput) as refused:
            await publishing.find(guild_id, number)
        assert refused.value.problem is Problem.CHAT_UNKNOWN
    await ChatStore(database).cancel(chat, "cancelled", ())
    with pytest.raises(WrongMoment) as never:
        await publishing.find(1, chat.id)
    assert never.value.problem is Problem.NEVER_HELD
    with pytest.raises(BadInput) as nothing:
        await publishing.decide(1, publishes=None, showing=None)
    assert nothing.value.problem is Problem.NOTHING_TO_PUBLISH


async def test_a_choice_changes_the_digests_stamp_and_marks_the_servers_pages(database, people, archive, publications):
    here = await a_running_chat(database)
    other = await a_running_chat(database, guild_id=2, channel_id=4, thread_id=60)
    stamps = [(await archive.stamp(chat.id)).gone for chat in (here, other)]
    for showing in (Showing.PSEUDONYM, Showing.LEFT_OUT, Showing.NAMED, None):
        await publications.built("/srv", (await publications.stale("/srv")).mark)
        # All at one instant: what tells them apart is what was chosen.
        assert await people.choose(7, 1, showing, NOW)
        assert not await people.choose(7, 1, showing, NOW)
        found = [(await archive.stamp(chat.id)).gone for chat in (here, other)]
        assert found[1] == stamps[1]
        assert found[0] != stamps[0] or showing is None
        stamps[0] = found[0]
        assert (await publications.stale("/srv")).chats == (here.id,)


async def test_who_is_not_named_is_not_named_as_somebody_to_greet(database, archive, people):
    chat = await a_running_chat(database)
    await archive.keep_message(chat.id, a_message(3500, "hello", 7))
    await people.greet(7, NOW)
    assert await archive.to_greet(chat.id) == ("Reader 7",)
    await people.choose(7, 1, Showing.PSEUDONYM, NOW)
    assert await archive.to_greet(chat.id) == ()


async def test_what_was_posted_of_somebody_is_due_to_be_put_right_when_they_choose(database, people):
    told, mentioned, untold, rounded = [
        await a_running_chat(database, channel_id=10 + n, thread_id=100 + n) for n in range(4)
    ]
    archive = ArchiveStore(database)
    await archive.keep_message(told.id, a_message(3500, "A1: tea", 7, thread_id=100))
    await archive.keep_message(mentioned.id, a_message(3501, "as <@7> says", 8, thread_id=101))
    await archive.keep_message(untold.id, a_message(3502, "A1: coffee", 8, thread_id=102))

    await archive.keep_message(rounded.id, a_message(3503, "A1: milk", 7, thread_id=103))

    async def post(conn):
        # A round-up of two chats stands with the later one.
        for chat, message_id in ((untold, 9100), (rounded, None)):
            values = {"chat_id": chat.id, "kind": "roundup", "number": 5, "step": 0, "lane": "roundup:5", "due_at": NOW}
            await conn.execute(sa.insert(t.actions).values(**values, state="done", message_id=message_id))
        for number, chat in enumerate((told, mentioned, untold)):
            values = {"chat_id": chat.id, "kind": "recap", "number": 1, "step": 0, "lane": "recap:1", "due_at": NOW}
            values |= {"state": "done", "message_id": 9000 + number}
            await conn.execute(sa.insert(t.actions).values(**values))

    await database.write(post)
    await people.choose(7, 1, Showing.LEFT_OUT, NOW)
    due = await rows(database, "SELECT chat_id, state FROM actions WHERE kind = 'correct' ORDER BY chat_id")
    assert due == [(told.id, "due"), (mentioned.id, "due")]
    assert await rows(database, "SELECT chat_id FROM actions WHERE kind = 'revise'") == [(untold.id,)]


async def test_the_key_of_pseudonyms_is_made_once_and_stays(publications):
    first = await publications.consent(1, outside=True)
    assert len(first.key) == 32
    assert (await publications.consent(2, outside=False)).key == first.key
