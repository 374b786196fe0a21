"""Answers without a name: a host approves first unless the chat says otherwise, and nobody learns who wrote them."""

import sqlite3
from contextlib import closing

import pytest

from bot.rehearsal.play import answer_of
from tests.support import evening
from tests.support.desk import HostAtDesk, add_host, at_the_desk
from tests.support.guillotine import Guillotine, cut_and_restart
from tests.support.obstacles import told

BUTTON = "Answer anonymously"
SECRETLY = "I never finish a book, and I like it that way"


async def answer(stage, chat, who, text=SECRETLY, number=1):
    """Press the button, fill the form; what the bot says."""
    shown = await who.click(evening.prompt(stage, chat, number), label=BUTTON)
    return answer_of(await who.submit_modal(shown, {"text": text}))


async def archived(stage, chat):
    return [(m.author_name, m.text, m.questions) for m in (await evening.record(stage, chat)).messages]


def posted(thread, text):
    return [message for message in thread.history() if text in message.content]


def labels(message):
    return [button.label for button in message.components[0].children]


async def test_a_chat_takes_none_unless_its_host_says_so(stage):
    chat, thread = await evening.begun_chat(stage)
    assert BUTTON not in labels(evening.prompt(stage, chat, 1))
    ana = stage.person("Ana")
    refused = answer_of(await ana.slash(thread, "answer", text=SECRETLY, anonymously=True))
    assert "takes no anonymous answers" in refused
    assert SECRETLY in refused
    assert await archived(stage, chat) == []


async def test_a_host_reads_it_without_a_name_and_approves(stage):
    chat, thread, host = await at_the_desk(stage, anonymous="approved")
    ana = stage.person("Ana")
    said = await answer(stage, chat, ana)
    assert "waits for a host, who doesn't see your name" in said
    assert await archived(stage, chat) == []
    assert not posted(thread, SECRETLY)
    assert "**1 anonymous answer** waits for your yes" in host.text
    (message,) = told(stage)
    assert "Somebody answered anonymously" in message
    assert "Ana" not in message
    shown = (await host.press("Read 1 anonymous answer")).response
    assert SECRETLY in shown.content
    assert "Ana" not in shown.content
    done = await stage.host.click(shown, label="Approve")
    assert "Approved; it is on its way." in done.response.content
    (message,) = posted(thread, SECRETLY)
    assert "**Anonymous** answers Q1" in message.content
    assert await archived(stage, chat) == [("Anonymous", SECRETLY, (1,))]
    assert SECRETLY in answer_of(await stage.newcomer.slash(stage.channel, "digest"))


async def test_posted_at_once_where_the_chat_says_so_and_changed_by_the_same_button(stage):
    chat, thread = await evening.begun_chat(stage, anonymous="open")
    ana = stage.person("Ana")
    assert "without your name" in await answer(stage, chat, ana)
    assert len(posted(thread, SECRETLY)) == 1
    shown = await ana.click(evening.prompt(stage, chat, 1), label=BUTTON)
    assert SECRETLY in str(shown.modal)
    await ana.submit_modal(shown, {"text": "I finish every book, even the bad ones"})
    assert not posted(thread, SECRETLY)
    assert await archived(stage, chat) == [("Anonymous", "I finish every book, even the bad ones", (1,))]
    assert told(stage) == []
    # Her answer under her own name is another one.
    await ana.slash(thread, "answer", text="Mostly cookbooks, to be honest")
    assert [name for name, _text, _q in await archived(stage, chat)] == ["Anonymous", "Ana"]


async def test_what_waits_is_changed_by_its_author_and_an_approval_of_the_old_words_counts_for_nothing(stage):
    chat, thread, host = await at_the_desk(stage, anonymous="approved")
    ana = stage.person("Ana")
    await answer(stage, chat, ana)
    shown = (await host.press("Read 1 anonymous answer")).response
    assert "has its new words" in await answer(stage, chat, ana, "Something quite different")
    done = await stage.host.click(shown, label="Approve")
    assert "its author took it back or changed it" in done.response.content
    assert "Something quite different" in done.response.content
    assert await archived(stage, chat) == []
    await stage.host.click(done.response, label="Approve")
    assert await archived(stage, chat) == [("Anonymous", "Something quite different", (1,))]
    assert not posted(thread, SECRETLY)


