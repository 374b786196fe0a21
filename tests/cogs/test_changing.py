"""A chat that was planned is changed: its time, topic, questions and guests; what was announced is put right."""

from datetime import timedelta

import pytest

from bot.domain.chat import ChatState
from bot.rehearsal.play import answer_of
from bot.services.changing import NewPlan
from tests.support import evening
from tests.support.guillotine import cut_off_after
from tests.support.obstacles import told


async def command(stage, name, /, *, who=None, **options):
    return answer_of(await (who or stage.host).slash(stage.channel, name, **options))


def contents(stage):
    return [message.content for message in stage.channel.history()]


async def announced_chat(stage, minutes=120, **options):
    chat = await evening.planned_chat(stage, start=evening.start_text(stage, minutes), **options)
    await stage.pass_time(5)
    return chat


async def test_moved_the_announcement_says_the_new_time_and_so_does_a_post(stage):
    chat = await announced_chat(stage)
    later = evening.start_text(stage, 180)
    shown = await command(stage, "chat edit", number=chat.id, start=later)
    assert "is changed" in shown
    assert "It was announced before" in shown
    await stage.pass_time(5)
    moved = await evening.reload(stage, chat)
    assert moved.starts_at == chat.starts_at + timedelta(minutes=60)
    announcement, note = contents(stage)
    new, old = int(moved.starts_at.timestamp()), int(chat.starts_at.timestamp())
    assert f"<t:{new}:F> in your own time" in announcement
    assert f"This is a new time; before, it was <t:{old}:F>." in announcement
    assert f"has moved: it begins on <t:{new}:F>" in note
    await evening.until(stage, chat.starts_at, plus=60)
    assert not any("begins now" in text for text in contents(stage))
    await evening.until(stage, moved.starts_at, plus=30)
    keys = evening.posts(stage.channel)
    assert keys == ["1:announce:0", "1:note:1", "1:remind:1000015", "1:open:0"]


async def test_a_new_topic_is_said_and_new_questions_only_change_the_announcement(stage):
    chat = await announced_chat(stage, questions_ahead="all")
    assert "Q1. What are you reading?" in contents(stage)[0]
    await command(stage, "chat questions", number=chat.id, questions="Why now? | Who else?")
    await stage.pass_time(5)
    (announcement,) = contents(stage)
    assert "Q1. Why now?\nQ2. Who else?" in announcement
    assert "What are you reading?" not in announcement
    await command(stage, "chat edit", number=chat.id, title="Weeding")
    await stage.pass_time(5)
    announcement, note = contents(stage)
    assert "A chat is planned: **#buschat: Weeding**" in announcement
    assert note.startswith("The plan has changed: **#buschat: Weeding**")


async def test_called_off_the_announcement_does_not_leave_the_time_standing(stage):
    chat = await announced_chat(stage)
    await command(stage, "chat cancel", number=chat.id)
    await stage.pass_time(5)
    announcement, note = contents(stage)
    assert announcement.startswith("Called off: **#buschat: Reading on the bus**")
    assert "does not take place" in note
    assert [button.label for button in stage.channel.history()[0].components[0].children] == ["What is coming"]


async def test_moved_twice_before_anybody_is_told_the_time_that_was_told_last_is_named(stage):
    chat = await announced_chat(stage)
    with stage.env._bot_scope():
        for hours in (1, 2):
            start = chat.starts_at + timedelta(hours=hours)
            found = await evening.reload(stage, chat)
            await stage.app.services.changing.change(found, NewPlan(start=f"{start:%Y-%m-%d %H:%M}"))
        stage.app.bot.wake()
    moved = await evening.reload(stage, chat)
    assert moved.moved_from == chat.starts_at
    await stage.pass_time(60)
    _, note = contents(stage)
    assert f"it begins on <t:{int(moved.starts_at.timestamp())}:F>" in note
    assert f"Before, it was planned for <t:{int(chat.starts_at.timestamp())}:F>." in note


