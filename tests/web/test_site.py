"""A published site holds what may be shown and nothing else, at addresses that stay, and is put right safely."""

import gzip
import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import icalendar
import pytest

from bot.domain.chat import Source
from bot.domain.consent import Showing
from bot.domain.messages import Attachment, ChatRecord
from bot.services.shown_chats import Entry, Shelf, ShownChat
from bot.web.site import addresses, feeds, views
from bot.web.site.kept import kept_files
from bot.web.site.look import SiteOptions
from bot.web.site.search_index import find_pagefind
from tests.domain.making import a_record, an_answer, an_asked_chat
from tests.support.pages import HIDDEN, MASKED, SECRET, a_kept_file, what_was_said
from tests.web.reading_html import parse, text_of

ATOM = "{http://www.w3.org/2005/Atom}"
PAGES = re.compile(r".*\.html")


def unpacked(content):
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def everything(pages, folder=None):
    """All bytes of a site, what is packed unpacked."""
    return b"\n".join(unpacked(path.read_bytes()) for path in pages.files(folder).values())


async def test_a_site_has_what_may_be_shown_and_nothing_else(pages):
    chat = await pages.over(*what_was_said())
    hidden = await pages.over(*what_was_said(1, 52), number=2, published=False, title="Not for everybody")
    built = await pages.building().build()
    assert (built.chats, built.removed) == (1, 0)
    files = pages.files()
    assert f"chats/{chat.id}.html" in files
    assert f"chats/{hidden.id}.html" not in files
    content = everything(pages)
    for word in (SECRET, f"Person {HIDDEN}", f"Person {MASKED}", "<@", "Not for everybody"):
        assert word.encode() not in content, word
    page = parse(files[f"chats/{chat.id}.html"].read_text(encoding="utf-8"))
    said = [text_of(item) for item in page.findall(".//ol[@class='said']/li")]
    assert any("a message whose author hasn't agreed to be shown here" in one for one in said)
    assert [text_of(name) for name in page.findall(".//ul[@class='people']/li")] == ["Person 7"]
    assert "6 messages by 3 people; 4 are shown here" in text_of(page.find(".//dl"))
    assert page.find(".//details[@open]") is None


async def test_every_page_is_valid_and_every_link_within_the_site_leads_somewhere(pages):
    await pages.over(*what_was_said())
    await pages.over(*what_was_said(1, 52), number=2, hashtag="übung", title="Zwei")
    await pages.coming()
    await pages.building().build()
    files = pages.files()
    documents = {name: parse(path.read_text(encoding="utf-8")) for name, path in files.items() if PAGES.match(name)}
    assert set(documents) == {
        *("index.html", "404.html", "search.html", "1/shelfchat.html", "1/xn--bung-zra.html"),
        *("chats/1.html", "chats/2.html"),
    }
    for name, document in documents.items():
        levels = [int(element.tag[1]) for element in document.iter() if re.fullmatch(r"h\d", str(element.tag))]
        assert levels[0] == 1, name
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels)), name
        for link in [*document.iter("a"), *document.iter("link"), *document.iter("script"), *document.iter("img")]:
            address = link.get("href") or link.get("src")
            if address.startswith(("https://chats.example", "data:", "https://discord.com/", "https://example.org")):
                continue
            target, _, anchor = address.partition("#")
            path = (files[name].parent / target.partition("?")[0]).resolve() if target else files[name]
            assert path.is_file(), (name, address)
            if anchor:
                whole = documents[path.relative_to(pages.folder.resolve()).as_posix()]
                assert whole.find(f".//*[@id='{anchor}']") is not None, (name, address)


