"""The addresses in a text, each once and without tracking, in the order in which they were shared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.domain.messages import ArchivedMessage

# An address ends before white space, angle brackets or a quotation mark, and where a masked link's text ends; what
# closes a sentence isn't part of it.
_URL = re.compile(r"https?://(?:(?!\]\()[^\s<>\"'\u201c\u201d])+", re.IGNORECASE)
_CLOSING = frozenset(".,;:!?*_~|\u2026\u2019\u00bb\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f\u300d\u300f\uff09")
_HOST = re.compile(r"[\w.\-]*\w[\w.\-]*|[\da-f:.]*:[\da-f:.]*")
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|ref_src|ref_url|s_cid|si", re.IGNORECASE)


_SAME_PAGE = re.compile(r"(?:www|m|mobile)\.(?=[^.]+\.)")
_MASKED = re.compile(r"\[([^\[\]\n]{3,200})\]\(\s*<?(https?://[^\s<>]+?)>?\s*(?:\"[^\"]*\"\s*)?\)", re.IGNORECASE)
_THANKS = re.compile(
    r"\b(?:thank(?:s|\s?you)?|thx|ty|bookmark(?:ed|ing)|sav(?:ed|ing)\s(?:this|that|it)|great\s(?:resource|link|read)"
    r"|danke|merci|gracias|obrigad[oa]|grazie)\b",
    re.IGNORECASE,
)
_TITLE_LENGTH = 100
_FEWEST_IN_TITLE = 2
_SPOILER_SIGN = "||"
_LEAD = re.compile(r"(?:[@#]\w+|<[@#][&!]?\d+>|[>*_~`\"\u201c\-\u2022:\s])+")
_BEFORE_AN_ADDRESS = " ([<:-\u2013\u2014>*_~`,;\u2192\u27a1\ufe0f\t\n"
_LABEL = re.compile(r"^[aq]\d{1,2}\s?[:.)\-\u2013]+\s*", re.IGNORECASE)
_TAGS = re.compile(r"(?:(?:^|\s)[@#]\w+[.!,]?)+$")
# "RT @name:" before somebody else's words.
_PASSED_ON = re.compile(r"^(?:.{0,60}\s)?RT @\w+:?\s*")
# Words that may be said of any page; a title needs one that isn't among them.
_EMPTY_WORDS = """
a absolutely again agree agreed all amazing amen an and are article as at awesome be been best blog but check cool
do everyday everyone excellent exactly fantastic final follow for from fun get go good great have helpful here how i
idea im in interesting is it its join just kind learn let lets like link lol look looking love lovely me more my new
next nice night now of ok on one or our out over page piece please point points post pretty q question questions
read reading really right same say says see share shared sharing so stuff sure thank thanks that thats the them
there these they thing things think this those thought to today tonight too true twitter us very via want was we
well what whats who why will with wonderful works would wow xox yeah yep yes you your
"""
_SAYS_NOTHING = frozenset(_EMPTY_WORDS.split())
_NEXT_SENTENCE = re.compile(r"[.!?\u2026]\s+(?=\S)")
_POINTERS = frozenset({"here", "at", "via", "see", "link", "cc", "ht", "h/t"})


@dataclass(frozen=True, slots=True)
class SharedLink:
    """An address that somebody shared.

    Attributes:
        url: without tracking, as first written.
        shared_by: names of those who shared it, in order.
        message_id: where it was shared first.
        question: the question it was shared under, or None.
        title: what somebody who shared it said about it, verbatim, or empty.
        people: how many different people shared it or thanked for it.
    """

    url: str
    shared_by: tuple[str, ...]
    message_id: int
    question: int | None
    title: str = ""
    people: int = 1


def find_urls(text: str) -> tuple[str, ...]:
    """The http and https addresses in a text, each once, without tracking."""
    if "://" not in text:
        return ()
    found = (canonical(_trim(match)) for match in _URL.findall(text))
    return tuple(dict.fromkeys(url for url in found if url))


def _trim(url: str) -> str:
    while url and (
        url[-1] in _CLOSING
        or (url[-1] == ")" and url.count("(") < url.count(")"))
        or (url[-1] == "]" and url.count("[") < url.count("]"))
    ):
        url = url[:-1]
    return url


def canonical(url: str) -> str:
    """The address with a lower-case host and no tracking; empty if it isn't a usable address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if not _HOST.fullmatch(host) or parts.username is not None or parts.scheme.lower() not in {"http", "https"}:
        return ""
    pairs = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(k)]
    # An untouched query keeps its own spelling: some servers mind how it is encoded.
    query = parts.query if len(pairs) == len(parse_qsl(parts.query, keep_blank_values=True)) else urlencode(pairs)
    name = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme.lower(), name + port, parts.path, query, parts.fragment))


