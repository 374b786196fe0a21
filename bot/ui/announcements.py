"""What is said of a chat before it begins, in its channel and in private: to everybody, and to its hosts."""

from __future__ import annotations

import discord

from bot.domain.agenda import HOSTS_ASKED_BEFORE
from bot.domain.chat import Chat, ChatState
from bot.domain.digest import shorten
from bot.domain.manner import Ahead, Format, Layout
from bot.domain.run import ActionKind
from bot.services.values import Post
from bot.ui.controls import Doing
from bot.ui.digest import escape
from bot.ui.texts import Texts

Speech = tuple[list[str], str, Doing]

_DAY = 24 * 60
# What an announcement may take of a message, so that the time and the rest always fit.
_QUESTIONS_ROOM = 900
_DESCRIPTION_ROOM = 400
# Less of a question tells nothing.
_LEAST_ROOM = 40


def title_of(chat: Chat) -> str:
    """Its hashtag and its topic, in bold."""
    return f"**#{chat.hashtag}: {discord.utils.escape_markdown(chat.title)}**"


def times_of(chat: Chat, say: Texts) -> str:
    """When it begins, in everyone's own time, and how long it takes."""
    start = discord.utils.format_dt(chat.starts_at, "F")
    soon = discord.utils.format_dt(chat.starts_at, "R")
    if chat.minutes >= 2 * _DAY:
        end = discord.utils.format_dt(chat.ends_at, "F")
        return say("{start} in your own time ({soon}), until {end}", start=start, soon=soon, end=end)
    return say("{start} in your own time ({soon}), for {minutes} minutes", start=start, soon=soon, minutes=chat.minutes)


def hosts_of(chat: Chat, say: Texts) -> str:
    """Who hosts it; empty where nobody is named."""
    if chat.format is Format.INFORMAL:
        return ""
    # A mention shows the name that people have now, and pings nobody, as the bot allows no pings.
    others = [f"<@{guest.person_id}>" for guest in (*chat.guests, *chat.cohosts)]
    names = [name for name in (discord.utils.escape_markdown(chat.host_name), *others) if name]
    if len(names) > 1:
        return say("Hosts: {names}", names=", ".join(names))
    return say("Host: {name}", name=names[0]) if names else ""


def announce(post: Post, say: Texts) -> Speech:
    """A chat is planned; it says so again as it is now, whenever that changes."""
    chat = post.chat
    if chat.state is ChatState.CANCELLED:
        return [say("Called off: {title}", title=title_of(chat)), _was(chat, say)], *_programme(say)
    lines = [
        say("A chat is planned: {title}", title=title_of(chat)),
        times_of(chat, say),
        _moved(chat, say),
        say("On the host's clock: {clock}", clock=say.clock(chat.starts_at, chat.zone)),
        escape(shorten(chat.description, _DESCRIPTION_ROOM)),
        *_questions(chat, say),
        hosts_of(chat, say),
        _where(post, say),
    ]
    return [line for line in lines if line], *_help(say)


def remind(post: Post, say: Texts) -> Speech:
    """It begins soon."""
    chat = post.chat
    if chat.state is ChatState.CANCELLED:
        return [say("Called off: {title}", title=title_of(chat)), _was(chat, say)], *_programme(say)
    soon = discord.utils.format_dt(chat.starts_at, "R")
    start = discord.utils.format_dt(chat.starts_at, "F")
    lines = [
        say("{title} starts {soon}, on {start} in your own time.", title=title_of(chat), soon=soon, start=start),
        _moved(chat, say),
        *(_questions(chat, say) if chat.notice.ahead is Ahead.ALL else ()),
        hosts_of(chat, say) if chat.guests else "",
        _where(post, say),
    ]
    return [line for line in lines if line], *_help(say)


def begin(post: Post, say: Texts) -> Speech:
    """It begins."""
    chat = post.chat
    where = {
        Layout.FORUM: say("It has a post of its own in <#{forum}>.", forum=chat.forum_id),
        Layout.CHANNEL: say("It takes place right here."),
    }
    lines = [
        say("{title} begins now.", title=title_of(chat)),
        where.get(chat.layout, say("Open the thread below this message to read along or take part.")),
    ]
    return lines, *_help(say)


