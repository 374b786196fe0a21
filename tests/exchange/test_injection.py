"""Ten thousand texts that try to be more than text go through every output, and parsers find nothing but text in it."""

import csv
import inspect
import io
import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import bibtexparser
import html5lib
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.domain.chat import ChatState, Question
from bot.domain.digest import Length, make_digest
from bot.domain.errors import BadInput
from bot.domain.search import read_query
from bot.exchange.archive import View, read_archive
from bot.exchange.forms import Form, write
from bot.exchange.names import file_name, slug
from bot.exchange.outline import Outline
from bot.exchange.references import references
from bot.exchange.table import BYTE_ORDER_MARK, COLUMNS, guarded, unguarded
from bot.exchange.words import fit
from bot.services.search_ports import Scope
from bot.storage import searching
from bot.ui.calendars import feed
from bot.ui.digest import Wanted, pages
from bot.ui.digest.markdown import as_markdown
from bot.ui.texts import texts_for
from bot.web.digest_file import render_digest
from tests.domain.making import START, a_chat
from tests.exchange.hostile import records, texts
from tests.support import calendars
from tests.web.reading_html import assert_harmless, parse
from tests.web.test_page import MADE

CHATS = range(5)
FORMULA = re.compile(r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]")
UNSEEN = re.compile(
    r"^[\s\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff]*"
)
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f-\x9f]")


def made(form, number):
    return "".join(write(form, [records()[number]], View.SERVER, MADE))


def assert_address(url):
    parts = urlsplit(url)
    assert parts.scheme in {"http", "https"}
    assert parts.netloc
    assert not re.search(r"[\s<>\"\\^`{|}\x00-\x20\x7f]", url)
    assert parts.username is None


@pytest.mark.parametrize("number", CHATS)
def test_a_page_has_the_elements_that_it_should_and_no_other(number):
    record = records()[number]
    document = parse(made(Form.HTML, number))
    assert_harmless(document)
    # Each message has its place once, also where several that are gone stand together.
    places = [element.get("id") for element in document.iter() if re.fullmatch(r"m\d+", element.get("id", ""))]
    assert sorted(places) == sorted(f"m{m.id}" for m in record.messages)
    shown = {f"m{m.id}" for m in record.messages if m.is_readable}
    said = {item.get("id") for item in document.findall(".//li[@id]") if item.get("class") != "gone"}
    assert said == shown
    assert [section.get("id") for section in document.findall(".//section")] == [
        "brief",
        *(f"q{n}" for n in range(1, 6)),
        "asides",
        "links",
    ]
    assert not TURNING.search("".join(document.itertext()).replace("\n", ""))


@pytest.mark.parametrize("number", CHATS[:2])
def test_a_digests_page_has_no_other_elements_either(number):
    record = replace(records()[number], chat=replace(records()[number].chat, hashtag="read_along"))
    digest = make_digest(record, Length.FULL.quotes, Length.FULL.per_person)
    assert sum(len(part.quotes) for part in digest.questions) > 5
    wanted = Wanted(Length.FULL, upcoming=replace(record.chat, id=99), is_kept=True)
    document = parse(render_digest(digest, wanted, texts_for("en-US"), made_at=MADE))
    assert_harmless(document)
    assert_tokens(as_markdown(digest, wanted, texts_for("en-US")), DIGEST_BLOCKS)
    for page in pages(digest, wanted, texts_for("en-US")):
        for text in page:
            assert not re.search(r"^(#{1,3} |>>> )", text, re.MULTILINE)


READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
BLOCKS = {"heading_open", "heading_close", "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"}
BLOCKS |= {"paragraph_open", "paragraph_close", "inline"}
DIGEST_BLOCKS = BLOCKS - {"heading_open"} | {"blockquote_open", "blockquote_close"}
INLINE = {"text", "text_special", "hardbreak", "softbreak", "strong_open", "strong_close", "link_open", "link_close"}


def assert_tokens(text, blocks):
    """Only these blocks and our few kinds of inline; the tokens."""
    tokens = READER.parse(text)
    for token in tokens:
        assert token.type in blocks, (token, text.splitlines()[slice(*token.map)] if token.map else "")
        for inline in token.children or ():
            assert inline.type in INLINE or inline.content == "/help", (inline.type, token.content)
            if inline.type == "link_open":
                assert_address(inline.attrs["href"])
    return tokens


def strong_in(tokens):
    return [inline for token in tokens for inline in token.children or () if inline.type == "strong_open"]


def visible(token):
    """What a reader sees of an inline token, without spaces."""
    parts = ["\n" if one.type in {"hardbreak", "softbreak"} else one.content for one in token.children]
    return "".join("".join(parts).split())


