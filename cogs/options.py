"""Options that several commands share: how a chat is held, which chat or series is meant, who hosts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

import discord
from discord import app_commands

from bot.domain.chat import RUNNING_STATES, UPCOMING_STATES, Chat
from bot.domain.errors import BadInput, Problem
from bot.domain.manner import Ahead, Anonymous, EventWish, Format, Layout
from bot.domain.recurrence.schedule import HolidayPolicy
from bot.domain.series import series_like
from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, texts_of
from bot.services.manner import Manner
from bot.services.reading import is_meant
from bot.ui import lists
from bot.ui.series import choice as series_choice
from cogs.hosts import is_host
from cogs.readers import may_see

_MOST = 25
_MENTION = re.compile(r"<@!?(\d+)>")
_ZONES_FIRST = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Toronto",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Berlin",
    "Australia/Sydney",
    "Pacific/Auckland",
    "UTC",
)

CHOICES: dict[str, list[app_commands.Choice[str]]] = {
    "anonymous": [
        app_commands.Choice(name="No", value=Anonymous.NO.value),
        app_commands.Choice(name="Yes, and a host approves each answer first", value=Anonymous.APPROVED.value),
        app_commands.Choice(name="Yes, posted at once", value=Anonymous.OPEN.value),
    ],
    "layout": [
        app_commands.Choice(name="One thread", value=Layout.THREAD.value),
        app_commands.Choice(name="One thread, and one more for each question", value=Layout.QUESTIONS.value),
        app_commands.Choice(name="A post in a forum", value=Layout.FORUM.value),
        app_commands.Choice(name="In the channel itself", value=Layout.CHANNEL.value),
    ],
    "format": [
        app_commands.Choice(name="Hosted: questions and answers", value=Format.HOSTED.value),
        app_commands.Choice(name="Jar: questions drawn live from the jar", value=Format.JAR.value),
        app_commands.Choice(name="Informal: a time and a hashtag, no host, no questions", value=Format.INFORMAL.value),
    ],
    "questions_ahead": [
        app_commands.Choice(name="Their number", value=Ahead.NUMBER.value),
        app_commands.Choice(name="All of them", value=Ahead.ALL.value),
        app_commands.Choice(name="Nothing", value=Ahead.NOTHING.value),
    ],
    "event": [
        app_commands.Choice(name="No", value=EventWish.NO.value),
        app_commands.Choice(name="Yes, and again if somebody deletes it", value=EventWish.KEPT.value),
        app_commands.Choice(name="Yes, but not again if somebody deletes it", value=EventWish.ONCE.value),
    ],
    "on_holiday": [
        app_commands.Choice(name="It takes place", value=HolidayPolicy.KEEP.value),
        app_commands.Choice(name="It is left out", value=HolidayPolicy.SKIP.value),
        app_commands.Choice(name="A week later", value=HolidayPolicy.WEEK_LATER.value),
        app_commands.Choice(name="Ask the hosts", value=HolidayPolicy.ASK.value),
    ],
}

DESCRIBED = {
    "description": "A few lines about it, for announcements",
    "format": "What kind of chat; hosted, if you say nothing",
    "pace": "When questions come: evenly, 10 minutes, by hand, one a day, or times as 9:00 and 18:00",
    "layout": "Where it is held; one thread, if you say nothing",
    "forum": "The forum for its post, with the layout of that name",
    "announce": "When it is announced before the start, such as: a week, 1 day, 2 hours; or none",
    "questions_ahead": "What announcements tell of the questions; their number, if you say nothing",
    "ping": "The role that announcements ping; @everyone for none",
    "event": "Whether Discord's list of events shows it; no, if you say nothing",
    "anonymous": "Whether people may answer without their name; no, if you say nothing",
    "recap": "Yes: when it is over, I post its digest in the channel",
    "quiet": "Yes: I confirm answers by nothing at all instead of a reaction with the question's number",
}


def choices(*names: str) -> dict[str, list[app_commands.Choice[str]]]:
    """The choices of some options."""
    return {name: CHOICES[name] for name in names}


def described(*names: str) -> dict[str, str]:
    """What some options are for."""
    return {name: DESCRIBED[name] for name in names}


def manner_of(said: app_commands.Namespace) -> Manner:
    """What was chosen of how a chat is held, from the options of a command; None where an option wasn't given."""
    return Manner(
        format=Format(said.format) if said.format else None,
        pace=said.pace,
        layout=Layout(said.layout) if said.layout else None,
        forum_id=said.forum.id if said.forum is not None else None,
        announce=said.announce,
        ahead=Ahead(said.questions_ahead) if said.questions_ahead else None,
        ping_role_id=role_id(said.ping),
        event=EventWish(said.event) if said.event else None,
        description=said.description,
        anonymous=Anonymous(said.anonymous) if said.anonymous else None,
        recap=said.recap,
        quiet=said.quiet,
    )


