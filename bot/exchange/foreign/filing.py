"""Chats are filed one beside another, in several processes where there are many messages: it takes most of the time."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context

from bot.domain.chat import Question, Source
from bot.domain.filing.whole import Spoken, file_whole
from bot.domain.messages import Basis, Filing
from bot.services.import_ports import Arrival

# To begin a process takes as long as to file so many messages, and those are about so many bytes.
_WORTH_IT = 6_000
_WORTH_BEGINNING = 4_000_000
_MOST_PROCESSES = 4
# So many chats are handed over at once: seldom enough, and the last ones keep no process busy alone for long.
_AT_ONCE = 4

_Job = tuple[tuple[Question, ...], list[Spoken], frozenset[int], bool]
_Filed = dict[int, list[tuple[int, str, float, bool, tuple[str, ...]]]]


_NOTHING: _Job = ((), [], frozenset(), False)


@contextmanager
def helpers(size: int) -> Iterator[Executor | None]:
    """Processes that file, begun at once, so that they are there when what is read meanwhile has been read.

    Args:
        size: the bytes of the files that are to be read. Few aren't worth it: then there is None.
    """
    processes = min(os.cpu_count() or 1, _MOST_PROCESSES)
    if processes == 1 or size < _WORTH_BEGINNING:
        yield None
        return
    # Begun anew, for a copy of this process would share its threads' locks.
    with ProcessPoolExecutor(processes, get_context("spawn"), gc.disable) as pool:
        pool.submit(_file, _NOTHING)
        yield pool


def filed(
    arrivals: Sequence[Arrival], wanted: Sequence[bool] | None = None, pool: Executor | None = None
) -> Iterator[Arrival]:
    """The same chats in the same order, each message under its questions.

    Args:
        arrivals: as they were read.
        wanted: for each of them, whether that is to be worked out; None for all.
        pool: helping processes; None if there are none.
    """
    wishes = wanted if wanted is not None else [True] * len(arrivals)
    jobs = [_job(arrival) if wish else _NOTHING for arrival, wish in zip(arrivals, wishes, strict=True)]
    is_worth_it = len(jobs) > 1 and sum(len(spoken) for _, spoken, _, _ in jobs) >= _WORTH_IT
    found = pool.map(_file, jobs, chunksize=_AT_ONCE) if pool is not None and is_worth_it else map(_file, jobs)
    for arrival, filings in zip(arrivals, found, strict=True):
        yield _with(arrival, filings)


def _job(arrival: Arrival) -> _Job:
    chat = arrival.record.chat
    if arrival.as_is or not any(question.message_id is not None for question in chat.questions):
        return _NOTHING
    spoken = [
        Spoken(m.id, m.author_id, m.posted_at.timestamp(), m.text, m.reply_to_id, m.by_machine)
        for m in arrival.record.messages
        if m.text is not None
    ]
    return chat.questions, spoken, frozenset((chat.host_id, *arrival.hosts)), chat.source is Source.TWITTER


def _file(job: _Job) -> _Filed:
    questions, spoken, hosts, by_handles = job
    found = file_whole(questions, spoken, hosts, by_handles=by_handles)
    # As plain values, which pass between processes in a tenth of the time.
    return {
        number: [(f.question, f.basis.value, f.confidence, f.sure, f.reasons) for f in filings]
        for number, filings in found.items()
        if filings
    }


_BASES = {basis.value: basis for basis in Basis}


def _with(arrival: Arrival, found: _Filed) -> Arrival:
    if not found:
        return arrival
    messages = tuple(
        replace(message, filings=tuple(Filing(q, _BASES[b], c, s, r) for q, b, c, s, r in found[message.id]))
        if message.id in found
        else message
        for message in arrival.record.messages
    )
    return replace(arrival, record=replace(arrival.record, messages=messages))
