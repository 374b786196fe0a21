"""Under which questions a message stands, as rows; what a person ruled outranks the machine.

Each open chat has a room in memory that files its messages. It is made from the rows when it is first needed, so that
a restart changes nothing, and holds no words that the rows don't hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, false, insert, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Chat
from bot.domain.filing import Asked, Room, Said, Verdict, is_aside
from bot.domain.markers import read_hosts_labels, read_labels
from bot.domain.messages import Basis, Filing, Incoming, Kept
from bot.storage import tables as t
from bot.storage.among import among

_MENTION = re.compile(r"<@!?(\d+)>")
# What its author or another person said of a message; the rest is told by other messages.
_SIGNS = frozenset({Basis.AUTHOR, Basis.HOST, Basis.BUTTON, Basis.LABEL, Basis.THREAD})
# Asked for by every row of a chat; the enumeration itself takes its time.
_BASES = {basis.value: basis for basis in Basis}


class Rooms:
    """The rooms of the chats in which something was said lately; in use in the thread that writes only."""

    def __init__(self) -> None:
        self._rooms: dict[int, Room] = {}

    async def of(self, conn: AsyncConnection, chat: Chat) -> Room:
        """A chat's room, which knows the questions asked so far."""
        room = self._rooms.get(chat.id)
        if room is None:
            room = await _furnish(conn, chat)
            self._rooms[chat.id] = room
        _ask(room, chat)
        return room

    def forget(self, message_ids: Iterable[int]) -> None:
        """The words of these messages are gone; where they stood is remembered, for those that reply to them."""
        for message_id in message_ids:
            for room in self._rooms.values():
                room.forget(message_id)

    def close(self, chat_id: int) -> None:
        """A chat is over; its room is made anew if it is needed once more."""
        self._rooms.pop(chat_id, None)


async def add_filings(
    conn: AsyncConnection, rooms: Rooms, chat: Chat, message: Incoming, by_button: int | None
) -> None:
    """File a message, and what replies to it, on a connection that is open already."""
    facts = await _facts(conn, rooms, chat, [message])
    await _write(conn, _file(chat, message, by_button, facts))


