"""Evenings of other formats and paces: by hand, in fixed minutes, informal, from the jar; whom announcements ping."""

import discord
import pytest

from bot.rehearsal.play import answer_of, texts_in
from tests.support import evening
from tests.support.desk import HostAtDesk, at_the_desk
from tests.support.obstacles import state_of


async def begun(stage, **options):
    """A chat whose thread is open, and its thread."""
    return await evening.begun_chat(stage, asked=0, **options)


def shown_in(result):
    """The texts and the buttons of a private answer with a layout."""
    rows = [row for row in result.response.components if row["type"] == 1] if result.response else []
    return answer_of(result), [button["label"] for row in rows for button in row["components"]]


# By hand.


async def test_by_hand_nothing_is_asked_until_a_host_says_so(stage):
    chat, thread, host = await at_the_desk(stage, asked=0, pace="by hand")
    welcome = next(m.content for m in thread.history() if "Welcome to" in m.content)
    assert "The host asks the first question soon." in welcome
    await stage.pass_time(15 * 60)
    assert evening.posts(thread) == ["1:welcome:0"]
    host = await HostAtDesk(stage, stage.host).command(thread, "desk")
    assert "**Next:** when you say so: Q1: What are you reading?" in host.text
    assert "Hold" not in host.labels
    shown = answer_of(await stage.host.slash(stage.channel, "chat show", number=chat.id))
    assert "Q1 (waits for a host). What are you reading?" in shown
    await host.press("Ask Q1 now")
    await stage.pass_time(10)
    assert evening.posts(thread) == ["1:welcome:0", "1:ask:1"]
    assert "**Next:** when you say so: Q2" in host.text


async def test_by_hand_next_asks_and_two_minutes_more_move_the_end(stage):
    chat, thread, host = await at_the_desk(stage, asked=0, pace="by hand")
    later = await host.press("+2 min")
    wrap_up = discord.utils.format_dt(
        chat.ends_at + 2 * evening.timedelta(minutes=1) - evening.timedelta(minutes=5), "t"
    )
    assert f"Two minutes more: the wrap-up comes at {wrap_up}." in answer_of(later) + host.text
    refused = await stage.host.slash(thread, "host hold")
    assert "There is nothing to hold" in answer_of(refused)
    await stage.pass_time(5)
    await stage.host.slash(thread, "host next")
    await stage.pass_time(30)
    await stage.host.slash(thread, "host next")
    await stage.pass_time(1)
    assert evening.posts(thread) == ["1:welcome:0", "1:ask:1", "1:ask:2"]
    await evening.until(stage, chat.ends_at, plus=60)
    assert evening.posts(thread)[-1] == "1:wrap_up:0"
    assert (await evening.reload(stage, chat)).state == "wrapping"
    await stage.pass_time(90)
    assert (await evening.reload(stage, chat)).state == "late"


async def test_by_hand_questions_can_be_left_out_changed_and_added(stage):
    chat, thread, host = await at_the_desk(stage, asked=0, pace="by hand")
    assert "The next comes when a host says so." in answer_of(await host.press("Skip Q1")) + host.text
    shown = await host.press("Edit Q1")
    await host.fill(shown, "Where, of all places, do you read?")
    assert evening.posts(thread) == ["1:welcome:0"]
    shown = await host.press("Ask something else")
    await host.fill(shown, "Who is new here?")
    await stage.pass_time(10)
    assert "Who is new here?" in thread.history()[-1].content
    await host.press("Ask Q2 now")
    await stage.pass_time(10)
    assert "Where, of all places" in thread.history()[-1].content
    await stage.pass_time(10 * 60)
    assert evening.posts(thread) == ["1:welcome:0", "1:ask:1", "1:ask:2"]
    assert [q.text for q in (await evening.reload(stage, chat)).questions][-1] == "Who told you about it?"


async def test_by_hand_the_wrap_up_leaves_out_what_was_not_asked_also_after_a_restart(stage, settings):
    chat, thread, host = await at_the_desk(stage, asked=0, pace="by hand")
    await host.press("Ask Q1 now")
    await stage.pass_time(10)
    await stage.restart(settings)
    await stage.pass_time(5 * 60)
    assert evening.posts(thread) == ["1:welcome:0", "1:ask:1"]
    await stage.host.slash(thread, "host next")
    await evening.until(stage, chat.closes_at, plus=60)
    assert evening.posts(thread) == ["1:welcome:0", "1:ask:1", "1:ask:2", "1:wrap_up:0"]
    shown = answer_of(await stage.host.slash(stage.channel, "chat show", number=chat.id))
    assert "Q3 (left out" in shown
    assert "Q3" not in answer_of(await stage.newcomer.slash(stage.channel, "digest"))