def note(post: Post, say: Texts) -> Speech:
    """What was announced isn't right any more: what is."""
    chat = post.chat
    start = discord.utils.format_dt(chat.starts_at, "F")
    soon = discord.utils.format_dt(chat.starts_at, "R")
    if chat.moved_from is not None and chat.moved_from != chat.starts_at:
        before = discord.utils.format_dt(chat.moved_from, "F")
        lines = [
            say("{title} has moved: it begins on {start} ({soon}).", title=title_of(chat), start=start, soon=soon),
            say("Before, it was planned for {before}.", before=before),
        ]
    else:
        lines = [say("The plan has changed: {title}", title=title_of(chat)), times_of(chat, say)]
    if post.channel_id != chat.channel_id:
        lines.append(say("It takes place in <#{channel}> now.", channel=chat.channel_id))
    return lines, *_help(say)


def missing(post: Post, say: Texts) -> Speech:
    """To a host, in private: the questions aren't there yet."""
    chat = post.chat
    lines = [
        say(
            "{title} takes place in {days} days, and it has no questions yet.",
            title=title_of(chat),
            days=HOSTS_ASKED_BEFORE.days,
        ),
        times_of(chat, say),
        say("Press the button to write them; you can change them until each is asked."),
        say("Without questions it takes place all the same: its host then asks from the desk."),
    ]
    return lines, say("Write the questions"), Doing("write")


def holiday(post: Post, say: Texts) -> Speech:
    """To a host, in private: it falls on a holiday."""
    chat = post.chat
    names = ", ".join(post.holidays)
    lines = [
        say("{title} falls on a holiday: {names}.", title=title_of(chat), names=escape(names))
        if names
        else say("{title} falls on a holiday.", title=title_of(chat)),
        times_of(chat, say),
        say("What should become of it? If nobody says anything, it takes place as planned."),
    ]
    return lines, say("It takes place"), Doing("holiday", 0)


def holiday_choices(say: Texts) -> list[tuple[str, Doing]]:
    """The other buttons below `holiday`."""
    return [(say("A week later"), Doing("holiday", 1)), (say("Leave it out"), Doing("holiday", 2))]


def pings(post: Post) -> int | None:
    """The role that a post pings, or None."""
    return post.chat.notice.ping_role_id if post.action.kind in _PINGING else None


_PINGING = frozenset({ActionKind.ANNOUNCE, ActionKind.REMIND, ActionKind.OPEN})


def _help(say: Texts) -> tuple[str, Doing]:
    return say("How to take part"), Doing("help")


def _programme(say: Texts) -> tuple[str, Doing]:
    return say("What is coming"), Doing("programme")


def _was(chat: Chat, say: Texts) -> str:
    return say("It was planned for {start}.", start=discord.utils.format_dt(chat.starts_at, "F"))


def _moved(chat: Chat, say: Texts) -> str:
    if chat.moved_from is None or chat.moved_from == chat.starts_at:
        return ""
    return say("This is a new time; before, it was {before}.", before=discord.utils.format_dt(chat.moved_from, "F"))


def _questions(chat: Chat, say: Texts) -> list[str]:
    if chat.format is Format.INFORMAL:
        return [say("There is no host and there are no questions: come by and talk.")]
    if chat.format is Format.JAR:
        return [say("Its questions are drawn from the jar, live.")]
    if not chat.questions or chat.notice.ahead is Ahead.NOTHING:
        return []
    if chat.notice.ahead is Ahead.NUMBER:
        count = len(chat.questions)
        return [say.plural("{count} question, asked one at a time.", "{count} questions, asked one at a time.", count)]
    room = max(_QUESTIONS_ROOM // len(chat.questions), _LEAST_ROOM)
    lines = [f"Q{question.number}. {escape(shorten(question.text, room))}" for question in chat.questions]
    shown = list(lines)
    while sum(map(len, shown)) > _QUESTIONS_ROOM + len(shown) * len("Q10. "):
        shown.pop()
    left = len(lines) - len(shown)
    return [*shown, *([say.plural("… and {count} more", "… and {count} more", left)] if left else [])]


def _where(post: Post, say: Texts) -> str:
    chat = post.chat
    tail = say("Reading along is welcome; nobody has to write.")
    if post.channel_id != chat.channel_id and chat.layout is not Layout.FORUM:
        return say("It takes place in <#{channel}> now.", channel=chat.channel_id) + " " + tail
    match chat.layout:
        case Layout.FORUM:
            return say("It has a post of its own in <#{forum}> at the start.", forum=chat.forum_id) + " " + tail
        case Layout.CHANNEL:
            return say("It takes place right here.") + " " + tail
        case _:
            return say("A thread opens here at the start.") + " " + tail
