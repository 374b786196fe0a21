"""Where a running chat stands, for whoever comes late or lost track: what is talked of now, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import discord

from bot.domain.chat import RUNNING_STATES, Chat, ChatState
from bot.domain.desk import Lane
from bot.domain.digest import Digest, bare_prompt, shorten
from bot.domain.manner import Format
from bot.domain.run import ActionKind
from bot.ui.digest.prose import escape
from bot.ui.moments import style_of
from bot.ui.texts import Texts


def now_lines(digest: Digest, say: Texts, *, prompt_length: int, counts: bool) -> Iterator[str]:
    """What is going on: which question is out, since when, and how many have answered it.

    Args:
        digest: of a chat, running or over.
        say: the reader's language.
        prompt_length: how much of the question is shown; 0 for nothing.
        counts: whether the digest tells of the whole chat, so that its counts are those of the question.
    """
    chat, current = digest.chat, digest.chat.current_question
    if chat.state not in RUNNING_STATES:
        if current is None and chat.format is not Format.INFORMAL:
            yield say("No question was asked.")
    elif chat.state is ChatState.LATE:
        yield say("**Now:** its time is over; late answers are still taken")
    elif chat.state is ChatState.WRAPPING:
        yield say("**Now:** wrapping up")
    elif current is not None and current.asked_at is not None:
        asked = discord.utils.format_dt(current.asked_at, "R")
        number, count = current.number, len(chat.questions)
        line = say("**Now:** Q{number} of {count}, asked {when}", number=number, count=count, when=asked)
        part = next((part for part in digest.questions if part.question.number == number), None)
        if counts and part is not None:
            answers = say.plural("{count} answer so far", "{count} answers so far", part.answers)
            line = say("{where}; {answers}", where=line, answers=answers if part.answers else say("no answers yet"))
        yield line
        if prompt_length:
            yield f"> {escape(shorten(bare_prompt(current, chat), prompt_length))}"
    elif chat.format is Format.INFORMAL:
        yield say("**Now:** people talk; there are no questions")
    else:
        yield say("**Now:** introductions. No question has been asked yet.")


def next_lines(lane: Lane, say: Texts) -> Iterator[str]:
    """What comes next and when, as the bot will do it by itself; hosts may do it sooner or later.

    Args:
        lane: what is still to be done of a running chat.
        say: the reader's language.
    """
    chat, coming = lane.chat, lane.coming
    if chat.state is ChatState.LATE:
        if times := _times(lane, ActionKind.CLOSE):
            yield say("**Then:** the chat closes at {time} ({soon})", **times)
    elif chat.state is ChatState.WRAPPING or coming is None:
        if times := _times(lane, ActionKind.END):
            yield say("**Then:** the end at {time} ({soon})", **times)
    else:
        what = say("Q{number}", number=coming.number) if coming.kind is ActionKind.ASK else say("the wrap-up")
        times = _shown(chat, coming.due_at)
        if lane.waits_for_host:
            yield say("**Then:** {what}, when a host says so", what=what)
        elif chat.state is ChatState.HELD:
            yield say("**Then:** {what}; a host holds it back, until {time} ({soon}) at most", what=what, **times)
        else:
            yield say("**Then:** {what} at {time} ({soon})", what=what, **times)


def _times(lane: Lane, kind: ActionKind) -> dict[str, str]:
    at = next((action.due_at for action in lane.rest if action.kind is kind), None)
    return {} if at is None else _shown(lane.chat, at)


def _shown(chat: Chat, at: datetime) -> dict[str, str]:
    return {"time": discord.utils.format_dt(at, style_of(chat)), "soon": discord.utils.format_dt(at, "R")}
