"""Of somebody left out only that there was a message is kept; an error says what it is about."""

import pytest

from bot.domain.consent import without_words
from bot.domain.errors import (
    BadInput,
    MissingPermissions,
    NotAllowed,
    Problem,
    Refusal,
    SetupProblem,
    ShelftalkError,
    TryLater,
    WrongMoment,
)
from bot.domain.messages import Attachment, Incoming, jump_url
from tests.domain.making import NOW, an_answer


def test_without_words_neither_words_nor_name_nor_files_remain():
    said = Incoming(
        id=11,
        thread_id=50,
        author_id=5,
        author_name="Noor",
        posted_at=NOW,
        text="A1: the mill",
        edited_at=NOW,
        reply_to_id=10,
        attachments=(Attachment(1, "me.png", "https://example.org/me.png", 10, description="me at the mill"),),
        reactions=(("⭐", 2),),
    )
    kept = without_words(said)
    assert (kept.text, kept.author_name, kept.attachments) == ("", "", ())
    assert (kept.id, kept.thread_id, kept.author_id, kept.posted_at) == (11, 50, 5, NOW)
    assert "Noor" not in repr(kept)
    assert "mill" not in repr(kept)


@pytest.mark.parametrize(
    ("gone", "readable"),
    [
        ({}, True),
        ({"text": ""}, True),
        ({"text": None}, False),
        ({"is_deleted": True}, False),
        ({"is_left_out": True}, False),
    ],
)
def test_only_what_is_there_and_allowed_may_be_shown(gone, readable):
    text = gone.get("text", "A1: the mill")
    flags = {name: value for name, value in gone.items() if name != "text"}
    assert an_answer(1, text, **flags).is_readable is readable


def test_a_message_knows_its_questions():
    assert an_answer(1, "A2: tea", question=2).questions == (2,)
    assert an_answer(1, "hello", question=None).questions == ()


def test_a_jump_url_leads_to_the_message():
    assert jump_url(1, 2, 3) == "https://discord.com/channels/1/2/3"


@pytest.mark.parametrize("kind", [BadInput, NotAllowed, WrongMoment])
def test_a_refusal_carries_its_problem_and_its_facts(kind):
    error = kind(Problem.CHAT_UNKNOWN, number=4)
    assert isinstance(error, Refusal)
    assert (error.problem, error.facts, str(error)) == (Problem.CHAT_UNKNOWN, {"number": 4}, "chat_unknown")


def test_missing_permissions_are_named_for_the_log():
    assert str(MissingPermissions(2, ("send_messages",))) == "missing permissions in channel 2: send_messages"
    assert str(MissingPermissions(2)) == "missing permissions in channel 2: unknown"


def test_try_later_says_why_and_when():
    error = TryLater("rate limited", 2.5)
    assert (str(error), error.retry_after, TryLater("disk full").retry_after) == ("rate limited", 2.5, None)


def test_a_setup_problem_says_what_and_then_what_to_do():
    assert str(SetupProblem("No token.", "Set one.")) == "No token. Set one."
    assert str(SetupProblem("No token.")) == "No token."


def test_every_error_of_the_project_has_one_root():
    errors = (Refusal, BadInput, NotAllowed, WrongMoment, MissingPermissions, TryLater, SetupProblem)
    assert all(issubclass(kind, ShelftalkError) for kind in errors)
