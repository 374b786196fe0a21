"""What a newcomer reads instead of the whole chat: per question three real quotes by three people, and the links.

The choice is a greedy maximum coverage of the words that many answers use (Nemhauser, Wolsey & Fisher 1978),
weighted by how readable a quote's length is; it is deterministic and takes no name, only ids, into account.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.chat import Chat, Question
from bot.domain.links import SharedLink, collect_links
from bot.domain.markers import read_labels
from bot.domain.messages import ArchivedMessage, ChatRecord

QUOTES_PER_QUESTION = 3
QUOTE_LENGTH = 280
# A quote of 60 to 280 characters reads well on a phone; outside it is worth less, below 15 it says nothing.
_SHORTEST, _READABLE = 15, 60

_WORD = re.compile(r"[^\W\d_]{3,}")
_BEFORE_A_CUT = " ,;:-\u2013\u2014"
# As Discord's app reads it; a backslash or a piece of code can keep a `||` from counting.
_SPOILER = re.compile(r"\|\|.+?\|\|", re.DOTALL)
_SPOILER_DOUBT = re.compile(r"\\\||`")
_NOISE = re.compile(r"https?://\S+|<[@#:][^>]+>|[@#]\w+")


@dataclass(frozen=True, slots=True)
class Quote:
    """An answer, or the beginning of one.

    Attributes:
        message_id: leads to the whole.
        author_name: as shown then.
        text: verbatim; cut at a word with `…` if it was long.
        is_cut: whether it was cut.
    """

    message_id: int
    author_name: str
    text: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class QuestionDigest:
    """One question's part of a digest.

    Attributes:
        question: the prompt.
        answers: how many messages stand under it.
        people: how many people wrote them.
        quotes: at most three, by different people.
    """

    question: Question
    answers: int
    people: int
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """A chat in brief.

    Attributes:
        chat: the chat.
        messages: how many messages people wrote, those without a question included.
        people: how many people wrote them.
        questions: one entry for each question that was asked.
        links: every address shared.
    """

    chat: Chat
    messages: int
    people: int
    questions: tuple[QuestionDigest, ...]
    links: tuple[SharedLink, ...]


def make_digest(record: ChatRecord, quotes: int = QUOTES_PER_QUESTION) -> Digest:
    """The digest of what the archive holds now; questions not yet asked are left out."""
    said = [message for message in record.messages if not message.by_machine and not message.is_deleted]
    parts = []
    quoted: Counter[int] = Counter()
    for question in record.chat.questions:
        if question.message_id is None:
            continue
        answers = [m for m in said if question.number in m.questions]
        chosen = choose_answers(answers, quotes, quoted, len(record.chat.questions))
        quoted.update(message.author_id for message in chosen)
        parts.append(
            QuestionDigest(
                question,
                answers=len(answers),
                people=len({m.author_id for m in answers}),
                quotes=tuple(quote(m) for m in chosen),
            )
        )
    people = len({m.author_id for m in said})
    return Digest(record.chat, len(said), people, tuple(parts), collect_links(said))


def choose_answers(
    answers: Sequence[ArchivedMessage], count: int, quoted: Counter[int], question_count: int
) -> list[ArchivedMessage]:
    """Up to `count` answers by different people that together say most of what was said, in order of time.

    Args:
        answers: all that stand under the question.
        count: how many to choose.
        quoted: how often each person was quoted under earlier questions; who was, waits behind the others.
        question_count: for telling a label from the text behind it.
    """
    readable = [m for m in answers if m.is_readable and len(_bare(m.text or "")) >= _SHORTEST]
    words = {m.id: _words(m.text or "") for m in readable}
    spread = Counter(word for found in words.values() for word in found)
    chosen: list[ArchivedMessage] = []
    covered: set[str] = set()
    while len(chosen) < count:
        taken = {m.author_id for m in chosen}
        rest = [m for m in readable if m.author_id not in taken]
        if not rest:
            break
        best = max(rest, key=lambda m: (_worth(m, words[m.id] - covered, spread, quoted, question_count), -m.id))
        chosen.append(best)
        covered |= words[best.id]
    return sorted(chosen, key=lambda m: m.id)


def _worth(
    message: ArchivedMessage,
    fresh: Iterable[str],
    spread: Counter[str],
    quoted: Counter[int],
    question_count: int,
) -> float:
    # A word that others use too stands for a strand of the talk; one that only its author uses adds little.
    # fsum: the words come in no order, and a sum that depended on it would choose differently on another day.
    coverage = math.fsum(math.log(1 + spread[word]) for word in fresh)
    bare = _bare(message.text or "")
    length = min(len(bare) / _READABLE, 1.0) * min(QUOTE_LENGTH / len(bare), 1.0)
    liked = 1 + 0.1 * math.log1p(message.replies + sum(count for _, count in message.reactions))
    labelled = 1.15 if read_labels(message.text or "", question_count) else 1.0
    # Of two asides the one without a question mark answers the prompt rather than another person.
    asks = 0.7 if bare.endswith("?") else 1.0
    return coverage * length * liked * labelled * asks / (1 + quoted[message.author_id])


def _bare(text: str) -> str:
    return " ".join(_NOISE.sub(" ", text).split())


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(_bare(text)))


def quote(message: ArchivedMessage, limit: int = QUOTE_LENGTH) -> Quote:
    """A message as a quote: verbatim, on one line, cut at a word if it is longer than `limit` characters."""
    text = " ".join((message.text or "").split())
    return Quote(message.id, message.author_name, shorten(text, limit), is_cut=len(text) > limit)


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
    trimmed = head.rstrip(" ,;:-\u2013\u2014")
    return f"{trimmed} …".strip()


def spoilers(text: str) -> tuple[tuple[int, int], ...]:
    """Where the hidden parts of a text begin and end, their `||` included.

    What could be read in two ways is hidden from its first `||` to its last: rather too much than too little.
    """
    if text.count("||") % 2 or _SPOILER_DOUBT.search(text):
        first, last = text.find("||"), text.rfind("||")
        return ((first, last + 2),) if last >= first + 2 else ()
    return tuple(match.span() for match in _SPOILER.finditer(text))
