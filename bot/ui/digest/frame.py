"""What stands around a digest's quotes: which chat it is and how far it is, what comes next, and how to join in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import discord

from bot.domain.chat import Chat, ChatState
from bot.domain.digest import MANY, Digest, Length, QuestionDigest, day_of
from bot.domain.manner import Format
from bot.domain.messages import jump_url
from bot.ui.digest.prose import escape_plain
from bot.ui.digest.standing import next_lines, now_lines
from bot.ui.digest.wanted import Wanted
from bot.ui.texts import Texts

_PROMPT_LENGTH = 300
THEMES_SHOWN = 5
# What would end a link's text early, or keep Discord from making it a link.
_NO_LINK = re.compile(r"[\[\]]|://")


def head(digest: Digest, wanted: Wanted, say: Texts) -> str:
    """Which chat it is, when it was, how many spoke, where it all is, and what is going on now."""
    chat = digest.chat
    lines = [f"**{_title(chat)}**", counted(digest, wanted, say, discord.utils.format_dt(chat.starts_at, "F"))]
    if chat.thread_id is not None:
        whole = say("The whole chat: {place}", place=_beginning(chat))
        lines.append(whole if wanted.is_kept else f"{say('Only you see this.')} {whole}")
    lines += now_lines(digest, say, prompt_length=_PROMPT_LENGTH, counts=wanted.is_whole)
    return "\n".join([*lines, *_coming(wanted, say)])


def short_head(digest: Digest, wanted: Wanted, say: Texts) -> str:
    """The same in as few lines as hold it; the title leads to the chat."""
    chat = digest.chat
    title = f"**{_title(chat)}**"
    if chat.thread_id is not None and not _NO_LINK.search(chat.title):
        place = f"https://discord.com/channels/{chat.guild_id}/{chat.thread_id}"
        title = f"**[{_title(chat)}](<{place if chat.opened_by is None else _beginning(chat)}>)**"
    lines = [title, counted(digest, wanted, say, discord.utils.format_dt(chat.starts_at, "f"))]
    lines += now_lines(digest, say, prompt_length=0, counts=wanted.is_whole)
    return "\n".join([*lines, *_coming(wanted, say)])


def counted(digest: Digest, wanted: Wanted, say: Texts, when: str) -> str:
    """Of which part of the chat it tells, and how much was said there.

    Args:
        digest: the digest.
        wanted: what the reader asked for.
        say: their language.
        when: when the chat began, as Discord shows it.
    """
    messages = say.plural("{count} message", "{count} messages", digest.messages)
    people = say.plural("{count} person", "{count} people", digest.people)
    if wanted.day:
        day = day_of(digest.chat, wanted.day)
        facts = {"number": day.number, "count": day.of, "date": say.weekday(day.date)}
        if not digest.messages:
            return say("Day {number} of {count} ({date}): nothing was said.", **facts)
        return say(
            "Day {number} of {count} ({date}): {messages} by {people}.", messages=messages, people=people, **facts
        )
    if wanted.since is not None:
        at = discord.utils.format_dt(wanted.since, "R")
        if not digest.messages:
            return say("Since {at}: nothing new was said.", at=at)
        return say("Since {at}: {messages} by {people}.", at=at, messages=messages, people=people)
    state = say("over") if digest.chat.state is ChatState.CLOSED else say("still running")
    return say("{when}, {state}. {messages} by {people}.", when=when, state=state, messages=messages, people=people)


def _title(chat: Chat) -> str:
    return f"#{chat.hashtag}: {on_one_line(chat.title)}"


def _beginning(chat: Chat) -> str:
    """Where to read all of it; in a channel that is from the opening message on."""
    if chat.opened_by is None:
        return f"<#{chat.thread_id}>"
    return jump_url(chat.guild_id, chat.channel_id, chat.opened_by)


def _coming(wanted: Wanted, say: Texts) -> Iterator[str]:
    # What is kept is read when that is long past.
    if wanted.lane is not None and not wanted.is_kept:
        yield from next_lines(wanted.lane, say)


def themes(digest: Digest, say: Texts, most: int = THEMES_SHOWN) -> str:
    """The phrases that many people used; empty if there are none."""
    shown = [
        say.plural(
            "{phrase} ({count} person)",
            "{phrase} ({count} people)",
            len(theme.people),
            phrase=escape_plain(theme.phrase),
        )
        for theme in digest.themes[:most]
        if len(theme.people) >= MANY
    ]
    return say("**Many spoke of** {themes}", themes=", ".join(shown)) if shown else ""


def way_to_all(part: QuestionDigest, digest: Digest) -> str:
    """The address from which on all answers to a question can be read; empty if there is none."""
    thread = digest.chat.thread_of(part.question.number)
    if part.question.message_id is None or thread is None:
        return ""
    url = jump_url(digest.chat.guild_id, thread, part.question.message_id)
    # In a thread of its own everything belongs to the question, so it begins at the top.
    return url if thread == digest.chat.thread_id else url.rpartition("/")[0]


def jump(digest: Digest, message_id: int) -> str:
    """The address of a message."""
    return jump_url(digest.chat.guild_id, digest.thread_of(message_id), message_id)


def arrow(digest: Digest, message_id: int) -> str:
    """The way to a message; what wasn't said in Discord stands nowhere else."""
    return "" if digest.chat.thread_id is None else f" [\u2197](<{jump(digest, message_id)}>)"


def on_one_line(name: str) -> str:
    """A name or a title on one line; what came in from a file may have more."""
    return discord.utils.escape_markdown(" ".join(name.split()))


def closing(digest: Digest, wanted: Wanted, say: Texts) -> str:
    """When the next chat is, and how to take part."""
    lines = []
    if wanted.upcoming is not None and wanted.upcoming.id != digest.chat.id:
        lines.append(_upcoming(wanted.upcoming, say, is_short=wanted.length is Length.GLANCE))
    place = f"<#{digest.chat.thread_id or digest.chat.home_id}>"
    if digest.chat.is_open and wanted.length is Length.GLANCE:
        lines.append(say("-# How to join in: `/help`"))
    elif digest.chat.is_open and digest.chat.format is Format.INFORMAL:
        lines.append(say("-# To join in, write in {place}; `/help` tells more.", place=place))
    elif digest.chat.is_open:
        lines.append(
            say("-# To join in, write in {place} or press a question's Answer button; `/help` tells more.", place=place)
        )
    else:
        lines.append(say("-# How to take part next time: `/help`"))
    return "\n".join(lines)


def _upcoming(chat: Chat, say: Texts, *, is_short: bool) -> str:
    facts = {"hashtag": chat.hashtag, "soon": discord.utils.format_dt(chat.starts_at, "R")}
    if is_short:
        return say("**Next:** #{hashtag}, {start} ({soon})", start=discord.utils.format_dt(chat.starts_at), **facts)
    return say(
        "**Next:** #{hashtag}: {title}, {start} ({soon}), in your own time",
        title=on_one_line(chat.title),
        start=discord.utils.format_dt(chat.starts_at, "F"),
        **facts,
    )