async def test_two_hosts_decide_once_and_the_first_counts(stage):
    chat, thread, host = await at_the_desk(stage, anonymous="approved")
    odile = add_host(stage, "Odile")
    await answer(stage, chat, stage.person("Ana"))
    mine = (await host.press("Read 1 anonymous answer")).response
    other = await HostAtDesk(stage, odile).open(chat, thread)
    theirs = (await other.press("Read 1 anonymous answer")).response
    await odile.click(theirs, label="Decline")
    done = await stage.host.click(mine, label="Approve")
    assert "decided before" in done.response.content
    assert await archived(stage, chat) == []
    assert not posted(thread, SECRETLY)


async def test_who_is_no_host_any_more_neither_reads_nor_decides(stage):
    chat, thread = await evening.begun_chat(stage, anonymous="approved")
    odile = add_host(stage, "Odile")
    await answer(stage, chat, stage.person("Ana"))
    host = await HostAtDesk(stage, odile).open(chat, thread)
    listed = (await host.press("Read 1 anonymous answer")).response
    stage.env.backend.guilds[stage.guild.id].members[odile.id].role_ids.clear()
    assert "Only hosts can do this" in answer_of(await odile.click(listed, label="Approve"))
    assert await archived(stage, chat) == []
    assert not posted(thread, SECRETLY)


async def test_who_is_declined_for_good_can_still_answer_by_name(stage):
    chat, thread, host = await at_the_desk(stage, anonymous="approved", asked=2)
    ana, tomas = stage.person("Ana"), stage.person("Tomás")
    await answer(stage, chat, ana, "Something hurtful")
    await answer(stage, chat, ana, "Something else hurtful", number=2)
    await answer(stage, chat, tomas)
    await host.press("Refresh")
    shown = (await host.press("Read 3 anonymous answers")).response
    assert "Something hurtful" in shown.content
    done = await stage.host.click(shown, label="Decline, and take no more of theirs")
    # The other one of hers went with it.
    assert SECRETLY in done.response.content
    assert "1 anonymous answer waits" in done.response.content
    refused = await answer(stage, chat, ana, "Again")
    assert "closed anonymous answers to you" in refused
    assert "Again" in refused
    await ana.slash(thread, "answer", text="Under my name then", question=1)
    assert await archived(stage, chat) == [("Ana", "Under my name then", (1,))]
    # It holds for this chat alone.
    await evening.until(stage, chat.closes_at, plus=60)
    again, _ = await evening.begun_chat(stage, anonymous="open")
    assert "on its way" in await answer(stage, again, ana)


async def test_three_to_a_question_are_the_most(stage):
    chat, thread, host = await at_the_desk(stage, anonymous="approved")
    ana = stage.person("Ana")
    for text in ("One thing", "Another thing", "A third thing"):
        await answer(stage, chat, ana, text)
        await host.press("Refresh")
        shown = (await host.press("Read 1 anonymous answer")).response
        await stage.host.click(shown, label="Approve")
        await host.command(thread, "desk")
    refused = await answer(stage, chat, ana, "A fourth thing")
    assert "You have given 3 anonymous answers to Q1" in refused
    assert "A fourth thing" in refused
    assert "waits for a host" in await answer(stage, chat, stage.person("Tomás"))


