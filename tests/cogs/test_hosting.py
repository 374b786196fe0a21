"""A host runs the hour with the desk's buttons or with commands; other hosts and the clock see the same truth."""

from datetime import timedelta

import pytest

from tests.support import evening
from tests.support.desk import HostAtDesk, add_host, answer_of, at_the_desk

PROMPTS = ["1:welcome:0", "1:ask:1", "1:ask:2", "1:ask:3", "1:wrap_up:0"]


async def test_a_host_runs_the_hour_with_buttons_alone(stage):
    chat, thread, host = await at_the_desk(stage, asked=0)
    for number in (1, 2, 3):
        await stage.pass_time(60)
        await host.press(f"Ask Q{number} now")
        assert f"You sent Q{number}." in host.text
    await stage.pass_time(60)
    await host.press("Wrap up")
    await stage.pass_time(30)
    await host.press("End now")
    assert host.presses <= 3 + 3
    assert evening.posts(thread) == PROMPTS
    assert (await evening.reload(stage, chat)).state == "late"
    await stage.pass_time(30 * 60 + 5)
    assert (await evening.reload(stage, chat)).state == "closed"
    assert evening.posts(thread) == PROMPTS


async def test_the_desk_keeps_itself_current(stage):
    _, thread, host = await at_the_desk(stage)
    assert "0 messages by 0 people" in host.text
    await stage.person("Ana").send(thread, "A1: a timetable")
    await stage.person("Tomás").send(thread, "A1: an atlas")
    await stage.pass_time(30)
    assert "2 messages by 2 people; 2 answers to Q1 by 2 people" in host.text
    assert "[Ana](https://discord.com/channels/" in host.text
    await stage.pass_time(10 * 60)
    # The clock asked Q2 in the meantime.
    assert "**Now:** Q2 of 3" in host.text
    assert "Ask Q3 now" in host.labels


async def test_who_was_replied_to_or_mentioned_waits_for_nobody(stage):
    _, thread, host = await at_the_desk(stage)
    ana, tomas, femi = (stage.person(name) for name in ("Ana", "Tomás", "Femi"))
    first = await ana.send(thread, "A1: a timetable")
    await tomas.send(thread, "A1: an atlas")
    await femi.send(thread, "I like that", reply_to=first)
    await host.press("Refresh")
    assert "Nobody has replied yet to** [Tomás]" in host.text
    assert "[Femi]" in host.text
    assert "[Ana]" not in host.text
    await stage.host.send(thread, f"Welcome {tomas.mention}!")
    await stage.host.send(thread, f"and {femi.mention}")
    await host.press("Refresh")
    assert "Nobody has replied" not in host.text


async def test_the_same_press_by_two_hosts_asks_once(stage, settings):
    chat, thread, host = await at_the_desk(stage)
    other = await HostAtDesk(stage, add_host(stage, "Odile")).open(chat, thread)
    # After a restart no desk is kept current until its host presses something.
    await stage.restart(settings)
    await host.press("Ask Q2 now")
    assert "Ask Q2 now" in other.labels
    await other.press("Ask Q2 now")
    assert "A question was asked a moment ago" in other.text
    assert evening.posts(thread) == PROMPTS[:3]
    assert "Ask Q3 now" in other.labels
    # A double tap can't ask Q3 as well: the button has just changed under the finger.
    await other.press("Ask Q3 now")
    assert evening.posts(thread) == PROMPTS[:3]
    await stage.pass_time(3)
    await other.press("Ask Q3 now")
    # From now on the first desk hears of what happens at the second.
    assert "**Now:** Q3 of 3" in host.text


async def test_a_double_tap_on_a_command_asks_once(stage):
    _, thread, _ = await at_the_desk(stage)
    await stage.pass_time(60)
    for _ in range(3):
        await stage.host.slash(thread, "host next")
    assert evening.posts(thread) == PROMPTS[:3]


