"""Ways in which a server gets in a chat's way, and what its host is told in private."""

import discord
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType


def deny(stage, *names, channel=None):
    """Take permissions from the bot in a channel."""
    place = channel or stage.channel
    stage.env.backend.set_overwrite(place.id, bot_overwrite(stage, *names))


def allow(stage, channel=None):
    """Give them back."""
    stage.env.backend.delete_overwrite((channel or stage.channel).id, bot_overwrite(stage).target_id)


def bot_overwrite(stage, *names):
    """What takes permissions from the bot's own role."""
    (role,) = [r for r in stage.guild.roles.values() if r.name == stage.app.bot.user.name]
    denied = discord.Permissions(**dict.fromkeys(names, True)).value
    return Overwrite(target_id=role.id, type=OverwriteType.ROLE, allow=0, deny=denied)


def shut(stage, thread, **state):
    """A moderator locks or archives the thread, or opens it again."""
    stage.env.backend.edit_channel(thread.id, {}, thread_metadata=state)


def state_of(stage, thread):
    """Whether the thread is locked, and whether it is archived."""
    metadata = stage.env.backend.channels[thread.id].thread_metadata
    return metadata.locked, metadata.archived


def told(stage, who=None):
    """What the bot wrote to somebody in private, in order."""
    channel_id = stage.env.backend.dm_channels.get((who or stage.host).id)
    if channel_id is None:
        return []
    messages = stage.env.backend.messages[channel_id].values()
    return [message.content for message in messages if message.author_id == stage.app.bot.user.id]


def everyone_sees(stage, channel=None, *, seen):
    """Whether those who have no role see a channel; the bot and the host do in any case."""
    place, backend = channel or stage.channel, stage.env.backend
    view = discord.Permissions(view_channel=True).value
    keep = bot_overwrite(stage).target_id
    backend.set_overwrite(place.id, Overwrite(target_id=keep, type=OverwriteType.ROLE, allow=view, deny=0))
    host = Overwrite(target_id=stage.host.id, type=OverwriteType.MEMBER, allow=view, deny=0)
    backend.set_overwrite(place.id, host)
    everyone = Overwrite(target_id=stage.guild.id, type=OverwriteType.ROLE, allow=0, deny=0 if seen else view)
    backend.set_overwrite(place.id, everyone)
