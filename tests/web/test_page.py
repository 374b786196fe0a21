"""The page holds all that may be shown, nothing that may not, and whatever people type stays text."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.domain.chat import ChatState, Question
from bot.domain.digest import make_digest
from bot.domain.errors import SetupProblem
from bot.domain.messages import Attachment, Basis, Filing
from bot.web.page import render_page, write_page
from tests.domain.making import START, a_chat, a_record, an_answer, an_asked_chat
from tests.web.reading_html import HOSTILE, assert_harmless, parse, text_of

MADE = START + timedelta(days=1)
SECRET = "quince"
SPOILER = "<details class=spoiler><summary>Spoiler</summary>"
GONE = {"text": SECRET, "is_deleted": True}
LEFT_OUT = {"text": SECRET, "is_left_out": True, "author_name": "Wilhelmina"}


def html_of(*messages, chat=None, made_at=MADE):
    record = a_record(*messages, chat=chat)
    return render_page(record, make_digest(record), made_at=made_at)


def page(*messages, chat=None):
    return parse(html_of(*messages, chat=chat))


def message(document, number):
    """The element of the message that `an_answer(number, …)` made."""
    (found,) = document.findall(f".//*[@id='m{100 + number}']")
    return found


def shown(text, **changes):
    """How the text of a message looks on the page, as an element."""
    return message(page(an_answer(1, text, **changes)), 1)


def html_shown(text):
    """The HTML between a message's time and its end."""
    return html_of(an_answer(1, text)).rpartition("id=m101>")[2].partition("</a>")[2].partition("</li>")[0]


def a_rich_record():
    """A chat with one of everything."""
    chat = an_asked_chat(3, state=ChatState.CLOSED)
    both = (Filing(1, Basis.LABEL), Filing(2, Basis.LABEL))
    files = (Attachment(1, "shelf.jpg", "https://cdn.example/1", 9, "image/jpeg", "A shelf"), Attachment(2, "b", "", 1))
    return a_record(
        an_answer(-5, "Hello, I read from the ferry", question=None, reactions=(("👋", 2), ("<:owl:9>", 1))),
        an_answer(1, "A1: A **thick** atlas, see https://example.org/atlas.\n\nAnd a *thin* one", author=11),
        an_answer(2, "I agree, the ending is ||a map|| indeed", author=12, reply_to_id=101),
        an_answer(3, "A1 & A2: on the ferry, every single morning", author=13, filings=both),
        an_answer(4, "A nice cup of tea helps as well", author=11, filings=(Filing(1, Basis.INFERRED),)),
        an_answer(5, "", author=12, attachments=files, edited_at=MADE),
        an_answer(6, author=14, **GONE),
        an_answer(7, author=15, **LEFT_OUT),
        an_answer(8, "<@11> and <@15> in <#50> with </digest:12>", author=16, question=2, reply_to_id=107),
        an_answer(9, "", author=16, question=2, by_machine=True, reply_to_id=100),
        chat=chat,
    )


@pytest.fixture(scope="module")
def rich():
    record = a_rich_record()
    return parse(render_page(record, make_digest(record), made_at=MADE))


def test_the_document_has_its_landmarks_one_title_and_headings_in_order(rich):
    assert rich.get("lang") == "en-US"
    assert rich.findtext("head/title") == "#shelfchat: Reading in winter"
    parts = [(element.tag, element.get("id")) for element in rich.find("body")]
    assert parts == [("a", None), ("header", None), ("nav", None), ("main", "chat"), ("footer", None)]
    assert rich.find("body")[0].get("href") == "#chat"
    sections = [section.get("id") for section in rich.findall(".//main/section")]
    assert sections == ["brief", "q1", "q2", "q3", "asides", "links"]
    levels = [int(element.tag[1]) for element in rich.iter() if re.fullmatch(r"h\d", str(element.tag))]
    assert levels == [1, 2, 3, 3, 3, 2, 2, 2, 2, 2]
    assert [text_of(heading) for heading in rich.findall(".//h2")][1] == "Q1 What about 1?"


def test_anchors_are_unique_and_every_link_within_the_page_leads_somewhere(rich):
    anchors = [element.get("id") for element in rich.iter() if element.get("id")]
    assert len(anchors) == len(set(anchors))
    inner = [link.get("href") for link in rich.iter("a") if link.get("href").startswith("#")]
    assert {link[1:] for link in inner} <= set(anchors)
    quotes = rich.findall(".//figcaption/a")
    assert quotes
    assert all(link.get("href").startswith("#m") for link in quotes)


