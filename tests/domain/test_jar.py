"""What may be in the jar, which question is drawn, and that a file of it comes back as it was."""

import csv
import io
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chat import MAX_QUESTION_LENGTH
from bot.domain.errors import BadInput, Problem
from bot.domain.jar import (
    MAX_QUESTIONS,
    MAX_WAITING,
    REST,
    Added,
    JarQuestion,
    JarState,
    admit,
    asking_id,
    check_tag,
    check_tags,
    check_text,
    draw,
    fold,
    in_order,
    tag_mark,
    tag_of,
)
from bot.domain.jar_files import MAX_ROWS, MAX_SIZE, read_file, write_files
from tests.domain.making import NOW

LONG_AGO, LATELY = NOW - REST, NOW - REST + timedelta(seconds=1)

# No surrogates: they can't be sent. What `check_text` refuses is left out.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60).map(lambda text: " ".join(text.split()))
FORMULAS = st.builds(str.__add__, st.sampled_from(["=", "+", "-", "@", "'", "'=", "''+", '"', "=;", "'\u2019"]), TEXTS)
USED = st.none() | st.datetimes(datetime(1, 1, 2), NOW.replace(tzinfo=None), timezones=st.just(UTC))  # noqa: DTZ001
TAGS = st.lists(st.text("abcäé日ن-1", min_size=1, max_size=20).filter(lambda tag: tag[0].isalnum()), max_size=5)


def a_question(number=1, used_at=None, tags=(), text=None, state=JarState.APPROVED):
    return JarQuestion(1, text or f"Question {number}?", tuple(tags), state, 7, NOW, used_at, number)


def refused(function, *arguments):
    with pytest.raises(BadInput) as caught:
        function(*arguments)
    return caught.value.problem


def texts(data):
    return [row.text for row in read_file(data.encode(), NOW)[0]]


def why(data):
    """The lines of a file that can't be used, with the reason."""
    return [(wrong.line, wrong.why.problem) for wrong in read_file(data.encode(), NOW)[1]]


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("", ()),
        (" ", ()),
        ("Warm-up", ("warm-up",)),
        ("#fun, FUN; fun|new-members 2026", ("fun", "new-members", "2026")),
        ("Lesen großeltern", ("lesen", "großeltern")),
        ("日本 हिंदी", ("日本", "हिंदी")),
        ("e\u0301t\u00e9", ("\u00e9t\u00e9",)),
        ("a" * 20, ("a" * 20,)),
    ],
)
def test_tags_are_words_in_lower_case(typed, tags):
    assert check_tags(typed) == tags
    assert check_tags(" ".join(tags)) == tags


@pytest.mark.parametrize("typed", ["a" * 21, "two words", "a_b", "=1", "-a", "#", "", "@everyone", "a.b", "🙂"])
def test_what_is_no_tag_is_refused(typed):
    assert refused(check_tag, typed) is Problem.JAR_TAG_UNUSABLE


def test_a_question_has_at_most_five_tags():
    assert refused(check_tags, "a b c d e f") is Problem.JAR_TOO_MANY_TAGS
    assert check_tags("a b c d e a") == tuple("abcde")


def test_a_question_has_words_on_one_line():
    assert check_text("  Why\n do\tyou\0 read? ") == "Why do you read?"
    assert refused(check_text, " \n\0") is Problem.QUESTION_EMPTY
    assert refused(check_text, "w" * (MAX_QUESTION_LENGTH + 1)) is Problem.NEW_QUESTION_TOO_LONG


@pytest.mark.parametrize(
    ("one", "other"),
    [("Why  do you READ?", " why do you read? "), ("STRASSE", "straße"), ("e\u0301", "\u00c9"), ("a\u00a0b", "A b")],
)
def test_case_and_spaces_make_no_other_question(one, other):
    assert fold(one) == fold(other)
    assert fold(one) != fold(f"{other}!")


@pytest.mark.parametrize(
    ("state", "same", "count", "waiting", "outcome"),
    [
        (JarState.APPROVED, None, 0, 0, Added.NEW),
        (JarState.SUGGESTED, None, 0, MAX_WAITING - 1, Added.NEW),
        (JarState.SUGGESTED, None, 0, MAX_WAITING, Added.ENOUGH),
        (JarState.APPROVED, None, 0, MAX_WAITING, Added.NEW),
        (JarState.APPROVED, None, MAX_QUESTIONS, 0, Added.NO_ROOM),
        (JarState.SUGGESTED, None, MAX_QUESTIONS, 0, Added.NO_ROOM),
        (JarState.APPROVED, JarState.SUGGESTED, MAX_QUESTIONS, 0, Added.APPROVED),
        (JarState.APPROVED, JarState.APPROVED, 1, 0, Added.ALREADY),
        (JarState.SUGGESTED, JarState.SUGGESTED, 1, MAX_WAITING, Added.ALREADY),
        (JarState.SUGGESTED, JarState.APPROVED, 1, 0, Added.ALREADY),
    ],
)
def test_who_is_let_in(state, same, count, waiting, outcome):
    assert admit(a_question(state=state), same, count, waiting) is outcome


