"""The page on which the bot shows what it found: a plain form, and nothing that runs in the reader's browser."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup, escape

from bot.domain.search import Snippet
from bot.services.shown_chats import Shelf
from bot.services.shown_search import MOST, ShownFound, ShownHit
from bot.ui.texts import Texts
from bot.web.prose import filled, named, time_tag
from bot.web.rendering import render
from bot.web.site import addresses
from bot.web.site.look import SiteOptions, look_at
from bot.web.site.views import LAYOUT, lang_of, say_for, search_words


@dataclass(frozen=True, slots=True)
class _Line:
    """A hit, as the template asks for it."""

    address: str
    title: str
    text: Markup
    source: Markup


@dataclass(frozen=True, slots=True)
class _FoundPage:
    """What the template asks for, by name."""

    say: Texts
    lang: str
    title: str
    typed: str
    told: str
    hits: list[_Line] = field(default_factory=list)
    description: str = ""


def found_page(typed: str, found: ShownFound | None, told: str, shelf: Shelf, options: SiteOptions) -> str:
    """What was found, or why nothing was looked for.

    Args:
        typed: as it was typed.
        found: what was found; None if nothing was looked for.
        told: why not; may be empty.
        shelf: what is published.
        options: the operator's.
    """
    say = say_for(shelf)
    said = told if found is None else _told(found, say)
    hits = [_line(hit, say) for hit in found.hits] if found is not None else []
    page = _FoundPage(say, lang_of(say), say("Search"), typed, said, hits)
    site = look_at(options, say, addresses.SEARCH, [(addresses.HOME, say("All chats"))], is_indexed=False)
    return render("search.html.j2", layout=LAYOUT, page=page, site=site, words=search_words(say))


def _told(found: ShownFound, say: Texts) -> str:
    count = len(found.hits)
    if not count:
        told = say("Nothing was found.")
    elif count >= MOST:
        told = say("The newest {count} messages that were found:", count=count)
    else:
        told = say.plural("{count} message was found:", "{count} messages were found, the newest first:", count)
    if found.by_person:
        return say("People and series can't be looked for here, only words.") + " " + told
    return told


def _line(hit: ShownHit, say: Texts) -> _Line:
    chat, message = hit.chat, hit.message
    address = f"{addresses.chat_page(chat.id)}#m{message.id}"
    date = time_tag(message.posted_at, say.clock(message.posted_at, chat.zone))
    under = message.questions[0] if message.questions else None
    name = named(message.author_name, say)
    said = say("{name}, {date}", name="{name}", date="{date}")
    source = filled(said, name=name, date=date)
    if under is not None:
        source += escape(", " + say("under Q{number}", number=under))
    return _Line(address, f"#{chat.hashtag}: {chat.title}", _marked(hit.part), source)


def _marked(part: Snippet) -> Markup:
    shown, done = escape("\u2026 " if part.is_begun else ""), 0
    for start, end in part.hits:
        shown += escape(part.text[done:start]) + Markup("<mark>{}</mark>").format(part.text[start:end])
        done = end
    return shown + escape(part.text[done:]) + ("\u2026" if part.is_cut else "")