def test_every_message_is_shown_once_in_order_of_time(rich):
    ids = [item.get("id") for item in rich.findall(".//section[@id='q1']/ol/li")]
    assert ids == ["m101", "m102", "m103", "m104", "m105", "m106", "m107"]
    assert text_of(rich.findall(".//section[@id='q2']/ol/li")[0]) == "Reader 13 answered this together with Q1"
    assert [item.get("id") for item in rich.findall(".//section[@id='q2']/ol/li")] == [None, "m108", "m109"]
    assert text_of(rich.find(".//section[@id='q3']")).split("?")[1].split() == ["asked", "8:03", "PM", "No", "answers."]
    assert [item.get("id") for item in rich.findall(".//section[@id='asides']/ol/li")] == ["m95"]


def test_a_message_says_who_when_to_whom_and_how_it_was_filed(rich):
    first, reply, inferred = (message(rich, number) for number in (1, 2, 4))
    assert text_of(first).startswith("Reader 11 8:05\u202fPM")
    assert first.find("a/time").get("datetime") == "2026-12-04T01:05:01Z"
    assert [text_of(paragraph) for paragraph in first.findall("p")] == [
        "A1: A thick atlas, see example.org/atlas.",
        "And a thin one",
    ]
    assert (first.find("p/strong").text, first.findall("p")[1].find("em").text) == ("thick", "thin")
    assert [(text_of(link), link.get("href")) for link in reply.findall("a")][1] == ("in reply to Reader 11", "#m101")
    assert [note.text for note in inferred.findall("small")] == ["filed by time"]
    assert first.findall("small") == []
    assert [text_of(link) for link in message(rich, 8).findall("a")][1] == "in reply to a message that is gone"
    assert [text_of(link) for link in message(rich, 9).findall("a")][1] == "in reply to Q1"
    assert [note.text for note in message(rich, 9).findall("small")] == ["an app"]


@pytest.mark.parametrize("unseen", ["\u200b", "\u3164\u2800", "\u0301", " "])
def test_a_name_of_which_nothing_can_be_seen_is_someones(unseen):
    first = an_answer(1, "A1: a thick atlas: https://example.org/atlas", author_name=unseen)
    document = page(first, an_answer(2, "and a thin one", author=12, reply_to_id=101))
    assert text_of(message(document, 1)).startswith("someone ")
    assert [text_of(link) for link in message(document, 2).findall("a")][1] == "in reply to someone"


def test_files_are_named_with_their_description_and_reactions_are_text(rich):
    files = message(rich, 5)
    parts = [text_of(part) for part in files.findall("p")]
    assert parts == ["File: shelf.jpg", "Its description: A shelf", "File: b"]
    assert [note.text for note in files.findall("small")] == ["edited"]
    assert text_of(message(rich, -5)).endswith("Reactions: 2 × 👋, 1 × :owl:")  # noqa: RUF001 - as it is read
    assert "cdn.example" not in text_of(rich)


def test_mentions_are_words_and_name_only_who_may_be_named(rich):
    assert text_of(message(rich, 8)).endswith("@Reader 11 and @someone in #channel with /digest")
    assert text_of(shown("<@&5> <@!5> <a:wave:12> <@123456789012345678901>")).endswith(
        "@someone @someone :wave: <@123456789012345678901>"
    )


def test_what_is_deleted_or_left_out_is_a_gap_without_words_and_name(rich):
    assert text_of(message(rich, 6)) == "deleted by its author or a moderator 8:05\u202fPM"
    assert text_of(message(rich, 7)) == "left out at its author's wish 8:05\u202fPM"
    assert "Reader 14" not in text_of(rich)


