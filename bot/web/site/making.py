"""What a site consists of: its pages by their addresses, the same whether they are written down or served live."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.domain.chat import Chat
from bot.services.shown_chats import Entry, Shelf, ShownChat
from bot.web.site import addresses, feeds, views
from bot.web.site.kept import kept_files
from bot.web.site.look import SiteOptions, asset

Maker = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class ChatFiles:
    """A chat's page with the files that it shows.

    Attributes:
        page: the HTML document.
        files: where each of them is, by its address from the home page on.
    """

    page: bytes
    files: Mapping[str, Path]


def make_chat(chat: ShownChat, options: SiteOptions, folder: Path | None) -> ChatFiles:
    """A chat's page.

    Args:
        chat: as it may be shown.
        options: the operator's.
        folder: where the archive keeps files; None if it keeps none.
    """
    found = list(kept_files(chat.record, folder))
    page = views.chat_page(chat, {number: address for number, address, _ in found}, options)
    return ChatFiles(page.encode(), {address: path for _, address, path in found})


def shared_pages(shelf: Shelf, options: SiteOptions) -> dict[str, Maker]:
    """How to make each page that isn't a chat's, by its address."""
    say = views.say_for(shelf)
    title = views.site_title(shelf, say)
    made: dict[str, Maker] = {
        addresses.HOME: lambda: views.home_page(shelf, options).encode(),
        addresses.NOT_FOUND: lambda: views.not_found_page(shelf, options).encode(),
        addresses.FEED: lambda: feeds.atom(shelf.entries, title, addresses.HOME, addresses.FEED, say, options).encode(),
        addresses.CALENDAR: lambda: feeds.calendar(_chats(shelf), title, say, options),
        addresses.ROBOTS: lambda: feeds.robots(options).encode(),
        addresses.STYLE: partial(asset, addresses.STYLE),
        addresses.SCRIPT: partial(asset, addresses.SCRIPT),
    }
    if options.has_search and not options.is_live:
        made[addresses.SEARCH] = lambda: views.search_page(shelf, options).encode()
        made[addresses.SEARCH_SCRIPT] = partial(asset, addresses.SEARCH_SCRIPT)
    groups = addresses.by_tag(shelf)
    for entries in groups:
        made |= _of_tag(entries, shelf, options)
    if options.base_url is not None:
        listed = [addresses.HOME, *(addresses.tag_page(group[0].chat) for group in groups)]
        listed += [addresses.chat_page(entry.chat.id) for entry in shelf.entries]
        made[addresses.SITEMAP] = partial(_sitemap, listed, options.base_url)
    return made


def _of_tag(entries: list[Entry], shelf: Shelf, options: SiteOptions) -> dict[str, Maker]:
    chat, say = entries[0].chat, views.say_for(Shelf(tuple(entries)))
    page, path, calendar = addresses.tag_page(chat), addresses.tag_feed(chat), addresses.tag_calendar(chat)
    name = f"#{chat.hashtag}"
    own = [other for other in _chats(shelf) if addresses.tag_page(other) == page]
    return {
        page: lambda: views.tag_page(entries, shelf, options).encode(),
        path: lambda: feeds.atom(entries, name, page, path, say, options).encode(),
        calendar: lambda: feeds.calendar(own, name, say, options),
    }


def _chats(shelf: Shelf) -> list[Chat]:
    return [*(entry.chat for entry in shelf.entries), *shelf.coming]


def _sitemap(listed: list[str], base_url: str) -> bytes:
    return feeds.sitemap(listed, base_url).encode()
