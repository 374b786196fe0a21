"""What participants write, edit, delete and react to is archived under its question; the button posts for them."""

import discord
import pytest
from simcord.results import to_discord_message

from bot.rehearsal.play import answer_of
from bot.rehearsal.stage import open_stage
from tests.support import evening
from tests.support.guillotine import Guillotine, cut_and_restart


async def messages_of(stage, chat):
    return {message.text: message for message in (await evening.record(stage, chat)).messages}


def filed(message):
    return [(filing.question, filing.basis) for filing in message.filings]


async def test_answers_are_filed_by_label_reply_and_moment(stage):
    chat, thread = await evening.begun_chat(stage, asked=0)
    ana, tomas = stage.person("Ana"), stage.person("Tomás")
    hello = await ana.send(thread, "Hello from the bus")
    await tomas.send(thread, "Hello Ana!", reply_to=hello)
    await evening.until(stage, chat.starts_at, plus=20 * 60)
    first = await ana.send(thread, "A1: a timetable, over and over")
    await tomas.send(thread, "That is a classic", reply_to=first)
    await tomas.send(thread, "At the back, by the window")
    await ana.send(thread, "Q2: on my feet mostly")
    await tomas.send(thread, "My driver did", reply_to=evening.prompt(stage, chat, 1))
    await ana.send(thread, "A1 & A2: both at once")
    said = await messages_of(stage, chat)
    assert filed(said["Hello from the bus"]) == []
    assert filed(said["Hello Ana!"]) == []
    assert filed(said["A1: a timetable, over and over"]) == [(1, "label")]
    assert filed(said["That is a classic"]) == [(1, "reply")]
    assert filed(said["At the back, by the window"]) == [(2, "inferred")]
    assert filed(said["Q2: on my feet mostly"]) == [(2, "label")]
    assert filed(said["My driver did"]) == [(1, "reply")]
    assert filed(said["A1 & A2: both at once"]) == [(1, "label"), (2, "label")]
    assert said["A1 & A2: both at once"].author_name == "Ana"


async def test_an_edit_that_adds_a_label_files_the_message_anew(stage):
    chat, thread = await evening.begun_chat(stage, asked=2)
    ana = stage.person("Ana")
    message = await ana.send(thread, "a timetable")
    await ana.edit(message, "A1: a timetable")
    said = await messages_of(stage, chat)
    assert filed(said["A1: a timetable"]) == [(1, "label")]


async def test_deleted_words_go_at_once_and_the_message_still_counts_for_replies(stage):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    message = await ana.send(thread, "A1: something I regret")
    await stage.person("Tomás").send(thread, "I see", reply_to=message)
    await ana.delete(message)
    gone, reply = (await evening.record(stage, chat)).messages
    assert (gone.id, gone.author_id, gone.text, gone.is_deleted) == (message.id, ana.id, None, True)
    assert reply.reply_to_id == message.id
    await stage.app.close()
    assert b"something I regret" not in stage.app.database.path.read_bytes()


async def test_reactions_links_and_files_are_archived(stage):
    chat, thread = await evening.begun_chat(stage)
    ana, tomas = stage.person("Ana"), stage.person("Tomás")
    message = await ana.send(
        thread, "A1: see https://example.org/list?utm_source=x", attachments=[("shelf.png", b"not really a picture")]
    )
    await tomas.react(message, "📚")
    await stage.host.react(message, "📚")
    await tomas.react(message, "❤️")
    await tomas.unreact(message, "❤️")
    only_file = await ana.send(thread, "", attachments=[("map.pdf", b"%PDF")])
    first, second = (await evening.record(stage, chat)).messages
    assert first.reactions == (("📚", 2),)
    assert [(a.filename, a.size) for a in first.attachments] == [("shelf.png", 20)]
    assert (second.id, second.text, [a.filename for a in second.attachments]) == (only_file.id, "", ["map.pdf"])
    result = await stage.newcomer.slash(stage.channel, "digest")
    assert "<https://example.org/list>" in answer_of(result)


