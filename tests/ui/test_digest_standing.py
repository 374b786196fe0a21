"""Who comes late reads where the chat stands and what comes next, and at a glance it all fits on a phone's screen."""

import re
import textwrap
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.chat import ChatState, Question
from bot.domain.desk import Lane
from bot.domain.digest import Length
from bot.domain.run import Action, ActionKind, ActionState
from bot.ui.digest import Wanted
from tests.domain.making import START, a_chat, an_answer, an_asked_chat
from tests.ui.test_digest import shown


def test_a_glance_fits_a_phone_and_the_full_length_shows_more():
    messages = [
        an_answer(n, f"A{n % 6 + 1}: " + " ".join(f"word{n}x{i}" for i in range(30)), author=n, question=n % 6 + 1)
        for n in range(1, 80)
    ]
    lengths = {length: shown(Wanted(length), *messages, chat=an_asked_chat(6)) for length in Length}
    assert lines_on_a_phone(lengths[Length.GLANCE]) <= 31
    assert lengths[Length.GLANCE].count("[↗]") == 6
    quotes = {length: lengths[length].count("> **") for length in (Length.STANDARD, Length.FULL)}
    assert quotes == {Length.STANDARD: 18, Length.FULL: 36}


def lines_on_a_phone(text):
    """How many lines a phone takes for it: 34 characters each, addresses and signs of formatting not counted."""
    text = re.sub(r"<t:\d+:R>", "in 4 minutes", re.sub(r"\]\(<[^>]*>\)", "]", text))
    text = re.sub(r"<t:\d+:t>", "10:00 PM", re.sub(r"<t:\d+(:f)?>", "Jan 15, 2026, 10:00 PM", text))
    return sum(max(1, len(textwrap.wrap(re.sub(r"\*\*|[\[\]]", "", line), 34))) for line in text.split("\n"))


@pytest.mark.parametrize("questions", range(1, 8))
@pytest.mark.parametrize("state", [ChatState.ASKING, ChatState.WRAPPING, ChatState.CLOSED])
def test_a_glance_fits_however_many_questions_there_are(questions, state):
    chat = an_asked_chat(questions, state=state)
    messages = [
        an_answer(
            n, f"A{n % questions + 1}: " + "quite a few words on the matter " * 5, author=n, question=n % questions + 1
        )
        for n in range(1, 40)
    ]
    text = shown(Wanted(Length.GLANCE, upcoming=a_chat(id=9), lane=a_lane(chat)), *messages, chat=chat)
    assert lines_on_a_phone(text) <= (32 if questions < 7 else 35)
    assert text.count("[↗]") == questions
    assert "more](<" in text


def test_a_running_chat_says_where_it_is():
    page = shown(
        Wanted(),
        an_answer(1, "A2: a lantern walk along the river", question=2),
        chat=an_asked_chat(2, state=ChatState.ASKING),
    )
    assert re.search(r"\*\*Now:\*\* Q2 of 2, asked <t:\d+:R>; 1 answer so far\n> What about 2\?", page)
    assert "press a question's Answer button" in page
    assert "**Now:**" not in shown(Wanted(), chat=an_asked_chat(2, state=ChatState.CLOSED))


LATER = START + timedelta(minutes=25)


def a_lane(chat, *rest):
    """What is still to come of a chat."""
    end = [
        Action(chat.id, kind, LATER + timedelta(hours=n))
        for n, kind in enumerate((ActionKind.END, ActionKind.CLOSE), 1)
    ]
    return Lane(chat, (*rest, *end))


def an_ask(number, state=ActionState.DUE):
    return Action(1, ActionKind.ASK, LATER, number=number, state=state)


@pytest.mark.parametrize(
    ("state", "asked", "rest", "now", "then"),
    [
        (ChatState.GATHERING, 0, [an_ask(1)], "introductions", "Q1 at <t:T:t> (<t:T:R>)"),
        (ChatState.ASKING, 1, [an_ask(2)], "Q1 of 2, asked", "Q2 at <t:T:t>"),
        (ChatState.ASKING, 1, [an_ask(2, ActionState.WAITING)], "Q1 of 2, asked", "Q2, when a host says so"),
        (ChatState.HELD, 1, [an_ask(2)], "Q1 of 2, asked", "Q2; a host holds it back, until <t:T:t>"),
        (ChatState.ASKING, 2, [Action(1, ActionKind.WRAP_UP, LATER)], "Q2 of 2, asked", "the wrap-up at <t:T:t>"),
        (ChatState.WRAPPING, 2, [], "wrapping up", "the end at"),
        (ChatState.LATE, 2, [], "its time is over", "the chat closes at"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("length", [Length.GLANCE, Length.STANDARD])
def test_who_comes_late_reads_what_is_going_on_and_what_comes_next(state, asked, rest, now, then, length):
    chat = an_asked_chat(2, state=state)
    unasked = tuple(Question(q.number, q.text) for q in chat.questions[asked:])
    chat = replace(chat, questions=(*chat.questions[:asked], *unasked))
    page = shown(Wanted(length, lane=a_lane(chat, *rest)), chat=chat)
    assert f"**Now:** {now}" in page
    assert f"**Then:** {then.replace('T', str(int(LATER.timestamp())))}" in page
    kept = shown(Wanted(length, lane=a_lane(chat, *rest), is_kept=True), chat=chat)
    assert "**Then:**" not in kept, "what is kept is read when that is long past"


def test_who_was_away_while_nothing_was_said_is_told_so():
    page = shown(Wanted(since=START + timedelta(hours=2)), chat=an_asked_chat(2, state=ChatState.ASKING))
    assert "nothing new was said" in page