@pytest.mark.parametrize("effects", range(7))
async def test_cut_off_while_it_is_put_right_each_thing_is_said_once(stage, settings, effects):
    chat = await announced_chat(stage)
    # Saved, but nothing has been said yet: the press wakes the bot, the service alone doesn't.
    start = chat.starts_at + timedelta(hours=1)
    plan = NewPlan(start=f"{start:%Y-%m-%d %H:%M}")
    with stage.env._bot_scope():
        await stage.app.services.changing.change(chat, plan)
        stage.app.bot.wake()
    await cut_off_after(stage, settings, effects)
    moved = await evening.reload(stage, chat)
    announcement, note = contents(stage)
    assert f"<t:{int(moved.starts_at.timestamp())}:F> in your own time" in announcement
    assert "has moved" in note


async def test_reminders_move_with_the_chat(stage):
    chat = await announced_chat(stage)
    ana = stage.person("Ana")
    await ana.click(stage.channel.history()[0], label="Remind me")
    await command(stage, "chat edit", number=chat.id, start=evening.start_text(stage, 180))
    await evening.until(stage, chat.starts_at, plus=1)
    assert told(stage, ana) == []
    await evening.until(stage, chat.starts_at + timedelta(minutes=45), plus=10)
    assert len(told(stage, ana)) == 1


async def test_a_chat_that_has_begun_or_is_over_is_not_changed(stage):
    chat, _ = await evening.begun_chat(stage)
    assert "has begun. What comes next is changed at its desk" in await command(
        stage, "chat edit", number=chat.id, title="Other"
    )
    await evening.until(stage, chat.closes_at, plus=60)
    assert "is over" in await command(stage, "chat edit", number=chat.id, title="Other")
    assert "is over" in await command(stage, "chat questions", number=chat.id, questions="A? | B?")


async def test_nothing_named_changes_nothing(stage):
    chat = await announced_chat(stage)
    assert "nothing to change" in await command(stage, "chat edit", number=chat.id)


async def test_moved_onto_another_chat_it_stays_where_it_was(stage):
    chat = await announced_chat(stage)
    await evening.plan(stage, title="Another", start=evening.start_text(stage, 240))
    refused = await command(stage, "chat edit", number=chat.id, start=evening.start_text(stage, 250))
    assert "already has this channel" in refused
    assert (await evening.reload(stage, chat)).starts_at == chat.starts_at


async def test_while_it_runs_the_questions_still_to_come_can_be_rewritten(stage):
    chat, thread = await evening.begun_chat(stage, minutes=60)
    form = await stage.host.slash(stage.channel, "chat questions", number=chat.id)
    assert "'value': 'Where do you read?\\nWho told you about it?'" in str(form.modal)
    sent = await stage.host.submit_modal(form, {"text": "Who told you about it?\nWhere do you read?\nAnd when?"})
    assert "Q2. Who told you about it?\nQ3. Where do you read?\nQ4. And when?" in answer_of(sent)
    await evening.until(stage, chat.ends_at, plus=60)
    asked = [question.text for question in (await evening.reload(stage, chat)).questions]
    assert asked == ["What are you reading?", "Who told you about it?", "Where do you read?", "And when?"]
    prompts = [m.content for m in thread.history() if m.content.startswith("**Q")]
    assert len(prompts) == 4


async def test_questions_that_can_not_be_used_are_kept_for_another_try(stage):
    chat = await announced_chat(stage)
    form = await stage.host.slash(stage.channel, "chat questions", number=chat.id)
    refused = await stage.host.submit_modal(form, {"text": "Only one?"})
    assert "I found 1 question" in answer_of(refused)
    again = await stage.host.click(refused.response, label="Change the questions")
    assert "Only one?" in str(again.modal)
    assert len((await evening.reload(stage, chat)).questions) == 3


