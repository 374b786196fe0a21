"""Signs that a message goes on from another or will go on: `2/2`, `(1/3)`, `cont.`, `pt 2`; they name no question."""

from __future__ import annotations

import re

from bot.domain.markers.folding import LINK, MENTION, Folded, fold
from bot.domain.markers.model import Piece

_MOST = 20
_MOST_BARE = 9
_FRACTION = r"(?P<number>\d{1,2})\s?(?:/|of)\s?(?P<total>\d{1,2})(?![\d/:.%]\d)(?!\d)"
_PART = r"(?:part|pt|p)\.?\s?(?P<part>\d)(?!\d|[:.]\d)"
_ON = r"(?:(?:cont(?:inued|'?d|\u2019d)?|ctd|fortsetzung|forts|suite|sigue)\b\.?)"
_FOLLOW = r"(?:follow(?:ed|ing)?[\s-]?up|again|add-?on)\b"
_BEHIND = re.compile(
    rf"\s{{0,3}}[:,\-]?\s{{0,3}}(?P<open>[(\[])?\s?(?:{_FRACTION}|{_PART}|(?P<on>{_ON}|{_FOLLOW}|\+(?=[\s:])))\s?[)\]]?"
    r"(?=[\s:.,;)\]\-\u2013\u2014!\ue000]|$)",
    re.IGNORECASE,
)
_FIRST = re.compile(
    rf"[\s>*_~`|.]{{0,8}}(?P<open>[(\[])?\s?(?:{_FRACTION}|(?:part|pt)\.?\s?(?P<part>\d)(?!\d|[:.]\d)|(?P<on>{_ON}))\s?[)\]]?"
    r"(?P<sign>\s?[:.\-\u2013\u2014)])?(?=\s|$)",
    re.IGNORECASE,
)
_LAST = re.compile(
    rf"(?:^|[\s.,!?\u2026\ue000\ue001])(?P<open>[(\[])?(?:{_FRACTION}|(?P<on>\(?{_ON}\)?))[)\]]?\s{{0,3}}$",
    re.IGNORECASE,
)
# "1/2 of us", "3/4 cup": a share or a measure.
_SHARE = re.compile(
    r"\s{0,3}(?:of|the|a|an|cups?|hours?|days?|price|inch|mile|way|my|our|to|or|as|time|full|empty)\b", re.IGNORECASE
)
_TAGS = re.compile(rf"[#@][\w.\-]+:?|[{LINK}{MENTION}\u2190-\u21ff\u2600-\u27bf\U0001f000-\U0001faff]+")
_TAIL = 400
_LONGEST_TAG = 200


def read_piece(text: str) -> Piece | None:
    """Which piece of a longer message this is, if it says so at its start or its end; `2/2` never names question 2.

    Args:
        text: the message as written.
    """
    folded = fold(text)
    return piece_at_edge(folded)


def piece_at_edge(folded: Folded) -> Piece | None:
    """The piece that a message names at its start or before its last hashtags, mentions and links."""
    plain = folded.text
    first = _FIRST.match(plain, _skip_tags(plain))
    if first and _holds(first, plain) and (first["open"] or first["sign"] or first["number"] or first["part"]):
        return _piece(first, folded, at_end=False)
    end = tail_start(plain)
    last = _LAST.search(plain[max(0, end - 24) : end])
    if last is None or (last["number"] and not _holds(last, "")):
        return None
    return _piece(last, folded, at_end=True, offset=max(0, end - 24))


def piece_behind(folded: Folded, at: int) -> Piece | None:
    """The piece that is named right behind a label: `A3 cont`, `A1 (2/2)`, `A3 pt 2`, `A6(followup)`."""
    match = _match_behind(folded.text, at)
    return None if match is None else _piece(match, folded, at_end=False)


def end_behind(plain: str, at: int) -> int:
    """Where the sign of a piece ends that follows a label, or where the label ends if none does."""
    match = _match_behind(plain, at)
    return at if match is None else match.end()


def _match_behind(plain: str, at: int) -> re.Match[str] | None:
    match = _BEHIND.match(plain, at)
    return match if match is not None and _holds(match, plain) else None


def tail_start(plain: str) -> int:
    """Where the hashtags, mentions, links and emoji begin that end a message."""
    at = len(plain.rstrip())
    while at > 0 and len(plain) - at < _TAIL:
        first = max(0, at - _LONGEST_TAG)
        blank = max(plain.rfind(sign, first, at) for sign in " \n\t")
        if (blank < 0 and first > 0) or not _TAGS.fullmatch(plain[blank + 1 : at].rstrip(".,!")):
            break
        at = blank + 1
        while at > 0 and plain[at - 1].isspace():
            at -= 1
    return at


def _skip_tags(plain: str) -> int:
    at = 0
    for _ in range(10):
        while at < len(plain) and plain[at].isspace():
            at += 1
        tag = _TAGS.match(plain, at)
        if tag is None:
            break
        at = tag.end()
    return at


def _holds(match: re.Match[str], plain: str) -> bool:
    if match["number"] is None:
        return True
    number, total = int(match["number"]), int(match["total"])
    if not 1 <= number <= total <= (_MOST if match["open"] else _MOST_BARE) or total == 1:
        return False
    return bool(match["open"]) or number == total or not _SHARE.match(plain, match.end())


def _piece(match: re.Match[str], folded: Folded, *, at_end: bool, offset: int = 0) -> Piece:
    groups = match.groupdict()
    number = int(groups["number"] or groups.get("part") or 0) or None
    total = int(groups["total"]) if groups["total"] else None
    start, end = match.start(), match.end()
    while start < end and match.string[start].isspace():
        start += 1
    while end > start and match.string[end - 1].isspace():
        end -= 1
    on = groups["on"] is not None
    return Piece(
        number=number,
        total=total,
        continues=(number or 0) > 1 or (on and not at_end),
        goes_on=(number is not None and total is not None and number < total) or (on and at_end),
        start=folded.starts[start + offset],
        end=folded.ends[end + offset - 1],
    )
