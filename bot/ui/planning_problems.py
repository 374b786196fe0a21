"""Why a series, a change of plan or a choice of how a chat is held was refused, each in one kind sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import discord

from bot.domain.chat import ChatState
from bot.domain.errors import Problem
from bot.domain.series import SeriesState
from bot.ui.texts import Texts

Facts = Mapping[str, Any]


def _series_unknown(f: Facts, say: Texts) -> str:
    line = say("There is no series “{name}” here, or several are called like that.", name=f["name"])
    known = f.get("known")
    if known:
        return line + " " + say("There are: {names}.", names=", ".join(known))
    return line + " " + say("`/series list` shows them all.")


def _series_state(f: Facts, say: Texts) -> str:
    match f["state"]:
        case SeriesState.PAUSED:
            return say("That series is paused already. `/series resume` goes on with it.")
        case SeriesState.ACTIVE:
            return say("That series isn't paused; its chats are planned.")
        case SeriesState.DRAFT:
            return say("That series isn't saved yet. Press Save below its preview.")
        case _:
            return say("That series has been ended. `/series create` begins a new one.")


def _not_upcoming(f: Facts, say: Texts) -> str:
    match f["state"]:
        case ChatState.CANCELLED:
            return say("That chat has been called off already.")
        case ChatState.CLOSED:
            return say("That chat is over; it can't be changed any more.")
        case ChatState.DRAFT:
            return say("That chat has no questions yet; finish its plan first.")
        case _:
            return say("That chat has begun. What comes next is changed at its desk: `/host desk`.")


SENTENCES: Mapping[Problem, Callable[[Facts, Texts], str]] = {
    Problem.ANNOUNCEMENTS_UNREADABLE: lambda f, say: say(
        "I can't read “{words}” as a time before the start. Write such as `a week, 1 day, 2 hours, 15 min`, or `none`.",
        words=f["words"][0],
    ),
    Problem.ANNOUNCEMENTS_TOO_EARLY: lambda f, say: say(
        "“{words}” is too early: a chat can be announced up to {days} days before.", words=f["words"][0], days=f["days"]
    ),
    Problem.ANNOUNCEMENTS_TOO_MANY: lambda f, say: say(
        "A chat can be announced up to {most} times; you named {count}.", most=f["most"], count=f["count"]
    ),
    Problem.PACE_UNREADABLE: lambda f, say: say(
        "I can't read “{typed}” as a pace. Write `evenly`, `10 minutes`, `by hand`, `one a day`, or times of day such "
        "as `9:00 and 18:00`.",
        typed=f["typed"],
    ),
    Problem.DESCRIPTION_TOO_LONG: lambda f, say: say(
        "The description has {length} characters; {limit} fit in an announcement. Please shorten it.",
        length=f["length"],
        limit=f["limit"],
    ),
    Problem.FORUM_NEEDED: lambda _f, say: say("To hold it as a forum post, choose the forum too, in `forum:`."),
    Problem.HOSTS_UNREADABLE: lambda f, say: say(
        "I find no member in “{typed}”. Type @ and choose the people, one after the other.", typed=f["typed"]
    ),
    Problem.TOO_MANY_HOSTS: lambda f, say: say(
        "Up to {most} people can host beside you. For more, choose a role in `host_role:`.", most=f["most"]
    ),
    Problem.SERIES_UNKNOWN: _series_unknown,
    Problem.SERIES_NAME_TAKEN: lambda f, say: say(
        "There is a series called “{name}” here already. Choose another name, or change that one: `/series edit`.",
        name=f["name"],
    ),
    Problem.SERIES_TOO_MANY: lambda f, say: say(
        "This server has {most} series, and that is the most. End one that isn't needed: `/series delete`.",
        most=f["most"],
    ),
    Problem.SERIES_STATE: _series_state,
    Problem.SERIES_MEETS_THEN: lambda f, say: say(
        "#{hashtag} meets on {start} anyway. Leave this one out instead, or give it another time with `/chat edit`.",
        hashtag=f["hashtag"],
        start=discord.utils.format_dt(f["start"], "F"),
    ),
    Problem.SERIES_SAVED: lambda _f, say: say(
        "That preview is no longer current: it was saved or changed before. `/series list` shows how things stand."
    ),
    Problem.SERIES_OVER: lambda f, say: say(
        "All dates of “{words}” have passed already. Name dates that lie ahead.", words=f["words"][0]
    ),
    Problem.NOT_UPCOMING: _not_upcoming,
    Problem.ALREADY_HOST: lambda _f, say: say("They host this chat already. Nothing has changed."),
    Problem.NO_GUEST: lambda _f, say: say("They are no guest host of this chat. Nothing has changed."),
    Problem.NO_QUESTIONS_HERE: lambda _f, say: say(
        "An informal chat has no questions. Give it another format first: `/chat edit`."
    ),
    Problem.NOTHING_TO_CHANGE: lambda _f, say: say("You named nothing to change, so nothing has changed."),
}
