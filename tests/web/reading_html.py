"""Reading a made page: strictly, and with an eye on what could break out of it."""

import re

import html5lib
import pytest
from hypothesis import strategies as st

# fmt: off
ALLOWED = {
    "html": {"lang", "dir"}, "meta": {"charset", "name", "content", "http-equiv"}, "link": {"rel", "href"},
    "a": {"href", "class", "rel"}, "nav": {"aria-label"}, "main": {"id"}, "section": {"id"}, "li": {"id", "class"},
    "ol": {"class"}, "ul": {"class"}, "p": {"class", "dir"}, "div": {"class", "dir"}, "span": {"class", "id"},
    "time": {"datetime"}, "details": {"class"},
}
BARE = {
    "head", "title", "style", "body", "header", "footer", "h1", "h2", "h3", "dl", "dt", "dd", "bdi", "figure", "i",
    "figcaption", "blockquote", "small", "em", "strong", "s", "code", "br", "summary",
}
PIECES = (
    "<script>alert(1)</script>", "</p></li></ol>", "<!--", "-->", "</style>", "</title>", "]]>", "&lt;", "&#60;",
    '" onclick="x', "' onmouseover='x", "javascript:alert(1)", "[x](javascript:x)", "\u202e", "\u2066", "\x00", "\x85",
    "**", "*", "_", "__", "~~", "||", "`", "```", "\\", "\n", "\n\n", "\r", "\ufffe", "{{ 7 }}", "{0}", "%s", ")", "]",
    "https://example.org/", 'https://a.b/"onload=x', "https://x.y/'><b>", "<https://", "https://x.y/(", "א", "\u0301",
    "<@11>", "<@&1>", "<#1>", "<:a:1>", "<a:b:2>", "</c:3>", "<t:1:F>", "\U0001f1e9",
)
# fmt: on


def parse(html):
    """The document; fails at the first thing that isn't valid HTML."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def text_of(element):
    return "".join(element.itertext())


HOSTILE = st.lists(st.text(max_size=20) | st.sampled_from(PIECES), max_size=12).map("".join)


def assert_harmless(document):
    for element in document.iter():
        if isinstance(element.tag, str):
            assert element.tag in BARE | set(ALLOWED)
            assert set(element.attrib) <= ALLOWED.get(element.tag, set())
            assert re.match(r"#(?:m|q)?\w+$|https?://|data:,$", element.get("href", "#x"))
        else:
            pytest.fail("a comment")
