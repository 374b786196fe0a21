"""Chats that go on over days: each question at its time of day, through clock changes, restarts and hosts' presses."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain.chat import MAX_SLOW_QUESTIONS
from bot.rehearsal.play import answer_of
from tests.support import evening
from tests.support.desk import HostAtDesk
from tests.support.obstacles import shut, state_of

NEW_YORK = ZoneInfo("America/New_York")
# Clocks in New York go forward in the night before Sunday, 8 March 2026.
SPRING = "2026-03-06 09:00"
WEEK = [f"Question of day {number}?" for number in range(1, 8)]


async def planned(stage, *, pace="one a day", questions=WEEK, minutes=7 * 1440, **options):
    return await evening.planned_chat(
        stage, pace=pace, questions=questions, minutes=minutes, zone="new york", start=SPRING, **options
    )


async def begun(stage, **options):
    chat = await planned(stage, **options)
    await evening.until(stage, chat.starts_at, plus=5)
    (thread,) = stage.channel.threads
    return await evening.reload(stage, chat), thread


def prompts(thread):
    """When each question was asked, on New York's clocks."""
    asked = [m.created_at.astimezone(NEW_YORK) for m in thread.history() if m.content.startswith("**Q")]
    return [f"{at:%d %H:%M}" for at in asked]


async def test_a_question_a_day_comes_at_its_time_of_day_over_a_clock_change(stage, settings):
    chat, thread = await begun(stage)
    welcome = next(m.content for m in thread.history() if "Welcome to" in m.content)
    assert "It is a slow chat: answer when it suits you, until it ends." in welcome
    await evening.until(stage, chat.starts_at + timedelta(days=2, hours=5))
    await stage.restart(settings)
    ana = stage.person("Ana")
    await ana.send(thread, "A3: on the third day, and over breakfast")
    await ana.send(thread, "A1: late for the first day")
    await evening.until(stage, chat.closes_at, plus=60)
    assert prompts(thread) == [f"{day:02d} 09:00" for day in range(6, 13)]
    found = (await evening.record(stage, chat)).messages
    assert [[filing.question for filing in m.filings] for m in found] == [[3], [1]]
    assert state_of(stage, thread) == (True, True)
    wrap_up = next(m.content for m in thread.history() if "Wrapping up" in m.content)
    assert "What do you take home from these days?" in wrap_up
    assert "tonight" not in wrap_up
    digest = answer_of(await stage.newcomer.slash(stage.channel, "digest"))
    assert "**Q3. Question of day 3?**\n1 answer by 1 person" in digest
    assert "**Q7. Question of day 7?**\nNo answers yet." in digest


async def test_listed_times_stay_on_the_clock(stage):
    chat, thread = await begun(stage, pace="9:00 and 18:00", questions=WEEK[:6], minutes=3 * 1440)
    await evening.until(stage, chat.ends_at, plus=60)
    assert prompts(thread) == ["06 09:00", "06 18:00", "07 09:00", "07 18:00", "08 09:00", "08 18:00"]


async def test_a_start_that_is_no_listed_time_asks_the_first_question_and_moves_no_other(stage):
    chat, thread = await begun(stage, pace="9:20 and 18:00", questions=WEEK[:4], minutes=2 * 1440)
    await evening.until(stage, chat.ends_at, plus=60)
    assert prompts(thread) == ["06 09:00", "06 09:20", "06 18:00", "07 09:20"]


async def test_at_the_desk_next_and_skip_keep_times_of_day(stage):
    chat, thread = await begun(stage)
    await evening.until(stage, chat.starts_at, plus=3600)
    host = await HostAtDesk(stage, stage.host).command(thread, "desk")
    await host.press("Ask Q2 now")
    await stage.pass_time(60)
    await host.press("Skip Q3")
    await evening.until(stage, chat.ends_at, plus=60)
    assert prompts(thread) == ["06 09:00", "06 10:00", "07 09:00", "08 09:00", "09 09:00", "10 09:00"]
    texts = [m.content.split("\n")[1] for m in thread.history() if m.content.startswith("**Q")]
    assert texts == [text for text in WEEK if "3" not in text]
    wrap_up = next(m.created_at for m in thread.history() if "Wrapping up" in m.content)
    assert abs(wrap_up - (chat.ends_at - timedelta(hours=1))) < timedelta(seconds=5)


async def test_at_the_desk_a_hold_moves_a_question_only_if_it_falls_into_it(stage):
    chat, thread = await begun(stage)
    await stage.pass_time(3600)
    host = await HostAtDesk(stage, stage.host).command(thread, "desk")
    await host.press("Hold")
    await stage.pass_time(120)
    await host.press("Resume")
    await evening.until(stage, chat.starts_at + timedelta(days=1), plus=60)
    assert prompts(thread) == ["06 09:00", "07 09:00"]
    # The night in which clocks change lies between: 23 hours.
    await evening.until(stage, chat.starts_at + timedelta(days=2), plus=-65 * 60)
    host = await HostAtDesk(stage, stage.host).command(thread, "desk")
    await host.press("Hold")
    await evening.until(stage, chat.starts_at + timedelta(days=3), plus=-3600 + 60)
    assert prompts(thread) == ["06 09:00", "07 09:00", "08 09:05", "09 09:00"]


async def test_after_days_without_the_bot_the_missed_questions_come_apart_and_the_others_in_time(stage, settings):
    chat, thread = await begun(stage)
    await stage.app.close()
    await evening.until(stage, chat.starts_at + timedelta(days=2, hours=2))
    await stage.restart(settings)
    await evening.until(stage, chat.starts_at + timedelta(days=4, hours=1))
    assert prompts(thread) == ["06 09:00", "08 12:00", "08 12:30", "09 09:00", "10 09:00"]


