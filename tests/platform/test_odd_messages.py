"""Messages that aren't simply written by a member: long, moved, forwarded, carried by a webhook, said by a bot."""

from bot.rehearsal.play import answer_of
from tests.support import evening


async def test_a_message_of_4000_characters_is_archived_whole(stage, settings):
    chat, thread = await evening.begun_chat(stage)
    text = "A1: " + "By the window, where it is light. " * 116 + "The end."
    assert 3_900 < len(text) <= 4_000
    message = await stage.person("Ana").send(thread, "A1: By")
    await stage.app.close()
    # SimCord lets members write 2,000 characters; Discord lets some write 4,000.
    stored = stage.env.backend.messages[thread.id][message.id]
    stored.content, stored.edited_timestamp = text, stage.env.now().isoformat()
    await stage.restart(settings)
    await stage.pass_time(5)
    (said,) = (await evening.record(stage, chat)).messages
    assert (said.text, said.questions) == (text, (1,))
    shown = answer_of(await stage.newcomer.slash(stage.channel, "digest"))
    assert "By the window" in shown
    assert len(shown) <= 2_000


async def carried(stage, thread, text, name):
    """A webhook says what somebody wrote elsewhere, under their name."""
    hook = stage.guild.create_webhook(stage.channel, "Mover")._webhook
    stage.env.backend.create_message(thread.id, hook.webhook_user_id, text, webhook_id=hook.id, author_name=name)
    await stage.pass_time(1)


async def test_answers_that_a_tool_moved_here_are_their_authors_if_they_say_which_question(stage):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    moved = await ana.send(stage.channel, "A1: By the window, where it is light")
    await ana.delete(moved)
    await carried(stage, thread, "A1: By the window, where it is light", "Ana")
    await carried(stage, thread, "A1: On the stairs, with the cat beside me", "Tomás")
    await carried(stage, thread, "3 new messages on the other side", "Bridge")
    said = (await evening.record(stage, chat)).messages
    assert [(m.author_name, m.questions, m.by_machine) for m in said] == [
        ("Ana", (1,), True),
        ("Tomás", (1,), True),
        ("Bridge", (), True),
    ]
    assert len({m.author_id for m in said}) == 3
    shown = answer_of(await stage.newcomer.slash(stage.channel, "digest"))
    assert "where it is light" in shown
    assert "with the cat" in shown
    assert "3 new messages" not in shown


async def test_a_host_may_say_which_question_a_moved_message_answers(stage):
    chat, thread = await evening.begun_chat(stage)
    await carried(stage, thread, "By the window, where it is light", "Ana")
    (message,) = [m for m in thread.history() if "By the window" in m.content]
    menu = await stage.host.context_menu(thread, "File under …", message)
    await stage.host.select(menu.response, ["1"])
    (said,) = (await evening.record(stage, chat)).messages
    assert said.questions == (1,)


async def test_a_forwarded_message_is_archived_with_the_words_it_carries(stage):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    first = await ana.send(stage.channel, "A1: By the window")
    await ana.forward(first, thread)
    (said,) = (await evening.record(stage, chat)).messages
    assert (said.author_name, said.text, said.questions) == ("Ana", "A1: By the window", (1,))


async def test_what_another_bot_says_is_kept_and_answers_nothing(stage):
    chat, thread = await evening.begun_chat(stage)
    robot = stage.guild.add_member(stage.env.create_user("robot", bot=True))
    await robot.send(thread, "Welcome, Ana! Please read the rules.")
    (said,) = (await evening.record(stage, chat)).messages
    assert (said.by_machine, said.questions) == (True, ())
    assert "read the rules" not in answer_of(await stage.newcomer.slash(stage.channel, "digest"))


async def test_who_calls_themselves_by_signs_that_nobody_sees_is_called_by_their_account(stage):
    chat, thread = await evening.begun_chat(stage)
    ana, host = stage.person("Ana"), stage.host
    members = stage.env.backend.guilds[stage.guild.id].members
    members[ana.id].nick, members[host.id].nick = "\u200b\u2060", "\u3164"
    await ana.send(thread, "A1: By the window, where it is light")
    (said,) = (await evening.record(stage, chat)).messages
    assert said.author_name == stage.env.backend.users[ana.id].name
    later = await evening.planned_chat(stage, start=evening.start_text(stage, minutes=600), title="Later")
    assert later.host_name == stage.env.backend.users[host.id].name
