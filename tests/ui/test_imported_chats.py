"""What wasn't said in Discord leads nowhere in Discord; an imported thread leads to where it was said."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.chat import Question, Source
from bot.domain.digest import Length, make_digest
from bot.domain.messages import Basis, Filing
from bot.domain.search import Term
from bot.exchange.foreign import Tally, Wishes, arrivals_of, filed
from bot.exchange.foreign.chat_exporter import read_chat_exporter
from bot.services.search_ports import Hit
from bot.services.searching import Found, SearchWish
from bot.services.values import SavedMessage
from bot.ui import lists, roundups, searching, words
from bot.ui.digest import Wanted, pages
from bot.ui.texts import Texts
from bot.web.digest_file import render_digest
from tests.support.foreign_files import BO, NOW, SERVER, THREAD, evening, export, said

SAY = Texts()
LINK = "discord.com/channels"


@pytest.fixture(scope="module")
def record():
    """An imported thread, with two answers alike and a participant's open question."""
    alike = [said(n, BO + n, "A2: cookery, for the smell of it: https://example.org/cookery") for n in (23, 25)]
    asked = said(27, BO, "Does anybody know where the old map drawers have gone?")
    place = read_chat_exporter(io.BytesIO(export([*evening(), *alike, asked]).encode()), NOW, Tally(), salvage=False)
    (arrival,) = filed(list(arrivals_of([place], Wishes(SERVER, "UTC"), Tally())))
    return replace(arrival.record, chat=replace(arrival.record.chat, id=3))


@pytest.fixture(scope="module")
def elsewhere(record):
    """The same as a chat on Twitter."""
    chat = replace(record.chat, thread_id=None, source=Source.TWITTER)
    return replace(record, chat=chat, messages=tuple(replace(m, thread_id=0) for m in record.messages))


def shown(record):
    """All that shows a chat's digest."""
    digest = make_digest(record, Length.FULL.quotes)
    texts = ["\n\n".join(page) for length in Length for page in pages(digest, Wanted(length), SAY)]
    texts.append(roundups.brief(digest, SAY))
    texts.append(render_digest(digest, Wanted(), SAY, made_at=datetime(2026, 12, 1, tzinfo=UTC)))
    message = record.messages[3]
    found = Found(SearchWish("trolley"), ((Hit(message, 3), record.chat),), (Term(("trolley",)),), 1, is_more=False)
    texts += [item.content for item in searching.results(found, SAY).walk_children() if hasattr(item, "content")]
    kept = SavedMessage(SERVER, 1, message.thread_id, message.id, "shelfchat", "Ade", message.text)
    texts.append(words.saved([kept], 1, SAY))
    return "\n".join(texts)


def test_a_thread_that_came_from_a_file_leads_to_where_it_was_said(record):
    assert shown(record).count(f"{LINK}/{SERVER}/{THREAD}/") > 5


def test_what_was_said_elsewhere_leads_nowhere_in_discord(elsewhere):
    text = shown(elsewhere)
    assert "Which shelf do you visit first" in text
    assert "the returns trolley" in text
    assert LINK not in text
    assert "<#None>" not in text


def test_the_messages_that_asked_are_no_open_questions(record):
    asked = replace(record, messages=tuple(replace(m, author_id=m.author_id + 1) for m in record.messages))
    quotes = [one.quote.text for one in make_digest(asked).unanswered]
    assert quotes == ["Does anybody know where the old map drawers have gone?"]
    assert all(isinstance(question, Question) for question in record.chat.questions)


def test_how_it_was_held_says_nothing_that_nobody_planned(record, elsewhere):
    for one, where in ((record, f"in <#{record.chat.home_id}>"), (elsewhere, "on Twitter")):
        text = lists.plan(one.chat, [], (), SAY)
        assert f"Where: {where}; {one.chat.minutes} minutes" in text
        assert f"whoever may read <#{one.chat.home_id}> may read it here" in text
        assert "Hosts: Maren" in text
        assert "Announced" not in text
        assert "How:" not in text


def test_a_hit_says_under_which_question_it_stands_perhaps(record):
    unsure = replace(record.messages[6], filings=(Filing(2, Basis.INFERRED, 0.5, sure=False),))
    found = Found(SearchWish("cookery"), ((Hit(unsure, 3), record.chat),), (Term(("cookery",)),), 1, is_more=False)
    text = "".join(item.content for item in searching.results(found, SAY).walk_children() if hasattr(item, "content"))
    assert ", perhaps Q2 [open]" in text
