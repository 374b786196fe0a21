"""The clues that speak for each question a message may answer, as numbers; what they weigh is in `weights.py`.

Clues are for messages without a sign of their own; each is worked out for one of the questions asked before. The lag
of a question is how many questions have been asked since: 0 for the one asked last.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.filing.heard import Asked, Chatter, Heard

NAMES = (
    # When: seconds and messages since the question was asked.
    "asked_long_ago",
    "asked_just_now",
    "long_text_at_once",
    "long_text_soon",
    "time_used_up",
    "next_time_used_up",
    # Words.
    "words_of_question",
    "words_of_answers",
    "asks_back",
    # What the others answer around this message.
    "neighbours",
    "replies_to_it",
    "replied_to_from_it",
    # The author: what they answered before and after by their own sign.
    "author_goes_on",
    "author_moves_on",
    "author_goes_back",
    "author_later_same",
    "author_later_next",
    "author_later_earlier",
    "author_later_soon",
    "author_answered_it",
    "author_comes_late",
    # The author: when they spoke, whatever about.
    "spoke_at_its_time",
    "spoke_at_its_time_last",
    "speaks_again_before_next",
    "spoke_often",
    "first_words_soon",
)
_AT = {name: place for place, name in enumerate(NAMES)}
# How many neighbours on each side are looked at, and how fast their weight fades (seconds).
_AROUND = 40
_FADES = 90.0


@dataclass(slots=True)
class _View:
    """A message among what may be known: everything, or only what came before it."""

    chatter: Chatter
    heard: Heard
    asked: Sequence[Asked]
    only_before: bool

    def place(self) -> int:
        return bisect_left(self.chatter.order, self.heard.said.id)

    def mine(self) -> tuple[list[int], list[int]]:
        """The author's messages before and after this one."""
        ids = self.chatter.of_author[self.heard.said.author]
        place = bisect_left(ids, self.heard.said.id)
        after = [] if self.only_before else [i for i in ids[place:] if i != self.heard.said.id]
        return ids[:place], after


def clues(chatter: Chatter, heard: Heard, *, only_before: bool) -> tuple[Sequence[Asked], list[list[float]]]:
    """The questions that a message may answer, and for each a row of clues in the order of `NAMES`.

    Args:
        chatter: all that is known; the message need not be in it.
        heard: the message.
        only_before: whether what came after the message is passed over.
    """
    asked = chatter.before(heard.said.id)
    rows = [[0.0] * len(NAMES) for _ in asked]
    if asked:
        view = _View(chatter, heard, asked, only_before)
        _time(view, rows)
        _words(view, rows)
        _neighbours(view, rows)
        _replies(view, rows)
        _author_by_sign(view, rows)
        _author_by_time(view, rows)
    return asked, rows


def _time(view: _View, rows: list[list[float]]) -> None:
    said = view.heard.said
    length = min(len(said.text), 280) / 140
    pace = view.chatter.pace
    last = len(rows) - 1
    for place, (asked, row) in enumerate(zip(view.asked, rows, strict=True)):
        ago = max(0.0, said.at - asked.at)
        row[_AT["asked_long_ago"]] = math.log1p(ago / 60)
        if place == last:
            since = view.place() - bisect_left(view.chatter.order, asked.message_id)
            row[_AT["asked_just_now"]] = 1 / (1 + max(0, since))
            row[_AT["long_text_at_once"]] = length * math.exp(-ago / 60)
            row[_AT["long_text_soon"]] = length * math.exp(-ago / 150)
            row[_AT["time_used_up"]] = min(2.0, ago / pace)
            row[_AT["asks_back"]] = float("?" in said.text)
        elif place == last - 1:
            row[_AT["next_time_used_up"]] = min(2.0, max(0.0, said.at - view.asked[last].at) / pace)


def _words(view: _View, rows: list[list[float]]) -> None:
    chatter, words = view.chatter, view.heard.words
    leanings = chatter.leanings(view.asked)
    if not leanings.asked_of.isdisjoint(words):
        _words_of_question(view, rows)
    damping = math.sqrt(len(words))
    telling = [leaning for word in words if (leaning := leanings.of_word(word))]
    for row, of_question in zip(rows, zip(*telling, strict=True), strict=False):
        row[_AT["words_of_answers"]] = sum([leaning / damping for leaning in of_question])


def _words_of_question(view: _View, rows: list[list[float]]) -> None:
    chatter, words = view.chatter, view.heard.words
    rare = {word: chatter.rarity(word) for word in words}
    own = math.sqrt(math.fsum(r * r for r in rare.values()))
    for row, asked in zip(rows, view.asked, strict=True):
        prompt = chatter.prompt_words[asked.number]
        common = math.fsum(rare[word] ** 2 for word in words if word in prompt)
        row[_AT["words_of_question"]] = common / (own * chatter.prompt_size(asked.number)) if common else 0.0


