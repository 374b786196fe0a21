"""A finished chat is compared with Discord message by message; whatever differs is found, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.messages import ArchivedMessage, Attachment, Embed, Extras, Incoming
from bot.domain.sealing import differences, spoken
from tests.domain.making import START

FILE = Attachment(5, "shelf.png", "https://cdn.example.org/5", 20, "image/png", "a shelf")
THERE = Incoming(
    1,
    50,
    7,
    "Ana",
    START,
    "A1: books",
    edited_at=START + timedelta(seconds=5),
    reply_to_id=9,
    attachments=(FILE,),
    reactions=(("👍", 2), ("❤️", 1)),
    extras=Extras(stickers=("a cat",), embeds=(Embed("A list"),), pinned=True),
)
HERE = ArchivedMessage(
    1,
    50,
    7,
    "Ana",
    START,
    "A1: books",
    edited_at=THERE.edited_at,
    reply_to_id=9,
    # Kept on the disk, and under an address that Discord gave out earlier.
    attachments=(replace(FILE, url="https://cdn.example.org/old", stored="x.png"),),
    reactions=(("❤️", 1), ("👍", 2)),
    extras=THERE.extras,
)


def test_the_same_message_is_the_same():
    assert differences([THERE], [HERE]) == {}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"text": "A1: book"}, "text"),
        ({"edited_at": None}, "edited_at"),
        ({"reply_to_id": None}, "reply_to_id"),
        ({"reactions": (("👍", 2),)}, "reactions"),
        ({"attachments": ()}, "attachments"),
        ({"attachments": (replace(FILE, description=None),)}, "attachments"),
        ({"extras": replace(THERE.extras, stickers=())}, "extras"),
        ({"is_deleted": True, "text": None}, "deleted"),
    ],
)
def test_each_difference_is_found(changes, named):
    assert differences([THERE], [replace(HERE, **changes)]) == {1: (named,)}


def test_a_pin_is_found():
    (names,) = differences([THERE], [replace(HERE, extras=replace(HERE.extras, pinned=False))]).values()
    assert "pinned" in names


def test_what_is_missing_here_or_there_is_found():
    assert differences([THERE], []) == {1: ("missing",)}
    assert differences([THERE], [], also_new=False) == {}
    assert differences([], [HERE]) == {1: ("deleted",)}
    assert differences([], [replace(HERE, is_deleted=True, text=None)]) == {}


def test_of_those_who_are_left_out_only_that_they_wrote_is_compared():
    hidden = replace(HERE, is_left_out=True, text=None, author_name="", attachments=(), extras=Extras())
    assert differences([THERE], [hidden]) == {}
    assert differences([], [hidden]) == {1: ("deleted",)}


def test_what_the_bot_posted_for_somebody_has_its_words_from_them():
    post = replace(THERE, is_own=True, text="Ana answers Q1: books", edited_at=None, attachments=(), reply_to_id=None)
    assert differences([post], [HERE]) == {}
    assert differences([replace(post, reactions=())], [HERE]) == {1: ("reactions",)}
    # Its author took it back, and the bot is about to take it down.
    assert differences([post], [replace(HERE, is_deleted=True)]) == {}


def test_discords_notices_and_the_bots_prompts_are_nobodys_words():
    notice, prompt = replace(THERE, id=2, is_system=True), replace(THERE, id=3, is_own=True)
    assert differences([THERE, notice, prompt], [HERE]) == {}
    assert spoken([THERE, notice, prompt], {1: HERE}) == 1
