"""Reads a transcript, the script of who says what when, and tells what is wrong with it by line.

A transcript is JSON Lines in UTF-8: a header (`title` or `chat`, `hosts`, `questions`), then one thing that
happens a line. A line has an `id`, an `author`, a `text`, and either `at` (ISO 8601 with an offset) or `minute`
(minutes after the start); `kind` says what happens, and is `message` if left out. The header's `questions`, a list
of `{"number", "id"}`, names the messages that were a real chat's questions: here the bot posts those.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto
from pathlib import Path
from typing import Annotated, ClassVar, NamedTuple, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from bot.domain.chat import MAX_QUESTION_LENGTH, MAX_QUESTIONS
from bot.domain.errors import SetupProblem
from bot.domain.manner import Pace

# Discord's longest message, for those who pay for it; its longest display name.
MAX_TEXT_LENGTH = 4_000
MAX_NAME_LENGTH = 32
# A line further off than this is a mistyped date, and would make simulated time drag on.
MAX_DAYS_OFF = 7

_LABEL = re.compile(r"^(?:#\w+ )*q(?:uestion)? ?#? ?\d{1,2}[a-d]?(?!\w)[ .:;)\]\u2026\u2013\u2014-]*", re.IGNORECASE)
_LAST_TAGS = re.compile(r"(?: #\w+)+$")
_QUESTION_ID = re.compile(r"Q\d+")


class EventKind(StrEnum):
    """What a line does."""

    MESSAGE = auto()
    EDIT = auto()
    DELETE = auto()
    REACT = auto()
    UNREACT = auto()
    COMMAND = auto()
    ANSWER_BUTTON = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happens in a chat.

    Attributes:
        id: unique in the transcript.
        at_seconds: seconds after the chat's start; below 0 for what comes before it.
        author: the display name of who does it.
        kind: what happens.
        text: what is written; for EDIT the whole new text.
        reply_to: id of an earlier message, or `Q3` for the third question's prompt, or None.
        target: for EDIT, DELETE, REACT and UNREACT the id of an earlier message.
        emoji: for REACT and UNREACT.
        command: for COMMAND, without the slash: `privacy leave-me-out`.
        question: for ANSWER_BUTTON the question's number.
        attachments: names of the files that come with a message.
        answers: the numbers with which the author labelled it, as an annotator read them in the file.
    """

    id: str
    at_seconds: float
    author: str
    kind: EventKind = EventKind.MESSAGE
    text: str = ""
    reply_to: str | None = None
    target: str | None = None
    emoji: str | None = None
    command: str | None = None
    question: int | None = None
    attachments: tuple[str, ...] = ()
    answers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ScriptedQuestion:
    """A question that the bot is to post.

    Attributes:
        number: 1 for Q1; gapless.
        text: without a label.
        at_seconds: seconds after the start at which it was asked, or is due by the usual pace.
    """

    number: int
    text: str
    at_seconds: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole chat as a script.

    Attributes:
        title: from the header, or else the file's name.
        hosts: display names, from the header.
        questions: in order; empty if neither the file nor a plan has any.
        lines: in order of time.
        source: the file.
    """

    title: str
    hosts: tuple[str, ...]
    questions: tuple[ScriptedQuestion, ...]
    lines: tuple[Line, ...]
    source: Path

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who does something, in order of appearance."""
        return tuple(dict.fromkeys(line.author for line in self.lines))

    @property
    def duration_seconds(self) -> float:
        """Seconds from the start to the last thing that happens; 0 if nothing does."""
        return max([0.0, *(q.at_seconds for q in self.questions), *(line.at_seconds for line in self.lines)])


_Name = Annotated[str, Field(max_length=MAX_NAME_LENGTH, pattern=r"\S")]
_Word = Annotated[str, Field(min_length=1)]
_Model = TypeVar("_Model", bound=BaseModel)


class _Strict(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True, frozen=True)


class _QuestionEntry(_Strict):
    number: int
    id: _Word


