"""The menu of a message: its author and hosts say where it belongs, its author takes it back, anyone saves it."""

import pytest

from bot.rehearsal.play import answer_of
from tests.support import evening
from tests.support.desk import add_host

FILE, WITHDRAW, SAVE = "File under …", "Withdraw", "Save"


def filed(message):
    return [(filing.question, filing.basis) for filing in message.filings]


async def archived(stage, chat, message):
    return next(m for m in (await evening.record(stage, chat)).messages if m.id == message.id)


async def test_an_author_files_and_neither_an_edit_nor_a_restart_undoes_it(stage, settings):
    chat, thread = await evening.begun_chat(stage, asked=2)
    ana = stage.person("Ana")
    message = await ana.send(thread, "A2: a timetable")
    shown = await ana.context_menu(thread, FILE, message)
    assert shown.ephemeral
    assert "A2: a timetable" in answer_of(shown)
    (row,) = shown.response.components
    options = row["components"][0]["options"]
    assert [(o["value"], o.get("default", False)) for o in options] == [
        ("1", False),
        ("2", True),
        ("3", False),
        ("0", False),
    ]
    await stage.restart(settings)
    done = await ana.select(shown.response, ["1"])
    assert "it stands under Q1" in done.response.content
    assert filed(await archived(stage, chat, message)) == [(1, "author")]
    await ana.edit(message, "A3: a timetable, again and again")
    await stage.restart(settings)
    kept = await archived(stage, chat, message)
    assert (kept.text, filed(kept)) == ("A3: a timetable, again and again", [(1, "author")])


async def test_a_host_files_what_somebody_else_wrote_under_several_or_none(stage):
    chat, thread = await evening.begun_chat(stage, asked=2)
    message = await stage.person("Ana").send(thread, "a timetable, at the back")
    odile = add_host(stage, "Odile")
    shown = await odile.context_menu(thread, FILE, message)
    await odile.select(shown.response, ["1", "2"])
    assert filed(await archived(stage, chat, message)) == [(1, "host"), (2, "host")]
    again = await odile.context_menu(thread, FILE, message)
    none = await odile.select(again.response, ["0"])
    assert "it stands under no question" in none.response.content
    assert filed(await archived(stage, chat, message)) == []
    await stage.person("Ana").edit(message, "A1: a timetable, at the back")
    assert filed(await archived(stage, chat, message)) == []


async def test_others_can_not_file(stage):
    chat, thread = await evening.begun_chat(stage)
    message = await stage.person("Ana").send(thread, "A1: a timetable")
    refused = await stage.newcomer.context_menu(thread, FILE, message)
    assert refused.ephemeral
    assert "Only its author and hosts" in answer_of(refused)
    assert filed(await archived(stage, chat, message)) == [(1, "label")]


@pytest.mark.parametrize("menu", [FILE, WITHDRAW, SAVE])
async def test_what_is_no_persons_message_in_a_chat_is_refused_kindly(stage, menu):
    _, thread = await evening.begun_chat(stage)
    elsewhere = await stage.host.send(stage.channel, "Just talk in the channel")
    prompt = thread.history()[-1]
    for place, message in ((stage.channel, elsewhere), (thread, prompt)):
        refused = await stage.host.context_menu(place, menu, message)
        assert refused.ephemeral
        assert "This works on those only" in answer_of(refused)


async def test_an_author_takes_words_back_and_they_are_gone(stage, settings):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    message = await ana.send(thread, "A1: something I regret")
    refused = await stage.host.context_menu(thread, WITHDRAW, message)
    assert "Only its author" in answer_of(refused)
    done = await ana.context_menu(thread, WITHDRAW, message)
    assert "still stands in Discord" in answer_of(done)
    gone = await archived(stage, chat, message)
    assert (gone.text, gone.author_name, gone.is_left_out) == (None, "", True)
    # What Discord still has doesn't come back, neither by an edit nor by catching up.
    await ana.edit(message, "A1: something I regret, edited")
    await stage.restart(settings)
    assert (await archived(stage, chat, message)).text is None
    await stage.app.close()
    assert b"something I regret" not in stage.app.database.path.read_bytes()


async def test_what_the_bot_posted_for_somebody_is_taken_down_with_it(stage):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    form = await ana.click(evening.prompt(stage, chat, 1), label="Answer Q1")
    await ana.submit_modal(form, {"text": "a timetable"})
    posted = thread.history()[-1]
    assert "a timetable" in posted.content
    done = await ana.context_menu(thread, WITHDRAW, posted)
    assert "take my post with them down" in answer_of(done)
    assert not any("a timetable" in message.content for message in thread.history() if not message.flags.ephemeral)
    assert (await archived(stage, chat, posted)).text is None


async def test_in_a_closed_chat_a_link_does_what_the_menu_does(stage):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    message = await ana.send(thread, "A1: something I regret")
    await evening.until(stage, chat.closes_at, plus=5)
    refused = await ana.slash(stage.channel, "privacy withdraw", message="the one about trains")
    assert "isn't a message's link" in answer_of(refused)
    not_hers = await stage.newcomer.slash(stage.channel, "privacy withdraw", message=str(message.id))
    assert "Only its author" in answer_of(not_hers)
    done = await ana.slash(stage.channel, "privacy withdraw", message=message.jump_url)
    assert "gone from the archive" in answer_of(done)
    assert (await archived(stage, chat, message)).text is None


async def test_what_is_saved_is_seen_by_its_reader_alone(stage):
    _, thread = await evening.begun_chat(stage)
    message = await stage.person("Ana").send(thread, "A1: a timetable")
    empty = await stage.newcomer.slash(stage.channel, "saved")
    assert "nothing yet" in answer_of(empty)
    assert "Saved for you alone" in answer_of(await stage.newcomer.context_menu(thread, SAVE, message))
    listed = await stage.newcomer.slash(stage.channel, "saved")
    assert listed.ephemeral
    assert "#buschat, Ana: A1: a timetable ([open](https://discord.com/channels/" in answer_of(listed)
    assert "nothing yet" in answer_of(await stage.host.slash(stage.channel, "saved"))
    assert "Taken off" in answer_of(await stage.newcomer.context_menu(thread, SAVE, message))
    assert "nothing yet" in answer_of(await stage.newcomer.slash(stage.channel, "saved"))


async def test_what_its_author_takes_back_is_gone_from_every_list(stage):
    _, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    message = await ana.send(thread, "A1: something I regret")
    await stage.newcomer.context_menu(thread, SAVE, message)
    await ana.delete(message)
    listed = answer_of(await stage.newcomer.slash(stage.channel, "saved"))
    assert "its author took it back" in listed
    assert "regret" not in listed


async def test_saved_turns_pages(stage):
    _, thread = await evening.begun_chat(stage)
    for number in range(10):
        message = await stage.person("Ana").send(thread, f"line {number}")
        await stage.newcomer.context_menu(thread, SAVE, message)
    first = await stage.newcomer.slash(stage.channel, "saved")
    assert "line 9" in answer_of(first)
    assert "line 1:" not in answer_of(first)
    second = await stage.newcomer.click(first.response, label="Next")
    assert "line 0" in second.response.content
    assert "line 9" not in second.response.content
