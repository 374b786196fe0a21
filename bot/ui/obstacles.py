"""What stands in a chat's way, in a sentence each: what it is, what to grant and where, and what the bot does then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.domain.chat import Chat
from bot.domain.manner import Layout
from bot.domain.obstacles import Obstacle, ObstacleKind
from bot.ui.texts import Texts, permission_name


def sentence(obstacle: Obstacle, chat: Chat, say: Texts) -> str:
    """What a host needs to know of one obstacle."""
    names = ", ".join(f"**{permission_name(name)}**" for name in obstacle.missing)
    if chat.layout is Layout.FORUM and chat.thread_id is None and "view_channel" in obstacle.missing:
        return say(
            "I can't see the forum <#{forum}> in which this chat is to be held: it was deleted, or hidden from me. "
            "Choose another with `/chat edit`, or let me see it; the chat waits until then.",
            forum=chat.home_id,
        )
    if obstacle.kind is ObstacleKind.PERMISSIONS:
        return say(
            "I lack {names} in <#{channel}>. Someone who manages the server can grant it under Edit Channel → "
            "Permissions, for my role. What I can't do now waits, and goes on by itself once I may.",
            names=names or say("the permissions I need"),
            channel=chat.home_id,
        )
    if obstacle.kind is ObstacleKind.LOCKED and names:
        return say(
            "The thread is locked, so that nobody can answer, and I may not unlock it: I lack {names} in "
            "<#{channel}>. Someone who manages the server can grant it, or unlock the thread. The chat waits "
            "until then and goes on by itself.",
            names=names,
            channel=chat.home_id,
        )
    return _PLAIN[obstacle.kind](say)


def lines(obstacles: Sequence[Obstacle], chat: Chat, say: Texts) -> list[str]:
    """For the host's desk."""
    return [f"\N{WARNING SIGN}\N{VARIATION SELECTOR-16} {sentence(one, chat, say)}" for one in obstacles]


_PLAIN: Mapping[ObstacleKind, Callable[[Texts], str]] = {
    ObstacleKind.LOCKED: lambda say: say(
        "The thread is locked, so that nobody can answer but by button. I unlock it when I post next. If it should "
        "stay shut, hold the chat or call it off with `/chat cancel`."
    ),
    ObstacleKind.DELETED: lambda say: say(
        "The thread was deleted, so the chat is over. What was said in it until then is archived; `/digest` shows it."
    ),
    ObstacleKind.ARCHIVED: lambda say: say(
        "The thread is put away. It opens again with the next message, mine or anybody's."
    ),
    ObstacleKind.APPROVAL: lambda say: say(
        "Somebody answered anonymously. It is posted once a host approves it, and so are others that come: your desk "
        "has them."
    ),
    ObstacleKind.NO_CHANNEL: lambda say: say(
        "The channel of this chat was deleted. Give the chat another one with `/chat edit`, or its series with "
        "`/series edit`; until then it waits, and if its hour passes it is left out."
    ),
    ObstacleKind.OVERLAP: lambda say: say(
        "Its series planned this chat for a time at which another chat has the channel already. Both stand planned; "
        "`/chat edit` gives one of them another time or channel, `/chats` shows them."
    ),
    ObstacleKind.NO_TEXT: lambda say: say(
        "I can't read what people write, only that they do. Answers reach me by the button, by `/answer`, or in a "
        "message that mentions me. Whoever runs me can change it: Message Content Intent."
    ),
}
