"""What a chat was about: the few phrases that many different people used, told by how many they were.

A phrase is one to three neighbouring words that begins and ends with a word that says something. It counts by the
people who used it, not by how often: one person's favourite word is no theme. Words that every talk is full of count
less (a short list stands for the background), longer phrases count a little more if as many people used them, and of
two phrases that mean the same or one of which contains the other, one is kept.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from heapq import heappop, heappush

from bot.domain.digest.memory import Memory
from bot.domain.digest.words import EMPTY_WORDS, plain, singular, stem, words

THEMES_SHOWN = 5
_LONGEST = 3
# A phrase holds what a part of it holds if at least this share of the part's people used the phrase.
_SAME_PEOPLE = 0.25
_OVERLAP = 0.6
_FEWEST_LETTERS = 3
_WORDS_READ = 200
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
# What two people spoke of is a conversation; what so many did is told as a theme of the chat.
MANY = 3


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
        words: those of the text, if they were read before.
    """

    id: int
    author: int | str
    text: str
    words: Sequence[str] | None = None


_Key = tuple[str, ...]
# Phrases by how many people used them and how many words they have.
_Kinds = dict[tuple[int, int], dict[_Key, None]]


def find_themes(
    said: Sequence[Said],
    count: int = THEMES_SHOWN,
    ignored: frozenset[str] = frozenset(),
    question: str = "",
    memory: Memory | None = None,
) -> tuple[Theme, ...]:
    """Up to `count` phrases, those that most people used first; none that fewer than two people used.

    Args:
        said: all texts, in order.
        count: how many themes to find at most.
        ignored: stems that everybody uses here, such as the chat's hashtag.
        question: where all texts answer one question, its words count less.
        memory: of an earlier look at the same texts.
    """
    memory = Memory() if memory is None else memory
    items = ((text.id, (text.text, text.author), text) for text in said)
    read = memory.recall_each("read", ignored, items, partial(_Read, ignored=ignored))
    people = len({text.author for text in read})
    users = memory.grow("users", None, read, _Users, _Users.add)
    shared, kinds = users.shared, users.kinds
    asked = frozenset(stem(singular(plain(word))) for word in words(question))
    kept: list[_Key] = []
    for key in _by_worth(kinds, people, asked):
        if len(kept) == count:
            break
        if not _is_told(key, kept, shared) and not _is_told(full := _fuller(key, shared, kinds), kept, shared):
            kept.append(full)
    themes = [memory.grow("theme", key, read, partial(_Told, key), _Told.add).theme() for key in kept]
    return tuple(sorted(themes, key=lambda theme: (-len(theme.people), theme.phrase)))


class _Users:
    """Who used which phrase; most phrases are one person's and need no set.

    Attributes:
        shared: the people who used a phrase of several people.
        kinds: these phrases by how many people used them and how many words they have.
    """

    def __init__(self) -> None:
        self._first: dict[_Key, int | str] = {}
        self.shared: dict[_Key, set[int | str]] = {}
        self.kinds: _Kinds = {}

    def add(self, text: _Read) -> None:
        """Read one more text."""
        author = text.author
        for key in text.keys:
            users = self.shared.get(key)
            if users is None:
                if (before := self._first.setdefault(key, author)) != author:
                    self.shared[key] = {before, author}
                    self._kind(2, key)[key] = None
            elif author not in users:
                del self._kind(len(users), key)[key]
                users.add(author)
                self._kind(len(users), key)[key] = None

    def _kind(self, users: int, key: _Key) -> dict[_Key, None]:
        return self.kinds.setdefault((users, len(key)), {})


@lru_cache(maxsize=20_000)
def _key_of(word: str) -> str:
    return stem(singular(word))


