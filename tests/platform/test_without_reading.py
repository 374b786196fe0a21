"""Without Message Content Intent the chat works by buttons, replies and /answer, and everybody is told so."""

import pytest

from bot.rehearsal.play import answer_of
from bot.rehearsal.stage import open_stage
from tests.support import evening
from tests.support.desk import at_the_desk
from tests.support.obstacles import told


@pytest.fixture
def unread(settings):
    """Settings of a bot that doesn't ask for the text of messages."""
    return settings.model_copy(update={"discord": settings.discord.model_copy(update={"message_content": False})})


@pytest.fixture
async def blind(unread, caplog):
    """A server in which Discord gives the bot no text of messages."""
    async with open_stage(unread, host="Maren") as world:
        yield world
        world.env._raise_errors_since(world.env._errors_acknowledged)
        assert not [record for record in caplog.get_records("call") if record.levelname == "ERROR"]


async def texts(stage, chat):
    """What is archived: who, what, and under which questions."""
    found = (await evening.record(stage, chat)).messages
    return [(message.author_name, message.text, message.questions) for message in found]


async def test_button_command_and_reply_are_read_and_the_rest_is_counted_without_its_words(blind):
    chat, thread, host = await at_the_desk(blind)
    ana, tomas, odile, ade = (blind.person(name) for name in ("Ana", "Tomás", "Odile", "Ade"))
    shown = await ana.click(evening.prompt(blind, chat, 1), label="Answer Q1")
    await ana.submit_modal(shown, {"text": "By the window, where it is light"})
    await tomas.slash(thread, "answer", text="On the stairs, with the cat beside me")
    await odile.send(thread, "In the bath until the water is cold", reply_to=evening.prompt(blind, chat, 1))
    await ade.send(thread, "A1: Nobody will ever know")
    assert await texts(blind, chat) == [
        ("Ana", "By the window, where it is light", (1,)),
        ("Tomás", "On the stairs, with the cat beside me", (1,)),
        ("Odile", "In the bath until the water is cold", (1,)),
        ("Ade", None, ()),
    ]
    shown = answer_of(await blind.newcomer.slash(blind.channel, "digest"))
    assert all(text in shown for text in ("where it is light", "with the cat", "the water is cold"))
    await host.press("Refresh")
    assert "4 messages by 4 people" in host.text


async def test_everybody_is_told_how_to_answer(blind, caplog):
    chat, thread, host = await at_the_desk(blind)
    welcome = next(m for m in thread.history() if "Welcome to" in m.content)
    assert "press the Answer button below the question or type `/answer`" in welcome.content
    assert "best with the question's number" not in welcome.content
    assert "Answer with the button, `/answer`, or a reply" in evening.prompt(blind, chat, 1).content
    assert "I can't read what people write" in host.text
    assert "Message Content Intent" in host.text
    assert "I can't read what you write there" in answer_of(await blind.newcomer.slash(thread, "help"))
    assert any("discord.message_content is off" in line.getMessage() for line in caplog.get_records("setup"))
    # It is the operator's choice, not news for the host.
    assert told(blind) == []


async def test_the_whole_chat_runs_and_its_record_says_what_could_not_be_read(blind):
    chat, thread = await evening.begun_chat(blind)
    await blind.person("Ade").send(thread, "A1: Nobody will ever know")
    await evening.until(blind, chat.closes_at, plus=60)
    assert evening.posts(thread) == ["1:welcome:0", "1:ask:1", "1:ask:2", "1:ask:3", "1:wrap_up:0"]
    assert (await evening.reload(blind, chat)).state == "closed"
    result = await blind.newcomer.slash(blind.channel, "chats")
    assert "Reading on the bus" in answer_of(result) or result.ephemeral
    assert await texts(blind, chat) == [("Ade", None, ())]


async def test_what_could_not_be_read_is_fetched_once_it_may_be(blind, settings):
    chat, thread = await evening.begun_chat(blind)
    await blind.person("Ade").send(thread, "A1: Somebody will know after all")
    await blind.restart(settings)
    await blind.pass_time(60)
    assert await texts(blind, chat) == [("Ade", "A1: Somebody will know after all", (1,))]


async def test_words_that_were_changed_and_can_not_be_read_are_not_shown_as_if_they_stood(stage, unread):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    message = await ana.send(thread, "A1: By the window")
    await stage.restart(unread)
    await ana.edit(message, "A1: By the door")
    await stage.pass_time(5)
    assert await texts(stage, chat) == [("Ana", None, ())]
