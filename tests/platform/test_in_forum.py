"""Chats that are held in a forum's post: what is kept, what isn't, and who may read it."""

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.rehearsal.play import answer_of
from tests.support import evening
from tests.support.guillotine import cut_off_after
from tests.support.obstacles import allow, deny, shut, state_of, told

IN_POST = ["1:thread:0", "1:welcome:0", "1:ask:1", "1:ask:2", "1:ask:3", "1:wrap_up:0"]


async def planned_in_forum(stage, **options):
    forum = stage.guild.create_forum_channel("reading-forum")
    return forum, await evening.planned_chat(stage, layout="forum", forum=forum, **options)


async def begun_in_forum(stage, *, seconds=400, **options):
    forum, chat = await planned_in_forum(stage, **options)
    await evening.until(stage, chat.starts_at, plus=seconds)
    (post,) = forum.threads
    return forum, await evening.reload(stage, chat), post


async def test_a_chat_in_a_forum_has_one_post_with_everything_in_it(stage):
    forum, chat, post = await begun_in_forum(stage, description="Bring a *book*.")
    assert evening.posts(stage.channel) == ["1:announce:0", "1:remind:15", "1:open:0"]
    assert f"It has a post of its own in <#{forum.id}>" in stage.channel.history()[-1].content
    assert post.name == "#buschat: Reading on the bus"
    first = post.history()[0]
    assert "Bring a \\*book\\*." in first.content
    assert "for 40 minutes" in first.content
    ana = stage.person("Ana")
    await ana.send(post, "A1: a cookbook, from cover to cover")
    shown = await ana.click(evening.prompt_in(post, chat, 1), label="Answer Q1")
    await ana.submit_modal(shown, {"text": "And a map"})
    await evening.until(stage, chat.closes_at, plus=60)
    assert [key for key in evening.posts(post) if "relay" not in key] == IN_POST
    assert await evening.said(stage, chat) == [("A1: a cookbook, from cover to cover", [1]), ("And a map", [1])]
    assert state_of(stage, post) == (True, True)
    assert (await evening.reload(stage, chat)).state == "closed"


async def test_what_is_written_in_the_post_while_the_bot_is_away_is_kept(stage, settings):
    _forum, chat, post = await begun_in_forum(stage)
    await stage.app.close()
    await stage.person("Ana").send(post, "A1: a cookbook")
    await stage.restart(settings)
    await stage.pass_time(30)
    await stage.person("Ana").send(post, "A1: and a map")
    assert await evening.said(stage, chat) == [("A1: a cookbook", [1]), ("A1: and a map", [1])]


async def test_a_post_that_was_put_away_opens_for_the_next_question(stage):
    _forum, chat, post = await begun_in_forum(stage)
    shut(stage, post, archived=True)
    await evening.until(stage, chat.ends_at, plus=-30)
    assert evening.posts(post) == IN_POST
    assert state_of(stage, post) == (False, False)


@pytest.mark.parametrize("effects", [1, 2, 3, 5, 6, 7, 9])
async def test_wherever_the_bot_is_cut_off_there_is_one_post_with_everything_once(stage, settings, caplog, effects):
    forum, chat = await planned_in_forum(stage, announce="none")
    await evening.until(stage, chat.starts_at, plus=-1)
    await cut_off_after(stage, settings, effects)
    await evening.until(stage, chat.ends_at, plus=10)
    caplog.clear()
    (post,) = forum.threads
    assert evening.posts(post) == IN_POST
    assert evening.posts(stage.channel) == ["1:open:0"]


async def test_what_is_missing_in_the_forum_is_told_at_planning(stage):
    forum = stage.guild.create_forum_channel("reading-forum")
    deny(stage, "send_messages_in_threads", channel=forum)
    text = answer_of(await evening.plan(stage, layout="forum", forum=forum))
    assert f"I can't run a chat in <#{forum.id}>: I lack **Send Messages in Threads** there" in text
    allow(stage, channel=forum)
    assert "choose the forum too" in answer_of(await evening.plan(stage, layout="forum"))
    assert "is planned" in answer_of(await evening.plan(stage, forum=forum))
    deny(stage, "send_messages", channel=forum)
    shown = answer_of(await stage.host.slash(stage.channel, "chat show", number=1))
    assert "I lack **Send Messages** there" in shown
    assert f"<#{forum.id}>: I lack" in shown
    changed = answer_of(await stage.host.slash(stage.channel, "chat edit", number=1, title="Maps"))
    assert f"I can't run a chat in <#{forum.id}>: I lack **Send Messages** there" in changed


