"""People choose how they are shown, and what is shown follows; they get all that is kept of them, and take it away."""

import json

import discord

from bot.rehearsal.play import answer_of
from tests.support import evening

_DAY = 24 * 3_600
TEA = "tea and a long book about gardens, every day on the bus"


async def press(person, result, label):
    """Press a button of a private answer."""
    return await person.click(result.response, label=label)


def labels(result):
    return [button["label"] for row in result.response.components for button in row["components"]]


async def seen_by(person, channel):
    """What somebody else is shown of a chat."""
    asked = [("digest", {}), ("search", {"words": "gardens"}), ("search", {"words": "from:Ilse"})]
    answers = [answer_of(await person.slash(channel, name, **said)) for name, said in asked]
    # What was looked for stands in the answer.
    return answers[0], answers[1], answers[2].partition("\n")[2]


async def test_below_the_welcome_one_chooses_and_everything_shown_follows(stage):
    chat, thread = await evening.begun_chat(stage, recap=True)
    ilse, ana = stage.person("Ilse Brandt"), stage.person("Ana")
    await ilse.send(thread, f"A1: {TEA}")
    await ana.send(thread, "A1: like @Ilse Brandt, and Ilse Brandt's list is worth reading in full")
    welcome = next(message for message in thread.history() if message.content.startswith("Welcome"))
    shown = await press(ilse, await press(ilse, _Posted(welcome), "My words"), "Show a pseudonym")
    assert "a pseudonym stands for you" in answer_of(shown)
    assert labels(shown)[:3] == ["Show my name", "\u2713 Show a pseudonym", "Hide my words"]
    digest, by_words, by_name = await seen_by(ana, stage.channel)
    assert TEA in digest
    assert "gardens" in by_words
    assert "Ilse" not in digest + by_words + by_name
    assert "Nothing was found" in by_name
    await evening.until(stage, chat.closes_at, plus=5)
    (recap,) = [message for message in stage.channel.history() if "A1" not in message.content and _says(message, TEA)]
    assert not _says(recap, "Ilse")
    await press(ilse, shown, "Hide my words")
    digest, by_words, _ = await seen_by(ana, stage.channel)
    assert TEA not in digest + by_words
    assert "as it stands" not in digest
    await stage.pass_time(2)
    assert not any(_says(message, TEA) for message in stage.channel.history())
    result = await ilse.slash(stage.channel, "privacy choose", how="named")
    assert "Done: you are named." in answer_of(result)
    assert "Ilse Brandt" in (await seen_by(ana, stage.channel))[0]
    await stage.pass_time(2)
    assert any(_says(message, "Ilse Brandt") for message in stage.channel.history())
    again = await ilse.slash(stage.channel, "privacy choose", how="named")
    assert "nothing has changed" in answer_of(again)


class _Posted:
    """A post of the bot's, where a private answer is expected."""

    def __init__(self, message):
        self.response = message


def _says(message, text):
    return (
        text in message.content
        or text in json.dumps(message.components, default=str)
        or text in str(message.components)
    )


async def test_one_gets_all_that_is_kept_and_erases_it_after_being_asked(stage):
    _, thread = await evening.begun_chat(stage)
    ilse = stage.person("Ilse")
    await ilse.send(thread, f"A1: {TEA}")
    await ilse.send(thread, "and one thing more")
    assert "Kept of you here: 2 messages in 1 chat." in answer_of(await ilse.slash(thread, "privacy show"))
    given = await ilse.slash(thread, "privacy export")
    assert "only you see it" in answer_of(given)
    asked = await ilse.slash(thread, "privacy erase")
    assert "That is: 2 messages in 1 chat. It can't be undone." in answer_of(asked)
    assert labels(asked) == ["Erase it here", "My data", "Back"]
    assert len((await evening.record(stage, await _chat(stage))).messages) == 2
    await ilse.send(thread, "still writing")
    done = await press(ilse, asked, "Erase it here")
    assert "your 3 messages in 1 chat are erased" in answer_of(done)
    await ilse.send(thread, "A1: and on I write")
    kept = (await evening.record(stage, await _chat(stage))).messages
    assert [message.text for message in kept] == [None, None, None, "A1: and on I write"]
    assert TEA not in (await seen_by(stage.newcomer, stage.channel))[0]


async def _chat(stage):
    (chat,) = await stage.app.chats.open_threads()
    return chat


async def test_in_a_private_message_one_erases_everywhere_or_one_server_also_one_that_was_left(stage):
    _, thread = await evening.begun_chat(stage)
    ilse = stage.person("Ilse")
    user = ilse.user
    assert "Nothing of yours is kept" in answer_of(await user.slash("privacy erase"))
    assert "Nothing of yours is kept" in answer_of(await user.slash("privacy export"))
    assert "choose for each server" in answer_of(await user.slash("privacy choose", how="named"))
    await ilse.send(thread, f"A1: {TEA}")
    assert "in 1 server: 1 message" in answer_of(await user.slash("privacy show"))
    unknown = await user.slash("privacy erase", where="Somewhere")
    assert "Choose one of the list" in answer_of(unknown)
    there = await user.slash("privacy erase", where="rehearsal library")
    assert "kept of you in Rehearsal Library?" in answer_of(there)
    asked = await user.slash("privacy erase")
    assert "everywhere?" in answer_of(asked)
    done = await user.click(asked.response, label="Erase it everywhere")
    assert "your 1 message in 1 chat are erased" in answer_of(done)
    assert TEA not in str((await evening.record(stage, await _chat(stage))).messages)


