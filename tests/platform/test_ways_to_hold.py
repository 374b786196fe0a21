"""Evenings held otherwise than in a thread with questions spread evenly: from planning to the record."""

import itertools
from datetime import timedelta

import pytest

from bot.domain.chat import ChatState
from bot.rehearsal.play import answer_of
from tests.support import evening
from tests.support.desk import HostAtDesk
from tests.support.guillotine import cut_off_after
from tests.support.obstacles import deny, told


async def planned(stage, **options):
    chat = await evening.planned_chat(stage, **options)
    await stage.pass_time(5)
    return chat


async def said(stage, chat):
    """What is archived of a chat: text and the questions that it stands under."""
    record = await evening.record(stage, chat)
    return [(message.text, message.questions) for message in record.messages if not message.by_machine]


def prompts(channel):
    return [m.content.split("\n")[0] for m in channel.history() if m.content.startswith("**Q")]


async def test_in_the_channel_itself_what_is_said_between_opening_and_close_is_kept(stage, settings):
    ana = stage.person("Ana")
    chat = await planned(stage, layout="channel")
    await ana.send(stage.channel, "Before it begins")
    await evening.until(stage, chat.starts_at, plus=400)
    await ana.send(stage.channel, "A1: A timetable")
    await stage.restart(settings)
    await ana.send(stage.channel, "A1: and a novel")
    await evening.until(stage, chat.closes_at, plus=60)
    await ana.send(stage.channel, "When it is over")
    await stage.restart(settings)
    await stage.pass_time(10)
    assert await said(stage, chat) == [("A1: A timetable", (1,)), ("A1: and a novel", (1,))]
    assert prompts(stage.channel) == ["**Q1 of 3**", "**Q2 of 3**", "**Q3 of 3**"]
    assert (await evening.reload(stage, chat)).state is ChatState.CLOSED


async def test_two_chats_in_one_channel_keep_their_words_apart(stage):
    ana = stage.person("Ana")
    first = await planned(stage, layout="channel")
    await evening.until(stage, first.starts_at, plus=400)
    one = await ana.send(stage.channel, "A1: the first")
    refused = answer_of(await evening.plan(stage, layout="channel", start=evening.start_text(stage, 50)))
    assert "already has this channel" in refused
    await evening.until(stage, first.closes_at, plus=60)
    second = await planned(stage, layout="channel", title="Second")
    await evening.until(stage, second.starts_at, plus=400)
    await ana.send(stage.channel, "A1: the second")
    await ana.edit(one, "A1: the first, mended")
    await stage.pass_time(5)
    assert await said(stage, first) == [("A1: the first, mended", (1,))]
    assert await said(stage, second) == [("A1: the second", (1,))]
    await ana.delete(one)
    await stage.pass_time(5)
    assert [text for text, _ in await said(stage, first)] == [None]


async def test_in_a_forum_it_has_a_post_of_its_own(stage, settings):
    ana = stage.person("Ana")
    forum = stage.guild.create_forum_channel("chats")
    chat = await planned(stage, layout="forum", forum=forum)
    assert f"<#{forum.id}>" in stage.channel.history()[0].content
    await evening.until(stage, chat.starts_at, plus=400)
    running = await evening.reload(stage, chat)
    assert running.thread_id is not None
    backend = stage.env.backend.channels[running.thread_id]
    assert backend.parent_id == forum.id
    await stage.restart(settings)
    thread = next(t for t in forum.threads if t.id == running.thread_id)
    await ana.send(thread, "A1: A timetable")
    await evening.until(stage, chat.closes_at, plus=60)
    assert await said(stage, chat) == [("A1: A timetable", (1,))]
    assert prompts(thread) == ["**Q1 of 3**", "**Q2 of 3**", "**Q3 of 3**"]
    assert stage.env.backend.channels[thread.id].thread_metadata.locked


async def test_by_hand_nothing_is_asked_until_a_host_says_so(stage, settings):
    chat = await planned(stage, pace="by hand")
    await evening.until(stage, chat.starts_at, plus=900)
    thread = stage.channel.threads[-1]
    assert prompts(thread) == []
    desk = await HostAtDesk(stage, stage.host).open(chat, thread)
    assert "when you say so" in desk.panel.content
    await desk.press("Ask Q1 now")
    await stage.pass_time(5)
    assert prompts(thread) == ["**Q1 of 3**"]
    await stage.restart(settings)
    await stage.pass_time(600)
    assert prompts(thread) == ["**Q1 of 3**"]
    await stage.host.slash(thread, "host next")
    await evening.until(stage, chat.closes_at, plus=600)
    assert prompts(thread) == ["**Q1 of 3**", "**Q2 of 3**"]
    assert (await evening.reload(stage, chat)).state is ChatState.CLOSED


async def test_so_many_minutes_each(stage):
    chat = await planned(stage, pace="5 minutes", minutes=60)
    actions = await stage.app.services.planning.agenda(chat)
    asks = [action.due_at for action in actions if action.kind == "ask"]
    assert [at - asks[0] for at in asks] == [timedelta(), timedelta(minutes=5), timedelta(minutes=10)]


