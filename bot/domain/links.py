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


@dataclass(frozen=True, slots=True)
class SharedLink:
    """An address that somebody shared.

    Attributes:
        url: without tracking.
        shared_by: names of those who shared it, in order.
        message_id: where it was shared first.
        question: the question it was shared under, or None.
    """

    url: str
    shared_by: tuple[str, ...]
    message_id: int
    question: int | None


def find_urls(text: str) -> tuple[str, ...]:
    """The http and https addresses in a text, each once, without tracking."""
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


def collect_links(messages: Iterable[ArchivedMessage]) -> tuple[SharedLink, ...]:
    """Every address that readable messages share, once, those that most people shared first."""
    links: dict[str, SharedLink] = {}
    for message in messages:
        if not message.is_readable:
            continue
        for url in find_urls(message.text or ""):
            key = url.rstrip("/")
            seen = links.get(key)
            if seen is None:
                question = message.questions[0] if message.questions else None
                links[key] = SharedLink(url, (message.author_name,), message.id, question)
            elif message.author_name not in seen.shared_by:
                names = (*seen.shared_by, message.author_name)
                links[key] = SharedLink(seen.url, names, seen.message_id, seen.question)
    return tuple(sorted(links.values(), key=lambda link: (-len(link.shared_by), link.message_id)))
