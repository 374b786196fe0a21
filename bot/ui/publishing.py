"""What hosts see of what their server publishes, and the question before something private is shown to everybody."""

from __future__ import annotations

import discord

from bot.domain.chat import Chat, ChatState
from bot.domain.showing import Showing
from bot.services.publishing import LISTED, Decided, Standing
from bot.services.publishing_ports import PublishingRules, Readers
from bot.ui.controls import ControlButton, Doing, free_control_id, view_of
from bot.ui.texts import Texts

_ROLES = 10


def rules_of(rules: PublishingRules, say: Texts) -> list[str]:
    """What hosts decided for their server."""
    if rules.publishes:
        chats = say("Chats that everybody in this server can read **are published** once they are over.")
    else:
        chats = say("Chats are **not published**, but for those to which a host said yes: `/publish chat`.")
    if rules.showing is Showing.PSEUDONYM:
        people = say("Whoever chose nothing stands there **under a pseudonym**.")
    else:
        people = say("Whoever chose nothing is **left out** there; their words aren't shown.")
    return [chats, people]


def decided(rules: PublishingRules, say: Texts) -> str:
    """What is said once hosts decided for their server."""
    private = say("What not everybody in this server can read is published only with a yes for that chat.")
    own = say("Everybody can choose for themselves: by name, by a pseudonym, or not at all (`/privacy show`).")
    return "\n".join([say("Saved."), *rules_of(rules, say), private, own])


def standing(found: Standing, say: Texts) -> str:
    """What a server publishes."""
    lines = [say("**What this server publishes**"), *rules_of(found.rules, say)]
    if not found.chats:
        return "\n".join([*lines, say("No chat is over yet.")])
    lines.append(
        say.plural(
            "{count} chat may be shown outside Discord.", "{count} chats may be shown outside Discord.", found.count
        )
    )
    lines += ["", say("The latest chats, of up to {count}:", count=LISTED)]
    lines += [f"- {chat.id}: {_name(chat)}: {_why(chat, is_shown=is_shown, say=say)}" for chat, is_shown in found.chats]
    return "\n".join(lines)


def _name(chat: Chat) -> str:
    return f"#{chat.hashtag}: {discord.utils.escape_markdown(chat.title)}"


def _why(chat: Chat, *, is_shown: bool, say: Texts) -> str:
    if is_shown:
        return say("**published**, a host said yes") if chat.published else say("**published**")
    if chat.published is False:
        return say("not published, a host said no")
    if not chat.is_public:
        return say("not published, not everybody can read it")
    return say("not published")


def said(found: Decided, say: Texts) -> str:
    """What is said once hosts decided about one chat."""
    name = _name(found.chat)
    if found.is_shown:
        if found.chat.state is not ChatState.CLOSED:
            return say("Saved: {chat} is published once it is over.", chat=name)
        return say("Saved: {chat} is published. Its pages follow when they are built the next time.", chat=name)
    return say("Saved: {chat} is not published; pages that there are of it go.", chat=name)


def ask(found: Decided, readers: Readers, say: Texts) -> tuple[str, discord.ui.View]:
    """The question before a chat is published that not everybody can read."""
    name = _name(found.chat)
    lines = [
        say("**{chat} is private. Publish it?**", chat=name),
        _who(readers, say),
        say("Published, anybody on the web can read it. People there wrote for fewer eyes: ask them first."),
    ]
    yes = ControlButton(
        free_control_id(found.chat.id, Doing("publish_yes", 1)),
        say("Publish it all the same"),
        discord.ButtonStyle.danger,
    )
    no = ControlButton(free_control_id(found.chat.id, Doing("publish_yes", 0)), say("Leave it private"))
    return "\n".join(lines), view_of(yes, no)


def _who(readers: Readers, say: Texts) -> str:
    roles = ", ".join(f"**{discord.utils.escape_markdown(name)}**" for name in readers.roles[:_ROLES])
    if len(readers.roles) > _ROLES:
        roles += " \u2026"
    people = say.plural("{count} member by name", "{count} members by name", readers.people) if readers.people else ""
    if roles and people:
        return say("Now only members with these roles can read it: {roles}; and {people}.", roles=roles, people=people)
    if roles:
        return say("Now only members with these roles can read it: {roles}.", roles=roles)
    if people:
        return say("Now only this many can read it, besides who manages the server: {people}.", people=people)
    return say("I can't see who may read it now, so it counts as private.")


def left_private(say: Texts) -> str:
    """What is said if a host thinks better of it."""
    return say("Nothing has changed: it stays private.")