async def test_a_thread_that_discord_puts_away_opens_for_each_question(stage):
    chat, thread = await begun(stage)
    for day in range(1, 7):
        shut(stage, thread, archived=True)
        await evening.until(stage, chat.starts_at + timedelta(days=day), plus=60)
        assert state_of(stage, thread) == (False, False)
    assert len(prompts(thread)) == 7


async def test_a_month_has_room_for_a_question_a_day_and_one_more(stage):
    month = [f"Question of day {number}?" for number in range(1, MAX_SLOW_QUESTIONS + 1)]
    chat, thread = await begun(stage, questions=month, minutes=MAX_SLOW_QUESTIONS * 1440, announce="none")
    assert len(chat.questions) == 31
    await stage.pass_time(3600)
    host = await HostAtDesk(stage, stage.host).command(thread, "desk")
    shown = await host.press("Ask something else")
    await host.fill(shown, "And what else?")
    await stage.pass_time(60)
    rewritten = "\n".join(["Rewritten?", *month[2:]])
    answer = answer_of(await stage.host.slash(thread, "chat questions", number=chat.id, questions=rewritten))
    assert "are saved" in answer
    assert (await evening.reload(stage, chat)).questions[2].text == "Rewritten?"
    other = stage.guild.create_text_channel("second")
    options = {"channel": other, "pace": "one a day", "minutes": 31 * 1440}
    refused = answer_of(await evening.plan(stage, questions=[*month, "Too many?"], **options))
    assert "I found 32 questions" in refused


async def test_a_slow_chat_takes_a_week_and_one_that_becomes_slow_does_too(stage):
    slow = await evening.planned_chat(stage, pace="one a day", minutes=None)
    assert slow.minutes == 7 * 1440
    other = stage.guild.create_text_channel("second")
    chat = await evening.planned_chat(stage, channel=other)
    await stage.host.slash(stage.channel, "chat edit", number=chat.id, pace="one a day")
    changed = await evening.reload(stage, chat)
    assert (changed.minutes, changed.pace.welcome) == (7 * 1440, 0)
    await stage.host.slash(stage.channel, "chat edit", number=chat.id, pace="evenly")
    assert (await evening.reload(stage, chat)).minutes == 60
    shown = answer_of(await stage.host.slash(stage.channel, "chat show", number=slow.id))
    assert "slowly, one a day" in shown


async def test_an_hour_in_a_thread_beside_a_slow_chat_is_allowed_and_told_apart(stage):
    slow, thread = await begun(stage)
    at = stage.env.now() + timedelta(hours=1)
    chat = await evening.planned_chat(stage, hashtag="#hour", start=f"{at:%Y-%m-%d %H:%M}", announce="none")
    await evening.until(stage, chat.starts_at, plus=400)
    hour = next(one for one in stage.channel.threads if one.id != thread.id)
    ana = stage.person("Ana")
    await ana.send(thread, "A1: slowly")
    await ana.send(hour, "A1: quickly")
    for one, text in ((slow, "A1: slowly"), (chat, "A1: quickly")):
        assert [m.text for m in (await evening.record(stage, one)).messages] == [text]
    assert "Several chats are running" in answer_of(await stage.host.slash(stage.channel, "host next"))
    assert "You sent Q2." in answer_of(await stage.host.slash(hour, "host next"))


async def test_each_day_has_a_digest_and_so_has_the_whole(stage, settings):
    chat, thread = await begun(stage)
    ana, bea = stage.person("Ana"), stage.person("Bea")
    await ana.send(thread, "A1: the reading garden behind the mill, early")
    await evening.until(stage, chat.starts_at + timedelta(days=1, hours=2))
    await bea.send(thread, "A1: the porch by the harbour, when it rains")
    await bea.send(thread, "A2: a bus that stops at the bakery")
    await evening.until(stage, chat.starts_at + timedelta(days=2, hours=2))
    whole = await stage.newcomer.slash(stage.channel, "digest")
    assert "3 messages by 2 people" in answer_of(whole)
    latest = await stage.newcomer.click(whole.response, label="Day by day")
    assert "Day 3 of 7 (Sun, Mar 8): nothing was said." in answer_of(latest)
    assert "**Q3. Question of day 3?**\nNo answers yet." in answer_of(latest)
    await stage.restart(settings)
    second = await stage.newcomer.click(latest.response, label="Day 2")
    assert "Day 2 of 7 (Sat, Mar 7): 2 messages by 1 person." in answer_of(second)
    assert "porch" in answer_of(second)
    assert "garden" not in answer_of(second)
    full = await stage.newcomer.click(second.response, label="Longer")
    assert "Day 2 of 7" in answer_of(full)
    first = await stage.newcomer.click(full.response, label="Day 1")
    assert "garden" in answer_of(first)
    assert "porch" not in answer_of(first)
    again = await stage.newcomer.click(first.response, label="All days")
    assert "3 messages by 2 people" in answer_of(again)


async def test_a_day_that_has_not_come_is_said(stage):
    chat, _ = await begun(stage)
    await evening.until(stage, chat.starts_at + timedelta(days=1, hours=2))
    second = answer_of(await stage.newcomer.slash(stage.channel, "digest", day=2))
    assert "Day 2 of 7" in second
    third = answer_of(await stage.newcomer.slash(stage.channel, "digest", day=3))
    assert "There is no day 3 to tell of: this chat has had 2 days so far." in third
