"""A digest's parts in the order in which a reader, or a screen reader, needs them; quotes verbatim, each with its link.

Each part is a block of lines. What is left out is counted, with the way to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import discord

from bot.domain.chat import RUNNING_STATES, Chat, ChatState
from bot.domain.digest import (
    MANY,
    Digest,
    Length,
    QuestionDigest,
    Quote,
    ThemeDigest,
    day_of,
    shorten,
    under_its_question,
)
from bot.domain.links import SharedLink
from bot.domain.manner import Format
from bot.domain.messages import jump_url
from bot.ui.digest.prose import escape, escape_plain
from bot.ui.texts import Texts

_PROMPT_LENGTH = 300
_NAMES_SHOWN = 3
_ADDRESS_LENGTH = 1_000
_TITLE_LENGTH = 150
_GREETED = 10
# Those first that most people shared or thanked for.
_LINKS = 15
# What would make a heading or another list of what begins a line of a list.
_AT_START = re.compile(r"^([0-9]{1,9}(?=[.)])|(?=[#+\-]))([.)#+\-])")
_STANDS = r"\1\\\2"
# A glance fits on a phone's screen.
_GLANCE_PROMPT = 50
_GLANCE_QUOTE = 75
_THEMES = {Length.GLANCE: 3, Length.STANDARD: 5, Length.FULL: 5}
_OTHERS = {Length.GLANCE: 0, Length.STANDARD: 3, Length.FULL: 10}
_LOOSE_ENDS = {Length.GLANCE: 0, Length.STANDARD: 3, Length.FULL: 10}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asked for.

    Attributes:
        length: how much.
        since: only what was said from then on (aware UTC); None for everything.
        day: only what was said on this day of a chat over days; 0 for all of them. Never together with `since`.
        days: how many of the chat's days have begun.
        upcoming: the next chat that this reader may come to, or None.
        is_kept: whether it is taken along, as a file or in a private message.
    """

    length: Length = Length.STANDARD
    since: datetime | None = None
    day: int = 0
    days: int = 1
    upcoming: Chat | None = None
    is_kept: bool = False


def blocks(digest: Digest, wanted: Wanted, say: Texts) -> Iterator[str]:
    """A digest's parts, none of them empty."""
    yield _head(digest, wanted, say)
    if not digest.by_theme and (themes := _themes(digest, wanted, say)):
        yield themes
    for told in digest.by_theme:
        yield _theme(told, digest, wanted, say)
    for part in digest.questions:
        if wanted.since is None or part.answers:
            yield _question(part, digest, wanted, say)
    if digest.highlights:
        heading = [say("**Also said**")] if digest.by_theme else []
        yield "\n".join([*heading, *(_quote(quote, digest, wanted, say) for quote in digest.highlights)])
    if wanted.length is Length.GLANCE:
        yield from _glance_rest(digest, say)
    else:
        yield from _links(digest, wanted, say)
        yield from _loose_ends(digest, wanted, say)
        yield from _to_greet(digest, say)
    yield _closing(digest, wanted, say)


def _head(digest: Digest, wanted: Wanted, say: Texts) -> str:
    chat = digest.chat
    messages = say.plural("{count} message", "{count} messages", digest.messages)
    people = say.plural("{count} person", "{count} people", digest.people)
    state = say("over") if chat.state is ChatState.CLOSED else say("still running")
    when = discord.utils.format_dt(chat.starts_at, "F")
    lines = [f"**#{chat.hashtag}: {_line(chat.title)}**"]
    if wanted.day:
        lines += _day(wanted.day, digest, say)
    elif wanted.since is None:
        lines.append(
            say("{when}, {state}. {messages} by {people}.", when=when, state=state, messages=messages, people=people)
        )
    else:
        at = discord.utils.format_dt(wanted.since, "R")
        lines.append(say("Since {at}: {messages} by {people}.", at=at, messages=messages, people=people))
    if chat.thread_id is not None:
        whole = say("The whole chat: {place}", place=_beginning(chat))
        lines.append(whole if wanted.is_kept else f"{say('Only you see this.')} {whole}")
    current = chat.current_question
    if current is None and chat.format is not Format.INFORMAL:
        lines.append(say("No question has been asked yet."))
    elif current is not None and chat.state in RUNNING_STATES and current.asked_at is not None:
        asked = discord.utils.format_dt(current.asked_at, "R")
        lines.append(say("**Now:** Q{number}, asked {when}", number=current.number, when=asked))
    return "\n".join(lines)


