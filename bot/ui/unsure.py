"""The short list of messages that wait for a host to say where they belong, each with a button for each guess."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain.chat import Chat
from bot.domain.desk import Waiting
from bot.domain.digest import shorten
from bot.domain.messages import jump_url
from bot.ui.controls import ControlButton, Doing, free_control_id, rows_of
from bot.ui.digest import escape
from bot.ui.texts import Texts

# A row of buttons for each message, and one row to go back; Discord allows five rows.
SHOWN = 4
_QUOTE = 200
# A button's value holds the message and the question: the last two digits are the question, 0 for none.
_PLACES = 100


def read(value: int) -> tuple[int, int]:
    """The message and the question of a `place` button; question 0 stands for none."""
    return divmod(value, _PLACES)


def render(chat: Chat, waiting: Sequence[Waiting], say: Texts) -> tuple[str, discord.ui.View]:
    """The list, at most 2,000 characters, and its buttons."""
    lines = [say("**Which question do these answer?** One tap files a message; it stays where you put it.")]
    rows: list[list[ControlButton]] = []
    for place, one in enumerate(waiting, start=1):
        quote = escape(shorten(" ".join(one.text.split()), _QUOTE)) or say("a file")
        link = jump_url(chat.guild_id, one.thread_id, one.message_id)
        opened = f" ([{say('open')}]({link}))" if one.thread_id else ""
        lines.append(f"{place}. {escape(one.name)}: {quote}{opened}")
        rows.append([_button(chat, one, number, place, say) for number in (*_guesses(chat, one), 0)])
    rows.append([ControlButton(free_control_id(chat.id, Doing("desk")), say("Back to the desk"))])
    return "\n".join(lines), rows_of(*rows)


def _guesses(chat: Chat, one: Waiting) -> list[int]:
    """The likeliest question and its neighbours, as far as they were asked."""
    asked = {q.number for q in chat.questions if q.message_id is not None}
    return [number for number in (one.guess, one.guess - 1, one.guess + 1) if number in asked]


def _button(chat: Chat, one: Waiting, number: int, place: int, say: Texts) -> ControlButton:
    named = say("{place}: Q{number}", place=place, number=number)
    label = named if number else say("{place}: none", place=place)
    style = discord.ButtonStyle.primary if number == one.guess else discord.ButtonStyle.secondary
    return ControlButton(free_control_id(chat.id, Doing("place", one.message_id * _PLACES + number)), label, style)
