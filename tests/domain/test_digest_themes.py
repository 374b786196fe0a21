"""A theme is a phrase of several people; loose ends are questions without a reply and open disagreement."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digest import Said, find_themes, make_digest
from bot.domain.digest.loose_ends import disagreements, unanswered
from tests.domain.making import a_record, an_answer, an_asked_chat


def phrases(*texts, **options):
    return [(t.phrase, len(t.people)) for t in find_themes([Said(n, n, x) for n, x in enumerate(texts)], **options)]


def test_a_phrase_counts_by_the_people_who_used_it():
    found = phrases(
        "Our reading garden is small",
        "A reading garden behind the mill",
        "We lost the Reading Garden to parking",
        "the lantern walk was cold",
        "we repeat the lantern walk",
    )
    assert found[:2] == [("reading garden", 3), ("lantern walk", 2)]


def test_what_one_person_repeats_is_no_theme():
    said = [Said(n, 1, "the lantern walk again") for n in range(20)]
    assert find_themes(said) == ()


def test_a_plural_is_the_same_phrase():
    assert phrases("three book clubs", "one book club", "a book club at noon") == [("book club", 3)]


def test_words_of_the_chat_s_hashtag_are_no_theme():
    said = [an_answer(n, "A1: #shelfchat loves the harbour library") for n in range(3)]
    assert [theme.phrase for theme in make_digest(a_record(*said)).themes] == ["loves the harbour"]


def test_a_chat_s_own_subject_and_its_answers_labels_are_no_theme():
    chat = an_asked_chat(hashtag="harbourchat")
    said = [an_answer(n, f"A1b: harbour {walk} with the lantern") for n, walk in enumerate(["walk", "tour", "night"])]
    assert [theme.phrase for theme in make_digest(a_record(*said, chat=chat)).themes] == ["lantern"]


SPOKEN = st.sampled_from(["garden", "lantern", "of", "the", "walk", "walks", "mill", "本", "a"])


@given(
    texts=st.lists(st.lists(SPOKEN, max_size=8), max_size=20),
    count=st.integers(0, 6),
)
def test_themes_are_what_their_people_said(texts, count):
    said = [Said(n, n % 7, " ".join(found)) for n, found in enumerate(texts)]
    themes = find_themes(said, count)
    assert len(themes) <= count
    for theme in themes:
        assert len(theme.people) >= 2
        assert 1 <= len(theme.phrase.split()) <= 3
        assert {n % 7 for n in theme.messages} == set(theme.people)
        assert any(theme.phrase in text.text.lower() for text in said)
    assert themes == find_themes(said, count)


def test_what_may_not_be_shown_feeds_no_theme_or_loose_end():
    said = [an_answer(n, "Q1: who would lend us a lantern for the walk?") for n in (1, 2)]
    gone = [replace(message, is_left_out=True) for message in said]
    assert make_digest(a_record(*said)).themes
    digest = make_digest(a_record(*gone))
    assert (digest.themes, digest.unanswered, digest.disagreements) == ((), (), ())


def test_a_participant_s_question_without_a_reply_is_open():
    said = [
        an_answer(1, "Does anybody lend sewing machines to teenagers?"),
        an_answer(2, "How do you pay for tea and biscuits?", replies=1),
        an_answer(3, "What is your next book about?", author=5),
        an_answer(4, "Lovely idea, right?"),
        an_answer(5, "A1: perhaps with lanterns along the harbour?"),
        an_answer(6, "Machines were lent last year. Nobody asked?! True."),
    ]
    found = unanswered(said, hosts=frozenset({5}))
    assert [(left.quote.message_id, left.question) for left in found] == [(101, 1)]


def test_a_reply_that_disagrees_is_shown_with_what_it_answers():
    said = [
        an_answer(1, "Fines bring books back"),
        an_answer(2, "I respectfully disagree: fines keep families away", reply_to_id=101),
        an_answer(3, "I couldn't agree more", reply_to_id=101),
        an_answer(4, "I disagree with myself", author=1001, reply_to_id=101),
        an_answer(5, "I'm not convinced, honestly"),
        an_answer(6, "I do not think I disagree with what you mean"),
    ]
    found = disagreements(said)
    assert [(d.quote.message_id, d.about and d.about.message_id, d.sign) for d in found] == [
        (102, 101, "I respectfully disagree"),
        (105, None, "I'm not convinced"),
    ]