async def test_by_hand_wrapping_up_early_asks_back_and_ends(stage):
    chat, thread, host = await at_the_desk(stage, asked=0, pace="by hand")
    await host.press("Ask Q1 now")
    await stage.pass_time(10)
    asked_back = await host.press("Wrap up")
    assert "2 questions haven't been asked" in answer_of(asked_back) + host.text
    await host.press("Yes, wrap up")
    await stage.pass_time(6 * 60)
    assert evening.posts(thread) == ["1:welcome:0", "1:ask:1", "1:wrap_up:0"]
    assert (await evening.reload(stage, chat)).state == "late"


# Fixed minutes.


async def test_in_fixed_minutes_the_questions_come_so_far_apart_and_the_end_stays(stage):
    chat, thread = await begun(stage, pace="every 5 minutes", minutes=60)
    await evening.until(stage, chat.closes_at, plus=60)
    asked = [m.created_at for m in thread.history() if m.content.startswith("**Q")]
    assert [round((at - chat.starts_at).total_seconds() / 60) for at in asked] == [5, 10, 15]
    (wrap_up,) = [m.created_at for m in thread.history() if "Wrapping up" in m.content]
    assert round((wrap_up - chat.starts_at).total_seconds() / 60) == 55


async def test_ten_minutes_are_kept_after_next(stage):
    chat, thread, host = await at_the_desk(stage, asked=1, pace="10 minutes", minutes=60)
    await stage.pass_time(120)
    await host.press("Ask Q2 now")
    now = stage.env.now()
    await evening.until(stage, chat.ends_at, plus=-60)
    (third,) = [m.created_at for m in thread.history() if m.content.startswith("**Q3")]
    assert abs((third - now).total_seconds() - 600) < 5


# Informal.


async def test_an_informal_chat_opens_welcomes_ends_and_closes_by_itself(stage, settings):
    result = await evening.plan(stage, format="informal", questions=None)
    assert "informally, without host and questions" in answer_of(result)
    chat = (await stage.app.chats.list(stage.guild.id, frozenset({"planned", "announced"})))[0]
    announcement = stage.channel.history()[0].content
    assert "There is no host and there are no questions: come by and talk." in announcement
    assert "Host:" not in announcement
    await evening.until(stage, chat.starts_at, plus=5)
    (thread,) = stage.channel.threads
    (welcome,) = thread.history()
    assert "say what is on your mind" in welcome.content
    assert "Q1" not in welcome.content
    assert "The chat ends at" in welcome.content
    ana, tomas = stage.person("Ana"), stage.person("Tomás")
    await ana.send(thread, "On this bus I read nothing but cookbooks, from the soups to the last page")
    await tomas.send(thread, "Cookbooks make me hungry, so I read timetables on the bus instead")
    await stage.person("Bea").send(
        thread, "My grandmother's cookbooks have her notes in them: https://example.org/notes"
    )
    await stage.host.send(thread, "Does anybody know a good bookshop near the station?")
    await stage.restart(settings)
    await evening.until(stage, chat.ends_at, plus=60)
    assert (await evening.reload(stage, chat)).state == "late"
    await ana.send(thread, "One more thing: the smell of them")
    await evening.until(stage, chat.closes_at, plus=60)
    assert evening.posts(thread) == ["1:welcome:0"]
    assert state_of(stage, thread) == (True, True)
    assert [questions for _, questions in await evening.said(stage, chat)] == [[]] * 5
    digest = answer_of(await stage.newcomer.slash(stage.channel, "digest"))
    assert "5 messages by 4 people" in digest
    assert "No question has been asked" not in digest
    assert "**Also said**" in digest
    assert "from the soups to the last page" in digest
    assert "https://example.org/notes" in digest
    # Nobody hosts it, so what whoever planned it asks is asked as by anybody.
    assert "**Nobody has answered these yet.**" in digest
    assert "bookshop near the station" in digest
    assert "**cookbooks** 3 people spoke of it" in digest


async def test_a_host_can_end_an_informal_chat_and_do_nothing_else(stage):
    chat, thread, host = await at_the_desk(stage, asked=0, format="informal", questions=None)
    assert host.labels == ["End now", "Refresh"]
    assert "people talk; there are no questions" in host.text
    for name in ("next", "hold", "wrap-up"):
        assert "no questions" in answer_of(await stage.host.slash(thread, f"host {name}"))
    assert "no questions" in answer_of(
        await stage.host.slash(stage.channel, "chat questions", number=1, questions="A?|B?")
    )
    await host.press("End now")
    await stage.pass_time(30)
    assert (await evening.reload(stage, chat)).state == "late"
    assert evening.posts(thread) == ["1:welcome:0"]
    await stage.pass_time(31 * 60)
    assert state_of(stage, thread) == (True, True)