async def file_all(
    conn: AsyncConnection, rooms: Rooms, chat: Chat, messages: Sequence[Incoming]
) -> dict[int, tuple[int, ...]]:
    """File messages that nobody filed yet, in a few statements for all of them; where each surely stands."""
    facts = await _facts(conn, rooms, chat, messages)
    verdicts: dict[int, Verdict] = {}
    for message in messages:
        verdicts |= _file(chat, message, None, facts)
    await _write(conn, verdicts)
    return {message.id: _sure(verdicts[message.id].filings) for message in messages}


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the rows know that decides where messages stand.

    Attributes:
        room: the chat's.
        rulings: what people ruled, by message: the questions, and whether its author did.
        hosts: who hosts the chat.
    """

    room: Room
    rulings: Mapping[int, tuple[tuple[int, ...], bool]]
    hosts: frozenset[int]


async def _facts(conn: AsyncConnection, rooms: Rooms, chat: Chat, messages: Sequence[Incoming]) -> _Facts:
    room = await rooms.of(conn, chat)
    ruled = t.rulings.c.message_id.in_([message.id for message in messages])
    rulings: dict[int, tuple[tuple[int, ...], bool]] = {}
    for row in await conn.execute(select(t.rulings).where(ruled).order_by(t.rulings.c.question)):
        numbers, _ = rulings.get(row.message_id, ((), False))
        rulings[row.message_id] = ((*numbers, row.question) if row.question else numbers, row.by_author)
    answered = {m.reply_to_id for m in messages if m.reply_to_id is not None and room.verdict(m.reply_to_id) is None}
    if answered:
        own = await conn.scalars(select(t.actions.c.message_id).where(t.actions.c.message_id.in_(answered)))
        for posted in own:
            # A reply to the bot's welcome is a greeting; prompts are known to the room by themselves.
            room.place(posted, Verdict())
    return _Facts(room, rulings, frozenset(await _hosts(conn, chat)))


def _file(chat: Chat, message: Incoming, by_button: int | None, facts: _Facts) -> dict[int, Verdict]:
    """Where a message stands, and what replies to it."""
    signs, basis, asks = _signs(chat, message, by_button, facts)
    if message.by_machine:
        # A bridge or a moderator's tool may carry a person's answer, with its label; a host may say so of any other.
        return {message.id: Verdict(tuple(Filing(number, basis or Basis.LABEL) for number in signs))}
    room = facts.room
    room.repeat(message.id, asks)
    own = chat.question_in(message.thread_id)
    parent = room.verdict(message.reply_to_id) if message.reply_to_id is not None else None
    if basis is None and own is not None and not (parent is not None and parent.filings):
        # A question's own thread says what is answered there; thanks and greetings answer nothing anywhere.
        signs, basis = () if is_aside(message.text) else (own.number,), Basis.THREAD
    if message.is_unread:
        # Nothing is known of it but where it stands and what it replies to.
        replied = [q.number for q in chat.questions if q.message_id is not None and q.message_id == message.reply_to_id]
        found = [Filing(own.number, Basis.THREAD)] if own else [Filing(number, Basis.REPLY) for number in replied]
        verdict = Verdict(tuple(found))
        room.forget(message.id)
        room.place(message.id, verdict)
        return {message.id: verdict}
    at = message.posted_at.timestamp()
    said = Said(message.id, message.author_id, at, message.text, message.reply_to_id, _named(message.text), signs)
    verdict = room.hear(said, basis)
    if not chat.is_open:
        verdict = room.reconsider(message.id)
    return {message.id: verdict, **room.follow(message.id)}


async def review(conn: AsyncConnection, rooms: Rooms, chat: Chat) -> tuple[Kept, ...]:
    """File everything once more with the whole chat known; what people wrote that stands elsewhere than before."""
    before = await _filings(conn, chat.id)
    verdicts = (await rooms.of(conn, chat)).review()
    changed = {i: v for i, v in verdicts.items() if _shown(v.filings) != _shown(before.get(i, ()))}
    await _write(conn, changed)
    m = t.messages.c
    rows = await conn.execute(select(m.id, m.thread_id).where(m.chat_id == chat.id, m.by_button.is_(None)))
    return tuple(
        Kept(chat, row.id, row.thread_id, _sure(changed[row.id].filings), _sure(before.get(row.id, ())))
        for row in rows
        if row.id in changed
    )


async def file_as_ruled(conn: AsyncConnection, rooms: Rooms, chat: Chat, row: RowMapping) -> None:
    """File a message anew once a person has ruled where it stands."""
    await add_filings(conn, rooms, chat, message_of(row), row["by_button"])


def message_of(row: RowMapping) -> Incoming:
    """A message's row as a value, as far as filing needs it."""
    return Incoming(
        row["id"],
        row["thread_id"],
        row["author_id"],
        row["author_name"],
        row["posted_at"],
        row["text"] or "",
        reply_to_id=row["reply_to_id"],
        by_machine=row["by_machine"],
    )


async def sure_filings(conn: AsyncConnection, message_id: int) -> tuple[int, ...]:
    """The questions under which a message stands without doubt."""
    rows = await conn.execute(
        select(t.filings.c.question)
        .where(t.filings.c.message_id == message_id, t.filings.c.sure.is_(True))
        .order_by(t.filings.c.question)
    )
    return tuple(rows.scalars())


def filing_of(question: int, basis: str, confidence: float, sure: bool, reasons: str) -> Filing:  # noqa: FBT001 - a column
    """A row's columns as a value."""
    return Filing(question, _BASES[basis], confidence, sure, tuple(reasons.split()) if reasons else ())


def _signs(
    chat: Chat, message: Incoming, by_button: int | None, facts: _Facts
) -> tuple[tuple[int, ...], Basis | None, tuple[int, ...]]:
    """What a message is filed under by a sign, what the sign is, and which questions it asks once more."""
    if message.id in facts.rulings:
        numbers, by_author = facts.rulings[message.id]
        return numbers, Basis.AUTHOR if by_author else Basis.HOST, ()
    if by_button is not None:
        return (by_button,), Basis.BUTTON, ()
    labels = read_labels(message.text, len(chat.questions))
    if labels and message.author_id in facts.hosts:
        # Q2 from someone who isn't a host is meant as A2.
        answers, asks = read_hosts_labels(message.text, len(chat.questions))
        return answers, Basis.LABEL, asks
    return labels, Basis.LABEL if labels else None, ()


