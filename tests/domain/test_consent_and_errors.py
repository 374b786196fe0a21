"""Of somebody left out only that there was a message is kept; an error says what it is about."""

import pytest

from bot.domain.consent import Consent, Showing, is_published, shown, without_words
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
from bot.domain.messages import Attachment, ChatRecord, Incoming, jump_url
from tests.domain.making import NOW, a_chat, an_answer


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
    assert (kept.id, kept.thread_id, kept.author_id, kept.posted_at) == (11, 50, 0, NOW)
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


def a_record():
    """Noor (5) hosts and answers, Ade (6) answers and mentions Noor, Ines (7) mentions Ade."""
    return ChatRecord(
        a_chat(host_id=5, host_name="Noor"),
        (
            an_answer(1, "A1: tea", author=5, author_name="Noor"),
            an_answer(2, "A1: <@5> is right, and so is <@!7>", author=6, author_name="Ade"),
            an_answer(3, "thank you <@6>, and <@404>", author=7, author_name="Ines"),
        ),
    )


def test_who_agreed_is_named_and_who_is_left_out_is_gone_from_words_and_mentions():
    choices = {5: Showing.NAMED, 6: Showing.PSEUDONYM, 7: Showing.LEFT_OUT}
    found = shown(a_record(), Consent(b"secret", choices))
    noor, ade, ines = found.messages
    assert (noor.author_id, noor.author_name, noor.text) == (5, "Noor", "A1: tea")
    assert ade.author_id < 0
    assert len(ade.author_name.split()) == 2
    assert "Ade" not in ade.author_name
    assert ade.text == "A1: <@5> is right, and so is @\u2026"
    assert (ines.author_name, ines.text, ines.is_left_out, ines.is_readable) == ("", None, True, False)
    assert ines.author_id < 0


@pytest.mark.parametrize("otherwise", [Showing.PSEUDONYM, Showing.LEFT_OUT])
def test_who_chose_nothing_is_never_named_outside(otherwise):
    found = shown(a_record(), Consent(b"secret", {}, otherwise))
    for known in ("Noor", "Ade", "Ines", "<@", "author_id=5,", "author_id=6,", "author_id=7,", "host_id=5,"):
        assert known not in repr(found)


def test_a_pseudonym_stays_the_same_in_a_chat_and_says_nothing_of_another():
    consent = Consent(b"secret", {}, Showing.PSEUDONYM)
    first, other = a_record(), ChatRecord(a_chat(id=8), a_record().messages)
    names = [[m.author_name for m in shown(record, consent).messages] for record in (first, first, other)]
    assert names[0] == names[1]
    assert len(set(names[0])) == 3
    assert not set(names[0]) & set(names[2])
    assert names[0] != [m.author_name for m in shown(first, Consent(b"else", {}, Showing.PSEUDONYM)).messages]


@pytest.mark.parametrize(
    ("said", "is_public", "publishes", "expected"),
    [
        (None, True, True, True),
        (None, False, True, False),
        (None, True, False, False),
        (True, False, False, True),
        (False, True, True, False),
    ],
)
def test_a_private_chat_is_never_published_without_an_explicit_yes(said, is_public, publishes, expected):
    assert is_published(a_chat(published=said, is_public=is_public), publishes=publishes) is expected
