"""The bot serves the same pages as it would write: what the archive holds now, and plain words where there is none."""

import gzip
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.domain.consent import Showing
from bot.runtime.clock import DiscordClock
from bot.services.shown_search import ShownSearching
from bot.storage.searching import SearchStore
from bot.web.live import LivePages
from bot.web.server import WebServer
from tests.storage.making import a_message
from tests.support.pages import HIDDEN, MASKED, SECRET, a_kept_file, what_was_said
from tests.web.reading_html import parse, text_of


class Visitor:
    """Asks a running server for pages."""

    def __init__(self, base, session):
        self.base, self.session = base, session

    async def get(self, path, method="GET", **headers):
        """Status, headers and body; nothing is unpacked."""
        url = f"{self.base}/{path}"
        async with self.session.request(method, url, headers={"Accept-Encoding": "identity"} | headers) as got:
            return got.status, got.headers, await got.read()

    async def text(self, path):
        status, _, body = await self.get(path)
        assert status == 200, path
        return text_of(parse(body.decode()))


@asynccontextmanager
async def serving(pages):
    searching = ShownSearching(SearchStore(pages.database))
    live = LivePages(pages.shown(), searching, "https://chats.example", pages.kept)
    server = WebServer(None, DiscordClock(), "127.0.0.1", 0, None, live)
    await server.start()
    try:
        async with aiohttp.ClientSession(auto_decompress=False) as session:
            yield Visitor(server.address(), session)
    finally:
        await server.stop()


@pytest.fixture
async def visitor(pages):
    async with serving(pages) as found:
        yield found


async def test_it_shows_the_same_pages_at_the_same_addresses(pages, visitor):
    chat = await pages.over(*what_was_said())
    await pages.coming()
    await pages.building().build()
    same = {name for name in pages.files() if not name.startswith((".", "pagefind/", "search")) and name != "404.html"}
    assert {f"chats/{chat.id}.html", "feed.xml", "chats.ics", "1/shelfchat.html", "style.css"} <= same
    for name in same:
        status, headers, body = await visitor.get(name)
        assert status == 200, name
        assert body == pages.files()[name].read_bytes(), name
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert (await visitor.get(""))[2] == (await visitor.get("index.html"))[2]


async def test_who_has_a_page_already_is_told_so_and_others_get_it_packed(pages, visitor):
    chat = await pages.over(*what_was_said())
    page = f"chats/{chat.id}.html"
    _, plain, body = await visitor.get(page)
    _, packed, small = await visitor.get(page, **{"Accept-Encoding": "gzip, br"})
    assert gzip.decompress(small) == body
    assert len(small) < len(body) / 2
    assert plain["ETag"] != packed["ETag"]
    assert packed["Vary"] == "Accept-Encoding"
    assert plain["Cache-Control"] == "no-cache"
    status, _, nothing = await visitor.get(page, **{"If-None-Match": plain["ETag"]})
    assert (status, nothing) == (304, b"")
    status, head, nothing = await visitor.get(page, "HEAD")
    assert (status, nothing, int(head["Content-Length"])) == (200, b"", len(body))
    style = next(link.get("href") for link in parse(body.decode()).iter("link") if link.get("rel") == "stylesheet")
    _, forever, _ = await visitor.get(style.removeprefix("../"))
    assert "immutable" in forever["Cache-Control"]
    await pages.choose(MASKED, Showing.LEFT_OUT)
    status, changed, _ = await visitor.get(page, **{"If-None-Match": plain["ETag"]})
    assert status == 200
    assert changed["ETag"] != plain["ETag"]


async def test_what_is_taken_back_is_gone_at_once(pages, visitor):
    chat = await pages.over(*what_was_said())
    page = f"chats/{chat.id}.html"
    assert "trolley" in await visitor.text(page)
    await pages.choose(MASKED, Showing.LEFT_OUT)
    assert "trolley" not in await visitor.text(page)
    await pages.archive.keep_deletion([51 * 1000 + 4], chat.starts_at)
    assert "Picture books" not in await visitor.text(page)
    await pages.published.publish(chat.id, published=False)
    assert (await visitor.get(page))[0] == 404
    assert "No chat is published yet." in await visitor.text("")
    assert (await visitor.get("1/shelfchat.html"))[0] == 404