async def test_a_chat_that_becomes_informal_asks_nothing_and_closes(stage):
    chat = await evening.planned_chat(stage, layout="questions")
    await stage.host.slash(stage.channel, "chat edit", number=chat.id, format="informal")
    await evening.until(stage, chat.closes_at, plus=60)
    (thread,) = stage.channel.threads
    assert evening.posts(thread) == ["1:welcome:0"]
    assert (await evening.reload(stage, chat)).state == "closed"


async def test_an_informal_chat_that_becomes_hosted_has_its_wrap_up_again(stage):
    chat = await evening.planned_chat(stage, format="informal", questions=None)
    assert chat.pace.wrap_up == 0
    await stage.host.slash(stage.channel, "chat edit", number=chat.id, format="hosted")
    assert (await evening.reload(stage, chat)).pace.wrap_up == 5


# From the jar.


async def test_a_jar_chat_draws_asks_and_marks_as_used_and_a_guest_may_too(stage):
    for text in ("Which book did you never give back?", "Who reads to you?"):
        await stage.host.slash(stage.channel, "jar add", question=text)
    noor = stage.person("Noor")
    chat = await evening.planned_chat(stage, format="jar", questions=None)
    assert "Its questions are drawn from the jar, live." in stage.channel.history()[0].content
    await stage.host.slash(stage.channel, "chat invite", number=chat.id, guest=noor)
    await evening.until(stage, chat.starts_at, plus=5)
    (thread,) = stage.channel.threads
    drawn_texts = []
    for who in (noor, stage.host):
        desk = await HostAtDesk(stage, who).command(thread, "desk")
        drawn = await who.click(desk.panel, label="Draw a question")
        text, labels = shown_in(drawn)
        assert labels == ["Ask it now", "Draw another"]
        drawn_texts.append("give back" in text)
        await who.click(drawn.response, label="Ask it now")
        await stage.pass_time(10)
        assert ("give back" in thread.history()[-1].content) is drawn_texts[-1]
        assert "**Host's desk**" in desk.text
    # What was asked rests, so the second is the other one.
    assert sorted(drawn_texts) == [False, True]
    assert [m.content.split("\n")[0] for m in thread.history() if m.content.startswith("**Q")] == ["**Q1**", "**Q2**"]
    assert all(one.used_at for one in await stage.app.services.jar.list(stage.guild.id, None))
    await evening.until(stage, chat.ends_at, plus=60)
    assert evening.posts(thread) == ["1:welcome:0", "1:ask:1", "1:ask:2", "1:wrap_up:0"]
    assert stage.env.now() < chat.closes_at
    stranger = await stage.newcomer.slash(thread, "host desk", chat=chat.id)
    assert "Draw a question" not in str(texts_in(stranger.response.components))


async def test_a_question_drawn_late_gets_a_few_minutes_and_not_half_the_hour(stage):
    await stage.host.slash(stage.channel, "jar add", question="Who reads to you?")
    chat = await evening.planned_chat(stage, format="jar", questions=None, minutes=60)
    await evening.until(stage, chat.ends_at, plus=-6 * 60)
    (thread,) = stage.channel.threads
    drawn = await stage.host.slash(thread, "jar draw")
    await stage.host.click(drawn.response, label="Ask it now")
    await evening.until(stage, chat.ends_at, plus=-30)
    assert (await evening.reload(stage, chat)).state == "wrapping"


# What announcements say, and whom they ping.


def pinged(stage, channel):
    """The roles and people that each message in a channel pinged, by the bot's posts."""
    stored = sorted(stage.env.backend.messages[channel.id].values(), key=lambda m: m.id)
    own = [m for m in stored if m.author_id == stage.app.bot.user.id and not m.is_ephemeral and m.type == 0]
    return [(tuple(m.ping_role_ids), tuple(m.ping_user_ids), m.mention_everyone) for m in own]


