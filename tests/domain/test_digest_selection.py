"""The selection voices as many strands as it can, quotes nobody twice, and chooses the same again."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digest import Answer, Selector, select
from bot.domain.digest.words import content_stems, question_at_end, word_count, words

STRANDS = (
    "We met on the bookmobile steps and simply kept meeting there every second Friday",
    "The grant for large print shelves paid our first year of tea and biscuits",
    "A school librarian lent us her radio studio to record the poems",
)


def crowd(seed, count=40):
    """Answers in three strands of different size, each worded a little differently."""
    dice = random.Random(seed)
    said = []
    for number in range(count):
        strand = STRANDS[min(dice.randint(0, 5), 2)].split()
        del strand[dice.randrange(len(strand))]
        said.append(Answer(" ".join(strand), number))
    return said


@given(seed=st.integers(0, 50))
def test_three_quotes_voice_three_strands(seed):
    answers = crowd(seed)
    chosen = [answers[choice.index].text for choice in select(answers, 3, "How did it begin?")]
    for sign in ("bookmobile Friday", "grant biscuits", "radio poems"):
        present = any(set(sign.split()) & set(answer.text.split()) for answer in answers)
        assert not present or any(set(sign.split()) & set(text.split()) for text in chosen)


def test_what_others_said_alike_is_counted_behind_the_nearest_quote():
    answers = crowd(3)
    choices = select(answers, 3)
    alike = [j for choice in choices for j in choice.covers]
    assert len(alike) == len(set(alike)) == len(answers) - 3
    for choice in choices:
        first = answers[choice.index].text.split()
        assert all(len(set(first) & set(answers[j].text.split())) > 4 for j in choice.covers)


@given(
    texts=st.lists(st.text("abc de ?😀本日ء`|\n", max_size=60), max_size=30),
    count=st.integers(0, 8),
    people=st.integers(1, 6),
)
def test_any_answers_give_distinct_quotes_by_distinct_people(texts, count, people):
    answers = [Answer(text, number % people) for number, text in enumerate(texts)]
    choices = select(answers, count)
    authors = [answers[choice.index].author for choice in choices]
    assert len(authors) == len(set(authors)) <= count
    assert all(choice.gain > 0 for choice in choices)
    quoted = {choice.index for choice in choices}
    for choice in choices:
        assert not quoted & set(choice.covers)
        assert all(answers[j].author != answers[choice.index].author for j in choice.covers)


@given(seed=st.integers(0, 20), count=st.integers(1, 5))
def test_a_longer_choice_begins_with_the_shorter(seed, count):
    answers = crowd(seed)
    longer = [choice.index for choice in select(answers, count + 1)]
    assert longer[:count] == [choice.index for choice in select(answers, count)]


def test_lazy_and_eager_choose_alike():
    """Bounds only save work: with all gains computed afresh, the choice is the same."""
    answers = crowd(8, 60)
    lazy, eager = Selector(answers), Selector(answers)
    for _ in range(4):
        eager._bounds = dict.fromkeys(eager._open, float("inf"))
        assert lazy.choose_next().index == eager.choose_next().index


def test_a_standing_of_nothing_is_never_chosen():
    answers = crowd(1)
    selector = Selector(answers)
    choice = selector.choose_next({5: 1.0})
    assert answers[choice.index].author == 5
    assert selector.choose_next({5: 1.0}) is None
    assert selector.choose_next({}) is None


@pytest.mark.parametrize("text", ["👍", "", "   ", "yes", "https://example.org/a", "@maren <:owl:1>", "```\ncode\n```"])
def test_texts_that_say_nothing_are_never_quoted(text):
    assert select([Answer(text, 1), Answer(text, 2)], 2) == []


def test_very_long_and_very_short_answers_stand_behind_readable_ones():
    readable = "The garden behind the mill gave our group its name and its first twelve readers"
    answers = [Answer("the mill garden", 1), Answer(readable, 2), Answer(f"{readable} " * 40, 3)]
    assert select(answers, 1)[0].index == 1


def test_of_two_equal_answers_the_earlier_is_quoted():
    answers = [Answer("a lantern walk along the harbour", n) for n in range(5)]
    assert select(answers, 1)[0].index == 0


def test_a_thousand_answers_in_five_languages():
    said = {
        "en": "We read aloud in the garden until the lamps went out",
        "de": "Wir lesen im Garten vor, bis die Lampen ausgehen",
        "ar": "نقرأ بصوت عال في الحديقة حتى تنطفئ المصابيح",
        "ja": "私たちは灯りが消えるまで庭で本を読みます",
        "ru": "Мы читаем вслух в саду, пока не погаснут лампы",
    }
    texts = list(said.values())
    answers = [Answer(f"{texts[n % 5]} {n}", n) for n in range(1000)]
    chosen = {answers[choice.index].text.rsplit(" ", 1)[0] for choice in select(answers, 5)}
    assert chosen == set(texts)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("How do you begin? #shelfchat", "How do you begin?"),
        ("I like that. But who pays for tea?", "But who pays for tea?"),
        ('"Who pays?"', '"Who pays'),
        ("Who pays? Nobody.", ""),
        ("誰が払いますか\uff1f", "誰が払いますか\uff1f"),
        ("", ""),
        ("????", "????"),
    ],
)
def test_the_question_at_a_text_s_end(text, question):
    assert question_at_end(text).rstrip('?"') == question.rstrip('?"')


def test_words_leave_out_code_addresses_mentions_and_labels():
    text = "A1: see https://example.org/x ```let y``` <@12> @bea don\u2019t #harbour"
    assert words(text) == [
        "see",
        "don\u2019t",
        "harbour",
    ]
    assert content_stems(["Gardens", "garden", "the", "本の森"]) == ["garde", "garde", "本の", "の森"]
    assert word_count(["本の森で", "reading"]) == 3