async def _hosts(conn: AsyncConnection, chat: Chat) -> set[int]:
    """Who planned the chat, and who did anything at its desk."""
    moved = await conn.execute(select(t.moves.c.person_id).distinct().where(t.moves.c.chat_id == chat.id))
    return {chat.host_id, *moved.scalars()}


async def _write(conn: AsyncConnection, verdicts: Mapping[int, Verdict]) -> None:
    await conn.execute(delete(t.filings).where(among(t.filings.c.message_id, verdicts)))
    rows = [
        {
            "message_id": message_id,
            "question": filing.question,
            "basis": filing.basis,
            "confidence": filing.confidence,
            "sure": filing.sure,
            "reasons": " ".join(filing.reasons),
        }
        for message_id, verdict in verdicts.items()
        for filing in verdict.filings
    ]
    if rows:
        await conn.execute(insert(t.filings), rows)


async def _filings(conn: AsyncConnection, chat_id: int) -> dict[int, tuple[Filing, ...]]:
    query = (
        select(t.filings)
        .join(t.messages, t.messages.c.id == t.filings.c.message_id)
        .where(t.messages.c.chat_id == chat_id)
        .order_by(t.filings.c.message_id, t.filings.c.question)
    )
    found: dict[int, tuple[Filing, ...]] = {}
    for row in (await conn.execute(query)).mappings():
        filing = filing_of(row["question"], row["basis"], row["confidence"], row["sure"], row["reasons"])
        found[row["message_id"]] = (*found.get(row["message_id"], ()), filing)
    return found


async def _furnish(conn: AsyncConnection, chat: Chat) -> Room:
    """A room that has heard what the rows hold; where each message stands is taken from the rows too."""
    room = Room()
    _ask(room, chat)
    filings, hosts = await _filings(conn, chat.id), await _hosts(conn, chat)
    ruled = select(t.rulings.c.message_id, t.rulings.c.by_author).join(
        t.messages, t.messages.c.id == t.rulings.c.message_id
    )
    rulings = {
        row.message_id: row.by_author for row in await conn.execute(ruled.where(t.messages.c.chat_id == chat.id))
    }
    # What isn't filed yet is heard when it is.
    filed = (t.messages.c.chat_id == chat.id) & (t.messages.c.unfiled == false())
    rows = await conn.execute(select(t.messages).where(filed).order_by(t.messages.c.id))
    for row in rows.mappings():
        stands = filings.get(row["id"], ())
        if row["text"] is not None and not row["by_machine"]:
            signed = tuple(f for f in stands if f.basis in _SIGNS)
            basis = signed[0].basis if signed else None
            if row["id"] in rulings:
                basis = Basis.AUTHOR if rulings[row["id"]] else Basis.HOST
            at, text = row["posted_at"].timestamp(), row["text"]
            if basis is None and row["author_id"] in hosts:
                _, asks = read_hosts_labels(text, len(chat.questions))
                room.repeat(row["id"], asks)
                basis = Basis.LABEL if asks else None
            signs = tuple(f.question for f in signed)
            room.recall(Said(row["id"], row["author_id"], at, text, row["reply_to_id"], _named(text), signs), basis)
        room.place(row["id"], Verdict(stands))
    return room


def _ask(room: Room, chat: Chat) -> None:
    for question in chat.questions:
        if question.message_id is not None and question.asked_at is not None:
            room.ask(Asked(question.number, question.message_id, question.asked_at.timestamp(), question.text))


def _named(text: str) -> tuple[int, ...]:
    return tuple(int(found) for found in _MENTION.findall(text))


def _sure(filings: Sequence[Filing]) -> tuple[int, ...]:
    return tuple(sorted(filing.question for filing in filings if filing.sure))


def _shown(filings: Sequence[Filing]) -> list[tuple[int, bool, Basis]]:
    return sorted((filing.question, filing.sure, filing.basis) for filing in filings)
