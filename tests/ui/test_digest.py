"""A digest's pages fit in a message, quote people as they wrote, and reveal nothing that was hidden."""

import re
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.chat import (
    MAX_HASHTAG_LENGTH,
    MAX_QUESTION_LENGTH,
    MAX_QUESTIONS,
    MAX_TITLE_LENGTH,
    ChatState,
    Question,
)
from bot.domain.digest import Length, make_digest, shorten, since
from bot.ui.digest import Wanted, escape, pages
from bot.ui.texts import Texts
from tests.domain.making import START, a_chat, a_record, an_answer, an_asked_chat

SAY = Texts()
BIG = 2**63 - 1
# What Discord's app hides, and what it takes as it stands: escaped signs, code, addresses, emoji and mentions.
TOKENS = re.compile(
    r"(?P<escaped>\\[^0-9A-Za-z\s])|(?P<code>(`+)[\s\S]*?[^`]\3(?!`))|\|\|(?P<hidden>[\s\S]+?)\|\||(?P<sign>[\s\S])"
)
KEPT = re.compile(r"<https?://[^\s<>]+>|<a?:\w+:\d+>|<[@#][&!]?\d+>", re.IGNORECASE)


def read_aloud(text):
    """What a reader sees without uncovering anything."""
    return "".join("" if found["hidden"] else found[0] for found in TOKENS.finditer(text))


def pages_of(*messages, chat=None):
    digest = make_digest(a_record(*messages, chat=chat or an_asked_chat()))
    return ["\n\n".join(page) for page in pages(digest, Wanted(), SAY)]


def test_a_short_digest_is_one_page_in_reading_order():
    messages = [
        an_answer(1, "A1: the garden, see https://example.org/garden", author=1),
        an_answer(2, "A1: a lantern walk along the river", author=2),
        an_answer(3, "hello from the harbour", author=3, question=None),
    ]
    (page,) = pages_of(*messages, chat=an_asked_chat(2, state=ChatState.CLOSED))
    assert page.split("\n") == [
        "**#shelfchat: Reading in winter**",
        "<t:1796346000:F>, over. 3 messages by 3 people.",
        "Only you see this. The whole chat: <#50>",
        "",
        "**Q1. What about 1?**",
        "2 answers by 2 people",
        "> **Reader 1**: the garden, see <https://example.org/garden> [↗](<https://discord.com/channels/1/50/101>)",
        "> **Reader 2**: a lantern walk along the river [↗](<https://discord.com/channels/1/50/102>)",
        "",
        "**Q2. What about 2?**",
        "No answers yet.",
        "",
        "**1 link was shared**",
        "- the garden: <https://example.org/garden> (Q1, Reader 1) [↗](<https://discord.com/channels/1/50/101>)",
        "",
        "-# How to take part next time: `/help`",
    ]


def test_a_chat_without_questions_yet_says_so():
    (page,) = pages_of(chat=a_chat(thread_id=50, state=ChatState.GATHERING))
    assert "still running" in page
    assert "No question has been asked yet." in page


def shown(wanted, *messages, chat=None):
    """The whole digest as a reader wants it."""
    record = a_record(*messages, chat=chat or an_asked_chat(2))
    if wanted.since is not None:
        record = since(record, wanted.since)
    digest = make_digest(record, wanted.length.quotes, wanted.length.per_person)
    return "\n\n".join("\n\n".join(page) for page in pages(digest, wanted, SAY))


GARDENS = [
    an_answer(n, f"A1: the reading garden behind the {place}, with a bench for two", author=n)
    for n, place in enumerate(("mill", "school", "station", "harbour", "bakery", "church"), start=1)
]
OTHER = [
    an_answer(7, "A1: a lantern walk along the river, in November", author=7),
    an_answer(8, "A1: story sacks that families take home over the winter", author=8),
]


def test_who_said_something_like_a_quote_is_counted_with_the_way_there():
    page = shown(Wanted(), *GARDENS, *OTHER)
    (line,) = re.findall(r"> -# (\d) others said something like this: (.*)", page)
    assert int(line[0]) >= 4
    assert len(re.findall(r"\[\d\]\(<https://discord.com/channels/1/50/10\d>\)", line[1])) == 3
    assert line[1].endswith(" …")
    assert "others said" not in shown(Wanted(Length.GLANCE), *GARDENS, *OTHER)


def test_what_two_people_spoke_of_is_no_theme():
    assert "Many spoke of" not in shown(Wanted(), *GARDENS[:2], *OTHER)


def test_themes_say_how_many_spoke_of_them():
    assert "**Many spoke of** bench for two (6 people)" in shown(Wanted(), *GARDENS, *OTHER)


def test_since_shows_what_was_said_since_and_passes_over_the_rest():
    messages = [
        an_answer(1, "A1: the garden behind the mill", author=1),
        an_answer(500, "A2: a lantern walk along the river", author=2, question=2),
    ]
    wanted = Wanted(since=messages[1].posted_at - timedelta(seconds=1))
    page = shown(wanted, *messages)
    assert re.search(r"Since <t:\d+:R>: 1 message by 1 person", page)
    assert "garden" not in page
    assert "**Q1." not in page
    assert "a lantern walk" in page