async def test_any_host_takes_over_and_others_are_told_who_may(stage):
    _, thread, _ = await at_the_desk(stage)
    odile = add_host(stage, "Odile")
    await stage.pass_time(60)
    await odile.slash(thread, "host next")
    assert evening.posts(thread) == PROMPTS[:3]
    refused = await stage.newcomer.slash(thread, "host next")
    assert "Only hosts can do this" in answer_of(refused)
    welcome = next(m for m in thread.history() if "Welcome to" in m.content)
    refused = await stage.newcomer.click(welcome, label="Host's desk")
    assert refused.ephemeral
    assert "Only hosts can do this" in answer_of(refused)
    assert evening.posts(thread) == PROMPTS[:3]


async def test_a_hold_ends_by_itself_when_all_hosts_have_left(stage):
    chat, thread, host = await at_the_desk(stage)
    await host.press("Hold")
    assert "goes on by itself" in host.text
    assert "Resume" in host.labels
    held = await evening.reload(stage, chat)
    assert held.state == "held"
    await stage.pass_time(9 * 60)
    assert evening.posts(thread) == PROMPTS[:2]
    await stage.pass_time(15 * 60)
    assert evening.posts(thread)[:3] == PROMPTS[:3]
    await stage.pass_time(2 * 60 * 60)
    assert evening.posts(thread) == PROMPTS
    assert (await evening.reload(stage, chat)).state == "closed"


async def test_resume_goes_on_where_the_hold_began(stage):
    _chat, thread, host = await at_the_desk(stage)
    await stage.pass_time(8 * 60)
    await host.press("Hold")
    await stage.pass_time(5 * 60)
    await host.press("Resume")
    assert evening.posts(thread) == PROMPTS[:2]
    # Two of Q1's ten minutes were left.
    await stage.pass_time(2 * 60 + 1)
    assert evening.posts(thread) == PROMPTS[:3]


async def test_a_question_is_edited_skipped_and_added(stage):
    chat, thread, host = await at_the_desk(stage)
    form = await host.press("Edit Q2")
    assert form.modal["components"][0]["component"]["value"] == "Where do you read?"
    await host.fill(form, "Where on earth\ndo you read?")
    assert "Q2: Where on earth do you read?" in host.text
    await stage.pass_time(5)
    await host.press("Ask Q2 now")
    assert "Where on earth do you read?" in thread.history()[-1].content
    form = await host.press("Ask something else")
    await host.fill(form, "And with whom?")
    assert "**Q3 of 4**" in thread.history()[-1].content
    assert "And with whom?" in thread.history()[-1].content
    await stage.pass_time(5)
    await host.press("Skip Q4")
    await stage.pass_time(3 * 60 * 60)
    assert evening.posts(thread) == PROMPTS
    final = await evening.reload(stage, chat)
    assert [q.text for q in final.questions] == [
        "What are you reading?",
        "Where on earth do you read?",
        "And with whom?",
    ]


async def test_a_form_that_comes_too_late_gives_the_words_back(stage):
    _, thread, host = await at_the_desk(stage)
    form = await host.press("Edit Q2")
    await stage.pass_time(15 * 60)
    refused = await stage.host.submit_modal(form, {"text": "Better words?"})
    assert "Look at your desk" in answer_of(refused)
    assert "Better words?" in answer_of(refused)
    assert not any("Better words?" in message.content for message in thread.history() if not message.flags.ephemeral)


async def test_two_minutes_more(stage):
    chat, _thread, host = await at_the_desk(stage)
    before = {a.number: a.due_at for a in await stage.app.services.planning.agenda(chat) if a.kind == "ask"}
    await host.press("+2 min")
    after = {a.number: a.due_at for a in await stage.app.services.planning.agenda(chat) if a.kind == "ask"}
    assert after[2] - before[2] == timedelta(minutes=2)


async def test_wrapping_up_with_questions_left_asks_back(stage):
    chat, thread, host = await at_the_desk(stage)
    await host.press("Wrap up")
    assert "2 questions haven't been asked" in host.text
    await stage.person("Ana").send(thread, "A1: still here")
    await stage.pass_time(40)
    assert "2 questions haven't been asked" in host.text
    assert evening.posts(thread) == PROMPTS[:2]
    await host.press("Yes, wrap up")
    assert evening.posts(thread) == ["1:welcome:0", "1:ask:1", "1:wrap_up:0"]
    await stage.pass_time(5 * 60 + 1)
    assert (await evening.reload(stage, chat)).state == "late"