@pytest.mark.parametrize("number", CHATS)
def test_markdown_holds_our_headings_lists_and_names_and_nothing_else(number):
    record = records()[number]
    outline, text = Outline(record), made(Form.MARKDOWN, number)
    assert not TURNING.search(text.replace("\n", ""))
    tokens = assert_tokens(text, BLOCKS)
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1", *["h2"] * 7]
    shown = [m for m in record.messages if m.is_readable]
    assert len(strong_in(tokens)) == len(shown)
    outer = [token for token in tokens if token.type == "list_item_open" and token.level == 1]
    assert len(outer) == len(record.messages) + len(outline.facts) + len(outline.links)
    # Word for word what was said, where no address was made a link of.
    seen = {visible(token) for token in tokens if token.type == "inline"}
    whole = "\n".join(seen)
    for message in shown:
        for paragraph in re.split(r"\n\s*\n", outline.text(message)):
            said = "".join(paragraph.split())
            if said and "://" not in said:
                assert said in whole, paragraph


@pytest.mark.parametrize("number", CHATS)
def test_in_a_transcript_only_lines_of_ours_begin_at_the_margin(number):
    record = records()[number]
    outline, text = Outline(record), made(Form.TEXT, number)
    assert not TURNING.search(text.replace("\n", ""))
    assert "\r" not in text
    at_margin = [line for line in text.splitlines() if line and not line.startswith(" ")]
    asked_or_said = [line for line in at_margin if re.match(r"\[[^\[\]]+\] ", line)]
    assert len(asked_or_said) == len(record.messages) + len(outline.questions)
    # A title, the facts, the heading of the links, each link, and when the file was made.
    assert len(at_margin) == len(asked_or_said) + 1 + len(outline.facts) + 1 + len(outline.links) + 1


def assert_no_formula(cell):
    assert not FORMULA.match(UNSEEN.sub("", cell)), repr(cell)


@pytest.mark.parametrize("number", CHATS)
def test_no_cell_of_a_table_is_a_formula_and_each_holds_what_was_said(number):
    record = records()[number]
    outline, text = Outline(record), made(Form.CSV, number)
    assert text.startswith(BYTE_ORDER_MARK)
    rows = list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline=""), strict=True))
    assert rows[0] == list(COLUMNS)
    assert len(rows) == len(record.messages) + 1
    for row, message in zip(rows[1:], outline.messages, strict=True):
        assert len(row) == len(COLUMNS)
        for cell in row:
            assert_no_formula(cell)
            assert not TURNING.search(cell.replace("\n", ""))
        said = dict(zip(COLUMNS, row, strict=True))
        assert said["message"] == f"m{message.id}"
        if message.is_readable:
            assert unguarded(said["text"]) == fit(outline.words.plain(message.text)).strip()
            assert unguarded(said["author"]) == outline.name(message)
        else:
            assert (said["text"], said["author"]) == ("", "")
    # As a spreadsheet reads it that expects semicolons or tabs and so knows nothing of our quotation marks.
    for cell in re.split(r"[;\t\r\n]", text.removeprefix(BYTE_ORDER_MARK)):
        if not cell.startswith("-)"):
            assert_no_formula(cell)
            assert_no_formula(cell.strip('"'))


@pytest.mark.parametrize("number", CHATS)
def test_references_are_what_their_readers_expect(number):
    record = records()[number]
    expected = list(references(record))
    assert len(expected) > 100
    urls = [one.url for one in expected]
    for url in urls:
        assert_address(url)
    ris = rispy.loads(made(Form.RIS, number))
    assert [(one["type_of_reference"], one["title"]) for one in ris] == [("ELEC", one.title) for one in expected]
    assert [one["urls"] for one in ris] == [[url.replace(";", "%3B")] for url in urls]
    keys = {"type_of_reference", "title", "secondary_title", "urls", "access_date", "notes", "id"}
    assert {key for one in ris for key in one} == keys
    bibtex = bibtexparser.parse_string(made(Form.BIBTEX, number))
    assert bibtex.failed_blocks == []
    assert [(entry.entry_type, entry.key) for entry in bibtex.entries] == [("online", one.key) for one in expected]
    assert len(bibtex.blocks) == len(expected)
    assert {field.key for entry in bibtex.entries for field in entry.fields} <= {
        "title",
        "organization",
        "url",
        "urldate",
        "note",
    }
    assert [entry["url"] for entry in bibtex.entries] == urls
    csl = json.loads(made(Form.CSL, number))
    assert [(one["id"], one["type"], one["title"], one["URL"]) for one in csl] == [
        (one.key, "webpage", one.title, one.url) for one in expected
    ]
    assert not any(re.search(r"<[/!?a-z]", f"{one['title']}{one.get('note')}", re.IGNORECASE) for one in csl)


@pytest.mark.parametrize("number", CHATS)
def test_bookmarks_are_links_in_a_folder(number):
    record = records()[number]
    expected = list(references(record))
    document = html5lib.HTMLParser(namespaceHTMLElements=False).parse(made(Form.BOOKMARKS, number))
    links = list(document.iter("a"))
    assert [link.get("href") for link in links] == [one.url for one in expected]
    assert [link.text for link in links] == [one.title for one in expected]
    tags = {element.tag for element in document.iter()}
    assert tags == {"html", "head", "meta", "title", "body", "h1", "dl", "p", "dt", "h3", "a", "dd"}
    assert {name for link in links for name in link.attrib} == {"href", "add_date"}