async def test_a_forum_that_is_deleted_before_the_start_is_told_at_once_and_another_can_be_chosen(stage):
    forum, chat = await planned_in_forum(stage)
    stage.env.backend.delete_channel(forum.id)
    await stage.pass_time(30)
    (text,) = told(stage)
    assert f"I can't see the forum <#{forum.id}>" in text
    await evening.until(stage, chat.starts_at, plus=60)
    assert evening.posts(stage.channel) == ["1:announce:0", "1:remind:15"]
    other = stage.guild.create_forum_channel("other-forum")
    changed = answer_of(await stage.host.slash(stage.channel, "chat edit", number=chat.id, forum=other))
    assert f"a post in <#{other.id}>" in changed
    await stage.pass_time(60)
    (post,) = other.threads
    assert evening.posts(post)[:2] == ["1:thread:0", "1:welcome:0"]
    assert len(told(stage)) == 1


async def test_a_chat_whose_forum_stays_away_is_called_off(stage, caplog):
    forum, chat = await planned_in_forum(stage)
    stage.env.backend.delete_channel(forum.id)
    await evening.until(stage, chat.ends_at, plus=60)
    caplog.clear()
    assert evening.posts(stage.channel)[-1] == "1:call_off:1"
    assert (await evening.reload(stage, chat)).state == "cancelled"


async def test_a_forum_that_is_deleted_during_the_chat_ends_it(stage):
    forum, chat, post = await begun_in_forum(stage)
    await stage.person("Ana").send(post, "A1: a cookbook")
    for place in (post, forum):
        stage.env.backend.delete_channel(place.id)
    await stage.pass_time(60)
    assert (await evening.reload(stage, chat)).state == "closed"
    assert "The thread was deleted" in told(stage)[-1]
    assert await evening.said(stage, chat) == [("A1: a cookbook", [1])]


def hide(stage, channel):
    """Only the bot still sees a channel; hosts and members don't."""
    view = discord.Permissions(view_channel=True).value
    stage.env.backend.set_overwrite(
        channel.id, Overwrite(target_id=stage.guild.id, type=OverwriteType.ROLE, allow=0, deny=view)
    )
    (role,) = [r for r in stage.guild.roles.values() if r.name == stage.app.bot.user.name]
    stage.env.backend.set_overwrite(
        channel.id, Overwrite(target_id=role.id, type=OverwriteType.ROLE, allow=view, deny=0)
    )


async def test_whoever_may_not_read_the_forum_reads_nothing_of_its_chats(stage):
    forum, chat, post = await begun_in_forum(stage, recap=True)
    ana = stage.person("Ana")
    message = await ana.send(post, "A1: a cookbook, from cover to cover, and twice the chapter on soups")
    await ana.context_menu(post, "Save", message)
    assert "cookbook" in answer_of(await stage.newcomer.slash(stage.channel, "digest"))
    assert "cookbook" in answer_of(await ana.slash(stage.channel, "saved"))
    hide(stage, forum)
    await stage.pass_time(1)
    assert "cookbook" not in answer_of(await stage.newcomer.slash(stage.channel, "digest"))
    assert "buschat" not in answer_of(await stage.newcomer.slash(stage.channel, "chats"))
    assert "cookbook" not in answer_of(await ana.slash(stage.channel, "saved"))
    await evening.until(stage, chat.closes_at, plus=60)
    # The digest that is posted stands in the post.
    assert evening.posts(stage.channel)[-1] == "1:open:0"
    assert [m.components for m in post.history()][-1]
    assert state_of(stage, post) == (True, True)
