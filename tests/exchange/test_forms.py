"""Each form of a chat says what was said, by whom and when, and tells of nobody who isn't named."""

import csv
import io
import zipfile
from datetime import UTC, datetime

import pytest

from bot.domain.chat import ChatState
from bot.domain.messages import Embed, Extras, Poll
from bot.exchange.archive import View
from bot.exchange.forms import Form, read_forms, write
from bot.exchange.names import file_name, slug
from bot.exchange.packing import Packed, TooBig, pack
from bot.exchange.references import references
from bot.exchange.words import Words, name_of
from bot.ui.texts import Texts
from tests.domain.making import START, a_chat, a_record, an_answer, an_asked_chat
from tests.web.test_page import MADE, a_rich_record


def made(form, record):
    return "".join(write(form, [record], View.SERVER, MADE)).replace("\u202f", " ")


MARKDOWN = """# \\#shelfchat: Reading in winter

- When: Thu, Dec 3, 2026, 8:00 PM EST / Fri, Dec 4, 2026, 1:00 AM UTC
- Length: 60 minutes
- Host: Noor
- Said: 9 messages by 6 people
- Times below: on the host's clock, America/New_York (UTC\u221205:00)

## Q1. What about 1?

asked 8:01 PM

- **Reader 11** (8:05 PM): A1: A \\*\\*thick\\*\\* atlas, see <https://example.org/atlas>.

  And a \\*thin\\* one
- **Reader 12** (8:05 PM, in reply to Reader 11): I agree, the ending is ||a map|| indeed
- **Reader 13** (8:05 PM, also under Q2): A1 & A2: on the ferry, every single morning
- **Reader 11** (8:05 PM, filed by time): A nice cup of tea helps as well
- **Reader 12** (8:05 PM, edited)
  - File: shelf.jpg
  - Its description: A shelf
  - File: b
- (deleted by its author or a moderator, 8:05 PM)
- (left out at its author's wish, 8:05 PM)

## Q2. What about 2?

asked 8:02 PM

- **Reader 16** (8:05 PM, in reply to a message that is gone): @Reader 11 and @someone in #channel with /digest
- **Reader 16** (8:05 PM, in reply to Q1, an app): No text: a sticker, or something that only Discord shows.

## Q3. What about 3?

asked 8:03 PM

No answers.

## Before and between the questions

- **Reader 995** (8:04 PM): Hello, I read from the ferry
  - Reactions: 2 \u00d7 \U0001f44b, 1 \u00d7 :owl:

## Links shared

- <https://example.org/atlas>\\
  A \\*\\*thick\\*\\* atlas\\
  shared by Reader 11, under Q1

File made on Sat, Dec 5, 2026, 1:00 AM UTC.
"""


def test_markdown_tells_question_by_question_what_was_said():
    assert made(Form.MARKDOWN, a_rich_record()) == MARKDOWN


def test_a_transcript_tells_in_the_order_of_time_what_was_said():
    text = made(Form.TEXT, a_rich_record())
    assert (
        "\n\n[8:03 PM] Q3. What about 3?\n[8:04 PM] Reader 995: Hello, I read from the ferry\n    Reactions: 2" in text
    )
    assert (
        "(Q1): A1: A **thick** atlas, see https://example.org/atlas.\n\n    And a *thin* one\n[8:05 PM] Reader" in text
    )
    assert "[8:05 PM] (left out at its author's wish)\n" in text
    assert text.endswith("\n    shared by Reader 11, under Q1\n\nFile made on Sat, Dec 5, 2026, 1:00 AM UTC.\n")


def test_a_table_has_a_row_for_each_message_with_where_it_stands():
    rows = list(csv.DictReader(io.StringIO(made(Form.CSV, a_rich_record()).removeprefix("\ufeff"), newline="")))
    assert len(rows) == 10
    both, gone = rows[3], rows[6]
    assert (both["questions"], both["filed_by"], both["posted_at_utc"], both["posted_at_local"]) == (
        "Q1, Q2",
        "label",
        "2026-12-04 01:05:03",
        "2026-12-03 20:05:03",
    )
    assert (gone["text"], gone["author"], gone["gone"]) == ("", "", "deleted by its author or a moderator")
    assert rows[2]["reply_to"] == rows[1]["message"] == "m101"
    assert rows[1]["link"] == "https://discord.com/channels/1/50/101"
    assert '"m101"' in made(Form.CSV, a_record(an_answer(1, "a tweet"), chat=a_chat()))
    assert "discord.com" not in made(Form.CSV, a_record(an_answer(1, "a tweet"), chat=a_chat()))


def test_what_came_with_a_message_is_told_too():
    extras = Extras(
        ("Owl",), (Embed("A title", "", "https://example.org"),), Poll("Tea?", (("yes", 2), ("no", 0))), pinned=True
    )
    text = made(Form.TEXT, a_record(an_answer(1, "", extras=extras)))
    assert "(Q1, pinned):\n    Sticker: Owl\n    Preview: A title, https://example.org\n    Poll: Tea?\n" in text
    assert "    2 \u00d7 yes, 0 \u00d7 no\n" in text