def test_suggestions_come_first():
    questions = [a_question(1), a_question(2, state=JarState.SUGGESTED, tags=["fun"]), a_question(3, tags=["fun"])]
    assert [q.id for q in in_order(questions)] == [2, 1, 3]
    assert [q.id for q in in_order(questions, "fun")] == [2, 3]


@given(st.integers())
def test_drawn_is_only_what_was_approved_and_rested(seed):
    questions = [
        a_question(1, LATELY),
        a_question(2, LONG_AGO),
        a_question(3),
        a_question(4, state=JarState.SUGGESTED),
    ]
    assert draw(questions, NOW, random.Random(seed)).id in {2, 3}


def test_each_that_rested_can_come():
    questions = [a_question(number) for number in range(1, 6)]
    dice = random.Random(1)
    assert {draw(questions, NOW, dice).id for _ in range(100)} == {1, 2, 3, 4, 5}


@given(st.integers())
def test_if_all_were_asked_lately_the_one_that_rested_longest_comes(seed):
    questions = [a_question(n, NOW - timedelta(days=days)) for n, days in ((1, 3), (2, 90), (3, 90), (4, 1))]
    assert draw(questions, NOW, random.Random(seed)).id == 2


def test_drawing_on_shows_another_each_time_and_comes_round():
    lately = [a_question(n, NOW - timedelta(days=n)) for n in (1, 2, 3)]
    seen, last = [], 0
    for _ in range(4):
        last = draw(lately, NOW, random.Random(1), besides=last).id
        seen.append(last)
    assert seen == [3, 2, 1, 3]
    one_rested = [*lately, a_question(4)]
    assert draw(one_rested, NOW, random.Random(1)).id == 4
    assert draw(one_rested, NOW, random.Random(1), besides=4).id == 3
    assert draw([a_question(4)], NOW, random.Random(1), besides=4).id == 4


def test_only_those_with_the_tag_are_drawn_from():
    questions = [a_question(1, tags=["fun"]), a_question(2), a_question(3, tags=["old"], state=JarState.SUGGESTED)]
    assert draw(questions, NOW, random.Random(1), "fun").id == 1
    assert refused(draw, questions, NOW, random.Random(1), "old") is Problem.JAR_NOTHING_TAGGED
    assert refused(draw, questions[2:], NOW, random.Random(1)) is Problem.JAR_EMPTY


def test_a_button_remembers_a_tag_by_a_number():
    questions = [a_question(1, tags=["fun", "日本"])]
    assert tag_mark(None) == tag_mark("") == 0
    assert tag_of(questions, 0) is None
    assert tag_of(questions, tag_mark("日本")) == "日本"
    assert refused(tag_of, questions, tag_mark("gone")) is Problem.JAR_TAG_GONE


@given(*[st.integers(1, 2**31 - 1)] * 4)
def test_each_question_in_each_chat_has_a_number_of_its_own(chat, question, other_chat, other_question):
    number = asking_id(chat, question)
    assert -(2**63) <= number < 0
    assert (number == asking_id(other_chat, other_question)) == ((chat, question) == (other_chat, other_question))


@given(st.lists(st.tuples(TEXTS | FORMULAS, TAGS, USED), min_size=1, max_size=8))
def test_a_file_comes_back_as_it_was(contents):
    questions = [
        a_question(n, used, check_tags(" ".join(tags)), text=check_text(text))
        for n, (text, tags, used) in enumerate(contents, start=1)
        if text.replace("\0", "").split()
    ]
    (file,) = write_files(questions)
    if not questions:
        assert refused(read_file, file, NOW) is Problem.JAR_FILE_EMPTY
        return
    rows, wrong = read_file(file, NOW)
    assert wrong == ()
    assert [(row.text, row.tags) for row in rows] == [(q.text, q.tags) for q in questions]
    days = [q.used_at and q.used_at.date() for q in questions]
    assert [row.used_at and row.used_at.date() for row in rows] == days
    # No program that reads it can take a cell for a formula.
    for cells in csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
    again = [replace(q, used_at=row.used_at) for q, row in zip(questions, rows, strict=True)]
    assert write_files(again) == (file,)