async def test_slowly_each_question_comes_at_its_time_of_day(stage, settings):
    # Clocks go forward in New York on 8 March 2026.
    chat = await planned(
        stage,
        start="2026-03-06 09:00",
        zone="America/New_York",
        pace="9:00 and 18:00",
        minutes=4 * 1440,
        questions="One? | Two? | Three? | Four? | Five? | Six?",
    )
    actions = await stage.app.services.planning.agenda(chat)
    asks = [f"{action.due_at:%d %H:%M}" for action in actions if action.kind == "ask"]
    assert asks == ["06 14:00", "06 23:00", "07 14:00", "07 23:00", "08 13:00", "08 22:00"]
    await evening.until(stage, chat.starts_at + timedelta(days=1), plus=60)
    await stage.restart(settings)
    thread = stage.channel.threads[-1]
    assert len(prompts(thread)) == 3
    await evening.until(stage, chat.closes_at, plus=60)
    assert len(prompts(thread)) == 6
    assert (await evening.reload(stage, chat)).state is ChatState.CLOSED


async def test_a_slow_chat_may_ask_a_question_a_day_for_a_month(stage):
    chat = await planned(
        stage, pace="one a day", minutes=31 * 1440, questions=" | ".join(f"Day {n}?" for n in range(1, 32))
    )
    actions = await stage.app.services.planning.agenda(chat)
    asks = [action.due_at for action in actions if action.kind == "ask"]
    assert len(asks) == 31
    assert {later - earlier for earlier, later in itertools.pairwise(asks)} == {timedelta(days=1)}


async def test_informally_it_opens_and_closes_by_itself(stage):
    ana = stage.person("Ana")
    result = await evening.plan(stage, format="informal")
    assert "is planned" in answer_of(result)
    (chat,) = await stage.app.chats.list(stage.guild.id, frozenset({ChatState.PLANNED, ChatState.ANNOUNCED}))
    await stage.pass_time(5)
    assert "There is no host and there are no questions" in stage.channel.history()[0].content
    await evening.until(stage, chat.starts_at, plus=60)
    thread = stage.channel.threads[-1]
    assert "say what is on your mind" in "\n".join(m.content for m in thread.history())
    for text in ("I weed in January because nobody borrows then", "We weed in January too", "Our shelves are full"):
        await ana.send(thread, text)
    digest = await stage.newcomer.slash(stage.channel, "digest", chat=chat.id)
    assert digest.acknowledged
    await evening.until(stage, chat.closes_at, plus=60)
    assert (await evening.reload(stage, chat)).state is ChatState.CLOSED
    assert next(text for text, _ in await said(stage, chat)).startswith("I weed")
    assert prompts(thread) == []


async def test_from_the_jar_a_host_draws_at_the_desk(stage):
    await stage.host.slash(stage.channel, "jar add", question="Which book do you hand on?")
    result = await evening.plan(stage, format="jar")
    assert "questions drawn from the jar" in answer_of(result)
    (chat,) = await stage.app.chats.list(stage.guild.id, frozenset({ChatState.PLANNED, ChatState.ANNOUNCED}))
    await evening.until(stage, chat.starts_at, plus=60)
    thread = stage.channel.threads[-1]
    desk = await HostAtDesk(stage, stage.host).open(await evening.reload(stage, chat), thread)
    drawn = await stage.host.click(desk.panel, label="Draw a question")
    await stage.host.click(drawn.followups[-1] if drawn.followups else drawn.response, label="Ask it now")
    await stage.pass_time(5)
    (prompt,) = [m.content for m in thread.history() if m.content.startswith("**Q")]
    assert prompt.startswith("**Q1**\nWhich book do you hand on?")


async def test_only_the_chosen_role_is_pinged_whatever_people_type(stage):
    role = stage.guild.create_role("Readers")
    chat = await planned(stage, ping=role, title="@everyone come", description="<@&1> @here")
    first = stage.channel.history()[0]
    assert first.content.startswith(f"<@&{role.id}>")
    assert [one.id for one in first.role_mentions] == [role.id]
    assert not first.mention_everyone
    await stage.host.slash(stage.channel, "chat edit", number=chat.id, title="Quietly")
    await stage.pass_time(5)
    assert all(not m.mention_everyone for m in stage.channel.history())


@pytest.mark.parametrize("effects", range(0, 12, 2))
@pytest.mark.parametrize("layout", ["forum", "channel"])
async def test_cut_off_while_it_opens_everything_stands_once(stage, settings, layout, effects):
    ana = stage.person("Ana")
    forum = stage.guild.create_forum_channel("chats")
    chat = await planned(stage, layout=layout, **({"forum": forum} if layout == "forum" else {}))
    await evening.until(stage, chat.starts_at, plus=-2)
    await cut_off_after(stage, settings, effects)
    running = await evening.reload(stage, chat)
    opened = [thread for thread in forum.threads if thread.id]
    assert len(opened) == (layout == "forum")
    place = opened[0] if opened else stage.channel
    await ana.send(place, "Hello all")
    await evening.until(stage, chat.closes_at, plus=60)
    assert prompts(place) == ["**Q1 of 3**", "**Q2 of 3**", "**Q3 of 3**"]
    assert sum("Welcome to" in m.content for m in place.history()) == 1
    assert sum("begins now" in m.content for m in stage.channel.history()) == 1
    assert await said(stage, running) == [("Hello all", ())]


async def test_a_forum_without_permission_is_said_at_the_planning(stage):
    forum = stage.guild.create_forum_channel("chats")
    deny(stage, "send_messages", channel=forum)
    shown = answer_of(await evening.plan(stage, layout="forum", forum=forum))
    assert f"I can't run a chat in <#{forum.id}>: I lack **Send Messages** there" in shown


async def test_a_forum_deleted_before_the_start_is_told(stage):
    forum = stage.guild.create_forum_channel("chats")
    chat = await planned(stage, layout="forum", forum=forum)
    stage.env.backend.delete_channel(forum.id)
    await evening.until(stage, chat.starts_at, plus=60)
    (message,) = told(stage)
    assert "The channel of this chat was deleted." in message
