"""A message becomes rows here: written down and filed as it comes, put right when edited, emptied when it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import OVER_STATES, Chat
from bot.domain.consent import NOBODY, without_words
from bot.domain.links import find_urls
from bot.domain.manner import Layout
from bot.domain.messages import Attachment, Extras, Incoming, Kept
from bot.storage import extras, freed, index
from bot.storage import tables as t
from bot.storage.agenda import correct_recaps, correct_recaps_of
from bot.storage.among import among
from bot.storage.chat_rows import load_chat
from bot.storage.filings import Rooms, add_filings, sure_filings


async def keep(
    conn: AsyncConnection,
    rooms: Rooms,
    chat: Chat,
    message: Incoming,
    by_button: int | None = None,
    *,
    takes_new: bool | None = None,
) -> Kept | None:
    """Write a message down and file it; an older version never replaces a newer, nor a deleted one.

    Args:
        conn: an open transaction.
        rooms: file what is said.
        chat: whose thread it came from.
        message: as Discord tells of it.
        by_button: the question that the bot posted it for, in somebody's name.
        takes_new: whether one that isn't known yet is taken; None for as long as the chat goes on.

    Returns:
        None where nothing changed, and for those who asked to be left out.
    """
    kept: Kept | None = None
    row = (await conn.execute(select(t.messages).where(t.messages.c.id == message.id))).mappings().first()
    if row is None and by_button is None and not is_taken(chat, message, takes_new):
        return None
    if row is not None and row["chat_id"] != chat.id:
        chat = await load_chat(conn, row["chat_id"]) or chat
    if row is None:
        known = await conn.execute(select(t.left_out.c.person_id).where(t.left_out.c.person_id == message.author_id))
        hidden = known.first() is not None
        is_first = not hidden and await _is_first(conn, chat, message)
        await _insert(conn, chat, without_words(message) if hidden else message, by_button, hidden=hidden)
        if not hidden:
            await add_filings(conn, rooms, chat, message, by_button)
        if not hidden:
            kept = Kept(chat, message.id, message.thread_id, await sure_filings(conn, message.id), is_first=is_first)
    elif row["deleted_at"] is None and not row["left_out"]:
        before = await sure_filings(conn, message.id)
        if await _update(conn, rooms, chat, row, message):
            kept = Kept(chat, message.id, message.thread_id, await sure_filings(conn, message.id), before)
    if message.reactions is not None:
        await set_reactions(conn, message.id, message.reactions)
    return kept


def is_taken(chat: Chat, message: Incoming, takes_new: bool | None = None) -> bool:  # noqa: FBT001 - as `keep` has it
    """Whether a message that isn't known yet belongs to a chat; `takes_new` as for `keep`."""
    if chat.layout is not Layout.CHANNEL:
        # Who may write in a locked thread may still edit there; that is no part of the chat.
        return chat.state not in OVER_STATES if takes_new is None else takes_new
    # In a channel people talk before the chat, edit that while it runs, and go on talking when it is over.
    return (chat.is_open if takes_new is None else takes_new) and message.id >= (chat.opened_by or 0)


async def _is_first(conn: AsyncConnection, chat: Chat, message: Incoming) -> bool:
    return not message.by_machine and not await wrote_before(conn, chat, message.author_id)


async def wrote_before(conn: AsyncConnection, chat: Chat, author_id: int, message_id: int | None = None) -> bool:
    """Whether somebody ever wrote in a chat of this server; with a message's number, whether they did before it."""
    m = t.messages.c
    here = select(m.id).join(t.chats, t.chats.c.id == m.chat_id)
    earlier = here.where(m.author_id == author_id, t.chats.c.guild_id == chat.guild_id)
    if message_id is not None:
        earlier = earlier.where(m.id < message_id)
    return (await conn.execute(earlier.limit(1))).first() is not None


async def _insert(conn: AsyncConnection, chat: Chat, message: Incoming, by_button: int | None, *, hidden: bool) -> None:
    await conn.execute(
        insert(t.messages).values(
            id=message.id,
            chat_id=chat.id,
            thread_id=message.thread_id,
            author_id=message.author_id,
            author_name=message.author_name,
            posted_at=message.posted_at,
            text=None if hidden or message.is_unread else message.text,
            edited_at=message.edited_at,
            reply_to_id=message.reply_to_id,
            by_machine=message.by_machine,
            by_button=by_button,
            left_out=hidden,
            pinned=message.extras.pinned and not hidden,
            extras=None if hidden else extras.to_text(message.extras),
        )
    )
    await _add_parts(conn, message)