@pytest.mark.parametrize("gone", [GONE, LEFT_OUT, GONE | LEFT_OUT, {"text": None}])
def test_nothing_of_what_is_gone_appears_anywhere_even_if_the_digest_is_older(gone):
    link = f"A1: the {SECRET} at https://example.org/{SECRET} and much more"
    file = Attachment(1, f"{SECRET}.jpg", "", 1, None, SECRET)
    before = an_answer(1, link, author=9, author_name="Wilhelmina", attachments=(file,), reactions=((SECRET, 1),))
    reply = an_answer(2, "I would like to hear more of this, <@9>", author=8, reply_to_id=101)
    old = make_digest(a_record(before, reply))
    now = a_record(replace(before, **gone), reply)
    for digest in (old, make_digest(now)):
        html = render_page(now, digest, made_at=MADE)
        assert SECRET not in html
        assert "Wilhelmina" not in html
        assert text_of(message(parse(html), 2)).endswith("hear more of this, @someone")


def test_links_say_who_shared_them_and_under_which_question():
    document = page(
        an_answer(1, "A1: https://example.org/a?utm_source=x and http://example.org/b", author=1),
        an_answer(2, "again https://example.org/a", author=2, question=2),
        an_answer(-3, "hello https://example.org/c", author=3, question=None),
    )
    items = document.findall(".//section[@id='links']/ul/li")
    assert [(text_of(item), item.find("a").get("href")) for item in items] == [
        ("example.org/ashared by Reader 1, Reader 2, under Q1", "https://example.org/a"),
        ("example.org/cshared by Reader 3, beside the questions", "https://example.org/c"),
        ("example.org/bshared by Reader 1, under Q1", "http://example.org/b"),
    ]


def test_questions_not_asked_are_left_out_unless_somebody_answered_them():
    chat = a_chat([Question(1, "One?", 100, START), Question(2, "Two?"), Question(3, "Three?")])
    early = an_answer(1, "A2: early", question=2)
    document = page(early, an_answer(2, "A9: of no question", question=9), chat=chat)
    assert [s.get("id") for s in document.findall(".//main/section")] == ["brief", "q1", "q2", "asides"]
    assert text_of(message(document, 2)).endswith("A9: of no question")


def test_a_chat_without_anything_is_a_page_too():
    document = page(chat=a_chat())
    assert [s.get("id") for s in document.findall(".//main/section")] == ["brief"]
    assert "No question was asked." in text_of(document)


@pytest.mark.parametrize(
    ("state", "said"), [("closed", None), ("cancelled", "This chat was called off."), ("asking", "This chat wasn't")]
)
def test_the_page_says_if_the_chat_is_not_simply_over(state, said):
    found = page(chat=an_asked_chat(state=ChatState(state))).find(".//p[@class='state']")
    assert (found is None) if said is None else found.text.startswith(said)


def test_times_are_on_the_hosts_clock_with_utc_beside_and_dates_after_midnight():
    late = an_answer(1, "A1: late, and still here", posted_at=datetime(2026, 12, 4, 5, 10, tzinfo=UTC))
    document = page(late)
    facts = {text_of(row.find("dt")): row.find("dd") for row in document.findall(".//dl/div")}
    times = [(time.get("datetime"), time.text.replace("\u202f", " ")) for time in facts["When"].findall("time")]
    assert times == [
        ("2026-12-04T01:00:00Z", "Thu, Dec 3, 2026, 8:00 PM EST"),
        ("2026-12-04T01:00:00Z", "Fri, Dec 4, 2026, 1:00 AM UTC"),
    ]
    assert text_of(facts["Times below"]) == "on the host's clock, America/New_York (UTC\u221205:00)"
    assert message(document, 1).find("a/time").text == "Dec 4, 12:10\u202fAM"


def test_a_page_in_another_language_says_so_and_tells_time_its_way():
    document = page(an_answer(1, "A1: hallo"), chat=an_asked_chat(locale="de", zone="UTC"))
    assert document.get("lang") == "de"
    assert message(document, 1).find("a/time").text == "01:05"
    assert len(document.findall(".//dl/div")[0].findall("dd/time")) == 1


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("a\nb\n\n\nc", "<p>a<br>b</p><p>c</p>"),
        ("**a *b* c**", "<p><strong>a <em>b</em> c</strong></p>"),
        ("_a_ __b__ ~~c~~", "<p><em>a</em> <em>b</em> <s>c</s></p>"),
        ("`**a** <b>`", "<p><code>**a** &lt;b&gt;</code></p>"),
        (r"\*a\* 2 * 3 * 4 snake_case_name", "<p>*a* 2 * 3 * 4 snake_case_name</p>"),
        ("\u05e9\u05dc\u05d5\u05dd", "<p dir=auto>\u05e9\u05dc\u05d5\u05dd</p>"),
        ("a ||b _c_|| d", f"<div class=p>a {SPOILER}b <em>c</em></details> d</div>"),
    ],
)
def test_markdown_looks_like_what_people_meant(typed, html):
    assert html_shown(typed) == html


