"""Button, label, reply, then the question of the moment: the first that speaks decides where a message stands."""

from dataclasses import replace

import pytest

from bot.domain.filing.by_signs import file_message, question_at
from bot.domain.messages import Basis, Filing
from tests.domain.making import a_chat, an_asked_chat

CHAT = an_asked_chat(3)


def filed(text="thank you", *, chat=CHAT, message_id=250, is_reply=False, **signs):
    """Where a message stands, by default one said after Q2 and before Q3."""
    return file_message(chat, message_id=message_id, text=text, is_reply=is_reply, **signs)


def test_the_button_outranks_everything():
    signs = {"is_reply": True, "replies_to_prompt": 2, "reply_filings": (Filing(2, Basis.LABEL),)}
    assert filed("A3: tea", by_button=1, **signs) == (Filing(1, Basis.BUTTON),)


def test_a_label_outranks_the_message_replied_to():
    signs = {"is_reply": True, "replies_to_prompt": 2}
    assert filed("A3: tea", **signs) == (Filing(3, Basis.LABEL),)


def test_a_label_may_name_several_questions():
    assert filed("A1 & A3: tea") == (Filing(1, Basis.LABEL), Filing(3, Basis.LABEL))


def test_a_label_of_a_question_that_is_not_in_the_chat_is_passed_over():
    assert filed("A9: tea") == (Filing(2, Basis.INFERRED),)


def test_a_reply_to_a_prompt_answers_it_also_when_another_is_current():
    assert filed(is_reply=True, replies_to_prompt=1) == (Filing(1, Basis.REPLY),)


def test_a_reply_stands_where_the_message_it_answers_stands():
    above = (Filing(1, Basis.LABEL), Filing(3, Basis.INFERRED))
    assert filed(is_reply=True, reply_filings=above) == (Filing(1, Basis.REPLY), Filing(3, Basis.REPLY))


def test_a_reply_to_an_aside_is_an_aside():
    assert filed(is_reply=True, reply_filings=()) == ()


@pytest.mark.parametrize(
    ("message_id", "number"),
    [(1, None), (99, None), (100, None), (101, 1), (199, 1), (200, 1), (201, 2), (301, 3), (10_000, 3)],
)
def test_without_a_sign_the_last_question_posted_before_it_counts(message_id, number):
    expected = () if number is None else (Filing(number, Basis.INFERRED),)
    assert filed(message_id=message_id) == expected
    assert question_at(CHAT, message_id) == number


def test_before_any_question_is_posted_nothing_is_inferred():
    assert filed(chat=a_chat(3)) == ()


def test_a_question_that_was_never_posted_is_not_inferred():
    left_out = replace(CHAT.questions[1], message_id=None, asked_at=None)
    chat = replace(CHAT, questions=(CHAT.questions[0], left_out, CHAT.questions[2]))
    assert filed(chat=chat, message_id=250) == (Filing(1, Basis.INFERRED),)


def test_a_label_counts_before_its_question_is_posted():
    assert filed("A3: tea", message_id=150) == (Filing(3, Basis.LABEL),)


@pytest.mark.parametrize("text", ["", "\n", "😀😀😀", "|| ||"])
def test_a_message_without_words_is_filed_like_any_other(text):
    assert filed(text) == (Filing(2, Basis.INFERRED),)