class _Header(_Strict):
    title: str = ""
    chat: str = ""
    hosts: tuple[_Name, ...] = ()
    questions: tuple[_QuestionEntry, ...] = ()


class _Entry(_Strict):
    id: _Word
    author: _Name
    kind: EventKind = EventKind.MESSAGE
    text: Annotated[str, Field(max_length=MAX_TEXT_LENGTH)] = ""
    at: AwareDatetime | None = None
    minute: Annotated[float, Field(allow_inf_nan=False)] | None = None
    reply_to: str | None = None
    target: str | None = None
    emoji: _Word | None = None
    command: Annotated[_Word, AfterValidator(lambda typed: typed.removeprefix("/"))] | None = None
    question: int | None = None
    attachments: tuple[_Word, ...] = ()
    answers: tuple[int, ...] = ()


_NEEDS: Mapping[EventKind, tuple[str, ...]] = {
    EventKind.EDIT: ("target", "text"),
    EventKind.DELETE: ("target",),
    EventKind.REACT: ("target", "emoji"),
    EventKind.UNREACT: ("target", "emoji"),
    EventKind.COMMAND: ("command",),
    EventKind.ANSWER_BUTTON: ("question", "text"),
}

_SENTENCES = {
    "datetime_parsing": "isn't a time such as 2026-12-03T20:05:00Z",
    "datetime_type": "needs a date with a time, such as 2026-12-03T20:00:00",
    "enum": "must be one of {expected}",
    "extra_forbidden": "isn't a name used here{hint}",
    "finite_number": "needs an ordinary number",
    "float_type": "needs a number",
    "int_type": "needs a whole number",
    "list_type": "needs a list in square brackets",
    "missing": "is missing",
    "string_pattern_mismatch": "is empty",
    "string_too_long": "is longer than {max_length} characters, the most that Discord takes",
    "string_too_short": "is empty",
    "string_type": "needs text in quotation marks",
    "timezone_aware": "doesn't say its zone: put Z behind a UTC time",
    "tuple_type": "needs a list in square brackets",
}


def read_utf8(path: Path, what: str) -> str:
    """The text of a file.

    Args:
        path: the file.
        what: what it should be, for the sentence: `transcript`, `plan`.

    Raises:
        SetupProblem: it is missing, a folder, unreadable, empty or not UTF-8.
    """
    if path.is_dir():
        raise SetupProblem(f"{path} should be a {what}, but it is a folder.", "Name a file in it.")
    try:
        # Notepad puts a byte order mark in front; "utf-8-sig" takes it off.
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise SetupProblem(f"There is no {what} at {path}.", "Check the path and its spelling.") from None
    except UnicodeDecodeError as error:
        number = error.object.count(b"\n", 0, error.start) + 1
        raise SetupProblem(f"{path}, line {number}: this isn't UTF-8 text.", "Save the file again as UTF-8.") from None
    except OSError as error:
        raise SetupProblem(f"The {what} {path} can't be read: {error.strerror}.", "Check who may read it.") from None
    if not text.strip():
        raise SetupProblem(f"The {what} {path} is empty.", "Name another file, or fill this one.")
    return text


def explain(detail: ErrorDetails, known: Iterable[str]) -> str:
    """What pydantic found wrong with a value, without a full stop; `known` names are there to be suggested."""
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in detail["loc"])
    near = difflib.get_close_matches(name, list(known), n=1)
    hint = f'; perhaps "{near[0]}" is meant' if near else ""
    return f'"{name}" ' + _SENTENCES.get(detail["type"], "can't be used").format(**detail.get("ctx", {}), hint=hint)