@pytest.mark.parametrize("form", [Form.HTML, Form.MARKDOWN, Form.TEXT])
def test_a_chat_that_goes_on_and_one_in_which_nothing_was_said_are_told_as_such(form):
    assert "over when th" in made(form, a_record(chat=an_asked_chat(state=ChatState.ASKING)))
    assert "This chat was called off." in made(form, a_record(chat=an_asked_chat(state=ChatState.CANCELLED)))
    for one in Form:
        assert made(one, a_record(chat=a_chat())) is not None


def test_who_is_not_named_is_never_told_as_having_shared_a_link():
    record = a_record(
        an_answer(1, "A1: The list: https://example.org/list", author=5, author_name="Noor"),
        an_answer(2, "A1: again https://example.org/list", author=-5, author_name="Reader 0001"),
        an_answer(3, "A fine map https://example.org/map", author=-6, author_name="Reader 0002", question=None),
        an_answer(4, "https://example.org/bare", author=-7, author_name="", question=2),
    )
    found = {one.url: one for one in references(record)}
    assert found["https://example.org/list"].note == "Shared by Noor under Q1"
    assert found["https://example.org/map"].note == ""
    assert found["https://example.org/bare"].note == "Shared under Q2"
    assert found["https://example.org/bare"].title == "example.org/bare"
    everything = "".join(made(form, record) for form in (Form.RIS, Form.BIBTEX, Form.CSL, Form.BOOKMARKS))
    assert "Reader" not in everything
    assert "TY  - ELEC\r\nTI  - The list\r\nT2  - #shelfchat: Reading in winter\r\n" in everything
    assert "Y2  - 2026/12/03\r\n" in everything


def test_several_chats_make_one_table_one_list_and_one_folder_each():
    records = [a_record(an_answer(n, f"https://example.org/{n}"), chat=an_asked_chat(id=n)) for n in (1, 2, 3)]
    texts = {form: "".join(write(form, records, View.SERVER, MADE)) for form in Form if not form.is_for_one}
    assert texts[Form.CSV].count("\r\n") == 4
    assert texts[Form.RIS].count("ER  - ") == 3
    assert texts[Form.CSL].count('"id": "chat') == 3
    assert texts[Form.BOOKMARKS].count("<H3 ") == 3


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ade", "Ade"),
        ("  A\n b ", "A b"),
        ("\u202eevil", "evil"),
        ("\U0001f4da", "\U0001f4da"),
        ("", "someone"),
        ("\u200b", "someone"),
        ("\u3164\u2800 ", "someone"),
        ("\u0301", "someone"),
        ("\u200d\u200c", "someone"),
    ],
)
def test_a_name_is_something_that_can_be_seen(name, shown):
    assert name_of(name, Texts()) == shown


def test_discords_signs_are_words():
    words = Words({5: "Noor"}, "America/New_York", Texts())
    assert words.plain("<@5> <@!6> <@&7> <#8> <a:wave:9> </digest:1> <https://x.y>") == (
        "@Noor @someone @someone #channel :wave: /digest https://x.y"
    )
    assert words.plain("<t:1796346000:F>") == "Thu, Dec 3, 2026, 8:00 PM EST"
    assert words.plain("<t:999999999999>") == "t:999999999999"


def test_forms_are_read_as_they_are_typed():
    assert read_forms("HTML, md .csv + bib and json html") == (
        (Form.HTML, Form.MARKDOWN, Form.CSV, Form.BIBTEX, Form.JSON),
        (),
    )
    assert read_forms("all")[0] == tuple(Form)
    assert read_forms("pdf, text") == ((Form.TEXT,), ("pdf",))


def test_files_are_called_after_their_chat():
    assert file_name(a_chat(hashtag="LibChat"), "md") == "LibChat-2026-12-04-7.md"
    assert file_name(a_chat(hashtag="\uc0ac\uc11c"), "md") == "\uc0ac\uc11c-2026-12-04-7.md"
    assert slug("../..") == "chat"
    assert slug("con") == "chat-con"


AT = datetime(2026, 12, 5, tzinfo=UTC)


def test_what_fits_goes_as_it_is_and_the_rest_in_as_few_zips_as_can_be():
    one = Packed("a.md", b"x" * 900)
    assert pack([one], "all", 1_000, AT) == [one]
    (zipped,) = pack([one], "all", 500, AT)
    assert zipped.name == "all.zip"
    dense = [Packed(f"{n}.md", bytes((n * i * i + i) % 251 for i in range(3_000))) for n in (1, 2, 3)]
    parts = pack(dense, "all", 8_000, AT)
    assert len(parts) > 1 or parts[0].name == "all.zip"
    names = [name for part in parts for name in zipfile.ZipFile(io.BytesIO(part.data)).namelist()]
    assert names == ["1.md", "2.md", "3.md"]
    assert all(len(part.data) <= 8_000 for part in parts)
    with pytest.raises(TooBig, match=r"1\.md"):
        pack(dense, "all", 200, AT)
    assert pack(dense, "all", 8_000, AT) == parts
    assert START < AT
