"""A digest as pages for one reader: short, in the order in which a screen reader reads it, quotes verbatim."""

from __future__ import annotations

import re
from collections.abc import Iterable

import discord

from bot.domain.chat import ChatState
from bot.domain.digest import Digest, QuestionDigest, Quote, shorten, spoilers
from bot.domain.links import SharedLink
from bot.domain.messages import jump_url
from bot.ui.texts import Texts

# Discord allows 2,000 characters in a message; the page line comes on top of what is gathered here.
PAGE_LENGTH = 1_900
_PROMPT_LENGTH = 300
_NAMES_SHOWN = 3
_ADDRESS_LENGTH = 1_000

# An address in angle brackets ends there, whatever sign comes next, and an emoji's name may hold a `_`. What is
# between brackets is escaped too, which discord.py's own helper leaves as it is.
_SIGN = re.compile(
    r"(?P<kept><https?://[^\s<>|]+>|<a?:\w+:\d+>|<[@#][&!]?\d+>)"
    r"|(?P<url>https?://[^\s<>|]*[^\s<>|*_~`\\\[\]().,:;!?\"'])|[\\_*~`|\[\]]",
    re.IGNORECASE,
)


def pages(digest: Digest, say: Texts) -> list[str]:
    """The pages of a digest, at least one, each at most 2,000 characters."""
    blocks = [_head(digest, say)]
    blocks += [_question(part, digest, say) for part in digest.questions]
    if digest.links:
        blocks += list(_links(digest.links, digest, say))
    filled = list(_fill(blocks))
    if len(filled) == 1:
        return filled
    return [
        f"{page}\n" + say("-# Page {page} of {pages}", page=number, pages=len(filled))
        for number, page in enumerate(filled, start=1)
    ]


def _fill(blocks: Iterable[str]) -> Iterable[str]:
    page = ""
    for block in _in_pieces(blocks):
        if page and len(page) + len(block) + 2 > PAGE_LENGTH:
            yield page
            page = ""
        page = f"{page}\n\n{block}" if page else block
    if page:
        yield page


def _in_pieces(blocks: Iterable[str]) -> Iterable[str]:
    """The blocks; one too long for a page is broken between its lines, never in a quote or an address."""
    for block in blocks:
        if len(block) <= PAGE_LENGTH:
            yield block
        else:
            yield from block.split("\n")


def _head(digest: Digest, say: Texts) -> str:
    chat = digest.chat
    title = f"**#{chat.hashtag}: {discord.utils.escape_markdown(chat.title)}**"
    when = discord.utils.format_dt(chat.starts_at, "F")
    state = say("over") if chat.state is ChatState.CLOSED else say("still running")
    messages = say.plural("{count} message", "{count} messages", digest.messages)
    people = say.plural("{count} person", "{count} people", digest.people)
    lines = [
        title,
        say(
            "{when}, {state}. {messages} by {people}.",
            when=when,
            state=state,
            messages=messages,
            people=people,
        ),
    ]
    if chat.thread_id is not None:
        lines.append(say("Only you see this. The whole chat: <#{thread}>", thread=chat.thread_id))
    if not digest.questions:
        lines.append(say("No question has been asked yet."))
    return "\n".join(lines)


def _question(part: QuestionDigest, digest: Digest, say: Texts) -> str:
    prompt = shorten(part.question.text, _PROMPT_LENGTH)
    answers = say.plural("{count} answer", "{count} answers", part.answers)
    people = say.plural("{count} person", "{count} people", part.people)
    lines = [f"**Q{part.question.number}. {escape(prompt)}**"]
    if not part.answers:
        return "\n".join([*lines, say("No answers yet.")])
    lines.append(say("{answers} by {people}", answers=answers, people=people))
    lines += [_quote(quote, digest) for quote in part.quotes]
    rest = part.answers - len(part.quotes)
    thread = digest.chat.thread_of(part.question.number)
    if rest > 0 and part.question.message_id is not None and thread is not None:
        # In a thread of its own everything belongs to the question, so it begins at the top.
        url = jump_url(digest.chat.guild_id, thread, part.question.message_id)
        if thread != digest.chat.thread_id:
            url = url.rpartition("/")[0]
        more = say.plural("{count} more answer", "{count} more answers", rest)
        lines.append(f"[{more}](<{url}>)")
    return "\n".join(lines)


def _quote(quote: Quote, digest: Digest) -> str:
    name = discord.utils.escape_markdown(quote.author_name)
    url = jump_url(digest.chat.guild_id, quote.thread_id, quote.message_id)
    return f"> **{name}**: {escape(quote.text)} [↗](<{url}>)"


def _links(links: tuple[SharedLink, ...], digest: Digest, say: Texts) -> Iterable[str]:
    heading = say.plural("**{count} link was shared**", "**{count} links were shared**", len(links))
    lines = [_link(link, digest, say) for link in links]
    block = heading
    for line in lines:
        if len(block) + len(line) + 1 > PAGE_LENGTH:
            yield block
            block = line
        else:
            block += f"\n{line}"
    yield block


def _link(link: SharedLink, digest: Digest, say: Texts) -> str:
    names = [discord.utils.escape_markdown(name) for name in link.shared_by if name]
    shown = ", ".join(names[:_NAMES_SHOWN]) + (" …" if len(names) > _NAMES_SHOWN else "")
    where = f"Q{link.question}" if link.question else say("aside")
    jump = jump_url(digest.chat.guild_id, link.thread_id, link.message_id)
    # Angle brackets keep Discord from unfolding a preview of each address; one too long for a page is only named.
    address = f"<{link.url}>" if len(link.url) <= _ADDRESS_LENGTH else f"{_escape(link.url.partition('//')[2][:80])} …"
    return f"- {address} ({where}, {shown}) [↗](<{jump}>)"


def escape(text: str) -> str:
    """A person's words as they stand, so that a cut `**` can't reach beyond the quote; spoilers stay spoilers."""
    pieces, done = [], 0
    for start, end in spoilers(text):
        pieces += [_escape(text[done:start]), f"||{_escape(text[start + 2 : end - 2])}||"]
        done = end
    return "".join([*pieces, _escape(text[done:])])


def _escape(text: str) -> str:
    return _SIGN.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    if match["url"]:
        return f"<{match['url']}>"
    return match["kept"] or f"\\{match[0]}"
