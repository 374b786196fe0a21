"""One's own words and what hosts publish: every sentence fits, says what is so, and every button can be pressed."""

import pytest

from bot.domain.chat import ChatState
from bot.domain.consent import Erased
from bot.domain.showing import Showing
from bot.services.person_values import Held, HeldHere
from bot.services.privacy import Account
from bot.services.publishing import Decided, Standing
from bot.services.publishing_ports import PublishingRules, Readers
from bot.ui import privacy, publishing
from bot.ui.controls import read_control
from bot.ui.posts import MAX_CONTENT
from bot.ui.texts import Texts
from tests.domain.making import a_chat

SAY = Texts()
BIG = 10**19 - 1
HERE = HeldHere(BIG, messages=12, chats=3, others=1)
THERE = HeldHere(2, messages=1, chats=1)


def account(here=HERE, *others, **more):
    rules = more.pop("rules", PublishingRules())
    return Account(Held((*([here] if here else []), *others), **more), here, rules)


def labels(view):
    return [button.item.label for button in view.children] if view is not None else []


def assert_usable(text, view):
    assert len(text) <= MAX_CONTENT
    assert "{" not in text
    for button in view.children if view is not None else ():
        assert len(button.custom_id) <= 100
        assert len(button.item.label) <= 80
        assert read_control(button.custom_id) is not None


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        (None, "You haven't chosen"),
        (Showing.NAMED, "You chose to be **named**"),
        (Showing.PSEUDONYM, "You chose a **pseudonym**"),
        (Showing.LEFT_OUT, "You chose to be **hidden**"),
    ],
)
async def test_the_panel_says_how_one_stands_and_marks_what_was_chosen(choice, says):
    text, view = privacy.panel(account(HeldHere(BIG, 12, 3, 1, choice), THERE), SAY, "Done.")
    assert_usable(text, view)
    assert text.startswith("Done.\n\n**Your words in this server**")
    assert says in text
    assert "Kept of you here: 12 messages in 3 chats and 1 other thing, such as a bookmark or a reminder." in text
    assert "in 1 other server: 1 message" in text
    marked = [label for label in labels(view) if label.startswith("\u2713")]
    assert len(marked) == (choice is not None)
    assert labels(view)[-2:] == ["My data", "Erase …"]


async def test_who_chose_nothing_learns_what_holds_outside():
    left_out = privacy.panel(account(), SAY)[0]
    pseudonym = privacy.panel(account(rules=PublishingRules(showing=Showing.PSEUDONYM)), SAY)[0]
    assert "if a chat is published, you are left out." in left_out
    assert "if a chat is published, a pseudonym stands for you." in pseudonym


async def test_where_nothing_is_kept_nothing_is_offered_to_be_taken_away():
    text, view = privacy.panel(account(HeldHere(BIG)), SAY)
    assert "Kept of you here: nothing." in text
    assert labels(view) == ["Show my name", "Show a pseudonym", "Hide my words", "My data"]
    text, view = privacy.panel(account(None), SAY)
    assert "Nothing that you wrote is kept." in text
    assert view is None


@pytest.mark.parametrize(
    ("guild_id", "where", "more", "expected"),
    [
        (BIG, "", True, ["Erase it here", "Everywhere instead …", "My data", "Back"]),
        (BIG, "", False, ["Erase it here", "My data", "Back"]),
        (BIG, "*Shelf*", False, ["Erase it there", "My data", "Back"]),
        (privacy.EVERYWHERE, "", False, ["Erase it everywhere", "My data", "Back"]),
    ],
)
async def test_before_an_erasure_one_is_told_what_goes_and_what_else_one_may_want(guild_id, where, more, expected):
    text, view = privacy.ask_to_erase(HERE, guild_id, where, SAY, more=more)
    assert_usable(text, view)
    assert "12 messages in 3 chats" in text
    assert "It can't be undone" in text
    assert "`/privacy leave-me-out`" in text
    assert labels(view) == expected
    assert "\\*Shelf\\*" in text or not where


def test_what_was_erased_is_said_in_the_right_number():
    assert "your 1 message in 1 chat are erased" in privacy.erased(Erased(1, 1), SAY)
    assert "your 30 messages in 4 chats are erased" in privacy.erased(Erased(30, 4), SAY)
    assert privacy.erased(Erased(0, 0), SAY) == "Done: what was kept of you is erased."


def test_each_choice_is_confirmed():
    said = {privacy.chosen(choice, changed=True, say=SAY) for choice in (*Showing, None)}
    assert len(said) == 4
    assert all("what was posted is being put right" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("readers", "says"),
    [
        (Readers(everybody=False, roles=("*Staff*",)), "these roles can read it: **\\*Staff\\***."),
        (Readers(everybody=False, roles=("Staff",), people=2), "**Staff**; and 2 members by name."),
        (Readers(everybody=False, people=1), "besides who manages the server: 1 member by name."),
        (Readers(everybody=False), "I can't see who may read it now"),
        (Readers(everybody=False, roles=tuple("R" * 100 for _ in range(50))), "\u2026"),
    ],
)
async def test_before_something_private_is_published_a_host_is_told_who_can_read_it(readers, says):
    chat = a_chat(title="T" * 70, id=BIG)
    text, view = publishing.ask(Decided(chat, is_shown=False, ask=readers), readers, SAY)
    assert_usable(text, view)
    assert says in text
    assert labels(view) == ["Publish it all the same", "Leave it private"]


def test_what_a_server_publishes_is_listed_with_the_reason():
    chats = [
        (a_chat(state=ChatState.CLOSED, published=True), True),
        (a_chat(state=ChatState.CLOSED, is_public=True), True),
        (a_chat(state=ChatState.CLOSED, published=False, is_public=True), False),
        (a_chat(state=ChatState.CLOSED), False),
        (a_chat(state=ChatState.CLOSED, is_public=True), False),
    ]
    text = publishing.standing(Standing(PublishingRules(), tuple(chats), 2), SAY)
    assert "2 chats may be shown outside Discord." in text
    for says in ("a host said yes", "a host said no", "not everybody can read it"):
        assert says in text
    many = tuple((a_chat(title="T" * 70, id=BIG), True) for _ in range(publishing.LISTED))
    assert len(publishing.standing(Standing(PublishingRules(), many, 10), SAY)) <= MAX_CONTENT
    assert "No chat is over yet." in publishing.standing(Standing(PublishingRules(), (), 0), SAY)


def test_what_was_decided_about_one_chat_is_said():
    running, over = a_chat(), a_chat(state=ChatState.CLOSED)
    assert "is published once it is over" in publishing.said(Decided(running, is_shown=True), SAY)
    assert "is published. Its pages follow" in publishing.said(Decided(over, is_shown=True), SAY)
    assert "is not published" in publishing.said(Decided(over, is_shown=False), SAY)
