"""What the rules of the grammar share while one phrase is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NoReturn
from zoneinfo import ZoneInfo

from bot.domain.errors import BadInput, Problem
from bot.domain.recurrence.schedule import Note, NoteKind
from bot.domain.recurrence.tokens import Tape


@dataclass(slots=True)
class Context:
    """One phrase being read.

    Attributes:
        tape: its tokens.
        zone: the server's zone (IANA).
        now: aware UTC.
        notes: what will be pointed out.
    """

    tape: Tape
    zone: str
    now: datetime
    notes: list[Note] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The local date in the server's zone."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    def note(self, kind: NoteKind, **facts: object) -> None:
        """Points something out, once."""
        if Note(kind, facts) not in self.notes:
            self.notes.append(Note(kind, facts))

    def refuse(self, problem: Problem, start: int, end: int, **facts: object) -> NoReturn:
        """Refuses the phrase for the words of a stretch of tokens."""
        raise BadInput(problem, words=[self.tape.words(start, end)], **facts)
