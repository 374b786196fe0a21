"""A digest's parts in the order in which a reader, or a screen reader, needs them; quotes verbatim, each with its link.

Each part is a block of lines. What is left out is counted, with the way to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.domain.digest import (
    Digest,
    Length,
    QuestionDigest,
    Quote,
    ThemeDigest,
    bare_prompt,
    shorten,
    under_its_question,
)
from bot.domain.links import SharedLink
from bot.ui.digest.frame import arrow, closing, head, jump, on_one_line, themes, way_to_all
from bot.ui.digest.glance import glance
from bot.ui.digest.prose import escape, escape_plain
from bot.ui.digest.wanted import Wanted
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
_OTHERS = {Length.STANDARD: 3, Length.FULL: 10}
_LOOSE_ENDS = {Length.STANDARD: 3, Length.FULL: 10}


def blocks(digest: Digest, wanted: Wanted, say: Texts) -> Iterator[str]:
    """A digest's parts, none of them empty."""
    if wanted.length is Length.GLANCE:
        yield from glance(digest, wanted, say)
        return
    yield head(digest, wanted, say)
    if not digest.by_theme and (told := themes(digest, say)):
        yield told
    for strand in digest.by_theme:
        yield _theme(strand, digest, wanted, say)
    for part in digest.questions:
        if wanted.since is None or part.answers:
            yield _question(part, digest, wanted, say)
    if digest.highlights:
        heading = [say("**Also said**")] if digest.by_theme else []
        yield "\n".join([*heading, *(_quote(quote, digest, wanted, say) for quote in digest.highlights)])
    yield from _links(digest, wanted, say)
    yield from _loose_ends(digest, wanted, say)
    yield from _to_greet(digest, say)
    yield closing(digest, wanted, say)


def _theme(told: ThemeDigest, digest: Digest, wanted: Wanted, say: Texts) -> str:
    people = say.plural("{count} person", "{count} people", len(told.theme.people))
    heading = say("**{phrase}** {people} spoke of it", phrase=escape_plain(told.theme.phrase), people=people)
    return "\n".join([heading, *(_quote(quote, digest, wanted, say) for quote in told.quotes)])


def _question(part: QuestionDigest, digest: Digest, wanted: Wanted, say: Texts) -> str:
    prompt = shorten(bare_prompt(part.question, digest.chat), _PROMPT_LENGTH)
    heading = f"**Q{part.question.number}. {escape(prompt)}**"
    if not part.answers:
        return "\n".join([heading, say("No answers yet.")])
    answers = say.plural("{count} answer", "{count} answers", part.answers)
    people = say.plural("{count} person", "{count} people", part.people)
    counted = say("{answers} by {people}", answers=answers, people=people)
    lines = [heading, counted, *(_quote(quote, digest, wanted, say) for quote in part.quotes)]
    rest = part.answers - len(part.quotes)
    if way := way_to_all(part, digest) if rest > 0 else "":
        more = say.plural("{count} more answer", "{count} more answers", rest) if part.quotes else say("Read them")
        lines.append(f"[{more}](<{way}>)")
    return "\n".join(lines)


def _quote(quote: Quote, digest: Digest, wanted: Wanted, say: Texts) -> str:
    name = on_one_line(quote.author_name)
    text = under_its_question(quote.text, digest.chat)
    line = f"> **{name}**: {escape(text)}{arrow(digest, quote.message_id)}"
    shown = quote.others[: _OTHERS[wanted.length]]
    if not shown:
        return line
    alike = say.plural(
        "{count} other said something like this", "{count} others said something like this", len(quote.others)
    )
    if digest.chat.thread_id is None:
        return f"{line}\n> -# {alike}"
    if len(quote.others) == 1:
        return f"{line}\n> -# [{alike}](<{jump(digest, shown[0])}>)"
    links = " ".join(f"[{place}](<{jump(digest, other)}>)" for place, other in enumerate(shown, start=1))
    return f"{line}\n> -# {alike}: {links}{' …' if len(shown) < len(quote.others) else ''}"


def _links(digest: Digest, wanted: Wanted, say: Texts) -> Iterator[str]:
    if digest.links:
        heading = say.plural("**{count} link was shared**", "**{count} links were shared**", len(digest.links))
        shown = digest.links if wanted.is_kept or wanted.length is Length.FULL else digest.links[:_LINKS]
        left = len(digest.links) - len(shown)
        more = [say.plural("{count} more in the longer digest", "{count} more in the longer digest", left)]
        yield "\n".join([heading, *(_link(link, digest, say) for link in shown), *(more if left else [])])


def _link(link: SharedLink, digest: Digest, say: Texts) -> str:
    names = [on_one_line(name) for name in link.shared_by if name]
    shown = ", ".join(names[:_NAMES_SHOWN]) + (" …" if len(names) > _NAMES_SHOWN else "")
    where = f"Q{link.question}" if link.question else say("aside")
    # Angle brackets keep Discord from unfolding a preview of each address; one too long for a page is only named.
    address = (
        f"<{link.url}>" if len(link.url) <= _ADDRESS_LENGTH else f"{escape_plain(link.url.partition('//')[2][:80])} …"
    )
    about = under_its_question(link.title, digest.chat)
    title = f"{_AT_START.sub(_STANDS, escape(shorten(about, _TITLE_LENGTH)))}: " if about else ""
    return f"- {title}{address} ({where}, {shown}){arrow(digest, link.message_id)}"


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
        names = ", ".join(on_one_line(name) for name in digest.to_greet[:_GREETED])
        yield say("**Say hello to** {names}, who came for the first time", names=names)


def _left(count: int, say: Texts) -> Sequence[str]:
    return [say.plural("{count} more in the chat", "{count} more in the chat", count)] if count else []
