"""Answers given through a form, until the bot has posted them and after."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.run import Action, ActionKind, ActionState
from bot.services.values import Posted, Relay, RelayState
from bot.storage import tables as t
from bot.storage.agenda import insert_actions


async def add(conn: AsyncConnection, relay: Relay, actions: Sequence[Action], *, author_key: str | None = None) -> None:
    """Save an answer and what is due with it; a press that was sent twice is saved once."""
    if await get(conn, relay.id) is not None:
        return
    await conn.execute(
        insert(t.relays).values(
            id=relay.id,
            chat_id=relay.chat_id,
            question=relay.question,
            author_id=relay.author_id,
            author_name=relay.author_name,
            text=relay.text,
            given_at=relay.given_at,
            author_key=author_key,
            state=relay.state,
        )
    )
    await insert_actions(conn, actions)


async def get(conn: AsyncConnection, relay_id: int) -> Relay | None:
    """An answer given through a form, or None if it isn't there any more."""
    row = (await conn.execute(select(t.relays).where(t.relays.c.id == relay_id))).mappings().first()
    return _relay(row) if row is not None else None


async def latest(conn: AsyncConnection, chat_id: int, question: int, author_id: int) -> Relay | None:
    """What a person answered to a question through a form, the latest, if it still stands."""
    r = t.relays.c
    mine = (r.chat_id == chat_id) & (r.question == question) & (r.author_id == author_id)
    row = (await conn.execute(select(t.relays).where(mine).order_by(r.id.desc()).limit(1))).mappings().first()
    return _relay(row) if row is not None else None


async def amend(conn: AsyncConnection, relay: Relay, action: Action) -> Relay | None:
    """Give an answer its new words and make the change due; None if its author took it back meanwhile."""
    changed = await conn.execute(update(t.relays).where(t.relays.c.id == relay.id).values(text=relay.text))
    if not changed.rowcount:
        return None
    same = (t.actions.c.chat_id == relay.chat_id) & (t.actions.c.kind == ActionKind.AMEND)
    same &= t.actions.c.number == relay.id
    # One that is being done already is done once more, for it may carry the words before.
    again = await conn.execute(update(t.actions).where(same).values(state=ActionState.DUE, due_at=action.due_at))
    if not again.rowcount:
        await insert_actions(conn, [action])
    return await get(conn, relay.id)


def _relay(row: RowMapping) -> Relay:
    return Relay(
        id=row["id"],
        chat_id=row["chat_id"],
        question=row["question"],
        author_id=row["author_id"],
        author_name=row["author_name"],
        text=row["text"],
        given_at=row["given_at"],
        message_id=row["message_id"],
        state=RelayState(row["state"]),
    )


async def mark_posted(conn: AsyncConnection, relay: Relay, posted: Posted) -> bool:
    """Remember which message carries an answer; False if its author took it back, then it is to be taken down."""
    changed = await conn.execute(update(t.relays).where(t.relays.c.id == relay.id).values(message_id=posted.message_id))
    if changed.rowcount:
        return True
    await insert_actions(conn, [retraction(relay.chat_id, relay.id, posted)])
    return False


def retraction(chat_id: int, relay_id: int, posted: Posted) -> Action:
    """The action that takes down the message which carries an answer."""
    return Action(
        chat_id,
        ActionKind.RETRACT,
        due_at=posted.posted_at,
        number=relay_id,
        lane=f"retract:{relay_id}",
        message_id=posted.message_id,
    )
