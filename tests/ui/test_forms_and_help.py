"""Forms stay within Discord's limits and give back what was typed; help fits on one screen."""

from types import SimpleNamespace

import pytest

from bot.domain.chat import MAX_HASHTAG_LENGTH, MAX_QUESTION_LENGTH, Question
from bot.services.answering import MAX_ANSWER_LENGTH
from bot.ui.controls import Control, Doing, read_control
from bot.ui.forms import anonymous_form, answer_form, questions_form, typed_into
from bot.ui.help import how_to_take_part, included, left_out
from bot.ui.texts import Texts
from tests.domain.making import a_chat

SAY = Texts()
BIG = 2**63 - 1


def parts(node):
    """Every component in a form, however deep."""
    yield node
    children = node.get("components") or ([node["component"]] if "component" in node else [])
    for child in children:
        yield from parts(child)


def the_field(form):
    return next(part for part in parts(form) if part.get("custom_id") == "text")


FORMS = {
    "questions": lambda: questions_form(a_chat(0, id=BIG, hashtag="w" * MAX_HASHTAG_LENGTH), "w" * 6_000, SAY),
    "empty": lambda: questions_form(a_chat(0), "", SAY),
    "answer": lambda: answer_form(
        a_chat(id=BIG), Question(12, "w" * MAX_QUESTION_LENGTH, message_id=BIG), "w" * MAX_ANSWER_LENGTH, SAY
    ),
    "anonymous": lambda: anonymous_form(
        a_chat(id=BIG), Question(12, "w" * MAX_QUESTION_LENGTH, message_id=BIG), "w" * MAX_ANSWER_LENGTH, SAY
    ),
}


@pytest.mark.parametrize("form", list(FORMS))
async def test_a_form_stays_within_discords_limits(form):
    made = FORMS[form]().to_dict()
    assert 0 < len(made["title"]) <= 45
    assert len(made["custom_id"]) <= 100
    assert 1 <= len(made["components"]) <= 5
    for part in parts(made):
        assert len(part.get("label") or "") <= 45
        assert len(part.get("description") or "") <= 100
        assert len(part.get("placeholder") or "") <= 100
        assert len(part.get("value") or "") <= part.get("max_length", 4_000) <= 4_000
        assert len(part.get("content") or "") <= 4_000


async def test_the_questions_form_gives_back_what_was_typed():
    form = questions_form(a_chat(0), "Why?\nWho?", SAY)
    assert read_control(form.custom_id) == Control(7, Doing("questions"))
    assert the_field(form.to_dict())["value"] == "Why?\nWho?"
    assert "#shelfchat" in form.title


async def test_an_empty_form_has_no_default():
    assert "value" not in the_field(questions_form(a_chat(0), "", SAY).to_dict())


async def test_the_answer_form_shows_its_question_and_knows_its_number():
    question = Question(3, "Which map?", message_id=1)
    form = answer_form(a_chat(), question, "", SAY)
    made = form.to_dict()
    assert read_control(form.custom_id) == Control(7, Doing("answer", 3))
    assert form.title == "Answer Q3"
    assert any(part.get("content") == "Which map?" for part in parts(made))
    assert the_field(made)["max_length"] == MAX_ANSWER_LENGTH


def sent(data):
    return SimpleNamespace(data=data)


@pytest.mark.parametrize(
    ("data", "typed"),
    [
        ({"components": [{"component": {"custom_id": "text", "value": "tea"}}]}, "tea"),
        ({"components": [{"type": 10}, {"component": {"custom_id": "text", "value": "tea"}}]}, "tea"),
        ({"components": [{"components": [{"custom_id": "text", "value": "tea"}]}]}, "tea"),
        ({"components": [{"component": {"custom_id": "text", "value": ""}}]}, ""),
        ({"components": [{"component": {"custom_id": "other", "value": "tea"}}]}, ""),
        ({"components": []}, ""),
        ({}, ""),
        (None, ""),
    ],
)
def test_what_was_typed_is_found_in_what_discord_sends(data, typed):
    assert typed_into(sent(data)) == typed


def test_help_fits_on_one_screen_and_names_the_commands():
    text = how_to_take_part(SAY)
    assert len(text) <= 1_500
    commands = ("/answer", "/digest", "/chats", "/saved", "/privacy show", "/chat plan", "/host desk")
    assert all(command in text for command in commands)
    assert all(menu in text for menu in ("File under …", "Withdraw", "Save"))
    unread = how_to_take_part(SAY, reads_text=False)
    assert len(unread) <= 1_500
    assert "I can't read what you write there" in unread


@pytest.mark.parametrize(
    ("messages", "chats", "says"),
    [
        (0, 0, "There was nothing of yours yet."),
        (1, 1, "The words and name of your 1 message in 1 chat are gone"),
        (30, 4, "The words and name of your 30 messages in 4 chats are gone"),
    ],
)
def test_being_left_out_is_confirmed_with_what_went(messages, chats, says):
    assert says in left_out(messages, chats, SAY)


def test_being_included_says_that_what_was_erased_stays_so():
    assert "What was erased stays erased" in included(was_left_out=True, say=SAY)
    assert "nothing has changed" in included(was_left_out=False, say=SAY)