async def test_nothing_but_the_chats_own_thread_is_stored(stage):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    elsewhere = stage.guild.create_text_channel("elsewhere")
    await ana.send(stage.channel, "A1: in the channel itself")
    await ana.send(elsewhere, "A1: in another channel")
    await ana.send_dm("A1: in private")
    await ana.send(thread, "A1: in the thread")
    assert list(await messages_of(stage, chat)) == ["A1: in the thread"]
    await stage.app.close()
    stored = stage.app.database.path.read_bytes()
    assert b"in the thread" in stored
    assert not any(text in stored for text in (b"channel itself", b"another channel", b"in private"))


async def test_what_a_bot_or_webhook_writes_is_marked(stage):
    chat, thread = await evening.begun_chat(stage)
    machine = stage.guild.add_member(stage.env.create_user("helper", bot=True))
    await machine.send(thread, "A1: beep")
    (message,) = (await evening.record(stage, chat)).messages
    assert message.by_machine


async def test_messages_after_the_thread_closed_are_not_kept_but_deletions_still_count(stage):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    message = await ana.send(thread, "A1: soon gone")
    await evening.until(stage, chat.closes_at, plus=5)
    await ana.delete(message)
    (gone,) = (await evening.record(stage, chat)).messages
    assert gone.text is None


async def test_what_was_said_while_the_bot_was_away_is_fetched(stage, settings):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    kept = await ana.send(thread, "A1: before")
    doomed = await ana.send(thread, "A1: to be deleted")
    await stage.app.close()
    texts = [f"A1: while away {n}" for n in range(130)]
    for text in texts:
        await ana.send(thread, text)
    await ana.edit(kept, "A1: before, edited")
    await ana.delete(doomed)
    await stage.person("Tomás").react(kept, "📚")
    await stage.restart(settings)
    record = (await evening.record(stage, chat)).messages
    assert [m.text for m in record] == ["A1: before, edited", None, *texts]
    assert record[0].reactions == (("📚", 1),)
    assert filed(record[-1]) == [(1, "label")]


async def test_the_next_day_a_sentence_can_go_even_while_the_bot_is_away(stage, settings):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    regretted, improved = [await ana.send(thread, text) for text in ("A1: regretted", "A1: with a typpo")]
    await evening.until(stage, chat.closes_at, plus=5)
    await stage.app.close()
    await stage.pass_time(3600 * 20)
    await ana.delete(regretted)
    await ana.edit(improved, "A1: without a typo")
    await stage.host.send(thread, "a moderator's word in the closed thread")
    await stage.restart(settings)
    assert [m.text for m in (await evening.record(stage, chat)).messages] == [None, "A1: without a typo"]


async def test_the_answer_button_posts_for_its_presser_and_files_it(stage):
    chat, thread = await evening.begun_chat(stage, asked=2)
    ana = stage.person("Ana")
    shown = await ana.click(evening.prompt(stage, chat, 1), label="Answer Q1")
    assert shown.modal["title"] == "Answer Q1"
    sent = await ana.submit_modal(shown, {"text": "A long *story*\nin two lines"})
    assert sent.ephemeral
    assert "Thank you" in answer_of(sent)
    post = [m for m in thread.history() if not m.flags.ephemeral][-1]
    assert post.content == "**Ana** answers Q1:\n>>> A long *story*\nin two lines"
    (message,) = (await evening.record(stage, chat)).messages
    assert (message.id, message.author_id, message.author_name) == (post.id, ana.id, "Ana")
    assert (message.text, filed(message)) == ("A long *story*\nin two lines", [(1, "button")])


async def test_the_answer_button_outlives_a_restart(stage, settings):
    chat, _ = await evening.begun_chat(stage)
    await stage.restart(settings)
    shown = await stage.person("Ana").click(evening.prompt(stage, chat, 1), label="Answer Q1")
    assert shown.modal is not None


