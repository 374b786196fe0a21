"""The digest quotes real people fairly: by different ones, verbatim, never what is gone, and the same each time."""

import os
import random
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.digest import (
    QUOTE_LENGTH,
    QUOTES_PER_QUESTION,
    make_digest,
    quote,
    shorten,
    spoilers,
)
from bot.domain.messages import Basis, Filing
from tests.domain.making import a_chat, a_record, an_answer, an_asked_chat

WORDS = (
    "garden",
    "lantern",
    "atlas",
    "bicycle",
    "kitchen",
    "harbour",
    "winter",
    "novel",
    "shelf",
    "neighbour",
    "music",
)


def a_crowd(count, *, people=None, question=1, seed=1):
    """So many answers of made-up words, by so many people."""
    dice = random.Random(seed)
    return [
        an_answer(
            number,
            f"A{question}: " + " ".join(dice.choices(WORDS, k=dice.randint(4, 40))),
            author=None if people is None else number % people,
            question=question,
            reactions=(("⭐", dice.randint(0, 9)),),
            replies=dice.randint(0, 5),
        )
        for number in range(1, count + 1)
    ]


def quoted(record, question=1):
    return make_digest(record).questions[question - 1].quotes


def test_a_chat_without_answers_has_empty_questions():
    digest = make_digest(a_record())
    assert (digest.messages, digest.people, digest.links) == (0, 0, ())
    assert [(part.question.number, part.answers, part.people, part.quotes) for part in digest.questions] == [
        (1, 0, 0, ()),
        (2, 0, 0, ()),
    ]


def test_questions_that_were_not_asked_are_left_out():
    asked = an_asked_chat(3)
    half = replace(asked, questions=(*asked.questions[:2], *a_chat(3).questions[2:]))
    assert [part.question.number for part in make_digest(a_record(chat=half)).questions] == [1, 2]
    assert make_digest(a_record(chat=a_chat(3))).questions == ()


def test_one_answer_is_quoted_as_it_stands():
    digest = make_digest(a_record(an_answer(1, "A1: The  reading garden,\nbehind the mill.")))
    (only,) = digest.questions[0].quotes
    assert (only.message_id, only.author_name, only.is_cut) == (101, "Reader 1001", False)
    assert only.text == "A1: The reading garden, behind the mill."
    assert (digest.messages, digest.people) == (1, 1)


def test_six_hundred_answers_give_three_quotes_by_three_people_in_order_of_time():
    crowd = a_crowd(600, people=100)
    digest = make_digest(a_record(*crowd))
    quotes = digest.questions[0].quotes
    assert (digest.questions[0].answers, digest.questions[0].people) == (600, 100)
    assert len(quotes) == QUOTES_PER_QUESTION
    assert len({q.author_name for q in quotes}) == QUOTES_PER_QUESTION
    assert [q.message_id for q in quotes] == sorted(q.message_id for q in quotes)


def test_one_person_is_quoted_once_however_much_they_wrote():
    assert len(quoted(a_record(*a_crowd(40, people=1)))) == 1


@pytest.mark.parametrize("count", [0, 1, 2, 5, 40])
def test_as_many_quotes_as_asked_for_and_no_more(count):
    digest = make_digest(a_record(*a_crowd(30)), quotes=count)
    assert len(digest.questions[0].quotes) == min(count, 30)


def test_who_was_quoted_waits_behind_others_under_the_next_question():
    first = [an_answer(n, f"A1: the {WORDS[n]} by the old mill in autumn", author=n) for n in (1, 2, 3)]
    second = [
        an_answer(n + 100, f"A2: the {WORDS[n]} by the old mill in autumn", author=n, question=2)
        for n in (1, 2, 3, 4, 5, 6)
    ]
    digest = make_digest(a_record(*first, *second))
    assert {q.author_name for q in digest.questions[0].quotes} == {"Reader 1", "Reader 2", "Reader 3"}
    assert {q.author_name for q in digest.questions[1].quotes} == {"Reader 4", "Reader 5", "Reader 6"}


GONE = [
    {"is_deleted": True, "text": None},
    {"is_deleted": True},
    {"is_left_out": True, "text": None, "author_name": ""},
    {"is_left_out": True},
    {"text": None},
    {"by_machine": True, "filings": ()},
]


@pytest.mark.parametrize("gone", GONE)
def test_what_may_not_be_shown_is_never_quoted(gone):
    message = replace(an_answer(1, "A1: the reading garden behind the mill https://example.org/a"), **gone)
    other = an_answer(2, "A1: the lantern walk along the river")
    digest = make_digest(a_record(message, other))
    assert [q.message_id for q in digest.questions[0].quotes] == [other.id]
    assert digest.links == ()


@pytest.mark.parametrize(
    ("gone", "counts"), list(zip(GONE, [(0, 0), (0, 0), (1, 1), (1, 1), (1, 1), (0, 0)], strict=True))
)
def test_deleted_messages_and_machines_are_not_counted(gone, counts):
    message = replace(an_answer(1, "A1: the reading garden behind the mill"), **gone)
    digest = make_digest(a_record(message))
    assert (digest.messages, digest.people) == counts
    assert (digest.questions[0].answers, digest.questions[0].people) == counts


