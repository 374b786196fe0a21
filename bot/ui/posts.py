"""What the bot says in channels and threads, with the control by which each post is found again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import discord

from bot.domain.chat import Chat, ChatState
from bot.domain.manner import Anonymous, Format, Layout, Rhythm
from bot.domain.obstacles import Obstacle
from bot.domain.run import ActionKind
from bot.services.values import Post
from bot.ui import announcements, roundups
from bot.ui.announcements import hosts_of, times_of, title_of
from bot.ui.controls import ControlButton, Doing, control_id, view_of
from bot.ui.digest import Wanted, escape, pages
from bot.ui.digest.view import texts_view
from bot.ui.moments import style_of
from bot.ui.obstacles import sentence
from bot.ui.texts import Texts, texts_for

MAX_CONTENT = 2_000
# Where a host looks when the hour begins: in the channel, and at the top of the thread.
_BEFORE = frozenset({ActionKind.ANNOUNCE, ActionKind.REMIND})
# Whoever comes reads the one, whoever stays reads the other.
_TELLS_OF_CHOICES = frozenset({ActionKind.WELCOME, ActionKind.WRAP_UP})
_FOR_HOSTS_TOO = frozenset({ActionKind.OPEN, ActionKind.WELCOME})


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to be sent.

    Attributes:
        content: at most 2,000 characters.
        view: its buttons.
        layout: in place of both, where the texts stand among the buttons.
        ping: the one role that it pings, or None.
    """

    content: str
    view: discord.ui.View
    layout: discord.ui.LayoutView | None = None
    ping: int | None = None


def render(post: Post, *, reads_text: bool = True) -> Rendered:
    """What a post says, in the language of its chat.

    Args:
        post: what to say.
        reads_text: whether the bot can read what people write in the thread.
    """
    say = texts_for(post.chat.locale)
    if post.action.kind is ActionKind.RECAP:
        return Rendered("", view_of(), _recap(post, say))
    if post.action.kind is ActionKind.ROUNDUP:
        return Rendered("", view_of(), _roundup(post))
    speech = _SPEECH if reads_text else _SPEECH | _SPEECH_UNREAD
    lines, label, doing = speech[post.action.kind](post, say)
    buttons = [(label, doing)]
    if post.action.kind in {ActionKind.ASK, ActionKind.COPY} and post.chat.anonymous is not Anonymous.NO:
        buttons.append((say("Answer anonymously"), Doing("anonymous", post.action.number)))
    if post.action.kind is ActionKind.HOLIDAY:
        buttons += announcements.holiday_choices(say)
    if post.action.kind in _BEFORE and post.chat.state is not ChatState.CANCELLED:
        buttons += [(say("Remind me"), Doing("remind")), (say("Add to calendar"), Doing("calendar"))]
    if post.action.kind in _TELLS_OF_CHOICES:
        buttons.append((say("My words"), Doing("words")))
    if post.action.kind in _FOR_HOSTS_TOO:
        buttons.append((say("Host's desk"), Doing("desk")))
    view = view_of(*(ControlButton(control_id(post.action, doing), label, _style(doing)) for label, doing in buttons))
    ping = announcements.pings(post)
    if ping is not None:
        lines = [f"<@&{ping}>", *lines]
    return Rendered("\n".join(lines)[:MAX_CONTENT], view, ping=ping)


def recap_pages(post: Post) -> list[list[str]]:
    """The pages of a recap, each as its blocks of text."""
    if post.digest is None:
        raise ValueError("a recap needs a digest")
    return pages(post.digest, Wanted(is_kept=True), texts_for(post.chat.locale))


def _recap(post: Post, say: Texts) -> discord.ui.LayoutView:
    found, number = recap_pages(post), post.action.number
    # What was taken back since may have left fewer pages.
    page = found[number - 1] if number <= len(found) else [say("-# This page is empty now.")]
    view = texts_view(page)
    button = ControlButton(control_id(post.action, Doing("digest")), say("Only for me"))
    view.add_item(discord.ui.ActionRow(button))
    return view