async def test_feeds_calendars_the_map_and_the_rules_for_robots_can_be_read_by_programs(pages):
    chat = await pages.over(*what_was_said())
    coming = await pages.coming(title="Poems, and more")
    await pages.coming(published=None, title="Not told", hashtag="other", channel_id=98)
    await pages.building().build()
    feed = ET.fromstring((pages.folder / "feed.xml").read_bytes())  # noqa: S314 - our own
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.find(f"{ATOM}link").get("href") == f"https://chats.example/chats/{chat.id}.html"
    assert entry.find(f"{ATOM}id").text.startswith("urn:uuid:")
    assert "Q1. What about 1?" in entry.find(f"{ATOM}summary").text
    calendar = icalendar.Calendar.from_ical((pages.folder / "chats.ics").read_bytes())
    urls = {str(event["SUMMARY"]): str(event["URL"]) for event in calendar.walk("VEVENT")}
    assert urls == {
        "#shelfchat: Reading in winter": f"https://chats.example/chats/{chat.id}.html",
        "#shelfchat: Poems, and more": "https://discord.com/channels/1/99",
    }
    sitemap = (pages.folder / "sitemap.xml").read_text(encoding="utf-8")
    assert re.findall("<loc>(.*?)</loc>", sitemap) == [
        "https://chats.example/1/shelfchat.html",
        f"https://chats.example/chats/{chat.id}.html",
        "https://chats.example/",
    ]
    robots = (pages.folder / "robots.txt").read_text(encoding="utf-8")
    assert "Sitemap: https://chats.example/sitemap.xml" in robots
    assert "Disallow: /search.html" in robots
    home = text_of(parse((pages.folder / "index.html").read_text(encoding="utf-8")))
    assert coming.title in home
    assert "Not told" not in home


async def test_addresses_stay_when_somebody_withdraws(pages):
    chat = await pages.over(*what_was_said())
    await pages.building().build()
    page = pages.folder / "chats" / f"{chat.id}.html"
    before = {element.get("id") for element in parse(page.read_text(encoding="utf-8")).iter() if element.get("id")}
    await pages.choose(MASKED, Showing.LEFT_OUT)
    await pages.building().build()
    after = {element.get("id") for element in parse(page.read_text(encoding="utf-8")).iter() if element.get("id")}
    assert before == after
    assert "trolley" not in page.read_text(encoding="utf-8")


async def test_only_the_servers_asked_for(pages):
    await pages.over(*what_was_said())
    await pages.over(*what_was_said(1, 52), number=2, guild_id=4, title="Elsewhere")
    await pages.choose(7, Showing.NAMED, guild_id=4)
    await pages.building(servers=(4,)).build()
    assert "Elsewhere" in (pages.folder / "index.html").read_text(encoding="utf-8")
    assert set(pages.files()) >= {"chats/2.html", "4/shelfchat.html"}
    assert "chats/1.html" not in pages.files()
    await pages.building().build()
    home = parse((pages.folder / "index.html").read_text(encoding="utf-8"))
    assert [text_of(heading) for heading in home.findall(".//main/section/h2")] == ["#shelfchat", "#shelfchat", "2026"]


async def test_a_kept_picture_is_shown_with_its_description_and_goes_with_its_message(pages):
    picture = a_kept_file(pages, "ab.png", b"\x89PNG not really", description="A bench")
    page = a_kept_file(pages, "cd.html", b"<script>", "text/html", 2)
    said = what_was_said()
    shown = ChatRecord(an_asked_chat(), (an_answer(1, "x", attachments=(picture, page)),))
    found = list(kept_files(shown, pages.kept))
    assert [number for number, _, _ in found] == [1]
    assert re.fullmatch(r"files/7/[0-9a-f]{24}\.png", found[0][1])
    outside = replace(picture, stored="../shelftalk.db")
    assert list(kept_files(a_record(an_answer(1, "x", attachments=(outside,))), pages.kept)) == []
    chat = ShownChat(shown, (), 1, 1)
    html = views.chat_page(chat, {1: found[0][1]}, SiteOptions())
    (image,) = parse(html).findall(".//img")
    assert (image.get("alt"), image.get("loading")) == ("A bench", "lazy")
    assert image.get("src") == f"../{found[0][1]}"
    assert said