def _day(number: int, digest: Digest, say: Texts) -> Iterator[str]:
    day = day_of(digest.chat, number)
    date = say.weekday(day.date)
    if not digest.messages:
        yield say("Day {number} of {count} ({date}): nothing was said.", number=day.number, count=day.of, date=date)
        return
    messages = say.plural("{count} message", "{count} messages", digest.messages)
    people = say.plural("{count} person", "{count} people", digest.people)
    yield say(
        "Day {number} of {count} ({date}): {messages} by {people}.",
        number=day.number,
        count=day.of,
        date=date,
        messages=messages,
        people=people,
    )


def _beginning(chat: Chat) -> str:
    """Where to read all of it; in a channel that is from the opening message on."""
    if chat.opened_by is None:
        return f"<#{chat.thread_id}>"
    return jump_url(chat.guild_id, chat.channel_id, chat.opened_by)


def _themes(digest: Digest, wanted: Wanted, say: Texts) -> str:
    shown = [
        say.plural(
            "{phrase} ({count} person)",
            "{phrase} ({count} people)",
            len(theme.people),
            phrase=escape_plain(theme.phrase),
        )
        for theme in digest.themes[: _THEMES[wanted.length]]
        if len(theme.people) >= MANY
    ]
    return say("**Many spoke of** {themes}", themes=", ".join(shown)) if shown else ""


def _theme(told: ThemeDigest, digest: Digest, wanted: Wanted, say: Texts) -> str:
    people = say.plural("{count} person", "{count} people", len(told.theme.people))
    heading = say("**{phrase}** {people} spoke of it", phrase=escape_plain(told.theme.phrase), people=people)
    return "\n".join([heading, *(_quote(quote, digest, wanted, say) for quote in told.quotes)])


def _question(part: QuestionDigest, digest: Digest, wanted: Wanted, say: Texts) -> str:
    is_glance = wanted.length is Length.GLANCE
    prompt = shorten(part.question.text, _GLANCE_PROMPT if is_glance else _PROMPT_LENGTH)
    heading = f"**Q{part.question.number}. {escape(prompt)}**"
    if not part.answers:
        return "\n".join([heading, say("No answers yet.")])
    answers = say.plural("{count} answer", "{count} answers", part.answers)
    people = say.plural("{count} person", "{count} people", part.people)
    counted = say("{answers} by {people}", answers=answers, people=people)
    lines = [f"{heading} {counted}"] if is_glance else [heading, counted]
    lines += [_quote(quote, digest, wanted, say) for quote in part.quotes]
    more = _more(part, digest, say)
    return "\n".join([*lines, *([more] if more and not is_glance else [])])


def _more(part: QuestionDigest, digest: Digest, say: Texts) -> str:
    rest = part.answers - len(part.quotes)
    thread = digest.chat.thread_of(part.question.number)
    if rest <= 0 or part.question.message_id is None or thread is None:
        return ""
    url = jump_url(digest.chat.guild_id, thread, part.question.message_id)
    # In a thread of its own everything belongs to the question, so it begins at the top.
    where = url if thread == digest.chat.thread_id else url.rpartition("/")[0]
    return f"[{say.plural('{count} more answer', '{count} more answers', rest)}](<{where}>)"


def _quote(quote: Quote, digest: Digest, wanted: Wanted, say: Texts) -> str:
    name = _line(quote.author_name)
    text = under_its_question(quote.text, digest.chat)
    if wanted.length is Length.GLANCE:
        text = shorten(text, _GLANCE_QUOTE)
    line = f"> **{name}**: {escape(text)}{_arrow(digest, quote.message_id)}"
    shown = quote.others[: _OTHERS[wanted.length]]
    if not shown:
        return line
    alike = say.plural(
        "{count} other said something like this", "{count} others said something like this", len(quote.others)
    )
    if digest.chat.thread_id is None:
        return f"{line}\n> -# {alike}"
    links = " ".join(f"[{place}](<{_jump(digest, other)}>)" for place, other in enumerate(shown, start=1))
    return f"{line}\n> -# {alike}: {links}{' …' if len(shown) < len(quote.others) else ''}"