def load_transcript(path: Path, questions: Sequence[str] | None = None, minutes: int = 60) -> Transcript:
    """Read a transcript.

    Lines out of order are sorted by time. A reply to what isn't there, or comes later, becomes an ordinary message.

    Args:
        path: the file.
        questions: a plan's question texts, which take the place of the file's own.
        minutes: the plan's length, from which the times of its questions follow.

    Raises:
        SetupProblem: the file can't be read, or a line can't be used; names the line, the reason and what to do.
    """
    raw = [(n, line) for n, line in enumerate(read_utf8(path, "transcript").split("\n"), 1) if line.strip()]
    script = _Script(path)
    header = script.read(_Header, *raw[0])
    rows = [_Row(number, script.read(_Entry, number, line)) for number, line in raw[1:]]
    script.check_rows(rows)
    script.find_prompts(header, raw[0][0], rows)
    if questions is None:
        script.questions = tuple(script.prompt_question(row) for row in rows if row.entry.id in script.prompts)
    else:
        script.questions = _paced(questions, minutes)
    title = " ".join((header.title or header.chat).split()) or path.stem
    return Transcript(title, header.hosts, script.questions, tuple(script.lines(rows)), path)


def _paced(texts: Sequence[str], minutes: int) -> tuple[ScriptedQuestion, ...]:
    first, last = Pace().welcome * 60, (minutes - Pace().wrap_up) * 60
    gap = (last - first) / max(len(texts), 1)
    return tuple(ScriptedQuestion(index + 1, text, first + gap * index) for index, text in enumerate(texts))


def _bare_question(text: str) -> str:
    """A question on one line, without its label and the hashtags behind it, as far as anything is left."""
    bare = " ".join(text.split())
    bare = _LABEL.sub("", bare) or bare
    return _LAST_TAGS.sub("", bare) or bare


class _Row(NamedTuple):
    number: int
    entry: _Entry


