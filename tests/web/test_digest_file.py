"""A digest's file is valid HTML that needs nothing else, says what the digest says, and leads to Discord."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from bot.domain.chat import ChatState, Question
from bot.domain.digest import Length, digest_day, make_digest
from bot.domain.digest.days import day_of
from bot.ui.digest import Wanted
from bot.ui.texts import Texts
from bot.web.digest_file import render_digest
from tests.domain.making import START, a_chat, a_record, an_answer, an_asked_chat
from tests.web.reading_html import HOSTILE, assert_harmless, parse, text_of

SAY = Texts()
MADE = START + timedelta(days=1)
PLACES = ("mill", "school", "station", "harbour", "bakery", "church")
GARDENS = [
    an_answer(n, f"A1: the reading garden behind the {place}, with a bench for two", author=n)
    for n, place in enumerate(PLACES, start=1)
]


def html_of(*messages, chat=None, wanted=None):
    return render_digest(make_digest(a_record(*messages, chat=chat)), wanted or Wanted(), SAY, made_at=MADE)


def page(*messages, chat=None, wanted=None):
    return parse(html_of(*messages, chat=chat, wanted=wanted))


def facts(document):
    return {
        text_of(row.find("dt")): text_of(row.find("dd")).replace("\u202f", " ") for row in document.findall(".//dl/div")
    }


def test_quotes_lead_to_their_messages_in_discord_and_say_who_else_said_so():
    document = page(*GARDENS)
    assert document.findtext("head/title") == "#shelfchat: Reading in winter (digest)"
    (quote, *_) = document.findall(".//figure")
    assert text_of(quote.find("blockquote")).startswith("the reading garden behind the ")
    source, *others = quote.findall("figcaption/a")
    assert re.fullmatch(r"https://discord.com/channels/1/50/10[1-6]", source.get("href"))
    assert text_of(source).startswith("Reader ")
    assert "others said something like this: message 1, message 2, message 3" in text_of(quote.find("figcaption"))
    assert all(link.get("href").startswith("https://discord.com/channels/1/50/") for link in others)
    assert "Many spoke of bench for two (6 people)" in text_of(document.find(".//main"))
    assert text_of(document.findall(".//p[@class='more']/a")[0]) == "6 answers by 6 people"


def test_it_says_of_what_it_tells():
    whole = facts(page(*GARDENS, chat=an_asked_chat(2, state=ChatState.CLOSED)))
    assert whole["When"] == "Thu, Dec 3, 2026, 8:00 PM EST, over"
    assert whole["Said"] == "6 messages by 6 people"
    assert whole["The whole chat"] == "in Discord"
    since = facts(page(*GARDENS, wanted=Wanted(since=START)))
    assert since["Since"] == "Thu, Dec 3, 2026, 8:00 PM EST"


def test_of_a_day_it_says_which():
    record = a_record(*GARDENS, chat=an_asked_chat(2, minutes=3 * 1440))
    digest = digest_day(record, day_of(record.chat, 1), Length.STANDARD)
    shown = facts(parse(render_digest(digest, Wanted(day=1, days=2), SAY, made_at=MADE)))
    assert shown["Day"] == "1 of 3 (Thu, Dec 3)"


def test_links_have_their_titles_and_the_end_says_what_is_next():
    upcoming = a_chat(id=9, hashtag="nextchat", title="Ghosts <of> summer", starts_at=START + timedelta(days=7))
    linked = an_answer(1, "A1: The maps of the coast: https://example.org/maps", author=1)
    document = page(linked, wanted=Wanted(upcoming=upcoming))
    (item,) = document.findall(".//section[@id='links']/ul/li")
    assert "The maps of the coast" in text_of(item)
    assert [link.get("href") for link in item.findall("a")] == [
        "https://example.org/maps",
        "https://discord.com/channels/1/50/101",
    ]
    end = text_of(document.find(".//footer")).replace("\u202f", " ")
    assert "Next: #nextchat: Ghosts <of> summer, Thu, Dec 10, 2026, 8:00 PM EST" in end
    assert "File made on Fri, Dec 4, 2026, 8:00 PM EST." in end


def test_newcomers_are_greeted_by_the_names_they_gave():
    digest = replace(make_digest(a_record(*GARDENS)), to_greet=("Wren <3", "Omar"))
    shown = text_of(parse(render_digest(digest, Wanted(), SAY, made_at=MADE)))
    assert "Say hello to Wren <3, Omar, who came for the first time" in shown


def test_spoilers_stay_closed_until_somebody_opens_them():
    document = page(an_answer(1, "A1: it was ||the butler|| in the garden, I say"))
    (spoiler,) = document.findall(".//blockquote//details")
    assert spoiler.get("open") is None
    assert text_of(spoiler) == "Spoilerthe butler"


@pytest.mark.parametrize("length", list(Length))
def test_a_chat_in_which_nothing_was_said_has_a_file_too(length):
    assert "Nothing was said." in text_of(page(chat=a_chat(), wanted=Wanted(length)))
    assert "No answers." in text_of(page(chat=an_asked_chat(1), wanted=Wanted(length)))


def test_a_chat_without_questions_is_told_by_its_themes():
    said = [replace(message, filings=()) for message in GARDENS]
    document = page(*said, an_answer(9, "A quiet evening on the ferry for me", question=None), chat=a_chat(()))
    headings = [text_of(heading) for heading in document.findall(".//h2")]
    assert headings == ["bench for two", "Also said"]
    assert "6 people spoke of it" in text_of(document)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE, HOSTILE, HOSTILE)
def test_whatever_people_type_anywhere_stays_text(text, name, other):
    asked = (Question(1, f"{text} {other}", 100, START), Question(2, other, 200, START))
    chat = a_chat(asked, title=other, hashtag=name, host_name=text, thread_id=50)
    html = html_of(
        an_answer(1, f"A1: {text}", author=11, author_name=name),
        an_answer(2, f"{name} a long enough answer {text}", author_name=other, reply_to_id=101),
        an_answer(3, f"{other}?", question=None, author_name=text),
        chat=chat,
        wanted=Wanted(upcoming=replace(chat, id=99)),
    )
    assert_harmless(parse(html))
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00]", html)