def test_a_question_that_nobody_answered_is_shown_to_those_who_might():
    asked = an_answer(1, "Does anybody know a good atlas for small children?", author=1, question=None)
    page = shown(Wanted(), asked)
    assert "**Nobody has answered these yet.** Perhaps you can.\n> **Reader 1**: Does anybody know" in page
    assert "Nobody has answered" not in shown(Wanted(Length.GLANCE), asked)


def test_who_disagreed_is_quoted():
    first = an_answer(1, "A1: a reading garden needs a fence around it", author=1)
    reply = an_answer(2, "I disagree, a fence keeps people out of the garden", author=2, reply_to_id=101)
    assert "**Not all agreed**\n> **Reader 2**: I disagree" in shown(Wanted(), first, reply)


def test_the_next_chat_is_named_in_the_readers_own_time():
    upcoming = a_chat(id=9, hashtag="tlchat", title="Teen *shelves*", starts_at=START + timedelta(days=7))
    page = shown(Wanted(upcoming=upcoming))
    stamp = int(upcoming.starts_at.timestamp())
    assert f"**Next:** #tlchat: Teen \\*shelves\\*, <t:{stamp}:F> (<t:{stamp}:R>), in your own time" in page


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("#shelfchat A1: the garden behind the mill", "the garden behind the mill"),
        ("A1: the garden behind the mill #ShelfChat", "the garden behind the mill"),
        ("the garden of #shelfchat behind the mill", "the garden of #shelfchat behind the mill"),
        ("the garden behind the mill #shelfchats", "the garden behind the mill #shelfchats"),
    ],
)
def test_the_chats_hashtag_at_either_end_is_taken_off(text, left):
    assert f"**Reader 1**: {left} [" in shown(Wanted(), an_answer(1, text, author=1))


def test_a_label_is_taken_off_under_its_own_question_and_nothing_else():
    page = shown(Wanted(), an_answer(1, "A1: the garden. A2: the river, by the mill", author=1))
    assert "A1: the garden. A2: the river" in page


def test_further_answers_are_counted_with_the_way_to_them():
    (page,) = pages_of(*(an_answer(n, f"A1: the {n}th garden behind the mill") for n in range(1, 6)))
    assert "[2 more answers](<https://discord.com/channels/1/50/100>)" in page
    assert "5 answers by 5 people" in page


def test_a_link_names_a_few_of_those_who_shared_it():
    shared = [an_answer(n, "see https://example.org/a", author=n, question=None) for n in range(1, 7)]
    (page,) = pages_of(*shared)
    assert "- <https://example.org/a> (aside, Reader 1, Reader 2, Reader 3 …) " in page


def test_an_address_too_long_for_a_page_is_named_and_not_linked():
    (page,) = pages_of(an_answer(1, "https://example.org/" + "a" * 3_900))
    assert f"- example.org/{'a' * 68} … (Q1, Reader 1001) [↗]" in page
    assert "https://example.org" not in page


def test_pages_of_a_long_digest_are_numbered():
    messages = [an_answer(n, f"https://example.org/{n}/{'a' * 60}", question=None) for n in range(1, 120)]
    digest = make_digest(a_record(*messages, chat=an_asked_chat()))
    found = ["\n\n".join(page) for page in pages(digest, Wanted(Length.FULL), SAY)]
    assert len(found) > 2
    assert [page.rpartition("\n")[2] for page in found] == [
        f"-# Page {number} of {len(found)}" for number in range(1, len(found) + 1)
    ]


def test_every_link_is_on_some_page():
    messages = [an_answer(n, f"https://example.org/{n}", question=None) for n in range(1, 300)]
    together = shown(Wanted(Length.FULL), *messages)
    assert all(f"- <https://example.org/{n}> " in together for n in range(1, 300))
    kept = shown(Wanted(is_kept=True), *messages)
    assert all(f"- <https://example.org/{n}> " in kept for n in range(1, 300))
    brief = shown(Wanted(), *messages)
    assert brief.count("- <https://example.org/") == 15
    assert "284 more in the longer digest" in brief


FILLINGS = [
    "w",
    "*",
    "_",
    "|",
    "||",
    "`",
    "\\",
    "[a](b)",
    "本",
    "😀 ",
    "w* ",
    "||w w|| ",
    "<:a_b:1>",
    "https://example.org/a* ",
]