def same_page(url: str) -> str:
    """What two addresses of one page have in common: neither scheme nor `www.`, a last slash or a place in the page.

    A fragment that is an address itself (`#!/…`, `#/…`) stays.
    """
    parts = urlsplit(url)
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    host = _SAME_PAGE.sub("", parts.netloc, count=1)
    return urlunsplit(("", host, parts.path.rstrip("/"), parts.query, fragment))


class _Shared:
    """What is gathered about one address."""

    def __init__(self, url: str, message: ArchivedMessage) -> None:
        self.url = url
        self.first = message
        self.names: dict[int, str] = {}
        self.thanks: set[int] = set()
        self.titles: list[str] = []

    def link(self) -> SharedLink:
        """The value."""
        question = self.first.questions[0] if self.first.questions else None
        names = tuple(dict.fromkeys(self.names.values()))
        title = next((title for title in self.titles if title), "")
        return SharedLink(self.url, names, self.first.id, question, title, len(self.thanks | set(self.names)))


def collect_links(messages: Iterable[ArchivedMessage]) -> tuple[SharedLink, ...]:
    """Every address that readable messages share, once; those first that most people shared or thanked for.

    A reply with a word of thanks counts as thanks, once a person; reactions name nobody and don't count as people.
    """
    readable = [message for message in messages if message.is_readable]
    found: dict[str, _Shared] = {}
    shared_in: dict[int, list[_Shared]] = {}
    for message in readable:
        for url in find_urls(message.text or ""):
            shared = found.setdefault(same_page(url), _Shared(url, message))
            shared.names.setdefault(message.author_id, message.author_name)
            shared.titles.append(title_of(message.text or "", url))
            shared_in.setdefault(message.id, []).append(shared)
    for message in readable:
        replied = shared_in.get(message.reply_to_id or 0, ())
        if replied and _THANKS.search(message.text or ""):
            for shared in replied:
                shared.thanks.add(message.author_id)
    links = [shared.link() for shared in found.values()]
    # Of those that as many people shared, what somebody said something about is of more use to a reader.
    return tuple(sorted(links, key=lambda link: (-link.people, not link.title, link.message_id)))


def title_of(text: str, url: str) -> str:
    """What a message says about an address: a masked link's words, else the line before it, else the line after it.

    Empty if it says fewer than two words, or where a spoiler is near: a title must not give it away.
    """
    if _SPOILER_SIGN in text:
        return ""
    for words, masked in _MASKED.findall(text):
        if canonical(_trim(masked)) == url and not _URL.search(words):
            return _shortened(" ".join(words.split()))
    for match in _URL.finditer(text):
        if canonical(_trim(match[0])) != url:
            continue
        *earlier, before = _URL.split(text[: match.start()])
        before = before.rstrip("\n ").rpartition("\n")[2]
        if earlier and (sentence := _NEXT_SENTENCE.search(before)):
            # The words right behind another address are about that one.
            before = before[sentence.end() :]
        after = _URL.split(text[match.end() :])[0].strip().partition("\n")[0]
        for side in (_tidy(before), _tidy(after)):
            if _says_something(side):
                return _shortened(side)
    return ""


def _says_something(title: str) -> bool:
    # Hashtags and handles are no words of it.
    said = re.findall(r"[^\W\d_]{2,}", re.sub(r"[#@]\w+|['\u2019]", "", title))
    return len(said) >= _FEWEST_IN_TITLE and any(word.casefold() not in _SAYS_NOTHING for word in said)


def _tidy(side: str) -> str:
    side = _PASSED_ON.sub("", side)
    lead = _LEAD.match(side)
    side = side[lead.end() if lead else 0 :].rstrip(_BEFORE_AN_ADDRESS)
    while (last := side.rpartition(" ")[2]).casefold() in _POINTERS:
        side = side[: -len(last)].rstrip(_BEFORE_AN_ADDRESS)
    side = _TAGS.sub("", _LABEL.sub("", side.strip())).strip()
    return side[:-1].rstrip() if side.count('"') == 1 and side.endswith('"') else side


def _shortened(title: str) -> str:
    # What stands next to the address is said about it, so of a long line the last sentence, then its first words.
    title = " ".join(title.split())
    if len(title) > _TITLE_LENGTH:
        title = re.split(r"(?<=[.!?])\s+", title)[-1]
    if len(title) <= _TITLE_LENGTH:
        return title
    return title[: _TITLE_LENGTH + 1].rpartition(" ")[0].rstrip(" ,;:-") + " \u2026"