@dataclass(slots=True)
class _Script:
    """A transcript while it is read; `prompts` has the numbers of the messages that were questions."""

    path: Path
    prompts: dict[str, int] = field(default_factory=dict)
    questions: tuple[ScriptedQuestion, ...] = ()
    first_at: datetime | None = None
    first_seconds: float = 0

    def wrong(self, number: int, reason: str, advice: str) -> SetupProblem:
        return SetupProblem(f"{self.path}, line {number}: {reason}.", advice)

    def read(self, model: type[_Model], number: int, raw: str) -> _Model:
        try:
            return model.model_validate_json(raw)
        except ValidationError as error:
            detail = error.errors(include_url=False, include_input=False)[0]
        if detail["type"] == "json_invalid":
            reason = str(detail["ctx"]["error"]).replace("at line 1 column", "at column")
            raise self.wrong(number, f"this isn't JSON: {reason}", "See that it is whole and its quotes are closed.")
        if not detail["loc"]:
            raise self.wrong(number, "this isn't a JSON object", 'A line is one object in curly brackets: {"id": ...}.')
        if model is _Header and detail["loc"][0] in {"id", "author", "text", "kind"}:
            raise self.wrong(number, "the header is missing", 'Put a line such as {"title": "Maps"} before it.')
        raise self.wrong(number, explain(detail, model.model_fields), "Correct that line, or take it out.")

    def check_rows(self, rows: Sequence[_Row]) -> None:
        """Check each line by itself, and that ids are unique."""
        lines: dict[str, int] = {}
        for number, entry in rows:
            if (entry.at is None) == (entry.minute is None):
                amount = "no time" if entry.at is None else "two times"
                raise self.wrong(number, f"it has {amount}", 'Give it "at" or "minute", and not both.')
            if _QUESTION_ID.fullmatch(entry.id):
                raise self.wrong(number, f'the id "{entry.id}" means a question', "Give it another id.")
            if entry.id in lines:
                raise self.wrong(number, f'line {lines[entry.id]} has the id "{entry.id}" too', "Give it another id.")
            lines[entry.id] = number
            lacking = next((name for name in _NEEDS.get(entry.kind, ()) if getattr(entry, name) in {None, ""}), None)
            if lacking:
                raise self.wrong(number, f'a line of kind "{entry.kind}" needs "{lacking}"', "Add it.")
            if entry.kind is EventKind.MESSAGE and not entry.text.strip() and not entry.attachments:
                raise self.wrong(number, "the message is empty", "Give it a text or attachments, or take it out.")

    def find_prompts(self, header: _Header, number: int, rows: list[_Row]) -> None:
        """Find when the chat starts, sort the lines, and number the messages that were questions."""
        wanted = {question.id for question in header.questions}
        found = [row for row in rows if row.entry.id in wanted and row.entry.kind is EventKind.MESSAGE]
        lost = sorted(wanted - {row.entry.id for row in found})
        if lost:
            raise self.wrong(number, f'no message has the question\'s id "{lost[0]}"', "Correct it in the header.")
        dated = [row.entry.at for row in found or rows if row.entry.at]
        if dated:
            self.first_at, self.first_seconds = min(dated), Pace().welcome * 60 if found else 0
        for row in rows:
            if abs(self.seconds(row)) > MAX_DAYS_OFF * 86_400:
                raise self.wrong(row.number, f"its time is over {MAX_DAYS_OFF} days off the chat's", "Check its date.")
        rows.sort(key=self.seconds)
        asked = [row.entry.id for row in rows if row.entry.id in wanted]
        self.prompts = {message: n for n, message in enumerate(asked[:MAX_QUESTIONS], start=1)}

    def seconds(self, row: _Row) -> float:
        if row.entry.at is None or self.first_at is None:
            return (row.entry.minute or 0) * 60
        return (row.entry.at - self.first_at).total_seconds() + self.first_seconds

    def prompt_question(self, row: _Row) -> ScriptedQuestion:
        text = _bare_question(row.entry.text)
        if not 0 < len(text) <= MAX_QUESTION_LENGTH:
            length = f"a question has 1 to {MAX_QUESTION_LENGTH} characters, and this one {len(text)}"
            raise self.wrong(row.number, length, "Change the text, or take its id out of the header.")
        return ScriptedQuestion(self.prompts[row.entry.id], text, self.seconds(row))

    def lines(self, rows: Sequence[_Row]) -> Iterator[Line]:
        """The lines without the prompts, each checked against what was said before it."""
        said: dict[str, str] = {}
        asked: set[str] = set()
        for row in rows:
            entry, seconds = row.entry, self.seconds(row)
            if entry.id in self.prompts:
                asked.add(entry.id)
                continue
            self.check_target(row, said)
            reply_to = self.reply_to(entry.reply_to, seconds, said, asked)
            same = entry.model_dump(exclude={"at", "minute", "reply_to"})
            yield Line(at_seconds=seconds, reply_to=reply_to, **same)
            if entry.kind is EventKind.MESSAGE:
                said[entry.id] = entry.author
            elif entry.kind is EventKind.DELETE:
                said.pop(entry.target or "")

    def check_target(self, row: _Row, said: Mapping[str, str]) -> None:
        kind, target = row.entry.kind, row.entry.target or ""
        if kind is EventKind.ANSWER_BUTTON and row.entry.question not in {q.number for q in self.questions}:
            raise self.wrong(row.number, f"there is no question {row.entry.question}", "Correct the number.")
        if "target" in _NEEDS.get(kind, ()) and target not in said:
            raise self.wrong(row.number, f'there is no message "{target}" then', "Name an earlier message's id.")
        if kind is EventKind.EDIT and said[target] != row.entry.author:
            raise self.wrong(
                row.number, f"only {said[target]} can edit that message", "Correct the author or the target."
            )

    def reply_to(self, wanted: str | None, seconds: float, said: Collection[str], asked: Collection[str]) -> str | None:
        if wanted is None or wanted in said:
            return wanted
        # In a real chat's file the order tells which of two lines of the same minute came first.
        name = f"Q{self.prompts[wanted]}" if wanted in asked else wanted
        known = {f"Q{q.number}" for q in self.questions if wanted in asked or q.at_seconds <= seconds}
        return name if name in known else None
