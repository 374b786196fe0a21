"""The pages of a site as HTML: the home page, a hashtag's, a chat's, and what stands where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.lists import format_list
from markupsafe import Markup

from bot.domain.chat import Chat
from bot.domain.digest import make_digest
from bot.services.shown_chats import Entry, Shelf, ShownChat
from bot.ui.texts import Texts, texts_for
from bot.web.page import ChatPage, Surroundings, words_of
from bot.web.prose import bdi, filled, time_tag
from bot.web.rendering import render
from bot.web.site import addresses
from bot.web.site.look import SiteOptions, look_at

LAYOUT = "site.html.j2"


@dataclass(frozen=True, slots=True)
class _Listed:
    """A chat in a list, as the template asks for it."""

    address: str
    title: str
    tag: str
    date: Markup
    counted: str = ""


@dataclass(frozen=True, slots=True)
class _Server:
    """A server's hashtags, as the template asks for them."""

    anchor: str
    heading: str
    tags: list[tuple[str, str, str]]


class _ListPage:
    """What the templates of lists ask for, by name."""

    def __init__(self, say: Texts, entries: Sequence[Entry], coming: Sequence[Chat], *, with_tags: bool) -> None:
        self.say = say
        self.lang = lang_of(say)
        self.coming = [_Listed("", chat.title, chat.hashtag, _when(chat, say)) for chat in coming]
        years = groupby(entries, key=lambda entry: entry.chat.starts_at.astimezone(ZoneInfo(entry.chat.zone)).year)
        self.years = [(year, [_listed(one, say, with_tag=with_tags) for one in found]) for year, found in years]
        self.shelves: list[_Server] = []
        self.title = self.heading = say("Chats")
        self.lead = _lead(entries, say)
        self.description = self.lead
        self.feed, self.calendar = addresses.FEED, addresses.CALENDAR


def home_page(shelf: Shelf, options: SiteOptions) -> str:
    """All chats by date, with the hashtags above them."""
    say = say_for(shelf)
    page = _ListPage(say, shelf.entries, shelf.coming, with_tags=True)
    page.title = page.heading = site_title(shelf, say)
    tags = addresses.by_tag(shelf)
    servers = [list(found) for _, found in groupby(tags, key=lambda entries: entries[0].chat.guild_id)]
    for place, found in enumerate(servers, start=1):
        names = [f"#{entries[0].chat.hashtag}" for entries in found]
        heading = say("By hashtag") if len(servers) == 1 else format_list(names, locale=say.locale)
        each = [(addresses.tag_page(one[0].chat), f"#{one[0].chat.hashtag}", _count(one, say)) for one in found]
        # The only hashtag there is leads to what stands on this page already.
        if len(tags) > 1:
            page.shelves.append(_Server(f"server{place}", heading, each))
    feeds = [(addresses.FEED, page.title)]
    site = look_at(options, say, addresses.HOME, feeds=feeds)
    return render("home.html.j2", layout=LAYOUT, page=page, site=site, words=_list_words(say))


def tag_page(entries: Sequence[Entry], shelf: Shelf, options: SiteOptions) -> str:
    """The chats of a hashtag by date."""
    say, first = texts_for(entries[0].chat.locale), entries[0].chat
    coming = [chat for chat in shelf.coming if addresses.tag_page(chat) == addresses.tag_page(first)]
    page = _ListPage(say, entries, coming, with_tags=False)
    page.title = page.heading = f"#{first.hashtag}"
    page.feed, page.calendar = addresses.tag_feed(first), addresses.tag_calendar(first)
    site = look_at(
        options,
        say,
        addresses.tag_page(first),
        crumbs=[(addresses.HOME, say("All chats"))],
        feeds=[(page.feed, page.title)],
    )
    return render("home.html.j2", layout=LAYOUT, page=page, site=site, words=_list_words(say))


def chat_page(chat: ShownChat, kept: Mapping[int, str], options: SiteOptions) -> str:
    """A chat with everything that may be shown of it.

    Args:
        chat: the chat.
        kept: where the site has the files that came with messages, by their number, from its home page on.
        options: the operator's.
    """
    model = chat.record.chat
    path = addresses.chat_page(model.id)
    root = addresses.root_of(path)
    around = Surroundings(
        chat.messages, chat.writers, chat.people, {number: root + place for number, place in kept.items()}
    )
    page = ChatPage(chat.record, make_digest(chat.record), None, around)
    say = page.say
    site = look_at(
        options,
        say,
        path,
        crumbs=[(addresses.HOME, say("All chats")), (addresses.tag_page(model), f"#{model.hashtag}")],
        feeds=[(addresses.tag_feed(model), f"#{model.hashtag}")],
        citation=_citation(model, say, options),
    )
    words = words_of(say) | {"named": say("They wrote in this chat and agreed to be named.")}
    return render("site_chat.html.j2", layout=LAYOUT, page=page, site=site, words=words)


@dataclass(frozen=True, slots=True)
class _Plain:
    """A page of a few words."""

    say: Texts
    lang: str
    title: str
    heading: str
    told: str = ""
    description: str = ""
    typed: str = ""


