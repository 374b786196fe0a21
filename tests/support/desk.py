"""A host at the desk: opens it, presses its buttons, fills its forms; each press is counted."""

import discord

from bot.rehearsal.play import answer_of
from tests.support import evening


class HostAtDesk:
    """One host's panel, as that host sees it."""

    def __init__(self, stage, who):
        self.stage, self.who = stage, who
        self.presses = 0
        self._message_id = None

    async def open(self, chat, thread):
        """Press the button under the welcome."""
        welcome = next(m for m in thread.history() if "Welcome to" in m.content)
        self.presses += 1
        self._seen(await self.who.click(welcome, label="Host's desk"))
        return self

    async def command(self, place, name, **options):
        """Type a command instead."""
        self._seen(await self.who.slash(place, f"host {name}", **options))
        return self

    async def press(self, label):
        """Press a button; what the bot answered."""
        self.presses += 1
        result = await self.who.click(self.panel, label=label)
        if result.modal is None:
            self._seen(result)
        return result

    async def fill(self, shown, text):
        """Send a form."""
        result = await self.who.submit_modal(shown, {"text": text})
        self._seen(result)
        return result

    @property
    def panel(self):
        """The panel as Discord has it now."""
        from simcord.results import to_discord_message

        channel_id = self._channel_id
        return to_discord_message(self.stage.env, self.stage.env.backend.get_message(channel_id, self._message_id))

    @property
    def text(self):
        """What the panel says now."""
        return self.panel.content

    @property
    def labels(self):
        """The words on its buttons."""
        return [item.label for row in self.panel.components for item in row.children]

    def _seen(self, result):
        shown = result.response or (result.followups[-1] if result.followups else None)
        if shown is None:
            return
        assert shown.ephemeral
        if "Host's desk" in shown.content:
            self._message_id, self._channel_id = shown.id, shown.channel_id


async def at_the_desk(stage, *, asked=1, **options):
    """A chat under way and the host at the desk: the chat, its thread, the host."""
    chat, thread = await evening.begun_chat(stage, asked=asked, **options)
    host = await HostAtDesk(stage, stage.host).open(chat, thread)
    return chat, thread, host


def add_host(stage, name):
    """Another member with the host role."""
    role = next(role for role in stage.env.backend.guilds[stage.guild.id].roles.values() if role.name == "Chat host")
    handle = stage.guild.add_member(stage.env.create_user(name.casefold(), global_name=name))
    stage.env.backend.guilds[stage.guild.id].members[handle.id].role_ids.append(role.id)
    stage.people[name] = handle
    return handle


__all__ = ["HostAtDesk", "add_host", "answer_of", "at_the_desk", "discord"]
