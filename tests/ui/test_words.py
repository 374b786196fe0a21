"""The list of questions that one message can be filed under fits in Discord's list, whatever the chat's length."""

import pytest

from bot.services.values import Standing
from bot.ui.texts import texts_for
from bot.ui.words import file_under
from tests.domain.making import a_chat, an_asked_chat

SAY = texts_for("en-US")


def listed(chat, *standing):
    """The numbers in the list, and those that are marked."""
    _text, view = file_under(Standing(chat, 1, 2, "In bed", standing), SAY)
    (select,) = view.children
    options = select.item.options
    assert len(options) <= 25
    return [int(o.value) for o in options], [int(o.value) for o in options if o.default]


def test_an_hours_questions_are_all_listed_asked_or_not():
    assert listed(a_chat(12), 3) == ([*range(1, 13), 0], [3])
    assert listed(a_chat(24)) == ([*range(1, 25), 0], [0])


def test_of_a_months_questions_the_latest_are_listed_and_where_the_message_stands():
    chat = an_asked_chat(30)
    assert listed(chat) == ([*range(7, 31), 0], [0])
    assert listed(chat, 2, 30) == ([2, *range(8, 31), 0], [2, 30])


@pytest.mark.parametrize("count", [24, 25, 39])
def test_a_message_that_stands_under_many_questions_has_a_list_all_the_same(count):
    shown, marked = listed(an_asked_chat(39), *range(1, count + 1))
    assert shown[-1] == 0
    assert len(marked) == 24


def test_of_a_month_that_has_just_begun_only_what_was_asked_is_listed():
    asked = an_asked_chat(2).questions
    chat = a_chat((*asked, *a_chat(31).questions[2:]))
    assert listed(chat) == ([1, 2, 0], [0])