@pytest.mark.parametrize(
    ("typed", "addresses"),
    [
        (
            "see https://example.org/a_(b), and <http://example.org>!",
            ["https://example.org/a_(b)", "http://example.org"],
        ),
        ("[name](https://example.org/x) **https://example.org/y**", ["https://example.org/x", "https://example.org/y"]),
        ("https://example.org/?a[]=1&b=2.", ["https://example.org/?a[]=1&b=2"]),
        ("javascript:alert(1) data:text/html,x ftp://example.org file:///etc", []),
        ("https://user:pw@example.org https:// https://<b> https://exa\u202emple.org", []),
    ],
)
def test_only_whole_web_addresses_become_links(typed, addresses):
    links = shown(typed).findall(".//p//a")
    assert [link.get("href") for link in links] == addresses
    assert {link.get("rel") for link in links} <= {"nofollow ugc"}


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE, HOSTILE, HOSTILE)
@example("<script>alert(1)</script>", '"><img src=x>', "\u202eabc")
@example("||**|| https://x.y/||", "", "{name}")
def test_whatever_people_type_anywhere_stays_text(text, name, other):
    file = Attachment(1, name, other, 1, None, text)
    asked = (Question(1, f"{text} {other}", 100, START), Question(2, other, 200, START))
    chat = a_chat(asked, title=other, hashtag=name, host_name=text, thread_id=50)
    both = (Filing(1, Basis.LABEL), Filing(2, Basis.LABEL))
    html = html_of(
        an_answer(1, f"A1: {text}", author=11, author_name=name, attachments=(file,), reactions=((text, 1), (name, 2))),
        an_answer(2, f"{name} a long enough answer {text}", author_name=other, reply_to_id=101, filings=both),
        an_answer(3, other, question=None, author_name=text),
        chat=chat,
    )
    document = parse(html)
    assert_harmless(document)
    assert len(document.findall(".//main/section/ol/li")) == 4
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00]", html)


@given(st.text(st.characters(categories=["L", "N", "Zs", "P"], exclude_characters="\\*_~`|<:\u202f")))
def test_plain_words_are_shown_as_they_were_typed(text):
    paragraphs = shown(f"A1: {text}").findall("p")
    assert text_of(paragraphs[0]) == f"A1: {text}".strip()


def test_a_thousand_messages_make_a_page_of_less_than_300_kilobytes():
    first = 1_445_000_000_000_000_000
    sentence = "We moved the seed library beside the window and borrowing doubled"
    said = []
    for number in range(1000):
        basis = Basis.INFERRED if number % 3 else Basis.LABEL
        said.append(
            an_answer(
                number,
                f"{sentence} {number}",
                id=first + number * 4_194_304_000,
                author=number % 40,
                author_name=f"Reader Number {number % 40}",
                filings=(Filing(number // 500 + 1, basis),),
                reactions=(("👍", 3),) if number % 10 == 0 else (),
                reply_to_id=first + (number - 1) * 4_194_304_000 if number % 5 == 1 else None,
            )
        )
    assert len(html_of(*said).encode()) < 300_000


def test_the_page_asks_no_other_address_for_anything():
    html = html_of(an_answer(1, "A1: nothing to see"))
    assert "default-src 'none'" in html.replace("&#39;", "'")
    assert not re.search(r"@import|url\(|src=|<script|http://|https://", html)


def test_a_page_is_written_at_once_and_replaces_the_old_one(tmp_path):
    path = tmp_path / "new" / "chat.html"
    for html in ("old", "new ✓\n"):
        write_page(path, html)
        assert path.read_bytes() == html.encode()
        assert list(path.parent.iterdir()) == [path]


def test_a_page_that_cannot_be_written_is_the_operators_to_solve_and_leaves_no_trace(tmp_path):
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "chat.html", tmp_path / "folder"):
        with pytest.raises(SetupProblem, match="can't be written") as caught:
            write_page(path, "x")
        assert caught.value.advice
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]