async def test_an_answer_that_comes_too_late_is_given_back(stage):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    shown = await ana.click(evening.prompt(stage, chat, 1), label="Answer Q1")
    await evening.until(stage, chat.closes_at, plus=5)
    refused = await ana.submit_modal(shown, {"text": "my long and careful answer"})
    assert refused.ephemeral
    assert "can't be answered here any more" in answer_of(refused)
    assert "my long and careful answer" in answer_of(refused)
    closed = await ana.click(evening.prompt(stage, chat, 1), label="Answer Q1")
    assert "can't be answered" in answer_of(closed)
    assert len([m for m in thread.history() if not m.flags.ephemeral and "careful" in m.content]) == 0


async def test_nobody_is_pinged_by_what_somebody_typed(stage):
    chat, thread = await evening.begun_chat(stage, title="@everyone reads <@&1>")
    ana = stage.person("Ana")
    shown = await ana.click(evening.prompt(stage, chat, 1), label="Answer Q1")
    await ana.submit_modal(shown, {"text": f"@everyone @here {stage.host.mention}"})
    for request in stage.env.http_requests:
        if request.method in {"POST", "PATCH"} and request.path.endswith("/messages"):
            assert request.json["allowed_mentions"] == {"parse": []}
    assert not any(m.mention_everyone for m in [*stage.channel.history(), *thread.history()])


@pytest.mark.parametrize("text", ["x" * 2000, "@everyone hello", "||spoiler|| ```code", "\u202eright to left"])
async def test_odd_texts_are_archived_as_they_are(stage, text):
    chat, thread = await evening.begun_chat(stage)
    await stage.person("Ana").send(thread, text)
    (message,) = (await evening.record(stage, chat)).messages
    assert message.text == text


async def test_a_pin_notice_is_no_message(stage):
    chat, thread = await evening.begun_chat(stage)
    message = await stage.person("Ana").send(thread, "A1: pin me")
    stored = stage.env.backend.get_message(thread.id, message.id)
    stage.env.backend.set_pinned(thread.id, stored.id, pinned=True, actor_id=stage.host.id)
    await stage.env.settle()
    assert isinstance(to_discord_message(stage.env, stored), discord.Message)
    assert len((await evening.record(stage, chat)).messages) == 1


async def answered(stage, who, text, label="Answer Q1", number=1):
    """Somebody presses the button, reads what is in the form, and sends it with this text; the form as it opened."""
    form = await who.click(evening.prompt(stage, await stage.app.chats.get(1), number), label=label)
    await who.submit_modal(form, {"text": text})
    return form.modal["components"][1]["component"].get("value")


async def test_the_form_opens_with_what_was_answered_and_changes_the_post(stage):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    assert await answered(stage, ana, "a timetable, see https://example.org/a") is None
    (posted,) = [m for m in thread.history() if "a timetable" in m.content]
    assert await answered(stage, ana, "an atlas, see https://example.org/b") == (
        "a timetable, see https://example.org/a"
    )
    assert [m.id for m in thread.history() if "answers Q1" in m.content] == [posted.id]
    assert "an atlas" in thread.history()[-1].content
    (kept,) = (await evening.record(stage, chat)).messages
    assert (kept.id, kept.text, kept.author_id) == (posted.id, "an atlas, see https://example.org/b", ana.id)
    assert filed(kept) == [(1, "button")]
    # Somebody else's form is their own.
    assert await answered(stage, stage.person("Tomás"), "a map") is None
    assert len((await evening.record(stage, chat)).messages) == 2


async def test_the_command_answers_the_latest_question_or_the_one_named(stage):
    chat, thread = await evening.begun_chat(stage, asked=2)
    ana = stage.person("Ana")
    result = await ana.slash(stage.channel, "answer", text="at the back")
    assert result.ephemeral
    assert "Your answer to Q2 is on its way" in answer_of(result)
    await ana.slash(thread, "answer", text="a timetable", question=1)
    changed = await ana.slash(thread, "answer", text="in front", question=2)
    assert "has its new words" in answer_of(changed)
    kept = {m.text: filed(m) for m in (await evening.record(stage, chat)).messages}
    assert kept == {"in front": [(2, "button")], "a timetable": [(1, "button")]}


