"""A digest's page with its buttons stays within Discord's limits, and its file needs no Discord."""

import pytest

from bot.domain.chat import ChatState
from bot.domain.digest import Length, make_digest
from bot.ui.digest import Wanted, pages
from bot.ui.digest.markdown import as_markdown, file_name
from bot.ui.digest.view import page_view, read, value_of
from bot.ui.texts import Texts
from tests.domain.making import START, a_record, an_answer, an_asked_chat

SAY = Texts()
BIG = 2**63 - 1
GARDENS = [
    an_answer(n, f"A1: the reading garden behind the {place}, with a bench for two", author=n)
    for n, place in enumerate(("mill", "school", "station", "harbour", "bakery", "church"), start=1)
]


@pytest.mark.parametrize("length", list(Length))
@pytest.mark.parametrize("at", [None, START])
@pytest.mark.parametrize("page", [0, 1, 999])
async def test_what_a_reader_wants_is_in_the_buttons_id(length, at, page):
    wanted = Wanted(length, at)
    assert read(value_of(page, wanted)) == (page, wanted)


async def test_a_button_of_before_there_were_lengths_still_works():
    assert read(3) == (3, Wanted())


async def test_a_page_has_its_texts_before_its_buttons_and_stays_within_discords_limits():
    digest = make_digest(a_record(*GARDENS, chat=an_asked_chat(2)))
    found = pages(digest, Wanted(), SAY)
    view = page_view(BIG, found[0], 1, 2, Wanted(since=START), SAY)
    kinds = [component["type"] for component in view.to_components()]
    assert [kind for kind in kinds if kind != 14] == [10] * len(found[0]) + [1, 1]
    ids = [button["custom_id"] for row in view.to_components() if row["type"] == 1 for button in row["components"]]
    assert len(ids) == len(set(ids)) == 5
    assert all(len(custom_id) <= 100 for custom_id in ids)
    assert view.total_children_count <= 40


def test_as_a_file_it_needs_no_discord_and_keeps_what_was_hidden_hidden():
    chat = an_asked_chat(2, zone="Europe/Berlin", state=ChatState.CLOSED)
    text = as_markdown(
        make_digest(a_record(an_answer(1, "A1: it was ||the butler|| in the garden, I say"), chat=chat)), Wanted(), SAY
    )
    assert "butler" not in text
    assert "(a spoiler: open the message to read it) in the garden" in text
    assert "<t:" not in text
    assert "<#" not in text
    assert "-# " not in text
    assert "Fri, Dec 4, 2026, 2:00 AM +0100" in text
    assert "Only you see this" not in text
    assert "(<https://discord.com/channels/1/50/101>)" in text
    assert file_name(make_digest(a_record(chat=chat))) == "shelfchat-2026-12-04.md"