async def test_its_author_takes_it_back_until_the_chat_closes_and_nobody_else_ever(stage):
    chat, thread = await evening.begun_chat(stage, anonymous="open")
    ana, tomas = stage.person("Ana"), stage.person("Tomás")
    await answer(stage, chat, ana)
    await answer(stage, chat, tomas, "I read the last page first")
    (hers,), (his,) = posted(thread, SECRETLY), posted(thread, "the last page")
    assert "Only its author" in answer_of(await tomas.context_menu(thread, "Withdraw", hers))
    assert "Only its author" in answer_of(await stage.host.context_menu(thread, "Withdraw", hers))
    await ana.context_menu(thread, "Withdraw", hers)
    assert not posted(thread, SECRETLY)
    assert [text for _name, text, _q in await archived(stage, chat)] == [None, "I read the last page first"]
    await evening.until(stage, chat.closes_at, plus=60)
    link = f"https://discord.com/channels/{stage.guild.id}/{thread.id}/{his.id}"
    assert "Only its author" in answer_of(await tomas.slash(stage.channel, "privacy withdraw", message=link))


async def test_leave_me_out_reaches_anonymous_answers_posted_and_waiting(stage):
    chat, thread, host = await at_the_desk(stage, anonymous="approved")
    ana = stage.person("Ana")
    await answer(stage, chat, ana)
    shown = (await host.press("Read 1 anonymous answer")).response
    await stage.host.click(shown, label="Approve")
    await answer(stage, chat, ana, "And I skip the descriptions")
    done = answer_of(await ana.slash(stage.channel, "privacy leave-me-out"))
    assert "your 1 message in 1 chat" in done
    assert not posted(thread, SECRETLY)
    assert [text for _name, text, _q in await archived(stage, chat)] == [None]
    await host.command(thread, "desk")
    assert "anonymous" not in host.text
    assert "asked to be left out" in answer_of(await ana.click(evening.prompt(stage, chat, 1), label=BUTTON))


def stored(stage):
    """Everything in the database, as text, and its bytes."""
    path = stage.app.database.path
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [str(row) for table in tables for row in connection.execute(f'SELECT * FROM "{table}"')]  # noqa: S608
    return "\n".join(rows), b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


async def test_nothing_stored_or_logged_names_the_author_and_after_the_close_not_even_a_key(stage, caplog):
    caplog.set_level("INFO")
    chat, thread, host = await at_the_desk(stage, anonymous="approved")
    ana = stage.person("Ana Unmistakable")
    for number, decision in ((1, "Approve"), (1, "Decline"), (1, None)):
        await answer(stage, chat, ana, f"{SECRETLY} {decision}", number)
        await host.command(thread, "desk")
        if decision is not None:
            shown = (await host.press("Read 1 anonymous answer")).response
            await stage.host.click(shown, label=decision)
    rows, _ = stored(stage)
    assert str(ana.id) not in rows
    assert "Unmistakable" not in rows
    with closing(sqlite3.connect(stage.app.database.path)) as connection:
        keys = [key for (key,) in connection.execute("SELECT author_key FROM relays WHERE author_key IS NOT NULL")]
        (secret,) = connection.execute("SELECT value FROM notes WHERE key LIKE 'anonymous:%'").fetchone()
    assert len(keys) == 3
    assert len(set(keys)) == 1
    await evening.until(stage, chat.closes_at, plus=60)
    await stage.app.close()
    rows, content = stored(stage)
    for trace in (keys[0], secret, str(ana.id), "Unmistakable", f"{SECRETLY} Decline"):
        assert trace not in rows
        assert trace.encode() not in content
        assert trace not in caplog.text
    # What nobody had decided about is kept for the hosts.
    assert f"{SECRETLY} None" in rows


async def test_what_waited_when_the_chat_closed_can_still_be_approved(stage):
    chat, thread, host = await at_the_desk(stage, anonymous="approved")
    await answer(stage, chat, stage.person("Ana"))
    await answer(stage, chat, stage.person("Tomás"), "I read the last page first")
    await evening.until(stage, chat.closes_at, plus=60)
    await host.command(stage.channel, "desk", chat=chat.id)
    shown = (await host.press("Read 2 anonymous answers")).response
    done = await stage.host.click(shown, label="Approve")
    await stage.host.click(done.response, label="Decline")
    await stage.pass_time(5)
    assert await archived(stage, chat) == [("Anonymous", SECRETLY, (1,))]
    assert "last page" not in stored(stage)[0]
    metadata = stage.env.backend.channels[thread.id].thread_metadata
    assert (metadata.locked, metadata.archived) == (True, True)


