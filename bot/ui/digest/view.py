"""A page of a digest with its buttons; what was asked for is in each id, so that they work after any restart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import discord

from bot.domain.digest import Length
from bot.ui.controls import ControlButton, Doing, free_control_id
from bot.ui.digest.wanted import Wanted
from bot.ui.texts import Texts

# The first is what a value without a length means.
_LENGTHS = (Length.STANDARD, Length.GLANCE, Length.FULL)
_PAGES = 1_000
_WAYS = 10


def value_of(page: int, wanted: Wanted) -> int:
    """What a button's id holds: the page, the length and the instant or the day, as digits of one number."""
    of, way = (int(wanted.since.timestamp()) if wanted.since is not None else 0), _LENGTHS.index(wanted.length)
    if wanted.day:
        of, way = wanted.day, way + len(_LENGTHS)
    return (of * _WAYS + way) * _PAGES + page


def read(value: int) -> tuple[int, Wanted]:
    """The page and what was asked for; page 0 opens the first beside the button's own message."""
    rest, page = divmod(value, _PAGES)
    of, way = divmod(rest, _WAYS)
    is_day, length = divmod(way, len(_LENGTHS))
    if is_day:
        return page, Wanted(_LENGTHS[length], day=of)
    return page, Wanted(_LENGTHS[length], datetime.fromtimestamp(of, UTC) if of else None)


def texts_view(page: Sequence[str]) -> discord.ui.LayoutView:
    """One page without buttons, to be kept."""
    view = discord.ui.LayoutView(timeout=None)
    for place, text in enumerate(page):
        if place:
            view.add_item(discord.ui.Separator(visible=False))
        view.add_item(discord.ui.TextDisplay(text))
    return view


def page_view(
    chat_id: int, page: Sequence[str], number: int, pages: int, wanted: Wanted, say: Texts
) -> discord.ui.LayoutView:
    """One page, its texts in reading order, then the buttons that turn it, change the length, or take it along.

    Args:
        chat_id: whose.
        page: its texts.
        number: which it is, from 1.
        pages: how many there are.
        wanted: what the reader asked for.
        say: their language.
    """
    view = texts_view(page)
    turning = [
        _button(chat_id, "digest", value_of(other, wanted), label, discord.ButtonStyle.primary)
        for other, label in ((number - 1, say("Back")), (number + 1, say("Next")))
        if 1 <= other <= pages
    ]
    names = {Length.GLANCE: say("Shorter"), Length.STANDARD: say("Standard"), Length.FULL: say("Longer")}
    lengths = [
        _button(chat_id, "digest", value_of(1, replace(wanted, length=length)), names[length])
        for length in Length
        if length is not wanted.length
    ]
    taking = [
        _button(chat_id, "send", value_of(1, wanted), say("Send it to me")),
        _button(chat_id, "keep", value_of(1, wanted), say("As a file")),
    ]
    for row in (turning, list(_days(chat_id, wanted, say)), [*lengths, *taking]):
        if row:
            view.add_item(discord.ui.ActionRow(*row))
    return view


def _days(chat_id: int, wanted: Wanted, say: Texts) -> Iterator[ControlButton]:
    """The buttons of a chat over days: each day's neighbours, and the whole."""
    if wanted.days < 2:  # noqa: PLR2004 - a single day is the whole
        return
    if not wanted.day:
        latest = replace(wanted, day=wanted.days, since=None)
        yield _button(chat_id, "digest", value_of(1, latest), say("Day by day"))
        return
    for other in (wanted.day - 1, wanted.day + 1):
        if 1 <= other <= wanted.days:
            label = say("Day {number}", number=other)
            yield _button(chat_id, "digest", value_of(1, replace(wanted, day=other)), label)
    yield _button(chat_id, "digest", value_of(1, replace(wanted, day=0)), say("All days"))


def _button(
    chat_id: int, kind: str, value: int, label: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> ControlButton:
    return ControlButton(free_control_id(chat_id, Doing(kind, value)), label, style)
