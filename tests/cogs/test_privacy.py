"""People take their words back: from the archive, from digests, and from what the bot posted for them."""

from bot.rehearsal.play import answer_of
from tests.support import evening


async def everything_shown(stage, chat):
    shown = [answer_of(await stage.newcomer.slash(stage.channel, name)) for name in ("digest", "chats")]
    record = await evening.record(stage, chat)
    return "\n".join([*shown, repr(record.messages)])


async def test_left_out_means_gone_from_everything_now_and_later(stage):
    chat, thread = await evening.begun_chat(stage)
    ilse, ana = stage.person("Ilse"), stage.person("Ana")
    await ilse.send(thread, "A1: my employer's confidential reading list, all of it")
    await ana.send(thread, "A1: nothing special, but quite a lot of it, every day")
    result = await ilse.slash(thread, "privacy leave-me-out")
    assert result.ephemeral
    assert "your 1 message in 1 chat" in answer_of(result)
    await ilse.send(thread, "A1: and one more confidential thing")
    shown = await everything_shown(stage, chat)
    assert "confidential" not in shown
    assert "Ilse" not in shown
    assert "nothing special" in shown
    record = (await evening.record(stage, chat)).messages
    assert (record[0].text, record[0].is_left_out) == (None, True)
    assert len(record) == 3
    await stage.app.close()
    assert b"confidential" not in stage.app.database.path.read_bytes()


async def test_an_answer_that_the_bot_posted_for_somebody_is_taken_down(stage):
    chat, thread = await evening.begun_chat(stage)
    ilse = stage.person("Ilse")
    shown = await ilse.click(evening.prompt(stage, chat, 1), label="Answer Q1")
    await ilse.submit_modal(shown, {"text": "given through the form"})
    assert any("given through the form" in m.content for m in thread.history())
    await ilse.slash(thread, "privacy leave-me-out")
    await stage.pass_time(2)
    assert not any("given through the form" in m.content for m in thread.history())


async def test_it_is_taken_down_after_the_thread_was_closed_too(stage):
    chat, thread = await evening.begun_chat(stage)
    ilse = stage.person("Ilse")
    shown = await ilse.click(evening.prompt(stage, chat, 1), label="Answer Q1")
    await ilse.submit_modal(shown, {"text": "given through the form"})
    await evening.until(stage, chat.closes_at, plus=5)
    await ilse.slash(stage.channel, "privacy leave-me-out")
    await stage.pass_time(2)
    assert not any("given through the form" in m.content for m in thread.history())
    assert stage.env.backend.channels[thread.id].thread_metadata.locked


async def test_who_is_left_out_gets_no_form_but_may_write_and_may_come_back(stage):
    chat, thread = await evening.begun_chat(stage)
    ilse = stage.person("Ilse")
    assert "nothing of yours yet" in answer_of(await ilse.slash(thread, "privacy leave-me-out"))
    refused = await ilse.click(evening.prompt(stage, chat, 1), label="Answer Q1")
    assert "asked to be left out" in answer_of(refused)
    assert "archived again" in answer_of(await ilse.slash(thread, "privacy include-me"))
    assert "nothing has changed" in answer_of(await ilse.slash(thread, "privacy include-me"))
    await ilse.send(thread, "A1: here I am again")
    assert [m.text for m in (await evening.record(stage, chat)).messages] == ["A1: here I am again"]


async def test_both_commands_work_in_private_messages_too(stage):
    result = await stage.newcomer.user.slash("privacy leave-me-out")
    assert "left out from now on" in answer_of(result)
