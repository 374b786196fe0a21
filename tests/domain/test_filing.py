"""A sign outranks every clue, a reply follows what it answers, and what bears no sign is told by the rest."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.filing import Asked, Room, Said
from bot.domain.filing.clues import NAMES
from bot.domain.filing.room import is_aside
from bot.domain.filing.weights import Knowing, column
from bot.domain.messages import Basis

TEXTS = {
    1: "our group began with four readers who wanted company in winter",
    2: "we choose books by drawing titles from a jar on the counter",
    3: "when nobody speaks I read the first page aloud and wait",
}
QUESTIONS = (
    Asked(1, 100, 600.0, "How did your reading group begin?"),
    Asked(2, 200, 1200.0, "How do you choose the next book?"),
    Asked(3, 300, 1800.0, "What do you do when nobody speaks?"),
)


def a_room(*questions):
    room = Room()
    for asked in questions or QUESTIONS:
        room.ask(asked)
    return room


def said(number, text="something about reading together on a train", author=7, at=None, **changes):
    """A message; ids and times go together: message 250 is halfway between Q2 and Q3."""
    return Said(number, author, 6.0 * number if at is None else at, text, **changes)


def labelled(room, number, question, author, text=None):
    return room.hear(said(number, text or TEXTS[question], author, signs=(question,)), Basis.LABEL)


def stands(verdict):
    return [(filing.question, filing.basis) for filing in verdict.filings]


@pytest.mark.parametrize("basis", [Basis.AUTHOR, Basis.HOST, Basis.BUTTON, Basis.LABEL])
def test_a_sign_outranks_the_message_replied_to_and_every_clue(basis):
    room = a_room()
    verdict = room.hear(said(350, TEXTS[3], reply_to=300, signs=(1, 2)), basis)
    assert stands(verdict) == [(1, basis), (2, basis)]
    assert all(filing.sure and filing.confidence == 1.0 for filing in verdict.filings)
    assert stands(room.review()[350]) == [(1, basis), (2, basis)]


def test_a_person_may_rule_that_it_answers_nothing():
    assert stands(a_room().hear(said(350, TEXTS[3], reply_to=300), Basis.HOST)) == []


def test_before_the_first_question_nothing_is_an_answer():
    assert stands(a_room().hear(said(50, "Hello, I read on trains and in queues"))) == []


def test_a_reply_to_a_prompt_answers_it_whatever_was_asked_since():
    assert stands(a_room().hear(said(350, reply_to=100))) == [(1, Basis.REPLY)]


def test_a_reply_stands_where_the_message_stands_that_it_answers_and_follows_it():
    room = a_room()
    labelled(room, 250, 1, author=1)
    room.hear(said(310, "the same with us, nearly to the day", author=2, reply_to=250))
    room.hear(said(311, "and with us, only later in the year", author=3, reply_to=310))
    assert stands(room.verdict(311)) == [(1, Basis.REPLY)]
    room.hear(said(250, TEXTS[2], author=1, signs=(2,)), Basis.AUTHOR)
    followed = room.follow(250)
    assert {number: stands(verdict) for number, verdict in followed.items()} == {
        310: [(2, Basis.REPLY)],
        311: [(2, Basis.REPLY)],
    }


def test_a_reply_to_a_greeting_is_a_greeting():
    room = a_room()
    room.hear(said(50, "Hello, I read on trains and in queues"))
    assert stands(room.hear(said(310, "Hello, so do I, every single morning", reply_to=50))) == []


def test_a_reply_to_something_unknown_is_told_by_the_clues():
    assert [b for _, b in stands(a_room().hear(said(350, reply_to=77)))] == [Basis.INFERRED]


def test_words_and_company_pull_a_late_answer_to_its_question():
    """Q3 has just been asked, yet this is about how books are chosen, as others just said under Q2."""
    room = a_room()
    for number in range(5):
        labelled(room, 210 + number, 2, author=10 + number)
    labelled(room, 130, 1, author=20)
    verdict = room.hear(said(301, "ours choose by drawing titles from a jar too, twice a year", author=20))
    (filing,) = verdict.filings
    assert filing.question == 2
    assert {"words", "time"} & set(filing.reasons)


def test_an_author_who_goes_on_stays_under_their_question():
    room = a_room()
    labelled(room, 210, 2, author=1)
    labelled(room, 305, 2, author=7)
    (filing,) = room.hear(said(306, "and on the counter there is a second one for children", author=7)).filings
    assert filing.question == 2
    assert "author" in filing.reasons


@pytest.mark.parametrize("text", ["2/2 and then we wait for somebody to laugh", "cont.: and then somebody laughs"])
def test_the_second_piece_stands_with_the_first_whatever_was_asked_meanwhile(text):
    room = a_room()
    labelled(room, 295, 2, author=7)
    verdict = room.hear(said(301, text, author=7))
    assert stands(verdict) == [(2, Basis.INFERRED)]
    assert verdict.filings[0].reasons[0] == "piece"
    assert stands(room.review()[301]) == [(2, Basis.INFERRED)]


def test_a_piece_of_nothing_or_of_something_long_ago_is_told_by_the_clues():
    room = a_room()
    labelled(room, 190, 1, author=7)
    for author in (7, 8):
        (filing,) = room.hear(said(301 + author, "2/2 and then somebody laughs", author=author)).filings
        assert "piece" not in filing.reasons


def test_what_replies_to_a_question_asked_once_more_answers_it():
    room = a_room()
    room.repeat(310, (1, 2))
    assert stands(room.hear(said(310, "Q1 and Q2 again, for all who just came", author=9), Basis.LABEL)) == []
    assert stands(room.hear(said(311, "with four readers in winter", reply_to=310))) == [
        (1, Basis.REPLY),
        (2, Basis.REPLY),
    ]


def test_the_review_knows_what_came_later():
    room = a_room()
    for number in range(6):
        labelled(room, 220 + number, 2, author=10 + number)
        labelled(room, 330 + number, 3, author=10 + number)
    live = room.hear(said(305, "a slip of paper each, folded, and somebody's child draws", author=7)).chances
    labelled(room, 306, 2, author=7, text="a jar, really, as I was saying about the slips")
    labelled(room, 320, 3, author=7)
    reviewed = room.review()[305]
    assert stands(reviewed) == [(2, Basis.INFERRED)]
    assert dict(reviewed.chances)[2] > dict(live)[2]


@pytest.mark.parametrize("text", ["Hello everyone!", "thanks, all", "Gracias a todos", "❤️", "!!!", "😂 👍"])
def test_greetings_thanks_and_signs_answer_nothing(text):
    assert is_aside(text)
    assert stands(a_room().hear(said(350, text))) == []


@pytest.mark.parametrize(
    "text", ["Twelve", "", "https://example.org/list", "Thanks to a neighbour who left a box of old westerns"]
)
def test_what_may_be_an_answer_is_kept_for_a_person_to_look_at(text):
    verdict = a_room().hear(said(350, text))
    assert len(verdict.filings) == 1


@pytest.mark.parametrize("text", ["Twelve", "", "https://example.org/list"])
def test_a_word_or_two_are_never_sure(text):
    room = a_room(QUESTIONS[0])
    (filing,) = room.hear(said(350, text)).filings
    assert not filing.sure


def test_the_words_of_a_message_that_is_gone_no_longer_count():
    def late(room):
        return room.hear(said(301, "drawing titles from a jar", author=20)).chances

    room, without = a_room(), a_room()
    labelled(room, 210, 2, author=1)
    room.forget(210)
    assert late(room) == late(without)


messages = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.sampled_from([*TEXTS.values(), "Twelve", "", "Hello all", "A1: \u202e\U0001f600", "w" * 4000]),
        st.none() | st.integers(0, 30),
        st.sampled_from([(), (), (1,), (2,), (1, 3)]),
    ),
    max_size=25,
)


def chat_of(drawn):
    """Messages with ids from 50 on, some of them replies to one another."""
    for place, (author, text, reply, signs) in enumerate(drawn):
        number = 50 + 12 * place
        yield said(number, text, author, reply_to=None if reply is None else 50 + 12 * reply, signs=signs)


def heard(drawn):
    room = a_room()
    verdicts = {one.id: room.hear(one, Basis.LABEL if one.signs else None) for one in chat_of(drawn)}
    return room, verdicts


@given(messages)
def test_whatever_is_said_it_is_filed_under_what_was_asked_before(drawn):
    room, verdicts = heard(drawn)
    for found in (verdicts, room.review()):
        for number, verdict in found.items():
            asked = {one.number for one in QUESTIONS if one.message_id < number}
            for filing in verdict.filings:
                assert 0.0 <= filing.confidence <= 1.0
                assert filing.basis is not Basis.INFERRED or filing.question in asked
            assert abs(sum(chance for _, chance in verdict.chances) - 1) < 1e-9 or not verdict.chances


@given(messages)
def test_the_same_chat_is_filed_the_same_way(drawn):
    room, verdicts = heard(drawn)
    again, others = heard(drawn)
    assert verdicts == others
    assert room.review() == again.review()


@given(messages, st.integers(0, 24))
def test_live_never_looks_ahead(drawn, cut):
    """What comes after a message changes nothing of how it was filed when it came."""
    _, whole = heard(drawn)
    _, part = heard(drawn[:cut])
    assert {number: whole[number] for number in part} == part


@given(messages)
def test_a_room_made_anew_goes_on_as_the_old_one(drawn):
    """As after a restart: the same messages recalled with where they stood."""
    room, verdicts = heard(drawn)
    anew = a_room()
    for one in chat_of(drawn):
        anew.recall(one, Basis.LABEL if one.signs else None)
        anew.place(one.id, verdicts[one.id])
    last = said(50 + 12 * len(drawn), TEXTS[2], author=3)
    assert anew.hear(last) == room.hear(last)
    assert anew.review() == room.review()


@given(messages)
def test_hearing_a_message_again_changes_nothing(drawn):
    room, _ = heard(drawn)
    again, _ = heard(drawn)
    for one in chat_of(drawn):
        again.hear(replace(one, text="something else entirely"), Basis.LABEL if one.signs else None)
    for one in chat_of(drawn):
        again.hear(one, Basis.LABEL if one.signs else None)
    assert again.review() == room.review()


def test_every_clue_has_a_weight_for_each_degree_of_knowing():
    for knowing in Knowing:
        weights = column(knowing)
        assert len(weights.weights) == len(NAMES)
        assert any(weights.weights)
        assert 0.5 < weights.sure_from < 1.0