async def test_a_host_who_sees_the_desk_and_who_keeps_a_bookmark_see_a_person_as_they_chose(stage):
    chat, thread = await evening.begun_chat(stage)
    ilse, ana = stage.person("Ilse"), stage.person("Ana")
    message = await ilse.send(thread, f"A1: {TEA}")
    await ana.context_menu(thread, "Save", message)
    assert "Ilse" in answer_of(await ana.slash(thread, "saved"))
    await ilse.slash(thread, "privacy choose", how="pseudonym")
    saved = answer_of(await ana.slash(thread, "saved"))
    assert "Ilse" not in saved
    assert "tea" in saved
    board = await stage.app.services.hosting.board(chat.id)
    assert [one.name for one in board.turnout.unanswered if one.name == "Ilse"] == []
    assert len(board.turnout.unanswered) == 1
    await ilse.slash(thread, "privacy choose", how="left_out")
    assert "its author took it back" in answer_of(await ana.slash(thread, "saved"))
    assert (await stage.app.services.hosting.board(chat.id)).turnout.unanswered == ()


async def test_who_is_left_out_everywhere_has_nothing_to_choose(stage):
    _, thread = await evening.begun_chat(stage)
    ilse = stage.person("Ilse")
    await ilse.slash(thread, "privacy leave-me-out")
    refused = await ilse.slash(thread, "privacy choose", how="named")
    assert "`/privacy include-me` first" in answer_of(refused)
    shown = await ilse.slash(thread, "privacy show")
    assert "left out everywhere" in answer_of(shown)
    assert labels(shown) == ["My data"]


async def test_hosts_decide_what_is_published_and_are_asked_once_more_about_what_is_private(stage):
    chat, thread = await evening.begun_chat(stage)
    assert (await evening.reload(stage, chat)).is_public
    refused = await stage.newcomer.slash(thread, "publish server", chats="yes")
    assert "Only hosts can do this" in answer_of(refused)
    nothing = await stage.host.slash(thread, "publish server")
    assert "Say what should change" in answer_of(nothing)
    decided = await stage.host.slash(thread, "publish server", chats="yes", people="pseudonym")
    assert "**are published** once they are over" in answer_of(decided)
    assert "**under a pseudonym**" in answer_of(decided)
    unknown = await stage.host.slash(thread, "publish chat", chat=99, how="yes")
    assert "no chat number 99 here" in answer_of(unknown)
    deputy = stage.person("Deputy")
    await _make_private(stage, deputy)
    assert not (await evening.reload(stage, chat)).is_public
    asked = await stage.host.slash(thread, "publish chat", chat=chat.id, how="yes")
    assert "is private. Publish it?" in answer_of(asked)
    assert "with these roles can read it: **Chat host**; and 1 member by name." in answer_of(asked)
    assert (await evening.reload(stage, chat)).published is None
    said = await press(stage.host, asked, "Publish it all the same")
    assert "is published once it is over" in answer_of(said)
    assert (await evening.reload(stage, chat)).published
    await evening.until(stage, chat.closes_at, plus=5)
    shown = await stage.host.slash(stage.channel, "publish show")
    assert "**published**, a host said yes" in answer_of(shown)
    # Somebody who was a host when they were asked, and isn't any more.
    roles = stage.env.backend.guilds[stage.guild.id].members[deputy.id].role_ids
    roles += [_host_role(stage).id]
    await stage.host.slash(stage.channel, "publish chat", chat=chat.id, how="server")
    asked = await deputy.slash(stage.channel, "publish chat", chat=chat.id, how="yes")
    roles.clear()
    pressed = await press(deputy, asked, "Publish it all the same")
    assert "Only hosts can do this" in answer_of(pressed)
    assert (await evening.reload(stage, chat)).published is None
    no = await stage.host.slash(stage.channel, "publish chat", chat=chat.id, how="no")
    assert "is not published" in answer_of(no)


def _host_role(stage):
    return discord.utils.get(stage.app.bot.get_guild(stage.guild.id).roles, name="Chat host")


async def _make_private(stage, friend):
    guild = stage.app.bot.get_guild(stage.guild.id)
    channel, role = guild.get_channel(stage.channel.id), _host_role(stage)
    hidden = {
        guild.default_role: discord.PermissionOverwrite(view_channel=False),
        role: discord.PermissionOverwrite(view_channel=True),
        discord.Object(friend.id, type=discord.Member): discord.PermissionOverwrite(view_channel=True),
        guild.me: discord.PermissionOverwrite(view_channel=True),
    }
    await channel.edit(overwrites=hidden)
    await stage.pass_time(1)


async def test_a_server_that_removes_the_bot_is_erased_in_time_and_one_that_is_out_of_reach_is_not(stage):
    chat, thread = await evening.begun_chat(stage)
    await stage.person("Ilse").send(thread, f"A1: {TEA}")
    await evening.until(stage, chat.closes_at, plus=60)
    gone = {"id": str(stage.guild.id)}
    await _hear(stage, gone | {"unavailable": True})
    await stage.pass_time(40 * _DAY)
    assert await stage.app.chats.get(chat.id) is not None
    await _hear(stage, gone)
    await stage.pass_time(29 * _DAY)
    assert await stage.app.chats.get(chat.id) is not None
    await stage.pass_time(2 * _DAY)
    assert await stage.app.chats.get(chat.id) is None
    await stage.app.close()
    assert TEA.encode() not in stage.app.database.path.read_bytes()


async def _hear(stage, payload):
    """Discord tells that a server is gone, or out of reach."""
    stage.env._gateway_feed("GUILD_DELETE", payload)
    await stage.pass_time(2)
