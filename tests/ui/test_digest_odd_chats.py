"""Chats that are unlike others have a digest too: it fits, quotes verbatim, and says what there is."""

import re
from dataclasses import replace

import pytest

from bot.domain.chat import ChatState
from bot.domain.digest import Length, make_digest
from bot.domain.manner import Format, Layout
from bot.ui.digest import Wanted, pages
from bot.ui.texts import Texts
from tests.domain.making import a_record, an_answer, an_asked_chat

SAY = Texts()
PLACES = ("mill", "school", "station", "harbour", "bakery", "church", "museum", "market", "garden", "bridge")
TONGUES = (
    "A1: We meet in the reading room behind the stairs every winter",
    "A1: Wir treffen uns jeden Winter im Lesesaal hinter der Treppe",
    "A1: Nos encontramos cada invierno en la sala de lectura, al lado de la escalera",
    "A1: 私たちは毎年冬に階段の後ろの閲覧室で集まります",
    "A1: نلتقي كل شتاء في قاعة القراءة خلف الدرج",
)


def garden(number):
    return f"A1: the reading garden number {number} behind the {PLACES[number % 10]}, with a bench for {number}"


CHATS = {
    "no answer": [],
    "one answer": [an_answer(1, garden(1))],
    "600 answers to one question": [an_answer(n, garden(n), author=n % 200) for n in range(1, 601)],
    "all from one person": [an_answer(n, garden(n), author=7) for n in range(1, 40)],
    "all links": [an_answer(n, f"https://example.org/{n}", author=n) for n in range(1, 30)],
    "code blocks": [an_answer(n, f"A1: ```py\nprint({n})\n``` shelves sorted by `key`", author=n) for n in range(1, 9)],
    "five languages": [an_answer(n, text, author=n) for n, text in enumerate(TONGUES, start=1)],
    "right to left": [an_answer(n, f"{TONGUES[4]} \u202e {n}", author=n) for n in range(1, 9)],
    "4,000 characters each": [an_answer(n, (garden(n) + ". ") * 60, author=n) for n in range(1, 12)],
    "only emoji": [an_answer(n, "📚" * n, author=n) for n in range(1, 12)],
    "all left out": [
        replace(an_answer(n, ""), text=None, author_name="", is_left_out=True, author_id=n) for n in range(1, 9)
    ],
}


@pytest.mark.parametrize("state", [ChatState.ASKING, ChatState.CLOSED])
@pytest.mark.parametrize("length", list(Length))
@pytest.mark.parametrize("kind", list(CHATS))
def test_it_fits_and_quotes_what_was_said(kind, length, state):
    record = a_record(*CHATS[kind], chat=an_asked_chat(2, state=state))
    digest = make_digest(record, length.quotes, length.per_person)
    found = pages(digest, Wanted(length), SAY)
    assert found
    assert all(0 < sum(map(len, page)) <= 4_000 for page in found)
    assert all(text.strip() for page in found for text in page)
    said = {message.id: " ".join((message.text or "").split()) for message in record.messages}
    for quote in (q for part in digest.questions for q in part.quotes):
        assert all(piece.strip() in said[quote.message_id] for piece in quote.text.split("…"))


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("no answer", "No answers yet."),
        ("one answer", "1 answer by 1 person"),
        ("600 answers to one question", "600 answers by 200 people"),
        ("all from one person", "39 answers by 1 person"),
        ("all links", "**29 links were shared**"),
        ("five languages", "5 answers by 5 people"),
        ("only emoji", "11 answers by 11 people"),
        ("all left out", "8 answers by 8 people"),
    ],
)
def test_it_says_what_there_is(kind, says):
    record = a_record(*CHATS[kind], chat=an_asked_chat(2))
    together = "\n".join(text for page in pages(make_digest(record), Wanted(), SAY) for text in page)
    assert says in together


def test_of_600_answers_the_rest_is_counted_with_the_way_there():
    record = a_record(*CHATS["600 answers to one question"], chat=an_asked_chat(2))
    together = "\n".join(text for page in pages(make_digest(record), Wanted(), SAY) for text in page)
    assert "[597 more answers](<https://discord.com/channels/1/50/100>)" in together


def test_one_person_is_not_quoted_over_twice():
    record = a_record(*CHATS["all from one person"], chat=an_asked_chat(2))
    quotes = [quote for part in make_digest(record).questions for quote in part.quotes]
    assert 1 <= len(quotes) <= 2


def test_emoji_alone_are_counted_and_not_quoted():
    digest = make_digest(a_record(*CHATS["only emoji"], chat=an_asked_chat(2)))
    assert digest.questions[0].quotes == ()


@pytest.mark.parametrize("gone", range(1, 9))
def test_whoever_is_withdrawn_leaves_no_trace(gone):
    """Neither a quote nor a count of others, nor a theme, a link, an open question."""
    messages = [
        an_answer(n, f"{garden(n % 3)} zzz{n} https://example.org/z{n} Does anybody know zzz{n} too?", author=n)
        for n in range(1, 9)
    ]
    taken = replace(messages[gone - 1], text=None, author_name="", is_left_out=True)
    record = a_record(*(taken if m.id == taken.id else m for m in messages), chat=an_asked_chat(2))
    digest = make_digest(record, Length.FULL.quotes, Length.FULL.per_person)
    together = "\n".join(text for page in pages(digest, Wanted(Length.FULL), SAY) for text in page)
    assert not re.search(rf"zzz{gone}\b|/z{gone}\b|Reader {gone}\b|/{taken.id}\b", together)
    assert taken.id not in {i for theme in digest.themes for i in theme.messages}
    assert taken.author_id not in {i for theme in digest.themes for i in theme.people}


@pytest.mark.parametrize(
    ("changes", "where", "line"),
    [
        ({"state": ChatState.ASKING}, "<#50>", "write in {} or press a question's Answer button"),
        ({"state": ChatState.ASKING, "format": Format.INFORMAL}, "<#50>", "To join in, write in {};"),
        ({"state": ChatState.ASKING, "layout": Layout.CHANNEL, "thread_id": 2}, "<#2>", "write in {} or press"),
        ({"state": ChatState.CLOSED}, "<#50>", "How to take part next time: `/help`"),
    ],
)
def test_it_ends_with_where_to_write(changes, where, line):
    chat = replace(an_asked_chat(2), **changes)
    last = pages(make_digest(a_record(an_answer(1, garden(1)), chat=chat), 3, 1), Wanted(), SAY)[-1][-1]
    assert line.format(where) in last


def test_what_does_not_fit_is_said_to_be_in_the_chat():
    asked = tuple(
        an_answer(n, f"Who keeps the reading garden number {n} behind the mill?", author=n) for n in range(1, 30)
    )
    found = pages(make_digest(a_record(*asked, chat=an_asked_chat(2)), 3, 1), Wanted(Length.STANDARD), SAY)
    loose = next(text for page in found for text in page if "Nobody has answered these yet" in text)
    assert re.search(r"^\d+ more in the chat$", loose, re.MULTILINE)
