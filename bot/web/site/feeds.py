"""What programs read of a site: Atom feeds, calendars, the map for search engines, and what robots may do."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from bot.domain.chat import Chat, ChatState, Source
from bot.services.shown_chats import Entry
from bot.ui.calendars import feed
from bot.ui.texts import Texts
from bot.web.rendering import render
from bot.web.site import addresses
from bot.web.site.look import SiteOptions
from bot.web.site.views import lang_of

_IN_FEED = 30
# Names of robots that gather texts to train programs on: nobody who wrote in a chat agreed to that.
_GATHERERS = (
    "AI2Bot",
    "Amazonbot",
    "anthropic-ai",
    "Applebot-Extended",
    "Bytespider",
    "CCBot",
    "ClaudeBot",
    "cohere-training-data-crawler",
    "Diffbot",
    "Google-Extended",
    "GPTBot",
    "Meta-ExternalAgent",
    "omgili",
)
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
_MARKS = re.compile(r"\s+")


def atom(entries: Sequence[Entry], title: str, page: str, path: str, say: Texts, options: SiteOptions) -> str:
    """The newest chats as an Atom feed (RFC 4287); its numbers stay the same wherever the site moves.

    Args:
        entries: chats, the newest first.
        title: the feed's.
        page: the page that it belongs to.
        path: its own.
        say: its language.
        options: the operator's.
    """
    base = addresses.root_of(path) if options.base_url is None else f"{options.base_url}/"
    listed = [
        {
            "title": f"#{entry.chat.hashtag}: {entry.chat.title}",
            "id": _urn(f"chat/{entry.chat.guild_id}/{entry.chat.id}"),
            "published": _stamp(entry.chat.ends_at),
            "updated": _stamp(entry.chat.closes_at),
            "page": addresses.chat_page(entry.chat.id),
            "tag": entry.chat.hashtag,
            "summary": _summary(entry, say),
        }
        for entry in entries[:_IN_FEED]
    ]
    told = {
        "lang": lang_of(say),
        "title": title,
        "id": _urn(f"feed/{entries[0].chat.guild_id if entries else 0}/{path}"),
        "updated": _stamp(max((entry.chat.closes_at for entry in entries), default=_BEGINNING)),
        "base": base,
        "path": path,
        "page": page,
        "author": say("The people who took part"),
        "entries": listed,
    }
    return render("feed.xml.j2", feed=told)


def calendar(chats: Sequence[Chat], name: str, say: Texts, options: SiteOptions) -> bytes:
    """Chats as a calendar file, those that are over with their pages; made anew it is the same, byte by byte."""
    # Whoever reads a calendar takes the later of two versions, and no version may come from the future.
    begun = [chat.closes_at for chat in chats if chat.state is ChatState.CLOSED]
    made_at = max(begun, default=_BEGINNING)
    base = options.base_url

    def page(chat: Chat) -> str:
        if base is not None and chat.state is ChatState.CLOSED:
            return f"{base}/{addresses.chat_page(chat.id)}"
        return "" if chat.source is not Source.DISCORD else _channel(chat)

    return feed(sorted(chats, key=lambda chat: (chat.starts_at, chat.id)), name, made_at, say, page)


def sitemap(paths: Iterable[str], base_url: str) -> str:
    """The pages that search engines may know, for them."""
    found = ("" if path == addresses.HOME else path for path in sorted(paths))
    return render("sitemap.xml.j2", addresses=[f"{base_url}/{path}" for path in found])


def robots(options: SiteOptions) -> str:
    """What robots may do: read the pages, but not gather them to train programs on."""
    lines = ["# Published chats may be found and read; nobody agreed to have theirs used to train programs."]
    lines += [f"User-agent: {name}" for name in _GATHERERS]
    lines += ["Disallow: /", "", "User-agent: *", f"Disallow: /{addresses.SEARCH}", "Disallow: /calendars/"]
    if options.base_url is not None:
        lines += ["", f"Sitemap: {options.base_url}/{addresses.SITEMAP}"]
    return "\n".join(lines) + "\n"


def _summary(entry: Entry, say: Texts) -> str:
    asked = [question for question in entry.chat.questions if question.message_id is not None]
    counted = say("{counted} by {people}", **_counts(entry, say))
    return "\n".join([*(f"Q{one.number}. {_MARKS.sub(' ', one.text).strip()}" for one in asked), counted])


def _counts(entry: Entry, say: Texts) -> dict[str, str]:
    return {
        "counted": say.plural("{count} message", "{count} messages", entry.messages),
        "people": say.plural("{count} person", "{count} people", entry.people),
    }


def _channel(chat: Chat) -> str:
    return f"https://discord.com/channels/{chat.guild_id}/{chat.home_id}"


def _urn(name: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"shelftalk/{name}").urn


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
