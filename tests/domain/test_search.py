"""What was said is found by its words in any script, and what is typed is never more than words and filters."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.digest import spoilers
from bot.domain.errors import BadInput, Problem
from bot.domain.search import Has, Query, Term, fold, read_query, snippet, words_of

ZONE = "America/New_York"


def folded(text):
    return [word.folded for word in words_of(text)]


def term(*words, beginning=False):
    return Term(words, beginning)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Café ÉCOLE Straße \ufb01ne", ["cafe", "ecole", "strasse", "fine"]),
        ("the librarian\u2019s desk", ["the", "librarian", "s", "desk"]),
        ("read-aloud, story_time!", ["read", "aloud", "story", "time"]),
        ("読書会へ", ["読", "書", "会", "へ"]),
        ("ABC도서관", ["abc", "도", "서", "관"]),
        ("\uff21\uff11\uff12 x\u200by l\u00adib", ["a12", "xy", "lib"]),
        ("हिन्दी की", ["हिन्दी", "की"]),
        ("القِراءة", ["القراءة"]),
        ("nai\u0308ve", ["naive"]),
        ("<@123> <#45> <t:99:F> <:owl:77> #libchat", ["owl", "libchat"]),
        ("https://example.org/a-b", ["https", "example", "org", "a", "b"]),
        ("\U0001f4da \u2026 ?!", []),
    ],
)
def test_a_text_becomes_words(text, words):
    assert folded(text) == words


@given(st.text())
@example("½ ǅ ŉ \u0345 \u1e9e")
def test_a_word_is_letters_digits_and_marks_and_folds_to_itself(text):
    for word in words_of(text):
        assert 0 <= word.start < word.end <= len(text)
        assert not set(word.folded) & set("\"'*^:-+(){} \t\n\x00")
        assert fold(word.folded) == word.folded
        assert folded(word.folded) == [word.folded] or not word.folded.isascii()


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("large print", Query((term("large"), term("print")))),
        ('"large print" read*', Query((term("large", "print"), term("read", beginning=True)))),
        ("\u201clarge print\u201d", Query((term("large", "print"),))),
        ("\u201elarge print\u201c -fines", Query((term("large", "print"),), (term("fines"),))),
        ('story "open to the end', Query((term("story"), term("open", "to", "the", "end")))),
        ("read-aloud", Query((term("read", "aloud"),))),
        ("question:2 fines", Query((term("fines"),), question=2)),
        ("q:Q12", Query(question=12)),
        ("has:link HAS:files tea", Query((term("tea"),), has=frozenset({Has.LINK, Has.FILE}))),
        ("from:@Ana from:<@!77>", Query(author="ana", author_id=77)),
        ('from:"Lucía V." in:#libchat', Query(author="lucia v", place="libchat")),
        ("note: fines", Query((term("note"), term("fines")))),
        ("https://example.org", Query((term("https", "example", "org"),))),
        ("after:2026 x", Query((term("x"),), after=datetime(2026, 1, 1, 5, tzinfo=UTC))),
        ("before:2026-07", Query(before=datetime(2026, 7, 1, 4, tzinfo=UTC))),
        ("after:2026-02-28", Query(after=datetime(2026, 2, 28, 5, tzinfo=UTC))),
    ],
)
def test_what_is_typed_is_understood(typed, query):
    assert read_query(typed, ZONE) == query


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", Problem.SEARCH_EMPTY),
        ("?!", Problem.SEARCH_EMPTY),
        ("-fines", Problem.SEARCH_EMPTY),
        (" ".join(["word"] * 21), Problem.SEARCH_TOO_LONG),
        ("re*", Problem.SEARCH_BEGINNING),
        ("question:two", Problem.SEARCH_UNREADABLE),
        ("question:0", Problem.SEARCH_UNREADABLE),
        ("question:\u0663", Problem.SEARCH_UNREADABLE),
        ("has:cake", Problem.SEARCH_UNREADABLE),
        ("after:2026-02-31", Problem.SEARCH_UNREADABLE),
        ("before:yesterday", Problem.SEARCH_UNREADABLE),
        ("after:0000", Problem.SEARCH_UNREADABLE),
        ("from:@", Problem.SEARCH_UNREADABLE),
        ("-from:Ana tea", Problem.SEARCH_WITHOUT_FILTER),
    ],
)
def test_what_is_not_understood_is_said(typed, problem):
    with pytest.raises(BadInput) as refused:
        read_query(typed, ZONE)
    assert refused.value.problem is problem


SIGNS = ['"', "*", "-", "from:", "q:", "after:", "NEAR(", "a", "9", " ", "^", "\x00", "AND", ")", "{words}", ":"]
TYPED = st.text() | st.lists(st.sampled_from(SIGNS)).map("".join)


@given(TYPED)
def test_whatever_is_typed_is_a_query_or_refused(typed):
    try:
        query = read_query(typed, ZONE)
    except BadInput:
        return
    for found in (*query.terms, *query.without):
        assert found.words
        assert all(word and not set(word) & set('"*^:-+() \x00') for word in found.words)


def shown(text, *terms, limit=60):
    found = snippet(text, terms, limit)
    marked, done = "", 0
    for start, end in found.hits:
        marked += found.text[done:start] + "[" + found.text[start:end] + "]"
        done = end
    return marked + found.text[done:]


def test_a_short_text_stands_whole_with_its_hits():
    assert shown("We read Large  print\nand PRINTS", term("large", "print")) == "We read [Large print] and PRINTS"
    assert shown("Reading, readers, bread", term("read", beginning=True)) == "[Reading], [readers], bread"
    assert shown("読書会に行く", term("書", "会")) == "読[書会]に行く"
    assert shown("Café au lait", term("cafe")) == "[Café] au lait"


def test_of_a_long_text_the_part_around_the_hit_is_shown():
    text = "one two three four five " * 10 + "the lantern walk was what made us a group " + "six seven eight " * 10
    found = snippet(text, [term("lantern")], 60)
    assert "lantern" in found.text
    assert found.is_begun
    assert found.is_cut
    assert len(found.text) <= 60
    assert found.text in text


@pytest.mark.parametrize("limit", [20, 40, 60])
def test_no_cut_opens_a_spoiler_or_an_address(limit):
    text = "w " * 20 + "||the butler did it in the garden with a lantern|| and then " + "z " * 30
    found = snippet(text, [term("lantern")], limit)
    assert found.text.count("||") == 2
    linked = snippet("w " * 40 + "https://example.org/" + "x" * 80 + " lantern " + "z " * 40, [term("lantern")], limit)
    assert "https" not in linked.text or "https://example.org/" + "x" * 80 in linked.text


def test_an_address_has_no_mark_in_it():
    text = "see https://example.org/lantern and a lantern"
    assert shown(text, term("lantern")) == "see https://example.org/lantern and a [lantern]"


PIECES = ["||", " ", "lamp", "lamp ", "https://a.b/", "x" * 30, "\u202e", "\u200b", "é"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=300), st.integers(5, 80))
def test_a_snippet_is_verbatim_has_its_hits_and_opens_no_spoiler(text, limit):
    line = " ".join(text.split())
    found = snippet(text, [term("lamp")], limit)
    assert found.text in line
    assert (found.text == line) == (not found.is_begun and not found.is_cut)
    assert all(folded(found.text[start:end]) == ["lamp"] for start, end in found.hits)
    if found.text != line and line.count(found.text) == 1:
        begin = line.index(found.text)
        end = begin + len(found.text)
        assert not any(start < begin < last or start < end < last for start, last in spoilers(line))
