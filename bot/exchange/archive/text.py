"""JSON is read from a stream value by value, and what is wrong with it is told with line and character."""

from __future__ import annotations

import codecs
import json
from typing import BinaryIO

from bot.exchange.problems import Unreadable

_CHUNK = 1 << 16
# No message and no plan is longer, and what never ends mustn't fill the memory.
_LONGEST = 1 << 23
# An error so near to the end of what was read may be one only because the rest is missing.
_NEAR = 16
_BLANK = " \t\n\r"
_CUT = "the file ends here, in the middle of something"
_CUT_ADVICE = "It was cut off: fetch or export it again."


class JsonText:
    """A file of JSON from which values are taken one after the other.

    Args:
        stream: bytes, UTF-8; a byte order mark is passed over.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._at = 0
        # How many signs were let go of, and the line and the character of the first that is left.
        self._gone = 0
        self._line = 1
        self._column = 1
        self._is_over = False
        self._read = json.JSONDecoder()

    def peek(self) -> str:
        """The next sign that isn't blank; empty at the end of the file."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _BLANK:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, signs: str) -> str:
        """The next sign, which must be one of these."""
        found = self.peek()
        if not found:
            raise self.problem(_CUT, advice=_CUT_ADVICE)
        if found not in signs:
            raise self.problem(f"{found!r} stands where {' or '.join(signs)} should")
        self._at += 1
        return found

    def value(self) -> tuple[object, str]:
        """The next value, and the JSON it is made of."""
        self.peek()
        self._forget()
        while True:
            try:
                found, end = self._read.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                ends = "Unterminated" in error.msg or error.pos > len(self._text) - _NEAR
                if not (ends and self._more()):
                    raise self._wrong(error) from None
            except (ValueError, RecursionError):
                raise self.problem("a value here is nested too deep or too long") from None
            else:
                # Of a number at the very end more may follow.
                if end < len(self._text) or not self._more():
                    start, self._at = self._at, end
                    return found, self._text[start:end]

    def problem(self, why: str, mark: int | None = None, advice: str = "") -> Unreadable:
        """What is wrong where reading stands, or at the mark that was set before the last value."""
        line, column = self._place(self._at if mark is None else mark - self._gone)
        return Unreadable(why, line, column, advice)

    def mark(self) -> int:
        """Remember the place of the next sign, in case something is wrong with what begins there."""
        self.peek()
        return self._gone + self._at

    def _wrong(self, error: json.JSONDecodeError) -> Unreadable:
        if self._is_over and (self._at >= len(self._text) or error.pos >= len(self._text.rstrip())):
            return self._at_position(_CUT, len(self._text), _CUT_ADVICE)
        if self._is_over and "Unterminated" in error.msg:
            return self._at_position("the file ends in the middle of a text that begins here", error.pos, _CUT_ADVICE)
        return self._at_position(f"this isn't JSON ({error.msg})", error.pos)

    def _at_position(self, why: str, position: int, advice: str = "") -> Unreadable:
        return self.problem(why, self._gone + position, advice)

    def _more(self) -> bool:
        if self._is_over:
            return False
        if len(self._text) - self._at > _LONGEST:
            raise self.problem("a value begins here that is longer than any that Shelftalk writes")
        chunk = self._stream.read(max(_CHUNK, len(self._text) - self._at))
        self._is_over = not chunk
        try:
            self._text += self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            self._text += error.object[: error.start].decode("utf-8", "replace")
            raise self._at_position("the file isn't UTF-8 text here", len(self._text), "Save it as UTF-8.") from None
        return bool(chunk)

    def _forget(self) -> None:
        """Let go of what was read, but for its place."""
        if self._at > _CHUNK:
            self._line, self._column = self._place(self._at)
            self._gone += self._at
            self._text, self._at = self._text[self._at :], 0

    def _place(self, at: int) -> tuple[int, int]:
        lines = self._text.count("\n", 0, at)
        if not lines:
            return self._line, self._column + at
        return self._line + lines, at - self._text.rfind("\n", 0, at)
