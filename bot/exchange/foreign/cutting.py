"""Finds the chats in what was said in a place: a host's Q1, Q2 … make one, and what is said around them belongs to it.

A question is a message that begins with its label, asked in order. A sequence ends where three hours pass without a
question, unless the next day's goes on counting, as in a slow chat. Of several people who write Q2 the one who was
first most often is the host: whoever answers with a Q comes later. A chat begins at the lull before Q1 and ends at the
lull behind its last question; a few words more on the same day belong to it too. What else lies between two chats is
kept as talk without questions, or passed over.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.chat import MAX_QUESTION_LENGTH, MAX_SLOW_QUESTIONS, MIN_QUESTIONS
from bot.domain.markers import MarkerKind, Place, Sureness, cut_labels, may_ask, read_markers
from bot.domain.messages import ArchivedMessage

_PAUSE = timedelta(hours=3)
_SLOW_PAUSE = timedelta(days=8)
# Before Q1 people arrive, and behind the last question they go on for a while.
_ARRIVING = timedelta(minutes=30)
_LULL = timedelta(minutes=15)
_LEAVING = timedelta(minutes=90)
_SLOW_LEAVING = timedelta(days=1)
_LATE_LULL = timedelta(minutes=30)
# So few words ahead of a chat or late, on the same day, are no talk of its own.
_FEW = 10
_NEAR = timedelta(days=1)
# A list of all questions asks none.
_MOST_AT_ONCE = 2
_MOST_SKIPPED = 3
_LAST_TAGS = re.compile(r"(?:\s#\w+|\s@\w+)+\s*$")


@dataclass(frozen=True, slots=True)
class Asking:
    """A message that asks a question of this number."""

    number: int
    message: ArchivedMessage


@dataclass(frozen=True, slots=True)
class Cut:
    """One chat of a place.

    Attributes:
        messages: in order; never empty.
        asked: its questions in order; empty for talk without any.
        is_between: it is talk between two chats.
        begin: the place of the message with which it begins; a few words may have been said ahead.
        end: the place behind the message with which it ends; a few words may have been said late.
    """

    messages: Sequence[ArchivedMessage]
    asked: tuple[Asking, ...] = ()
    is_between: bool = False
    begin: int = 0
    end: int | None = None


def cut(messages: Sequence[ArchivedMessage], *, is_chat: bool) -> list[Cut]:
    """The chats in what was said in a place.

    Args:
        messages: in order of time.
        is_chat: all of it is one chat.
    """
    if not messages:
        return []
    runs = list(sequences(messages))
    if is_chat or not runs:
        return [Cut(messages, max(runs, key=len, default=()))]
    times = [message.posted_at for message in messages]
    at = {message.id: place for place, message in enumerate(messages)}
    found: list[Cut] = []
    done = 0
    for place, run in enumerate(runs):
        first, last = at[run[0].message.id], at[run[-1].message.id]
        # The next chat's own beginning isn't this one's end.
        limit = _begin(times, at[runs[place + 1][0].message.id], last + 1) if place + 1 < len(runs) else len(times)
        begin, end = _begin(times, first, done), _end(times, last, limit, run)
        start, stop = begin, end
        if begin - done < _FEW and times[begin] - times[done] < _NEAR:
            start = done
        elif begin > done:
            found.append(Cut(messages[done:begin], is_between=True))
        if place + 1 == len(runs) and len(times) - end < _FEW and times[-1] - times[end - 1] < _NEAR:
            stop = len(times)
        found.append(Cut(messages[start:stop], run, begin=begin - start, end=end - start))
        done = stop
    if done < len(messages):
        found.append(Cut(messages[done:], is_between=True))
    return found


def _begin(times: Sequence[object], first: int, least: int) -> int:
    """Where the lull before a chat's first question ends."""
    begin = first
    while begin > least:
        earlier = times[begin - 1]
        if times[first] - earlier > _ARRIVING or times[begin] - earlier > _LULL:  # type: ignore[operator]
            break
        begin -= 1
    return begin


