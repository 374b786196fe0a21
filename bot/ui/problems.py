"""A refusal becomes one kind sentence: what was wrong, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import discord

from bot.domain.chat import Chat, ChatState
from bot.domain.errors import MissingPermissions, Problem, Refusal, TryLater
from bot.ui.exporting import SENTENCES as EXPORT_SENTENCES
from bot.ui.jar_problems import SENTENCES as JAR_SENTENCES
from bot.ui.moments import style_of
from bot.ui.planning_problems import SENTENCES as PLANNING_SENTENCES
from bot.ui.privacy_problems import SENTENCES as PRIVACY_SENTENCES
from bot.ui.schedules import SENTENCES as SCHEDULE_SENTENCES
from bot.ui.search_problems import SENTENCES as SEARCH_SENTENCES
from bot.ui.texts import Texts, permission_name

Facts = Mapping[str, Any]


def sentence(error: Refusal | MissingPermissions | TryLater, say: Texts) -> str:
    """What to tell the person whose request failed."""
    if isinstance(error, MissingPermissions):
        return missing_permissions(error.channel_id, error.missing, say)
    if isinstance(error, TryLater):
        return say("Discord or my archive can't be reached just now. Please try again in a minute.")
    return _SENTENCES[error.problem](error.facts, say)


def missing_permissions(channel_id: int, missing: tuple[str, ...], say: Texts) -> str:
    """Which permissions to grant the bot, and where."""
    names = ", ".join(f"**{permission_name(name)}**" for name in missing) or say("the permissions it needs")
    return say(
        "I can't run a chat in <#{channel}>: I lack {names} there. Someone who manages the server can grant it "
        "under Edit Channel → Permissions, for my role.",
        channel=channel_id,
        names=names,
    )


def incident(incident_id: str, say: Texts) -> str:
    """What to say of an error that nobody foresaw."""
    return say(
        "Something went wrong on my side, and it is in the log as incident `{id}`. What was saved before is safe. "
        "Please try again; if it happens again, tell whoever runs this bot the incident's number.",
        id=incident_id,
    )


def _stamp(at: datetime) -> str:
    return discord.utils.format_dt(at, "F")


def _zone(f: Facts, say: Texts) -> str:
    line = say("I don't know a time zone “{zone}”.", zone=f["zone"])
    if f["suggestions"]:
        return f"{line} " + say("Did you mean {names}?", names=", ".join(f"`{n}`" for n in f["suggestions"]))
    return f"{line} " + say("Name a city's zone, such as `America/New_York` or `Europe/London`.")


def _nothing(f: Facts, say: Texts) -> str:
    upcoming = f.get("upcoming")
    if not isinstance(upcoming, Chat):
        return say(
            "There is nothing to read here yet: no chat has run, and none is planned. `/chats` will show the next."
        )
    return say(
        "There is nothing to read yet. The next chat is #{hashtag}, {start}; its digest can be read from then on.",
        hashtag=upcoming.hashtag,
        start=_stamp(upcoming.starts_at),
    )


def _busy(f: Facts, say: Texts) -> str:
    other: Chat = f["other"]
    return say(
        "#{hashtag} already has this channel from {start} to {end}. Choose another time or another channel.",
        hashtag=other.hashtag,
        start=_stamp(other.starts_at),
        end=discord.utils.format_dt(other.ends_at, style_of(other)),
    )


def _moment(f: Facts, say: Texts) -> str:
    match f["state"]:
        case ChatState.CANCELLED:
            return say("That chat has been called off already.")
        case ChatState.CLOSED:
            return say("That chat is over. Its thread stays, and `/digest` shows what was said.")
        case ChatState.DRAFT:
            return say("That chat has no questions yet. Type `/chat plan` again to plan it.")
        case _:
            return say("That can't be done while the chat is as it is. `/chat show` tells where it stands.")


def _not_running(f: Facts, say: Texts) -> str:
    match f["state"]:
        case ChatState.WRAPPING | ChatState.GATHERING | ChatState.ASKING | ChatState.HELD:
            return say("The chat is wrapping up already; no question can be asked or moved any more. You can end it.")
        case ChatState.LATE:
            return say("The hour is over; late answers are still kept, and the thread closes by itself.")
        case ChatState.PLANNED | ChatState.ANNOUNCED:
            return say("That chat hasn't begun yet. Its desk opens with its thread.")
        case _:
            return _moment(f, say)


_SENTENCES: Mapping[Problem, Callable[[Facts, Texts], str]] = {
    Problem.START_UNREADABLE: lambda f, say: say(
        "I can't read “{typed}” as a date and a time. Write both, such as `2026-12-03 20:00`, `3 Dec 8 pm` or "
        "`tomorrow 8 pm`; the time zone has a field of its own.",
        typed=f["typed"],
    ),
    Problem.START_IN_PAST: lambda f, say: say(
        "{start} has passed already. Choose a start that lies ahead; check the year and the zone.",
        start=_stamp(f["starts_at"]),
    ),
    Problem.START_TOO_FAR: lambda f, say: say(
        "{start} is more than {days} days away. Is the year right?",
        start=_stamp(f["starts_at"]),
        days=f["days"],
    ),
    Problem.START_IN_GAP: lambda f, say: say(
        "Clocks in {zone} skip {wall} on that day, when summer time begins. Did you mean {instead}?",
        zone=f["zone"],
        wall=f"{f['wall']:%H:%M}",
        instead=f"`{f['instead']:%Y-%m-%d %H:%M}`",
    ),
    Problem.ZONE_UNKNOWN: _zone,
    Problem.DURATION_OUT_OF_RANGE: lambda f, say: say(
        "A chat can take {least} to {most} minutes, not {minutes}.",
        least=f["least"],
        most=f["most"],
        minutes=f["minutes"],
    ),
    Problem.TITLE_EMPTY: lambda _f, say: say("The chat needs a title: a few words on what it is about."),
    Problem.TITLE_TOO_LONG: lambda f, say: say(
        "The title has {length} characters; {limit} fit in a thread's name. Please shorten it.",
        length=f["length"],
        limit=f["limit"],
    ),
    Problem.HASHTAG_UNUSABLE: lambda f, say: say(
        "“{hashtag}” can't be a hashtag. Use one word of letters, digits or _, beginning with a letter and no "
        "longer than {limit} characters, such as `#libchat`.",
        hashtag=f["hashtag"],
        limit=f["limit"],
    ),
    Problem.TOO_FEW_QUESTIONS: lambda f, say: say.plural(
        "I found {count} question; a chat needs at least {least}. Write one a line.",
        "I found {count} questions; a chat needs at least {least}. Write one a line.",
        f["count"],
        least=f["least"],
    ),
    Problem.TOO_MANY_QUESTIONS: lambda f, say: say(
        "I found {count} questions, one a line; {most} are the most that a chat can ask. Five or six fill an hour.",
        count=f["count"],
        most=f["most"],
    ),
    Problem.QUESTION_TOO_LONG: lambda f, say: say(
        "Question {number} has {length} characters; {limit} fit in one message. Please shorten it.",
        number=f["number"],
        length=f["length"],
        limit=f["limit"],
    ),
    Problem.CHANNEL_BUSY: _busy,
    Problem.CHANNEL_UNUSABLE: lambda _f, say: say(
        "That needs a text channel. Please choose one with the option `channel`."
    ),
    Problem.CHAT_UNKNOWN: lambda f, say: say(
        "There is no chat number {number} here. `/chats` lists them with their numbers.", number=f["number"]
    ),
    Problem.WRONG_STATE: _moment,
    Problem.ALREADY_BEGUN: lambda f, say: say(
        "It has begun already: <#{thread}>. Reading along is welcome.", thread=f["thread"]
    ),
    Problem.NOT_A_HOST: lambda _f, say: say(
        "Only hosts can do this: people with the role “{role}” or the permission Manage Events, and for a chat of "
        "theirs whoever planned it. Ask one of them.",
        role=_f.get("role", "Chat host"),
    ),
    Problem.NOT_IN_A_SERVER: lambda _f, say: say("This works in a server's channel, not in private messages."),
    Problem.NOTHING_TO_DIGEST: _nothing,
    Problem.DAY_UNKNOWN: lambda f, say: say.plural(
        "There is no day {number} to tell of: this chat has had {count} day so far. Leave out `day:` for all of it.",
        "There is no day {number} to tell of: this chat has had {count} days so far. Leave out `day:` for all of it.",
        f["count"],
        number=f["number"],
    ),
    Problem.SERIES_ALONE: lambda _f, say: say(
        "`series:` shows several chats, so it goes alone or with `length:`. Leave out `chat:`, `since:` and `day:`, or "
        "leave out `series:` and choose one chat."
    ),
    Problem.LOOKS_NOT_REMEMBERED: lambda _f, say: say(
        "I don't note who reads what, so I don't know when you looked last. If you want me to remember it for you, and "
        "for you alone, type `/privacy remember-looks`. Or choose a time for `since:`."
    ),
    Problem.NO_PRIVATE_MESSAGES: lambda _f, say: say(
        "I can't write to you in private: you don't take private messages from this server. Its privacy settings have "
        "a switch for that. Or take the digest as a file."
    ),
    Problem.QUESTION_EMPTY: lambda _f, say: say("There are no words in that question. Nothing has changed."),
    Problem.NEW_QUESTION_TOO_LONG: lambda f, say: say(
        "The question has {length} characters; {limit} fit in a prompt. Please shorten it.",
        length=f["length"],
        limit=f["limit"],
    ),
    Problem.QUESTION_CHANGED: lambda _f, say: say(
        "That question was asked, changed or left out while you were typing. Look at your desk, then try again."
    ),
    Problem.NO_QUESTION_AHEAD: lambda _f, say: say(
        "No question is left to be asked. You can ask something else, or wrap up."
    ),
    Problem.NOT_RUNNING: _not_running,
    Problem.NO_CHAT_HERE: lambda _f, say: say("No chat is running now. `/chats` shows what is coming."),
    Problem.WHICH_CHAT: lambda f, say: say(
        "Several chats are running: {chats}. Use the command in the chat's own thread.",
        chats=", ".join(f"{chat.id} (#{chat.hashtag})" for chat in f["chats"]),
    ),
    Problem.QUESTION_NOT_OPEN: lambda f, say: say(
        "Q{number} can't be answered here any more: the chat isn't running. Your answer was not sent.",
        number=f["number"],
    ),
    Problem.ANSWER_EMPTY: lambda _f, say: say("There were no words in your answer, so nothing was posted."),
    Problem.ANSWER_TOO_LONG: lambda f, say: say(
        "Your answer has {length} characters; {limit} fit in one post. Please shorten it, or write it in the thread in "
        "two messages.",
        length=f["length"],
        limit=f["limit"],
    ),
    Problem.NOTHING_ASKED: lambda _f, say: say(
        "Nothing has been asked yet. Until Q1 comes, say hello in the chat's thread if you like."
    ),
    Problem.ANONYMOUS_NOT_HERE: lambda _f, say: say(
        "This chat takes no anonymous answers. You can answer under your name, or write to the host in private."
    ),
    Problem.ANONYMOUS_BLOCKED: lambda _f, say: say(
        "A host has closed anonymous answers to you for the rest of this chat. You can answer under your name."
    ),
    Problem.ANONYMOUS_TOO_OFTEN: lambda f, say: say(
        "You have given {limit} anonymous answers to Q{number}, and that is the most. You can answer under your name.",
        number=f["number"],
        limit=f["limit"],
    ),
    Problem.MESSAGE_UNKNOWN: lambda _f, say: say(
        "That isn't a message that a person wrote in a chat's thread, or it was taken back. This works on those only."
    ),
    Problem.MESSAGE_LINK_UNREADABLE: lambda f, say: say(
        "“{typed}” isn't a message's link. Press and hold the message, choose Copy Message Link, and paste it here.",
        typed=f["typed"],
    ),
    Problem.NOT_YOURS: lambda _f, say: say(
        "Only its author can take a message back. If it shouldn't stand there, ask a moderator to delete it."
    ),
    Problem.NOT_YOURS_TO_FILE: lambda _f, say: say(
        "Only its author and hosts can say where a message belongs. Nothing has changed."
    ),
    Problem.LEFT_OUT: lambda _f, say: say(
        "You asked to be left out of the archive, so I don't post answers for you. You can write in the thread as "
        "you like; your words aren't kept. `/privacy include-me` changes that."
    ),
    **SCHEDULE_SENTENCES,
    **PLANNING_SENTENCES,
    **JAR_SENTENCES,
    **SEARCH_SENTENCES,
    **PRIVACY_SENTENCES,
    **EXPORT_SENTENCES,
}