async def test_the_command_without_words_opens_the_form(stage):
    await evening.begun_chat(stage)
    ana = stage.person("Ana")
    form = await ana.slash(stage.channel, "answer")
    assert form.modal["title"] == "Answer Q1"
    await ana.submit_modal(form, {"text": "a timetable"})
    again = await ana.slash(stage.channel, "answer")
    assert again.modal["components"][1]["component"]["value"] == "a timetable"


async def test_the_command_says_why_it_can_not_answer_and_gives_the_words_back(stage):
    ana = stage.person("Ana")
    assert "No chat is running" in answer_of(await ana.slash(stage.channel, "answer", text="a timetable"))
    await evening.begun_chat(stage, asked=0)
    early = answer_of(await ana.slash(stage.channel, "answer", text="a timetable"))
    assert "Nothing has been asked yet" in early
    assert early.endswith(">>> a timetable")
    assert "Q3 can't be answered" in answer_of(await ana.slash(stage.channel, "answer", text="a timetable", question=3))
    long = answer_of(await ana.slash(stage.channel, "answer", text="w" * 1_800, question=1))
    assert "1800 characters; 1700 fit" in long
    longer = await ana.slash(stage.channel, "answer", text="x" * 4_000, question=1)
    given_back = [longer.response, *longer.followups]
    assert sum(message.content.count("x") for message in given_back) >= 4_000
    assert all(message.ephemeral for message in given_back)


async def test_an_answer_that_was_deleted_leaves_an_empty_form(stage):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    await answered(stage, ana, "a timetable")
    await ana.context_menu(thread, "Withdraw", thread.history()[-1])
    assert await answered(stage, ana, "an atlas") is None
    texts = [m.text for m in (await evening.record(stage, chat)).messages]
    assert texts == [None, "an atlas"]


@pytest.mark.parametrize("effects", range(7))
async def test_a_change_is_neither_lost_nor_made_twice_when_the_bot_is_cut_off(settings, effects):
    """Each moment between "changed", "edited in the thread" and "recorded"."""
    posts, kept, _ = await _cut_off_after_the_form(settings, effects, "an atlas", before="a timetable")
    # Cut off before anything was saved it is as if the form had never been sent.
    assert kept == ["a timetable" if effects == 0 else "an atlas"]
    (post,) = posts
    assert kept[0] in post


@pytest.mark.parametrize("effects", range(3))
async def test_an_answer_given_through_the_form_is_neither_lost_nor_posted_twice_when_the_bot_is_cut_off(
    settings, effects
):
    """Each moment between "saved" and "posted in the thread"."""
    posts, kept, has_fallen = await _cut_off_after_the_form(settings, effects, "saved first")
    assert has_fallen
    # Cut off before anything was saved it is as if the form had never been sent.
    assert kept == ([] if effects == 0 else ["saved first"])
    assert len(posts) == len(kept)
    assert all("saved first" in post for post in posts)


async def _cut_off_after_the_form(settings, effects, text, before=None):
    """Send a form to a bot that ends after so many effects; the answers posted and kept, and whether it did end."""
    guillotine = Guillotine()
    with guillotine.standing():
        async with open_stage(settings, host="Maren") as stage:
            guillotine.watch(stage.app)
            chat, thread = await evening.begun_chat(stage)
            ana = stage.person("Ana")
            if before is not None:
                await answered(stage, ana, before)
            form = await ana.click(evening.prompt(stage, chat, 1), label="Answer Q1")
            guillotine.fall_after(effects)
            await ana.submit_modal(form, {"text": text})
            has_fallen = guillotine.has_fallen
            await cut_and_restart(stage, guillotine, settings)
            await stage.pass_time(60)
            posts = [m.content for m in thread.history() if "answers Q1" in m.content]
            return posts, [m.text for m in (await evening.record(stage, chat)).messages], has_fallen
