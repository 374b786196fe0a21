"""What a host may ask for: titles, hashtags, lengths, starts and questions."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chat import (
    MAX_DAYS_AHEAD,
    MAX_HASHTAG_LENGTH,
    MAX_MINUTES,
    MAX_QUESTION_LENGTH,
    MAX_QUESTIONS,
    MAX_TITLE_LENGTH,
    MIN_QUESTIONS,
    ChatState,
    Question,
    check_hashtag,
    check_minutes,
    check_start,
    check_title,
    split_questions,
    with_questions,
)
from bot.domain.errors import BadInput, Problem
from bot.domain.manner import Pace
from tests.domain.making import NOW, START, a_chat, an_asked_chat


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("Q1: What are you reading?", "What are you reading?"),
        ("q1 What are you reading?", "What are you reading?"),
        ("Q 1) What?", "What?"),
        ("Q#1. What?", "What?"),
        ("Question 1: What?", "What?"),
        ("question 12 What?", "What?"),
        ("Q1 - What?", "What?"),
        ("Q1 \u2013 What?", "What?"),
        ("Q1:What?", "What?"),
        ("1. What?", "What?"),
        ("1.What?", "What?"),
        ("1) What?", "What?"),
        ("1: What?", "What?"),
        ("12 - What?", "What?"),
        ("- What?", "What?"),
        ("* What?", "What?"),
        ("• What?", "What?"),
        ("   3.   What   is\tnew? ", "What is new?"),
        ("1. a) or b)?", "a) or b)?"),
        ("1. 2 books or 3?", "2 books or 3?"),
    ],
)
def test_a_number_or_bullet_at_a_lines_start_is_taken_off(line, question):
    assert split_questions(f"{line}\nAnd then?") == (question, "And then?")


@pytest.mark.parametrize(
    "line",
    [
        "3D printing: yes or no?",
        "1984 or Brave New World?",
        "2001: a film or a book?",
        "7:30 or 8:00?",
        "7.30 or 8.30?",
        "1.5 hours: too long?",
        "20-year plans: who has one?",
        "20 - 30 books a year: many?",
        "5-4-3: which rule do you know?",
        "24/7 libraries?",
        "Q&A or talk?",
        "Quiet rooms?",
        "-1 or +1?",
        "#1 on your list?",
        "*Emma* or *Persuasion*?",
        "A1 or A2 paper?",
        "50% off?",
        "1 book for a year?",
    ],
)
def test_a_question_that_begins_with_a_figure_keeps_it(line):
    assert split_questions(f"{line}\nAnd then?") == (line, "And then?")


@pytest.mark.parametrize(
    ("typed", "questions"),
    [
        ("One?\nTwo?", ("One?", "Two?")),
        ("One?\r\nTwo?\r\n", ("One?", "Two?")),
        ("One?\rTwo?", ("One?", "Two?")),
        ("\n\nOne?\n \n\t\nTwo?\n\n", ("One?", "Two?")),
        ("One? | Two?", ("One?", "Two?")),
        ("One?|Two?||Three?|", ("One?", "Two?", "Three?")),
        ("\n1. One? | 2. Two?\n", ("One?", "Two?")),
        ("This | or that?\nTwo?", ("This | or that?", "Two?")),
        ("Q1\nOne?\nQ2:\nTwo?", ("One?", "Two?")),
        ("1.\nOne?\n2.\nTwo?", ("One?", "Two?")),
        ("Same?\nSame?", ("Same?", "Same?")),
    ],
)
def test_questions_stand_one_a_line_or_between_bars(typed, questions):
    assert split_questions(typed) == questions


@pytest.mark.parametrize("count", [0, 1])
@pytest.mark.parametrize("sign", ["\n", "|", "\r\n"])
def test_too_few_questions_are_counted(count, sign):
    with pytest.raises(BadInput) as refused:
        split_questions(sign.join(["Why?"] * count) + sign)
    assert refused.value.problem is Problem.TOO_FEW_QUESTIONS
    assert refused.value.facts == {"count": count, "least": MIN_QUESTIONS}


@pytest.mark.parametrize("count", [2, 12])
@pytest.mark.parametrize("sign", ["\n", "|", "\r\n"])
def test_two_to_twelve_questions_are_taken(count, sign):
    assert len(split_questions(sign.join(f"Why {n}?" for n in range(count)))) == count


@pytest.mark.parametrize("count", [13, 30])
@pytest.mark.parametrize("sign", ["\n", "|", "\r\n"])
def test_too_many_questions_are_counted(count, sign):
    with pytest.raises(BadInput) as refused:
        split_questions(sign.join(f"Why {n}?" for n in range(count)))
    assert refused.value.problem is Problem.TOO_MANY_QUESTIONS
    assert refused.value.facts == {"count": count, "most": MAX_QUESTIONS}


def test_a_question_may_be_as_long_as_a_prompt_holds_and_no_longer():
    longest = "w" * MAX_QUESTION_LENGTH
    assert split_questions(f"Why?\n2. {longest}")[1] == longest
    with pytest.raises(BadInput) as refused:
        split_questions(f"Why?\n{longest}!")
    assert refused.value.problem is Problem.QUESTION_TOO_LONG
    assert refused.value.facts == {"number": 2, "length": MAX_QUESTION_LENGTH + 1, "limit": MAX_QUESTION_LENGTH}


@given(st.text())
def test_any_text_gives_tidy_questions_or_is_refused(typed):
    try:
        questions = split_questions(typed)
    except BadInput:
        return
    assert MIN_QUESTIONS <= len(questions) <= MAX_QUESTIONS
    assert all(question == " ".join(question.split()) != "" for question in questions)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("Maps", "Maps"),
        ("  Maps\n and\t atlases ", "Maps and atlases"),
        ("m" * MAX_TITLE_LENGTH, "m" * MAX_TITLE_LENGTH),
        ("冬の読書", "冬の読書"),
        ("**Maps**", "**Maps**"),
    ],
)
def test_a_title_is_put_on_one_line(typed, title):
    assert check_title(typed) == title


@pytest.mark.parametrize("typed", ["", "  ", "\n\t"])
def test_a_chat_needs_a_title(typed):
    with pytest.raises(BadInput) as refused:
        check_title(typed)
    assert refused.value.problem is Problem.TITLE_EMPTY


def test_a_title_that_does_not_fit_is_refused_with_its_length():
    with pytest.raises(BadInput) as refused:
        check_title("m" * (MAX_TITLE_LENGTH + 1))
    assert refused.value.problem is Problem.TITLE_TOO_LONG
    assert refused.value.facts == {"length": MAX_TITLE_LENGTH + 1, "limit": MAX_TITLE_LENGTH}


@pytest.mark.parametrize(
    ("typed", "hashtag"),
    [
        ("libchat", "libchat"),
        ("#LibChat", "LibChat"),
        (" ##libchat ", "libchat"),
        ("\uff03libchat", "libchat"),
        ("#\uff03libchat", "libchat"),
        ("lib_chat2", "lib_chat2"),
        ("bücher", "bücher"),
        ("cafe\u0301", "café"),
        ("книги", "книги"),
        ("読書会", "読書会"),
        ("हिन्दी", "हिन्दी"),
        ("x" * MAX_HASHTAG_LENGTH, "x" * MAX_HASHTAG_LENGTH),
    ],
)
def test_a_hashtag_is_one_word_in_any_script(typed, hashtag):
    assert check_hashtag(typed) == hashtag


@pytest.mark.parametrize(
    "typed",
    ["", "#", "\uff03", "lib chat", "lib-chat", "2026chat", "_chat", "lib#chat", "chat!", "😀", "\u0301x", "x" * 26],
)
def test_what_is_no_hashtag_is_refused_as_it_was_typed(typed):
    with pytest.raises(BadInput) as refused:
        check_hashtag(f" {typed} ")
    assert refused.value.problem is Problem.HASHTAG_UNUSABLE
    assert refused.value.facts == {"hashtag": typed.strip(), "limit": MAX_HASHTAG_LENGTH}


@given(st.text())
def test_a_hashtag_that_passed_passes_again_unchanged(typed):
    try:
        hashtag = check_hashtag(typed)
    except BadInput:
        return
    assert check_hashtag(f"#{hashtag}") == hashtag


@pytest.mark.parametrize(
    ("minutes", "pace", "least"),
    [
        (9, Pace(), 11),
        (10, Pace(), 11),
        (9, Pace(welcome=0, wrap_up=0), 10),
        (40, Pace(welcome=20, wrap_up=20), 41),
        (MAX_MINUTES + 1, Pace(), 11),
        (0, Pace(), 11),
        (-60, Pace(), 11),
    ],
)
def test_a_length_out_of_range_is_refused_with_the_range(minutes, pace, least):
    with pytest.raises(BadInput) as refused:
        check_minutes(minutes, pace)
    assert refused.value.problem is Problem.DURATION_OUT_OF_RANGE
    assert refused.value.facts == {"minutes": minutes, "least": least, "most": MAX_MINUTES}


@pytest.mark.parametrize(
    ("minutes", "pace"),
    [(11, Pace()), (10, Pace(welcome=0, wrap_up=0)), (41, Pace(welcome=20, wrap_up=20)), (MAX_MINUTES, Pace())],
)
def test_a_length_in_range_is_taken(minutes, pace):
    assert check_minutes(minutes, pace) == minutes


@pytest.mark.parametrize("ahead", [timedelta(seconds=1), timedelta(days=MAX_DAYS_AHEAD)])
def test_a_start_ahead_is_taken(ahead):
    assert check_start(NOW + ahead, NOW) == NOW + ahead


@pytest.mark.parametrize(
    ("ahead", "problem"),
    [
        (timedelta(), Problem.START_IN_PAST),
        (timedelta(days=-400), Problem.START_IN_PAST),
        (timedelta(days=MAX_DAYS_AHEAD, seconds=1), Problem.START_TOO_FAR),
    ],
)
def test_a_start_that_has_passed_or_is_absurdly_far_is_refused(ahead, problem):
    with pytest.raises(BadInput) as refused:
        check_start(NOW + ahead, NOW)
    assert refused.value.problem is problem
    assert refused.value.facts["starts_at"] == NOW + ahead


def _hour(minutes_later, **changes):
    return a_chat(starts_at=START + timedelta(minutes=minutes_later), **changes)


@pytest.mark.parametrize(
    ("other", "overlap"),
    [
        (_hour(0), True),
        (_hour(59), True),
        (_hour(-59), True),
        (_hour(10, minutes=10), True),
        (_hour(-10, minutes=120), True),
        (_hour(60), False),
        (_hour(-60), False),
        (_hour(0, channel_id=3), False),
    ],
)
def test_chats_overlap_in_one_channel_at_one_time_whichever_is_asked(other, overlap):
    assert a_chat().overlaps(other) is overlap
    assert other.overlaps(a_chat()) is overlap


def test_questions_are_numbered_from_one():
    chat = with_questions(a_chat(0), ("One?", "Two?"))
    assert chat.questions == (Question(1, "One?"), Question(2, "Two?"))
    assert chat.question(2) == Question(2, "Two?")
    assert chat.question(3) is None


def test_the_current_question_is_the_last_one_posted():
    assert a_chat(3).current_question is None
    assert an_asked_chat(2).current_question.number == 2
    half = an_asked_chat(2).questions[:1] + a_chat(2).questions[1:]
    assert a_chat(half).current_question.number == 1


def test_the_late_window_comes_after_the_end():
    chat = a_chat(minutes=60, pace=Pace(late=30))
    assert (chat.ends_at - START, chat.closes_at - START) == (timedelta(minutes=60), timedelta(minutes=90))


@pytest.mark.parametrize("state", list(ChatState))
def test_a_chat_is_open_while_it_has_a_thread_and_is_not_over(state):
    over = {ChatState.DRAFT, ChatState.PLANNED, ChatState.CLOSED, ChatState.CANCELLED}
    expected = state not in over
    assert a_chat(state=state, thread_id=50).is_open is expected
    assert not a_chat(state=state).is_open
