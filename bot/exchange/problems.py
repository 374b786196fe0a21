"""What is wrong with a file, and where in it."""

from __future__ import annotations

from bot.domain.errors import SetupProblem


class Unreadable(SetupProblem):
    """A file can't be used as it is.

    Args:
        why: half a sentence that says what is wrong, such as `the file ends in the middle of a message`.
        line: where, from 1; 0 where no line is at fault.
        column: which character of the line, from 1; 0 where that says nothing.
        advice: one sentence that says what to do about it.
    """

    def __init__(self, why: str, line: int = 0, column: int = 0, advice: str = "") -> None:
        at = f"Line {line}, character {column}: " if column else f"Line {line}: " if line else ""
        super().__init__(f"{at}{why}." if at else f"{why[:1].upper()}{why[1:]}.", advice)
        self.why = why
        self.line = line
        self.column = column
