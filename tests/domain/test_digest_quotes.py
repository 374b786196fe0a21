"""A long answer is quoted by its best whole sentences, verbatim, with marks, and no cut opens a spoiler."""

import gc
import re
from dataclasses import replace
from types import FunctionType, ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digest import QUOTE_LENGTH, Memory, excerpt, make_digest, quote, spoilers
from tests.domain.making import a_chat, a_record, an_answer, an_asked_chat


def by_length(part):
    return float(len(part))


def lanterns(part):
    return float(part.count("lantern"))


def test_the_best_sentence_of_a_long_answer_is_quoted():
    line = "We met in spring. " * 12 + "The lantern walk made us a group. " + "Then it rained. " * 12
    assert excerpt(line, 60, lanterns) == "\u2026 We met in spring. The lantern walk made us a group. \u2026"


def test_a_short_answer_stands_whole():
    assert excerpt("One. Two. Three.", 40, lanterns) == "One. Two. Three."


def test_code_is_passed_over():
    line = "Try this: ```print('lantern lantern')``` It lights the lantern."
    assert excerpt(line, 100, lanterns) == "\u2026 It lights the lantern."


def test_a_sentence_that_ends_within_a_spoiler_is_no_place_to_cut():
    line = "Start. ||The butler did it. With a lantern.|| " + "The end was long and slow. " * 4
    assert excerpt(line, 50, lanterns) == "Start. ||The butler did it. With a lantern.|| \u2026"


@given(line=st.text("ab.!? |`\u3002\u2026x", max_size=150), limit=st.integers(4, 70))
def test_an_excerpt_is_verbatim_and_opens_no_spoiler(line, limit):
    line = " ".join(line.split())
    shown = excerpt(line, limit, by_length)
    if shown == line:
        return
    core = shown.removeprefix("\u2026 ") if not line.startswith(shown[:2]) else shown
    core = core.removesuffix("\u2026").rstrip()
    assert core in line
    assert len(core) <= limit
    places = [at for at in range(len(line)) if line.startswith(core, at)]
    assert any(
        not any(start < at < end or start < at + len(core) < end for start, end in spoilers(line)) for at in places
    )


SIGNS = st.text("abc dé.?!\u2019 \n😀本", min_size=1, max_size=500)


@given(texts=st.lists(SIGNS, min_size=1, max_size=12))
def test_every_quote_of_a_digest_is_part_of_its_message(texts):
    said = [an_answer(number, text) for number, text in enumerate(texts)]
    lines = {message.id: " ".join(message.text.split()) for message in said}
    for found in make_digest(a_record(*said)).questions[0].quotes:
        core = found.text
        if found.is_cut:
            core = core.removeprefix("\u2026 ").removesuffix("\u2026").rstrip()
        assert core in lines[found.message_id]
        assert len(found.text) <= QUOTE_LENGTH + 4


@pytest.mark.parametrize("people", [1, 2, 3, 30])
def test_nobody_is_quoted_over_twice_and_all_questions_are_answered_while_people_last(people):
    said = [
        an_answer(10 * q + n, f"A{q}: the {'abcdefgh'[n]}{q} garden of harbour {n} keeps lantern {q}", n % people, q)
        for q in range(1, 7)
        for n in range(8)
    ]
    digest = make_digest(a_record(*said, chat=an_asked_chat(6)))
    names = [found.author_name for part in digest.questions for found in part.quotes]
    assert max(names.count(name) for name in names) <= 2
    assert len(names) >= min(2 * people, 6)


def test_the_most_talkative_have_a_fair_share():
    said = [an_answer(n, f"A1: lantern {n} at the harbour garden, story number {n * 7}", 1) for n in range(50)]
    said += [an_answer(100 + n, f"A1: lamp at the mill, said {n} times", 10 + n) for n in range(12)]
    said += [an_answer(200 + n, f"A2: lantern {n} once more in the garden", 1 + n % 3, 2) for n in range(30)]
    said += [an_answer(300 + n, f"A2: the lamp at mill {n}", 10 + n, 2) for n in range(12)]
    digest = make_digest(a_record(*said))
    names = [found.author_name for part in digest.questions for found in part.quotes]
    talkers = [name for name in names if name in {"Reader 1", "Reader 2", "Reader 3"}]
    assert len(talkers) <= len(names) * (3 / 15 + 0.2)


