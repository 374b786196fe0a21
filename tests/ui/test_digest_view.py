"""A digest's page with its buttons stays within Discord's limits, and its file needs no Discord."""

import pytest

from bot.domain.chat import ChatState
from bot.domain.digest import Length, make_digest
from bot.ui.digest import Wanted, pages
from bot.ui.digest.markdown import as_markdown, file_name
from bot.ui.digest.paging import fill
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


@pytest.mark.parametrize("length", list(Length))
@pytest.mark.parametrize("day", [1, 31])
async def test_so_is_the_day(length, day):
    wanted = Wanted(length, day=day)
    assert read(value_of(2, wanted)) == (2, wanted)


async def test_a_button_of_before_there_were_lengths_still_works():
    assert read(3) == (3, Wanted())


@pytest.mark.parametrize(
    ("day", "days", "labels"),
    [
        (0, 1, []),
        (0, 3, ["Day by day"]),
        (1, 3, ["Day 2", "All days"]),
        (2, 3, ["Day 1", "Day 3", "All days"]),
        (3, 3, ["Day 2", "All days"]),
    ],
)
async def test_a_chat_over_days_has_buttons_for_those_that_have_begun(day, days, labels):
    view = page_view(BIG, ["text"], 1, 1, Wanted(day=day, days=days), SAY)
    rows = [row["components"] for row in view.to_components() if row["type"] == 1]
    assert [button["label"] for row in rows for button in row] == [
        *labels,
        "Shorter",
        "Longer",
        "Send it to me",
        "As a file",
    ]


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


async def test_the_fullest_page_with_all_buttons_stays_within_discords_limits():
    page = max(fill(["text"] * 99), key=len)
    view = page_view(BIG, [*page, "Page 2 of 3"], 2, 3, Wanted(day=2, days=3), SAY)
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
    assert "Fri, Dec 4, 2026, 2:00 AM UTC+1" in text
    assert "Only you see this" not in text
    assert "(<https://discord.com/channels/1/50/101>)" in text
    empty = make_digest(a_record(chat=chat))
    assert file_name(empty, Wanted(), "md") == "shelfchat-2026-12-04.md"
    assert file_name(empty, Wanted(day=3), "html") == "shelfchat-2026-12-04-day-3.html"
