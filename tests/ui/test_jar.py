"""What hosts see of the jar stays within Discord's limits, and its buttons say in their ids what they are about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadInput, Problem
from bot.domain.jar import JarQuestion, JarState, tag_mark
from bot.domain.jar_files import WrongLine
from bot.services.jar import Imported
from bot.ui.controls import read_control
from bot.ui.jar import Spot, asked, choice, drawn, imported, listed, read, value_of
from bot.ui.texts import Texts
from tests.domain.making import NOW

SAY = Texts()
BIG = 2**31 - 1
# Each sign gets a backslash.
WORST = "*_" * 750
TAGS = tuple(f"{n}" + "w" * 19 for n in range(5))
NOTE = "n" * 150


def questions(count, state, text=WORST):
    return [
        JarQuestion(1, text, TAGS if state is JarState.APPROVED else (), state, 7, NOW, NOW, BIG - n)
        for n in range(count)
    ]


def shown(view):
    parts = list(view.walk_children())
    return "\n".join(part.content for part in parts if hasattr(part, "content"))


def buttons(view):
    return [part.custom_id for part in view.walk_children() if getattr(part, "custom_id", None)]


@given(question=st.integers(0, BIG), page=st.integers(0, 9_999), mark=st.integers(0, 2**32 - 1))
def test_what_a_button_is_about_is_in_its_id(question, page, mark):
    assert read(value_of(Spot(question, page, mark))) == Spot(question, page, mark)


@pytest.mark.parametrize("text", [WORST, "Why?", "w" * 1_500])
@pytest.mark.parametrize(("waiting", "approved"), [(0, 0), (1, 0), (12, 0), (0, 40), (7, 40), (4, 1)])
async def test_every_page_of_the_list_fits_in_a_message(text, waiting, approved):
    found = [*questions(waiting, JarState.SUGGESTED, text), *questions(approved, JarState.APPROVED, text)]
    decided, number, pages = 0, 0, 1
    while number < pages:
        number += 1
        view = listed(found, number, TAGS[0], NOTE, SAY)
        words = shown(view)
        pages = int(words.rpartition(" of ")[2]) if "-# Page" in words else 1
        assert len(words) <= 4_000
        assert view.total_children_count <= 40
        assert view.timeout is None
        ids = buttons(view)
        assert len(ids) == len(set(ids))
        assert all(len(custom_id) <= 100 for custom_id in ids)
        doings = [read_control(custom_id).doing for custom_id in ids]
        assert all(read(doing.value).mark == tag_mark(TAGS[0]) for doing in doings)
        decided += sum(doing.kind == "jar_yes" for doing in doings)
    assert decided == waiting
    assert shown(listed(found, 10_000, None, "", SAY)).count("Page") == (pages > 1)


async def test_a_suggestion_is_shown_whole_before_it_is_decided():
    (found,) = questions(1, JarState.SUGGESTED, "w" * 1_500)
    assert "w" * 1_500 in shown(listed([found], 1, None, "", SAY))


@pytest.mark.parametrize("chat", [None, BIG])
async def test_what_is_drawn_fits_in_a_message(chat):
    (found,) = questions(1, JarState.APPROVED)
    view = drawn(found, TAGS[0], chat, NOTE, SAY)
    assert len(shown(view)) <= 4_000
    kinds = {read_control(custom_id).doing.kind: read_control(custom_id).chat_id for custom_id in buttons(view)}
    assert kinds == ({"jar_draw": 0} if chat is None else {"jar_draw": chat, "jar_ask": chat})
    assert all(len(custom_id) <= 100 for custom_id in buttons(view))
    done = asked(found, NOTE, SAY)
    assert len(shown(done)) <= 4_000
    assert buttons(done) == []


def test_the_report_of_a_file_fits_in_a_message():
    why = BadInput(Problem.JAR_LINE_DATE, typed="*" * 1_000)
    text = imported(Imported(500, 0, tuple(WrongLine(number, why) for number in range(1, 500))), SAY)
    assert len(text) < 2_000
    assert text.endswith("- and 494 more")
    assert imported(Imported(1, 1, ()), SAY) == "Read: 1 question added, 1 was there already."


def test_a_question_in_a_list_has_at_most_a_hundred_characters():
    for text in (WORST, "w" * 1_500, "word " * 300, "Why?"):
        assert 0 < len(choice(questions(1, JarState.APPROVED, text)[0])) <= 100