def _neighbours(view: _View, rows: list[list[float]]) -> None:
    chatter, said = view.chatter, view.heard.said
    place = view.place()
    around = chatter.order[max(0, place - _AROUND) : place if view.only_before else place + 1 + _AROUND]
    weights = {asked.number: 0.0 for asked in view.asked}
    for near_id in _between(chatter.signed, around[0], around[-1]) if around else ():
        near = chatter.heard[near_id]
        if near.said.author == said.author or near_id == said.id:
            continue
        weight = math.exp(-abs(near.said.at - said.at) / _FADES)
        for number, share in near.share.items():
            if number in weights:
                weights[number] += weight * share
    total = sum(weights.values()) + 0.1 * len(rows)
    for row, weight in zip(rows, weights.values(), strict=True):
        row[_AT["neighbours"]] = math.log((weight + 0.1) / total)


def _between(ids: Sequence[int], first: int, last: int) -> Sequence[int]:
    return ids[bisect_left(ids, first) : bisect_right(ids, last)]


def _replies(view: _View, rows: list[list[float]]) -> None:
    chatter, said = view.chatter, view.heard.said
    parent = chatter.heard.get(said.reply_to) if said.reply_to is not None else None
    children: list[Heard] = []
    if not view.only_before:
        children = [chatter.heard[i] for i in chatter.replies.get(said.id, ()) if chatter.heard[i].share]
    for asked, row in zip(view.asked, rows, strict=True):
        if said.reply_to == asked.message_id:
            row[_AT["replies_to_it"]] = 1.0
        elif parent is not None and parent.said.id < said.id:
            row[_AT["replies_to_it"]] = parent.share.get(asked.number, 0.0)
        if children:
            row[_AT["replied_to_from_it"]] = sum(c.share.get(asked.number, 0.0) for c in children) / len(children)


def _author_by_sign(view: _View, rows: list[list[float]]) -> None:
    chatter, said = view.chatter, view.heard.said
    before, after = view.mine()
    signed = [chatter.heard[i] for i in (*before, *after) if chatter.heard[i].share]
    if not signed:
        return
    earlier = next((h for i in reversed(before) if (h := chatter.heard[i]).share), None)
    later = next((h for i in after if (h := chatter.heard[i]).share), None)
    numbers = [asked.number for asked in view.asked]
    habit, weight = _lateness(view, signed)
    for place, (number, row) in enumerate(zip(numbers, rows, strict=True)):
        row[_AT["author_answered_it"]] = min(1.0, sum(h.share.get(number, 0.0) for h in signed))
        row[_AT["author_comes_late"]] = -abs(len(rows) - 1 - place - habit) * weight
        if earlier is not None:
            fresh = math.exp(-max(0.0, said.at - earlier.said.at) / 150)
            row[_AT["author_goes_on"]] = earlier.share.get(number, 0.0) * fresh
            row[_AT["author_moves_on"]] = earlier.share.get(numbers[place - 1], 0.0) if place else 0.0
            row[_AT["author_goes_back"]] = sum(s for n, s in earlier.share.items() if n > number)
        if later is not None:
            fresh = math.exp(-max(0.0, later.said.at - said.at) / 150)
            row[_AT["author_later_same"]] = later.share.get(number, 0.0)
            row[_AT["author_later_soon"]] = later.share.get(number, 0.0) * fresh
            row[_AT["author_later_next"]] = later.share.get(number + 1, 0.0)
            row[_AT["author_later_earlier"]] = sum(s for n, s in later.share.items() if n < number)


def _lateness(view: _View, signed: Sequence[Heard]) -> tuple[float, float]:
    """How many questions behind the author usually is, and how much is known of that, 0 to 1."""
    lags = []
    for heard in signed:
        numbers = [asked.number for asked in view.chatter.before(heard.said.id)]
        if numbers:
            lags += [numbers[-1] - math.fsum(n * share for n, share in sorted(heard.share.items()))]
    return (math.fsum(lags) + 0.25) / (len(lags) + 1), min(1.0, len(lags) / 3)


def _author_by_time(view: _View, rows: list[list[float]]) -> None:
    chatter, said = view.chatter, view.heard.said
    before, after = view.mine()
    last = len(rows) - 1
    starts = [asked.message_id for asked in view.asked]
    spoke = [0.0] * len(rows)
    for message_id in before:
        at = bisect_left(starts, message_id) - 1
        if at >= 0:
            spoke[at] += chatter.heard[message_id].answers
    following = next((a.message_id for a in chatter.asked if a.message_id > said.id), None)
    again = sum(chatter.heard[i].answers for i in after if following is None or i < following)
    for place, row in enumerate(rows):
        row[_AT["spoke_at_its_time"]] = min(1.0, spoke[place])
        if place < last:
            row[_AT["spoke_at_its_time_last"]] = min(1.0, spoke[place]) * (place == last - 1)
            row[_AT["speaks_again_before_next"]] = min(3.0, again)
            row[_AT["spoke_often"]] = min(5, len(before)) / 5
    if not before:
        ago = max(0.0, said.at - view.asked[last].at)
        rows[last][_AT["first_words_soon"]] = math.exp(-ago / 120)
