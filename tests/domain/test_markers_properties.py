"""What holds for every label, every text around it, and every text at all, also in the work that it takes."""

import itertools
import re
import sys
import unicodedata
from re import _constants, _parser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.markers import (
    MarkerKind,
    Place,
    Sureness,
    cut_labels,
    folding,
    grammar,
    may_ask,
    pieces,
    read_labels,
    read_markers,
    read_piece,
    reading,
)

QUESTIONS = 12
WORDS = ["ukuleles", "lend", "our", "branch", "tuned", "quietly", "Saturday", "children", "why", "tea", "bus", "2031"]

plain_text = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
leads = st.lists(
    st.sampled_from(
        [
            "@maren ",
            "#shelfchat ",
            "<@123> ",
            "<#5> ",
            "<:wave:77> ",
            "\U0001f44b ",
            "> ",
            "- ",
            "**",
            "\u201c",
            "(",
            "\n",
            "# ",
        ]
    ),
    max_size=3,
).map("".join)
LETTERS = [
    "A",
    "a",
    "Q",
    "q",
    "R",
    "r",
    "Answer ",
    "Ans ",
    "Question ",
    "Re: A",
    "Answer to Q",
    "\uff21",
    "#a",
    "A.",
    "Q. ",
]
DIGITS = ["0123456789", "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19"]
DIGITS += ["".join(chr(zero + n) for n in range(10)) for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0x1D7CE)]
SIGNS = [": ", ") ", ". ", "; ", "\uff1a", " : ", "] ", ").", ":\n", "\u2014 "]
PARTS = ["", "", "", "a", "b", ".1", " cont", " (2/2)"]


@st.composite
def labels(draw):
    """A spelled label with a sign behind it, and its number."""
    number = draw(st.integers(1, QUESTIONS))
    digits = draw(st.sampled_from(DIGITS))
    figure = "".join(digits[int(figure)] for figure in str(number))
    part = draw(st.sampled_from(PARTS))
    return draw(st.sampled_from(LETTERS)) + figure + part + draw(st.sampled_from(SIGNS)), number


@given(label=labels(), lead=leads, text=plain_text)
def test_any_spelling_after_any_lead_before_any_text_is_read(label, lead, text):
    spelled, number = label
    assert read_labels(lead + spelled + text, QUESTIONS) == (number,)


@given(first=plain_text, label=labels(), text=plain_text)
def test_any_spelling_with_a_sign_is_read_at_the_start_of_a_later_line(first, label, text):
    spelled, number = label
    markers = read_markers(f"{first}\n{spelled}{text}", QUESTIONS)
    assert [(m.number, m.place) for m in markers] == [(number, Place.LINE)]


@given(
    text=plain_text,
    stop=st.sampled_from([". ", "! ", "? ", "\u2026 ", ". #shelfchat ", "! \U0001f600 ", ". ("]),
    number=st.integers(1, QUESTIONS),
    tail=st.sampled_from(
        ["", " #shelfchat", " @maren", " https://example.org/A9", ".", " #shelfchat @maren \U0001f600"]
    ),
)
def test_a_label_that_closes_a_message_is_read(text, stop, number, tail):
    if text.endswith("2031"):
        # "It ships in 2031. Q2" names a quarter.
        text += " now"
    closing = ")" if stop.endswith("(") else ""
    markers = read_markers(f"{text}{stop}A{number}{closing}{tail}", QUESTIONS)
    assert [(m.number, m.place, m.sureness) for m in markers] == [(number, Place.END, Sureness.LIKELY)]


numbers = st.integers(1, QUESTIONS)
false_friends = st.one_of(
    st.builds(
        "A {} {} walk".format, numbers, st.sampled_from(["mile", "week", "day", "year", "hour", "minute", "month"])
    ),
    st.builds("{} {}-year-old".format, st.sampled_from(["A", "a"]), numbers),
    st.builds("A{}:{:02} is too early".format, numbers, st.integers(0, 59)),
    st.builds("A{}.{:02} is too dear".format, numbers, st.integers(10, 99)),
    st.builds(
        "A{} {}".format, st.integers(3, 5), st.sampled_from(["paper", "sheets", "posters", "format", "envelopes"])
    ),
    st.builds("A{}-{}".format, numbers, st.sampled_from(["sized", "format", "level"])),
    st.builds("Q{} {}".format, st.integers(1, 4), st.sampled_from(["2031", "of 2031", "results", "earnings", "'31"])),
    st.builds("We {} A{} then".format, st.sampled_from(["left from", "drove to", "met at", "talked about"]), numbers),
    st.builds("{} Q{}?".format, st.sampled_from(["Did I miss", "Is this", "What was", "Who asked"]), numbers),
    st.builds("see https://example.org/{}{}: there".format, st.sampled_from("AaQq"), numbers),
    st.builds("<@{}> and <:A1:{}> there".format, numbers, numbers),
    st.builds("{}/{}".format, numbers, numbers),
    st.builds("({}/{}) and more".format, numbers, numbers),
    st.builds("{}{} {}".format, st.sampled_from("BCDEGKLMNSTUVWXYZ"), numbers, plain_text),
    st.builds("{}A{} {}".format, st.sampled_from("-/=$@&+x"), numbers, plain_text),
)


@given(text=false_friends, behind=st.sampled_from(["", " #shelfchat", " @maren", "\nand tea"]))
def test_what_only_looks_like_a_label_is_never_read(text, behind):
    assert read_labels(text + behind, QUESTIONS) == ()


