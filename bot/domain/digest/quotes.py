"""A message as a quote: verbatim, on one line, cut between words or sentences, and never so that a spoiler opens."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.chat import Chat, Question
from bot.domain.markers import Place, cut_labels, read_markers
from bot.domain.messages import ArchivedMessage

QUOTE_LENGTH = 280

_BEFORE_A_CUT = " ,;:-\u2013\u2014"
# As Discord's app reads it; a backslash or a piece of code can keep a `||` from counting.
_SPOILER = re.compile(r"\|\|.+?\|\|", re.DOTALL)
_SPOILER_DOUBT = re.compile(r"\\\||`")
_CODE_BLOCK = re.compile(r"```.*?(?:```|$)", re.DOTALL)
# Where a hashtag is the room, a reply begins with the names of those it goes to: an address, no part of what is said.
# In the place of a name that may not be shown stands "…".
_HANDLES = re.compile(r"^(?:\.?@(?:\w[\w.\-]*|\u2026)[,:]?\s+)+(?=\S)")
_SENTENCE_END = re.compile(r"(?:[.!?\u2026]+[\"'\u201d\u2019)\]|*_]*\s+|[\u3002\uff01\uff1f]+\s*)")


@dataclass(frozen=True, slots=True)
class Why:
    """What decided for a quote.

    Attributes:
        gain: its value at that moment, compared with every other answer's.
        coverage: how many answers' worth it voiced that no quote before it did.
        own: what it says itself.
        fit: how well its length fits, 0 to 1.
        repeats: how like it is to a quote chosen before it, 0 to 1.
        prior: what its label, reactions and replies multiplied it by.
        shared: the words that tie it to most other answers, the weightiest first.
    """

    gain: float
    coverage: float
    own: float
    fit: float
    repeats: float
    prior: float
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """An answer, or the beginning of one.

    Attributes:
        message_id: leads to the whole.
        author_name: as shown then.
        text: verbatim; cut at a word with `…` if it was long.
        is_cut: whether it was cut.
        others: messages by other people, one each, that say something like it, the most like first.
        why: what decided for it, in plain figures; None where nothing was to be decided.
    """

    message_id: int
    author_name: str
    text: str
    is_cut: bool
    others: tuple[int, ...] = ()
    why: Why | None = None


def quote(message: ArchivedMessage, limit: int = QUOTE_LENGTH, worth: Callable[[str], float] | None = None) -> Quote:
    """A message as a quote: verbatim, on one line, cut if it is longer than `limit` characters or holds a code block.

    The handles (`@name`) with which a reply begins are left out; the reply leads there.

    Args:
        message: what to quote.
        limit: how many characters may be shown, the signs for what is left out not counted.
        worth: of a part of the text; the best run of whole sentences is shown. Without it, the beginning.
    """
    line = " ".join((message.text or "").split())
    if message.reply_to_id is not None:
        line = _HANDLES.sub("", line)
    text = excerpt(line, limit, worth) if worth else shorten(line, limit)
    return Quote(message.id, message.author_name, text, is_cut=text != line)


def excerpt(line: str, limit: int, worth: Callable[[str], float]) -> str:
    """The run of whole sentences that is worth most, with `…` where something is left out.

    A text that is short enough stands whole unless it holds a code block, which is nothing to read on one line. Where
    no sentence is short enough, the text's beginning is cut at a word.
    """
    blocks = [match.span() for match in _CODE_BLOCK.finditer(line)]
    if len(line) <= limit and not blocks:
        return line
    best: tuple[float, int] | None = None
    found = ""
    for start, end in _runs(line, limit, (*blocks, *spoilers(line))):
        part = line[start:end].strip()
        value = (worth(part), -start)
        if part and (best is None or value > best):
            best = value
            found = ("\u2026 " if start else "") + part + (" \u2026" if end < len(line) else "")
    return found or shorten(line, limit)


def _runs(line: str, limit: int, closed: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where runs of sentences of at most `limit` characters begin and end; none begins or ends within a closed part.

    A code block belongs to no run; a spoiler may, as a whole.
    """
    code = {match.span() for match in _CODE_BLOCK.finditer(line)}
    ends = {match.end() for match in _SENTENCE_END.finditer(line)} | {len(line)}
    for start, end in code:
        ends |= {start, end}
    cuts = sorted({0} | {at for at in ends if not any(start < at < end for start, end in closed)})
    runs = []
    for first, start in enumerate(cuts):
        for end in cuts[first + 1 :]:
            if end - start > limit + 1 or any(start <= opened < end for opened, _ in code):
                break
            if len(line[start:end].rstrip()) <= limit:
                runs.append((start, end))
    return runs


def shorten(text: str, limit: int) -> str:
    """A text of one line, cut at a word and ended with `…` if it is longer than `limit` characters.

    A cut never opens a spoiler: if it falls inside one, the text ends before it, even if only `…` is left.
    """
    if len(text) <= limit:
        return text
    # A word that ends right at the limit is whole.
    head = text[: limit + 1].rpartition(" ")[0]
    # Some languages write without spaces; an address is of no use in part.
    if len(head) < limit // 2 and "://" not in text[len(head) : limit]:
        head = text[:limit]
    for start, end in spoilers(text):
        if start < len(head) < end:
            head = text[:start]
    trimmed = head.rstrip(_BEFORE_A_CUT)
    return f"{trimmed} …".strip()


def spoilers(text: str) -> tuple[tuple[int, int], ...]:
    """Where the hidden parts of a text begin and end, their `||` included.

    What could be read in two ways is hidden from its first `||` to its last: rather too much than too little.
    """
    if text.count("||") % 2 or _SPOILER_DOUBT.search(text):
        first, last = text.find("||"), text.rfind("||")
        return ((first, last + 2),) if last >= first + 2 else ()
    return tuple(match.span() for match in _SPOILER.finditer(text))


def under_its_question(text: str, chat: Chat) -> str:
    """An answer without its label and the chat's hashtag at either end, which a digest says already.

    The label is taken with the handles before it (`@host A1:`). All else is verbatim.
    """
    count = len(chat.questions)
    tidy = _untagged(text, chat)
    markers = read_markers(tidy, count)
    if len(markers) == 1 and markers[0].place in {Place.START, Place.END}:
        is_addressed = (handles := _HANDLES.match(tidy)) is not None and handles.end() == markers[0].start
        tidy = cut_labels(tidy, count)
        tidy = _untagged(_HANDLES.sub("", tidy) if is_addressed else tidy, chat)
    return tidy or text


def bare_prompt(question: Question, chat: Chat) -> str:
    """A question on one line, without its own label and the chat's hashtag at either end, as they come with files.

    All else is verbatim.
    """
    tidy = _untagged(" ".join(question.text.split()), chat)
    markers = read_markers(tidy, len(chat.questions))
    if len(markers) == 1 and markers[0].place is Place.START and markers[0].number == question.number:
        tidy = cut_labels(tidy, len(chat.questions))
    return tidy or question.text


def _untagged(text: str, chat: Chat) -> str:
    tag = re.escape(f"#{chat.hashtag}")
    return re.sub(rf"^(?:{tag}\b[\s:,]*)+|(?:\s*{tag})+\s*$", "", text, flags=re.IGNORECASE)