def search_page(shelf: Shelf, options: SiteOptions) -> str:
    """The page on which a browser searches by itself."""
    say = say_for(shelf)
    page = _Plain(say, lang_of(say), say("Search"), say("Search"))
    site = look_at(options, say, addresses.SEARCH, [(addresses.HOME, say("All chats"))], is_indexed=False)
    return render("search.html.j2", layout=LAYOUT, page=page, site=site, words=search_words(say))


def sorry_page(say: Texts, heading: str, told: str, options: SiteOptions, path: str = addresses.NOT_FOUND) -> str:
    """What stands where there is no page, or where one couldn't be made."""
    page = _Plain(say, lang_of(say), heading, heading, told)
    site = look_at(options, say, path, is_indexed=False)
    words = {"skip": say("Skip to the text"), "home": say("All chats")}
    return render("sorry.html.j2", layout=LAYOUT, page=page, site=site, words=words)


def not_found_page(shelf: Shelf, options: SiteOptions) -> str:
    """What stands where there is no page; a chat that isn't published any more looks like one that never was."""
    say = say_for(shelf)
    told = say(
        "There is no such page here. If there was one once, its hosts don't publish the chat any more, or the address "
        "has a slip in it."
    )
    return sorry_page(say, say("There is nothing here"), told, options)


def site_title(shelf: Shelf, say: Texts) -> str:
    """What a site is called: by its hashtag, if it has only one."""
    tags = addresses.by_tag(shelf)
    return say("#{hashtag}: all chats", hashtag=tags[0][0].chat.hashtag) if len(tags) == 1 else say("All chats")


def say_for(shelf: Shelf) -> Texts:
    """The language of what isn't a chat's: that of the newest chat."""
    newest = shelf.entries[0].chat if shelf.entries else next(iter(shelf.coming), None)
    return texts_for(newest.locale if newest is not None else "en-US")


def lang_of(say: Texts) -> str:
    """A language as HTML names it."""
    return str(say.locale).replace("_", "-")


def search_words(say: Texts) -> dict[str, str]:
    """The sentences of the page to search on."""
    return {
        "skip": say("Skip to what was found"),
        "search": say("Search"),
        "label": say("Words to look for"),
        "hint": say("A phrase goes in quotation marks. What is left out on the pages isn't found either."),
        "needs_script": say("This search runs in your browser and needs JavaScript; all chats are listed without it."),
        "none": say("Nothing was found."),
        "one": say("Found in one chat:"),
        "many": say("Found in {count} chats, the best first:", count="#"),
        "failed": say("The search doesn't work just now. Please try again later."),
    }


def _list_words(say: Texts) -> dict[str, str]:
    return {
        "skip": say("Skip to the chats"),
        "coming": say("Coming up"),
        "nothing": say("No chat is published yet."),
        "feed": say("Follow in a feed reader (Atom)"),
        "calendar": say("Put the dates into your calendar"),
    }


def _lead(entries: Sequence[Entry], say: Texts) -> str:
    if not entries:
        return ""
    chats = say.plural("{count} chat", "{count} chats", len(entries))
    said = sum(entry.messages for entry in entries)
    messages = say.plural("{count} message", "{count} messages", said)
    since = say.day(entries[-1].chat.starts_at, entries[-1].chat.zone)
    return say("{chats} with {messages} since {date}.", chats=chats, messages=messages, date=since)


def _listed(entry: Entry, say: Texts, *, with_tag: bool) -> _Listed:
    chat = entry.chat
    date = time_tag(chat.starts_at, say.day(chat.starts_at, chat.zone))
    asked = sum(question.message_id is not None for question in chat.questions)
    counts = [say.plural("{count} question", "{count} questions", asked)] if asked else []
    counts.append(say.plural("{count} message", "{count} messages", entry.messages))
    tag = chat.hashtag if with_tag else ""
    return _Listed(addresses.chat_page(chat.id), chat.title, tag, date, ", ".join(counts))


def _when(chat: Chat, say: Texts) -> Markup:
    local = time_tag(chat.starts_at, say.clock(chat.starts_at, chat.zone))
    utc = time_tag(chat.starts_at, say.clock(chat.starts_at, "UTC"))
    return local if local == utc else Markup("{} ({})").format(local, utc)


def _count(entries: Sequence[Entry], say: Texts) -> str:
    return say.plural("{count} chat", "{count} chats", len(entries))


def _citation(chat: Chat, say: Texts, options: SiteOptions) -> Markup:
    date = time_tag(chat.starts_at, say.day(chat.starts_at, chat.zone))
    title = bdi(f"\u201c{chat.title}\u201d")
    told = filled(
        say("{title}, #{hashtag}, {date}.", title="{title}", hashtag="{hashtag}", date="{date}"),
        title=title,
        hashtag=bdi(chat.hashtag),
        date=date,
    )
    base = options.base_url
    return told if base is None else Markup("{} {}").format(told, f"{base}/{addresses.chat_page(chat.id)}")
