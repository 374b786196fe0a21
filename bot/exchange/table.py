"""Messages as CSV for spreadsheets: one a row, and no cell is ever taken for a formula.

A spreadsheet takes a cell for a formula by its first sign, and where it expects semicolons between cells, or knows no
quotation marks, a cell may begin within a text. So an apostrophe stands before such a sign at every such place.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from bot.domain.messages import ArchivedMessage, ChatRecord, jump_url
from bot.exchange.outline import Outline
from bot.exchange.words import fit, one_line

COLUMNS = (
    "chat",
    "hashtag",
    "title",
    "message",
    "posted_at_utc",
    "posted_at_local",
    "author",
    "questions",
    "filed_by",
    "text",
    "reply_to",
    "replies",
    "edited",
    "files",
    "reactions",
    "gone",
    "link",
)
BYTE_ORDER_MARK = "\ufeff"
# What a spreadsheet doesn't see or passes over.
_UNSEEN = (
    r"\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
# A winking face is no formula.
_BEFORE = rf"(^[{_UNSEEN}]*|[;\t\r\n][{_UNSEEN}\"]*)"
_BEGINS = re.compile(rf"{_BEFORE}(?!(?<=;)-\))(['{_SIGNS}])")
_GUARDED = re.compile(rf"{_BEFORE}'")


def guarded(text: str) -> str:
    """A cell's text that no spreadsheet takes for a formula."""
    return _BEGINS.sub(r"\1'\2", text)


def unguarded(cell: str) -> str:
    """The text of which `guarded` made a cell."""
    return _GUARDED.sub(r"\1", cell)


class Table:
    """The parts of a CSV file (UTF-8 with a byte order mark, CRLF), in the order in which they are asked for."""

    def begin(self) -> str:
        """The heads of the columns."""
        return BYTE_ORDER_MARK + _row(COLUMNS)

    def add(self, record: ChatRecord) -> Iterator[str]:
        """A chat, row by row, in Discord's order."""
        outline, zone = Outline(record), ZoneInfo(record.chat.zone)
        for message in outline.messages:
            yield _row([guarded(fit(cell).strip()) for cell in _cells(outline, message, zone)])

    def end(self) -> str:
        """Nothing."""
        return ""


def _cells(outline: Outline, message: ArchivedMessage, zone: ZoneInfo) -> Iterator[str]:
    chat, gap = outline.chat, outline.gap(message)
    is_shown = not gap
    yield str(chat.id)
    yield f"#{chat.hashtag}"
    yield one_line(chat.title)
    yield f"m{message.id}"
    yield f"{message.posted_at:%Y-%m-%d %H:%M:%S}"
    yield f"{message.posted_at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    yield outline.name(message) if is_shown else ""
    yield ", ".join(f"Q{number}" for number in message.questions)
    yield ", ".join(dict.fromkeys(filing.basis.value for filing in message.filings if filing.sure))
    yield outline.words.plain(message.text or "") if is_shown else ""
    yield f"m{message.reply_to_id}" if message.reply_to_id else ""
    yield str(message.replies)
    yield "yes" if message.edited_at and is_shown else ""
    yield ", ".join(one_line(file.filename) for file in message.attachments) if is_shown else ""
    reactions = message.reactions if is_shown else ()
    yield ", ".join(f"{count} \u00d7 {outline.words.line(emoji)}" for emoji, count in reactions)
    yield gap
    # What wasn't said in Discord stands in no thread there.
    yield jump_url(chat.guild_id, message.thread_id, message.id) if chat.thread_id is not None else ""


def _row(cells: Sequence[str]) -> str:
    # Quoted all: a comma, a quotation mark or a line's end within a text ends no cell.
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
