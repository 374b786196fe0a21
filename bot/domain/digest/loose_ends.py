"""Where a newcomer can join in: questions of participants that nobody replied to, and where people disagreed.

Both are told by plain signs (a question mark at a sentence's end, a phrase of disagreeing), so that nothing is read
into anybody's words; English phrases only. What these signs miss is missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress

from bot.domain.digest.memory import Memory, by_text
from bot.domain.digest.quotes import Quote, quote
from bot.domain.digest.small_talk import PASSED_ON, is_about_the_hour
from bot.domain.digest.words import EMPTY_WORDS, QUESTION_SIGNS, bare, content_stems, plain, question_at_end, words
from bot.domain.messages import ArchivedMessage

_FEWEST_WORDS = 5
_FEWEST_STEMS = 2
# "A2: might it be the chairs?" is an answer; so is "Q2: …", as many write it, or it is the host's question said again.
_ANSWERS = re.compile(r"\W*(?:[@#][\w.\-]+\W*)*(?:a(?:ns(?:wer)?)?|q(?:uestion)?)[\s.\-]?\d", re.IGNORECASE)
_LAST_QUESTION = re.compile(r"\b(?:final|last|next) q(?:uestion)?\b", re.IGNORECASE)
# "Should we make it a thing?!" is exclaimed, and "P.S. shall we?" said in passing.
_EXCLAIMED = re.compile(r"\?!\S*(?:\s+#\w+)*\W*$|\bp\.\s?s\b", re.IGNORECASE)
# Nobody waits for an answer to these.
_RHETORICAL = re.compile(
    r"^(?:can (?:you|you all|y['\u2019]?all) tell|did (?:you|i|we) (?:know|mention|say)|(?:and |but )?who knew"
    r"|who(?: wouldn['\u2019]?t|['\u2019]s with me|['\u2019]s in)|am i right|isn['\u2019]?t (?:it|that) (?:great|fun)"
    r"|how (?:cool|great|awesome|fun|lovely) is|what could go wrong|why not|right)\b",
    re.IGNORECASE,
)
_MENTIONS_FIRST = re.compile(r"\W*(?:@\w|<@!?\d+>)")
# "Right?" and "agree?" after a statement ask for a nod, not for an answer.
_NODS = "right no yes eh huh hm true agree agreed ok okay anyone really"
_NOD = frozenset(_NODS.split())
_DISAGREES = re.compile(
    r"""\b(?:
    (?<!think\ )i\ (?:respectfully\ |also\ |have\ to\ |must\ )?disagree
    |not\ (?:so\ |entirely\ |really\ |quite\ )?sure\ i\ agree
    |i\ don['\u2019]?t\ (?:really\ |quite\ |entirely\ )?agree
    |(?:can['\u2019]?t|cannot|couldn['\u2019]?t)\ agree(?!\ more)
    |(?:i['\u2019]?d|i\ would|let\ me|to|gently)\ push\ back|pushback\ on
    |on\ the\ contrary|i\ beg\ to\ differ|i\ see\ it\ differently|devil['\u2019]?s\ advocate
    |(?:i['\u2019]?m\ )?not\ convinced|i['\u2019]?m\ skeptical|i\ doubt\ (?:that|it|this)
    |opposite\ experience|the\ opposite\ (?:is|was)\ true
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# Each of the above holds one of these; looking for them first is quicker.
_HINTS = ("agree", "push", "contrary", "differ", "advocate", "convinced", "skeptical", "doubt", "opposite")


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A participant's question that nobody replied to.

    Attributes:
        quote: the message, or its question.
        question: the chat's question it stands under, or None.
    """

    quote: Quote
    question: int | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A reply that disagrees.

    Attributes:
        about: what it replies to; None where that isn't to be shown or the reply names no message.
        quote: the reply.
        sign: the words that tell it, verbatim.
    """

    about: Quote | None
    quote: Quote
    sign: str


def unanswered(
    said: Iterable[ArchivedMessage], hosts: frozenset[int], memory: Memory | None = None
) -> tuple[OpenQuestion, ...]:
    """Questions by participants that no message replies to; those asked of everybody first, else in order.

    Hosts' questions steer the chat and don't count.

    Args:
        said: what people wrote, in order.
        hosts: ids of the chat's hosts.
        memory: of an earlier look at the same texts.
    """
    memory = Memory() if memory is None else memory
    readable = [message for message in said if message.is_readable]
    asks = memory.recall_each("asks", None, by_text(readable), _asks)
    found = []
    for message in compress(readable, asks):
        if message.author_id in hosts or message.replies or message.by_machine:
            continue
        number = message.questions[0] if message.questions else None
        is_aside = message.reply_to_id is not None or _MENTIONS_FIRST.match(message.text or "") is not None
        found.append((is_aside, number is None, OpenQuestion(quote(message), number)))
    # What was asked of everybody about a question of the chat comes first; sorting keeps the order of time.
    return tuple(question for *_, question in sorted(found, key=lambda one: one[:2]))


def _asks(written: str) -> bool:
    """Whether a message asks something of others."""
    if not any(sign in written for sign in QUESTION_SIGNS) or _ANSWERS.match(written) or PASSED_ON.search(written):
        return False
    text = bare(written)
    return _is_question(text) and not _LAST_QUESTION.search(text) and not is_about_the_hour(text)


def _is_question(text: str) -> bool:
    asked_in_full = question_at_end(text)
    if _EXCLAIMED.search(text) or _RHETORICAL.match(asked_in_full):
        return False
    asked = words(asked_in_full)
    if len(asked) < _FEWEST_WORDS or len(content_stems(asked)) < _FEWEST_STEMS:
        return False
    return not all(plain(word) in _NOD | EMPTY_WORDS for word in asked)


def disagreements(said: Iterable[ArchivedMessage], memory: Memory | None = None) -> tuple[Disagreement, ...]:
    """Messages that say in words that they disagree with another person's, in order.

    Args:
        said: what people wrote, in order.
        memory: of an earlier look at the same texts.
    """
    memory = Memory() if memory is None else memory
    messages = {message.id: message for message in said if message.is_readable and not message.by_machine}
    signs = memory.recall_each("disagrees", None, by_text(messages.values()), _sign_in)
    found = []
    for message, sign in zip(messages.values(), signs, strict=True):
        if sign is None:
            continue
        about = messages.get(message.reply_to_id or 0)
        if about is not None and about.author_id == message.author_id:
            continue
        found.append(Disagreement(quote(about) if about else None, quote(message), sign))
    return tuple(found)


def _sign_in(text: str) -> str | None:
    """The words that say that somebody disagrees, verbatim, if any."""
    small = text.casefold()
    sign = _DISAGREES.search(text) if any(hint in small for hint in _HINTS) else None
    return sign[0] if sign is not None else None