def test_the_archive_holds_all_of_it_word_for_word():
    written = "".join(write(Form.JSON, records(), View.EVERYTHING, MADE))
    assert list(read_archive(io.BytesIO(written.encode()))) == list(records())
    # However it is shown, a line is a line.
    assert len(written.split("\n")) == sum(len(r.messages) for r in records()) + 2 * len(records()) + 3


def test_a_calendar_has_the_entries_that_it_should_and_each_says_what_was_typed():
    typed = [" ".join(text.split()) or "x" for text in texts()]
    size = len(typed) // 5
    chats = [
        a_chat(
            [Question(1, typed[n + 3 * size], message_id=5), Question(2, typed[n + 4 * size])],
            id=n + 1,
            title=typed[n],
            host_name=typed[n + size],
            description=typed[n + 2 * size],
            starts_at=START + timedelta(hours=n),
            zone="UTC",
            state=ChatState.CLOSED,
        )
        for n in range(size)
    ]
    made_of = feed(chats, typed[0], MADE, texts_for("en-US"))
    lines = made_of.split(b"\r\n")
    assert lines.count(b"BEGIN:VEVENT") == lines.count(b"END:VEVENT") == size
    # Each line begins with a name that is one of ours, or goes on with the one before.
    names = {re.match(rb"[A-Z\-]+|[ \t]", line)[0] for line in lines if line}
    assert names <= CALENDAR_NAMES
    for start in range(0, size, size // 4):
        # The other library takes its time.
        some = chats[start : start + 25]
        found = calendars.read(feed(some, "Chats", MADE, texts_for("en-US")))
        assert [(entry.starts_at, entry.status) for entry in found.values()] == [
            (chat.starts_at, "CONFIRMED") for chat in some
        ]


CALENDAR_NAMES = set(
    b"BEGIN END PRODID VERSION METHOD NAME X-WR-CALNAME REFRESH-INTERVAL X-PUBLISHED-TTL UID DTSTAMP SEQUENCE STATUS "
    b"SUMMARY DESCRIPTION DTSTART DTEND URL LOCATION TZID TRANSP LAST-MODIFIED TZOFFSETFROM TZOFFSETTO TZNAME RRULE "
    b"RDATE CATEGORIES".split()
) | {b" "}


class Anything(dict):
    """Every word is in the vocabulary."""

    def __missing__(self, _word):
        return [1]


# Those of words, and whatever else stands as a number in the index.
KINDS_OF_NUMBERS = len(inspect.signature(searching._expression).parameters) - 2


def test_nothing_that_is_looked_for_is_read_as_the_language_of_the_index():
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE search USING fts5(words, scope)")
        asked = 0
        for text in texts():
            try:
                query = read_query(text, "UTC")
            except BadInput:
                continue
            expression = searching._expression(query, Scope(1), *[Anything()] * KINDS_OF_NUMBERS)
            assert expression is None or re.fullmatch(r'(?:[a-z]\d+|m|words|scope|AND|OR|NOT|[": ()])+', expression)
            if expression:
                asked += 1
                connection.execute("SELECT rowid FROM search WHERE search MATCH ?", (expression,)).fetchall()
    assert asked > 5_000


# fmt: off
NAMES = (
    "../../etc/passwd", "..", ".", "", "CON", "con.txt", "Nul", "COM1", "lpt\u00b9", "aux ", "a" * 300, "\u20dd" * 300,
    "\U0001f4d6" * 300, "\u6587" * 300, "trail.", "trail ", "C:\\x", "a/b", "a\x00b", "-rf", "~", "$HOME", "%TEMP%",
    "\u202egpj.exe", "Caf\u00e9", "Cafe\u0301",
)
# fmt: on
DEVICES = re.compile(
    r"(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:[.\s].*)?", re.IGNORECASE
)


def test_whatever_a_chat_is_called_its_file_has_a_name_that_every_system_takes(tmp_path):
    for place, text in enumerate((*NAMES, *texts())):
        name = file_name(a_chat(hashtag=text), "csl.json")
        for one in (name, slug(text), slug(text, "series")):
            assert 0 < len(one.encode()) <= 150
            assert not re.search(r"[\x00-\x1f\x7f-\x9f<>:\"/\\|?*\s\u200b-\u200f\u2028-\u202e\u2066-\u2069]", one)
            assert one[0] not in "-.~$% "
            assert one[-1] not in ". "
            assert not DEVICES.fullmatch(one)
        if place < len(NAMES):
            (tmp_path / name).write_text("x", encoding="utf-8")
            assert [path.name for path in tmp_path.iterdir()] == [name]
            (tmp_path / name).unlink()


@given(st.text(alphabet=st.sampled_from("=+-@'\";,\t\r\n \u200b\uff1d)a1") | st.characters(), max_size=12))
def test_what_stands_in_a_cell_can_be_told_from_it(text):
    assert unguarded(guarded(text)) == text
    assert_no_formula(guarded(text))
