"""What a host or reader sees of the programme: confirmations, one chat's plan, the list of chats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

import discord

from bot.domain.chat import Chat, ChatState
from bot.domain.digest import shorten
from bot.domain.manner import EventHindrance
from bot.domain.run import Action, ActionKind, ActionState
from bot.domain.sealing import Seal, SealState
from bot.services.reading import ListedChat, Programme
from bot.ui import manner
from bot.ui.digest import escape
from bot.ui.moments import style_of
from bot.ui.posts import MAX_CONTENT
from bot.ui.problems import missing_permissions
from bot.ui.texts import Texts

# Twelve questions with their times fit in one message.
_QUESTION_LENGTH = 100


def state_name(state: ChatState, say: Texts) -> str:
    """A chat's state in a word or two."""
    names = {
        ChatState.DRAFT: say("draft, its questions are missing"),
        ChatState.PLANNED: say("planned"),
        ChatState.ANNOUNCED: say("announced"),
        ChatState.GATHERING: say("running: introductions"),
        ChatState.ASKING: say("running: questions"),
        ChatState.HELD: say("running: the next question is held back"),
        ChatState.WRAPPING: say("running: wrapping up"),
        ChatState.LATE: say("late answers are welcome"),
        ChatState.CLOSED: say("over"),
        ChatState.CANCELLED: say("called off"),
    }
    return names[state]


def start_in_both(chat: Chat, say: Texts) -> str:
    """A start for everyone's own zone, and on the host's clock."""
    return say(
        "{start} ({soon}), which is {clock} in {zone}",
        start=discord.utils.format_dt(chat.starts_at, "F"),
        soon=discord.utils.format_dt(chat.starts_at, "R"),
        clock=say.clock(chat.starts_at, chat.zone),
        zone=chat.zone,
    )


def planned(chat: Chat, say: Texts, *, pings: bool = True, event_hindrance: EventHindrance | None = None) -> str:
    """What a host sees once a chat is planned; `pings` is whether its role, if any, can be pinged."""
    lines = [
        say(
            "Chat {number} is planned: **#{hashtag}: {title}**",
            number=chat.id,
            hashtag=chat.hashtag,
            title=_title(chat),
        ),
        start_in_both(chat, say),
        *manner.lines(chat, (*chat.guests, *chat.cohosts), say, event_hindrance),
        *([] if pings else [manner.unpingable(chat, say)]),
        *(f"Q{q.number}. {_short(q.text)}" for q in chat.questions),
        say("I do the rest by myself. `/chat show`, `/chat edit` and `/chat cancel` know it by its name or number."),
    ]
    return fit(lines, say)


def ask_for_questions(chat: Chat, say: Texts) -> str:
    """What a host sees when the questions couldn't be used: nothing typed is lost."""
    return say(
        "The rest of your plan is kept as draft {number}. Press the button to change the questions; what you typed "
        "is still there.",
        number=chat.id,
    )


def plan(
    chat: Chat,
    actions: Sequence[Action],
    obstacles: tuple[str, ...],
    say: Texts,
    *,
    place_id: int | None = None,
    event_hindrance: EventHindrance | None = None,
    seal: Seal | None = None,
) -> str:
    """What `/chat show` shows: the plan with its times, and which permissions are missing there, or in its channel."""
    lines = [
        say(
            "Chat {number}: **#{hashtag}: {title}** ({state})",
            number=chat.id,
            hashtag=chat.hashtag,
            title=_title(chat),
            state=state_name(chat.state, say),
        ),
        start_in_both(chat, say),
        *([say("Its thread: <#{thread}>", thread=chat.thread_id)] if chat.thread_id and not chat.opened_by else []),
        *manner.lines(chat, (*chat.guests, *chat.cohosts), say, event_hindrance),
    ]
    if obstacles:
        lines.append(missing_permissions(place_id or chat.channel_id, obstacles, say))
    if seal is not None and chat.state is ChatState.CLOSED:
        lines.append(_sealed(seal, say))
    due = {a.number: a for a in actions if a.kind is ActionKind.ASK}
    for q in chat.questions:
        action = due.get(q.number)
        at = q.asked_at or (action.due_at if action else None)
        mark = say("asked") if q.message_id else say("due")
        if action is not None and action.state is ActionState.WAITING:
            lines.append(say("Q{number} (waits for a host). {text}", number=q.number, text=_short(q.text)))
            continue
        if action is not None and action.state is ActionState.DROPPED:
            mark = say("left out")
        status = f"{mark} {discord.utils.format_dt(at, style_of(chat))}" if at else say("not asked")
        lines.append(f"Q{q.number} ({status}). {_short(q.text)}")
    return fit(lines, say)


def _sealed(seal: Seal, say: Texts) -> str:
    """What came of comparing a chat that is over with Discord."""
    at = discord.utils.format_dt(seal.checked_at, "f")
    match seal.state:
        case SealState.MATCHED:
            return say.plural(
                "Archived: {count} message, as it stands in Discord (compared {at}).",
                "Archived: {count} messages, as they stand in Discord (compared {at}).",
                seal.messages,
                at=at,
            )
        case SealState.DIFFERS:
            return say.plural(
                "Archived, but {count} message differs from Discord (compared {at}). A restart compares again.",
                "Archived, but {count} messages differ from Discord (compared {at}). A restart compares again.",
                seal.differences,
                at=at,
            )
        case SealState.GONE:
            return say("Archived. Its thread is gone from Discord; what was said stays here as I had it.")
        case SealState.UNREADABLE:
            return say(
                "Archived, but I may not read its thread any more, so I couldn't compare it with Discord ({at}).", at=at
            )


