"""The shared links as a file of bookmarks (Netscape's format) that every browser imports: a folder for each chat."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from bot.domain.messages import ChatRecord
from bot.exchange.outline import title_of
from bot.exchange.references import references

_HEAD = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks</H1>
<DL><p>
"""
_FOLDER = Markup('    <DT><H3 ADD_DATE="{}">{}</H3>\n    <DL><p>\n')
_LINK = Markup('        <DT><A HREF="{}" ADD_DATE="{}">{}</A>\n')
_NOTE = Markup("        <DD>{}\n")


class Bookmarks:
    """The parts of such a file."""

    def begin(self) -> str:
        """What browsers know it by."""
        return _HEAD

    def add(self, record: ChatRecord) -> Iterator[str]:
        """A chat's folder."""
        yield _FOLDER.format(int(record.chat.starts_at.timestamp()), title_of(record.chat))
        for one in references(record):
            yield _LINK.format(one.url, one.accessed, one.title)
            if one.note:
                yield _NOTE.format(one.note)
        yield "    </DL><p>\n"

    def end(self) -> str:
        """The end of the list."""
        return "</DL><p>\n"
