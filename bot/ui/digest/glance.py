"""A digest at a glance: one quote a question, as much as a phone shows without scrolling.

A phone of 390 by 844 points shows about 34 characters in a line of Discord, and about 30 lines. The title and how
things stand take five or six of them, links and the end four; the rest is for the questions: a line each for the
question and two for the quote, or more where there are fewer questions.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.chat import RUNNING_STATES
from bot.domain.digest import Digest, Quote, bare_prompt, shorten, under_its_question
from bot.ui.digest.frame import arrow, closing, on_one_line, short_head, themes, way_to_all
from bot.ui.digest.prose import escape, escape_plain
from bot.ui.digest.wanted import Wanted
from bot.ui.texts import Texts

# Of 34 signs a few are lost where a word doesn't fit any more.
_LINE = 31
# By how many there are, from one to four.
_ROOM = {1: (2, 4), 2: (2, 4), 3: (2, 3), 4: (1, 3)}
_LEAST_ROOM = (1, 2)
_THEMES = 3
_LONGEST_NAME = 20
_SHORTEST_QUOTE = 24


def glance(digest: Digest, wanted: Wanted, say: Texts) -> Iterator[str]:
    """Its parts, none of them empty; all questions are one, since each space between parts costs a line."""
    yield short_head(digest, wanted, say)
    # Who comes late to a chat wants to know where it stands; whoever comes when it is over, what it was about.
    if not digest.by_theme and digest.chat.state not in RUNNING_STATES and (told := themes(digest, say, _THEMES)):
        yield told
    lines = list(_by_theme(digest, say) if digest.by_theme or digest.highlights else _by_question(digest, wanted, say))
    if lines:
        yield "\n".join(lines)
    end = []
    if digest.links:
        links = say.plural("{count} link was shared", "{count} links were shared", len(digest.links))
        end.append(say("{links}: listed in the standard length", links=links))
    yield "\n".join([*end, closing(digest, wanted, say)])


def _by_question(digest: Digest, wanted: Wanted, say: Texts) -> Iterator[str]:
    parts = [part for part in digest.questions if wanted.since is None or part.answers]
    prompt_lines, quote_lines = _room(len(parts))
    for part in parts:
        label = f"Q{part.question.number}. "
        prompt = shorten(bare_prompt(part.question, digest.chat), prompt_lines * _LINE - len(label))
        yield f"**{label}{escape(prompt)}**"
        rest, way = part.answers - len(part.quotes[:1]), way_to_all(part, digest)
        if not part.answers:
            yield say("No answers yet.")
        elif not part.quotes:
            answers = say.plural("{count} answer", "{count} answers", part.answers)
            yield f"[{answers}](<{way}>)" if way else answers
        else:
            more = say("{count} more", count=rest) if rest and way else ""
            line = _quote(part.quotes[0], digest, quote_lines * _LINE - len(more))
            yield f"{line} [{more}](<{way}>)" if more else line


def _by_theme(digest: Digest, say: Texts) -> Iterator[str]:
    shown = [told for told in digest.by_theme if told.quotes]
    _, quote_lines = _room(len(shown) + bool(digest.highlights))
    for told in shown:
        people = say.plural("{count} person", "{count} people", len(told.theme.people))
        yield f"**{escape_plain(told.theme.phrase)}** ({people})"
        yield _quote(told.quotes[0], digest, quote_lines * _LINE)
    if digest.highlights:
        yield from [say("**Also said**")] if shown else []
        yield _quote(digest.highlights[0], digest, quote_lines * _LINE)


def _room(parts: int) -> tuple[int, int]:
    """How many lines a question and its quote have."""
    return _ROOM.get(parts, _LEAST_ROOM)


def _quote(quote: Quote, digest: Digest, length: int) -> str:
    name = shorten(quote.author_name, _LONGEST_NAME)
    # The colon, the arrow and the spaces take six signs.
    text = shorten(under_its_question(quote.text, digest.chat), max(length - len(name) - 6, _SHORTEST_QUOTE))
    return f"{on_one_line(name)}: {escape(text)}{arrow(digest, quote.message_id)}"