async def test_a_desk_works_after_a_restart(stage, settings):
    _, thread, host = await at_the_desk(stage)
    await stage.restart(settings)
    await host.press("Ask Q2 now")
    assert evening.posts(thread) == PROMPTS[:3]
    assert "**Now:** Q2" in host.text


@pytest.mark.parametrize("command", ["desk", "next", "hold", "resume", "later", "skip", "wrap-up", "end"])
async def test_without_a_running_chat_each_command_says_so(stage, command):
    await evening.planned_chat(stage)
    result = await stage.host.slash(stage.channel, f"host {command}")
    assert result.ephemeral
    assert answer_of(result) == ("No chat is running now. `/chats` shows what is coming.")


async def test_with_two_chats_running_the_host_says_which(stage):
    other_place = stage.guild.create_text_channel("film-chats")
    await evening.planned_chat(stage, channel=other_place, hashtag="filmchat")
    _chat, thread = await evening.begun_chat(stage)
    elsewhere = stage.guild.create_text_channel("elsewhere")
    asked = await stage.host.slash(elsewhere, "host desk")
    assert "1 (#filmchat), 2 (#buschat)" in answer_of(asked)
    assert "#buschat" in answer_of(await stage.host.slash(thread, "host desk"))
    assert "#filmchat" in answer_of(await stage.host.slash(elsewhere, "host desk", chat=1))


async def test_the_commands_do_what_the_buttons_do(stage):
    chat, thread, host = await at_the_desk(stage)
    await host.command(thread, "hold")
    assert "running: the next question is held back" in host.text
    await host.command(thread, "resume")
    await host.command(thread, "later")
    await host.command(thread, "edit", question="Other words?")
    assert "Q2: Other words?" in host.text
    await stage.pass_time(6)
    await host.command(thread, "ask", question="Anything else?")
    assert "**Now:** Q2 of 4" in host.text
    await host.command(thread, "skip")
    assert "**Now:** Q2 of 3" in host.text
    await stage.pass_time(6)
    await host.command(thread, "next")
    await stage.pass_time(6)
    await host.command(thread, "wrap-up")
    await host.command(thread, "end")
    assert (await evening.reload(stage, chat)).state == "late"
    assert evening.posts(thread) == PROMPTS


async def test_what_has_no_sure_question_is_filed_with_one_tap(stage, settings):
    chat, thread, host = await at_the_desk(stage, asked=2)
    ana = stage.person("Ana")
    # A word or two without a sign may answer anything.
    first, second = [await ana.send(thread, text) for text in ("Twelve", "Mondays")]
    await host.press("Refresh")
    assert "2 messages have no sure question yet" in host.text
    shown = await host.press("File 2 messages")
    assert "Ana: Twelve ([open](https://discord.com/channels/" in shown.response.content
    labels = [item["label"] for row in shown.response.components for item in row["components"]]
    assert labels == ["1: Q2", "1: Q1", "1: none", "2: Q2", "2: Q1", "2: none", "Back to the desk"]
    await stage.restart(settings)
    shown = await stage.host.click(host.panel, label="1: Q1")
    assert "Twelve" not in shown.response.content
    last = await stage.host.click(shown.response, label="1: none")
    assert "Host's desk" in last.response.content
    assert "no sure question" not in last.response.content
    kept = {m.id: m for m in (await evening.record(stage, chat)).messages}
    assert [(f.question, f.basis) for f in kept[first.id].filings] == [(1, "host")]
    assert kept[second.id].filings == ()
    # The review at the end doesn't undo what a person ruled.
    await stage.pass_time(3 * 60 * 60)
    kept = {m.id: m for m in (await evening.record(stage, chat)).messages}
    assert [(f.question, f.basis) for f in kept[first.id].filings] == [(1, "host")]