@pytest.mark.parametrize("filling", FILLINGS)
def test_the_pages_of_an_extreme_record_fit_and_break_no_line(filling):
    def fill(length):
        return (filling * length)[:length]

    questions = tuple(
        Question(n, fill(MAX_QUESTION_LENGTH), message_id=BIG - 1000 + n, asked_at=START)
        for n in range(1, MAX_QUESTIONS + 1)
    )
    chat = a_chat(
        questions,
        guild_id=BIG,
        thread_id=BIG,
        title=fill(MAX_TITLE_LENGTH),
        hashtag="w" * MAX_HASHTAG_LENGTH,
    )
    messages = [
        an_answer(
            n,
            f"some readable words here {n} https://example.org/{n}{'a' * (n * 40)} {fill(3_000)}",
            question=n % MAX_QUESTIONS + 1,
            id=BIG - n,
            author_name=fill(32),
        )
        for n in range(1, 80)
    ]
    found = pages_of(*messages, chat=chat)
    assert all(0 < len(page) <= 4_000 for page in found)
    quotes = [line for page in found for line in page.split("\n") if line.startswith("> **")]
    assert len(quotes) == 3 * MAX_QUESTIONS
    assert all(line.endswith((">)", "> …", ") …")) for line in quotes)


@settings(max_examples=60)
@given(
    texts=st.lists(st.text(max_size=300) | st.text("*_|`\\ ab\n", max_size=600), max_size=12),
    name=st.text(max_size=32),
    title=st.text(min_size=1, max_size=MAX_TITLE_LENGTH),
)
def test_pages_of_any_record_fit(texts, name, title):
    messages = [an_answer(n, text, author_name=name) for n, text in enumerate(texts)]
    found = pages_of(*messages, chat=an_asked_chat(title=title))
    assert found
    assert all(0 < len(page) <= 4_000 for page in found)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words", "plain words"),
        ("**bold** _and_ so", r"\*\*bold\*\* \_and\_ so"),
        ("cut **here", r"cut \*\*here"),
        ("`code` ~~gone~~", r"\`code\` \~\~gone\~\~"),
        ("[the list](https://example.org/a)", r"\[the list\](<https://example.org/a>)"),
        ("see https://example.org/a_b_c.", "see <https://example.org/a_b_c>."),
        ("**https://example.org/a**", r"\*\*<https://example.org/a>\*\*"),
        ("<https://example.org/a_b>", "<https://example.org/a_b>"),
        ("<:book_club:77> and <a:wave_hi:78>", "<:book_club:77> and <a:wave_hi:78>"),
        ("<@123> in <#456>", "<@123> in <#456>"),
        ("so ||the *butler*|| it was", r"so ||the \*butler\*|| it was"),
        ("||https://example.org/a||", "||<https://example.org/a>||"),
        ("a || b", r"a \|\| b"),
        ("||a|| b || c", r"||a\|\| b || c"),
        ("a | b", r"a \| b"),
        (r"back\slash", r"back\\slash"),
    ],
)
def test_words_stay_as_they_are_and_format_nothing(text, shown):
    assert escape(text) == shown


_SIGNS = st.lists(
    st.sampled_from(
        ["||", "|", "\\", "`", "*", "**", "_", "~~", " ", "a", "ENDING", "https://example.org/x", "[", "](", ")"]
    ),
    max_size=14,
).map("".join)


@given(_SIGNS)
@example("||||ENDING||")
@example("||ENDING|||")
@example(r"\||a|| ENDING ||b||")
@example("`||` a ||ENDING||")
@example("||a https://example.org/x|| ENDING ||")
def test_what_was_hidden_stays_hidden(text):
    if "ENDING" not in read_aloud(text):
        assert "ENDING" not in read_aloud(escape(text))


@given(_SIGNS, st.integers(2, 40))
def test_what_was_hidden_stays_hidden_when_it_is_cut(text, limit):
    line = " ".join(text.split())
    if "ENDING" not in read_aloud(line):
        assert "ENDING" not in read_aloud(escape(shorten(line, limit)))


@given(_SIGNS | st.text())
def test_no_formatting_is_left_open(text):
    """Behind what Discord takes as it stands, only the bars of spoilers remain, in pairs."""
    rest = re.sub(r"\\[^0-9A-Za-z\s]", "", KEPT.sub("", escape(text)))
    assert rest.count("||") % 2 == 0
    assert not set(rest.replace("||", "")) & set("\\*_~`|[]")


@given(st.text())
def test_words_without_signs_are_shown_verbatim(text):
    plain = re.sub(r"[\\*_~`|\[\]<>:/]", "", text)
    assert escape(plain) == plain


def test_a_digest_hides_what_its_authors_hid():
    hidden = "||" + "the butler did it in the library " * 20 + "||"
    (page,) = pages_of(an_answer(1, f"A1: my favourite ending of them all is {hidden} for certain"))
    assert "butler" not in read_aloud(page)
    assert "my favourite ending of them all is …" in page


def test_a_long_prompt_is_cut_before_a_spoiler():
    prompt = "What did you make of the end? " * 9 + "||" + "the butler did it " * 20 + "||"
    chat = a_chat([Question(1, prompt, message_id=100, asked_at=START + timedelta(minutes=5))], thread_id=50)
    (page,) = pages_of(chat=chat)
    assert "butler" not in page