def test_greetings_and_the_question_said_again_stand_behind_answers():
    said = [
        an_answer(1, "Hello from the harbour library, so glad to be here tonight!"),
        an_answer(2, "Q1: How did your group of readers begin, friends?"),
        an_answer(3, "A1: with four chairs and a kettle in the old station hall"),
    ]
    (part, _) = make_digest(a_record(*said), quotes=1).questions
    assert [found.message_id for found in part.quotes] == [103]


def test_agreement_in_a_reply_counts_behind_the_quote():
    said = [
        an_answer(1, "A1: with four chairs and a kettle in the old station hall"),
        an_answer(2, "same here!", reply_to_id=101),
        an_answer(3, "+1", reply_to_id=101),
        an_answer(4, "what kettle was it?", reply_to_id=101),
    ]
    (found, *_) = make_digest(a_record(*said)).questions[0].quotes
    assert (found.message_id, found.others) == (101, (102, 103))


def test_a_first_timer_is_quoted_before_an_equal():
    said = [an_answer(n, f"A1: a kettle and {n} chairs in the station hall") for n in (3, 4, 5)]
    digest = make_digest(a_record(*said), quotes=1, newcomers=frozenset({1005}))
    assert digest.questions[0].quotes[0].message_id == 105


def test_a_chat_without_questions_quotes_what_was_said():
    said = [an_answer(n, f"reading {text}", question=None) for n, text in enumerate(("a thriller", "poems aloud"))]
    digest = make_digest(a_record(*said, chat=a_chat(3)))
    quotes = [*(found for told in digest.by_theme for found in told.quotes), *digest.highlights]
    assert {found.message_id for found in quotes} == {100, 101}
    assert digest.questions == ()


def test_a_chat_without_questions_is_told_by_what_several_people_spoke_of():
    spoken = [
        "we weed the winter garden books in january",
        "nobody borrows winter garden books in spring",
        "my reading dog sleeps through story time",
        "a reading dog came to our story time too",
        "somebody painted the lift green",
    ]
    said = [an_answer(n, text, question=None) for n, text in enumerate(spoken)]
    digest = make_digest(a_record(*said, chat=a_chat(3)), quotes=1)
    told = {part.theme.phrase: [found.message_id for found in part.quotes] for part in digest.by_theme}
    assert len(told) >= 2
    assert all(len(quotes) == 1 for quotes in told.values())
    quoted = [number for quotes in told.values() for number in quotes]
    assert len(quoted) == len(set(quoted))
    assert {number in {100, 101} for number in quoted} == {True, False}
    assert 104 in {found.message_id for found in digest.highlights}


def test_what_decided_is_told_in_figures():
    said = [an_answer(n, f"A1: a kettle and {n} chairs in the station hall") for n in range(5)]
    (first, *_) = make_digest(a_record(*said)).questions[0].quotes
    assert first.why.coverage > 0
    assert 0 < first.why.fit <= 1
    assert {"kettle", "chairs", "station", "hall"} == set(first.why.shared)
    assert quote(said[0]).why is None


def lively(count):
    return [
        an_answer(
            n, f"A{n % 2 + 1}: the {'abcdefg'[n % 7]} garden of harbour {n % 5} keeps lantern {n}", n % 9, n % 2 + 1
        )
        for n in range(count)
    ]


@given(counts=st.lists(st.integers(0, 30), max_size=4), gone=st.integers(0, 29))
def test_a_memory_changes_nothing(counts, gone):
    """Whatever was said, edited or withdrawn between two digests."""
    memory = Memory()
    for count in counts:
        said = lively(count)
        if gone < count:
            said[gone] = replace(said[gone], text=None, is_left_out=True)
        record = a_record(*said)
        assert make_digest(record, memory=memory) == make_digest(record)


LETTERS = "abcdefghijkl"


def words_told(memory):
    """The letters of the quinces in all strings that can be reached from a memory."""
    found, seen, left = set(), set(), [memory]
    while left:
        value = left.pop()
        if isinstance(value, str):
            found.update(re.findall(r"quince(\w)", value))
        elif id(value) not in seen and not isinstance(value, (type, ModuleType, FunctionType)):
            seen.add(id(value))
            left += gc.get_referents(value)
    return found


def test_what_is_withdrawn_is_gone_from_the_memory_with_the_next_digest():
    memory = Memory()
    marked = zip(lively(12), LETTERS, strict=True)
    said = [replace(message, text=f"{message.text} of quince{letter}") for message, letter in marked]
    make_digest(a_record(*said), memory=memory)
    assert words_told(memory) == set(LETTERS)
    hidden = [replace(message, text=None, is_left_out=True) for message in said[1:]]
    make_digest(a_record(said[0], *hidden), memory=memory)
    assert words_told(memory) == {"a"}