def choice(chat: Chat, say: Texts) -> str:
    """A chat in a list that one chooses from, at most 100 characters; the day is that of the chat's own zone."""
    day = say.day(chat.starts_at, chat.zone)
    name = f"#{chat.hashtag}: {chat.title}"
    return f"{shorten(name, 97 - len(day))} ({day})"


def questions_written(chat: Chat, say: Texts) -> str:
    """What a host sees once a chat has its questions."""
    lines = [
        say("The questions of #{hashtag} are saved.", hashtag=chat.hashtag),
        *(f"Q{q.number}. {_short(q.text)}" for q in chat.questions if q.message_id is None),
    ]
    return fit(lines, say)


def invited(chat: Chat, guest_id: int, say: Texts) -> str:
    """What a host sees after `/chat invite`."""
    return say(
        "<@{guest}> hosts #{hashtag} on {start} with you: its questions, its desk, its plan. No other chat. "
        "Tell them its number, {number}.",
        guest=guest_id,
        hashtag=chat.hashtag,
        start=discord.utils.format_dt(chat.starts_at, "F"),
        number=chat.id,
    )


def disinvited(chat: Chat, guest_id: int, say: Texts) -> str:
    """What a host sees after `/chat disinvite`."""
    return say("<@{guest}> doesn't host #{hashtag} any more.", guest=guest_id, hashtag=chat.hashtag)


def takes_place(chat: Chat, say: Texts) -> str:
    """What a host sees who keeps a chat on a holiday."""
    return say(
        "#{hashtag} takes place as planned, on {start}.",
        hashtag=chat.hashtag,
        start=discord.utils.format_dt(chat.starts_at, "F"),
    )


def moved_already(chat: Chat, say: Texts) -> str:
    """What a host sees who would move a chat from a holiday when another host has done so."""
    return say(
        "It was moved already: #{hashtag} takes place on {start}. `/chat edit` gives it another time.",
        hashtag=chat.hashtag,
        start=discord.utils.format_dt(chat.starts_at, "F"),
    )


def called_off(chat: Chat, say: Texts) -> str:
    """What a host sees after `/chat cancel`."""
    if chat.state is ChatState.CLOSED:
        return say(
            "#{hashtag} ends now; I say so in its thread and close it. What was said stays archived.",
            hashtag=chat.hashtag,
        )
    return say(
        "#{hashtag} on {start} is called off. If it was announced, I say so in the channel.",
        hashtag=chat.hashtag,
        start=discord.utils.format_dt(chat.starts_at, "F"),
    )


def programme(listed: Programme, say: Texts) -> str:
    """What `/chats` shows."""
    lines: list[str] = []
    if listed.running:
        lines.append(say("**Running now**"))
        lines += [_running(entry, say) for entry in listed.running]
    lines.append(say("**Coming up**"))
    lines += [_upcoming(entry.chat, say) for entry in listed.upcoming] or [say("Nothing is planned yet.")]
    lines.append(say("**Archived**"))
    lines += [_archived(entry, say) for entry in listed.archived] or [
        say("Nothing yet. What is said in a chat's thread can be read here afterwards.")
    ]
    if listed.archived:
        lines.append(say("`/digest` shows the latest; `/digest chat:` takes a number from this list."))
    return fit(lines, say)


def _running(entry: ListedChat, say: Texts) -> str:
    chat = entry.chat
    where = f"<#{chat.thread_id}>" if chat.thread_id else f"<#{chat.channel_id}>"
    return say(
        "Chat {number}: #{hashtag}: {title}, {where}, until {end}",
        number=chat.id,
        hashtag=chat.hashtag,
        title=_title(chat),
        where=where,
        end=discord.utils.format_dt(chat.ends_at, style_of(chat)),
    )


def _upcoming(chat: Chat, say: Texts) -> str:
    return say(
        "Chat {number}: #{hashtag}: {title}, {start} ({soon}), in <#{channel}>",
        number=chat.id,
        hashtag=chat.hashtag,
        title=_title(chat),
        start=discord.utils.format_dt(chat.starts_at, "F"),
        soon=discord.utils.format_dt(chat.starts_at, "R"),
        channel=chat.channel_id,
    )


def _archived(entry: ListedChat, say: Texts) -> str:
    chat = entry.chat
    messages = say.plural("{count} message", "{count} messages", entry.messages)
    people = say.plural("{count} person", "{count} people", entry.people)
    return say(
        "Chat {number}: #{hashtag}: {title}, {day}, {messages} by {people}",
        number=chat.id,
        hashtag=chat.hashtag,
        title=_title(chat),
        day=discord.utils.format_dt(chat.starts_at.astimezone(UTC), "D"),
        messages=messages,
        people=people,
    )


def _title(chat: Chat) -> str:
    return discord.utils.escape_markdown(chat.title)


def _short(text: str) -> str:
    return escape(shorten(text, _QUESTION_LENGTH))


def fit(lines: list[str], say: Texts) -> str:
    """Lines as one message; where they are too many, it says so."""
    text = "\n".join(lines).strip()
    if len(text) <= MAX_CONTENT:
        return text
    more = say("… and more")
    while len("\n".join([*lines, more])) > MAX_CONTENT:
        lines.pop()
    return "\n".join([*lines, more])