def _links(digest: Digest, wanted: Wanted, say: Texts) -> Iterator[str]:
    if digest.links:
        heading = say.plural("**{count} link was shared**", "**{count} links were shared**", len(digest.links))
        shown = digest.links if wanted.is_kept or wanted.length is Length.FULL else digest.links[:_LINKS]
        left = len(digest.links) - len(shown)
        more = [say.plural("{count} more in the longer digest", "{count} more in the longer digest", left)]
        yield "\n".join([heading, *(_link(link, digest, say) for link in shown), *(more if left else [])])


def _link(link: SharedLink, digest: Digest, say: Texts) -> str:
    names = [_line(name) for name in link.shared_by if name]
    shown = ", ".join(names[:_NAMES_SHOWN]) + (" …" if len(names) > _NAMES_SHOWN else "")
    where = f"Q{link.question}" if link.question else say("aside")
    # Angle brackets keep Discord from unfolding a preview of each address; one too long for a page is only named.
    address = (
        f"<{link.url}>" if len(link.url) <= _ADDRESS_LENGTH else f"{escape_plain(link.url.partition('//')[2][:80])} …"
    )
    about = under_its_question(link.title, digest.chat)
    title = f"{_AT_START.sub(_STANDS, escape(shorten(about, _TITLE_LENGTH)))}: " if about else ""
    return f"- {title}{address} ({where}, {shown}){_arrow(digest, link.message_id)}"


def _loose_ends(digest: Digest, wanted: Wanted, say: Texts) -> Iterator[str]:
    most = _LOOSE_ENDS[wanted.length]
    if digest.unanswered:
        lines = [_quote(one.quote, digest, Wanted(Length.STANDARD), say) for one in digest.unanswered[:most]]
        left = len(digest.unanswered) - len(lines)
        yield "\n".join(
            [say("**Nobody has answered these yet.** Perhaps you can."), *lines, *_left(left, say)],
        )
    if digest.disagreements:
        found = digest.disagreements[:most]
        lines = [_quote(one.quote, digest, Wanted(Length.STANDARD), say) for one in found]
        left = len(digest.disagreements) - len(lines)
        yield "\n".join([say("**Not all agreed**"), *lines, *_left(left, say)])


def _to_greet(digest: Digest, say: Texts) -> Iterator[str]:
    if digest.to_greet:
        names = ", ".join(_line(name) for name in digest.to_greet[:_GREETED])
        yield say("**Say hello to** {names}, who came for the first time", names=names)


def _left(count: int, say: Texts) -> Sequence[str]:
    return [say.plural("{count} more in the chat", "{count} more in the chat", count)] if count else []


def _glance_rest(digest: Digest, say: Texts) -> Iterator[str]:
    if digest.links:
        links = say.plural("{count} link was shared", "{count} links were shared", len(digest.links))
        yield say("{links}; the standard length lists them.", links=links)


def _closing(digest: Digest, wanted: Wanted, say: Texts) -> str:
    lines = []
    if wanted.upcoming is not None and wanted.upcoming.id != digest.chat.id:
        start = wanted.upcoming.starts_at
        lines.append(
            say(
                "**Next:** #{hashtag}: {title}, {start} ({soon}), in your own time",
                hashtag=wanted.upcoming.hashtag,
                title=_line(wanted.upcoming.title),
                start=discord.utils.format_dt(start, "F"),
                soon=discord.utils.format_dt(start, "R"),
            )
        )
    place = f"<#{digest.chat.thread_id or digest.chat.home_id}>"
    if digest.chat.is_open and digest.chat.format is Format.INFORMAL:
        lines.append(say("-# To join in, write in {place}; `/help` tells more.", place=place))
    elif digest.chat.is_open:
        lines.append(
            say("-# To join in, write in {place} or press a question's Answer button; `/help` tells more.", place=place)
        )
    else:
        lines.append(say("-# How to take part next time: `/help`"))
    return "\n".join(lines)


def _arrow(digest: Digest, message_id: int) -> str:
    """The way to a message; what wasn't said in Discord stands nowhere else."""
    return "" if digest.chat.thread_id is None else f" [↗](<{_jump(digest, message_id)}>)"


def _line(name: str) -> str:
    """A name or a title on one line; what came in from a file may have more."""
    return discord.utils.escape_markdown(" ".join(name.split()))


def _jump(digest: Digest, message_id: int) -> str:
    return jump_url(digest.chat.guild_id, digest.thread_of(message_id), message_id)
