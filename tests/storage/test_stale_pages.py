"""Whatever changes what may be shown of a chat marks it, and no mark is lost to a folder that is being put right."""

import pytest

from bot.domain.consent import Showing
from bot.services.publishing_ports import PublishingRules, Stale
from bot.storage.publishing import PublicationStore
from tests.storage.making import a_running_chat


@pytest.fixture
def publications(database):
    return PublicationStore(database)


async def test_a_folder_learns_of_each_change_once(database, publications):
    one = await a_running_chat(database)
    other = await a_running_chat(database, channel_id=3, thread_id=60)
    assert (await publications.stale("/srv/a")).chats == ()
    await publications.built("/srv/a", (await publications.stale("/srv/a")).mark)
    await publications.publish(one.id, published=True)
    found = await publications.stale("/srv/a")
    assert found.chats == (one.id,)
    await publications.built("/srv/a", found.mark)
    assert await publications.stale("/srv/a") == Stale((), found.mark)
    await publications.decide(1, PublishingRules(publishes=True, showing=Showing.PSEUDONYM))
    assert set((await publications.stale("/srv/a")).chats) == {one.id, other.id}
    assert await publications.folders() == ["/srv/a"]


async def test_a_change_while_a_folder_is_put_right_stays_marked(database, publications):
    chat = await a_running_chat(database)
    await publications.publish(chat.id, published=True)
    found = await publications.stale("/srv/a")
    await publications.publish(chat.id, published=False)
    await publications.built("/srv/a", found.mark)
    assert (await publications.stale("/srv/a")).chats == (chat.id,)


async def test_each_folder_is_put_right_for_itself(database, publications):
    chat = await a_running_chat(database)
    await publications.publish(chat.id, published=True)
    await publications.built("/srv/a", (await publications.stale("/srv/a")).mark)
    assert (await publications.stale("/srv/b")).chats == (chat.id,)
    await publications.forget_folder("/srv/a")
    await publications.forget_folder("/srv/a")
    assert await publications.folders() == []


async def test_an_older_mark_never_takes_a_newer_ones_place(database, publications):
    chat = await a_running_chat(database)
    await publications.publish(chat.id, published=True)
    found = await publications.stale("/srv/a")
    await publications.built("/srv/a", found.mark)
    await publications.built("/srv/a", found.mark - 1)
    assert (await publications.stale("/srv/a")).chats == ()
