"""Steps through JSON that is read bit by bit, and through files of lines; each problem is told with its line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from bot.exchange.archive.text import JsonText
from bot.exchange.problems import Unreadable

# No message is longer, and what never ends mustn't fill the memory.
LONGEST_LINE = 1 << 23


def members(text: JsonText) -> Iterator[str]:
    """Stand before the value of each member of an object; whoever asks takes it before the next one."""
    text.take("{")
    if text.peek() == "}":
        text.take("}")
    else:
        while True:
            if text.peek() not in {'"', ""}:
                raise text.problem("a name in quotation marks should stand here")
            name = str(text.value()[0])
            text.take(":")
            yield name
            if text.take(",}") == "}":
                break
    if text.peek():
        raise text.problem("something stands behind the end of the file's object")


def items(text: JsonText) -> Iterator[None]:
    """Stand before each item of a list; whoever asks takes it before the next one."""
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        yield
        if text.take(",]") == "]":
            return


def lines_of(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """The lines of a file with their numbers, from 1; a byte order mark is passed over.

    Raises:
        Unreadable: a line isn't UTF-8, or has no end in sight.
    """
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            why = f"this line is longer than {LONGEST_LINE >> 20} MB"
            raise Unreadable(why, number, 0, "A message a line is expected.")
        try:
            line = raw.decode()
        except UnicodeDecodeError as error:
            why = f"byte {error.start + 1} of this line isn't UTF-8"
            raise Unreadable(why, number, 0, "Save the file as UTF-8.") from None
        yield number, line.removeprefix("\ufeff") if number == 1 else line