async def test_a_guest_hosts_one_chat_and_only_that_one(stage):
    chat = await announced_chat(stage)
    other = await evening.planned_chat(stage, title="Another", start=evening.start_text(stage, 600))
    ana, tomas = stage.person("Ana"), stage.person("Tomás")
    assert "hosts #buschat" in await command(stage, "chat invite", number=chat.id, guest=ana)
    assert "host this chat already" in await command(stage, "chat invite", number=chat.id, guest=ana)
    await stage.pass_time(5)
    assert f"Hosts: Maren, <@{ana.id}>" in contents(stage)[0]
    assert "are saved" in await command(stage, "chat questions", who=ana, number=chat.id, questions="Why? | How?")
    assert "is changed" in await command(stage, "chat edit", who=ana, number=chat.id, title="Hers")
    assert "Only hosts" in await command(stage, "chat edit", who=ana, number=other.id, title="Hers")
    assert "Only hosts" in await command(stage, "chat invite", who=ana, number=chat.id, guest=tomas)
    assert "Only hosts" in await command(stage, "chat edit", who=tomas, number=chat.id, title="His")
    await evening.until(stage, chat.starts_at, plus=30)
    assert "Now:" in await command(stage, "host desk", who=ana, chat=chat.id)
    assert "Only hosts" in await command(stage, "host desk", who=tomas, chat=chat.id)
    assert "doesn't host" in await command(stage, "chat disinvite", who=ana, number=chat.id, guest=ana)
    assert "Only hosts" in await command(stage, "host desk", who=ana, chat=chat.id)


async def test_left_out_a_guest_is_a_guest_no_more(stage):
    chat = await announced_chat(stage)
    ana = stage.person("Ana")
    await command(stage, "chat invite", number=chat.id, guest=ana)
    await ana.slash(stage.channel, "privacy leave-me-out")
    assert (await evening.reload(stage, chat)).guests == ()


async def test_three_days_before_hosts_of_a_chat_without_questions_are_asked_for_them(stage, settings):
    ana = stage.person("Ana")
    series = await evening.saved_series(stage, when="every Thursday, 8-9 pm UTC", hosts=f"<@{ana.id}>")
    _, second, third, *_ = await evening.chats_of(stage, series)
    await command(stage, "chat questions", number=third.id, questions="Why? | How?")
    await evening.until(stage, second.starts_at - timedelta(days=3), plus=-60)
    assert told(stage, stage.host) == told(stage, ana) == []
    await stage.restart(settings)
    await stage.pass_time(120)
    (message,) = told(stage, stage.host)
    assert "takes place in 3 days, and it has no questions yet" in message
    assert len(told(stage, ana)) == 1
    await evening.until(stage, third.starts_at - timedelta(days=3), plus=60)
    assert len(told(stage, stage.host)) == 1


async def test_a_host_whose_messages_are_closed_or_who_left_holds_nothing_up(stage, caplog):
    series = await evening.saved_series(stage, when="every Thursday, 8-9 pm UTC", announce="15 min")
    second = (await evening.chats_of(stage, series))[1]
    stage.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)
    await evening.until(stage, second.starts_at, plus=30)
    assert "is left out" in caplog.text
    assert (await evening.reload(stage, second)).state is ChatState.GATHERING


async def test_moved_to_another_channel_the_old_one_says_where_it_is(stage):
    chat = await announced_chat(stage)
    other = stage.guild.create_text_channel("elsewhere")
    assert f"<#{other.id}>" in await command(stage, "chat edit", number=chat.id, channel=other)
    await stage.pass_time(5)
    announcement, note = contents(stage)
    assert f"It takes place in <#{other.id}> now." in announcement
    assert f"It takes place in <#{other.id}> now." in note
    await evening.until(stage, chat.starts_at, plus=30)
    assert len(contents(stage)) == 2
    assert "begins now" in other.history()[-1].content or "begins now" in other.history()[-2].content
