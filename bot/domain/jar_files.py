"""The jar as a file for spreadsheets, written so that none can take a question for a formula, and read back as it was.

The columns are question, tags, used (a date such as 2026-12-03). What begins like a formula gets an apostrophe in
front, which reading takes off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.domain.errors import BadInput, Problem, Refusal
from bot.domain.jar import JarQuestion, check_tags, check_text

# In bytes.
MAX_SIZE = 200_000
MAX_ROWS = 500

_HEADER = ("question", "tags", "used")
_DELIMITERS = (",", ";", "\t")
# Apostrophes in front of such a sign count too: one is added to each, so that one can be taken off each.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """A question as a file has it.

    Attributes:
        line: where it begins in the file, from 1.
        text: as `check_text` gives it.
        tags: as `check_tags` gives them.
        used_at: the day on which it was last asked, as its beginning (aware UTC), or None.
    """

    line: int
    text: str
    tags: tuple[str, ...] = ()
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line that can't be used.

    Attributes:
        line: where it begins in the file, from 1.
        why: what to tell of it.
    """

    line: int
    why: Refusal


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    # None where the quotes don't match.
    cells: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class _Columns:
    places: Mapping[str, int]
    count: int


def check_size(size: int) -> None:
    """Pass only files of a size (in bytes) that is read.

    Raises:
        BadInput: it is too big.
    """
    if size > MAX_SIZE:
        raise BadInput(Problem.JAR_FILE_TOO_BIG, size=size, limit=MAX_SIZE)


def read_file(data: bytes, now: datetime) -> tuple[tuple[Row, ...], tuple[WrongLine, ...]]:
    """The questions of a file, and the lines that can't be used.

    Args:
        data: the file; its columns may be separated by commas, semicolons or tabs, and its header may be missing.
        now: this instant (aware UTC); nothing was asked later.

    Raises:
        BadInput: the file can't be read at all, is too big, has too many lines, or none.
    """
    check_size(len(data))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(Problem.JAR_FILE_NOT_UTF8) from error
    if "\0" in text:
        # Another encoding that happens to be possible in this one too.
        raise BadInput(Problem.JAR_FILE_NOT_UTF8)
    lines, columns = _understood(text, now)
    if not lines:
        raise BadInput(Problem.JAR_FILE_EMPTY)
    if len(lines) > MAX_ROWS:
        raise BadInput(Problem.JAR_FILE_TOO_LONG, count=len(lines), most=MAX_ROWS)
    rows: list[Row] = []
    wrong: list[WrongLine] = []
    for line in lines:
        try:
            rows.append(_row(line, columns, now))
        except BadInput as error:
            wrong.append(WrongLine(line.number, error))
    return tuple(rows), tuple(wrong)


def write_files(questions: Iterable[JarQuestion]) -> tuple[bytes, ...]:
    """The questions as one file, or as several if one would be too big to be read back; at least one."""
    # Spreadsheets know by the mark at its beginning how the file is encoded.
    head = ",".join(_HEADER).encode("utf-8-sig") + b"\r\n"
    files, rows = [bytearray(head)], 0
    for question in questions:
        row = _written(question)
        if rows == MAX_ROWS or len(files[-1]) + len(row) > MAX_SIZE:
            files.append(bytearray(head))
            rows = 0
        files[-1] += row
        rows += 1
    return tuple(bytes(file) for file in files)


def _written(question: JarQuestion) -> bytes:
    text = f"'{question.text}" if _FORMULA.match(question.text) else question.text
    used = question.used_at.astimezone(UTC).date().isoformat() if question.used_at is not None else ""
    row = io.StringIO(newline="")
    # All in quotes: where the separator is another, a sign behind one in the text would begin a cell.
    csv.writer(row, quoting=csv.QUOTE_ALL).writerow([text, " ".join(question.tags), used])
    return row.getvalue().encode()


def _understood(text: str, now: datetime) -> tuple[Sequence[_Line], _Columns]:
    """The lines below the header, and which column is where; the separator is the one that makes most sense."""
    readings = [tuple(_lines(text, delimiter)) for delimiter in _DELIMITERS]
    for lines in readings:
        columns = _columns(lines)
        if columns is not None and columns.count > 1:
            return lines[1:], columns
    columns = _columns(readings[0])
    known = columns or _Columns({name: place for place, name in enumerate(_HEADER)}, len(_HEADER))
    best = max(readings, key=lambda lines: sum(_makes_sense(line, known, now) for line in lines[: MAX_ROWS + 1]))
    return best[1:] if columns is not None else best, known


def _lines(text: str, delimiter: str) -> Iterator[_Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield _Line(number, None)
            continue
        if any(cell.strip() for cell in cells):
            yield _Line(number, tuple(cell.strip() for cell in cells))


def _columns(lines: Sequence[_Line]) -> _Columns | None:
    """Which column is where, if the first line is a header."""
    names = [cell.casefold() for cell in (lines[0].cells or ())] if lines else []
    if _HEADER[0] not in names:
        return None
    return _Columns({name: names.index(name) for name in _HEADER if name in names}, len(names))


def _makes_sense(line: _Line, columns: _Columns, now: datetime) -> bool:
    if line.cells is None or len(line.cells) < 2:  # noqa: PLR2004 - nothing is separated
        return False
    try:
        _row(line, columns, now)
    except BadInput:
        return False
    return True


def _row(line: _Line, columns: _Columns, now: datetime) -> Row:
    if line.cells is None:
        raise BadInput(Problem.JAR_LINE_QUOTES)
    cells = dict(enumerate(line.cells))
    question, tags, used = (cells.get(columns.places.get(name, -1), "") for name in _HEADER)
    if any(line.cells[columns.count :]):
        raise BadInput(Problem.JAR_LINE_COLUMNS, count=len(line.cells))
    if not question:
        raise BadInput(Problem.JAR_LINE_EMPTY)
    text = question[1:] if question[0] == "'" and _FORMULA.match(question) else question
    return Row(line.number, check_text(text), check_tags(tags), used_on(used, now))


def used_on(typed: str, now: datetime) -> datetime | None:
    """The beginning of the day on which a question was asked (aware UTC, never later than `now`); None if none is said.

    Raises:
        BadInput: it is no such day.
    """
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed) if _DATE.fullmatch(typed) else None
    except ValueError:
        day = None
    # East of here it may be tomorrow already.
    if day is None or day > (now + timedelta(days=1)).date():
        raise BadInput(Problem.JAR_LINE_DATE, typed=typed)
    return min(datetime(day.year, day.month, day.day, tzinfo=UTC), now)
