"""Lists and confirmations fit in a message and name each chat by the number that commands take."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.agenda import plan_actions
from bot.domain.chat import (
    MAX_HASHTAG_LENGTH,
    MAX_QUESTION_LENGTH,
    MAX_QUESTIONS,
    MAX_TITLE_LENGTH,
    ChatState,
    Question,
)
from bot.domain.run import ActionState
from bot.services.reading import ListedChat, Programme
from bot.ui import lists
from bot.ui.texts import Texts
from tests.domain.making import NOW, START, a_chat

SAY = Texts()
BIG = 2**63 - 1


def longest(filling="w", **changes):
    """A chat in which everything that people type is as long as it may be."""
    questions = tuple(Question(n, (filling * MAX_QUESTION_LENGTH)[:MAX_QUESTION_LENGTH]) for n in range(1, 13))
    values = {
        "id": BIG,
        "guild_id": BIG,
        "channel_id": BIG,
        "title": (filling * MAX_TITLE_LENGTH)[:MAX_TITLE_LENGTH],
        "hashtag": "w" * MAX_HASHTAG_LENGTH,
        "zone": "America/Argentina/ComodRivadavia",
    }
    return a_chat(questions, **{**values, **changes})


@pytest.mark.parametrize("filling", ["w", "w ", "*", "|", "||w|| ", "本", "😀"])
def test_everything_fits_in_a_message(filling):
    chat = longest(filling, thread_id=BIG)
    many = tuple(ListedChat(chat, BIG, BIG) for _ in range(25))
    every_permission = ("view_channel", "send_messages", "create_public_threads", "send_messages_in_threads") * 3
    texts = [
        lists.planned(chat, SAY),
        lists.plan(chat, plan_actions(chat, NOW), every_permission, SAY),
        lists.programme(Programme(many, many, many), SAY),
        lists.ask_for_questions(chat, SAY),
        lists.called_off(chat, SAY),
    ]
    assert all(0 < len(text) <= 2_000 for text in texts)


def test_a_plan_of_twelve_long_questions_loses_no_line():
    chat = longest("wordy ")
    shown = lists.planned(chat, SAY)
    assert shown.count("\nQ") == MAX_QUESTIONS
    assert shown.endswith("know it by its name or number.")
    assert lists.plan(chat, plan_actions(chat, NOW), (), SAY).count("\nQ") == MAX_QUESTIONS


def test_a_planned_chat_is_confirmed_with_all_that_was_understood():
    assert lists.planned(a_chat(2), SAY).replace("\u202f", " ").split("\n") == [
        "Chat 7 is planned: **#shelfchat: Reading in winter**",
        "<t:1796346000:F> (<t:1796346000:R>), which is Thu, Dec 3, 2026, 8:00 PM EST in America/New_York",
        "Where: a thread in <#2>; 60 minutes",
        "How: questions and answers, spread evenly over the time",
        "Announced: as soon as it is planned, 15 minutes before, at the start",
        "Hosts: Noor",
        "Q1. What about 1?",
        "Q2. What about 2?",
        "I do the rest by myself. `/chat show`, `/chat edit` and `/chat cancel` know it by its name or number.",
    ]


def test_a_shown_plan_tells_what_was_asked_what_is_due_and_what_was_left_out():
    planned = a_chat(4, state=ChatState.ASKING, thread_id=50)
    actions = list(plan_actions(planned, NOW))
    asks = {a.number: place for place, a in enumerate(actions) if a.kind == "ask"}
    actions[asks[2]] = replace(actions[asks[2]], state=ActionState.DROPPED)
    del actions[asks[4]]
    first = replace(planned.questions[0], message_id=100, asked_at=START + timedelta(minutes=6))
    chat = replace(planned, questions=(first, *planned.questions[1:]))
    shown = lists.plan(chat, actions, (), SAY).split("\n")
    assert shown[0] == "Chat 7: **#shelfchat: Reading in winter** (running: questions)"
    assert shown[2] == "Its thread: <#50>"
    assert shown[7:] == [
        "Q1 (asked <t:1796346360:t>). What about 1?",
        "Q2 (left out <t:1796347050:t>). What about 2?",
        "Q3 (due <t:1796347800:t>). What about 3?",
        "Q4 (not asked). What about 4?",
    ]


def test_a_shown_plan_names_what_stands_in_its_way():
    assert "I lack **Send Messages** there" in lists.plan(a_chat(), (), ("send_messages",), SAY)


@pytest.mark.parametrize("state", list(ChatState))
def test_every_state_has_a_name(state):
    assert lists.state_name(state, SAY)


def test_the_programme_lists_running_coming_and_archived_chats():
    running = ListedChat(a_chat(id=12, thread_id=50, state=ChatState.ASKING), 3, 2)
    coming = ListedChat(a_chat(id=15), 0, 0)
    archived = [ListedChat(a_chat(id=number, state=ChatState.CLOSED), 1, 1) for number in (9, 4)]
    shown = lists.programme(Programme((running,), (coming,), tuple(archived)), SAY)
    assert shown.split("\n") == [
        "**Running now**",
        "Chat 12: #shelfchat: Reading in winter, <#50>, until <t:1796349600:t>",
        "**Coming up**",
        "Chat 15: #shelfchat: Reading in winter, <t:1796346000:F> (<t:1796346000:R>), in <#2>",
        "**Archived**",
        "Chat 9: #shelfchat: Reading in winter, <t:1796346000:D>, 1 message by 1 person",
        "Chat 4: #shelfchat: Reading in winter, <t:1796346000:D>, 1 message by 1 person",
        "`/digest` shows the latest; `/digest chat:` takes a number from this list.",
    ]


def test_an_empty_programme_says_so():
    shown = lists.programme(Programme((), (), ()), SAY)
    assert "Nothing is planned yet." in shown
    assert "Running now" not in shown


def test_no_line_begins_like_an_ordered_list():
    """Discord counts the lines of a list anew: chat 4 below chat 9 would be shown as 10."""
    listed = tuple(ListedChat(a_chat(id=number), 1, 1) for number in (9, 4))
    for text in (
        lists.programme(Programme(listed, listed, listed), SAY),
        lists.planned(a_chat(), SAY),
        lists.plan(a_chat(), (), (), SAY),
    ):
        assert not re.search(r"^\s*\d+[.)] ", text, re.MULTILINE)


def test_a_chat_called_off_before_or_while_it_runs():
    assert "<t:1796346000:F> is called off" in lists.called_off(a_chat(state=ChatState.CANCELLED), SAY)
    assert "ends now" in lists.called_off(a_chat(state=ChatState.CLOSED), SAY)


def test_a_draft_is_named_by_its_number():
    assert "draft 7" in lists.ask_for_questions(a_chat(0), SAY)


def test_titles_and_questions_can_not_format_the_list():
    chat = a_chat([Question(1, "**cut"), Question(2, "**again")], title="*x*")
    assert r"Q1. \*\*cut" in lists.planned(chat, SAY)
    assert r"\*x\*" in lists.planned(chat, SAY)