def test_a_spoilers_picture_is_a_link_and_one_without_description_says_so():
    hidden = Attachment(1, "SPOILER_end.png", "", 1, "image/png")
    bare = Attachment(2, "IMG_1.png", "", 1, "image/png")
    record = a_record(an_answer(1, "x", attachments=(hidden, bare)))
    html = views.chat_page(ShownChat(record, (), 1, 1), {1: "files/7/a.png", 2: "files/7/b.png"}, SiteOptions())
    (image,) = parse(html).findall(".//img")
    assert (image.get("src"), image.get("alt")) == ("../files/7/b.png", "A picture without a description")
    assert "files/7/a.png" in html


def test_a_chat_from_twitter_has_no_way_to_discord():
    chat = an_asked_chat(source=Source.TWITTER)
    html = views.chat_page(ShownChat(a_record(an_answer(1, "A1: x"), chat=chat), (), 1, 1), {}, SiteOptions())
    assert "discord.com" not in html
    assert "on Twitter" in html
    shelf = Shelf((Entry(chat, 1, 1),))
    assert b"discord.com" not in feeds.calendar([chat], "x", views.say_for(shelf), SiteOptions())


@pytest.mark.parametrize(
    ("hashtag", "slug"),
    [
        ("LibChat", "libchat"),
        ("libchat", "libchat"),
        ("con", "con_"),
        ("index", "index_"),
        ("bücher", "xn--bcher-kva"),
        ("../../etc/passwd", None),
        ("a" * 300, None),
        ("\u202e", None),
    ],
)
def test_a_hashtag_becomes_the_same_harmless_address_for_all_its_spellings(hashtag, slug):
    found = addresses.slug(hashtag)
    assert re.fullmatch(r"[a-z0-9_-]{1,64}", found)
    assert found == (slug or found)


def test_hostile_words_break_out_of_no_page_feed_or_calendar():
    evil = "]]></title><script>alert(1)</script>\x00\u202e&amp;\"'\r\nURL:https://evil.example"
    chat = an_asked_chat(title=evil, hashtag=evil, host_name=evil, description=evil)
    record = a_record(an_answer(1, evil, author_name=evil), chat=chat)
    shelf = Shelf((Entry(chat, 1, 1),), (replace(chat, id=9),))
    options = SiteOptions("https://chats.example", has_search=True)
    say = views.say_for(shelf)
    pages = [
        views.chat_page(ShownChat(record, (evil,), 1, 1), {}, options),
        views.home_page(shelf, options),
        views.tag_page(shelf.entries, shelf, options),
    ]
    for html in pages:
        scripts = parse(html).findall(".//script")
        assert [script.get("src", "").partition("?")[0].rpartition("/")[2] for script in scripts] == ["site.js"]
    feed = ET.fromstring(feeds.atom(shelf.entries, evil, "index.html", "feed.xml", say, options))  # noqa: S314
    assert len(feed.findall(f"{ATOM}entry")) == 1
    calendar = icalendar.Calendar.from_ical(feeds.calendar([chat], evil, say, options))
    (event,) = calendar.walk("VEVENT")
    assert str(event["URL"]).startswith("https://discord.com/")


def test_a_thousand_messages_take_less_than_300_kilobytes_on_a_site():
    first = 1_445_000_000_000_000_000
    said = [
        an_answer(
            number,
            f"We moved the seed library beside the window, borrowing doubled, and the geraniums like it too {number}",
            id=first + number * 4_194_304_000,
            author=number % 40,
            author_name=f"Reader Number {number % 40}",
            reply_to_id=first + (number - 1) * 4_194_304_000 if number % 4 == 1 else None,
            question=number // 500 + 1,
        )
        for number in range(1000)
    ]
    html = views.chat_page(ShownChat(a_record(*said), (), 1000, 40), {}, SiteOptions())
    assert len(html.encode()) < 300_000


async def test_without_pagefind_there_is_a_site_without_a_search(pages, monkeypatch):
    await pages.over(*what_was_said())
    await pages.building().build()
    assert find_pagefind() is not None
    assert "search.html" in pages.files()
    monkeypatch.setattr("bot.web.site.building.find_pagefind", lambda: None)
    built = await pages.building().build()
    assert not built.has_search
    assert [name for name in pages.files() if "search" in name or "pagefind" in name] == []
    assert 'role="search"' not in (pages.folder / "index.html").read_text(encoding="utf-8")