async def test_what_waits_outlives_a_chat_that_is_called_off(stage):
    chat, _, host = await at_the_desk(stage, anonymous="approved")
    await answer(stage, chat, stage.person("Ana"))
    await stage.host.slash(stage.channel, "chat cancel", number=chat.id)
    await stage.pass_time(60)
    await host.command(stage.channel, "desk", chat=chat.id)
    shown = (await host.press("Read 1 anonymous answer")).response
    await stage.host.click(shown, label="Approve")
    await stage.pass_time(60)
    assert await archived(stage, chat) == [("Anonymous", SECRETLY, (1,))]


async def test_what_waits_outlives_its_thread(stage):
    chat, thread, host = await at_the_desk(stage, anonymous="approved")
    await answer(stage, chat, stage.person("Ana"))
    stage.env.backend.delete_channel(thread.id)
    await stage.pass_time(5)
    await host.command(stage.channel, "desk", chat=chat.id)
    shown = (await host.press("Read 1 anonymous answer")).response
    await stage.host.click(shown, label="Approve")
    await stage.pass_time(60)
    assert await archived(stage, chat) == [("Anonymous", SECRETLY, (1,))]


@pytest.mark.parametrize(
    "text", ["😀😀", "@everyone @here <@&1>", "\u202eabc", "x" * 1_700, "||secret||", "# heading\n> quote\n```code"]
)
async def test_odd_texts_are_shown_to_the_host_whole_and_posted_as_they_are(stage, text):
    chat, _, host = await at_the_desk(stage, anonymous="approved")
    await answer(stage, chat, stage.person("Ana"), text)
    shown = (await host.press("Read 1 anonymous answer")).response
    assert text in shown.content
    assert len(shown.content) <= 2_000
    await stage.host.click(shown, label="Approve")
    assert await archived(stage, chat) == [("Anonymous", text, (1,))]


@pytest.mark.parametrize("effects", range(6))
async def test_wherever_the_bot_is_cut_off_it_is_posted_once(stage, settings, caplog, effects):
    chat, thread, host = await at_the_desk(stage, anonymous="approved")
    await answer(stage, chat, stage.person("Ana"))
    shown = (await host.press("Read 1 anonymous answer")).response
    guillotine = Guillotine()
    with guillotine.standing():
        guillotine.watch(stage.app)
        guillotine.fall_after(effects)
        await stage.host.click(shown, label="Approve")
        await stage.pass_time(5)
        await cut_and_restart(stage, guillotine, settings)
        await stage.pass_time(40)
    if not posted(thread, SECRETLY):
        # It was cut off before the approval was saved: it waits as before.
        await stage.host.click(shown, label="Approve")
        await stage.pass_time(5)
    assert len(posted(thread, SECRETLY)) == 1
    assert await archived(stage, chat) == [("Anonymous", SECRETLY, (1,))]
    caplog.clear()


async def test_a_form_open_when_the_chat_closes_gives_the_words_back(stage):
    chat, _thread = await evening.begun_chat(stage, anonymous="open")
    ana = stage.person("Ana")
    shown = await ana.click(evening.prompt(stage, chat, 1), label=BUTTON)
    await evening.until(stage, chat.closes_at, plus=60)
    refused = answer_of(await ana.submit_modal(shown, {"text": SECRETLY}))
    assert "can't be answered here any more" in refused
    assert SECRETLY in refused


async def test_the_plan_says_so(stage):
    await evening.planned_chat(stage, anonymous="approved")
    shown = answer_of(await stage.host.slash(stage.channel, "chat show", number=1))
    assert "Anonymous answers are taken; each is posted once a host approves it." in shown
