"""Every address that was shared is found once, without tracking and without what only closed the sentence."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.links import SharedLink, canonical, collect_links, find_urls
from tests.domain.making import an_answer


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("see https://example.org/a.", "https://example.org/a"),
        ("see https://example.org/a, or not", "https://example.org/a"),
        ("https://example.org/a?!", "https://example.org/a"),
        ("https://example.org/a\u2026", "https://example.org/a"),
        ("(https://example.org/a)", "https://example.org/a"),
        ("(https://example.org/a_(atlas))", "https://example.org/a_(atlas)"),
        ("https://example.org/a_(atlas).", "https://example.org/a_(atlas)"),
        ("[https://example.org/a]", "https://example.org/a"),
        ("https://example.org/?a[]=1", "https://example.org/?a[]=1"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("[the list](https://example.org/a)", "https://example.org/a"),
        ("[https://example.org/a](https://example.org/a)", "https://example.org/a"),
        ("**https://example.org/a**", "https://example.org/a"),
        ("||https://example.org/a||", "https://example.org/a"),
        ('"https://example.org/a"', "https://example.org/a"),
        ("\u201chttps://example.org/a\u201d", "https://example.org/a"),
        ("\u2018https://example.org/a\u2019", "https://example.org/a"),
        ("https://example.org/a\u3002", "https://example.org/a"),
        ("\uff08https://example.org/a\uff09", "https://example.org/a"),
        ("HTTPS://Example.ORG/Path", "https://example.org/Path"),
        ("https://bücher.example/ä", "https://bücher.example/ä"),
        ("https://[2001:db8::1]:8080/a", "https://[2001:db8::1]:8080/a"),
        ("https://[2001:DB8::1]/", "https://[2001:db8::1]/"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("https://example.org/a#part", "https://example.org/a#part"),
    ],
)
def test_an_address_is_found_without_what_closes_the_sentence(text, url):
    assert find_urls(text) == (url,)


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://example.org/?utm_source=a&utm_medium=b", "https://example.org/"),
        ("https://example.org/a?id=3&fbclid=xyz", "https://example.org/a?id=3"),
        ("https://example.org/a?gclid=1&id=3#part", "https://example.org/a?id=3#part"),
        ("https://youtu.be/abc?si=xyz&t=5", "https://youtu.be/abc?t=5"),
        ("https://example.org/a?UTM_Source=x", "https://example.org/a"),
        ("https://example.org/a?q=%20x&utm_id=1", "https://example.org/a?q=+x"),
        ("https://example.org/a?q=%20x", "https://example.org/a?q=%20x"),
        ("https://example.org/a?empty=&b", "https://example.org/a?empty=&b"),
        ("https://example.org/a?size=3&sir=1", "https://example.org/a?size=3&sir=1"),
    ],
)
def test_tracking_goes_and_the_rest_of_a_query_stays(url, clean):
    assert canonical(url) == clean


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no address here",
        "example.org",
        "ftp://example.org/a",
        "https://",
        "https://...",
        "http://)",
        "https://user:secret@example.org/",
        "https://user@example.org/",
        "https://example.org@evil.example/",
        "https://example.org:99999/",
        "https://example.org:port/",
        "https://[2001:db8::1/",
        "https://[bad]/",
        "https://example.org\\evil",
        "https://ex`ample.org/",
        "https://-/",
    ],
)
def test_what_is_no_usable_address_is_passed_over(text):
    assert find_urls(text) == ()


def test_each_address_is_named_once_in_order():
    text = "https://b.example https://a.example https://b.example?utm_source=x https://B.example"
    assert find_urls(text) == ("https://b.example", "https://a.example")


@given(st.text() | st.text("htps:/.[]()@?&=#%1a|*\\\u3002").map("https://{}".format))
def test_any_text_gives_clean_addresses_that_stay_as_they_are(text):
    for url in find_urls(text):
        assert url.startswith(("http://", "https://"))
        assert not set(url) & set(" <>\"'\n")
        assert canonical(url) == url


def test_links_name_who_shared_them_and_the_most_shared_come_first():
    messages = [
        an_answer(1, "https://example.org/once", author=1, question=2),
        an_answer(2, "look: https://example.org/list/ !", author=2),
        an_answer(3, "yes, https://example.org/list?utm_source=x", author=3),
        an_answer(4, "https://example.org/list again", author=2),
        an_answer(5, "https://example.org/aside", author=1, question=None),
    ]
    assert collect_links(messages) == (
        SharedLink("https://example.org/list/", ("Reader 2", "Reader 3"), 102, 1, people=2),
        SharedLink("https://example.org/once", ("Reader 1",), 101, 2),
        SharedLink("https://example.org/aside", ("Reader 1",), 105, None),
    )


@pytest.mark.parametrize("gone", [{"is_deleted": True}, {"is_left_out": True}, {"text": None}])
def test_links_of_what_may_not_be_shown_are_left_out(gone):
    message = replace(an_answer(1, "https://example.org/a"), **gone)
    assert collect_links([message]) == ()