def _end(times: Sequence[object], last: int, limit: int, run: Sequence[Asking]) -> int:
    """Where the lull behind a chat's last question begins."""
    is_slow = run[-1].message.posted_at - run[0].message.posted_at > _SLOW_LEAVING
    leaving, lull = (_SLOW_LEAVING, _SLOW_LEAVING) if is_slow else (_LEAVING, _LATE_LULL)
    end = last + 1
    while end < limit and times[end] - times[last] <= leaving and times[end] - times[end - 1] <= lull:  # type: ignore[operator]
        end += 1
    return end


def sequences(messages: Sequence[ArchivedMessage]) -> Iterator[tuple[Asking, ...]]:
    """The sequences of questions, each of two or more, in order."""
    run: list[Asking] = []
    for found in map(_in_order, _clusters(list(_askings(messages)))):
        if not found:
            continue
        if run and _goes_on(run, found):
            run += found
            continue
        if len(run) >= MIN_QUESTIONS:
            yield tuple(run)
        run = found
    if len(run) >= MIN_QUESTIONS:
        yield tuple(run)


def _goes_on(run: Sequence[Asking], found: Sequence[Asking]) -> bool:
    before, after = run[-1], found[0]
    return (
        after.number == before.number + 1
        and after.message.author_id == before.message.author_id
        and after.message.posted_at - before.message.posted_at <= _SLOW_PAUSE
    )


def _askings(messages: Sequence[ArchivedMessage]) -> Iterator[Asking]:
    for message in messages:
        text = message.text or ""
        if not may_ask(text):
            continue
        markers = [
            marker
            for marker in read_markers(text, MAX_SLOW_QUESTIONS, by_host=True)
            if marker.sureness > Sureness.POSSIBLE and marker.place in {Place.START, Place.LINE}
        ]
        if not markers or markers[0].kind is not MarkerKind.QUESTION or markers[0].place is not Place.START:
            continue
        if len({marker.number for marker in markers}) <= _MOST_AT_ONCE and bare_question(text):
            yield Asking(markers[0].number, message)


def _clusters(askings: Sequence[Asking]) -> Iterator[list[Asking]]:
    cluster: list[Asking] = []
    for asking in askings:
        if cluster and asking.message.posted_at - cluster[-1].message.posted_at > _PAUSE:
            yield cluster
            cluster = []
        cluster.append(asking)
    if cluster:
        yield cluster


def _in_order(cluster: Sequence[Asking]) -> list[Asking]:
    """One message for each number, in order of both."""
    first: dict[int, Asking] = {}
    own: dict[tuple[int, int], Asking] = {}
    for asking in cluster:
        first.setdefault(asking.number, asking)
        own.setdefault((asking.message.author_id, asking.number), asking)
    leads = Counter(asking.message.author_id for asking in first.values())
    host = max(leads, key=lambda author: leads[author])
    found: list[Asking] = []
    for number in sorted(first):
        asking = own.get((host, number), first[number])
        if found and number - found[-1].number > _MOST_SKIPPED:
            break
        if not found or asking.message.id > found[-1].message.id:
            found.append(asking)
    return found


def bare_question(text: str) -> str:
    """A question on one line, without its label and the hashtags behind it; empty if it says nothing else."""
    bare = " ".join(cut_labels(text, MAX_SLOW_QUESTIONS).split())
    return (_LAST_TAGS.sub("", bare) or bare)[:MAX_QUESTION_LENGTH]


def by_prompts(messages: Sequence[ArchivedMessage], prompts: Sequence[tuple[int, int]]) -> tuple[Asking, ...]:
    """The questions as a file names the messages that asked them."""
    ids = [message.id for message in messages]
    found: dict[int, Asking] = {}
    for number, message_id in sorted(prompts):
        place = bisect_left(ids, message_id)
        if place < len(ids) and ids[place] == message_id and 0 < number <= MAX_SLOW_QUESTIONS:
            found.setdefault(number, Asking(number, messages[place]))
    return tuple(found.values())
