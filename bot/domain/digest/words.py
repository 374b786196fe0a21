"""What of a text counts as words: one rule for every language, with no dictionary but a short list of empty words.

A word is compared by its first five letters. Truncation is the plainest stemmer there is, needs no language and does
about as well as rules for retrieval (McNamee & Mayfield 2004, "Character n-gram tokenization for European language
text retrieval"); scripts written without spaces are taken as pairs of signs, as is usual for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

STEM_LENGTH = 5
_FEWEST_BEFORE_PLURAL = 3

# Code in a block is nothing to quote or to compare; addresses, mentions and custom emoji are no words.
_CODE_BLOCK = re.compile(r"```.*?(?:```|$)", re.DOTALL)
_NOISE = re.compile(r"(?:https?://|\bpic\.twitter\.com/)\S+|<[@#:a][^<>\s]*>|(?<!\w)@[\w.\-]+")
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_LABEL_LIKE = re.compile(r"[aq]\d{1,2}[a-e]?", re.IGNORECASE)
QUESTION_SIGNS = ("?", "\uff1f", "\u061f")
_BEHIND_A_QUESTION = " \"'\u201d\u2019)]*_|!"
_SENTENCE_SIGNS = (". ", "! ", "? ", "\u2026 ", "\u3002", "\uff01", "\uff1f")
# Chinese, Japanese, Thai, Lao, Khmer and Burmese put no space between words.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")

# Words that say nothing of what a text is about: the grammar of English, agreeing and hedging, and the words of asking
# and answering themselves ("I found … the most interesting").
_EMPTY = """
a about above after again all also am an and any are as at be because been before being below between both but by can
could did do does doing down during each few for from further get got had has have having he her here hers him his how
i if in into is it its itself just like lot lots made make me more most much my myself no nor not now of off on once one
only or other our ours out over own really same she should so some such than that the their theirs them then there these
they thing things this those through to too under until up us very was we were what when where which while who whom why
will with would you your
im ive id ill youre youve were thats theres its dont didnt doesnt isnt arent wasnt werent cant couldnt wont wouldnt
nothing everything anything something none yes yeah yep nope ok okay maybe think thought feel felt bit little pretty
quite actually kind sort today well etc etcetera
interesting interested interest confusing confused confuse confusion find found describe explain
"""
EMPTY_WORDS = frozenset(_EMPTY.split())


def bare(text: str) -> str:
    """A text on one line without code blocks, addresses, mentions and custom emoji."""
    if "```" in text:
        text = _CODE_BLOCK.sub(" ", text)
    if "://" in text or "@" in text or "<" in text or "pic.twitter" in text:
        text = _NOISE.sub(" ", text)
    return " ".join(text.split())


def question_at_end(text: str) -> str:
    """The question with which a text ends, hashtags behind it not counted; empty if it ends with none."""
    if not any(sign in text for sign in QUESTION_SIGNS):
        return ""
    said = text.split()
    while said and said[-1].startswith("#"):
        said.pop()
    line = " ".join(said).rstrip(_BEHIND_A_QUESTION)
    if not line.endswith(QUESTION_SIGNS):
        return ""
    before = [at for sign in _SENTENCE_SIGNS if (at := line.rfind(sign, 0, len(line.rstrip("?")) - 1)) >= 0]
    return line[max(before) + 1 :].strip() if before else line


def words(text: str) -> list[str]:
    """The words of a text in order, as written but for apostrophes; addresses and mentions are none."""
    return [found for found in _WORD.findall(bare(text)) if not _LABEL_LIKE.fullmatch(found)]


def stem(word: str) -> str:
    """What a word is compared by."""
    return word[:STEM_LENGTH]


def singular(word: str) -> str:
    """An English plural without its s: in a phrase, "book" and "books" must meet although both are short."""
    return word[:-1] if len(word) > _FEWEST_BEFORE_PLURAL and word[-1] == "s" and word[-2] not in "sui" else word


@lru_cache(maxsize=20_000)
def plain(word: str) -> str:
    """A word in small letters without apostrophes."""
    return word.casefold().replace("'", "").replace("\u2019", "")


def content_stems(found: Iterable[str], ignored: frozenset[str] = frozenset()) -> list[str]:
    """The stems of those words that say what a text is about, in order and with repetitions.

    Args:
        found: words as `words` gives them.
        ignored: stems that everybody uses here, such as the chat's hashtag.
    """
    stems = [cut for word in found for cut in _stems_of(word)]
    return [cut for cut in stems if cut not in ignored] if ignored else stems


# Words, not texts: what is kept here tells nothing of who said what.
@lru_cache(maxsize=20_000)
def _stems_of(word: str) -> tuple[str, ...]:
    word = plain(word)
    if _UNSPACED.search(word):
        return tuple(word[at : at + 2] for at in range(max(len(word) - 1, 1)))
    return (stem(word),) if len(word) > 1 and word not in EMPTY_WORDS else ()


def word_count(found: Iterable[str]) -> int:
    """How long a text reads, in words; in scripts without spaces two signs count as one."""
    return sum(1 if word.isascii() or not _UNSPACED.search(word) else (len(word) + 1) // 2 for word in found)
