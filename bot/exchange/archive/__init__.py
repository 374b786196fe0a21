"""The archive's own form as JSON, without loss: `write_archive` and `read_archive`; docs/archive-format.md has it."""

from bot.exchange.archive.model import VERSION, View
from bot.exchange.archive.reading import Archive, open_archive, read_archive
from bot.exchange.archive.writing import ArchiveWriter, write_archive

__all__ = ["VERSION", "Archive", "ArchiveWriter", "View", "open_archive", "read_archive", "write_archive"]