class _Read:
    """A text as words; a phrase in it is named by where it begins and ends."""

    def __init__(self, said: Said, ignored: frozenset[str]) -> None:
        self.id = said.id
        self.author = said.author
        self.spelled = [plain(word) for word in (words(said.text) if said.words is None else said.words)[:_WORDS_READ]]
        self.stems = [_key_of(word) for word in self.spelled]
        self._says = [
            len(word) >= _FEWEST_LETTERS and word not in EMPTY_WORDS and cut not in ignored and not word.isdigit()
            for word, cut in zip(self.spelled, self.stems, strict=True)
        ]

        says, last = self._says, len(self._says)
        self.keys = {
            tuple(self.stems[start:end])
            for start in range(last)
            if says[start]
            for end in range(start + 1, min(start + _LONGEST, last) + 1)
            if says[end - 1]
        }

    def places(self, key: _Key) -> list[int]:
        """Where a phrase begins whose first and last words say something here."""
        stems, says, size = self.stems, self._says, len(key)
        return [
            start
            for start in range(len(stems) - size + 1)
            if stems[start] == key[0]
            and says[start]
            and says[start + size - 1]
            and tuple(stems[start : start + size]) == key
        ]


def _by_worth(kinds: _Kinds, people: int, asked: frozenset[str]) -> Iterator[_Key]:
    """The phrases, those worth most first; few are ever asked for, so most are only bounded, by the best of their kind.

    The best that a phrase of some kind can be has no common word.
    """
    waiting = sorted(((_most_worth(*kind, people), kind) for kind in kinds), reverse=True)
    ready: list[tuple[float, _Key]] = []
    for bound, kind in waiting:
        while ready and -ready[0][0] > bound:
            yield heappop(ready)[1]
        for key in kinds[kind]:
            heappush(ready, (-bound * _telling(key, asked), key))
    while ready:
        yield heappop(ready)[1]


def _most_worth(spread: int, size: int, people: int) -> float:
    """What a phrase of so many words that so many people used is worth if each word tells something."""
    # What nearly everybody says is what the chat is about at large rather than a strand of it.
    rarity: float = math.log(1 + people / spread) ** _RARITY_POWER
    return spread * rarity * (1 + _LENGTH_BONUS * math.log(size))


def _telling(key: _Key, asked: frozenset[str]) -> float:
    """The share of a phrase that tells something, 0 to 1."""
    return sum(_COMMON_WEIGHT if cut in _COMMON or cut in asked else 1.0 for cut in key) / len(key)


def _is_told(key: _Key, kept: Sequence[_Key], used: Mapping[_Key, set[int | str]]) -> bool:
    """Whether a phrase shares its words, and most of its people, with one that is kept."""
    for other in kept:
        if set(key) <= set(other) or set(other) <= set(key):
            return True
        both = len(used[key] & used[other])
        if set(key) & set(other) and both >= _OVERLAP * min(len(used[key]), len(used[other])):
            return True
    return False


def _fuller(key: _Key, used: Mapping[_Key, set[int | str]], kinds: _Kinds) -> _Key:
    """The longer phrase that says the same: many who used the short one used the long one."""
    best, size, enough = key, len(key), _SAME_PEOPLE * len(used[key])
    likely = [keys for (spread, length), keys in kinds.items() if length > size and spread >= enough]
    longer = {other for keys in likely for other in keys if _contains(other, key)}
    # The first that was said decides which way a phrase grows.
    for other in used if longer else ():
        if other in longer and len(other) > len(best) and _contains(other, best):
            best = other
    return best


def _contains(long: _Key, short: _Key) -> bool:
    return any(long[at : at + len(short)] == short for at in range(len(long) - len(short) + 1))


class _Told:
    """How, by whom and where a phrase was told."""

    def __init__(self, key: _Key) -> None:
        self._key = key
        self._spellings: Counter[str] = Counter()
        self._people: set[int | str] = set()
        self._messages: set[int] = set()

    def add(self, text: _Read) -> None:
        """Read one more text."""
        key = self._key
        if key in text.keys:
            self._spellings.update(" ".join(text.spelled[at : at + len(key)]) for at in text.places(key))
            self._people.add(text.author)
            self._messages.add(text.id)

    def theme(self) -> Theme:
        """The value."""
        phrase = min(self._spellings.items(), key=lambda found: (-found[1], found[0]))[0]
        return Theme(phrase, tuple(sorted(self._people, key=str)), tuple(sorted(self._messages)))