NOWHERE = ("chats/2.html", "chats/999999999999.html", "chats/x.html", "files/1/ab.png", "1/other.html", "%2e%2e/x", "x")


async def test_what_is_not_there_is_told_in_plain_words_on_a_page(pages, visitor):
    await pages.over(*what_was_said())
    await pages.over(*what_was_said(1, 52), number=2, published=False)
    for path in NOWHERE:
        status, headers, body = await visitor.get(path)
        assert status == 404, path
        assert "There is no such page here." in text_of(parse(body.decode())), path
        assert headers["X-Robots-Tag"] == "noindex"


async def test_what_fails_is_told_in_plain_words_with_its_number_in_the_log(pages, visitor, caplog):
    await pages.over(*what_was_said())
    await pages.database.write(lambda conn: conn.exec_driver_sql("DROP TABLE filings"))
    status, _, body = await visitor.get("chats/1.html")
    assert status == 500
    told = text_of(parse(body.decode()))
    assert "Something went wrong; in the log it is incident" in told
    assert "Traceback" not in told
    assert "incident" in caplog.text
    caplog.clear()


async def test_a_search_finds_what_is_shown_and_nothing_else(pages, visitor):
    await pages.over(*what_was_said())
    await pages.over(a_message(52_001, f"A1: a {SECRET} bench", thread_id=52), number=2, published=False)
    found = parse((await visitor.get("search.html?q=bench"))[2].decode())
    hits = [(item.find("a").get("href"), text_of(item.find("p"))) for item in found.findall(".//ol[@id='hits']/li")]
    assert hits == [
        ("chats/1.html#m51003", "A1: I agree with the bench, and with @… and @…, ███"),
        ("chats/1.html#m51001", "A1: A **quiet** bench by the window, see https://example.org/benches"),
    ]
    assert [mark.text for mark in found.findall(".//mark")] == ["bench", "bench"]
    for typed in (SECRET, "winter", "from:Person", f"from:<@{MASKED}>", f'"Person {HIDDEN}"', "in:shelfchat", "!!"):
        page = parse((await visitor.get(f"search.html?q={typed}"))[2].decode())
        assert page.findall(".//ol[@id='hits']/li") == [], typed
    said = await visitor.text("search.html?q=from:Person bench")
    assert "People and series can't be looked for here, only words." in said
    assert "Person 9" not in said


async def test_a_search_leaves_nothing_behind_and_takes_whatever_is_typed_for_words(pages, visitor):
    await pages.over(*what_was_said())
    for typed in ('"><script>', "%00", "a" * 3000, "* OR *", "NEAR(", "{0}", "question:x", "no*"):
        status, headers, body = await visitor.get(f"search.html?q={typed}")
        assert status == 200, typed
        assert headers["Cache-Control"] == "no-store"
        parse(body.decode())
    assert 'value=""' in (await visitor.get("search.html"))[2].decode()


async def test_a_file_goes_with_the_message_it_came_with(pages, visitor):
    picture = a_kept_file(pages, "ab.png", b"\x89PNG picture", description="A bench")
    said = what_was_said()
    chat = await pages.over(*said)
    values = (picture.id, said[0].id, picture.filename, "", 1, "image/png", "A bench", "ab.png")
    await pages.database.write(
        lambda conn: conn.exec_driver_sql(
            "INSERT INTO attachments (id, message_id, filename, url, size, content_type, description, stored) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )
    )
    record = await pages.archive.record_of(chat.id)
    if record.messages[0].attachments[0].stored is None:
        pytest.skip("the archive doesn't tell yet which files it keeps")
    page = parse((await visitor.get(f"chats/{chat.id}.html"))[2].decode())
    address = page.find(".//img").get("src").removeprefix("../")
    status, headers, body = await visitor.get(address)
    assert (status, body, headers["Content-Type"]) == (200, b"\x89PNG picture", "image/png")
    await pages.choose(7, Showing.LEFT_OUT)
    assert (await visitor.get(address))[0] == 404
