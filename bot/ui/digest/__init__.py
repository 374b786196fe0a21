"""A digest for one reader in Discord: short, in the order in which a screen reader reads it, quotes verbatim."""

from __future__ import annotations

from bot.domain.digest import Digest
from bot.ui.digest.paging import fill
from bot.ui.digest.parts import blocks
from bot.ui.digest.prose import escape
from bot.ui.digest.wanted import Wanted
from bot.ui.texts import Texts

__all__ = ["Wanted", "escape", "pages"]


def pages(digest: Digest, wanted: Wanted, say: Texts) -> list[list[str]]:
    """The pages of a digest, at least one, each as its blocks of text: at most 4,000 characters together."""
    filled = fill(blocks(digest, wanted, say))
    if len(filled) > 1:
        for number, page in enumerate(filled, start=1):
            page.append(say("-# Page {page} of {pages}", page=number, pages=len(filled)))
    return filled
