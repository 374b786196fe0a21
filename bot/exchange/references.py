"""The shared links for Zotero and its like: RIS, BibTeX and CSL-JSON, each valid whatever people typed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.links import collect_links
from bot.domain.messages import ChatRecord
from bot.exchange.outline import title_of
from bot.exchange.words import Words, address, name_of, one_line
from bot.ui.texts import Texts, texts_for

# What Zotero would take for formatting in a title, or for a note of its own in HTML.
_TAG = re.compile(r"<(?=[/!?A-Za-z])")
# Discord's emphasis says nothing in a title.
_EMPHASIS = re.compile(r"\*+|~~|__|`+|\|\|")
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A shared address, as a bibliography has it; every text is on one line.

    Attributes:
        key: its name within the file: letters, digits and hyphens.
        title: what somebody said about it, else the address.
        url: where it leads.
        container: the chat in which it was shared.
        accessed_on: the day on which it was shared first, on the calendar of the chat's zone.
        accessed: the same moment in seconds since 1970.
        note: who shared it, as far as they are named, and under which question.
    """

    key: str
    title: str
    url: str
    container: str
    accessed_on: date
    accessed: int
    note: str


def references(record: ChatRecord) -> Iterator[Reference]:
    """What was shared in a chat, those first that most people shared or thanked for.

    Whoever goes by a pseudonym, or answered without a name, isn't told as having shared it.
    """
    chat = record.chat
    say = texts_for(chat.locale)
    posted = {message.id: message.posted_at for message in record.messages}
    readable = [message for message in record.messages if message.is_readable]
    # Whoever isn't named has a number below zero.
    unnamed = {message.author_name for message in readable if message.author_id < 0}
    words = Words({m.author_id: m.author_name for m in readable if m.author_name}, chat.zone, say)
    for place, link in enumerate(collect_links(record.messages), start=1):
        at = posted[link.message_id]
        names = ", ".join(name_of(name, say) for name in link.shared_by if name and name not in unnamed)
        under = f"Q{link.question}" if link.question else ""
        title = one_line(_TAG.sub("\u2039", _EMPHASIS.sub("", words.line(link.title))))
        yield Reference(
            key=f"chat{chat.id}-{place}",
            title=title or _TAG.sub("\u2039", one_line(link.url.partition("//")[2].rstrip("/"))),
            url=address(link.url),
            container=_TAG.sub("\u2039", title_of(chat)),
            accessed_on=at.astimezone(ZoneInfo(chat.zone)).date(),
            accessed=int(at.timestamp()),
            note=_TAG.sub("\u2039", _note(names, under, say)),
        )


def _note(names: str, under: str, say: Texts) -> str:
    if names and under:
        return say("Shared by {names} under {question}", names=names, question=under)
    if names:
        return say("Shared by {names}", names=names)
    return say("Shared under {question}", question=under) if under else ""


class Ris:
    """The parts of an RIS file."""

    def begin(self) -> str:
        """Nothing."""
        return ""

    def add(self, record: ChatRecord) -> Iterator[str]:
        """What was shared in a chat."""
        for one in references(record):
            lines = [
                ("TY", "ELEC"),
                ("TI", one.title),
                ("T2", one.container),
                # A semicolon would part it in two.
                ("UR", one.url.replace(";", "%3B")),
                ("Y2", f"{one.accessed_on:%Y/%m/%d}"),
                ("N1", one.note),
                ("ID", one.key),
                ("ER", ""),
            ]
            yield "".join(f"{tag}  - {value}\r\n" for tag, value in lines if value or tag == "ER")

    def end(self) -> str:
        """Nothing."""
        return ""


class BibTex:
    """The parts of a BibTeX file."""

    def begin(self) -> str:
        """Nothing."""
        return ""

    def add(self, record: ChatRecord) -> Iterator[str]:
        """What was shared in a chat."""
        for one in references(record):
            fields = {
                "title": f"{{{_tex(one.title)}}}",
                "organization": _tex(one.container),
                # An address stands as it is: programs take it for one.
                "url": one.url,
                "urldate": one.accessed_on.isoformat(),
                "note": _tex(one.note),
            }
            lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
            yield f"@online{{{one.key},\n{lines}\n}}\n\n"

    def end(self) -> str:
        """Nothing."""
        return ""


class CslJson:
    """The parts of a CSL-JSON file."""

    def __init__(self) -> None:
        self._count = 0

    def begin(self) -> str:
        """What a list begins with."""
        return "["

    def add(self, record: ChatRecord) -> Iterator[str]:
        """What was shared in a chat, a line each."""
        for one in references(record):
            day = one.accessed_on
            item = {
                "id": one.key,
                "type": "webpage",
                "title": one.title,
                "container-title": one.container,
                "URL": one.url,
                "accessed": {"date-parts": [[day.year, day.month, day.day]]},
                "note": one.note,
            }
            written = json.dumps({name: value for name, value in item.items() if value}, ensure_ascii=False)
            yield (",\n" if self._count else "\n") + written
            self._count += 1

    def end(self) -> str:
        """What a list ends with."""
        return "\n]\n"


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)
