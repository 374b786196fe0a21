"""Evenings held otherwise than in a thread with questions spread evenly: from planning to the record."""

import itertools
from datetime import timedelta

from bot.domain.chat import ChatState
from bot.rehearsal.play import answer_of
from tests.support import evening
from tests.support.desk import HostAtDesk


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
