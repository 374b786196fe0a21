"""Filing is confirmed by a reaction, somebody new is greeted by one, and none of them counts as applause."""

from simcord.results import to_discord_message

from bot.platform.marks import WAVE, sign_of
from tests.support import evening


def marks(stage, message):
    """The bot's own reactions under a message."""
    stored = stage.env.backend.get_message(message.channel.id, message.id)
    return [str(reaction.emoji) for reaction in to_discord_message(stage.env, stored).reactions if reaction.me]


async def test_an_answer_is_confirmed_by_its_questions_number(stage):
    _, thread = await evening.begun_chat(stage, asked=2)
    ana = stage.person("Ana")
    await ana.send(thread, "A2: at the back")
    both = await ana.send(thread, "A1 & A2: both at once")
    assert marks(stage, both) == ["1️⃣", "2️⃣"]


async def test_somebody_new_is_greeted_once_in_a_server(stage):
    _, thread = await evening.begun_chat(stage, asked=0)
    ana = stage.person("Ana")
    hello = await ana.send(thread, "Hello, I am new here")
    again = await ana.send(thread, "and I read on the bus")
    assert marks(stage, hello) == [WAVE]
    assert marks(stage, again) == []


async def test_an_edit_that_files_anew_changes_the_mark(stage):
    _, thread = await evening.begun_chat(stage, asked=2)
    ana = stage.person("Ana")
    await ana.send(thread, "hello")
    message = await ana.send(thread, "A1: a timetable")
    assert marks(stage, message) == ["1️⃣"]
    await ana.edit(message, "A2: a timetable")
    assert marks(stage, message) == ["2️⃣"]


async def test_what_the_whole_chat_shows_at_its_end_is_marked_then(stage):
    """A message without a sign that goes on from an answer whose author files it elsewhere later."""
    chat, thread = await evening.begun_chat(stage, asked=2)
    ana = stage.person("Ana")
    await ana.send(thread, "hello")
    first = await ana.send(thread, "A1: a timetable, every single morning on the bus")
    second = await ana.send(thread, "2/2 and the advertisements above the windows")
    assert marks(stage, second) == ["1️⃣"]
    await ana.edit(first, "A2: a timetable, every single morning on the bus")
    await evening.until(stage, chat.ends_at, plus=30)
    assert marks(stage, second) == ["2️⃣"]


async def test_a_quiet_chat_shows_nothing(stage):
    _, thread = await evening.begun_chat(stage, quiet=True)
    message = await stage.person("Ana").send(thread, "A1: a timetable")
    assert marks(stage, message) == []


async def test_marks_are_no_applause_neither_live_nor_when_fetched(stage, settings):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    message = await ana.send(thread, "A1: a timetable")
    await stage.person("Tomás").react(message, "📚")
    assert marks(stage, message)
    (kept,) = (await evening.record(stage, chat)).messages
    assert kept.reactions == (("📚", 1),)
    await stage.restart(settings)
    (kept,) = (await evening.record(stage, chat)).messages
    assert kept.reactions == (("📚", 1),)


async def test_where_the_bot_may_not_react_answers_are_filed_all_the_same(stage):
    chat, thread = await evening.begun_chat(stage)
    simulated = stage.env.backend.guilds[stage.guild.id]
    for role_id in (*simulated.members[stage.env.backend.bot_user.id].role_ids, stage.guild.id):
        simulated.roles[role_id].permissions &= ~(1 << 6)
    message = await stage.person("Ana").send(thread, "A1: a timetable")
    assert marks(stage, message) == []
    (kept,) = (await evening.record(stage, chat)).messages
    assert kept.questions == (1,)


async def test_every_question_has_a_sign():
    assert [sign_of(number) for number in (1, 9, 10, 11, 20)] == ["1️⃣", "9️⃣", "🔟", "✅", "✅"]
