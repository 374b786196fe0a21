"""`shelftalk digest`: a chat's digest as plain text from the archive, and on request why each quote was chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC

from bot.domain.consent import shown
from bot.domain.digest import Digest, Quote, Why, make_digest, shorten
from bot.domain.errors import SetupProblem
from bot.domain.messages import ChatRecord
from bot.storage.archive import ArchiveStore
from bot.storage.database import Database
from bot.storage.migrate import check, current_revision, head_revision
from bot.storage.publishing import PublicationStore
from config.settings import Settings

_COVERED_SHOWN = 5
_COVERED_LENGTH = 100


def explain(settings: Settings, chat_id: int, *, why: bool) -> Iterator[str]:
    """A digest's lines.

    Args:
        settings: say where the database is; it is only read.
        chat_id: the chat's number in the archive.
        why: also tell what each quote covers, and the figures that decided.

    Raises:
        SetupProblem: there is no such database or chat, or the database is another version's.
    """
    record = asyncio.run(_load(settings, chat_id))
    if record is None:
        raise SetupProblem(f"There is no chat {chat_id} in the archive.", "In Discord, /chats lists chats.")
    return lines(record, make_digest(record), why=why)


async def _load(settings: Settings, chat_id: int) -> ChatRecord | None:
    path = settings.database.path
    if not path.exists():
        raise SetupProblem(f"There is no database at {path}.", "Name it as database.path in the settings.")
    if problems := check(path):
        raise SetupProblem(problems[0])
    if current_revision(path) != head_revision():
        raise SetupProblem(
            f"The database {path} is of another version of Shelftalk.", "The bot brings it up to date when it starts."
        )
    database = Database(path)
    await database.open()
    try:
        record = await ArchiveStore(database).record_of(chat_id)
        if record is None:
            return None
        return shown(record, await PublicationStore(database).consent(record.chat.guild_id, outside=False))
    finally:
        await database.close()


def lines(record: ChatRecord, digest: Digest, *, why: bool) -> Iterator[str]:
    """A digest as lines of plain text."""
    texts = {m.id: " ".join((m.text or "").split()) for m in record.messages if m.is_readable}
    chat = digest.chat
    yield f"#{chat.hashtag}: {chat.title}, {chat.starts_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    yield f"{digest.messages} messages by {digest.people} people"
    if digest.themes:
        yield "Themes: " + ", ".join(f"{theme.phrase} ({len(theme.people)} people)" for theme in digest.themes)
    for part in digest.questions:
        yield ""
        yield f"Q{part.question.number}. {part.question.text}"
        yield f"   {part.answers} answers by {part.people} people"
        for quote in part.quotes:
            yield from _quote(quote, texts, why=why)
    for told in digest.by_theme:
        yield f"{told.theme.phrase} ({len(told.theme.people)} people)"
        for quote in told.quotes:
            yield from _quote(quote, texts, why=why)
    for quote in digest.highlights:
        yield from _quote(quote, texts, why=why)
    if digest.links:
        yield ""
        yield from (f"- {link.url}" + (f": {link.title}" if link.title else "") for link in digest.links)
    for left in digest.unanswered:
        yield f"Unanswered, {left.quote.author_name}: {left.quote.text}"
    for found in digest.disagreements:
        about = f" (about {found.about.author_name}: {found.about.text})" if found.about else ""
        yield f"Disagrees, {found.quote.author_name}: {found.quote.text}{about}"


def _quote(quote: Quote, texts: dict[int, str], *, why: bool) -> Iterator[str]:
    others = len(quote.others)
    alike = "" if not others else f" (and {others} other{'s' * (others > 1)} said something like this)"
    yield f"   > {quote.author_name}: {quote.text}{alike}"
    if not why or quote.why is None:
        return
    yield f"     why: {reason(quote.why)}"
    for message_id in quote.others[:_COVERED_SHOWN]:
        yield f"     covers: {shorten(texts.get(message_id, ''), _COVERED_LENGTH)}"
    if others > _COVERED_SHOWN:
        yield f"     covers {others - _COVERED_SHOWN} more"


def reason(why: Why) -> str:
    """What decided for a quote, on one line."""
    shared = f", shares {', '.join(why.shared)}" if why.shared else ""
    return (
        f"worth {why.gain:.2f} = voices {why.coverage:.2f} answers not voiced before, says {why.own:.2f} itself, "
        f"length fits {why.fit:.0%}, repeats {why.repeats:.0%} of a quote, standing and prior {why.prior:.2f}{shared}"
    )
