"""What a chat was about: the few phrases that many different people used, told by how many they were.

A phrase is one to three neighbouring words that begins and ends with a word that says something. It counts by the
people who used it, not by how often: one person's favourite word is no theme. Words that every talk is full of count
less (a short list stands for the background), longer phrases count a little more if as many people used them, and of
two phrases that mean the same or one of which contains the other, one is kept.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.digest.words import EMPTY_WORDS, plain, singular, stem, words

THEMES_SHOWN = 5
_LONGEST = 3
_FEWEST_PEOPLE = 2
# A phrase holds what a part of it holds if at least this share of the part's people used the phrase.
_SAME_PEOPLE = 0.25
_OVERLAP = 0.6
_FEWEST_LETTERS = 3
_COMMON_WEIGHT = 0.5
_LENGTH_BONUS = 1.0
_RARITY_POWER = 0.5

# What people say in any talk whatever it is about.
_COMMON_WORDS = """
able actual agree almost already always amaz anoth answer anyone around article ask aspect away back bad best better
big bring build call came case chance change chat check choose class clear come comes coming complete concept connect
cool course create day deal definitely detail different difficult doing done easy else end enjoy enough especially
even ever every everyone exactly example excit explain explanation fact far feeling few fine first follow forward fun
general getting give gives giving glad goes going good great group guess hand happen happy hard head hear hello help
helpful here high hope hour huge idea important include instead issue join keep key kids know large last later lead
learn learned learning least leave less let level life liked likely line link little live long look looking looks love
main many mean means mention method minute moment morning move must name need needed needs never new next nice night
number often open opportunity order others part past people person perhaps piece place plan play please point possible
post practice probably problem process provide put question quick reason read ready real right saw say says see seem
seems seen sense set several share show side simple since small someone sometimes soon specific start stuff such sure
table take talk talked talking tell thank thanks thought time times todays together told tonight topic topics totally
tried true try trying turn two type understand understanding use used useful using usually various version view want
wanted way ways week welcome went whether whole within without wonder word words work worked working works world worth
write wrong year years yesterday
"""
_COMMON = frozenset(stem(singular(word)) for word in _COMMON_WORDS.split())


@dataclass(frozen=True, slots=True)
class Theme:
    """A phrase that several people used.

    Attributes:
        phrase: as most of them wrote it, in small letters.
        people: ids of those who used it or a phrase that it stands for.
        messages: where, in order.
    """

    phrase: str
    people: tuple[int | str, ...]
    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A text in which to look for themes.

    Attributes:
        id: the message's.
        author: who wrote it.
        text: as written.
    """

    id: int
    author: int | str
    text: str


class _Found:
    """What is known of one phrase."""

    def __init__(self) -> None:
        self.spellings: Counter[str] = Counter()
        self.people: set[int | str] = set()
        self.messages: set[int] = set()


_Key = tuple[str, ...]


def find_themes(
    said: Iterable[Said], count: int = THEMES_SHOWN, ignored: frozenset[str] = frozenset(), question: str = ""
) -> tuple[Theme, ...]:
    """Up to `count` phrases, those that most people used first; none that fewer than two people used.

    Args:
        said: all texts, in order.
        count: how many themes to find at most.
        ignored: stems that everybody uses here, such as the chat's hashtag.
        question: where all texts answer one question, its words count less.
    """
    texts = list(said)
    found = _phrases(texts, ignored)
    people = len({text.author for text in texts})
    asked = frozenset(stem(singular(plain(word))) for word in words(question))
    ranked = sorted(
        (key for key, phrase in found.items() if len(phrase.people) >= _FEWEST_PEOPLE),
        key=lambda key: (-_worth(key, found[key], people, asked), key),
    )
    kept: list[_Key] = []
    for key in ranked:
        if len(kept) == count:
            break
        full = _fuller(key, found)
        if not _is_told(key, kept, found) and not _is_told(full, kept, found):
            kept.append(full)
    themes = [_theme(found[key]) for key in kept]
    return tuple(sorted(themes, key=lambda theme: (-len(theme.people), theme.phrase)))


def _phrases(texts: Sequence[Said], ignored: frozenset[str]) -> dict[_Key, _Found]:
    found: defaultdict[_Key, _Found] = defaultdict(_Found)
    for text in texts:
        spelled = [plain(word) for word in words(text.text)]
        stems = [stem(singular(word)) for word in spelled]
        says = [
            len(word) >= _FEWEST_LETTERS and word not in EMPTY_WORDS and cut not in ignored and not word.isdigit()
            for word, cut in zip(spelled, stems, strict=True)
        ]
        for start in (at for at, content in enumerate(says) if content):
            for end in range(start + 1, min(start + _LONGEST, len(stems)) + 1):
                if not says[end - 1]:
                    continue
                phrase = found[tuple(stems[start:end])]
                phrase.spellings[" ".join(spelled[start:end])] += 1
                phrase.people.add(text.author)
                phrase.messages.add(text.id)
    return found


def _worth(key: _Key, phrase: _Found, people: int, asked: frozenset[str]) -> float:
    telling = [_COMMON_WEIGHT if cut in _COMMON or cut in asked else 1.0 for cut in key]
    # What nearly everybody says is what the chat is about at large rather than a strand of it.
    spread = len(phrase.people)
    rarity: float = math.log(1 + people / spread) ** _RARITY_POWER
    return spread * rarity * (sum(telling) / len(telling)) * (1 + _LENGTH_BONUS * math.log(len(key)))


def _is_told(key: _Key, kept: Sequence[_Key], found: dict[_Key, _Found]) -> bool:
    """Whether a phrase shares its words, and most of its people, with one that is kept."""
    for other in kept:
        if set(key) <= set(other) or set(other) <= set(key):
            return True
        shared = len(found[key].people & found[other].people)
        if set(key) & set(other) and shared >= _OVERLAP * min(len(found[key].people), len(found[other].people)):
            return True
    return False


def _fuller(key: _Key, found: dict[_Key, _Found]) -> _Key:
    """The longer phrase that says the same: most who used the short one used the long one."""
    best = key
    for other, phrase in found.items():
        if len(other) > len(best) and _contains(other, best):
            enough = len(phrase.people) >= max(_FEWEST_PEOPLE, _SAME_PEOPLE * len(found[key].people))
            if enough:
                best = other
    return best


def _contains(long: _Key, short: _Key) -> bool:
    return any(long[at : at + len(short)] == short for at in range(len(long) - len(short) + 1))


def _theme(phrase: _Found) -> Theme:
    spelling = min(phrase.spellings, key=lambda text: (-phrase.spellings[text], text))
    return Theme(spelling, tuple(sorted(phrase.people, key=str)), tuple(sorted(phrase.messages)))
