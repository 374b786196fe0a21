"""A series in brief for one reader: its latest chats in a few lines each, with a button to each one's digest."""

from __future__ import annotations

import discord

from bot.domain.digest import Digest, shorten
from bot.services.looking_back import LookBack
from bot.ui.controls import ControlButton, Doing, free_control_id
from bot.ui.digest import Wanted
from bot.ui.digest.view import value_of
from bot.ui.roundups import brief
from bot.ui.texts import Texts

# A message holds 4,000 characters.
_LENGTH = 3_500
_LABEL = 80
# Opens the first page beside this message.
_BESIDE = 0


def series_view(found: LookBack, say: Texts) -> discord.ui.LayoutView:
    """The texts in reading order, each chat's button right after it."""
    series = found.series
    heading = say(
        "**#{hashtag}: {name}**, the latest first. Only you see this.",
        hashtag=series.model.hashtag,
        name=discord.utils.escape_markdown(series.name),
    )
    closing = _closing(found, say)
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay(heading))
    length = len(heading) + len(closing)
    for digest in found.digests:
        text = brief(digest, say)
        length += len(text)
        if length > _LENGTH:
            break
        view.add_item(discord.ui.Separator(visible=False))
        view.add_item(discord.ui.TextDisplay(text))
        view.add_item(discord.ui.ActionRow(_button(digest, say)))
    view.add_item(discord.ui.Separator(visible=False))
    view.add_item(discord.ui.TextDisplay(closing))
    return view


def _closing(found: LookBack, say: Texts) -> str:
    more = say("-# Earlier chats: `/digest chat:`, by a part of their name or date.")
    if found.upcoming is None:
        return more
    start = found.upcoming.starts_at
    following = say(
        "**Next:** #{hashtag}: {title}, {start} ({soon}), in your own time",
        hashtag=found.upcoming.hashtag,
        title=discord.utils.escape_markdown(found.upcoming.title),
        start=discord.utils.format_dt(start, "F"),
        soon=discord.utils.format_dt(start, "R"),
    )
    return f"{following}\n{more}"


def _button(digest: Digest, say: Texts) -> ControlButton:
    chat = digest.chat
    # Buttons know no time zone but the chat's.
    label = shorten(say("Digest of {day}", day=say.day(chat.starts_at, chat.zone)), _LABEL)
    return ControlButton(free_control_id(chat.id, Doing("digest", value_of(_BESIDE, Wanted()))), label)
