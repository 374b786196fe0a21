"""Chats that are over and published, in a real archive, for the tests of sites."""

from datetime import timedelta

from sqlalchemy import delete, insert, update

from bot.domain.chat import ChatState
from bot.domain.consent import Showing
from bot.domain.messages import Attachment
from bot.services.shown_chats import ShownChats
from bot.storage import tables as t
from bot.storage.archive import ArchiveStore
from bot.storage.chats import ChatStore
from bot.storage.publishing import PublicationStore
from bot.storage.stale import mark_stale
from bot.web.site.building import Building
from tests.storage.making import START, a_message, a_plan, a_running_chat

NAMED, HIDDEN, MASKED = 7, 8, 9
SECRET = "quince"


class Pages:
    """A real archive with what hosts and people decided about it.

    Person 7 is named, 8 left out and 9 shown under another name; whoever chose nothing is left out.
    """

    def __init__(self, database, folder):
        self.database = database
        self.folder = folder / "site"
        self.kept = folder / "files"
        self.published = PublicationStore(database)
        self.archive = ArchiveStore(database)
        self.chats = ChatStore(database)

    async def choose(self, person_id, showing, guild_id=1):
        """What somebody chose, and that their chats' pages are to be put right."""
        chats = [chat.id for chat in await self.published.chats(guild_id)]

        async def job(conn):
            s = t.showings.c
            await conn.execute(delete(t.showings).where(s.person_id == person_id, s.guild_id == guild_id))
            chosen = {"guild_id": guild_id, "person_id": person_id, "showing": showing, "chosen_at": START}
            await conn.execute(insert(t.showings).values(chosen))
            await mark_stale(conn, chats)

        await self.database.write(job)

    async def over(self, *said, published=True, number=1, **changes):
        """A chat that is over, with what was said in it; `number` tells several of them apart."""
        thread = 50 + number
        chat = await a_running_chat(self.database, 2, thread_id=thread, channel_id=number, **changes)
        for one in said:
            await self.archive.keep_message(chat.id, one)

        async def job(conn):
            state = {"state": ChatState.CLOSED, "published": published}
            await conn.execute(update(t.chats).where(t.chats.c.id == chat.id).values(state))
            await mark_stale(conn, [chat.id])

        await self.database.write(job)
        return await self.chats.get(chat.id)

    async def coming(self, *, published=True, channel_id=99, **changes):
        """A chat that is planned."""
        chat = await a_plan(self.database, channel_id=channel_id, starts_at=START + timedelta(days=30), **changes)
        await self.published.publish(chat.id, published=published)
        return chat

    def shown(self, *servers):
        return ShownChats(self.published, self.chats, self.archive, servers)

    def building(self, folder=None, base_url="https://chats.example", servers=()):
        path = folder or self.folder
        return Building(self.shown(*servers), self.published, path, base_url=base_url, servers=servers, files=self.kept)

    def files(self, folder=None):
        """What is in the folder, by its path from there."""
        root = folder or self.folder
        return {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*")) if path.is_file()}


async def open_pages(database, folder):
    """An archive whose people have chosen."""
    pages = Pages(database, folder)
    await pages.choose(NAMED, Showing.NAMED)
    await pages.choose(HIDDEN, Showing.LEFT_OUT)
    await pages.choose(MASKED, Showing.PSEUDONYM)
    return pages


def what_was_said(first=1, thread=51):
    """What three people said in a chat: one is named, one left out, one goes by another name."""
    said = [
        ("A1: A **quiet** bench by the window, see https://example.org/benches", NAMED),
        (f"A1: my own {SECRET} jam, made with <@{HIDDEN}>", HIDDEN),
        ("A1: I agree with the bench, and with <@8> and <@7>, ||though not in winter||", MASKED),
        ("A2: Picture books that nobody has borrowed for a year", NAMED),
        (f"A2: {SECRET} once more", HIDDEN),
        ("A2: What was on the returns trolley, every single time", MASKED),
    ]
    return [
        a_message(thread * 1000 + first + place, text, author, thread_id=thread, author_name=f"Person {author}")
        for place, (text, author) in enumerate(said)
    ]


def a_kept_file(pages, name, content, content_type="image/png", number=1, **changes):
    """A file that the archive keeps."""
    pages.kept.mkdir(exist_ok=True)
    (pages.kept / name).write_bytes(content)
    return Attachment(number, name, "https://cdn.example/1", len(content), content_type, stored=name, **changes)
