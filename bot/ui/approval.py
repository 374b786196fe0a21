"""Anonymous answers that wait for a host: one at a time and whole, so that nobody approves what they haven't read."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain.chat import Chat
from bot.services.values import Relay
from bot.ui.controls import ControlButton, Doing, free_control_id, rows_of
from bot.ui.texts import Texts


def render(chat: Chat, waiting: Sequence[Relay], note: str, say: Texts) -> tuple[str, discord.ui.View]:
    """The oldest of the answers, at most 2,000 characters, and its buttons.

    Args:
        chat: whose.
        waiting: the oldest first, at least one.
        note: what just happened, or empty.
        say: the host's language.
    """
    relay = waiting[0]
    lines = [
        *([f"> {note}"] if note else []),
        say.plural(
            "**{count} anonymous answer waits.** It is posted without a name if you approve it. To Q{number}:",
            "**{count} anonymous answers wait.** Each is posted without a name if you approve it. The oldest, to "
            "Q{number}:",
            len(waiting),
            number=relay.question,
        ),
        f">>> {relay.text}",
    ]
    decide = [
        _button(chat, "approve", relay.id, say("Approve"), discord.ButtonStyle.success),
        _button(chat, "decline", relay.id, say("Decline")),
        _button(chat, "block", relay.id, say("Decline, and take no more of theirs"), discord.ButtonStyle.danger),
    ]
    return "\n".join(lines), rows_of(decide, [_button(chat, "desk", 0, say("Back to the desk"))])


def _button(
    chat: Chat, kind: str, value: int, label: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> ControlButton:
    return ControlButton(free_control_id(chat.id, Doing(kind, value)), label, style)