async def _update(conn: AsyncConnection, rooms: Rooms, chat: Chat, row: RowMapping, message: Incoming) -> bool:
    newer = message.edited_at is not None and (row["edited_at"] is None or message.edited_at > row["edited_at"])
    # What could not be read when it came may be readable now.
    newer |= row["text"] is None and not message.is_unread
    if not newer or row["by_button"] is not None:
        if message.edited_at == row["edited_at"] and not message.is_unread:
            await _set_extras(conn, row, message.extras)
        return False
    text = None if message.is_unread else message.text
    if text != row["text"]:
        if chat.is_open and row["text"] is not None:
            await conn.execute(
                insert(t.versions).values(message_id=message.id, replaced_at=message.edited_at, text=row["text"])
            )
        message = replace(message, reply_to_id=row["reply_to_id"])
        await add_filings(conn, rooms, chat, message, None)
    values: dict[str, object] = {"text": text, "edited_at": message.edited_at}
    if not message.is_unread:
        values |= {"pinned": message.extras.pinned, "extras": extras.to_text(message.extras)}
    await conn.execute(update(t.messages).where(t.messages.c.id == message.id).values(**values))
    await correct_recaps(conn, [message.id])
    await conn.execute(delete(t.links).where(t.links.c.message_id == message.id))
    await _add_links(conn, message.id, message.text)
    await _set_attachments(conn, message)
    await index.take_out(conn, [message.id])
    return True


async def _set_extras(conn: AsyncConnection, row: RowMapping, found: Extras) -> None:
    """Previews, pins and votes come without an edit."""
    text = extras.to_text(found)
    if (text, found.pinned) != (row["extras"], row["pinned"]):
        await conn.execute(
            update(t.messages).where(t.messages.c.id == row["id"]).values(extras=text, pinned=found.pinned)
        )


async def reword(conn: AsyncConnection, chat: Chat, row: RowMapping, text: str, at: datetime) -> None:
    """Give what the bot posted for somebody its new words."""
    if text == row["text"]:
        return
    if chat.is_open:
        await conn.execute(insert(t.versions).values(message_id=row["id"], replaced_at=at, text=row["text"] or ""))
    await conn.execute(update(t.messages).where(t.messages.c.id == row["id"]).values(text=text, edited_at=at))
    await conn.execute(delete(t.links).where(t.links.c.message_id == row["id"]))
    await _add_links(conn, row["id"], text)
    await index.take_out(conn, [row["id"]])


async def _add_parts(conn: AsyncConnection, message: Incoming) -> None:
    await _add_links(conn, message.id, message.text)
    await _add_attachments(conn, message, message.attachments)


async def _set_attachments(conn: AsyncConnection, message: Incoming) -> None:
    """What stays with an edited message keeps its file."""
    a = t.attachments.c
    mine = a.message_id == message.id
    gone = await conn.execute(delete(t.attachments).where(mine, a.id.not_in([f.id for f in message.attachments])))
    if gone.rowcount:
        freed.note(conn)
    if message.attachments:
        kept = set(await conn.scalars(select(a.id).where(mine)))
        for file in message.attachments:
            if file.id in kept:
                values = {"url": file.url, "description": file.description}
                await conn.execute(update(t.attachments).where(mine, a.id == file.id).values(**values))
        await _add_attachments(conn, message, [file for file in message.attachments if file.id not in kept])


async def _add_attachments(conn: AsyncConnection, message: Incoming, attachments: Sequence[Attachment]) -> None:
    if attachments:
        freed.note(conn)
        files = [
            {
                "id": file.id,
                "message_id": message.id,
                "filename": file.filename,
                "url": file.url,
                "size": file.size,
                "content_type": file.content_type,
                "description": file.description,
            }
            for file in attachments
        ]
        await conn.execute(insert(t.attachments), files)


async def _add_links(conn: AsyncConnection, message_id: int, text: str) -> None:
    urls = find_urls(text)
    if urls:
        rows = [{"message_id": message_id, "position": i, "url": url} for i, url in enumerate(urls)]
        await conn.execute(insert(t.links), rows)


async def set_reactions(conn: AsyncConnection, message_id: int, reactions: Sequence[tuple[str, int]]) -> None:
    """Set how many people chose which emoji."""
    await conn.execute(delete(t.reactions).where(t.reactions.c.message_id == message_id))
    if reactions:
        rows = [{"message_id": message_id, "emoji": e, "count": c} for e, c in reactions]
        await conn.execute(insert(t.reactions), rows)


async def forget_words(conn: AsyncConnection, message_ids: Sequence[int], *, deleted_at: datetime | None) -> None:
    """Take the words of messages away; that there was one, and when, remains, and by whom if it was only deleted.

    Args:
        conn: an open transaction.
        message_ids: unknown ones are passed over.
        deleted_at: when they were deleted (aware UTC), or None where their author is to be left out.
    """
    if not message_ids:
        return
    meant = among(t.messages.c.id, message_ids)
    chats = (await conn.scalars(select(t.messages.c.chat_id).distinct().where(meant))).all()
    await index.remove(conn, await index.rows_of(conn, message_ids))
    # Its place in the index stays taken: to free it costs as much again, and without words it never goes back.
    values: dict[str, object] = {"text": None, "extras": None, "pinned": False}
    if deleted_at is not None:
        values["deleted_at"] = deleted_at
    else:
        values |= {"left_out": True, "author_id": NOBODY, "author_name": ""}
    await conn.execute(update(t.messages).where(meant).values(**values))
    for table in (t.versions, t.links, t.attachments):
        await conn.execute(delete(table).where(among(table.c.message_id, message_ids)))
    freed.note(conn)
    if deleted_at is not None:
        # What the bot posted for somebody stands here a second time, as it was typed.
        await conn.execute(delete(t.relays).where(among(t.relays.c.message_id, message_ids)))
    await correct_recaps_of(conn, sorted(chats))