@pytest.mark.parametrize(("count", "length", "files"), [(MAX_ROWS, 20, 1), (MAX_ROWS + 1, 20, 2), (MAX_ROWS, 1_500, 4)])
def test_a_big_jar_is_written_as_files_that_can_be_read(count, length, files):
    questions = [a_question(n, text=f"{n} {'w' * length}"[:length]) for n in range(count)]
    made = write_files(questions)
    assert len(made) == files
    assert all(len(file) <= MAX_SIZE for file in made)
    rows = [row.text for file in made for row in read_file(file, NOW)[0]]
    assert rows == [question.text for question in questions]


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "ignore")))
def test_any_file_is_read_or_refused_kindly(data):
    try:
        rows, wrong = read_file(data, NOW)
    except BadInput:
        return
    assert len(rows) + len(wrong) > 0
    lines = [one.line for one in (*rows, *wrong)]
    assert len(set(lines)) == len(lines)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("header", ["", "question,tags,used", "Question,Tags,Used"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_header_and_line_ends_may_be_any(delimiter, mark, header, end):
    lines = [header, "Why?,fun old,2026-02-03", '"What, then; and who?",,', "", "Where?,,"]
    data = mark + end.join(line for line in lines if line or line is not header)
    if delimiter != ",":
        data = data.replace("What, then; and", "What## then% and").replace(",", delimiter)
        data = data.replace("##", ",").replace("%", ";")
    rows, wrong = read_file(data.encode(), NOW)
    assert wrong == ()
    assert [row.text for row in rows] == ["Why?", "What, then; and who?", "Where?"]
    assert rows[0].tags == ("fun", "old")
    assert rows[0].used_at == datetime(2026, 2, 3, tzinfo=UTC)
    assert rows[1].used_at is None


def test_columns_are_found_by_their_names():
    rows, wrong = read_file(b"who;used;question;TAGS\nAda;2026-01-02;Why?;fun\n", NOW)
    assert wrong == ()
    assert (rows[0].text, rows[0].tags, rows[0].used_at.date()) == ("Why?", ("fun",), date(2026, 1, 2))


def test_questions_alone_are_enough():
    assert texts("Why?\nWho?\n") == ["Why?", "Who?"]
    assert texts("question\nWhy?") == ["Why?"]
    assert texts('"He said ""why""?"') == ['He said "why"?']


def test_a_comma_in_a_question_without_quotes_does_not_hide_behind_another_separator():
    assert texts("What, then?;fun;\nHow, and why?;;2026-01-02\nWhy?;;") == ["What, then?", "How, and why?", "Why?"]


def test_an_apostrophe_that_hides_a_formula_is_taken_off_and_no_other():
    assert texts("'=1+1\n'Twas why?\n''@home") == ["=1+1", "'Twas why?", "'@home"]


def test_each_line_that_can_not_be_used_is_named_with_the_reason():
    data = (
        "question,tags,used\n"
        "Why?,fun,2026-01-02\n"
        ",fun,\n"
        f"{'w' * 1501},,\n"
        "Who?,a_b,\n"
        "Who?,a b c d e f,\n"
        "Who?,,3 Feb\n"
        "Who?,,2026-02-30\n"
        "Who?,,2999-01-01\n"
        "Who, when, why, and where?,,\n"
        '"Two\nlines?",,\n'
        '"Who" is it?,,\n'
        '"Never ends,,\n'
    )
    assert texts(data) == ["Why?", "Two lines?"]
    assert why(data) == [
        (3, Problem.JAR_LINE_EMPTY),
        (4, Problem.NEW_QUESTION_TOO_LONG),
        (5, Problem.JAR_TAG_UNUSABLE),
        (6, Problem.JAR_TOO_MANY_TAGS),
        *((line, Problem.JAR_LINE_DATE) for line in (7, 8, 9)),
        (10, Problem.JAR_LINE_COLUMNS),
        (13, Problem.JAR_LINE_QUOTES),
        (14, Problem.JAR_LINE_QUOTES),
    ]


def test_a_day_that_has_begun_further_east_was_not_later_than_now():
    tomorrow = (NOW + timedelta(days=1)).date()
    (row,), _ = read_file(f"Why?,,{tomorrow}".encode(), NOW)
    assert row.used_at == NOW


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", Problem.JAR_FILE_EMPTY),
        (b" \n,,\n", Problem.JAR_FILE_EMPTY),
        (b"\xef\xbb\xbfquestion,tags,used\r\n", Problem.JAR_FILE_EMPTY),
        ("Größe?".encode("latin-1"), Problem.JAR_FILE_NOT_UTF8),
        ("Why?".encode("utf-16"), Problem.JAR_FILE_NOT_UTF8),
        ("Why?".encode("utf-16-le"), Problem.JAR_FILE_NOT_UTF8),
        (b"PK\x03\x04\xff\x00", Problem.JAR_FILE_NOT_UTF8),
        (b"w" * (MAX_SIZE + 1), Problem.JAR_FILE_TOO_BIG),
        (b"Why?\n" * (MAX_ROWS + 1), Problem.JAR_FILE_TOO_LONG),
        (b"a\n" * (MAX_SIZE // 2), Problem.JAR_FILE_TOO_LONG),
    ],
)
def test_a_file_that_can_not_be_read_is_refused_as_a_whole(data, problem):
    assert refused(read_file, data, NOW) is problem


def test_as_many_lines_as_allowed_are_read():
    assert len(texts("question\n" + "Why?\n" * MAX_ROWS)) == MAX_ROWS