def as_typed(interaction: Interaction) -> str:
    """All that was typed into a command, to be given back with a refusal, so that it need not be thought of again."""
    shown = []
    for name, value in interaction.namespace:
        if value is not None:
            shown.append(f"{name}: {getattr(value, 'mention', value)}")
    return "\n".join(shown)


def role_id(role: discord.Role | None) -> int | None:
    """A role's id; 0 for @everyone, as everybody has it and nobody wants it pinged; None where none was chosen."""
    if role is None:
        return None
    return 0 if role.is_default() else role.id


def channel_of(interaction: Interaction, chosen: discord.TextChannel | None) -> discord.TextChannel:
    """The text channel that is meant: the one chosen, else where the command was typed, or the channel of its thread.

    Raises:
        BadInput: it was typed where no chat can be held, such as a forum's post.
    """
    here = chosen or interaction.channel
    if isinstance(here, discord.Thread):
        here = here.parent
    if not isinstance(here, discord.TextChannel):
        raise BadInput(Problem.CHANNEL_UNUSABLE)
    return here


def people_in(typed: str | None) -> tuple[int, ...] | None:
    """The members who are mentioned in a text; None where nothing was typed.

    Raises:
        BadInput: there is no mention in it.
    """
    if typed is None:
        return None
    found = tuple(dict.fromkeys(int(match) for match in _MENTION.findall(typed)))
    if not found and typed.strip().casefold() not in {"none", "nobody", "-"}:
        raise BadInput(Problem.HOSTS_UNREADABLE, typed=typed.strip())
    return found


async def complete_zone(_interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Time zones whose names have what is typed so far."""
    wanted = typed.strip().replace(" ", "_").casefold()
    if not wanted:
        return [app_commands.Choice(name=zone, value=zone) for zone in _ZONES_FIRST]
    names = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/")))
    parts = ([name for name in names if _begins(name, wanted)], [name for name in names if wanted in name.casefold()])
    found = list(dict.fromkeys(name for part in parts for name in part))
    return [app_commands.Choice(name=name, value=name) for name in found[:_MOST]]


def _begins(name: str, wanted: str) -> bool:
    return any(part.startswith(wanted) for part in name.casefold().split("/"))


async def complete_series(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The series that whoever types may see, and whose names have what is typed so far."""
    bot: Any = interaction.client
    everything = await bot.services.series.of_guild(interaction.guild_id or 0)
    sees, hosts = may_see(interaction), is_host(interaction, bot.host_role)
    found = series_like([one for one in everything if hosts or sees(one.model.home_id)], typed)
    return [app_commands.Choice(name=series_choice(one), value=str(one.id)) for one in found[:_MOST]]


async def complete_planned(interaction: Interaction, typed: str | int) -> list[app_commands.Choice[int]]:
    """The chats to come and running ones that whoever types may host, by their names."""
    return await _complete(interaction, str(typed), [*RUNNING_STATES, *UPCOMING_STATES])


async def complete_running(interaction: Interaction, typed: str | int) -> list[app_commands.Choice[int]]:
    """The running chats that whoever types may host, by their names."""
    return await _complete(interaction, str(typed), list(RUNNING_STATES))


async def _complete(interaction: Interaction, typed: str, states: Sequence[Any]) -> list[app_commands.Choice[int]]:
    bot: ShelftalkBot = interaction.client
    everything = await bot.services.planning.chats_in(interaction.guild_id or 0, frozenset(states))
    say = texts_of(interaction)
    named = [(lists.choice(chat, say), chat) for chat in everything if _may_host(bot, interaction, chat)]
    found = [(name, chat) for name, chat in named if is_meant(chat, typed) or _has_words(name, typed)]
    return [app_commands.Choice(name=name, value=chat.id) for name, chat in found[:_MOST]]


def _has_words(name: str, typed: str) -> bool:
    """Whether every word typed begins one of a choice's: its date's too, as in `lib feb`."""
    words = re.findall(r"\w+", name.casefold())
    return all(any(word.startswith(part) for word in words) for part in re.findall(r"\w+", typed.casefold()))


def _may_host(bot: ShelftalkBot, interaction: Interaction, chat: Chat) -> bool:
    return interaction.user.id in chat.host_ids or is_host(interaction, bot.host_role)
