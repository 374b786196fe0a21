"""The forms in which chats leave: what each is called, and who writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.digest import make_digest
from bot.domain.messages import ChatRecord
from bot.exchange.archive import ArchiveWriter, View
from bot.exchange.bookmarks import Bookmarks
from bot.exchange.markdown import markdown
from bot.exchange.references import BibTex, CslJson, Ris
from bot.exchange.table import Table
from bot.exchange.transcript import transcript
from bot.web.page import render_page


class Form(StrEnum):
    """What a chat can be exported as, by the word that is typed for it."""

    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"
    CSV = "csv"
    JSON = "json"
    RIS = "ris"
    BIBTEX = "bibtex"
    CSL = "csl"
    BOOKMARKS = "bookmarks"

    @property
    def ending(self) -> str:
        """How its files' names end, without a dot in front."""
        return _ENDINGS.get(self, self.value)

    @property
    def is_for_one(self) -> bool:
        """Whether each chat has a file of its own; of the others one file may hold many chats."""
        return self in {Form.HTML, Form.MARKDOWN, Form.TEXT}


LINK_FORMS = frozenset({Form.RIS, Form.BIBTEX, Form.CSL, Form.BOOKMARKS})
_ENDINGS = {
    Form.MARKDOWN: "md",
    Form.TEXT: "txt",
    Form.BIBTEX: "bib",
    Form.CSL: "csl.json",
    Form.BOOKMARKS: "bookmarks.html",
}
_ALSO = {
    "md": Form.MARKDOWN,
    "txt": Form.TEXT,
    "transcript": Form.TEXT,
    "bib": Form.BIBTEX,
    "csl-json": Form.CSL,
    "csljson": Form.CSL,
    "archive": Form.JSON,
    "spreadsheet": Form.CSV,
    "htm": Form.HTML,
    "page": Form.HTML,
}


class Output(Protocol):
    """Writes a file's text piece by piece."""

    def begin(self) -> str:
        """What stands before the first chat."""
        ...

    def add(self, record: ChatRecord) -> Iterator[str]:
        """A chat, in pieces."""
        ...

    def end(self) -> str:
        """What stands behind the last one."""
        ...


_TABLES: dict[Form, Callable[[], Output]] = {
    Form.CSV: Table,
    Form.RIS: Ris,
    Form.BIBTEX: BibTex,
    Form.CSL: CslJson,
    Form.BOOKMARKS: Bookmarks,
}


@dataclass(frozen=True, slots=True)
class _Pages:
    """A form of which each chat is a whole file."""

    write: Callable[[ChatRecord, datetime], Iterable[str]]
    made_at: datetime

    def begin(self) -> str:
        return ""

    def add(self, record: ChatRecord) -> Iterator[str]:
        yield from self.write(record, self.made_at)

    def end(self) -> str:
        return ""


def output(form: Form, view: View, made_at: datetime) -> Output:
    """Who writes a file.

    Args:
        form: what it is to be.
        view: whose view the records are.
        made_at: now (aware UTC), told where people read it.
    """
    pages = {Form.HTML: _html, Form.MARKDOWN: markdown, Form.TEXT: transcript}
    if form in pages:
        return _Pages(pages[form], made_at)
    return ArchiveWriter(view) if form is Form.JSON else _TABLES[form]()


def write(form: Form, records: Iterable[ChatRecord], view: View, made_at: datetime) -> Iterator[str]:
    """A whole file in pieces, to be encoded as UTF-8 without touching line ends.

    Args:
        form: what it is to be.
        records: the chats as this view shows them; one, where each has a file of its own.
        view: whose view they are.
        made_at: now (aware UTC).
    """
    writer = output(form, view, made_at)
    yield writer.begin()
    for record in records:
        yield from writer.add(record)
    yield writer.end()


def read_forms(typed: str) -> tuple[tuple[Form, ...], tuple[str, ...]]:
    """The forms that a text names, each once, and the words in it that name none; `all` names all of them."""
    forms: dict[Form, None] = {}
    unknown = []
    for word in typed.casefold().replace(",", " ").replace("+", " ").split():
        name = word.removeprefix(".")
        if name == "all":
            forms |= dict.fromkeys(Form)
        elif name in set(Form):
            forms[Form(name)] = None
        elif name in _ALSO:
            forms[_ALSO[name]] = None
        elif name not in {"and", "&"}:
            unknown.append(word)
    return tuple(forms), tuple(unknown)


def _html(record: ChatRecord, made_at: datetime) -> Iterator[str]:
    yield render_page(record, make_digest(record), made_at=made_at)
