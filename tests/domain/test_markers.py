"""A label at the start of a message says which question it answers; what only looks like one doesn't."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.markers import read_labels

QUESTIONS = 12

LABELS = [
    # A letter and a figure, with whatever people put behind them.
    ("A1: our bookmobile, every spring", (1,)),
    ("a2 the maps room", (2,)),
    ("A3. More shelves", (3,)),
    ("a4) fewer meetings", (4,)),
    ("A5- the reading garden", (5,)),
    ("A1 - two chairs and a lamp", (1,)),
    ("A1 \u2013 two chairs and a lamp", (1,)),
    ("A1 \u2014 two chairs and a lamp", (1,)),
    ("A6--storytime by the river", (6,)),
    ("A6\u2014storytime by the river", (6,)),
    ("A2, the quiet room", (2,)),
    ("A2; the quiet room", (2,)),
    ("A3...still thinking", (3,)),
    ("A3\u2026 still thinking", (3,)),
    ("A1). posters in the bus", (1,)),
    ("A1! Puppets!", (1,)),
    ("A1 = puppets", (1,)),
    ("A1> puppets", (1,)),
    ("A12: last one", (12,)),
    ("A01: first one", (1,)),
    ("A1", (1,)),
    ("a3:", (3,)),
    ("A1\nOn a line of its own", (1,)),
    ("A4 30 of our members knit", (4,)),
    ("A2: 3 o'clock is best for us", (2,)),
    ("A1 https://example.org/list", (1,)),
    # Spaced, dotted, tagged, spelled out.
    ("A 2: the lantern walk", (2,)),
    ("A 3) the lantern walk", (3,)),
    ("A 1 I would ask the children", (1,)),
    ("A\u00a02: the lantern walk", (2,)),
    ("A.1 zines", (1,)),
    ("A.2. zines", (2,)),
    ("A:4 zines", (4,)),
    ("A#1 zines", (1,)),
    ("#a2 zines", (2,)),
    ("Answer 1: zines", (1,)),
    ("Ans 2: zines", (2,)),
    ("Answer to Q7: zines", (7,)),
    ("answer to question 4 zines", (4,)),
    ("Re Q2: zines", (2,)),
    ("re: A2 zines", (2,)),
    ("R3: fanzines, sobre todo", (3,)),
    ("P2: fanzines", (2,)),
    ("\uff21\uff11\uff1a zines", (1,)),
    ("A1\ufe0f\u20e3 zines", (1,)),
    ("A1\u200b: zines", (1,)),
    # Without a gap.
    ("A5Follow the trail of returns", (5,)),
    ("A2most of us walk", (2,)),
    ("A3I walk", (3,)),
    ("A1#shelfchat by boat", (1,)),
    ("A1:@maren by boat", (1,)),
    ("A1@maren by boat", (1,)),
    # Parts and continuations.
    ("A1.1 first the roof", (1,)),
    ("A1.2: then the floor", (1,)),
    ("A2b: then the floor", (2,)),
    ("A3a&b: roof and floor", (3,)),
    ("A1 (2/2) and the door", (1,)),
    ("A1 cont'd: and the door", (1,)),
    ("A1 +1 to the door", (1,)),
    # Several questions at once.
    ("A4/5 the same people", (4, 5)),
    ("A4/5: the same people", (4, 5)),
    ("A1&A2 the same people", (1, 2)),
    ("A2 & A3: the same people", (2, 3)),
    ("A2 and A3 the same people", (2, 3)),
    ("A2 and 3: the same people", (2, 3)),
    ("A1, A2, A3: nobody", (1, 2, 3)),
    ("A1,2: nobody", (1, 2)),
    ("A1, 2: nobody", (1, 2)),
    ("A1 und A2: niemand", (1, 2)),
    ("A1 y A2: nadie", (1, 2)),
    ("A1-3 nobody", (1, 2, 3)),
    ("Q2\u2013Q4: nobody", (2, 3, 4)),
    ("A1 - A3: nobody", (1, 2, 3)),
    # One question, though more figures follow.
    ("A1 - 3 shelves of cookery", (1,)),
    ("A2, 5 of my friends", (2,)),
    ("A1 2/2 and a stool", (1,)),
    # After mentions, tags, quotation marks, Markdown, bullets, emoji.
    ("#shelfchat A1 tea", (1,)),
    ("#shelfchat A2: tea", (2,)),
    ("@maren @noor a3) tea", (3,)),
    (".@maren A1: tea", (1,)),
    ("<@123> A1: tea", (1,)),
    ("<@!123> <@&9> A2 tea", (2,)),
    ("<#55> A2 tea", (2,)),
    ("<a:wave_hi:77> A2: tea", (2,)),
    ("\U0001f44b\U0001f3fd A1: tea", (1,)),
    ("> A1: tea", (1,)),
    ("**A1:** tea", (1,)),
    ("**A1** tea", (1,)),
    ("__A2__: tea", (2,)),
    ("`A1` tea", (1,)),
    ("||A1: the butler||", (1,)),
    ("(A1) tea", (1,)),
    ("[A1] tea", (1,)),
    ("\u201cA1: tea\u201d", (1,)),
    ("- A1: tea", (1,)),
    ("\u2022 A1: tea", (1,)),
    # People who write Q and mean their answer.
    ("Q2: a kettle", (2,)),
    ("q3) a kettle", (3,)),
    ("Q.3 a kettle", (3,)),
    ("#q1 a kettle", (1,)),
    ("Question 3: a kettle", (3,)),
]

FALSE_FRIENDS = [
    "A 4 mile loop round the lake",
    "A 7-year lease on the hut",
    "A 3D printer for the club",
    "A 10am start would suit",
    "A 2 week loan is short",
    "A 30 minute break",
    "A 5 star read",
    "A 2nd copy, please",
    "A 3 of us went",
    "A4 paper is cheaper",
    "A3 posters in the window",
    "A5 envelopes ran out",
    "An A4-sized sketchbook",
    "A4-sized sketchbook wanted",
    "A3-format atlas",
    "Noor here, from A2, hello",
    "Meet at gate A9",
    "Off the A1 at the mill",
    "A2:30 works for me",
    "A 2:30 works for me",
    "A1.50 buys a ticket",
    "A1.45 pm bus",
    "Q&A 7:30 tonight",
    "Q&A 3/18 in the hall",
    "R2D2 on the cover",
    "R2-D2 on the cover",
    "A2Z of knitting",
    "A1-B2 courses begin",
    "A1/B1 course begins",
    "HS-PS2-4 is the code",
    "git grep -B4 -A3",
    "Cortex-A8 inside",
    "p12 made me cry",
    "p. 12 made me cry",
    "P2 of the leaflet",
    "R 4 you",
    "https://example.org/A1",
    "See https://example.org/q2 for more",
    "Q4 results are out",
    "Q2 2019 was quiet",
    "Q3 of 2025 was loud",
    "Did I miss Q2?",
    "Let's get to Q3",
    "What was the answer to Q4",
    "I meant A4, not A2",
    "Loved what Noor said in A1",
    "Answer 2 questions and win",
    "answer 2 Qs about maps",
    "Question 3 people on the bus",
    "Re 3 books you sent",
    "A13: there is no such question",
    "A0: there is no such question",
    "A 2026 calendar",
    "A100: far too high",
    "A&E 2",
    "",
    "   ",
    "#",
    "A",
    "A:",
    "Q",
]


@pytest.mark.parametrize(("text", "numbers"), LABELS)
def test_a_label_names_its_questions(text, numbers):
    assert read_labels(text, QUESTIONS) == numbers


@pytest.mark.parametrize("text", FALSE_FRIENDS)
def test_what_only_looks_like_a_label_is_none(text):
    assert read_labels(text, QUESTIONS) == ()


def test_the_tables_are_as_large_as_the_grammar_needs():
    assert len(LABELS) >= 60
    assert len(FALSE_FRIENDS) >= 25


@pytest.mark.parametrize(
    ("text", "count", "numbers"),
    [("A5: tea", 5, (5,)), ("A6: tea", 5, ()), ("A4/6: tea", 5, (4,)), ("A3-9 tea", 5, (3, 4, 5)), ("A1: tea", 0, ())],
)
def test_a_number_beyond_the_last_question_is_none(text, count, numbers):
    assert read_labels(text, count) == numbers


_PIECES = st.sampled_from(
    [
        "A",
        "Q",
        "1",
        "12",
        " ",
        "&",
        "/",
        ",",
        "-",
        ":",
        ".",
        "#",
        "@x",
        "<@1>",
        "*",
        "re",
        "answer to",
        "and",
        "x",
        "\n",
    ]
)


@given(text=st.text() | st.lists(_PIECES, max_size=30).map("".join), count=st.integers(0, 99))
def test_any_text_gives_numbers_within_range_each_once(text, count):
    numbers = read_labels(text, count)
    assert all(1 <= number <= count for number in numbers)
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("A1: the quiet corner\nA2: the bus", (1, 2)),
        ("A1) the quiet corner\n\n> a quotation\nA3. the bus", (1, 3)),
        ("Sorry I'm late!\nA2: the bus", (2,)),
        ("A1: we bought two kinds of card\nA4 paper is too large for it", (1,)),
        ("A1: a list\n1. this\n2. that", (1,)),
        ("A2: first\nA2: and more of it", (2,)),
    ],
)
def test_a_label_at_the_start_of_a_later_line_counts_with_a_sign_behind_it(text, labels):
    assert read_labels(text, 6) == labels
