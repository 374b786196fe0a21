"""A digest passes over what people write beside their answers, and shows an answer without what only addresses it."""

import pytest

from bot.domain.chat import Question
from bot.domain.digest import bare_prompt, make_digest, quote, under_its_question
from bot.domain.digest.small_talk import is_about_the_hour
from bot.domain.links import collect_links, title_of
from tests.domain.making import a_record, an_answer, an_asked_chat

URL = "https://example.org/beans"


@pytest.mark.parametrize(
    "said",
    [
        "Night all! See you in March",
        "What a great chat tonight, my head is full",
        "mostly listening tonight, thanks for the questions and the patience",
        "I'm ten minutes behind on the chat, will read it all on the bus",
        "busy desk, can't keep up with #shelfchat",
        "Last question coming up, type fast",
        "We move to Tuesdays, so join us next week at eight",
        "The next #shelfchat is on map collections",
        "That was fun. Thank you!",
        "Big thanks to whoever brought the scones",
    ],
)
def test_words_about_the_hour_are_no_answer(said):
    assert is_about_the_hour(said)
    chat = an_asked_chat(2)
    answer = an_answer(2, "we lend a lantern with each atlas, and most of them come back", author=2)
    digest = make_digest(a_record(an_answer(1, said, author=1), answer, chat=chat))
    assert [quoted.message_id for quoted in digest.questions[0].quotes] == [answer.id]
    assert digest.questions[0].answers == 2, "it is counted all the same"


@pytest.mark.parametrize(
    "said",
    [
        "Thanks to a grant we bought nine kinds of beans",
        "Keeping up with what teenagers read takes me an hour a week",
        "We thank each child by name, and that alone brought half of them back the week after, to our surprise",
        "the next question a child asks decides which shelf we walk to",
        "People who came late found the door open, so nobody was ashamed of it",
    ],
)
def test_answers_that_only_sound_like_it_may_be_quoted(said):
    assert not is_about_the_hour(said)


def test_a_label_makes_an_answer_of_anything():
    digest = make_digest(a_record(an_answer(1, "A1: big thanks on a postcard, to each giver of books", author=1)))
    assert len(digest.questions[0].quotes) == 1


def test_praise_stands_behind_an_answer_of_ones_own():
    praise = an_answer(1, "Great point about the lantern walk along the river in November", author=1)
    own = an_answer(2, "Our lantern walk along the river in November ends at the library", author=2)
    digest = make_digest(a_record(praise, own), quotes=1)
    assert digest.questions[0].quotes[0].message_id == own.id


@pytest.mark.parametrize(
    ("text", "reply_to", "shown"),
    [
        ("@ana @ben_b we tried that too", 100, "we tried that too"),
        (".@ana: we tried that too", 100, "we tried that too"),
        ("@ana", 100, "@ana"),
        ("@ana we tried that too", None, "@ana we tried that too"),
        ("<@123> we tried that too", 100, "<@123> we tried that too"),
        ("we tried that with @ana", 100, "we tried that with @ana"),
    ],
)
def test_a_reply_is_shown_without_the_handles_it_is_addressed_with(text, reply_to, shown):
    made = quote(an_answer(1, text, reply_to_id=reply_to))
    assert (made.text, made.is_cut) == (shown, False)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@host A1: a jar of beans", "a jar of beans"),
        ("@\u2026 .@maren A1: a jar of beans", "a jar of beans"),
        ("@ana a jar of beans", "@ana a jar of beans"),
        ("a jar of beans. A1 #shelfchat", "a jar of beans."),
        ("#shelfchat #shelfchat A1 a jar of beans #shelfchat", "a jar of beans"),
        ("A1 and A2: a jar of beans", "A1 and A2: a jar of beans"),
        ("#shelfchat", "#shelfchat"),
    ],
)
def test_under_its_question_an_answer_needs_neither_label_nor_tag(text, shown):
    assert under_its_question(text, an_asked_chat(2)) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Q1: What do you lend? #shelfchat", "What do you lend?"),
        ("#shelfchat Q1  What do\nyou lend?", "What do you lend?"),
        ("What do you lend? See https://example.org/a", "What do you lend? See https://example.org/a"),
        ("Q2 was too hard. Why?", "Q2 was too hard. Why?"),
    ],
)
def test_a_question_from_a_file_is_shown_without_its_own_label(text, shown):
    assert bare_prompt(Question(1, text), an_asked_chat(2)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Q1: What do you lend beside books, and to whom?",
        "#shelfchat A1 could a jar of beans decide it?",
        "Should we make a jar of beans our emblem?!",
        "P.S. shall we have a jar of beans in each room?",
        "Did you know that I count beans each evening?",
        "Hello from the harbour! Is anybody here counting beans tonight?",
        "Final question: which jar of beans will you open?",
    ],
)
def test_what_waits_for_no_answer_is_no_open_question(text):
    assert make_digest(a_record(an_answer(1, text))).unanswered == ()


def test_what_was_asked_of_everybody_comes_before_what_was_asked_of_one():
    aside = an_answer(1, "@ana which beans do you keep in that jar of yours?", reply_to_id=90)
    before = an_answer(2, "Which town has a library on a boat?", question=None)
    asked = an_answer(3, "Has anybody a jar that children can open?")
    found = make_digest(a_record(aside, before, asked)).unanswered
    assert [one.quote.message_id for one in found] == [asked.id, before.id, aside.id]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"Love this! {URL}", ""),
        (f"Yes, great read, thank you {URL}", ""),
        (f"#shelfchat A1 {URL}", ""),
        (f"How to vote with beans {URL}", "How to vote with beans"),
        (f"https://example.org/jars is what we use. Beans for beginners: {URL}", "Beans for beginners"),
        (f"so true RT @ana: a jar for each shelf {URL}", "a jar for each shelf"),
        (f"豆の使い方 図書館で {URL}", "豆の使い方 図書館で"),
    ],
)
def test_a_title_says_something(text, title):
    assert title_of(text, URL) == title


def test_of_links_shared_alike_those_of_which_something_was_said_come_first():
    bare = an_answer(1, "https://example.org/bare", author=1)
    told = an_answer(2, f"How to vote with beans {URL}", author=2)
    assert [link.message_id for link in collect_links([bare, told])] == [told.id, bare.id]
