"""Pages that fit in a message: whole parts as far as they go, a long part broken between its lines and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

# Discord allows 4,000 characters in the texts of one message; the page's own line comes on top.
PAGE_LENGTH = 3_600
# Discord allows 40 components in a message, the spaces between the texts and the buttons included.
_MOST_BLOCKS = 13


def fill(blocks: Iterable[str], length: int = PAGE_LENGTH) -> list[list[str]]:
    """The blocks on as few pages as hold them, at least one page."""
    filled: list[list[str]] = [[]]
    size = 0
    for block in _in_pieces(blocks, length):
        if filled[-1] and (size + len(block) > length or len(filled[-1]) >= _MOST_BLOCKS):
            filled.append([])
            size = 0
        filled[-1].append(block)
        size += len(block)
    return filled


def _in_pieces(blocks: Iterable[str], length: int) -> Iterator[str]:
    """The blocks; one too long for a page is broken between its lines, never in a quote or an address."""
    for block in blocks:
        if len(block) <= length:
            yield block
            continue
        piece = ""
        for line in block.split("\n"):
            if piece and len(piece) + len(line) + 1 > length:
                yield piece
                piece = ""
            piece = f"{piece}\n{line}" if piece else line
        if piece:
            yield piece