def _roundup(post: Post) -> discord.ui.LayoutView:
    if post.roundup is None:
        raise ValueError("a round-up needs the wish for it")
    say = texts_for(post.roundup.locale)
    view = texts_view(roundups.texts(post.roundup, post.digests, say))
    button = ControlButton(control_id(post.action, Doing("programme")), say("What is coming"))
    view.add_item(discord.ui.ActionRow(button))
    return view


def _style(doing: Doing) -> discord.ButtonStyle:
    return discord.ButtonStyle.primary if doing.kind == "answer" else discord.ButtonStyle.secondary


def thread_name(chat: Chat, number: int = 0) -> str:
    """The name of a chat's thread, or of a question's own, at most 100 characters."""
    name = f"#{chat.hashtag}: {chat.title}"
    return (f"Q{number} {name}" if number else name)[:100]


def _forum_post(post: Post, say: Texts) -> tuple[list[str], str, Doing]:
    """What stands first in a forum's post, and in the forum's list of posts."""
    chat = post.chat
    lines = [title_of(chat), times_of(chat, say), escape(chat.description), hosts_of(chat, say)]
    return [line for line in lines if line], say("How to take part"), Doing("help")


def _welcome(post: Post, say: Texts) -> tuple[list[str], str, Doing]:
    how = say(
        "To answer, write in this thread, best with the question's number, like “A1: …”. A reply to the question "
        "works too, and so does the Answer button below it. Late answers are welcome."
    )
    return _greet(post, how, say)


def _welcome_unread(post: Post, say: Texts) -> tuple[list[str], str, Doing]:
    how = say(
        "To answer, press the Answer button below the question or type `/answer`. I can't read what is written here "
        "otherwise: talk as you like, but it isn't kept, unless the message replies to a question or mentions me. "
        "Late answers are welcome."
    )
    return _greet(post, how, say)


def _greet(post: Post, how: str, say: Texts) -> tuple[list[str], str, Doing]:
    chat = post.chat
    greeting = [
        say("Welcome to {title}!", title=title_of(chat)),
        hosts_of(chat, say),
        _first(post, say),
    ]
    if chat.format is Format.INFORMAL:
        how = say("There is no host and there are no questions: say what is on your mind. Late words are welcome.")
    lines = [
        *(line for line in greeting if line),
        "",
        how,
        say("What is written here is kept. **My words** lets you choose how: by name, by a pseudonym, or not at all."),
    ]
    return lines, say("How to take part"), Doing("help")


def _first(post: Post, say: Texts) -> str:
    chat = post.chat
    hello = say("Say hello: who are you, and where do you read from?")
    if chat.format is Format.INFORMAL:
        ends = discord.utils.format_dt(chat.ends_at, style_of(chat))
        return hello + " " + say("The chat ends at {time}.", time=ends)
    if chat.pace.rhythm is Rhythm.BY_HAND or not chat.questions:
        return hello + " " + say("The host asks the first question soon.")
    if chat.is_slow:
        return hello + " " + say("It is a slow chat: answer when it suits you, until it ends.")
    first = discord.utils.format_dt(chat.starts_at + _minutes(chat.pace.welcome), "t")
    return hello + " " + say("Q1 comes at {time}.", time=first)


def _ask(post: Post, say: Texts) -> tuple[list[str], str, Doing]:
    return _put(post, say("-# Answer with “A{number}: …”, a reply, or the button.", number=post.action.number), say)


def _ask_unread(post: Post, say: Texts) -> tuple[list[str], str, Doing]:
    return _put(post, say("-# Answer with the button, `/answer`, or a reply to this message."), say)


def _put(post: Post, hint: str, say: Texts) -> tuple[list[str], str, Doing]:
    question = post.question
    number = post.action.number
    count = len(post.chat.questions)
    # Of what is drawn as it comes, nobody knows how much there will be.
    is_drawn = post.chat.format is Format.JAR
    heading = f"Q{number}" if is_drawn else say("Q{number} of {count}", number=number, count=count)
    text = question.text if question else ""
    lines = [
        f"**{heading}**",
        text,
        "",
        hint,
    ]
    own = dict(post.chat.question_threads).get(number)
    if own is not None and own != post.channel_id:
        lines.append(say("-# Its own thread: <#{thread}>", thread=own))
    return lines, say("Answer Q{number}", number=number), Doing("answer", number)


