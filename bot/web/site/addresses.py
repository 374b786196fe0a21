"""Where each page of a site is: addresses are made of numbers and hashtags alone, so that they never change.

A chat is `chats/12.html`, its second question `chats/12.html#q2`, a message in it `chats/12.html#m` and its number. The
chats of a hashtag stand under their server's number, since two servers may use the same one.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from itertools import groupby

from bot.domain.chat import Chat
from bot.services.shown_chats import Entry, Shelf

HOME = "index.html"
SEARCH = "search.html"
STYLE = "style.css"
SCRIPT = "site.js"
SEARCH_SCRIPT = "search.js"
FEED = "feed.xml"
CALENDAR = "chats.ics"
SITEMAP = "sitemap.xml"
ROBOTS = "robots.txt"
NOT_FOUND = "404.html"

_PLAIN = re.compile(r"[a-z0-9_-]{1,60}")
# No file may be called that on Windows.
_RESERVED = re.compile(r"con|prn|aux|nul|index|(?:com|lpt)[0-9]")
_HASH_LENGTH = 16


def chat_page(chat_id: int) -> str:
    """A chat's page."""
    return f"chats/{chat_id}.html"


def tag_page(chat: Chat) -> str:
    """The page of a chat's hashtag."""
    return f"{chat.guild_id}/{slug(chat.hashtag)}.html"


def tag_feed(chat: Chat) -> str:
    """The Atom feed of a chat's hashtag."""
    return f"{chat.guild_id}/{slug(chat.hashtag)}.xml"


def tag_calendar(chat: Chat) -> str:
    """The calendar of a chat's hashtag."""
    return f"{chat.guild_id}/{slug(chat.hashtag)}.ics"


def root_of(path: str) -> str:
    """The way from a page to the home page's folder."""
    return "../" * path.count("/")


def slug(hashtag: str) -> str:
    """A hashtag as a part of an address: the same for all spellings of it, and fit for any disk."""
    folded = fold(hashtag)
    if not folded.isascii():
        folded = "xn--" + folded.encode("punycode", errors="replace").decode("ascii").lower()
    if not _PLAIN.fullmatch(folded):
        return "tag-" + hashlib.sha256(folded.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{folded}_" if _RESERVED.fullmatch(folded) else folded


def fold(hashtag: str) -> str:
    """What two spellings of one hashtag have in common."""
    return unicodedata.normalize("NFC", hashtag.casefold())


def by_tag(shelf: Shelf) -> list[list[Entry]]:
    """The chats of each server's hashtags, the newest first; the hashtags in the order of the alphabet."""

    def key(entry: Entry) -> tuple[int, str]:
        return entry.chat.guild_id, fold(entry.chat.hashtag)

    # Sorting keeps the order among equals.
    return [list(group) for _, group in groupby(sorted(shelf.entries, key=key), key)]
