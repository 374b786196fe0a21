"""The host's desk: how the hour stands, and a button for each thing a host can do now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import discord

from bot.domain.chat import OVER_STATES, Chat, ChatState
from bot.domain.desk import Change, MoveKind, Outcome, mark
from bot.domain.digest import shorten
from bot.domain.manner import Format, Rhythm
from bot.domain.messages import jump_url
from bot.domain.run import ActionKind
from bot.services.hosting import Board
from bot.ui import obstacles
from bot.ui.controls import ControlButton, Doing, free_control_id, rows_of
from bot.ui.digest import escape
from bot.ui.lists import state_name
from bot.ui.moments import style_of
from bot.ui.posts import MAX_CONTENT
from bot.ui.texts import Texts

# Discord lets a private answer be changed for 15 minutes after the press that made it.
KEPT_CURRENT = timedelta(minutes=14)


class _Size(NamedTuple):
    question_length: int
    names: int


# The first at which the desk fits in a message is taken; nothing is cut off its end.
_SIZES = (_Size(200, 8), _Size(200, 4), _Size(100, 2), _Size(30, 0))


def desk_button(chat_id: int, say: Texts) -> ControlButton:
    """The button that opens the desk."""
    return ControlButton(free_control_id(chat_id, Doing("desk")), say("Host's desk"))


def render(
    board: Board, note: str, opened_at: datetime, say: Texts, confirm: MoveKind | None = None
) -> tuple[str, discord.ui.View]:
    """The desk's text, at most 2,000 characters, and its buttons.

    Args:
        board: how things stand.
        note: what the last press did, or empty.
        opened_at: of the press that showed it (aware UTC).
        say: the host's language.
        confirm: the move that waits for a yes, or None.
    """
    texts = (_text(board, note, opened_at, say, size) for size in _SIZES)
    text = next((text for text in texts if len(text) <= MAX_CONTENT), "")
    return text, rows_of(*_buttons(board, say, confirm))


def _text(board: Board, note: str, opened_at: datetime, say: Texts, size: _Size) -> str:
    chat = board.chat
    is_over = chat.state in OVER_STATES
    title = discord.utils.escape_markdown(chat.title)
    lines = [
        say(
            "**Host's desk** #{hashtag}: {title} ({state})",
            hashtag=chat.hashtag,
            title=title,
            state=state_name(chat.state, say),
        ),
        *([f"> {note}"] if note else []),
        *obstacles.lines(board.obstacles, chat, say),
        *(_over(board, say) if is_over else _standing(board, say, size)),
    ]
    if board.turnout.to_approve:
        lines.append(
            say.plural(
                "**{count} anonymous answer** waits for your yes; until then nobody else sees it",
                "**{count} anonymous answers** wait for your yes; until then nobody else sees them",
                board.turnout.to_approve,
            )
        )
    if board.turnout.unsure:
        lines.append(
            say.plural(
                "{count} message has no sure question yet; it isn't in the digest.",
                "{count} messages have no sure question yet; they aren't in the digest.",
                board.turnout.unsure,
            )
        )
    if is_over:
        lines.append(say("-# Only you see this."))
    else:
        until = discord.utils.format_dt(opened_at + KEPT_CURRENT, "t")
        lines.append(
            say("-# Only you see this. It keeps itself current until {time}; any button renews it.", time=until)
        )
    return "\n".join(lines)


def what_happened(change: Change, kind: MoveKind, say: Texts) -> str:
    """What a press did, in a sentence."""
    if change.outcome is Outcome.CONFIRM:
        return say.plural(
            "{count} question hasn't been asked. Press again to leave it out.",
            "{count} questions haven't been asked. Press again to leave them out.",
            len(change.left_out),
        )
    if change.outcome is Outcome.ALREADY and kind is MoveKind.NEXT:
        return say(
            "A question was asked a moment ago, at its time or by another host; nothing was done twice. If you want "
            "the next one too, press again in a few seconds."
        )
    by_hand = change.chat.pace.rhythm is Rhythm.BY_HAND
    if change.outcome is Outcome.ALREADY and kind is MoveKind.HOLD and by_hand:
        return say("There is nothing to hold: each question comes when a host says so.")
    if change.outcome is Outcome.ALREADY:
        return say("That was done already, by you or another host; nothing was done twice.")
    at = discord.utils.format_dt(change.at, style_of(change.chat)) if change.at else ""
    if kind is MoveKind.NEXT and change.number is None:
        kind = MoveKind.WRAP_UP
    done = {
        MoveKind.NEXT: say("You sent Q{number}.", number=change.number),
        MoveKind.HOLD: say("Held. If no host does anything, the chat goes on by itself at {time}.", time=at),
        MoveKind.RESUME: say("Going on. The next comes at {time}.", time=at),
        MoveKind.LATER: say("Two minutes more: the next comes at {time}.", time=at),
        MoveKind.SKIP: say("That question is left out. The next comes at {time}.", time=at),
        MoveKind.ASK: say("You sent your question; it is Q{number}.", number=change.number),
        MoveKind.EDIT: say("Q{number} has its new words.", number=change.number),
        MoveKind.WRAP_UP: say("Wrapping up. The chat ends at {time}.", time=at),
        MoveKind.END: say("The chat ends now; late answers are still kept."),
    }
    if by_hand:
        done[MoveKind.LATER] = say("Two minutes more: the wrap-up comes at {time}.", time=at)
        done[MoveKind.SKIP] = say("That question is left out. The next comes when a host says so.")
    return done[kind]


def _over(board: Board, say: Texts) -> list[str]:
    """When all is over nothing comes any more, and nobody can reply."""
    messages, people = _counted(board, say)
    return [
        say("**It is over.** `/digest` shows what was said, `/export` takes it along."),
        say("**In all:** {messages} by {people}", messages=messages, people=people),
    ]


def _standing(board: Board, say: Texts, size: _Size) -> list[str]:
    return [*_now(board, say, size), *_next(board, say, size), *_figures(board, say), *_waiting(board, say, size)]


def _counted(board: Board, say: Texts) -> tuple[str, str]:
    """How many messages, and by how many people."""
    t = board.turnout
    messages = say.plural("{count} message", "{count} messages", t.messages)
    return messages, say.plural("{count} person", "{count} people", t.people)


def _now(board: Board, say: Texts, size: _Size) -> list[str]:
    current = board.chat.current_question
    if current is None and board.chat.format is Format.INFORMAL:
        return [say("**Now:** people talk; there are no questions")]
    if current is None or current.asked_at is None:
        return [say("**Now:** introductions")]
    return [
        say(
            "**Now:** Q{number} of {count}, asked {when}: {text}",
            number=current.number,
            count=len(board.chat.questions),
            when=discord.utils.format_dt(current.asked_at, "R"),
            text=_short(current.text, size),
        )
    ]


def _next(board: Board, say: Texts, size: _Size) -> list[str]:
    chat, coming = board.chat, board.lane.coming
    if coming is None:
        return _ending(board, say)
    at = discord.utils.format_dt(coming.due_at, style_of(chat))
    soon = discord.utils.format_dt(coming.due_at, "R")
    question = chat.question(coming.number)
    if board.lane.waits_for_host:
        what = say("**Next:** when you say so:")
    elif chat.state is ChatState.HELD:
        what = say("**Held.** It goes on by itself at {time} ({soon}).", time=at, soon=soon)
    elif coming.due_at <= board.at:
        what = say("**Next:** on its way")
    else:
        what = say("**Next:** at {time} ({soon})", time=at, soon=soon)
    if coming.kind is ActionKind.ASK and question is not None:
        tail = say("Q{number}: {text}", number=coming.number, text=_short(question.text, size))
    else:
        tail = say("the wrap-up")
    return [f"{what} {tail}", *_ending(board, say)]


def _ending(board: Board, say: Texts) -> list[str]:
    times = {action.kind: action.due_at for action in board.lane.rest}
    ends, closes = times.get(ActionKind.END), times.get(ActionKind.CLOSE)
    if ends is not None and closes is not None:
        return [
            say(
                "**End:** {time} ({soon}); late answers until {closes}",
                time=discord.utils.format_dt(ends, style_of(board.chat)),
                soon=discord.utils.format_dt(ends, "R"),
                closes=discord.utils.format_dt(closes, style_of(board.chat)),
            )
        ]
    if closes is not None:
        return [
            say(
                "**The hour is over.** Late answers until {closes}",
                closes=discord.utils.format_dt(closes, style_of(board.chat)),
            )
        ]
    return []


def _figures(board: Board, say: Texts) -> list[str]:
    t = board.turnout
    current = board.chat.current_question
    messages, people = _counted(board, say)
    everything = say("**So far:** {messages} by {people}", messages=messages, people=people)
    if current is None:
        return [everything]
    answers = say.plural("{count} answer", "{count} answers", t.answers)
    by = say.plural("{count} person", "{count} people", t.answered_by)
    return [everything + say("; {answers} to Q{number} by {people}", answers=answers, number=current.number, people=by)]


def _waiting(board: Board, say: Texts, size: _Size) -> list[str]:
    waiting = board.turnout.unanswered
    if not waiting:
        return []
    names = [
        f"[{escape(one.name)}]({jump_url(board.chat.guild_id, one.thread_id, one.message_id)})"
        for one in waiting[: size.names]
    ]
    if not names:
        return [
            say.plural(
                "**Nobody has replied yet to** {count} person",
                "**Nobody has replied yet to** {count} people",
                len(waiting),
            )
        ]
    if len(waiting) > size.names:
        names.append(say("{count} more", count=len(waiting) - size.names))
    return [say("**Nobody has replied yet to** {names}", names=", ".join(names))]


def _buttons(board: Board, say: Texts, confirm: MoveKind | None) -> list[list[ControlButton]]:
    rows = _moves(board, say)
    lists = []
    if board.turnout.to_approve:
        label = say.plural("Read {count} anonymous answer", "Read {count} anonymous answers", board.turnout.to_approve)
        lists.append(_button(board.chat, "approvals", 0, label, discord.ButtonStyle.primary))
    if board.turnout.unsure:
        label = say.plural("File {count} message", "File {count} messages", board.turnout.unsure)
        lists.append(_button(board.chat, "unsure", 0, label))
    if lists:
        rows.append(lists)
    if confirm is not None and board.lane.asks:
        label = say("Yes, end now") if confirm is MoveKind.END else say("Yes, wrap up")
        rows.insert(0, [_button(board.chat, confirm, 1, label, discord.ButtonStyle.danger)])
    return rows


def _moves(board: Board, say: Texts) -> list[list[ControlButton]]:
    chat, lane = board.chat, board.lane
    refresh = _button(chat, "desk", 0, say("Refresh"))
    if lane.is_wrapping and lane.wrap_up is None:
        return [[_button(chat, MoveKind.END, 0, say("End now"), discord.ButtonStyle.danger), refresh]]
    coming = lane.coming
    if chat.format is Format.INFORMAL and chat.state is ChatState.GATHERING:
        return [[_button(chat, MoveKind.END, 0, say("End now"), discord.ButtonStyle.danger), refresh]]
    if coming is None or chat.state not in {ChatState.GATHERING, ChatState.ASKING, ChatState.HELD}:
        return [[refresh]]
    due = int(coming.due_at.timestamp())
    if lane.chat.pace.rhythm is Rhythm.BY_HAND:
        holding = []
    elif chat.state is ChatState.HELD:
        holding = [_button(chat, MoveKind.RESUME, 0, say("Resume"), discord.ButtonStyle.success)]
    else:
        holding = [_button(chat, MoveKind.HOLD, 0, say("Hold"))]
    first = [*holding, _button(chat, MoveKind.LATER, due, say("+2 min"))]
    question = chat.question(coming.number) if coming.kind is ActionKind.ASK else None
    if question is not None:
        primary = discord.ButtonStyle.primary
        ask = _button(chat, MoveKind.NEXT, question.number, say("Ask Q{number} now", number=question.number), primary)
        skip = _button(chat, MoveKind.SKIP, mark(question.text), say("Skip Q{number}", number=question.number))
        edit = _button(chat, MoveKind.EDIT, 0, say("Edit Q{number}", number=question.number))
        first = [ask, *first, skip, edit]
    other = _button(chat, MoveKind.ASK, 0, say("Ask something else"))
    style = discord.ButtonStyle.secondary if question is not None else discord.ButtonStyle.primary
    wrap_up = _button(chat, MoveKind.WRAP_UP, 0, say("Wrap up"), style)
    end = _button(chat, MoveKind.END, 0, say("End now"), discord.ButtonStyle.danger)
    draw = [_button(chat, "jar_draw", 0, say("Draw a question"), style)] if chat.format is Format.JAR else []
    return [first, [*draw, other, wrap_up, end, refresh]]


def _button(
    chat: Chat, kind: str, value: int, label: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> ControlButton:
    return ControlButton(free_control_id(chat.id, Doing(kind, value)), label, style)


def _short(text: str, size: _Size) -> str:
    return escape(shorten(text, size.question_length))