def _card(post: Post, say: Texts) -> tuple[list[str], str, Doing]:
    number = post.action.number
    lines = [
        f"**Q{number}** {title_of(post.chat)}",
        say("This question has a thread of its own. What is written there answers Q{number}.", number=number),
    ]
    return lines, say("How to take part"), Doing("help")


def _nudge(post: Post, _say: Texts) -> tuple[list[str], str, Doing]:
    chat, reminder = post.chat, post.reminder
    if reminder is None:
        raise ValueError("a reminder needs whose it is")
    say = texts_for(reminder.locale)
    soon = discord.utils.format_dt(chat.starts_at, "R")
    lines = [
        say("{title} begins {soon}, in <#{channel}>.", title=title_of(chat), soon=soon, channel=chat.channel_id),
        say("-# You asked for this reminder; there is one for this chat only."),
    ]
    return lines, say("How to take part"), Doing("help")


def _wrap_up(post: Post, say: Texts) -> tuple[list[str], str, Doing]:
    chat = post.chat
    closes_at = post.closes_at or chat.closes_at
    ends = discord.utils.format_dt(closes_at - _minutes(chat.pace.late), style_of(chat))
    closes = discord.utils.format_dt(closes_at, style_of(chat))
    lines = [
        say("**Wrapping up.** What do you take home from these days? The chat ends at {time}.", time=ends)
        if chat.is_slow
        else say("**Wrapping up.** What do you take home from tonight? The chat ends at {time}.", time=ends),
        say("Late answers are kept until {time}; what is said here after that isn't archived.", time=closes)
        if chat.layout is Layout.CHANNEL
        else say(
            "Late answers are kept until {time}; then the thread closes and stays here to be read.",
            time=closes,
        ),
        say("Thank you all, readers included. The button shows you, and nobody else, what was said."),
    ]
    return lines, say("What was said"), Doing("digest")


def _relay(post: Post, say: Texts) -> tuple[list[str], str, Doing]:
    relay = post.relay
    if relay is None:
        raise ValueError("a relayed answer needs its text")
    name = discord.utils.escape_markdown(relay.author_name)
    heading = say("**{name}** answers Q{number}:", name=name, number=relay.question)
    return (
        # One sign quotes all that follows: a sign a line could push the end of a long answer out of the message.
        [heading, f">>> {relay.text}"],
        say("Answer Q{number} too", number=relay.question),
        Doing("answer", relay.question),
    )


def _call_off(post: Post, say: Texts) -> tuple[list[str], str, Doing]:
    chat = post.chat
    if post.channel_id == chat.thread_id:
        line = say("The host ends {title} here. What was said stays archived.", title=title_of(chat))
    else:
        start = discord.utils.format_dt(chat.starts_at, "F")
        line = say("{title}, planned for {start}, does not take place.", title=title_of(chat), start=start)
    return [line], say("What is coming"), Doing("programme")


def _tell(post: Post, say: Texts) -> tuple[list[str], str, Doing]:
    lines = [title_of(post.chat), sentence(Obstacle.of_number(post.action.number), post.chat, say)]
    if post.chat.thread_id is not None and post.chat.is_open:
        lines.append(f"<#{post.chat.thread_id}>")
    return lines, say("Host's desk"), Doing("desk")


def _minutes(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


_SPEECH = {
    ActionKind.ANNOUNCE: announcements.announce,
    ActionKind.REMIND: announcements.remind,
    ActionKind.OPEN: announcements.begin,
    ActionKind.THREAD: _forum_post,
    ActionKind.NOTE: announcements.note,
    ActionKind.MISSING: announcements.missing,
    ActionKind.HOLIDAY: announcements.holiday,
    ActionKind.WELCOME: _welcome,
    ActionKind.ASK: _ask,
    ActionKind.CARD: _card,
    ActionKind.NUDGE: _nudge,
    ActionKind.COPY: _ask,
    ActionKind.WRAP_UP: _wrap_up,
    ActionKind.RELAY: _relay,
    ActionKind.CALL_OFF: _call_off,
    ActionKind.TELL: _tell,
}
# What is said otherwise where the bot can't read messages.
_SPEECH_UNREAD = {ActionKind.WELCOME: _welcome_unread, ActionKind.ASK: _ask_unread, ActionKind.COPY: _ask_unread}
