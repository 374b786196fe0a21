"""Records with whatever the program's types allow, made from the types, so that no new field is forgotten."""

from dataclasses import fields
from datetime import UTC, datetime, time
from enum import Enum
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from bot.domain.chat import Chat, Question
from bot.domain.messages import ArchivedMessage, Attachment, ChatRecord, Poll

IDS = st.integers(-(2**62), 2**63 - 1)
TEXTS = st.text(max_size=12)
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
COUNTS = st.integers(0, 10**9)
PLAIN = {
    int: IDS,
    str: TEXTS,
    bool: st.booleans(),
    float: st.floats(0, 1),
    datetime: INSTANTS,
    time: st.times(),
    type(None): st.none(),
}
# What a field may hold beyond its type.
SPECIAL = {
    (Chat, "zone"): st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata"]),
    (Chat, "questions"): st.lists(st.deferred(lambda: whole(Question)), max_size=3, unique_by=lambda q: q.number).map(
        tuple
    ),
    (Chat, "question_threads"): st.dictionaries(st.integers(1, 31), IDS, max_size=2).map(
        lambda d: (*sorted(d.items()),)
    ),
    (Question, "number"): st.integers(1, 31),
    (ArchivedMessage, "reactions"): st.lists(st.tuples(TEXTS, COUNTS), max_size=2).map(tuple),
    (ArchivedMessage, "replies"): COUNTS,
    (Attachment, "size"): COUNTS,
    (Poll, "answers"): st.lists(st.tuples(TEXTS, COUNTS), max_size=2).map(tuple),
}


def of_type(hint):
    """Values of a type as it is written in a dataclass."""
    if hint in PLAIN:
        return PLAIN[hint]
    origin, inner = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return st.one_of(*(of_type(one) for one in inner))
    if origin is tuple and inner[-1] is Ellipsis:
        return st.lists(of_type(inner[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*(of_type(one) for one in inner))
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    return whole(hint)


def whole(kind):
    """A dataclass with something in each of its fields."""
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    return st.builds(kind, **{n: SPECIAL[kind, n] if (kind, n) in SPECIAL else of_type(hints[n]) for n in names})


RECORDS = st.builds(
    ChatRecord,
    whole(Chat),
    st.lists(whole(ArchivedMessage), max_size=4, unique_by=lambda m: m.id).map(tuple),
)


def several(most=3):
    """Some records, as they may stand in one archive: no chat and no message twice."""
    return st.lists(RECORDS, max_size=most, unique_by=lambda r: r.chat.id).filter(
        lambda records: len({m.id for r in records for m in r.messages}) == sum(len(r.messages) for r in records)
    )
