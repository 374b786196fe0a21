"""Reads the archive sheet of TAGS (Martin Hawksey's Twitter Archiving Google Sheet) that was downloaded as CSV."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import BinaryIO

from bot.exchange.foreign.model import Place, Tally, Why, clean, id_of, name_of
from bot.exchange.foreign.tweet_lines import first_instant
from bot.exchange.foreign.tweets import Tweet, addresses_of, place_of, time_of
from bot.exchange.foreign.walking import lines_of
from bot.exchange.problems import Unreadable

_NEEDED = ("id_str", "from_user", "text", "created_at")
_EXPECTED = "id_str, from_user, text, created_at, time, …, in_reply_to_status_id_str, …, status_url, entities_str"
_STATUS = re.compile(r"/status(?:es)?/(\d{1,20})")
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_LONGEST_CELL = 1 << 20


def read_tags(stream: BinaryIO, name: str, now: datetime, tally: Tally) -> Place:
    """The tweets of a sheet.

    Args:
        stream: bytes.
        name: what the file is called.
        now: aware UTC; nothing can have been said later.
        tally: told what is passed over.

    Raises:
        Unreadable: its first row isn't that of such a sheet (says what is missing), or the file can't be read as CSV.
    """
    csv.field_size_limit(_LONGEST_CELL)
    lines = (line for _, line in lines_of(stream))
    first = next(lines, "")
    delimiter = max(",;\t", key=first.count)
    columns = [" ".join(clean(cell).split()).casefold() for cell in next(csv.reader([first], delimiter=delimiter), [])]
    missing = [column for column in _NEEDED if column not in columns]
    if "status_url" in columns and missing == ["id_str"]:
        missing = []
    if missing:
        said = ", ".join(f'"{column}"' for column in missing)
        why = f"the column{'s' * (len(missing) > 1)} {said} {'are' if len(missing) > 1 else 'is'} missing"
        raise Unreadable(why, 1, 0, f"The first row of a TAGS archive sheet is: {_EXPECTED}.")
    tweets = list(_rows(csv.reader(lines, delimiter=delimiter), columns, tally))
    if not tweets:
        raise Unreadable("there are no tweets in this file", 0, 0, "Download the sheet named Archive as CSV.")
    return place_of(tweets, name, now, tally, None)


def _rows(rows: Iterator[list[str]], columns: Sequence[str], tally: Tally) -> Iterator[Tweet]:
    while True:
        # The first row was read apart; the line where a row begins is the one behind the row before.
        line = _line(rows) + 2
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(f"this can't be read as CSV ({error})", line, 0, "Download the sheet again.") from None
        cells = dict(zip(columns, row, strict=False))
        if any(cell.strip() for cell in row) and (tweet := _tweet(cells, line, tally)):
            yield tweet


def _line(rows: Iterator[list[str]]) -> int:
    return int(getattr(rows, "line_num", 0))


def _tweet(cells: Mapping[str, str], line: int, tally: Tally) -> Tweet | None:
    told = clean(cells.get("id_str")).strip()
    if not id_of(told):
        # Spreadsheets round long numbers; the tweet's address has it whole.
        address = _STATUS.search(cells.get("status_url", ""))
        if address is None:
            tally.pass_over(Why.ROUNDED if _ROUNDED.fullmatch(told) else Why.NO_ID, line)
            return None
        told = address[1]
    replied = clean(cells.get("in_reply_to_status_id_str")).strip()
    return Tweet(
        id=told,
        author=name_of(cells.get("from_user")).lstrip("@"),
        at=first_instant(cells.get("created_at")) or time_of(id_of(told)),
        text=clean(cells.get("text")),
        reply_to=replied if id_of(replied) else "",
        addresses=_addresses(cells.get("entities_str", "")),
        line=line,
    )


def _addresses(told: str) -> tuple[tuple[str, str], ...]:
    if "t.co/" not in told:
        return ()
    try:
        found = json.loads(told)
    except (ValueError, RecursionError):
        # The cell was cut off by the spreadsheet; then the addresses stay short.
        return ()
    return addresses_of(found) if isinstance(found, dict) else ()
