"""A round-up in Discord: each chat in a few lines, with the way to it, and how to have more or no more of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord

from bot.domain.digest import MANY, Digest, Quote, shorten, under_its_question
from bot.domain.messages import jump_url
from bot.domain.roundup import Every, Roundup
from bot.ui.digest.prose import escape, escape_plain
from bot.ui.texts import Texts

# A message holds 4,000 characters, and one that is read is shorter.
_LENGTH = 3_400
_QUOTES = 2
_QUOTE_LENGTH = 160
_THEMES = 3


def texts(roundup: Roundup, digests: Sequence[Digest], say: Texts) -> list[str]:
    """Its texts, at most 4,000 characters together; what doesn't fit is counted."""
    heading = say("**The week's chats**") if roundup.every is Every.WEEK else say("**The month's chats**")
    found = [heading]
    for place, digest in enumerate(digests):
        block = brief(digest, say)
        if sum(map(len, found)) + len(block) > _LENGTH:
            found.append(say("{count} more: `/chats` lists them.", count=len(digests) - place))
            break
        found.append(block)
    if not digests:
        found.append(say("What was said here was taken back."))
    if roundup.person_id:
        found.append(say("-# You asked for this. `/roundup send-me` changes it."))
    return found


def brief(digest: Digest, say: Texts) -> str:
    """A chat in a few lines: when it was, how many people spoke, of what, and one or two of their sentences."""
    return "\n".join(_lines(digest, say))


def _lines(digest: Digest, say: Texts) -> Iterator[str]:
    chat = digest.chat
    title = f"**#{chat.hashtag}: {discord.utils.escape_markdown(chat.title)}**"
    messages = say.plural("{count} message", "{count} messages", digest.messages)
    people = say.plural("{count} person", "{count} people", digest.people)
    day = discord.utils.format_dt(chat.starts_at, "D")
    where = f", <#{chat.thread_id}>" if chat.thread_id else ""
    yield say("{title}, {day}: {messages} by {people}", title=title, day=day, messages=messages, people=people) + where
    themes = [escape_plain(theme.phrase) for theme in digest.themes[:_THEMES] if len(theme.people) >= MANY]
    if themes:
        yield say("Many spoke of {themes}.", themes=", ".join(themes))
    for label, quote in _quotes(digest):
        text = escape(shorten(under_its_question(quote.text, chat), _QUOTE_LENGTH))
        link = jump_url(chat.guild_id, digest.thread_of(quote.message_id), quote.message_id)
        arrow = f" [↗](<{link}>)" if chat.thread_id is not None else ""
        name = discord.utils.escape_markdown(quote.author_name)
        yield f"> {label}**{name}**: {text}{arrow}"


def _quotes(digest: Digest) -> Iterator[tuple[str, Quote]]:
    """The first quotes of the liveliest questions, or of what most people spoke of; each with what it stands under."""
    if not digest.questions:
        told = [quote for theme in digest.by_theme for quote in theme.quotes[:1]]
        yield from (("", quote) for quote in [*told, *digest.highlights][:_QUOTES])
        return
    liveliest = sorted(digest.questions, key=lambda part: (-part.answers, part.question.number))[:_QUOTES]
    for part in sorted(liveliest, key=lambda part: part.question.number):
        yield from ((f"Q{part.question.number} ", quote) for quote in part.quotes[:1])
