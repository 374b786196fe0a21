"""Which chat a person means who types a command: the one running here, else the only one that is running."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.chat import RUNNING_STATES, Chat
from bot.domain.errors import BadInput, Problem
from bot.services.ports import Chats


async def find_running(chats: Chats, guild_id: int, place_id: int) -> Chat:
    """The running chat that is meant.

    Args:
        chats: all chats.
        guild_id: the server.
        place_id: the channel or thread in which it was typed.

    Raises:
        BadInput: none is running, or several and none of them here.
    """
    running = await chats.list(guild_id, RUNNING_STATES)
    here = [chat for chat in running if place_id in {chat.channel_id, *chat.threads}]
    candidates: Sequence[Chat] = here or running
    if not candidates:
        raise BadInput(Problem.NO_CHAT_HERE)
    if len(candidates) > 1:
        raise BadInput(Problem.WHICH_CHAT, chats=tuple(candidates))
    return candidates[0]