PIECES = [
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
    "for",
    "RT",
    "x",
    "\n",
    ">",
]
PIECES += [
    "(",
    ")",
    "[",
    "`",
    "2/2",
    "cont",
    "\uff21",
    "\u0663",
    "\u00e9",
    "e\u0301",
    "\u200b",
    "\ufdfa",
    "1\ufe0f\u20e3",
    "a",
]
any_text = st.text() | st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@given(text=any_text, count=st.integers(0, 99), by_host=st.booleans())
@example(text="\ufdfaA1: \ufdfa", count=9, by_host=False)
def test_any_text_gives_markers_within_it(text, count, by_host):
    markers = read_markers(text, count, by_host=by_host)
    for marker in markers:
        assert 1 <= marker.number <= count
        assert 0 <= marker.start < marker.end <= len(text)
        assert any(
            sign.isdecimal() or unicodedata.normalize("NFKC", sign) != sign for sign in text[marker.start : marker.end]
        )
    assert [m.start for m in markers] == sorted(m.start for m in markers)
    spans = sorted({(m.start, m.end) for m in markers})
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    read = read_labels(text, count)
    assert len(set(read)) == len(read)
    assert set(read) <= {m.number for m in markers}
    assert len(cut_labels(text, count)) <= len(text)
    if piece := read_piece(text):
        assert 0 <= piece.start < piece.end <= len(text)


ascii_labels = st.lists(
    st.sampled_from(
        [
            *(letters for letters in LETTERS if letters.isascii()),
            *("Pregunta ", "Respuesta ", "Domanda", "Frage: ", "answering to question ", "re :q", "Antwort - "),
            *("1", "2", "30", " ", ": ", "#", "-", ".", "word", "\n", "the harbour ", "(", "?"),
        ]
    ),
    max_size=12,
).map("".join)


@given(text=any_text | ascii_labels)
@example(text="answering to question 3: tea")
@example(text="\u554f1: tea")
def test_what_is_passed_over_quickly_has_no_label(text):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_may_have", lambda *_: True)
        thorough = read_markers(text, QUESTIONS, by_host=True)
    assert read_markers(text, QUESTIONS, by_host=True) == thorough
    assert may_ask(text) or not any(marker.kind is MarkerKind.QUESTION for marker in thorough)


@given(text=any_text)
def test_texts_that_look_the_same_are_read_alike(text):
    composed = unicodedata.normalize("NFKC", text)
    assert read_labels(text, QUESTIONS) == read_labels(composed, QUESTIONS)
    assert read_labels(text, QUESTIONS) == read_labels(unicodedata.normalize("NFD", text), QUESTIONS)


@given(text=any_text)
def test_folding_knows_where_each_character_comes_from(text):
    folded = folding.fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)


STUBBORN = [
    "A1 & ",
    "A1, ",
    "A1: x. ",
    "A1\n",
    " ",
    "-",
    ".",
    "#",
    "(",
    "@a.",
    "<@",
    "<@1> ",
    "<a:",
    "|",
    "\u201c",
    "\u200b",
    "\ufdfa",
    "e\u0301",
    "re ",
    "for ",
    "so, ",
    "answer to q",
    "#.. ",
    "#..",
    "is  ",
    "2/2 ",
    "`",
    "```",
    "http://",
    "a1",
    "A1a&b",
    "> A1\n",
    "1\ufe0f\u20e3",
    "RT @a: A1 ",
    "\u201c@a ",
    "A1\u201c  ",
]


def calls_for(text):
    count = 0

    def profiler(_frame, event, _argument):
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(profiler)
    try:
        read_markers(text, QUESTIONS)
        read_piece(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("unit", STUBBORN, ids=ascii)
@pytest.mark.parametrize("ends", [("", ""), ("A1", "x"), ("", " A1")], ids=["bare", "behind", "before"])
def test_work_grows_with_the_length_only(unit, ends):
    """Counted in calls: four times the text takes about four times the work; each call looks at a bounded stretch."""
    short, long = (ends[0] + (unit * size)[:size] + ends[1] for size in (1000, 4000))
    assert calls_for(long) <= 5 * calls_for(short) + 200


def patterns():
    for module in (folding, grammar, pieces, reading):
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield pytest.param(value, id=f"{module.__name__.rpartition('.')[2]}.{name}")


def unbounded_depth(tree):
    """How many repetitions without a bound stand one in another, of those that may be taken back."""
    deepest = 0
    for operation, argument in tree:
        inner, weight = [], 0
        if operation in {_constants.MAX_REPEAT, _constants.MIN_REPEAT}:
            inner, weight = [argument[2]], int(argument[1] is _constants.MAXREPEAT)
        elif operation is _constants.POSSESSIVE_REPEAT:
            inner = [argument[2]]
        elif operation is _constants.SUBPATTERN:
            inner = [argument[3]]
        elif operation is _constants.BRANCH:
            inner = argument[1]
        elif operation in {_constants.ASSERT, _constants.ASSERT_NOT}:
            inner = [argument[1]]
        elif operation is _constants.ATOMIC_GROUP:
            inner = [argument]
        deepest = max([deepest, *(weight + unbounded_depth(one) for one in inner)])
    return deepest


@pytest.mark.parametrize("pattern", list(patterns()))
def test_no_pattern_repeats_without_a_bound_within_such_a_repetition(pattern):
    """Nested, they are what makes a search take longer than the universe has been there."""
    assert unbounded_depth(_parser.parse(pattern.pattern, pattern.flags)) <= 1


def test_the_measure_of_patterns_sees_a_nested_repetition():
    assert unbounded_depth(_parser.parse(r"(?:a|(?:b+c?)*)x")) == 2
    assert unbounded_depth(_parser.parse(r"(?:a++)*+x")) == 0