def test_a_message_under_two_questions_counts_under_both_and_once_in_all():
    both = replace(
        an_answer(1, "A1 & A2: the reading garden behind the mill"),
        filings=(Filing(1, Basis.LABEL), Filing(2, Basis.LABEL)),
    )
    digest = make_digest(a_record(both))
    assert [part.answers for part in digest.questions] == [1, 1]
    assert digest.messages == 1


def test_messages_that_say_nothing_are_not_quoted():
    said = [
        an_answer(n, text) for n, text in enumerate(["👍", "A1: yes", "@maren #shelfchat", "https://example.org/a"])
    ]
    assert quoted(a_record(*said)) == ()


def test_answers_of_nothing_but_emoji_are_counted_and_do_no_harm():
    digest = make_digest(a_record(*(an_answer(n, "😀" * (10 * n)) for n in range(1, 6))))
    assert digest.questions[0].answers == 5
    assert len(digest.questions[0].quotes) <= QUOTES_PER_QUESTION


def test_quotes_differ_in_what_they_say():
    same = [an_answer(n, "A1: a lantern walk along the harbour every winter evening") for n in range(1, 6)]
    other = an_answer(9, "A1: a kitchen table with an atlas and much neighbourly patience")
    assert other.id in {q.message_id for q in quoted(a_record(*same, other))}


def test_the_order_in_which_messages_come_does_not_matter():
    crowd = a_crowd(60, people=20)
    shuffled = random.Random(2).sample(crowd, len(crowd))
    assert quoted(a_record(*shuffled)) == quoted(a_record(*crowd))


def test_names_have_no_say():
    crowd = a_crowd(60, people=20)
    renamed = [replace(message, author_name=f"Z{9999 - message.author_id}") for message in crowd]
    chosen = [q.message_id for q in quoted(a_record(*crowd))]
    assert [q.message_id for q in quoted(a_record(*renamed))] == chosen


def test_the_choice_is_the_same_in_every_process():
    """Python orders sets differently in each process; the digest must not show it."""
    program = (
        "from tests.domain.test_digest import a_crowd, a_record, quoted\n"
        "print([[q.message_id for q in quoted(a_record(*a_crowd(80, seed=s)))] for s in range(12)])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1


SPOILER = "||the butler did it, in the library, with the catalogue||"


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two …"),
        ("one two three", 7, "one two …"),
        ("one two, three", 9, "one two …"),
        ("one two \u2013 three", 11, "one two …"),
        ("onetwothree", 5, "onetw …"),
        ("冬の夜に読む本", 3, "冬の夜 …"),
        ("本: 冬の夜に読む長い長い本", 8, "本: 冬の夜に読 …"),
        ("see https://example.org/a/very/long/address", 30, "see …"),
        ("https://example.org/a/very/long/address", 20, "…"),
        (f"so {SPOILER}", 20, "so …"),
        (SPOILER, 20, "…"),
        (f"{SPOILER} yes", len(SPOILER), f"{SPOILER} …"),
        ("||a b|| c d", 7, "||a b|| …"),
        ("||a b||c d e", 7, "…"),
        ("||a b||c d e", 8, "||a b||c …"),
        ("||||a b|| c d", 7, "…"),
        ("one || two three", 12, "one || two …"),
        ("aaaaaaaaaa||bbbbbbbbbb||", 11, "aaaaaaaaaa …"),
        (r"\||a|| b c ||d e", 12, r"\ …"),
    ],
)
def test_a_text_is_cut_at_a_word_and_before_a_spoiler(text, limit, short):
    assert shorten(text, limit) == short


@given(text=st.text("ab |,.-本😀\\`", max_size=120), limit=st.integers(2, 60))
@example(text="a ||b c||d e f", limit=11)
def test_a_cut_text_is_a_verbatim_beginning_that_opens_no_spoiler(text, limit):
    line = " ".join(text.split())
    short = shorten(line, limit)
    if len(line) <= limit:
        assert short == line
        return
    assert short.endswith("…")
    head = short.removesuffix("…").rstrip()
    assert line.startswith(head)
    assert len(head) <= limit
    assert not any(start < len(head) < end for start, end in spoilers(line))


@given(text=st.text(min_size=QUOTE_LENGTH))
def test_a_quote_is_a_verbatim_beginning_of_the_message_on_one_line(text):
    found = quote(an_answer(1, text))
    line = " ".join(text.split())
    assert found.is_cut is (len(line) > QUOTE_LENGTH)
    assert line.startswith(found.text.removesuffix("…").rstrip() if found.is_cut else found.text)
    assert len(found.text) <= QUOTE_LENGTH + 2


def test_a_message_without_words_is_an_empty_quote():
    assert quote(an_answer(1, None)).text == ""


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("no spoiler", []),
        ("one || bar", []),
        ("a ||b|| c", ["||b||"]),
        ("||a|| b ||c||", ["||a||", "||c||"]),
        ("||||", []),
        ("||||a||", ["||||a||"]),
        ("||a|| b || c", ["||a|| b ||"]),
        (r"\||a|| b ||c||", [r"||a|| b ||c||"]),
        ("`||` a ||b||", ["||` a ||b||"]),
        ("||two\nlines||", ["||two\nlines||"]),
    ],
)
def test_what_is_hidden_and_what_might_be(text, hidden):
    assert [text[start:end] for start, end in spoilers(text)] == hidden
