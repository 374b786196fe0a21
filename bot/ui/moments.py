"""How a moment of a chat is shown in Discord, which puts it on each reader's own clock."""

from __future__ import annotations

from typing import Literal

from bot.domain.chat import Chat

_DAY = 24 * 60


def style_of(chat: Chat) -> Literal["t", "f"]:
    """How a moment of a chat is shown: by its time alone, or with its day where it goes on over days."""
    return "f" if chat.is_slow or chat.minutes >= _DAY else "t"