async def test_only_the_chosen_role_is_pinged_and_never_by_corrections(stage):
    readers = stage.guild.create_role("Readers", mentionable=True)
    others = stage.guild.create_role("Others", mentionable=True)
    ana = stage.person("Ana")
    text = f"@everyone @here <@&{others.id}> <@{ana.id}>"
    result = await evening.plan(
        stage, ping=readers, title=f"Books {text}", description=f"Come {text}", announce="15 min"
    )
    assert "I can't ping" not in answer_of(result)
    once, nobody = ((readers.id,), (), False), ((), (), False)
    assert pinged(stage, stage.channel) == [once]
    chat = (await stage.app.chats.list(stage.guild.id, frozenset({"planned", "announced"})))[0]
    await stage.host.slash(stage.channel, "chat edit", number=chat.id, title=f"Maps {text}")
    await stage.pass_time(5)
    # The announcement has its new words, and a short post says so.
    assert "Maps" in stage.channel.history()[0].content
    assert pinged(stage, stage.channel)[-1] == nobody
    await evening.until(stage, chat.ends_at, plus=60)
    assert pinged(stage, stage.channel)[1:] == [nobody, once, once]
    (thread,) = stage.channel.threads
    assert set(pinged(stage, thread)) == {nobody}


@pytest.mark.parametrize("layout", ["forum", "channel"])
async def test_a_post_in_a_forum_and_prompts_in_the_channel_ping_nobody(stage, layout):
    readers = stage.guild.create_role("Readers", mentionable=True)
    forum = stage.guild.create_forum_channel("reading-forum")
    where = {"forum": forum} if layout == "forum" else {}
    chat = await evening.planned_chat(
        stage, layout=layout, ping=readers, announce="none", description=f"<@&{readers.id}>", **where
    )
    await evening.until(stage, chat.ends_at, plus=-60)
    once, nobody = ((readers.id,), (), False), ((), (), False)
    prompts = pinged(stage, forum.threads[0] if layout == "forum" else stage.channel)
    assert len(prompts) >= 5
    assert pinged(stage, stage.channel)[0] == once
    assert set(prompts[1:]) == {nobody}


async def test_everyone_stands_for_no_role(stage):
    chat = await evening.planned_chat(stage, ping=stage.guild.default_role)
    assert chat.notice.ping_role_id is None
    assert "<@&" not in stage.channel.history()[0].content
    role = stage.guild.create_role("Readers", mentionable=True)
    await stage.host.slash(stage.channel, "chat edit", number=chat.id, ping=role)
    assert (await evening.reload(stage, chat)).notice.ping_role_id == role.id
    await stage.host.slash(stage.channel, "chat edit", number=chat.id, ping=stage.guild.default_role)
    assert (await evening.reload(stage, chat)).notice.ping_role_id is None


async def test_a_host_is_told_that_a_role_cannot_be_pinged(stage):
    role = stage.guild.create_role("Readers")
    text = answer_of(await evening.plan(stage, ping=role))
    assert f"I can't ping <@&{role.id}>: switch on" in text
    changed = answer_of(await stage.host.slash(stage.channel, "chat edit", number=1, title="Maps"))
    assert f"I can't ping <@&{role.id}>" in changed
    stage.env.backend.edit_role(stage.guild.id, role.id, {"mentionable": True})
    changed = answer_of(await stage.host.slash(stage.channel, "chat edit", number=1, title="More maps"))
    assert "I can't ping" not in changed


@pytest.mark.parametrize("announce", ["none", "at the start"])
async def test_a_chat_can_be_told_of_at_its_start_only(stage, announce):
    text = answer_of(await evening.plan(stage, announce=announce))
    assert "Announced: at the start\n" in text
    await stage.pass_time(10 * 60)
    assert evening.posts(stage.channel) == []
    await stage.pass_time(11 * 60)
    assert evening.posts(stage.channel) == ["1:open:0"]


@pytest.mark.parametrize(
    ("ahead", "said", "unsaid"),
    [
        ("number", "3 questions, asked one at a time.", "What are you reading?"),
        ("all", "Q1. What are you reading?\nQ2. Where do you read?\nQ3. Who told you about it?", "asked one at a time"),
        ("nothing", "A chat is planned", "question"),
    ],
)
async def test_announcements_tell_of_the_questions_what_the_host_wished(stage, ahead, said, unsaid):
    await evening.planned_chat(stage, questions_ahead=ahead)
    content = stage.channel.history()[0].content
    assert said in content
    assert unsaid not in content


async def test_an_announcement_with_all_questions_of_a_month_and_a_long_description_is_whole(stage):
    questions = [f"{'Why * ' * 20} number {number}?" for number in range(1, 32)]
    await evening.planned_chat(
        stage,
        questions=questions,
        questions_ahead="all",
        description="_Why_ " * 83,
        pace="one a day",
        minutes=31 * 1440,
    )
    content = stage.channel.history()[0].content
    assert len(content) <= 2000
    assert (
        "more\nHost: Maren\nA thread opens here at the start. Reading along is welcome; nobody has to write." in content
    )
